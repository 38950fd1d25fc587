"""One Alembic environment for the platform and every plugin; each has its own folder and its own version table."""

from __future__ import annotations

from alembic import context

from orientir.migrate import Lineage

config = context.config
lineage: Lineage = config.attributes["lineage"]

with config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=lineage.metadata,
        include_object=lineage.owns,
        version_table=lineage.version_table,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
