"""Tables of the pages in front: whom to call, an organisation's own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orientir.coverage.activities import period_title
from orientir.coverage.pages import audience_words
from orientir.coverage.peers import OwnFigure
from orientir.coverage.tables import STATUS_WORDS
from orientir.documents.tables import Table, TableColumn, Value
from orientir.front.call_queries import LACK_TITLES, Call
from orientir.i18n import _
from orientir.organisations.contacts import NOBODY, Responsible
from orientir.organisations.models import Municipality, Organisation


def calls_table(
    calls: Sequence[Call], people: Mapping[int, Responsible], lack: str, place: Municipality | None
) -> Table:
    """Return whom to call; where no class is entered the cells stay empty, never zero."""
    columns = [
        TableColumn(_("Школа"), width=40),
        TableColumn(_("Муниципалитет"), width=30),
        TableColumn(_("Ответственный"), width=36),
        TableColumn(_("Телефон"), width=20),
        TableColumn(_("Не хватает до цели, чел."), "number"),
        TableColumn(_("Мероприятие"), width=30),
        TableColumn(_("Классов"), "number"),
        TableColumn(_("Из них без числа"), "number"),
        TableColumn(_("Учётная запись"), width=16),
    ]
    rows = [_call(one, people.get(one.place.organisation_id, NOBODY)) for one in calls]
    notes = [(_("Внимание"), _("Список служебный: не пересылайте его."))]
    notes += [(_("Муниципалитет"), place.title)] if place else []
    notes += [(_("Чего не хватает"), str(LACK_TITLES[lack]))] if lack else []
    return Table(_("Кому звонить"), columns, rows, notes)


def _call(one: Call, person: Responsible) -> list[Value]:
    state, gap = one.state, one.gap
    return [
        one.place.name, one.place.municipality, person.name, person.phone_words,
        gap.people if gap else None, str(gap.activity.title) if gap else "",
        state.classes or None, state.uncounted if state.classes else None, state.has_account,
    ]  # fmt: skip


def figures_table(organisation: Organisation, figures: Sequence[OwnFigure]) -> Table:
    """Return the figures of an organisation beside those of the last period and of its neighbours."""
    columns = [
        TableColumn(_("Мероприятие"), width=40),
        TableColumn(_("Период"), width=16),
        TableColumn(_("Охвачено, чел."), "number"),
        TableColumn(_("Всего, чел."), "number"),
        TableColumn(_("Доля"), "percent"),
        TableColumn(_("Цель"), "percent"),
        TableColumn(_("Разрыв, чел."), "number"),
        TableColumn(_("Состояние"), width=18),
        TableColumn(_("Доля прошлого периода"), "percent"),
        TableColumn(_("Медиана соседей"), "percent"),
        TableColumn(_("Соседей"), "number"),
        TableColumn(_("Считаем"), width=40),
    ]
    notes = [(_("Организация"), organisation.name), (_("Муниципалитет"), organisation.municipality.title)]
    title = _("Показатели, %(name)s", name=organisation.name)
    return Table(title, columns, [_row(one) for one in figures], notes)


def _row(one: OwnFigure) -> list[Value]:
    share, near = one.share, one.neighbours
    return [
        str(one.activity.title), period_title(one.activity, one.period), share.covered, share.base, share.value,
        share.target, share.gap, str(STATUS_WORDS[share.status]), one.before.value,
        near.median if near else None, near.count if near else None, audience_words(one.activity),
    ]  # fmt: skip
