"""Jobs, letters, settings with history, acts by branch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0002"
down_revision = "platform_0001"
branch_labels = None
depends_on = None

BRANCH = ("region", "municipality", "organisation")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("done >= 0", name=op.f("ck_job_done")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_job_region_id_region")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_job_actor_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_state", "job", ["state", "id"])
    op.create_index("ix_job_region", "job", ["region_id", "id"])
    op.create_index("ix_job_actor_id", "job", ["actor_id"])
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outgoing_mail_attempts")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_outgoing_mail_region_id_region")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_outgoing_mail_user_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    op.create_index("ix_outgoing_mail_state", "outgoing_mail", ["state", "next_try_at"])
    op.create_index("ix_outgoing_mail_region", "outgoing_mail", ["region_id", "id"])
    op.create_index("ix_outgoing_mail_user_id", "outgoing_mail", ["user_id"])
    op.create_table(
        "setting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_setting_change_region_id_region")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_setting_change_actor_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
    )
    op.create_index("ix_setting_change_region_name", "setting_change", ["region_id", "name", "id"])
    with op.batch_alter_table("audit_entry") as batch_op:
        for one in BRANCH:
            batch_op.add_column(sa.Column(f"{one}_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_audit_entry_{one}_id_{one}"), one, [f"{one}_id"], ["id"])
    op.create_index("ix_audit_entry_region", "audit_entry", ["region_id", "id"])
    op.create_index("ix_audit_entry_organisation", "audit_entry", ["organisation_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_organisation", "audit_entry")
    op.drop_index("ix_audit_entry_region", "audit_entry")
    with op.batch_alter_table("audit_entry") as batch_op:
        for one in reversed(BRANCH):
            batch_op.drop_constraint(op.f(f"fk_audit_entry_{one}_id_{one}"), type_="foreignkey")
            batch_op.drop_column(f"{one}_id")
    for table in ("setting_change", "outgoing_mail", "job"):
        op.drop_table(table)
