"""The advice to the organiser leaves the answers: it is looked through, and nothing ties it to who gave the rest."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "trials_0002"
down_revision = "trials_0001"
branch_labels = None
depends_on = None

QUESTION = "F7"
answers = sa.table("trials_answer", sa.column("key"), sa.column("trial_id"), sa.column("answers", sa.JSON))
words = sa.table("free_word", *(sa.column(name) for name in ("key", "owner", "owner_id", "question", "text", "state")))


def upgrade() -> None:
    connection = op.get_bind()
    stored = connection.execute(sa.select(answers.c.key, answers.c.trial_id, answers.c.answers)).all()
    for key, trial_id, given in stored:
        if QUESTION not in given:
            continue
        if text := given.pop(QUESTION):
            row = {"owner": "trials", "owner_id": trial_id, "question": QUESTION, "text": text, "state": "waiting"}
            connection.execute(sa.insert(words).values(key=secrets.token_hex(16), **row))
        connection.execute(sa.update(answers).where(answers.c.key == key).values(answers=given))


def downgrade() -> None:
    """Whose the words were is not known any more, and other cards may get the numbers of these."""
    op.execute(sa.delete(words).where(words.c.owner == "trials"))
