"""Schema versions: the platform first, then plugins in configuration order, one version table each.

Switching a plugin off leaves its tables and its version alone; `downgrade` of one plugin removes its tables only.
Alembic is loaded when tables are changed: a server that does not would carry 11 MB for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Connection, MetaData

from orientir import paths
from orientir.db import Base, db
from orientir.errors import PluginError
from orientir.i18n import _
from orientir.plugins import Plugins

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

PLATFORM = "platform"


@dataclass(frozen=True)
class Lineage:
    """The history of one owner's tables: where its versions lie and which tables are its own."""

    name: str
    versions: Path
    prefixes: tuple[str, ...]
    foreign: tuple[str, ...] = ()

    @property
    def version_table(self) -> str:
        return "alembic_version" if self.name == PLATFORM else f"alembic_version_{self.name}"

    @property
    def metadata(self) -> MetaData:
        return Base.metadata

    def owns(self, thing: Any, name: str | None, kind: str, reflected: bool, _other: object) -> bool:  # noqa: ANN401, FBT001 - Alembic's signature
        """Tell Alembic whether a table belongs to this lineage; a plugin's tables bear its name as a prefix."""
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        if table is None or table.startswith("alembic_version"):
            return False
        if reflected and table not in Base.metadata.tables and self.name == PLATFORM:
            return False  # of a plugin that is switched off
        if self.prefixes:
            return table.startswith(self.prefixes)
        return not table.startswith(self.foreign)


def lineages(plugins: Plugins) -> list[Lineage]:
    """Return the platform's lineage and those of the plugins that keep tables, in the order of upgrading."""
    folders = {name: _versions_of(manifest.package) for name, manifest in plugins.manifests.items()}
    prefixes = tuple(f"{name}_" for name in folders)
    platform = Lineage(PLATFORM, paths.MIGRATIONS / "versions", (), prefixes)
    return [platform, *(Lineage(name, path, (f"{name}_",)) for name, path in folders.items() if path)]


def upgrade(app: Flask, target: str = "head") -> None:
    """Bring the tables of the platform and of every enabled plugin to `target`."""
    for lineage in lineages(app.extensions["orientir.plugins"]):
        _run("upgrade", lineage, target)


def downgrade(app: Flask, name: str, target: str = "base") -> None:
    """Take the tables of one lineage («platform» or a plugin's name) back to `target`."""
    _run("downgrade", _find(app, name), target)


def revise(app: Flask, name: str, message: str) -> None:
    """Write a new version of one lineage from the difference between models and database."""
    _run("revision", _find(app, name), message, autogenerate=True)


def _run(command: str, lineage: Lineage, *arguments: str, **options: bool) -> None:
    """Do a command of Alembic; raises PluginError with what it complains of."""
    from alembic import command as commands
    from alembic.util import CommandError

    try:
        getattr(commands, command)(alembic_config(lineage), *arguments, **options)
    except CommandError as error:
        raise PluginError(str(error)) from error


@contextmanager
def keeping_children(connection: Connection) -> Iterator[None]:
    """Let SQLite's foreign keys sleep: it changes a column by dropping the table, which deletes what leans on it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Not through SQLAlchemy, which would open a transaction first, and in one the pragma is deaf.
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = ON")


def refuse_orphans(connection: Connection) -> None:
    """Raise PluginError where a version would leave rows that lean on nothing."""
    orphan = (
        connection.exec_driver_sql("PRAGMA foreign_key_check").first() if connection.dialect.name == "sqlite" else None
    )
    if orphan:
        raise PluginError(_("Строки таблицы %(table)s остались бы без опоры (foreign key).", table=orphan[0]))


def _find(app: Flask, name: str) -> Lineage:
    known = {lineage.name: lineage for lineage in lineages(app.extensions["orientir.plugins"])}
    if name not in known:
        raise PluginError(_("Таблиц «%(name)s» нет. Есть: %(known)s.", name=name, known=", ".join(known)))
    return known[name]


def alembic_config(lineage: Lineage) -> AlembicConfig:
    """Return Alembic's set-up for one lineage on the database of the running application."""
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.set_main_option("version_locations", str(lineage.versions))
    config.set_main_option("path_separator", "newline")
    config.attributes["lineage"] = lineage
    config.attributes["engine"] = db.engine
    return config


def _versions_of(package: str) -> Path | None:
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "migrations"
        if folder.is_dir():
            return folder
    return None
