"""The two answers indicator 6.4 counts stand beside the rest, in an index: a region's figures read no answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "trials_0003"
down_revision = "trials_0002"
branch_labels = None
depends_on = None

COUNTED = {"by_hand": ("F2", ("hands",)), "is_clearer": ("F3", ("more", "some"))}
answers = sa.table("trials_answer", sa.column("answers", sa.JSON), *(sa.column(name) for name in COUNTED))


def upgrade() -> None:
    """Columns are added without making the table anew: on SQLite it would lose that it has no hidden numbers."""
    for name in COUNTED:
        op.add_column("trials_answer", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    said = {name: answers.c.answers[key].as_string().in_(codes) for name, (key, codes) in COUNTED.items()}
    op.execute(sa.update(answers).values({name: sa.func.coalesce(one, sa.false()) for name, one in said.items()}))
    op.drop_index("ix_trials_answer_trial", table_name="trials_answer")
    op.create_index("ix_trials_answer_counted", "trials_answer", ["trial_id", "year", *COUNTED])


def downgrade() -> None:
    op.drop_index("ix_trials_answer_counted", table_name="trials_answer")
    op.create_index("ix_trials_answer_trial", "trials_answer", ["trial_id"])
    for name in COUNTED:
        op.drop_column("trials_answer", name)
