"""The tables of people and of invitations as files: what the page of people shows, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from orientir.accounts.models import User
from orientir.accounts.roles import role_title
from orientir.contracts import Scope
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.people.forms import FilterForm
from orientir.people.models import Invitation
from orientir.web.forms import conditions_of


def people_table(
    people: Sequence[User], places: Mapping[str, str], belongs: Callable[[Scope], bool], form: FilterForm
) -> Table:
    """Return the accounts of the list with their roles in the branches of whoever asks."""
    columns = [
        TableColumn(_("Имя"), width=36),
        TableColumn(_("Почта")),
        TableColumn(_("Роли"), width=60),
        TableColumn(_("Последний вход"), "moment"),
        TableColumn(_("Доступ"), width=12),
    ]
    rows: Iterable[list[Value]] = (
        [
            one.name,
            one.email,
            "; ".join(_role(grant.role, places[grant.branch]) for grant in one.grants if belongs(grant.scope)),
            one.signed_in_at,
            _("закрыт") if one.disabled_at else _("открыт"),
        ]
        for one in people
    )
    return Table(_("Люди"), columns, rows, [*conditions_of(form), (_("Внимание"), _("Здесь личные данные."))])


def invitations_table(invitations: Sequence[Invitation], places: Mapping[str, str]) -> Table:
    """Return the invitations that wait for an answer."""
    columns = [
        TableColumn(_("Почта")),
        TableColumn(_("Роль"), width=60),
        TableColumn(_("Отправлено"), "moment"),
        TableColumn(_("Пригласил(а)"), width=36),
        TableColumn(_("Ссылка"), width=12),
    ]
    rows: list[list[Value]] = [
        [
            one.email,
            _role(one.role, places[one.branch]),
            one.sent_at,
            one.inviter.name,
            _("истекла") if one.has_expired else _("действует"),
        ]
        for one in invitations
    ]
    return Table(_("Приглашения"), columns, rows)


def _role(role: str, place: str) -> str:
    return f"{role_title(role)} — {place}" if place else str(role_title(role))
