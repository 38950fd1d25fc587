"""Words people wrote by themselves, apart from their answers, until somebody has decided who may read them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0016"
down_revision = "platform_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "free_word",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'shown', 'hidden')", name=op.f("ck_free_word_state")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_free_word")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_free_word_owner", "free_word", ["owner", "state", "owner_id"])


def downgrade() -> None:
    op.drop_table("free_word")
