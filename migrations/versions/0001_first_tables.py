"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_stamp", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_code")),
        sa.UniqueConstraint("kind", "owner", "generation", name=op.f("uq_code_kind_owner_generation")),
    )
    op.create_table(
        "posted_form",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=400), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_posted_form")),
    )
    with op.batch_alter_table("posted_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posted_form_posted_on"), ["posted_on"], unique=False)

    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("key", name=op.f("uq_questionnaire_key")),
    )
    op.create_table(
        "questionnaire_draft",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaire_draft")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("questionnaire_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questionnaire_draft_expires_on"), ["expires_on"], unique=False)

    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("timezone_words", sa.String(length=64), nullable=False),
        sa.Column("operator_name", sa.String(length=200), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("code", name=op.f("uq_region_code")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_audit_entry_actor_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_audit_entry_object", ["object_kind", "object_id"], unique=False)

    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_municipality_region_id_region")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["municipality.id"], name=op.f("fk_municipality_successor_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("region_id", "name", name=op.f("uq_municipality_region_id_name")),
    )
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_municipality_region_id"), ["region_id"], unique=False)

    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_questionnaire_version_questionnaire_id_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint(
            "questionnaire_id", "digest", name=op.f("uq_questionnaire_version_questionnaire_id_digest")
        ),
        sa.UniqueConstraint(
            "questionnaire_id", "number", name=op.f("uq_questionnaire_version_questionnaire_id_number")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("full_name", sa.String(length=400), nullable=False),
        sa.Column("search_key", sa.String(length=800), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_organisation_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_organisation_successor_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_municipality_kind", ["municipality_id", "kind"], unique=False)

    op.create_table(
        "account_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.CheckConstraint("organisation_id IS NULL OR municipality_id IS NULL", name=op.f("ck_account_grant_branch")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_account_grant_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_grant_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_account_grant_region_id_region")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_account_grant_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grant")),
        sa.UniqueConstraint("user_id", "role", "branch", name=op.f("uq_account_grant_user_id_role_branch")),
    )
    op.create_table(
        "coverage_declaration",
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("people >= 0", name=op.f("ck_coverage_declaration_people")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_coverage_declaration_actor_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_declaration_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("activity", "period", "organisation_id", name=op.f("pk_coverage_declaration")),
    )
    op.create_table(
        "coverage_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 10000", name=op.f("ck_coverage_target_value")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_coverage_target_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_target_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_coverage_target_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_target")),
        sa.UniqueConstraint("activity", "period", "branch", name=op.f("uq_coverage_target_activity_period_branch")),
    )
    with op.batch_alter_table("coverage_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_target_region_id"), ["region_id"], unique=False)

    op.create_table(
        "coverage_total",
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("participations", sa.Integer(), nullable=False),
        sa.Column("in_classes", sa.Integer(), nullable=False),
        sa.Column("at_large", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "participations >= 0 AND in_classes >= 0 AND at_large >= 0", name=op.f("ck_coverage_total_figures")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_total_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint(
            "activity", "period", "organisation_id", "level", "year", name=op.f("pk_coverage_total")
        ),
    )
    op.create_table(
        "school_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("last_grade", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.CheckConstraint("grade BETWEEN 0 AND 12", name=op.f("ck_school_class_grade")),
        sa.CheckConstraint("last_grade BETWEEN grade AND 12", name=op.f("ck_school_class_last_grade")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_school_class_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "grade",
            "last_grade",
            "letter",
            name=op.f("uq_school_class_organisation_id_year_grade_last_grade_letter"),
        ),
    )
    with op.batch_alter_table("school_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_class_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "coverage_counter",
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("home", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("participations", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("parties", sa.Integer(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.CheckConstraint("covered BETWEEN 0 AND participations", name=op.f("ck_coverage_counter_covered")),
        sa.CheckConstraint(
            "participations >= 0 AND seats >= 0 AND parties >= 0 AND slips >= 0",
            name=op.f("ck_coverage_counter_figures"),
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_coverage_counter_class_id_school_class")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_counter_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("activity", "period", "home", name=op.f("pk_coverage_counter")),
    )
    with op.batch_alter_table("coverage_counter", schema=None) as batch_op:
        batch_op.create_index("ix_coverage_counter_class", ["activity", "period", "class_id"], unique=False)

    op.create_table(
        "coverage_running",
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 1", name=op.f("ck_coverage_running_people")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_coverage_running_class_id_school_class")
        ),
        sa.PrimaryKeyConstraint("activity", "period", "class_id", "source", name=op.f("pk_coverage_running")),
    )
    op.create_table(
        "headcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ovz", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.CheckConstraint("disabled BETWEEN 0 AND total", name=op.f("ck_headcount_disabled")),
        sa.CheckConstraint("ovz BETWEEN 0 AND total", name=op.f("ck_headcount_ovz")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_headcount_total")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_headcount_class_id_school_class"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
        sa.UniqueConstraint("class_id", "on_date", name=op.f("uq_headcount_class_id_on_date")),
    )
    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 99", name=op.f("ck_student_number")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_student_class_id_school_class")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
        sa.UniqueConstraint("class_id", "number", name=op.f("uq_student_class_id_number")),
    )
    op.create_table(
        "coverage_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("home", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("host_organisation_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=8), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ovz", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("others", sa.Boolean(), nullable=False),
        sa.Column("plugin", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(evidence = 'seat') = (student_id IS NOT NULL)", name=op.f("ck_coverage_fact_seat")),
        sa.CheckConstraint("evidence <> 'party' OR starts_at < ends_at", name=op.f("ck_coverage_fact_party")),
        sa.CheckConstraint("(sign = 1) = (reverses_id IS NULL)", name=op.f("ck_coverage_fact_reverses")),
        sa.CheckConstraint("disabled BETWEEN 0 AND people", name=op.f("ck_coverage_fact_disabled")),
        sa.CheckConstraint("ovz BETWEEN 0 AND people", name=op.f("ck_coverage_fact_ovz")),
        sa.CheckConstraint("people >= 1", name=op.f("ck_coverage_fact_people")),
        sa.CheckConstraint("sign IN (1, -1)", name=op.f("ck_coverage_fact_sign")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_coverage_fact_class_id_school_class")),
        sa.ForeignKeyConstraint(
            ["host_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_coverage_fact_host_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_fact_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["coverage_fact.id"], name=op.f("fk_coverage_fact_reverses_id_coverage_fact")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_coverage_fact_student_id_student")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_fact")),
        sa.UniqueConstraint(
            "plugin", "reference", "revision", "sign", name=op.f("uq_coverage_fact_plugin_reference_revision_sign")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_coverage_fact_reverses_id")),
    )
    with op.batch_alter_table("coverage_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_fact_class_id"), ["class_id"], unique=False)
        batch_op.create_index("ix_coverage_fact_home", ["activity", "period", "home", "evidence"], unique=False)
        batch_op.create_index(batch_op.f("ix_coverage_fact_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coverage_fact_student_id"), ["student_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("posted_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posted_form_posted_on"))
    op.drop_table("posted_form")
    with op.batch_alter_table("coverage_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_fact_student_id"))
        batch_op.drop_index(batch_op.f("ix_coverage_fact_organisation_id"))
        batch_op.drop_index("ix_coverage_fact_home")
        batch_op.drop_index(batch_op.f("ix_coverage_fact_class_id"))

    op.drop_table("coverage_fact")
    op.drop_table("student")
    op.drop_table("headcount")
    op.drop_table("coverage_running")
    with op.batch_alter_table("coverage_counter", schema=None) as batch_op:
        batch_op.drop_index("ix_coverage_counter_class")

    op.drop_table("coverage_counter")
    with op.batch_alter_table("school_class", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_class_organisation_id"))

    op.drop_table("school_class")
    op.drop_table("coverage_total")
    with op.batch_alter_table("coverage_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_target_region_id"))

    op.drop_table("coverage_target")
    op.drop_table("coverage_declaration")
    op.drop_table("account_grant")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index("ix_organisation_municipality_kind")

    op.drop_table("organisation")
    op.drop_table("questionnaire_version")
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_municipality_region_id"))

    op.drop_table("municipality")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_object")
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))

    op.drop_table("audit_entry")
    op.drop_table("region")
    with op.batch_alter_table("questionnaire_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionnaire_draft_expires_on"))

    op.drop_table("questionnaire_draft")
    op.drop_table("questionnaire")
    op.drop_table("code")
    op.drop_table("account")
