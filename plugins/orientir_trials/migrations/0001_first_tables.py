"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "trials_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trials_season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("only_colleges", sa.Boolean(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_trials_season_days")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_trials_season_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials_season")),
    )
    with op.batch_alter_table("trials_season") as batch_op:
        batch_op.create_index(batch_op.f("ix_trials_season_region_id"), ["region_id"], unique=False)

    op.create_table(
        "trials_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("search_key", sa.String(length=800), nullable=False),
        sa.Column("profession", sa.String(length=120), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("is_priority", sa.Boolean(), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("directions", sa.String(length=500), nullable=False),
        sa.Column("guide", sa.String(length=120), nullable=False),
        sa.Column("hands", sa.String(length=1000), nullable=False),
        sa.Column("takeaway", sa.String(length=300), nullable=False),
        sa.Column("study_url", sa.String(length=300), nullable=False),
        sa.Column("clothes", sa.String(length=300), nullable=False),
        sa.Column("safety", sa.String(length=1000), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("needs_companion", sa.Boolean(), nullable=False),
        sa.Column("copied_from", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity >= 1 AND minimum BETWEEN 0 AND capacity", name=op.f("ck_trials_trial_capacity")),
        sa.CheckConstraint(
            "first_grade BETWEEN 1 AND last_grade AND last_grade <= 12", name=op.f("ck_trials_trial_grades")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'suggested', 'approved', 'withdrawn')", name=op.f("ck_trials_trial_state")
        ),
        sa.CheckConstraint("step BETWEEN 1 AND 3", name=op.f("ck_trials_trial_step")),
        sa.ForeignKeyConstraint(
            ["copied_from"], ["trials_trial.id"], name=op.f("fk_trials_trial_copied_from_trials_trial")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_trials_trial_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["season_id"], ["trials_season.id"], name=op.f("fk_trials_trial_season_id_trials_season")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials_trial")),
    )
    with op.batch_alter_table("trials_trial") as batch_op:
        batch_op.create_index(batch_op.f("ix_trials_trial_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_trials_trial_season_state", ["season_id", "state"], unique=False)

    op.create_table(
        "trials_reply",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("send_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_trials_reply_booking_id_booking")),
        sa.PrimaryKeyConstraint("booking_id", "place", name=op.f("pk_trials_reply")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trials_answer",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trials_trial.id"], name=op.f("fk_trials_answer_trial_id_trials_trial")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_trials_answer_version_id_questionnaire_version")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trials_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("trials_answer") as batch_op:
        batch_op.create_index("ix_trials_answer_trial", ["trial_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("trials_answer") as batch_op:
        batch_op.drop_index("ix_trials_answer_trial")
    op.drop_table("trials_answer")
    op.drop_table("trials_reply")
    with op.batch_alter_table("trials_trial") as batch_op:
        batch_op.drop_index("ix_trials_trial_season_state")
        batch_op.drop_index(batch_op.f("ix_trials_trial_organisation_id"))
    op.drop_table("trials_trial")
    with op.batch_alter_table("trials_season") as batch_op:
        batch_op.drop_index(batch_op.f("ix_trials_season_region_id"))
    op.drop_table("trials_season")
