"""A second round: its rules, who goes to it, sheets of each round, the short list that is signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "practices_0002"
down_revision = "practices_0001"
branch_labels = None
depends_on = None

STAGES = "stage IN ('draft', 'intake', 'check', 'expertise', 'protocol', 'published')"
MORE_STAGES = "stage IN ('draft', 'intake', 'check', 'expertise', 'shortlist', 'defence', 'protocol', 'published')"


def upgrade() -> None:
    op.create_table(
        "practices_defence",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurors_each", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 99", name=op.f("ck_practices_defence_weight")),
        sa.CheckConstraint("jurors_each BETWEEN 1 AND 9", name=op.f("ck_practices_defence_jurors_each")),
        sa.CheckConstraint("mark BETWEEN 0 AND 100", name=op.f("ck_practices_defence_mark")),
        sa.CheckConstraint("best BETWEEN 1 AND 99", name=op.f("ck_practices_defence_best")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["practices_contest.id"], name=op.f("fk_practices_defence_contest_id_practices_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_practices_defence")),
    )
    op.create_table(
        "practices_finalist",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["practices_entry.id"], name=op.f("fk_practices_finalist_entry_id_practices_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_practices_finalist")),
    )
    with op.batch_alter_table("practices_contest") as batch_op:
        batch_op.drop_constraint(op.f("ck_practices_contest_stage"), type_="check")
        batch_op.create_check_constraint(op.f("ck_practices_contest_stage"), MORE_STAGES)
    with op.batch_alter_table("practices_sheet") as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(op.f("ck_practices_sheet_round"), "round BETWEEN 1 AND 2")
        batch_op.drop_constraint(op.f("uq_practices_sheet_entry_id_expert"), type_="unique")
        batch_op.drop_constraint(op.f("uq_practices_sheet_entry_id_juror_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_practices_sheet_entry_id_round_expert"), ["entry_id", "round", "expert"]
        )
        batch_op.create_unique_constraint(
            op.f("uq_practices_sheet_entry_id_round_juror_id"), ["entry_id", "round", "juror_id"]
        )
    with op.batch_alter_table("practices_sheet") as batch_op:
        batch_op.alter_column("round", server_default=None)
    with op.batch_alter_table("practices_protocol") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), nullable=False, server_default="results"))
        batch_op.create_check_constraint(op.f("ck_practices_protocol_kind"), "kind IN ('shortlist', 'results')")
        batch_op.drop_constraint(op.f("uq_practices_protocol_contest_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_practices_protocol_contest_id_kind"), ["contest_id", "kind"])
    with op.batch_alter_table("practices_protocol") as batch_op:
        batch_op.alter_column("kind", server_default=None)


def downgrade() -> None:
    """Go back to one round: sheets and short lists of a second one are lost, contests in it stand at their experts."""
    op.execute("DELETE FROM practices_protocol WHERE kind = 'shortlist'")
    op.execute("DELETE FROM practices_sheet WHERE round = 2")
    op.execute("UPDATE practices_contest SET stage = 'expertise' WHERE stage IN ('shortlist', 'defence')")
    with op.batch_alter_table("practices_protocol") as batch_op:
        batch_op.drop_constraint(op.f("uq_practices_protocol_contest_id_kind"), type_="unique")
        batch_op.drop_constraint(op.f("ck_practices_protocol_kind"), type_="check")
        batch_op.create_unique_constraint(op.f("uq_practices_protocol_contest_id"), ["contest_id"])
        batch_op.drop_column("kind")
    with op.batch_alter_table("practices_sheet") as batch_op:
        batch_op.drop_constraint(op.f("uq_practices_sheet_entry_id_round_juror_id"), type_="unique")
        batch_op.drop_constraint(op.f("uq_practices_sheet_entry_id_round_expert"), type_="unique")
        batch_op.drop_constraint(op.f("ck_practices_sheet_round"), type_="check")
        batch_op.create_unique_constraint(op.f("uq_practices_sheet_entry_id_juror_id"), ["entry_id", "juror_id"])
        batch_op.create_unique_constraint(op.f("uq_practices_sheet_entry_id_expert"), ["entry_id", "expert"])
        batch_op.drop_column("round")
    with op.batch_alter_table("practices_contest") as batch_op:
        batch_op.drop_constraint(op.f("ck_practices_contest_stage"), type_="check")
        batch_op.create_check_constraint(op.f("ck_practices_contest_stage"), STAGES)
    op.drop_table("practices_finalist")
    op.drop_table("practices_defence")
