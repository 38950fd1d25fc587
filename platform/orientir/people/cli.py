"""`orientir user forget`: the end of a person's data."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from orientir.accounts import life
from orientir.accounts.services import find_user
from orientir.db import begin_writing, db
from orientir.i18n import _
from orientir.people.invitations import forget_address


@click.command("forget")
@click.argument("email")
@click.pass_obj
def forget(application: Callable[[], Flask], email: str) -> None:
    """Mask name and e-mail of an account for good and erase its sessions, secrets and parts in plugins.

    The audit log keeps its number. A plugin that fails stops all of it.
    """
    with application().app_context():
        begin_writing()
        user = find_user(email)
        forget_address(user.email)
        life.forget(user, actor=None)
        db.session.commit()
        click.echo(_("Учётная запись № %(number)s забыта.", number=user.id))
