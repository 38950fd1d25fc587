"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "plans_0001"
down_revision = None
branch_labels = None
depends_on = None

UNSENT = "0" * 64


def upgrade() -> None:
    op.create_table(
        "plans_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("target_percent", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_plans_wave_state")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_plans_wave_dates")),
        sa.CheckConstraint("target_percent BETWEEN 1 AND 100", name=op.f("ck_plans_wave_target")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_plans_wave_region_id_region")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_plans_wave_version_id_questionnaire_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans_wave")),
    )
    with op.batch_alter_table("plans_wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_wave_region_id"), ["region_id"], unique=False)

    op.create_table(
        "plans_answer",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_plans_answer_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_plans_answer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_plans_answer_version_id_questionnaire_version")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["plans_wave.id"], name=op.f("fk_plans_answer_wave_id_plans_wave")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plans_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("plans_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plans_answer_wave_organisation", ["wave_id", "organisation_id", "grade"], unique=False
        )

    op.create_table(
        "plans_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("send_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            f"used OR send_digest = '{UNSENT}'",
            name=op.f("ck_plans_slip_used"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_plans_slip_class_id_school_class")),
        sa.ForeignKeyConstraint(["wave_id"], ["plans_wave.id"], name=op.f("fk_plans_slip_wave_id_plans_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans_slip")),
        sa.UniqueConstraint("wave_id", "class_id", "number", name=op.f("uq_plans_slip_wave_id_class_id_number")),
    )
    with op.batch_alter_table("plans_slip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_slip_class_id"), ["class_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("plans_slip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plans_slip_class_id"))

    op.drop_table("plans_slip")
    with op.batch_alter_table("plans_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_plans_answer_wave_organisation")

    op.drop_table("plans_answer")
    with op.batch_alter_table("plans_wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plans_wave_region_id"))

    op.drop_table("plans_wave")
