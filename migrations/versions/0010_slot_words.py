"""What a ticket says beside place and time, and the owner's page about the occasion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0010"
down_revision = "platform_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot") as batch_op:
        batch_op.add_column(sa.Column("page", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("advice", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("slot") as batch_op:
        batch_op.alter_column("page", server_default=None)
        batch_op.alter_column("advice", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("slot") as batch_op:
        batch_op.drop_column("advice")
        batch_op.drop_column("page")
