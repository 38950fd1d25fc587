"""«Что сделать»: what the platform itself asks of each role; the plugins' panels stand beside these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import url_for

from orientir import clock
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.bookings import duties as booking_duties
from orientir.contracts import HomePanel, PanelItem, Scope, Viewer
from orientir.coverage.activities import activities, period_on
from orientir.coverage.queries import totals
from orientir.coverage.shares import Share
from orientir.db import db
from orientir.front import work
from orientir.i18n import _, _l, plural
from orientir.organisations.models import Organisation, Region
from orientir.organisations.queries import current_year, today_of
from orientir.plugins import current_plugins
from orientir.students import duties
from orientir.web.formats import day, number, percent

NAMED = 3  # names a line has room for
MOST_PANELS = 3
Items = list[PanelItem]


def platform_panels(viewer: Viewer) -> list[HomePanel]:
    """Return the panels of the viewer's roles; one with nothing to do is left out, the administrator's says so."""
    user = db.session.get(User, viewer.user_id) if viewer.user_id else None
    grants = user.grants[:MOST_PANELS] if user else []
    panels = [_panel(grant) for grant in grants]
    return [panel for panel in panels if panel.items]


def platform_items(role: Role, scope: Scope) -> Items:
    """Return what the platform asks of a role in a branch."""
    region = db.session.get_one(Region, scope.region_id)
    return TASKS[role](scope, region) if role in TASKS else []


def _panel(grant: Grant) -> HomePanel:
    role = Role(grant.role) if grant.role in set(Role) else None
    items = platform_items(role, grant.scope) if role else []
    return HomePanel(TITLES.get(role, "") if role else "", tuple(items), order=20)


def _teacher(scope: Scope, region: Region) -> Items:
    today = today_of(region)
    states = duties.class_states(scope.organisation_id or 0, today)
    return [*booking_duties.class_duties(scope, region), *_uncounted_classes(scope, states)]


def _school_admin(scope: Scope, region: Region) -> Items:
    today = today_of(region)
    states = duties.class_states(scope.organisation_id or 0, today)
    school = db.session.get_one(Organisation, scope.organisation_id)
    items = [] if states or not school.has_classes else [_no_classes(school, region)]
    items += _uncounted_classes(scope, states)
    items += _different_lists(scope, sum(one.differs for one in states))
    items = [*booking_duties.class_duties(scope, region), *items]
    return items if work.has_contact(school.id) else [*items, _no_contact(school)]


def _coordinator(scope: Scope, region: Region) -> Items:
    states = duties.place_states(scope, today_of(region))
    words = {
        "classes": _("школа не ввела классы|школы не ввели классы|школ не ввели классы"),
        "headcounts": _("школа без чисел учеников|школы без чисел учеников|школ без чисел учеников"),
        "accounts": _("школа без учётной записи|школы без учётной записи|школ без учётной записи"),
    }
    found = {lack: [one.place.name for one in states if lacks(one)] for lack, lacks in duties.LACKS.items()}
    return [
        _call(names, words[lack], url_for("calls.index", municipality=scope.municipality_id, lack=lack),
              _("Кому звонить"))
        for lack, names in found.items()
        if names
    ]  # fmt: skip


def _operator(scope: Scope, region: Region) -> Items:
    items = []
    lacking = duties.municipalities_without(Role.COORDINATOR, region.id, today_of(region))
    if lacking:
        forms = _("муниципалитет без координатора|муниципалитета без координатора|муниципалитетов без координатора")
        invite = url_for("invitations.invite")
        items.append(_call(lacking, forms, invite, _("Назначить")))
    bare = duties.count_schools_without_classes(scope, current_year(region), today_of(region))
    if bare:
        forms = _("школа не ввела классы|школы не ввели классы|школ не ввели классы")
        hint = _("В охвате это «нет данных», а не ноль")
        url = url_for("calls.index", lack="classes")
        items.append(PanelItem(bare, plural(bare, forms), url, _("Кому звонить"), hint))
    return items + [item for item in _figures(scope, region) if item.count]


def _observer(scope: Scope, region: Region) -> Items:
    return _figures(scope, region)


def _organiser(scope: Scope, region: Region) -> Items:
    place = db.session.get(Organisation, scope.organisation_id) if scope.organisation_id is not None else None
    if place is None:  # somebody who looks after the sessions of a whole town
        return []
    return [*booking_duties.host_duties(scope, region), *_unfilled_card(place)]


def _unfilled_card(place: Organisation) -> Items:
    missing = [str(title) for title, value in _card(place) if not value]
    if not missing:
        return []
    url = url_for("organisations.organisation", organisation_id=place.id)
    hint = _("Не хватает: %(what)s", what=", ".join(missing))
    return [PanelItem(len(missing), _("Карточка организации заполнена не вся"), url, _("Открыть"), hint)]


def _administrator(_scope: Scope, region: Region) -> Items:
    jobs, letters = work.failed_work(region.id)
    plugins = len(current_plugins().failures) + len(current_plugins().troubles)
    found = [
        (jobs, _("задание не получилось|задания не получились|заданий не получились"), "work.index"),
        (letters, _("письмо не ушло|письма не ушли|писем не ушли"), "letters.index"),
        (plugins, _("плагин не отвечает|плагина не отвечают|плагинов не отвечают"), "front.health"),
    ]
    items = [
        PanelItem(count, plural(count, forms), url_for(endpoint), _("Посмотреть"), _("Причина записана в журнале"))
        for count, forms, endpoint in found
        if count
    ]
    checked = _("Проверили: задания, письма, плагины")
    return items or [PanelItem(None, _("Всё в порядке"), url_for("front.health"), _("Состояние"), checked)]


def _uncounted_classes(scope: Scope, states: Sequence[duties.ClassState]) -> Items:
    """Return a line for each day whose numbers are missing."""
    lacking = Counter(one.lacks for one in states if one.lacks)
    return [_uncounted(scope, due.on, count) for due, count in sorted(lacking.items(), reverse=True)]


def _uncounted(scope: Scope, due: date, count: int) -> PanelItem:
    words = plural(count, _("класс без числа учеников|класса без числа учеников|классов без числа учеников"))
    url = url_for("headcounts.table", organisation_id=scope.organisation_id, date=due.isoformat())
    hint = _("На %(day)s %(year)s: от этого числа считают доли", day=day(due), year=due.year)
    return PanelItem(count, words, url, _("Записать"), hint)


def _different_lists(scope: Scope, count: int) -> Items:
    if not count:
        return []
    words = plural(count, _("класс, где список не сходится с числом учеников|класса, где список не сходится с числом "
                            "учеников|классов, где список не сходится с числом учеников"))  # fmt: skip
    url = url_for("organisations.organisation", organisation_id=scope.organisation_id)
    return [PanelItem(count, words, url, _("Сверить"), _("Закройте номера выбывших или поправьте число"))]


def _no_classes(school: Organisation, region: Region) -> PanelItem:
    year = clock.AcademicYear.of(today_of(region))
    url = url_for("moving.plan", organisation_id=school.id)
    title = _("Классы %(year)s не введены", year=str(year))
    return PanelItem(None, title, url, _("Ввести"), _("Без них школы нет ни в опросе, ни в охвате"))


def _no_contact(school: Organisation) -> PanelItem:
    url = url_for("contacts.edit", organisation_id=school.id)
    hint = _("Координатор не узнает, кому звонить")
    return PanelItem(None, _("Не указан ответственный за профориентацию"), url, _("Указать"), hint)


def _call(names: Sequence[str], forms: str, url: str, action: str) -> PanelItem:
    """Return a line that counts places and names the first of them."""
    more = len(names) - NAMED
    hint = ", ".join(names[:NAMED]) + (_(" и ещё %(count)s", count=number(more)) if more > 0 else "")
    return PanelItem(len(names), plural(len(names), forms), url, action, hint)


def _figures(scope: Scope, region: Region) -> Items:
    """Return a line for each activity: how many people lack to its goal, or how it stands."""
    today = today_of(region)
    current = [(activity, period_on(activity, today)) for activity in activities().values()]
    return [
        _figure(str(activity.title), share, _figures_url(activity.key, period, scope))
        for (activity, period), share in zip(current, totals(current, scope), strict=True)
        if share.base is not None or share.covered
    ]


def _figure(title: str, share: Share, url: str) -> PanelItem:
    hint = _("%(covered)s человек, базы нет", covered=number(share.covered))
    if share.value is not None:
        hint = _(
            "%(share)s: %(covered)s из %(base)s",
            share=percent(share.value),
            covered=number(share.covered),
            base=number(share.base),
        )
    if share.gap:
        forms = _("%(title)s: человека не хватает до цели|%(title)s: человек не хватает до цели|"
                  "%(title)s: человек не хватает до цели", title=title)  # fmt: skip
        return PanelItem(share.gap, plural(share.gap, forms), url, _("По муниципалитетам"), hint)
    return PanelItem(None, title, url, _("Подробно"), hint)


def _figures_url(activity: str, period: int, scope: Scope) -> str:
    where: dict[str, Any] = {"activity": activity, "year": period}
    if scope.municipality_id is not None:
        return url_for("coverage.municipality", municipality_id=scope.municipality_id, **where)
    return url_for("coverage.region", region_id=scope.region_id, **where)


def _card(place: Organisation) -> list[tuple[str, str]]:
    return [(_("полное название"), place.full_name), (_("адрес"), place.address)]


TITLES = {
    Role.TEACHER: _l("Классы"),
    Role.SCHOOL_ADMIN: _l("Школа"),
    Role.COORDINATOR: _l("Школы муниципалитета"),
    Role.OPERATOR: _l("Регион"),
    Role.ADMINISTRATOR: _l("Работа сайта"),
    Role.ORGANISER: _l("Организация"),
    Role.OBSERVER: _l("Показатели"),
}
TASKS: dict[Role, Callable[[Scope, Region], Items]] = {
    Role.TEACHER: _teacher,
    Role.SCHOOL_ADMIN: _school_admin,
    Role.COORDINATOR: _coordinator,
    Role.OPERATOR: _operator,
    Role.ADMINISTRATOR: _administrator,
    Role.ORGANISER: _organiser,
    Role.OBSERVER: _observer,
}
