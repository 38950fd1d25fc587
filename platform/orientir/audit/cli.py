"""`orientir audit`: seal the log, look through the chain, print the anchor to keep elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask

from orientir.audit.sealing import seal
from orientir.audit.verification import last_block
from orientir.audit.verification import verify as verify_chain
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _, plural

BROKEN = 1
SHOWN = 20
Application = Callable[[], Flask]


@click.group()
def audit() -> None:
    """Log of acts: seal it, verify it, print its anchor."""


@audit.command("seal")
@click.pass_obj
def seal_now(application: Application) -> None:
    """Seal what is not sealed yet; the server does so every few minutes."""
    with application().app_context():
        sealed = seal()
    click.echo(_("Запечатано: %(count)s %(entries)s.", count=sealed, entries=_entries(sealed)))


@audit.command()
@click.option("--anchor", default="", help="Hash printed by `orientir audit anchor` earlier: it must still be there.")
@click.pass_obj
def verify(application: Application, anchor: str) -> None:
    """Look through the whole chain; exit status 1 and the first bad entries where it is broken."""
    with application().app_context():
        done = verify_chain(anchor.strip())
        db.session.rollback()
    for finding in done.findings[:SHOWN]:
        click.echo(finding.words)
    if done.findings:
        click.echo(_("Журнал повреждён. Найдено: %(count)s.", count=len(done.findings)), err=True)
        sys.exit(BROKEN)
    click.echo(
        _("Журнал цел: блоков %(blocks)s, в них %(entries)s %(words)s, ещё не запечатано %(unsealed)s.",
          blocks=done.blocks, entries=done.entries, words=_entries(done.entries), unsealed=done.unsealed)
    )  # fmt: skip


@audit.command()
@click.pass_obj
def anchor(application: Application) -> None:
    """Print the hash of the last block: kept outside of the server, it shows later that nothing was cut off."""
    with application().app_context():
        block = last_block()
        if block is None:
            raise MissingError(_("Запечатанных записей ещё нет. Выполните orientir audit seal."))
        click.echo(block.digest)


def _entries(count: int) -> str:
    return plural(count, _("запись|записи|записей"))
