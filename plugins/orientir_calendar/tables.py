"""The list of a page and the events of an organisation as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from orientir.clock import AcademicYear
from orientir.contracts import CalendarEntry, Text
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.web.formats import academic_year, local
from orientir.web.forms import conditions_of
from orientir_calendar.entries import audience_words, place_words
from orientir_calendar.external import ExternalLine
from orientir_calendar.forms import CalendarForm
from orientir_calendar.models import Event, ExternalCount, Project, Report
from orientir_calendar.note_models import Note
from orientir_calendar.note_queries import SchoolNotes
from orientir_calendar.sites import Shown, SiteLine
from orientir_calendar.words import KindLine

INSTANT = timedelta(microseconds=1)


def entries_table(entries: Sequence[CalendarEntry], form: CalendarForm) -> Table:
    """Return what a page shows; times are the region's, a whole day has none."""
    columns = [
        TableColumn(_("День"), "day"),
        TableColumn(_("Последний день"), "day"),
        TableColumn(_("Начало"), width=10),
        TableColumn(_("Конец"), width=10),
        TableColumn(_("Мероприятие"), width=44),
        TableColumn(_("Вид"), width=30),
        TableColumn(_("Для кого"), width=30),
        TableColumn(_("Где"), width=40),
    ]
    return Table(_("Календарь профориентации"), columns, [_entry_row(one) for one in entries], conditions_of(form))


def _entry_row(entry: CalendarEntry) -> list[Value]:
    starts, ends = local(entry.starts_at), local(entry.ends_at)
    hours = ("", "") if entry.is_all_day else (f"{starts:%H:%M}", f"{ends:%H:%M}")
    return [
        starts.date(), local(entry.ends_at - INSTANT).date(), *hours, str(entry.title), str(entry.category),
        str(entry.audience), str(entry.place),
    ]  # fmt: skip


def events_table(events: Sequence[Event], kinds: Mapping[str, KindLine]) -> Table:
    """Return the events of organisations, drafts and cancelled ones too."""
    columns = [
        TableColumn(_("День"), "day"),
        TableColumn(_("Мероприятие"), width=44),
        TableColumn(_("Вид"), width=30),
        TableColumn(_("Организация"), width=36),
        TableColumn(_("Состояние"), width=16),
        TableColumn(_("Для кого"), width=30),
        TableColumn(_("Где"), width=40),
    ]
    rows: list[list[Value]] = [
        [one.first_day, one.title, str(kinds[one.kind].title) if one.kind in kinds else "", one.organisation.name,
         str(one.state_title), audience_words(one), place_words(one)]
        for one in events
    ]  # fmt: skip
    return Table(_("Мероприятия организации"), columns, rows)


def lists_table(kinds: Iterable[KindLine], counted: Mapping[str, Text], projects: Iterable[Project]) -> Table:
    """Return what events choose from, closed lines too."""
    columns = [
        TableColumn(_("Список"), width=24),
        TableColumn(_("Строка"), width=44),
        TableColumn(_("Показатель"), width=36),
        TableColumn(_("В формах"), width=20),
    ]
    states = {False: _("предлагают"), True: _("больше не предлагают")}
    rows: list[list[Value]] = [
        [_("Виды мероприятий"), str(one.title), str(counted[one.activity]), states[one.is_closed]] for one in kinds
    ]
    rows += [[_("Внешние программы"), one.title, "", states[one.is_closed]] for one in projects]
    return Table(_("Списки календаря"), columns, rows)


def reports_table(school: Organisation, reports: Sequence[Report], kinds: Mapping[str, KindLine]) -> Table:
    """Return the reports of a school's year, one line each."""
    columns = [
        TableColumn(_("День"), "day"),
        TableColumn(_("Мероприятие"), width=44),
        TableColumn(_("Вид"), width=30),
        TableColumn(_("Кто приходил или принимал"), width=36),
        TableColumn(_("Учеников"), "number"),
        TableColumn(_("из них с ОВЗ"), "number"),
        TableColumn(_("с инвалидностью"), "number"),
        TableColumn(_("победителей и призёров"), "number"),
        TableColumn(_("Родителей"), "number"),
        TableColumn(_("Педагогов"), "number"),
    ]
    rows: list[list[Value]] = [
        [local(one.starts_at).date(), one.title, str(kinds[one.kind].title) if one.kind in kinds else "", one.partner,
         one.people, sum(line.ovz for line in one.lines), sum(line.disabled for line in one.lines), one.won,
         one.parents, one.teachers]
        for one in reports
    ]  # fmt: skip
    return Table(_("Где были классы, %(school)s", school=school.name), columns, rows)


