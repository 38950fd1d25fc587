"""Answers an address with `?format=xlsx` or `?format=csv` by the file of the page's table."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Response, request, send_file

from orientir.documents.tables import Table, to_csv, to_xlsx
from orientir.errors import MissingError
from orientir.i18n import _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, tuple[Callable[[Table], bytes], str]] = {
    "xlsx": (to_xlsx, XLSX),
    "csv": (to_csv, "text/csv"),  # Flask adds the charset to any text
}
UNFIT = frozenset('\\/:*?"<>|\r\n\t')


def asked_file(build: Callable[[], Table], **others: Callable[[], Table]) -> Response | None:
    """Return the file the address asks for, or None when it asks for the page; `build` is called for a file only.

    `others` are further tables of the page by the name `?table=` says (`export_links("name")`). A file is asked for by
    GET, which changes nothing: so no entry of the log tells that people's data left as one.
    """
    asked = request.args.get("format", "")
    if not asked:
        return None
    if asked not in FORMATS:
        raise MissingError(_("Таблица бывает в виде XLSX или CSV."))
    other = request.args.get("table", "")
    if other and other not in others:
        raise MissingError(_("Такой таблицы на этой странице нет."))
    return send_table((others[other] if other else build)(), asked)


def send_table(table: Table, form: str) -> Response:
    """Return the table as a file that is saved, never opened in the page."""
    write, mimetype = FORMATS[form]
    name = "".join(" " if sign in UNFIT else sign for sign in str(table.title))[:100].strip()
    return send_file(BytesIO(write(table)), mimetype, as_attachment=True, download_name=f"{name}.{form}")
