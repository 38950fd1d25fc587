"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_calendar_kind_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_kind")),
        sa.UniqueConstraint("region_id", "key", name=op.f("uq_calendar_kind_region_id_key")),
    )
    op.create_table(
        "calendar_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_calendar_project_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_project")),
        sa.UniqueConstraint("region_id", "title", name=op.f("uq_calendar_project_region_id_title")),
    )
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("search_key", sa.String(length=800), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("first_grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("partners", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("frequency", sa.String(length=12), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=4000), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("proof_url", sa.String(length=300), nullable=False),
        sa.Column("proof_checked_on", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(frequency = '') = (until IS NULL)", name=op.f("ck_calendar_event_until")),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_calendar_event_cancelled_at")
        ),
        sa.CheckConstraint(
            "frequency IN ('', 'weekly', 'fortnightly', 'monthly')", name=op.f("ck_calendar_event_frequency")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'suggested', 'published', 'cancelled')", name=op.f("ck_calendar_event_state")
        ),
        sa.CheckConstraint(
            "first_grade BETWEEN 0 AND last_grade AND last_grade <= 12", name=op.f("ck_calendar_event_grades")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_calendar_event_times")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_calendar_event_made_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_event_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["calendar_project.id"], name=op.f("fk_calendar_event_project_id_calendar_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_event_uid")),
    )
    with op.batch_alter_table("calendar_event") as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_event_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_calendar_event_state", ["state", "starts_at"], unique=False)

    op.create_table(
        "calendar_trusted",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("trusted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_trusted_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_calendar_trusted")),
    )
    op.create_table(
        "calendar_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("original", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name=op.f("ck_calendar_exception_times")),
        sa.CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name=op.f("ck_calendar_exception_order")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["calendar_event.id"], name=op.f("fk_calendar_exception_event_id_calendar_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_exception")),
        sa.UniqueConstraint("event_id", "original", name=op.f("uq_calendar_exception_event_id_original")),
    )
    op.create_table(
        "calendar_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parents", sa.Integer(), nullable=False),
        sa.Column("teachers", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("parents >= 0 AND teachers >= 0", name=op.f("ck_calendar_report_people")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_calendar_report_times")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["calendar_event.id"], name=op.f("fk_calendar_report_event_id_calendar_event")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_calendar_report_made_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_report_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_report")),
    )
    with op.batch_alter_table("calendar_report") as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_report_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_calendar_report_school", ["organisation_id", "starts_at"], unique=False)

    op.create_table(
        "calendar_report_line",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ovz", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.Column("students", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "ovz BETWEEN 0 AND people AND disabled BETWEEN 0 AND people", name=op.f("ck_calendar_report_line_parts")
        ),
        sa.CheckConstraint("people >= 1", name=op.f("ck_calendar_report_line_people")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_calendar_report_line_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["calendar_report.id"], name=op.f("fk_calendar_report_line_report_id_calendar_report")
        ),
        sa.PrimaryKeyConstraint("report_id", "class_id", name=op.f("pk_calendar_report_line")),
    )
    with op.batch_alter_table("calendar_report_line") as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_report_line_class_id"), ["class_id"], unique=False)


def downgrade() -> None:
    op.drop_table("calendar_report_line")
    op.drop_table("calendar_report")
    op.drop_table("calendar_exception")
    op.drop_table("calendar_trusted")
    op.drop_table("calendar_event")
    op.drop_table("calendar_project")
    op.drop_table("calendar_kind")
