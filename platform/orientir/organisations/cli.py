"""`orientir region`: the regions of the installation and their settings, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from orientir.db import begin_writing, db
from orientir.i18n import _, plural
from orientir.organisations.queries import all_regions, chosen_region, municipalities_in
from orientir.organisations.reference_data import read_file
from orientir.organisations.services import add_region
from orientir.settings import services as settings

Application = Callable[[], Flask]


@click.group()
def region() -> None:
    """Regions of the installation and their settings."""


@region.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--operator", default="", help="Name of the regional operator as people see it.")
@click.pass_obj
def add(application: Application, path: Path, operator: str) -> None:
    """Add the region a JSON file describes, or the municipalities it lacks; the same file twice changes nothing."""
    reference = read_file(path)
    with application().app_context():
        begin_writing()
        made = add_region(reference, operator, actor=None)
        db.session.commit()
        click.echo(_describe(made.code, made.name, len(municipalities_in([made.scope]))))


@region.command("list")
@click.pass_obj
def list_regions(application: Application) -> None:
    """List the regions with their codes."""
    with application().app_context():
        for one in all_regions():
            click.echo(_describe(one.code, one.name, len(municipalities_in([one.scope]))))


@region.command()
@click.argument("name")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--region", "code", help="Code of the region; needed where there are several.")
@click.pass_obj
def switch(application: Application, name: str, state: str, code: str | None) -> None:
    """Turn an option of the questionnaires on or off, such as two_exams (only two compulsory exams)."""
    with application().app_context():
        begin_writing()
        changed = settings.change(chosen_region(code).id, name, state == "on", actor=None)
        db.session.commit()
    words = {"on": _("%(name)s: включено.", name=name), "off": _("%(name)s: выключено.", name=name)}
    click.echo(words[state] if changed else _("%(name)s: так и было.", name=name))


def _describe(code: str, name: str, places: int) -> str:
    words = plural(places, _("муниципалитет|муниципалитета|муниципалитетов"))
    return f"{code} {name}: {places} {words}"
