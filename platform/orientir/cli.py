"""The command `orientir`. Mistakes end in one clear line and exit status 2."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from orientir import __version__, migrate
from orientir.accounts.matrix import access
from orientir.administration.cli import user
from orientir.app import create_app
from orientir.audit.cli import audit
from orientir.bookings.cli import bookings
from orientir.config import DEVELOPMENT_SECRET, load_config, settings_file
from orientir.contracts import DemoScale
from orientir.coverage.cli import coverage
from orientir.db import begin_writing, db
from orientir.demo import build_demo, demo_notes, has_demo, refuse_demo, refuse_production
from orientir.demo.terminal import progress_bars
from orientir.errors import OrientirError
from orientir.files.cli import files
from orientir.i18n import _
from orientir.logs import set_up_logs
from orientir.organisations.cli import region
from orientir.organisations.services import load_region
from orientir.people.cli import forget
from orientir.plugins import Plugins, installed
from orientir.questionnaires.cli import answers
from orientir.serve import serve as run_server
from orientir.serve import work as run_worker

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
        except (OrientirError, OSError) as error:
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


def application() -> Flask:
    """Return the application of this process's settings, its data folder made."""
    config = load_config()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    set_up_logs(config.log_format)
    return create_app(config)


@click.group(name="orientir", cls=Orientir)
@click.version_option(__version__, prog_name="orientir")
@click.pass_context
def main(context: click.Context) -> None:
    """Orientir: surveys, registrations and coverage for a region's career guidance."""
    context.obj = application  # the commands of blocks and plugins open it themselves (`click.pass_obj`)
    set_up_logs()


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
    set_up_logs(app.config["ORIENTIR"].log_format, is_server=True)
    with app.app_context():
        refuse_demo()
        notes = demo_notes()

    def announce() -> None:
        click.echo(_("Ориентир: http://%(host)s:%(port)s (остановить: Ctrl+C)", host=host, port=port))
        for line in notes:
            click.echo(line)

    run_server(app, host=host, port=port, announce=announce)


@main.command()
def work() -> None:
    """Do the jobs and the tasks on the clock, apart from the servers: one such process for an installation."""
    app = application()
    with app.app_context():
        refuse_demo()
    run_worker(app, announce=lambda: click.echo(_("Ориентир работает в фоне (остановить: Ctrl+C)")))


@main.command()
@click.option("--seed", default=38, show_default=True, help="The same seed makes the same demo.")
@click.option("--if-missing", is_flag=True, help="Do nothing when the database already has a region.")
@click.option(
    "--scale",
    type=click.Choice([scale.value for scale in DemoScale]),
    default=DemoScale.SMALL.value,
    show_default=True,
    help="A few schools in seconds, or a whole region in minutes.",
)
def demo(seed: int, if_missing: bool, scale: str) -> None:  # noqa: FBT001 - a click flag
    """Make a demo region marked «ДЕМО», with logins and codes to try."""
    refuse_production(load_config())
    _write_settings()
    app = application()
    with app.app_context():
        migrate.upgrade(app)
        begin_writing()
        if if_missing and has_demo():
            return
        with progress_bars() as report:
            build_demo(seed=seed, scale=DemoScale(scale), report=report)
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


main.add_command(access)
main.add_command(answers)
main.add_command(audit)
main.add_command(bookings)
user.add_command(forget)
main.add_command(coverage)
main.add_command(files)
main.add_command(region)
main.add_command(user)
