"""What is written about classes and their seats, in whatever table: the plugins' own tables are among them.

A plugin names rows of the platform by foreign keys (docs/decisions/0003), so the tables themselves tell, and a new
plugin is asked without a hook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Column, Select, Table, literal, select, union_all

from orientir.contracts import Text
from orientir.db import Model, db
from orientir.i18n import LazyText, _l
from orientir.organisations.models import SchoolClass
from orientir.plugins import current_plugins
from orientir.students.models import Student

TITLES: dict[str, LazyText] = {
    "headcount": _l("числа учеников"),
    "class_move": _l("перевод на следующий год"),
    "booking": _l("записи на сеансы"),
    "booking_seat": _l("записи на сеансы"),
    "coverage_fact": _l("отметки об участии"),
    "coverage_counter": _l("отметки об участии"),
    "coverage_running": _l("отметки об участии"),
}
LIST = frozenset({"student", "class_made"})  # the list of a class itself, and the note that a move made the class
OTHER = _l("другие записи")


def written_about(class_ids: Collection[int], *, apart_from: Collection[str] = ()) -> dict[int, list[str]]:
    """Return what is written by class, in words; `apart_from` names tables, and the list itself is never told."""
    left_out = {*LIST, *apart_from}
    found: dict[int, set[str]] = defaultdict(set)
    parts = [
        _rows(column, target).where(SchoolClass.id.in_(class_ids)).add_columns(literal(column.table.name))
        for column, target in named_by()
        if column.table.name not in left_out
    ]
    for class_id, table in db.session.execute(union_all(*parts)):
        found[class_id].add(_title(table))
    return {class_id: sorted(titles) for class_id, titles in found.items()}


def written_about_seats(class_ids: Collection[int]) -> set[int]:
    """Return those of the classes a seat of which is named somewhere."""
    parts = [
        _rows(column, target).where(SchoolClass.id.in_(class_ids))
        for column, target in named_by()
        if target is Student.__table__ and column.table.name not in LIST
    ]
    return set(db.session.scalars(union_all(*parts)))


def _rows(column: Column[int], target: Table) -> Select[int]:
    """Return the classes a column names, itself or by their seats."""
    named = select(SchoolClass.id).distinct()
    if target is Student.__table__:
        return named.join(Student, Student.class_id == SchoolClass.id).join(column.table, column == Student.id)
    return named.join(column.table, column == SchoolClass.id)


def named_by() -> Iterator[tuple[Column[int], Table]]:
    """Yield the columns that name a class or a seat, of the platform and of the plugins that are on."""
    packages = {"orientir", *(manifest.package for manifest in current_plugins().manifests.values())}
    for mapper in Model.registry.mappers:
        if mapper.class_.__module__.partition(".")[0] not in packages:
            continue
        for key in mapper.local_table.foreign_keys:
            if key.column.table in (SchoolClass.__table__, Student.__table__) and key.column.name == "id":
                yield key.parent, key.column.table


def _title(table: str) -> str:
    owners: dict[str, Text] = {f"{name}_": one.title for name, one in current_plugins().manifests.items()}
    of_plugin = next((title for prefix, title in owners.items() if table.startswith(prefix)), OTHER)
    return str(TITLES.get(table, of_plugin))
