"""`orientir region`: settings of the region from the command line."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.queries import first_region
from orientir.settings import services as settings


@click.group()
def region() -> None:
    """Settings of the region."""


@region.command()
@click.argument("name")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.pass_obj
def switch(application: Callable[[], Flask], name: str, state: str) -> None:
    """Turn an option of the questionnaires on or off, such as two_exams (only two compulsory exams)."""
    with application().app_context():
        begin_writing()
        own = first_region()
        if own is None:
            raise InvalidInputError(_("Регион ещё не создан. Сначала выполните orientir init."))
        changed = settings.change(own.id, name, state == "on", actor=None)
        db.session.commit()
    words = {"on": _("%(name)s: включено.", name=name), "off": _("%(name)s: выключено.", name=name)}
    click.echo(words[state] if changed else _("%(name)s: так и было.", name=name))
