"""Slots, bookings and the seats of a class in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0009"
down_revision = "platform_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("needs_companion", sa.Boolean(), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("confirm_hours", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("tail", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (reason <> '')", name=op.f("ck_slot_reason")),
        sa.CheckConstraint("state IN ('draft', 'published', 'cancelled', 'held')", name=op.f("ck_slot_state")),
        sa.CheckConstraint("cancel_until <= starts_at", name=op.f("ck_slot_cancel_until")),
        sa.CheckConstraint("capacity >= 1 AND minimum BETWEEN 0 AND capacity", name=op.f("ck_slot_capacity")),
        sa.CheckConstraint("confirm_hours >= 0", name=op.f("ck_slot_confirm_hours")),
        sa.CheckConstraint("first_grade BETWEEN 0 AND last_grade AND last_grade <= 12", name=op.f("ck_slot_grades")),
        sa.CheckConstraint("opens_at < closes_at AND closes_at <= starts_at", name=op.f("ck_slot_booking_times")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_times")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_slot_taken")),
        sa.CheckConstraint("waiting >= 0 AND tail >= waiting", name=op.f("ck_slot_queue")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_slot_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    with op.batch_alter_table("slot") as batch_op:
        batch_op.create_index("ix_slot_host", ["organisation_id", "starts_at"], unique=False)
        batch_op.create_index("ix_slot_owner", ["owner", "owner_id"], unique=False)

    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=36), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ovz", sa.Integer(), nullable=False),
        sa.Column("companion", sa.LargeBinary(), nullable=True),
        sa.Column("consents", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("came_ovz", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'attended') = (came IS NOT NULL AND came > 0)", name=op.f("ck_booking_came")),
        sa.CheckConstraint("(state = 'pending') = (confirm_until IS NOT NULL)", name=op.f("ck_booking_confirm_until")),
        sa.CheckConstraint("(state = 'waiting') = (place IS NOT NULL)", name=op.f("ck_booking_place")),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'waiting', 'cancelled', 'attended', 'absent')",
            name=op.f("ck_booking_state"),
        ),
        sa.CheckConstraint("NOT own OR people = 1", name=op.f("ck_booking_own")),
        sa.CheckConstraint("came_ovz IS NULL OR came_ovz BETWEEN 0 AND came", name=op.f("ck_booking_came_ovz")),
        sa.CheckConstraint("ovz BETWEEN 0 AND people", name=op.f("ck_booking_ovz")),
        sa.CheckConstraint("people >= 1", name=op.f("ck_booking_people")),
        sa.ForeignKeyConstraint(["booked_by"], ["account.id"], name=op.f("fk_booking_booked_by_account")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_booking_class_id_school_class")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_booking_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("request", name=op.f("uq_booking_request")),
        sa.UniqueConstraint("slot_id", "place", name=op.f("uq_booking_slot_id_place")),
    )
    with op.batch_alter_table("booking") as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_class_id"), ["class_id"], unique=False)
        batch_op.create_index("ix_booking_slot_state", ["slot_id", "state"], unique=False)

    op.create_table(
        "booking_seat",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_seat_booking_id_booking")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_booking_seat_student_id_student")),
        sa.PrimaryKeyConstraint("booking_id", "student_id", name=op.f("pk_booking_seat")),
    )
    with op.batch_alter_table("booking_seat") as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_seat_student_id"), ["student_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("booking_seat") as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_seat_student_id"))

    op.drop_table("booking_seat")
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_index("ix_booking_slot_state")
        batch_op.drop_index(batch_op.f("ix_booking_class_id"))

    op.drop_table("booking")
    with op.batch_alter_table("slot") as batch_op:
        batch_op.drop_index("ix_slot_owner")
        batch_op.drop_index("ix_slot_host")

    op.drop_table("slot")
