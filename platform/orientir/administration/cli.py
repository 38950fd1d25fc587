"""`orientir user`: accounts of grown-ups from the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask

from orientir.accounts import passwords
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import begin_writing, db, fold
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.queries import chosen_region, find_organisation, municipalities_in


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, in one writing transaction that is committed when it returns."""

    @wraps(command)
    @click.pass_obj
    def inside(application: Callable[[], Flask], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever click parsed
        with application().app_context():
            begin_writing()
            result = command(*arguments, **options)
            db.session.commit()
            return result

    return inside


@click.group()
def user() -> None:
    """Accounts of grown-ups."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name as colleagues see it.")
@click.option("--password", help="Without it one is made and printed.")
@in_app
def user_add(email: str, name: str, password: str | None) -> None:
    """Add an account."""
    chosen = password or passwords.suggest()
    accounts.add_user(email, name, chosen, actor=None)
    click.echo(_("Учётная запись %(email)s готова.", email=email))
    if not password:
        click.echo(_("Пароль: %(password)s", password=chosen))


@user.command("password")
@click.argument("email")
@click.option("--password", help="Without it one is made and printed.")
@in_app
def user_password(email: str, password: str | None) -> None:
    """Set a new password and end every open session of the account."""
    chosen = password or passwords.suggest()
    accounts.set_password(accounts.find_user(email), chosen, actor=None)
    click.echo(_("Новый пароль: %(password)s", password=chosen) if not password else _("Пароль изменён."))


@user.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--municipality", help="Name of the municipality; without it the whole region.")
@click.option("--organisation", type=int, help="Number of the organisation, as in its address.")
@click.option("--region", help="Code of the region; needed where there are several.")
@in_app
def user_grant(email: str, role: str, municipality: str | None, organisation: int | None, region: str | None) -> None:
    """Give an account a role in the region, a municipality or an organisation."""
    accounts.grant(accounts.find_user(email), role, _branch(municipality, organisation, region), actor=None)
    click.echo(_("%(email)s: %(role)s.", email=email, role=Role(role).title))


def _branch(municipality: str | None, organisation: int | None, code: str | None) -> Scope:
    """Return the branch the options name: an organisation, a municipality, or the whole region."""
    if organisation is not None and municipality is not None:
        raise InvalidInputError(_("Укажите одно из двух: --municipality или --organisation."))
    if organisation is not None:
        found = find_organisation(organisation)
        if found is None:
            raise InvalidInputError(_("Организации с номером %(number)s нет.", number=organisation))
        return found.scope
    region = chosen_region(code)
    if municipality is None:
        return region.scope
    known = {fold(one.name): one for one in municipalities_in([region.scope])}
    if fold(municipality) not in known:
        raise InvalidInputError(_("Муниципалитета «%(name)s» нет. Пишите как в списке.", name=municipality))
    return known[fold(municipality)].scope
