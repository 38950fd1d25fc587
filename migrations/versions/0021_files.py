"""Files people bring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0021"
down_revision = "platform_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('pdf', 'docx', 'pptx', 'jpg', 'png')", name=op.f("ck_stored_file_kind")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_stored_file_size")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_stored_file_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.create_index("ix_stored_file_owner", ["owner", "owner_id"], unique=False)


def downgrade() -> None:
    op.drop_table("stored_file")
