"""`orientir answers`: lay stored answers anew, so that the database does not tell which slip brought which."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask

from orientir.i18n import _
from orientir.questionnaires.mixing import mix_tables

HELD = 1
Application = Callable[[], Flask]


@click.group()
def answers() -> None:
    """Stored answers: lay them anew, so that nothing tells which slip brought which."""


@answers.command()
@click.pass_obj
def mix(application: Application) -> None:
    """Mix what was written together, as is done every night; exit status 1 if somebody holds a table."""
    with application().app_context():
        done = mix_tables(tries=1)
    if done.mixed:
        click.echo(_("Перемешаны таблицы: %(names)s.", names=", ".join(done.mixed)))
    if done.busy:
        click.echo(_("Заняты, повторите позже: %(names)s.", names=", ".join(done.busy)), err=True)
        sys.exit(HELD)
    if not done.mixed:
        click.echo(_("Перемешивать нечего: всё лежит как надо."))
