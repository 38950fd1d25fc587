"""Letters that can be turned off by their link, and letters to responsible persons without an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0013"
down_revision = "platform_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mail") as batch_op:
        batch_op.add_column(sa.Column("off_url", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("outgoing_mail") as batch_op:
        batch_op.alter_column("off_url", server_default=None)
    with op.batch_alter_table("notice_preference") as batch_op:
        batch_op.add_column(sa.Column("before", sa.String(length=8), nullable=True))
    op.create_table(
        "notice_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["outgoing_mail.id"],
            name=op.f("fk_notice_contact_mail_id_outgoing_mail"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_contact_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_notice_contact_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_contact")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "about", name=op.f("uq_notice_contact_organisation_id_kind_about")
        ),
    )
    op.create_index("ix_notice_contact_log", "notice_contact", ["region_id", "id"])
    op.create_index(op.f("ix_notice_contact_mail_id"), "notice_contact", ["mail_id"])
    op.create_table(
        "notice_contact_off",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("off_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_contact_off_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "address", "topic", name=op.f("pk_notice_contact_off")),
    )


def downgrade() -> None:
    op.drop_table("notice_contact_off")
    op.drop_table("notice_contact")
    with op.batch_alter_table("notice_preference") as batch_op:
        batch_op.drop_column("before")
    with op.batch_alter_table("outgoing_mail") as batch_op:
        batch_op.drop_column("off_url")
