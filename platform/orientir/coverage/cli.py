"""`orientir coverage`: check the running figures against the ledger, or make them anew."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask

from orientir.coverage import rebuilding
from orientir.db import begin_snapshot, begin_writing, db
from orientir.i18n import _

DIFFERENT = 1
Application = Callable[[], Flask]


@click.group()
def coverage() -> None:
    """Running figures of coverage: check them against the ledger, or make them anew."""


@coverage.command()
@click.pass_obj
def verify(application: Application) -> None:
    """Recompute all figures and name those that differ; exit status 1 if there are any."""
    with application().app_context():
        begin_snapshot()
        found = rebuilding.differences()
        for one in found:
            click.echo(_describe(one))
        db.session.rollback()
    if found:
        click.echo(_("Расхождений: %(count)s. Исправить: orientir coverage rebuild.", count=len(found)), err=True)
        sys.exit(DIFFERENT)
    click.echo(_("Счётчики совпадают с журналом."))


@coverage.command()
@click.pass_obj
def rebuild(application: Application) -> None:
    """Replace all figures by what the ledger and the plugins' tables say, in one transaction."""
    with application().app_context():
        begin_writing()
        homes = rebuilding.rebuild()
        db.session.commit()
    click.echo(_("Счётчики построены заново: %(homes)s.", homes=homes))


def _describe(one: rebuilding.Difference) -> str:
    key = " ".join(str(part) for part in one.key if part != "")
    return _(
        "%(table)s %(key)s: хранится %(stored)s, по журналу %(expected)s",
        table=one.table,
        key=key,
        stored=one.stored or _("ничего"),
        expected=one.expected or _("ничего"),
    )
