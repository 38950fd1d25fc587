"""Calendars: when a slot last changed, when the occasions of a region did, and the feeds written since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0019"
down_revision = "platform_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot") as batch_op:
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE slot SET changed_at = opens_at")
    with op.batch_alter_table("slot") as batch_op:
        batch_op.alter_column("changed_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("sequence", server_default=None)
    op.create_table(
        "feed_state",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_feed_state_region_id_region")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_feed_state")),
    )
    op.create_table(
        "stored_feed",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("etag", sa.String(length=32), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_stored_feed_region_id_region")),
        sa.PrimaryKeyConstraint("region_id", "key", name=op.f("pk_stored_feed")),
    )
    with op.batch_alter_table("stored_feed") as batch_op:
        batch_op.create_index(op.f("ix_stored_feed_day"), ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("stored_feed")
    op.drop_table("feed_state")
    with op.batch_alter_table("slot") as batch_op:
        batch_op.drop_column("sequence")
        batch_op.drop_column("changed_at")
