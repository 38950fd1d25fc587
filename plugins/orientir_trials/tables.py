"""The register and the cards of an organiser as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orientir.bookings.conditions import conditions_in_words
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.web.formats import academic_year, local
from orientir.web.forms import conditions_of
from orientir_trials.figures import Figures
from orientir_trials.forms import RegisterForm
from orientir_trials.models import Trial
from orientir_trials.queries import Offer
from orientir_trials.words import FIELDS, STEPS


def register_table(offers: Sequence[Offer], form: RegisterForm) -> Table:
    """Return the dates of the register with all that a school chooses by; times are the region's."""
    columns = [
        TableColumn(_("День"), "day"),
        TableColumn(_("Начало"), width=10),
        TableColumn(_("Конец"), width=10),
        TableColumn(_("Проба"), width=40),
        TableColumn(_("Область"), width=28),
        TableColumn(_("Ступень"), width=14),
        TableColumn(_("Классы"), width=10),
        TableColumn(_("Организация"), width=36),
        TableColumn(_("Муниципалитет"), width=24),
        TableColumn(_("Адрес"), width=36),
        TableColumn(_("Мест"), "number"),
        TableColumn(_("Свободно"), "number"),
        TableColumn(_("Ждут"), "number"),
        TableColumn(_("Условия"), width=40),
    ]
    return Table(_("Реестр профессиональных проб"), columns, [_row(one) for one in offers], conditions_of(form))


def _row(offer: Offer) -> list[Value]:
    slot, trial = offer.slot, offer.trial
    starts_at, ends_at = local(slot.starts_at), local(slot.ends_at)
    return [
        starts_at.date(),
        f"{starts_at:%H:%M}",
        f"{ends_at:%H:%M}",
        trial.title,
        str(FIELDS.get(trial.field, trial.field)),
        str(STEPS[trial.step]),
        f"{slot.first_grade}–{slot.last_grade}",
        trial.organisation.name,
        trial.organisation.municipality.title,
        _("онлайн") if trial.is_online else slot.place,
        slot.capacity,
        slot.free,
        slot.waiting,
        "; ".join(conditions_in_words(trial.conditions)),
    ]


def cards_table(trials: Sequence[Trial], counts: Mapping[int, tuple[int, int, int]]) -> Table:
    """Return the cards of an organiser with the dates still to come, their places and how many are taken."""
    columns = [
        TableColumn(_("Проба"), width=40),
        TableColumn(_("Организация"), width=36),
        TableColumn(_("Сезон"), width=30),
        TableColumn(_("Состояние"), width=16),
        TableColumn(_("Сеансов впереди"), "number"),
        TableColumn(_("Мест"), "number"),
        TableColumn(_("Занято"), "number"),
    ]
    rows: list[list[Value]] = [
        [one.title, one.organisation.name, one.season.title, str(one.state_title), *counts.get(one.id, (0, 0, 0))]
        for one in trials
    ]
    return Table(_("Профессиональные пробы организации"), columns, rows)


def figures_table(title: str, year: int, figures: Figures) -> Table:
    """Return the indicators of a branch, each with what it is counted from."""
    taken, given, quality = figures.taken, figures.given, figures.quality
    columns = [
        TableColumn(_("Показатель"), width=64),
        TableColumn(_("Числитель"), "number"),
        TableColumn(_("Знаменатель"), "number"),
        TableColumn(_("Доля"), "percent"),
    ]
    rows: list[list[Value]] = [
        [_("6.1. Прошли профпробы, 6–11 классы"), taken.share.covered, taken.share.base, taken.share.value],
        [_("6.2. Из них с ОВЗ"), taken.ovz.covered, taken.ovz.base, taken.ovz.value],
        [_("6.3. Человеко-проб"), taken.share.participations, None, None],
        [_("6.3. Человеко-проб, в том числе с ОВЗ"), taken.ovz.participations, None, None],
        [_("6.3. Пришли из записанных"), taken.people, taken.booked, taken.turnout],
        [_("6.4. Делали сами («руками»)"), quality.hands, quality.answered, quality.hands_share],
        [_("6.4. Профессия стала понятнее"), quality.clearer, quality.answered, quality.clearer_share],
        [_("7.4. Колледжи и вузы, проводившие пробы"), given.hosts, given.all_hosts, given.host_share],
        [_("3.4. Сеансы с условиями для ОВЗ"), given.accessible, given.dates, given.accessible_share],
        [_("Принято участников"), given.people, given.places, None],
        [_("Проведено минут"), given.minutes, None, None],
    ]
    notes = [(_("Чьи показатели"), title), (_("Учебный год"), academic_year(year))]
    return Table(_("Показатели профпроб, %(title)s", title=title), columns, rows, notes)
