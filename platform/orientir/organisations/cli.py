"""`orientir region`: settings of the region that no page shows yet."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.queries import first_region
from orientir.organisations.services import switch_setting
from orientir.plugins import current_plugins


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
        known = _switches()
        if name not in known:
            raise InvalidInputError(
                _("Настройки «%(name)s» нет. Есть: %(known)s.", name=name, known=", ".join(sorted(known)))
            )
        switch_setting(own, name, on=state == "on", actor=None)
        db.session.commit()
    click.echo(_("%(name)s: включено.", name=name) if state == "on" else _("%(name)s: выключено.", name=name))


def _switches() -> set[str]:
    """Return the switches the questionnaires of the plugins in use ask for."""
    manifests = current_plugins().manifests.values()
    return {name for manifest in manifests for one in manifest.questionnaires for name in one.get("settings", ())}
