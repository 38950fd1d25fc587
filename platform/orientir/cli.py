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
from alembic.util import CommandError
from click.exceptions import NoArgsIsHelpError
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from orientir import __version__, migrate
from orientir.accounts import passwords
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.config import DEVELOPMENT_SECRET, load_config, settings_file
from orientir.contracts import Scope
from orientir.coverage.cli import coverage
from orientir.db import begin_writing, db, fold
from orientir.demo import build_demo, demo_notes, has_demo, refuse_demo, refuse_production
from orientir.errors import ConfigError, InvalidInputError, OrientirError
from orientir.i18n import _
from orientir.organisations.cli import region
from orientir.organisations.queries import find_organisation, first_region, municipalities_in
from orientir.organisations.services import load_region
from orientir.plugins import Plugins, installed
from orientir.serve import serve as run_server

MISUSE = 2


class Orientir(click.Group):
    """The command with the plugins' own beside it; whatever goes wrong is one line and status 2."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - click's signature
        try:
            outcome = super().main(*arguments, **{**options, "standalone_mode": False})
        except NoArgsIsHelpError as error:
            error.show()
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "orientir"
            _complain(_("%(text)s Подсказка: %(command)s --help", text=error.format_message(), command=path))
        except (OrientirError, CommandError, OSError) as error:
            _complain(str(error))
        except (OperationalError, ProgrammingError) as error:
            _complain(_("База данных не отвечает или не обновлена: %(text)s. Проверьте ORIENTIR_DATABASE_URL и "
                        "выполните orientir db upgrade.", text=_reason(error)))  # fmt: skip
        except DBAPIError as error:
            _complain(_("База данных отказала: %(text)s.", text=_reason(error)))
        except click.Abort:
            _complain(_("прервано."))
        else:
            sys.exit(outcome if isinstance(outcome, int) else 0)
        sys.exit(MISUSE)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return super().get_command(context, name) or _plugin_commands().get(name)

    def list_commands(self, context: click.Context) -> list[str]:
        """Return all names; help is there for an installation that cannot start, too."""
        try:
            added = list(_plugin_commands())
        except (OrientirError, OSError):
            added = []
        return [*super().list_commands(context), *added]


def _complain(text: str) -> None:
    click.echo(_("Ошибка: %(text)s", text=" ".join(text.split())), err=True)


def _reason(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]


def _plugin_commands() -> dict[str, click.Command]:
    manifests = application().extensions["orientir.plugins"].manifests.values()
    return {str(command.name): command for manifest in manifests for command in manifest.commands}


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


@click.group(name="orientir", cls=Orientir)
@click.version_option(__version__, prog_name="orientir")
@click.pass_context
def main(context: click.Context) -> None:
    """Orientir: surveys, registrations and coverage for a region's career guidance."""
    context.obj = application  # the commands of blocks and plugins open it themselves (`click.pass_obj`)
    level = os.environ.get("ORIENTIR_LOG", "WARNING").upper()
    if level not in logging.getLevelNamesMapping():
        raise ConfigError(
            _("ORIENTIR_LOG: «%(value)s» не подходит. Возможны: DEBUG, INFO, WARNING, ERROR.", value=level)
        )
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


@main.command()
@click.option("--region", default="38", show_default=True, help="Reference data to load.")
@click.option("--operator", default="", help="Name of the regional operator as people see it.")
def init(region: str, operator: str) -> None:
    """Make the data folder, settings with a secret of their own, tables and the region's municipalities."""
    path = _write_settings()
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
        refuse_demo()
        notes = demo_notes()

    def announce() -> None:
        click.echo(_("Ориентир: http://%(host)s:%(port)s (остановить: Ctrl+C)", host=host, port=port))
        for line in notes:
            click.echo(line)

    run_server(app, host=host, port=port, announce=announce)


@main.command()
@click.option("--seed", default=38, show_default=True, help="The same seed makes the same demo.")
@click.option("--if-missing", is_flag=True, help="Do nothing when the database already has a region.")
def demo(seed: int, if_missing: bool) -> None:  # noqa: FBT001 - a click flag
    """Make a demo region marked «ДЕМО», with logins and codes to try."""
    refuse_production(load_config())
    _write_settings()
    app = application()
    with app.app_context():
        migrate.upgrade(app)
        begin_writing()
        if if_missing and has_demo():
            return
        build_demo(seed=seed)
        db.session.commit()
        for line in demo_notes():
            click.echo(line)


@main.command("plugins")
def list_plugins() -> None:
    """List the plugins: on, left out with the reason, installed but off."""
    plugins: Plugins = application().extensions["orientir.plugins"]
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
    click.echo(_("%(lineage)s: таблицы теперь в версии %(target)s.", lineage=lineage, target=target))


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
    if organisation is not None and municipality is not None:
        raise InvalidInputError(_("Укажите одно из двух: --municipality или --organisation."))
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


def _write_settings() -> Path:
    """Return the settings file, given a secret of its own when neither it nor the environment has one."""
    path = settings_file(os.environ)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if load_config().secret_key == DEVELOPMENT_SECRET and "secret_key" not in text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(f'secret_key = "{secrets.token_urlsafe(48)}"\n{text}', encoding="utf-8")
        fresh.replace(path)
    return path


main.add_command(coverage)
main.add_command(region)
