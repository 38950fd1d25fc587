"""The lists somebody brought as a file: what they were, not what stood in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.lists.models import ImportState, ListImport


def imports_table(imports: Sequence[ListImport], title_of: Callable[[ListImport], str]) -> Table:
    """Return the lists with their states and how many rows were written."""
    columns = [
        TableColumn(_("Список"), width=40),
        TableColumn(_("Начат"), "moment"),
        TableColumn(_("Состояние"), width=24),
        TableColumn(_("Записано строк"), "number"),
    ]
    words = {
        ImportState.MATCHING: _("выбор столбцов"),
        ImportState.PREVIEW: _("ждёт подтверждения"),
        ImportState.RUNNING: _("загружается"),
        ImportState.DONE: _("загружен"),
    }
    rows: list[list[Value]] = [
        [title_of(one), one.created_at, words[ImportState(one.state)], (one.counts or {}).get("done")]
        for one in imports
    ]
    return Table(_("Мои списки"), columns, rows)
