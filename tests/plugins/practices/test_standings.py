"""The ranking is kept and never stale: whoever wrote, and whenever, the next look tells what is in the database.

Decision 28: a ranking is kept beside the very rows it came of, and what was drawn of it beside the ranking. So pages
that others have looked at before are held against pages of a process that has kept nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_school, make_user
from orientir_testkit.clients import without_tokens
from orientir_testkit.contests import entry_of, make_expert, make_sheet, opinion, sent_sheet
from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.db import db
from orientir.organisations.models import Organisation
from orientir.reorganisation.services import merge_double
from orientir_practices import distributing, jury, protocol, results, sheets, standings
from orientir_practices.jury_models import Finalist, Juror, Sheet, SheetState
from orientir_practices.models import Contest, EntryState, Stage
from orientir_practices.rights import AUTHOR, CHAIR, SECRETARY

AsUser = Callable[[User], FlaskClient]


@pytest.fixture
def contest(half_read: Contest) -> Contest:
    return half_read


def sheet_of(contest: Contest, number: int, expert: int = 1) -> Sheet:
    found = select(Sheet).where(Sheet.entry_id == entry_of(contest, number).id, Sheet.expert == expert)
    return db.session.scalars(found.where(Sheet.round == 1)).one()


# Whatever is written: verbs, columns of objects, statements of somebody else. Each is committed by itself.


def send_the_last(contest: Contest) -> None:
    sheet = sheet_of(contest, 5, 3)
    sheets.send(sheet, opinion(sheet.entry, 3), actor=None)


def send_again(contest: Contest) -> None:
    sheets.give_back(sheet_of(contest, 2), "Опечатка", actor=None)
    sheets.send(sheet_of(contest, 2), opinion(entry_of(contest, 2), 1), actor=None)


def hand_over(contest: Contest) -> None:
    """Give what a debtor has not scored to a new expert, and let that one send."""
    debtor = make_sheet(entry_of(contest, 4), make_expert(contest, "Должник"))
    fresh = make_expert(contest, "Новый")
    assert distributing.hand_over(contest, debtor.juror, actor=None)
    given = db.session.scalars(select(Sheet).where(Sheet.juror_id == fresh.id)).first()
    assert given is not None
    jury.declare_free(given, actor=None)
    sheets.send(given, opinion(given.entry, 5), actor=None)


def dismiss(contest: Contest) -> None:
    """An expert leaves; what they have not sent goes with them, what they sent stays."""
    jury.dismiss(
        contest, db.session.scalars(select(Juror).where(Juror.contest_id == contest.id)).first().user, actor=None
    )


def merge(contest: Contest) -> None:
    entry = entry_of(contest, 5)
    original = make_school(entry.organisation.municipality, "Школа-подлинник")
    merge_double(entry.organisation, original, actor=None)
    entry.organisation = original


def finalists(contest: Contest) -> None:
    for number in (1, 2):
        db.session.merge(Finalist(entry_id=entry_of(contest, number).id, is_in=True))
    contest.stage = Stage.DEFENCE


def heard(contest: Contest) -> None:
    """The defence: its sheets, and nobody waits any more."""
    expert = make_expert(contest, "На защите")
    for number, score in ((1, 2), (2, 2)):
        sent_sheet(entry_of(contest, number), expert, score, 2)
    contest.stage = Stage.PROTOCOL


def give_places(contest: Contest) -> None:
    lines = [line for line in results.lines_of(contest) if line.rank]
    places = {line.entry.id: (1, f"Потому <{line.rank}>") for line in lines}
    protocol.give_places(contest, places, actor=None)


def part_tied(contest: Contest) -> None:
    order = {line.entry.id: place for place, line in enumerate(results.tables_of(contest).undecided, start=1)}
    protocol.part_tied(contest, order, "Так решили", actor=None)


def columns(of: Callable[[Contest], Any], **values: object) -> Callable[[Contest], None]:
    def change(contest: Contest) -> None:
        row = of(contest)
        for name, value in values.items():
            setattr(row, name, value)

    return change


def at_one_moment(contest: Contest) -> None:
    """Equal entries are not even parted by time."""
    entry_of(contest, 1).submitted_at = entry_of(contest, 3).submitted_at


def itself(contest: Contest) -> Contest:
    return contest


def home(contest: Contest) -> Organisation:
    return entry_of(contest, 1).organisation


ACTS: Mapping[str, Callable[[Contest], None]] = {
    "a sheet is sent": send_the_last,
    "one is given back and sent anew": send_again,
    "a debtor's sheet goes to another": hand_over,
    "a conflict is declared": lambda contest: jury.decline(
        make_sheet(entry_of(contest, 3), make_expert(contest), SheetState.ASSIGNED), "Родня", actor=None
    ),
    "an expert is dismissed": dismiss,
    "a title": columns(lambda contest: entry_of(contest, 2), title="Иначе"),
    "a nomination's title": columns(lambda contest: contest.nominations[1], title="Иная <номинация>"),
    "another nomination": lambda contest: setattr(entry_of(contest, 4), "nomination", contest.nominations[2]),
    "a name": columns(home, name="Лицей <новый>"),
    "a town's name": columns(lambda contest: home(contest).municipality, name="Ближний"),
    "a town's kind": columns(lambda contest: home(contest).municipality, kind="raion"),
    "a double is merged": merge,
    "the pass mark": columns(itself, pass_mark=85),
    "the figure": columns(itself, aggregation="median"),
    "how many read": columns(itself, jurors_each=3),
    "when one more reads": columns(itself, spread_limit=100),
    "the chain": columns(itself, ties=["earlier"]),
    "when it was sent": at_one_moment,
    "the chair parts": part_tied,
    "an entry is taken back": columns(lambda contest: entry_of(contest, 4), state=EntryState.WITHDRAWN),
    "one comes back": columns(lambda contest: entry_of(contest, 4), state=EntryState.ACCEPTED),
    "the short list": finalists,
    "the defence": heard,
    "its weight": columns(lambda contest: contest.defence, weight=90),
    "its title": columns(lambda contest: contest.defence, title="Очный <тур>"),
    "places": give_places,
    "other places": lambda contest: protocol.give_places(contest, {}, actor=None),
    "signed": lambda contest: setattr(protocol.sign(contest, actor=None), "signed_by", None),
    "unsigned": lambda contest: protocol.unsign(contest, "Ошибка", actor=None),
    "released": columns(itself, stage=Stage.PUBLISHED),
    "no defence": columns(itself, defence=None, stage=Stage.EXPERTISE),
}


class Readers:
    """Those who look, in the order they look in: what one has seen must not be there for the next."""

    PAGES = (("chair", "protocol"), ("tied", "protocol"), ("secretary", "ranking"), ("chair", "ranking?format=csv"))

    def __init__(self, contest: Contest, as_user: AsUser) -> None:
        people = {"secretary": make_user(SECRETARY, contest.scope), "chair": make_user(CHAIR, contest.scope),
                  "tied": make_user(CHAIR, contest.scope)}  # fmt: skip
        accounts.grant(people["tied"], AUTHOR, entry_of(contest, 1).scope, actor=None)
        db.session.commit()
        self.contest, self.clients = contest, {name: as_user(user) for name, user in people.items()}

    def look(self) -> dict[str, str]:
        """Return every page by who looks at it."""
        return {f"{page} of the {name}": self.page(name, page) for name, page in self.PAGES}

    def page(self, name: str, page: str) -> str:
        """Return a page; the names and tokens of its forms are others each time."""
        answer = self.clients[name].get(f"/practices/contests/{self.contest.id}/{page}")
        assert answer.status_code == 200
        return without_tokens(answer.text)


def test_whatever_is_written_the_next_look_tells_it(contest: Contest, as_user: AsUser):
    readers = Readers(contest, as_user)
    before = readers.look()
    unseen = []
    for name, act in ACTS.items():
        act(contest)
        db.session.commit()
        seen = readers.look()
        standings.worked_out.cache_clear()
        assert seen == readers.look(), name
        if seen == before:
            unseen.append(name)
        before = seen
    assert unseen == ["a conflict is declared", "an expert is dismissed"], "the others show, or this proves nothing"


def test_what_only_the_chair_may_do_is_on_no_other_page(contest: Contest, as_user: AsUser):
    contest.stage, contest.defence, contest.ties = Stage.PROTOCOL, None, []
    readers = Readers(contest, as_user)
    counts = [
        [readers.page(name, "protocol").count(field) for field in ("<select", 'name="order_')]
        for name in ("chair", "tied", "secretary", "chair")
    ]
    assert counts == [[5, 3], [1, 0], [0, 0], [5, 3]], "the nomination of their own entry is another chair's"


def test_without_the_rows_as_the_key_it_would_be_stale(contest: Contest, as_user: AsUser, monkeypatch):
    """The negative control of the first test: what is kept by anything less than the rows stays as it was."""
    readers = Readers(contest, as_user)
    before = readers.look()
    told = results.TOLD.made(contest_id=contest.id, round=1)
    monkeypatch.setattr(results, "TOLD", type("Stale", (), {"made": staticmethod(lambda **_values: told)}))
    send_again(contest)
    db.session.commit()
    assert readers.look() == before
