"""`orientir bookings`: check the figures of slots against their bookings, or take them from there again."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask

from orientir.bookings import verification
from orientir.db import begin_snapshot, begin_writing, db
from orientir.i18n import _

DIFFERENT = 1
Application = Callable[[], Flask]


@click.group()
def bookings() -> None:
    """Places and queues of slots: check them against the bookings, or take them from there again."""


@bookings.command()
@click.pass_obj
def verify(application: Application) -> None:
    """Recompute the figures of all slots and name what differs; exit status 1 if anything does."""
    with application().app_context():
        begin_snapshot()
        found = verification.differences()
        db.session.rollback()
    for one in found:
        click.echo(_("Сеанс %(slot)s: %(words)s", slot=one.slot_id, words=one.words))
    if found:
        click.echo(_("Расхождений: %(count)s. Исправить: orientir bookings repair.", count=len(found)), err=True)
        sys.exit(DIFFERENT)
    click.echo(_("Места и очереди совпадают с записями."))


@bookings.command()
@click.pass_obj
def repair(application: Application) -> None:
    """Take the figures of slots from their bookings again; what only people can decide is named and stays."""
    with application().app_context():
        begin_writing()
        mended = verification.repair()
        left = verification.differences()
        db.session.commit()
    click.echo(_("Исправлено: %(count)s.", count=len(mended)))
    for one in left:
        click.echo(_("Сеанс %(slot)s: %(words)s", slot=one.slot_id, words=one.words), err=True)
    if left:
        sys.exit(DIFFERENT)