def external_table(school: Organisation, counts: Sequence[ExternalCount]) -> Table:
    """Return what outer programmes say of a school, one line a number."""
    columns = [
        TableColumn(_("Программа"), width=36),
        TableColumn(_("Что посчитано"), width=36),
        TableColumn(_("Человек"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("На день"), "day"),
        TableColumn(_("Источник"), width=44),
    ]
    rows: list[list[Value]] = [
        [one.project.title, one.what, one.people, one.ovz, one.as_of, one.source] for one in counts
    ]
    return Table(_("Внешние программы, %(school)s", school=school.name), columns, rows)


def externals_table(lines: Sequence[ExternalLine], year: int) -> Table:
    """Return what outer programmes say of a branch; never added to our own figures."""
    columns = [
        TableColumn(_("Программа"), width=36),
        TableColumn(_("Что посчитано"), width=36),
        TableColumn(_("Человек"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("Школ сообщили"), "number"),
        TableColumn(_("Самое старое число на"), "day"),
    ]
    rows: list[list[Value]] = [[one.project, one.what, one.people, one.ovz, one.schools, one.as_of] for one in lines]
    return Table(_("Внешние программы"), columns, rows, [(_("Учебный год"), academic_year(year))])


def sites_table(lines: Sequence[SiteLine], shown: Shown) -> Table:
    """Return the schools of a branch with the sections on their sites, those to be called first."""
    columns = [
        TableColumn(_("Муниципалитет"), width=28),
        TableColumn(_("Школа"), width=36),
        TableColumn(_("Раздел"), width=44),
        TableColumn(_("Ссылка на календарь"), width=16),
        TableColumn(_("Обновлён"), "day"),
        TableColumn(_("Обновлён за 31 день"), width=16),
        TableColumn(_("Робот смотрел"), "day"),
        TableColumn(_("Робот нашёл календарь"), width=16),
        TableColumn(_("Что помешало роботу"), width=36),
        TableColumn(_("Робот видел изменения"), "day"),
    ]
    conditions = [(_("Школы"), str(shown.title))] if shown is not Shown.ALL else []
    rows = [[*_said_by_school(one), *_seen_by_robot(one)] for one in lines]
    return Table(_("Разделы о профориентации на сайтах школ"), columns, rows, conditions)


def _said_by_school(line: SiteLine) -> list[Value]:
    mark = line.mark
    words = {True: _("да"), False: _("нет")}
    return [
        line.school.municipality.title, line.school.name, mark.url if mark else "",
        words[mark.has_calendar] if mark else _("нет данных"), mark.fresh_on if mark else None,
        words[line.is_fresh] if mark else _("нет данных"),
    ]  # fmt: skip


def _seen_by_robot(line: SiteLine) -> list[Value]:
    check = line.check
    if check is None:
        return [None, "", "", None]
    words = {True: _("да"), False: _("нет"), None: _("нет данных")}
    return [local(check.checked_at).date(), words[check.found], check.problem, check.changed_on]


def notes_table(notes: Sequence[Note]) -> Table:
    """Return notes as a page lists them; drafts too, where it does."""
    columns = [
        TableColumn(_("Дата"), "day"),
        TableColumn(_("Заголовок"), width=44),
        TableColumn(_("Что это"), width=24),
        TableColumn(_("Организация"), width=36),
        TableColumn(_("Муниципалитет"), width=28),
        TableColumn(_("Состояние"), width=16),
        TableColumn(_("Ссылка"), width=40),
    ]
    rows: list[list[Value]] = [
        [one.day, one.title, str(one.kind_title), one.organisation.name, one.organisation.municipality.title,
         str(one.state_title), one.url]
        for one in notes
    ]  # fmt: skip
    return Table(_("Новости и публикации"), columns, rows)


def note_counts_table(lines: Sequence[SchoolNotes], year: AcademicYear) -> Table:
    """Return how much each school of a branch has told in a year."""
    columns = [
        TableColumn(_("Муниципалитет"), width=28),
        TableColumn(_("Школа"), width=36),
        TableColumn(_("Новостей"), "number"),
        TableColumn(_("Публикаций"), "number"),
        TableColumn(_("Последняя"), "day"),
    ]
    rows: list[list[Value]] = [
        [one.school.municipality.title, one.school.name, one.news, one.publications, one.last_on] for one in lines
    ]
    return Table(_("Новости и публикации школ"), columns, rows, [(_("Учебный год"), str(year))])
