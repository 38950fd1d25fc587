"""Sections on the sites of schools."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0004"
down_revision = "calendar_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_site",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("has_calendar", sa.Boolean(), nullable=False),
        sa.Column("fresh_on", sa.Date(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["marked_by"], ["account.id"], name=op.f("fk_calendar_site_marked_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_site_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_calendar_site")),
    )


def downgrade() -> None:
    op.drop_table("calendar_site")
