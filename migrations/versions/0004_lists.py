"""Lists on their way in, and how earlier tables were matched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0004"
down_revision = "platform_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("importer", sa.String(length=64), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("matching", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("sealed_source", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_plan", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_outcome", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("position >= 0", name=op.f("ck_list_import_position")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_list_import_region_id_region")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_list_import_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_list_import_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_list_import_actor_id_account")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_list_import_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_import")),
    )
    op.create_index(op.f("ix_list_import_actor_id"), "list_import", ["actor_id"])
    op.create_index(op.f("ix_list_import_expires_on"), "list_import", ["expires_on"])
    op.create_table(
        "list_matching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("importer", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_matching")),
        sa.UniqueConstraint("importer", "branch", "signature", name=op.f("uq_list_matching_importer_branch_signature")),
    )


def downgrade() -> None:
    op.drop_table("list_matching")
    op.drop_table("list_import")
