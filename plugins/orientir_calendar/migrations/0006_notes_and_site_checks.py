"""School news and teachers' publications; what the robot saw on the sites of schools."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0006"
down_revision = "calendar_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.String(length=3000), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("search_key", sa.String(length=4000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('news', 'publication')", name=op.f("ck_calendar_note_kind")),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_calendar_note_published_at")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'suggested', 'published', 'withdrawn')", name=op.f("ck_calendar_note_state")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["calendar_event.id"], name=op.f("fk_calendar_note_event_id_calendar_event")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_calendar_note_made_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_note_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_note")),
    )
    op.create_index("ix_calendar_note_event_id", "calendar_note", ["event_id"])
    op.create_index("ix_calendar_note_organisation_id", "calendar_note", ["organisation_id"])
    op.create_index("ix_calendar_note_state", "calendar_note", ["state", "day"])
    op.create_table(
        "calendar_site_check",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_site_check_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_calendar_site_check")),
    )


def downgrade() -> None:
    op.drop_table("calendar_site_check")
    op.drop_table("calendar_note")
