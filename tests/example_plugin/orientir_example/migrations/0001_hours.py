"""Hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "example_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "example_hour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("is_taken_back", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("people >= 1", name=op.f("ck_example_hour_people")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_example_hour_class_id_school_class")),
        sa.ForeignKeyConstraint(["noted_by"], ["account.id"], name=op.f("fk_example_hour_noted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_hour")),
    )
    op.create_index(op.f("ix_example_hour_class_id"), "example_hour", ["class_id"])


def downgrade() -> None:
    op.drop_table("example_hour")
