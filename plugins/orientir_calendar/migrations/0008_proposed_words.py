"""New words of what is published already, which wait for a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0008"
down_revision = "calendar_0007"
branch_labels = None
depends_on = None

TABLES = ("calendar_event", "calendar_note")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("proposed", sa.JSON(), nullable=False, server_default="{}"))
            batch_op.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("proposed", server_default=None)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("proposed_at")
            batch_op.drop_column("proposed")
