"""What authors hear when it is decided: who goes to the defence, and in the end the results, with the bank and facts.

Everything is told and kept for all entries together: hundreds of them take no more statements than three.
"""

from __future__ import annotations

from orientir_practices import bank, counting, queries, rounds, telling
from orientir_practices.models import Contest


def release(contest: Contest) -> None:
    """Publish what the protocol says; called once, in the transaction that takes the contest to its last stage."""
    entries = queries.accepted_in(contest)
    telling.tell_authors_of(entries, telling.RESULTS)
    bank.publish_agreed(entries)
    counting.record_winners(contest)


def tell_shortlist(contest: Contest) -> None:
    """Tell the authors of all entries whether theirs goes to the defence; the experts hear when they are given it."""
    going = queries.read_in(contest, rounds.DEFENCE)
    telling.tell_authors_of(going, telling.SHORTLISTED)
    known = {entry.id for entry in going}
    telling.tell_authors_of([one for one in queries.accepted_in(contest) if one.id not in known], telling.LEFT_OUT)
