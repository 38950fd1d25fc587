"""Whoever invited hears of invitations nobody has accepted, before their links die, and not when they were used."""

from datetime import timedelta
from secrets import token_hex

import time_machine
from orientir_testkit.cast import Cast

from orientir import clock
from orientir.accounts.roles import Role
from orientir.db import begin_writing, db
from orientir.notices.invitation_rule import invitations_waiting
from orientir.notices.rounds import make_rounds
from orientir.people.invitations import withdraw
from orientir.people.models import Invitation


def invited(cast: Cast, *emails: str) -> list[Invitation]:
    made = [
        Invitation(
            digest=token_hex(32),
            email=email,
            invited_by=cast.school_admin.id,
            role=Role.TEACHER,
            branch=cast.school.scope.branch,
            sent_at=clock.now(),
            expires_at=clock.now() + timedelta(days=7),
            **cast.school.scope.columns(),
        )
        for email in emails
    ]
    db.session.add_all(made)
    db.session.commit()
    return made


def mornings(count: int) -> None:
    """Let so many mornings pass, each with its round."""
    for days in range(count):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            db.session.rollback()
            begin_writing()
            make_rounds()
            db.session.commit()


def about_invitations(notices) -> list[str]:
    return [one.text for one in notices if one.kind == "platform.not_accepted"]


def test_it_tells_whoever_invited_twice_and_once_for_all(cast: Cast, told):
    invited(cast, "first@example.org", "second@example.org")
    mornings(9)
    texts = about_invitations(told(cast.school_admin))
    assert len(texts) == 2
    assert "first@example.org" in texts[0]
    assert "second@example.org" in texts[0]
    assert about_invitations(told(cast.coordinator)) == []


def test_it_is_silent_of_what_was_accepted_or_withdrawn(cast: Cast, told):
    accepted, withdrawn = invited(cast, "first@example.org", "second@example.org")
    accepted.accepted_at = clock.now()
    withdraw(withdrawn, actor=cast.school_admin)
    db.session.commit()
    mornings(9)
    assert about_invitations(told(cast.school_admin)) == []


def test_it_asks_once_however_many_are_waited_for(cast: Cast, count_queries):
    def cost() -> int:
        db.session.commit()
        region_id = cast.region.id
        with count_queries() as seen:
            list(invitations_waiting(clock.now().date(), region_id))
        return seen.count

    invited(cast, "first@example.org")
    one = cost()
    invited(cast, "second@example.org", "third@example.org", "fourth@example.org")
    assert cost() == one
