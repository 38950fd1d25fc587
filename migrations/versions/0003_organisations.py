"""Cards of organisations and municipalities, and what was before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0003"
down_revision = "platform_0002"
branch_labels = None
depends_on = None

WORDS = (("site", 300), ("document_url", 300), ("inn", 12), ("kpp", 9), ("ogrn", 15), ("okpo", 10), ("oktmo", 11))
MERGED_FK = "fk_organisation_merged_into_id_organisation"
CHANGED_FK = "fk_organisation_changed_by_account"
SUCCESSOR_FK = "fk_organisation_successor_id_organisation"


def upgrade() -> None:
    _make_histories()
    op.execute(
        "INSERT INTO organisation_succession (predecessor_id, successor_id, kind, on_date)"
        " SELECT id, successor_id, 'successor', closed_on FROM organisation"
        " WHERE successor_id IS NOT NULL AND closed_on IS NOT NULL AND successor_id <> id"
    )
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_constraint(op.f(SUCCESSOR_FK), type_="foreignkey")
        batch_op.drop_column("successor_id")
        for name, length in WORDS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("document_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f(MERGED_FK), "organisation", ["merged_into_id"], ["id"])
        batch_op.create_foreign_key(op.f(CHANGED_FK), "account", ["changed_by"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_organisation_merged"), "merged_into_id IS NULL OR closed_on IS NOT NULL"
        )
        batch_op.create_check_constraint(op.f("ck_organisation_merged_itself"), "merged_into_id <> id")
    op.create_index("ix_organisation_inn", "organisation", ["inn"])
    with op.batch_alter_table("municipality") as batch_op:
        batch_op.add_column(sa.Column("oktmo", sa.String(length=8), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("municipality") as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("oktmo")
    # An older program knows neither kind: it calls both «район или округ».
    op.execute("UPDATE municipality SET kind = 'district' WHERE kind IN ('okrug', 'raion')")
    op.drop_index("ix_organisation_inn", "organisation")
    with op.batch_alter_table("organisation") as batch_op:
        for name in ("merged", "merged_itself"):
            batch_op.drop_constraint(op.f(f"ck_organisation_{name}"), type_="check")
        for key in (CHANGED_FK, MERGED_FK):
            batch_op.drop_constraint(op.f(key), type_="foreignkey")
        for column in ("changed_by", "version", "merged_into_id", "document_on"):
            batch_op.drop_column(column)
        for name, _length in reversed(WORDS):
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f(SUCCESSOR_FK), "organisation", ["successor_id"], ["id"])
    op.execute(
        "UPDATE organisation SET successor_id = (SELECT min(successor_id) FROM organisation_succession"
        " WHERE predecessor_id = organisation.id)"
    )
    for table in ("municipality_state", "organisation_contact", "organisation_succession"):
        op.drop_table(table)
    for table in ("organisation_former_place", "organisation_former_name"):
        op.drop_table(table)


def _make_histories() -> None:
    op.create_table(
        "organisation_former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("full_name", sa.String(length=400), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("search_key", sa.String(length=800), nullable=False),
        _leans("organisation_former_name", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_former_name")),
    )
    op.create_index("ix_organisation_former_name_organisation_id", "organisation_former_name", ["organisation_id"])
    op.create_table(
        "organisation_former_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _leans("organisation_former_place", "organisation_id", "organisation"),
        _leans("organisation_former_place", "municipality_id", "municipality"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_former_place")),
    )
    op.create_index("ix_organisation_former_place_organisation_id", "organisation_former_place", ["organisation_id"])
    op.create_table(
        "organisation_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_organisation_succession_different")),
        _leans("organisation_succession", "predecessor_id", "organisation"),
        _leans("organisation_succession", "successor_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_succession")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_organisation_succession_predecessor_id_successor_id")
        ),
    )
    op.create_index("ix_organisation_succession_successor_id", "organisation_succession", ["successor_id"])
    op.create_table(
        "organisation_contact",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _leans("organisation_contact", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_contact")),
    )
    op.create_table(
        "municipality_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("oktmo", sa.String(length=8), nullable=False),
        _leans("municipality_state", "municipality_id", "municipality"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality_state")),
        sa.UniqueConstraint("municipality_id", "since", name=op.f("uq_municipality_state_municipality_id_since")),
    )
    op.create_index("ix_municipality_state_municipality_id", "municipality_state", ["municipality_id"])


def _leans(table: str, column: str, on: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{on}.id"], name=op.f(f"fk_{table}_{column}_{on}"))
