"""What happens when results are published: winners are counted, authors hear, agreed practices enter the bank."""

from __future__ import annotations

from orientir_practices import bank, counting, queries, telling
from orientir_practices.models import Contest


def release(contest: Contest) -> None:
    """Publish what the protocol says; called once, in the transaction that takes the contest to its last stage."""
    for entry in queries.accepted_in(contest):
        telling.tell_authors(entry, telling.RESULTS)
        bank.publish_if_agreed(entry)
    counting.record_winners(contest)
