"""The log sealed in blocks and guarded by triggers; the last runs of the tasks on the clock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "platform_0008"
down_revision = "platform_0007"
branch_labels = None
depends_on = None

INDEXES = ("at", "region", "municipality", "organisation", "actor", "action")
KEEP = "the log is append-only"
# Everything an entry says; only `block` may change, once, from nothing.
SAID = (
    "id", "at", "actor_id", "action", "object_kind", "object_id",
    "region_id", "municipality_id", "organisation_id", "details",
)  # fmt: skip

POSTGRESQL = f"""
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{KEEP}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_truncate BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry
  FOR EACH ROW WHEN (
    OLD.block IS NOT NULL OR {" OR ".join(f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text" for name in SAID)}
  ) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_block_change BEFORE UPDATE OR DELETE ON audit_block
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_block_truncate BEFORE TRUNCATE ON audit_block
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
SQLITE = (
    f"""CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry
  BEGIN SELECT RAISE(ABORT, '{KEEP}'); END""",
    f"""CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry
  WHEN OLD.block IS NOT NULL OR {" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in SAID)}
  BEGIN SELECT RAISE(ABORT, '{KEEP}'); END""",
    f"""CREATE TRIGGER audit_block_update BEFORE UPDATE ON audit_block
  BEGIN SELECT RAISE(ABORT, '{KEEP}'); END""",
    f"""CREATE TRIGGER audit_block_delete BEFORE DELETE ON audit_block
  BEGIN SELECT RAISE(ABORT, '{KEEP}'); END""",
)


def upgrade() -> None:
    op.create_table(
        "audit_block",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 1", name=op.f("ck_audit_block_size")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_block")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_block_digest")),
    )
    op.create_table(
        "task_run",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_task_run")),
    )
    op.drop_index("ix_audit_entry_region", "audit_entry")
    op.drop_index("ix_audit_entry_organisation", "audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor_id"), "audit_entry")
    op.add_column("audit_entry", sa.Column("block", sa.Integer(), nullable=True))
    op.create_index("ix_audit_entry_block", "audit_entry", ["block", "id"])
    for one in INDEXES:
        column = [] if one == "at" else [one if one == "action" else f"{one}_id"]
        op.create_index(f"ix_audit_entry_{one}", "audit_entry", [*column, "at", "id"])
    for statement in (POSTGRESQL,) if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    tables = {"audit_entry": ("delete", "update"), "audit_block": ("update", "delete")}
    if op.get_bind().dialect.name == "postgresql":
        tables = {"audit_entry": ("delete", "update", "truncate"), "audit_block": ("change", "truncate")}
    for table, triggers in tables.items():
        for one in triggers:
            where = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
            op.execute(f"DROP TRIGGER {table}_{one}{where}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
    for one in (*INDEXES, "block"):
        op.drop_index(f"ix_audit_entry_{one}", "audit_entry")
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_column("block")
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_region", "audit_entry", ["region_id", "id"])
    op.create_index("ix_audit_entry_organisation", "audit_entry", ["organisation_id", "id"])
    op.drop_table("task_run")
    op.drop_table("audit_block")
