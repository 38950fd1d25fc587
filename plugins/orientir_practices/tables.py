"""Tables of the contest as files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from orientir.documents.tables import Table, TableColumn
from orientir.i18n import _
from orientir_practices import rounds
from orientir_practices.consensus import Consensus
from orientir_practices.explaining import method_in_words
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry
from orientir_practices.protocol import Given
from orientir_practices.standings import Standings, towns_of
from orientir_practices.words import ENTRY_STATES, PLACES, SHEET_STATES


def entries_table(contest: Contest, entries: Sequence[Entry]) -> Table:
    """Return the secretary's list."""
    columns = [
        TableColumn(_("№"), "number"),
        TableColumn(_("Название"), width=50),
        TableColumn(_("Номинация")),
        TableColumn(_("Организация")),
        TableColumn(_("Муниципалитет")),
        TableColumn(_("Для детей с ОВЗ")),
        TableColumn(_("Состояние")),
        TableColumn(_("Подана"), "moment"),
    ]
    rows = [
        (
            entry.number,
            entry.title,
            entry.nomination.title,
            entry.organisation.name,
            entry.organisation.municipality.title,
            entry.for_ovz,
            ENTRY_STATES[entry.state],
            entry.submitted_at,
        )
        for entry in entries
    ]
    return Table(_("Заявки: %(title)s", title=contest.title), columns, rows)


def board_table(contest: Contest, board: Sequence[tuple[Entry, Sequence[Sheet]]]) -> Table:
    """Return who reads what, a line a sheet; an entry nobody reads has a line without an expert."""
    columns = [
        TableColumn(_("№"), "number"),
        TableColumn(_("Название"), width=50),
        TableColumn(_("Организация")),
        TableColumn(_("Эксперт")),
        TableColumn(_("Лист")),
        TableColumn(_("Итог"), "number"),
    ]
    rows = [
        (
            entry.number,
            entry.title,
            entry.organisation.name,
            sheet.juror.user.name if sheet else "",
            SHEET_STATES[sheet.state] if sheet else "",
            sheet.total if sheet else None,
        )
        for entry, sheets in board
        for sheet in sheets or (None,)
    ]
    return Table(_("Кто что читает: %(title)s", title=contest.title), columns, rows)


def jurors_table(contest: Contest, consensus: Consensus) -> Table:
    """Return how strict each expert is; how far they agree on each criterion stands in the notes."""
    columns = [
        TableColumn(_("Эксперт")),
        TableColumn(_("Листов"), "number"),
        TableColumn(_("Строгость")),
        TableColumn(_("На что посмотреть"), width=50),
    ]
    rows = [(line.name, line.sheets, line.strictness, line.remark) for line in consensus.jurors]
    notes = [(f"{line.key}. {line.title}", line.agreement.in_words()) for line in consensus.criteria]
    return Table(_("Согласие экспертов: %(title)s", title=contest.title), columns, rows, notes)


def ranking_table(contest: Contest, tables: Standings, awards: Mapping[int, Given]) -> Table:
    """Return the ranking of all nominations, each line with what its figure is made of."""
    numbers = rounds.rounds_of(contest)
    by_round = [
        (place, _("%(round)s, доля %(weight)s %%", round=rounds.title_of(contest, number),
                  weight=rounds.weight_of(contest, number)))
        for place, number in enumerate(numbers)
    ] if len(numbers) > 1 else []  # fmt: skip
    columns = [
        TableColumn(_("Номинация")),
        TableColumn(_("Место по итогу"), width=14),
        TableColumn(_("№"), "number"),
        TableColumn(_("Название"), width=50),
        TableColumn(_("Организация")),
        TableColumn(_("Муниципалитет")),
        TableColumn(_("Оценки экспертов")),
        *(TableColumn(title, width=14) for _place, title in by_round),
        TableColumn(_("Итог"), width=12),
        TableColumn(_("Разброс"), "number"),
        TableColumn(_("С поправкой на строгость"), width=12),
        TableColumn(_("Место с поправкой"), width=14),
        TableColumn(_("Проходной балл")),
        TableColumn(_("Место по протоколу")),
    ]
    passed, missed, left_out = _("набран"), _("не набран"), _("не в шорт-листе")
    words = {place: str(told) for place, told in PLACES.items()}
    towns = towns_of(tables.lines)
    rows = [
        (
            table.title,
            line.rank,
            line.entry.number,
            line.entry.title,
            line.entry.organisation,
            towns[line.entry.town, line.entry.town_kind],
            "; ".join([part.listed for part in line.parts if part.totals]),
            *[line.parts[place].shown for place, _title in by_round],
            line.shown,
            line.place.spread,
            line.adjusted,
            line.adjusted_rank,
            left_out if line.is_out else passed if line.has_passed else missed,
            words[awards[line.entry.id].place] if line.entry.id in awards else "",
        )
        for table in tables
        for line in table.lines
    ]
    method = method_in_words(contest, tables)
    notes = [
        *((_("Как считали"), words) for words in method),
        *((_("Равные"), words) for table in tables for words in table.reasons),
    ]
    return Table(_("Рейтинг: %(title)s", title=contest.title), columns, rows, notes)


def shortlist_table(
    contest: Contest, tables: Standings, proposed: Collection[int], decided: Mapping[int, tuple[bool, str]]
) -> Table:
    """Return who goes to the defence, each line with its figure of the first round and what the ranking proposes."""
    columns = [
        TableColumn(_("Номинация")),
        TableColumn(_("Ранг"), width=14),
        TableColumn(_("№"), "number"),
        TableColumn(_("Название"), width=50),
        TableColumn(_("Организация")),
        TableColumn(_("Муниципалитет")),
        TableColumn(_("Оценки экспертов")),
        TableColumn(_("Итог"), width=12),
        TableColumn(_("Предлагает рейтинг"), width=14),
        TableColumn(_("На защиту"), width=14),
        TableColumn(_("Причина"), width=50),
    ]
    rows = [
        (
            table.title,
            line.rank,
            line.entry.number,
            line.entry.title,
            line.entry.organisation,
            line.entry.municipality,
            line.listed,
            line.shown,
            line.entry.id in proposed,
            *decided.get(line.entry.id, (line.entry.id in proposed, "")),
        )
        for table in tables
        for line in table.lines
    ]
    return Table(_("Шорт-лист: %(title)s", title=contest.title), columns, rows)
