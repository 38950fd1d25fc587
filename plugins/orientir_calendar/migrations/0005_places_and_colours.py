"""Where an event is on a map, and the colour of a kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calendar_0005"
down_revision = "calendar_0004"
branch_labels = None
depends_on = None

BOTH = "(latitude IS NULL) = (longitude IS NULL)"
RANGE = "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"


def upgrade() -> None:
    with op.batch_alter_table("calendar_event") as batch_op:
        batch_op.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Double(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_calendar_event_both_coordinates"), BOTH)
        batch_op.create_check_constraint(op.f("ck_calendar_event_coordinates"), RANGE)
    with op.batch_alter_table("calendar_kind") as batch_op:
        batch_op.add_column(sa.Column("color", sa.String(length=24), nullable=False, server_default=""))
    with op.batch_alter_table("calendar_kind") as batch_op:
        batch_op.alter_column("color", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("calendar_kind") as batch_op:
        batch_op.drop_column("color")
    with op.batch_alter_table("calendar_event") as batch_op:
        batch_op.drop_constraint(op.f("ck_calendar_event_coordinates"), type_="check")
        batch_op.drop_constraint(op.f("ck_calendar_event_both_coordinates"), type_="check")
        batch_op.drop_column("longitude")
        batch_op.drop_column("latitude")
