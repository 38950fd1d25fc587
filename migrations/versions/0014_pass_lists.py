"""Names for the pass desk, and messages of a host to all who are booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0014"
down_revision = "platform_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pass_list",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_pass_list_booking_id_booking")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_pass_list")),
    )
    op.create_table(
        "slot_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_message_slot_id_slot")),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name=op.f("fk_slot_message_sent_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_message")),
    )
    with op.batch_alter_table("slot_message") as batch_op:
        batch_op.create_index(op.f("ix_slot_message_slot_id"), ["slot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("slot_message")
    op.drop_table("pass_list")
