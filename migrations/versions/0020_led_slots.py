"""Slots whose title, place and time are those of their owner's object."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0020"
down_revision = "platform_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot") as batch_op:
        batch_op.add_column(sa.Column("is_led", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("slot") as batch_op:
        batch_op.alter_column("is_led", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("slot") as batch_op:
        batch_op.drop_column("is_led")
