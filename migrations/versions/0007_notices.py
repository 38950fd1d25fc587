"""Notices: what was told, what people want by mail, rounds of the day, rules that are off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0007"
down_revision = "platform_0006"
branch_labels = None
depends_on = None

WAITING = sa.text("mailed_at IS NULL AND read_at IS NULL")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("way IN ('once', 'daily', 'site')", name=op.f("ck_notice_way")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_notice_actor_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_notice_mail_id_outgoing_mail"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_notice_region_id_region")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_notice_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "kind", "about", name=op.f("uq_notice_user_id_kind_about")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index("ix_notice_log", ["region_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notice_unread", ["user_id"], unique=False, sqlite_where=UNREAD, postgresql_where=UNREAD
        )
        batch_op.create_index(
            "ix_notice_waiting",
            ["region_id", "user_id"],
            unique=False,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )

    op.create_table(
        "notice_preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.CheckConstraint("way IN ('once', 'daily', 'site')", name=op.f("ck_notice_preference_way")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_notice_preference_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "notice_round",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("told >= 0", name=op.f("ck_notice_round_told")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_notice_round_region_id_region")),
        sa.PrimaryKeyConstraint("region_id", "name", "on_day", name=op.f("pk_notice_round")),
    )
    op.create_table(
        "notice_reminder_off",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("off_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_notice_reminder_off_region_id_region")),
        sa.PrimaryKeyConstraint("region_id", "rule", name=op.f("pk_notice_reminder_off")),
    )


def downgrade() -> None:
    op.drop_table("notice_reminder_off")
    op.drop_table("notice_round")
    op.drop_table("notice_preference")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_waiting", sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.drop_index("ix_notice_unread", sqlite_where=UNREAD, postgresql_where=UNREAD)
        batch_op.drop_index("ix_notice_log")
        batch_op.drop_index(batch_op.f("ix_notice_mail_id"))
        batch_op.drop_index(batch_op.f("ix_notice_actor_id"))

    op.drop_table("notice")
