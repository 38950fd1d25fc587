"""Addresses of feeds for one class or one pupil."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0002"
down_revision = "calendar_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(class_id IS NULL) <> (student_id IS NULL)", name=op.f("ck_calendar_link_owner")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_calendar_link_class_id_school_class")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_calendar_link_student_id_student")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("class_id", name=op.f("uq_calendar_link_class_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_link_digest")),
        sa.UniqueConstraint("student_id", name=op.f("uq_calendar_link_student_id")),
    )


def downgrade() -> None:
    op.drop_table("calendar_link")
