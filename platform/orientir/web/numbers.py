"""Numbers in addresses: what cannot be the number of a row leads nowhere, on both databases alike."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1  # INTEGER of PostgreSQL; SQLite would go on to 64 bits


class RowNumber(IntegerConverter):
    """`<int:…>`; a longer number is a page that does not exist, and the database is never asked."""

    regex = "[0-9]{1,10}"  # Python refuses to read numbers of 4,300 digits

    def __init__(
        self,
        map: Map,  # noqa: A002 - Werkzeug's own name
        fixed_digits: int = 0,
        min: int | None = None,  # noqa: A002 - Werkzeug's own name
        max: int | None = MOST,  # noqa: A002 - Werkzeug's own name
        signed: bool = False,  # noqa: FBT001, FBT002 - Werkzeug's own signature
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def init_numbers(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
