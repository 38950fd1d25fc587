"""Sessions, second factor, links by mail, invitations, roles in objects of plugins."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "platform_0006"
down_revision = "platform_0005"
branch_labels = None
depends_on = None

ACCOUNT = sa.table("account", sa.column("id"), sa.column("name"), sa.column("email"), sa.column("search_key"))


def upgrade() -> None:
    # Added one by one, never in a batch: on SQLite a batch would replace the table every other one refers to.
    op.add_column("account", sa.Column("search_key", sa.String(length=800), nullable=False, server_default=""))
    op.add_column("account", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    _fill_search_keys()
    with op.batch_alter_table("account_grant") as batch_op:
        batch_op.add_column(sa.Column("object_key", sa.String(length=64), nullable=False, server_default=""))
        batch_op.alter_column(
            "role", existing_type=sa.String(length=32), type_=sa.String(length=64), existing_nullable=False
        )
        batch_op.alter_column(
            "branch", existing_type=sa.String(length=64), type_=sa.String(length=128), existing_nullable=False
        )
    op.create_index("ix_account_grant_organisation", "account_grant", ["organisation_id"])
    op.create_index("ix_account_grant_object", "account_grant", ["object_key"])
    _create_session_tables()
    _create_invitation()


def _fill_search_keys() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.email)).all():
        folded = unicodedata.normalize("NFKC", f"{row.name} {row.email}").casefold().replace("ё", "е")
        key = " ".join(folded.split())[:800]
        connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(search_key=key))


def _create_session_tables() -> None:
    op.create_table(
        "account_session",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("must_enrol", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _account("account_session"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account_session")),
    )
    op.create_index("ix_account_session_user", "account_session", ["user_id", "ended_at"])
    op.create_index(op.f("ix_account_session_seen_at"), "account_session", ["seen_at"])
    op.create_table(
        "account_second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _account("account_second_factor"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account_second_factor")),
    )
    op.create_table(
        "account_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _account("account_recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_recovery_code")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_account_recovery_code_user_id_digest")),
    )
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _account("account_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_link_digest")),
    )
    op.create_index(op.f("ix_account_link_user_id"), "account_link", ["user_id"])


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("is_handover", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("object_key", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["invited_by"], ["account.id"], name=op.f("fk_invitation_invited_by_account")),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_invitation_{one}_id_{one}"))
            for one in ("region", "municipality", "organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_index("ix_invitation_email", "invitation", ["email"])
    op.create_index(op.f("ix_invitation_expires_at"), "invitation", ["expires_at"])
    op.create_index("ix_invitation_region", "invitation", ["region_id", "id"])
    op.create_index("ix_invitation_organisation", "invitation", ["organisation_id"])


def downgrade() -> None:
    for table in ("invitation", "account_link", "account_recovery_code", "account_second_factor", "account_session"):
        op.drop_table(table)
    op.execute("DELETE FROM account_grant WHERE object_key <> ''")
    op.drop_index("ix_account_grant_object", "account_grant")
    op.drop_index("ix_account_grant_organisation", "account_grant")
    with op.batch_alter_table("account_grant") as batch_op:
        batch_op.alter_column(
            "branch", existing_type=sa.String(length=128), type_=sa.String(length=64), existing_nullable=False
        )
        batch_op.alter_column(
            "role", existing_type=sa.String(length=64), type_=sa.String(length=32), existing_nullable=False
        )
        batch_op.drop_column("object_key")
    op.drop_column("account", "signed_in_at")
    op.drop_column("account", "search_key")


def _account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_account")
    return sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=name, ondelete="CASCADE")
