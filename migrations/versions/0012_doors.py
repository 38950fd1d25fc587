"""Doors of a slot and what was read at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0012"
down_revision = "platform_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_door_made_by_account")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_door_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door")),
    )
    with op.batch_alter_table("door") as batch_op:
        batch_op.create_index(op.f("ix_door_slot_id"), ["slot_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("door_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=36), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("undone_at IS NULL OR verdict = 'accepted'", name=op.f("ck_scan_undone_at")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_scan_booking_id_booking")),
        sa.ForeignKeyConstraint(["door_id"], ["door.id"], name=op.f("fk_scan_door_id_door")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("door_id", "nonce", name=op.f("uq_scan_door_id_nonce")),
    )
    with op.batch_alter_table("scan") as batch_op:
        batch_op.create_index(op.f("ix_scan_booking_id"), ["booking_id"], unique=False)


def downgrade() -> None:
    op.drop_table("scan")
    op.drop_table("door")
