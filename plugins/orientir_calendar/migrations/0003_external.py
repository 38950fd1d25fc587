"""What outer programmes say of a school's year."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0003"
down_revision = "calendar_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_external",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ovz", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("people >= 1 AND ovz BETWEEN 0 AND people", name=op.f("ck_calendar_external_people")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_calendar_external_made_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_external_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["calendar_project.id"], name=op.f("fk_calendar_external_project_id_calendar_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_external")),
    )
    with op.batch_alter_table("calendar_external") as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_external_school"), ["organisation_id", "year"], unique=False)


def downgrade() -> None:
    op.drop_table("calendar_external")
