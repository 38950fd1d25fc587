"""`orientir files`: check the contents people brought against what is known of them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask

from orientir.db import db
from orientir.files.verification import verify_files
from orientir.i18n import _

SPOILT = 1


@click.group()
def files() -> None:
    """Files people brought: check that each lies whole in the data folder."""


@files.command()
@click.pass_obj
def verify(application: Callable[[], Flask]) -> None:
    """Read every file and name those that are missing or spoilt; exit status 1 if any is."""
    with application().app_context():
        done = verify_files()
        db.session.rollback()
        for file in done.spoilt:
            click.echo(
                _("Файл %(file)s (%(owner)s %(number)s): содержимого нет или оно другое.",
                  file=file.id, owner=file.owner, number=file.owner_id)
            )  # fmt: skip
    if done.spoilt:
        click.echo(
            _("Испорчено файлов: %(spoilt)s из %(count)s.", spoilt=len(done.spoilt), count=done.looked_at), err=True
        )
        sys.exit(SPOILT)
    click.echo(_("Файлы целы: %(count)s.", count=done.looked_at))
