"""The command `orientir`. Mistakes end in one clear line and exit status 2."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from orientir import __version__, migrate
from orientir.accounts import passwords
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.config import CONFIG_NAME, Config, load_config
from orientir.contracts import Scope
from orientir.coverage.cli import coverage
from orientir.db import begin_writing, db, fold
from orientir.demo import build_demo, demo_notes, has_demo
from orientir.errors import InvalidInputError, OrientirError
from orientir.i18n import _
from orientir.organisations.queries import find_organisation, first_region, municipalities_in
from orientir.organisations.services import load_region
from orientir.plugins import current_plugins, installed
from orientir.serve import serve as run_server

MISUSE = 2


class OneLine(click.Group):
    """A group whose commands say what went wrong in one line and leave with status 2."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(context)
        except OrientirError as error:
            click.echo(_("Ошибка: %(text)s", text=error.message), err=True)
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).splitlines()[0]
            click.echo(_("База данных не отвечает или не обновлена: %(text)s. Проверьте ORIENTIR_DATABASE_URL и "
                         "выполните orientir db upgrade.", text=reason), err=True)  # fmt: skip
        except OSError as error:
            click.echo(_("Ошибка: %(text)s", text=error), err=True)
        sys.exit(MISUSE)


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, in one writing transaction that is committed when it returns."""

    @wraps(command)
    def inside(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever click parsed
        with application().app_context():
            begin_writing()
            result = command(*arguments, **options)
            db.session.commit()
            return result

    return inside


def application() -> Flask:
    """Return the application of this process's settings, its data folder made."""
    config = load_config()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return create_app(config)


@click.group(cls=OneLine)
@click.version_option(__version__, prog_name="orientir")
@click.pass_context
def main(context: click.Context) -> None:
    """Orientir: surveys, registrations and coverage for a region's career guidance."""
    context.obj = application  # the commands of the blocks open it themselves
    logging.basicConfig(
        level=os.environ.get("ORIENTIR_LOG", "WARNING").upper(), format="%(levelname)s %(name)s: %(message)s"
    )


@main.command()
@click.option("--region", default="38", show_default=True, help="Reference data to load.")
@click.option("--operator", default="", help="Name of the regional operator as people see it.")
def init(region: str, operator: str) -> None:
    """Make the data folder, settings with a secret of their own, tables and the region's municipalities."""
    config = load_config()
    path = _write_settings(config)
    app = application()
    with app.app_context():
        migrate.upgrade(app)
        begin_writing()
        loaded = load_region(region, operator_name=operator, actor=None)
        db.session.commit()
        click.echo(_("Готово: %(name)s, настройки в %(path)s.", name=loaded.name, path=path))
        click.echo(_("Дальше: orientir user add ПОЧТА --name ИМЯ, orientir user grant ПОЧТА operator, orientir serve."))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the platform with its jobs in this process."""
    app = application()
    with app.app_context():
        notes = demo_notes()
    click.echo(_("Ориентир: http://%(host)s:%(port)s (остановить: Ctrl+C)", host=host, port=port))
    for line in notes:
        click.echo(line)
    run_server(app, host=host, port=port)


@main.command()
@click.option("--seed", default=38, show_default=True, help="The same seed makes the same demo.")
@click.option("--if-missing", is_flag=True, help="Do nothing when the database already has a region.")
def demo(seed: int, if_missing: bool) -> None:  # noqa: FBT001 - a click flag
    """Make a demo region marked «ДЕМО», with logins and codes to try."""
    _write_settings(load_config())
    app = application()
    with app.app_context():
        if if_missing and has_demo():
            return
        migrate.upgrade(app)
        db.session.rollback()  # the look for a region began as a reader
        begin_writing()
        build_demo(seed=seed)
        db.session.commit()
        for line in demo_notes():
            click.echo(line)


@main.command("plugins")
@in_app
def list_plugins() -> None:
    """List the plugins: on, left out with the reason, installed but off."""
    plugins = current_plugins()
    for name, manifest in plugins.manifests.items():
        click.echo(_("%(name)s: включён, %(title)s", name=name, title=manifest.title))
    for name, reason in plugins.failures.items():
        click.echo(_("%(name)s: не запущен: %(reason)s", name=name, reason=reason))
    for name in sorted(installed().keys() - plugins.manifests.keys() - plugins.failures.keys()):
        click.echo(_("%(name)s: установлен, выключен (ORIENTIR_PLUGINS)", name=name))


@main.group()
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
@in_app
def user_grant(email: str, role: str, municipality: str | None, organisation: int | None) -> None:
    """Give an account a role in the region, a municipality or an organisation."""
    accounts.grant(accounts.find_user(email), role, _branch(municipality, organisation), actor=None)
    click.echo(_("%(email)s: %(role)s.", email=email, role=Role(role).title))


@main.group("db")
def database() -> None:
    """Tables of the platform and the plugins."""


@database.command()
def upgrade() -> None:
    """Bring all tables to the newest version."""
    app = application()
    with app.app_context():
        migrate.upgrade(app)
    click.echo(_("Таблицы обновлены."))


@database.command()
@click.argument("lineage")
@click.option("--to", "target", default="base", show_default=True)
def downgrade(lineage: str, target: str) -> None:
    """Take the tables of one lineage («platform» or a plugin) back; «base» removes them."""
    app = application()
    with app.app_context():
        migrate.downgrade(app, lineage, target)


@database.command()
@click.argument("lineage")
@click.argument("message")
def revise(lineage: str, message: str) -> None:
    """For developers: write a new version from the difference between models and tables."""
    app = application()
    with app.app_context():
        migrate.revise(app, lineage, message)


def _branch(municipality: str | None, organisation: int | None) -> Scope:
    """Return the branch the options name: an organisation, a municipality, or the whole region."""
    region = first_region()
    if region is None:
        raise InvalidInputError(_("Регион ещё не создан. Сначала выполните orientir init."))
    if organisation is not None:
        found = find_organisation(organisation)
        if found is None:
            raise InvalidInputError(_("Организации с номером %(number)s нет.", number=organisation))
        return found.scope
    if municipality is None:
        return region.scope
    known = {fold(one.name): one for one in municipalities_in([region.scope])}
    if fold(municipality) not in known:
        raise InvalidInputError(_("Муниципалитета «%(name)s» нет. Пишите как в списке.", name=municipality))
    return known[fold(municipality)].scope


def _write_settings(config: Config) -> Path:
    """Return the settings file, made with a secret of its own when there is none."""
    path = config.data_dir / CONFIG_NAME
    if path.exists() or "ORIENTIR_CONFIG" in os.environ:
        return path
    config.data_dir.mkdir(parents=True, exist_ok=True)
    text = f'secret_key = "{secrets.token_urlsafe(48)}"\n'
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


main.add_command(coverage)
