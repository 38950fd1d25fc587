"""A pupil's seat goes on through the years; what became of a class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0005"
down_revision = "platform_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("student", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_student_first_id"), ["first_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_student_class_id_first_id"), ["class_id", "first_id"])
        batch_op.create_foreign_key(batch_op.f("fk_student_first_id_student"), "student", ["first_id"], ["id"])
    op.create_table(
        "class_move",
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("next_id", sa.Integer(), nullable=True),
        sa.Column("keeps_numbers", sa.Boolean(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.CheckConstraint("next_id IS NOT NULL OR NOT keeps_numbers", name=op.f("ck_class_move_keeps_numbers")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_class_move_class_id_school_class")),
        sa.ForeignKeyConstraint(["next_id"], ["school_class.id"], name=op.f("fk_class_move_next_id_school_class")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_class_move")),
    )
    with op.batch_alter_table("class_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_move_next_id"), ["next_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("class_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_move_next_id"))
    op.drop_table("class_move")
    with op.batch_alter_table("student", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_student_first_id_student"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_student_class_id_first_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_student_first_id"))
        batch_op.drop_column("first_id")
