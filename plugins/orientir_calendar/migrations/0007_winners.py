"""How many of a class won at a contest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0007"
down_revision = "calendar_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calendar_report_line") as table:
        table.add_column(sa.Column("won", sa.Integer(), nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_calendar_report_line_won"), "won BETWEEN 0 AND people")
    with op.batch_alter_table("calendar_report_line") as table:
        table.alter_column("won", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("calendar_report_line") as table:
        table.drop_constraint(op.f("ck_calendar_report_line_won"), type_="check")
        table.drop_column("won")
