"""One Alembic environment for the platform and every plugin; each has its own folder and its own version table."""

from __future__ import annotations

from alembic import context

from orientir.db import Moment
from orientir.migrate import Lineage, keeping_children, refuse_orphans

config = context.config


def plain_types(kind: str, thing: object, _context: object) -> str | bool:
    """Write our column types as the SQL types they are: a version must not change when our code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


lineage: Lineage = config.attributes["lineage"]

with config.attributes["engine"].connect() as connection, keeping_children(connection):
    context.configure(
        connection=connection,
        target_metadata=lineage.metadata,
        include_object=lineage.owns,
        version_table=lineage.version_table,
        render_as_batch=True,
        transactional_ddl=True,  # SQLite's too, because we begin its transactions ourselves
        compare_type=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()
        refuse_orphans(connection)
