"""The ranking of a contest: python bench/ranking.py [--production] [entries] [jurors each] [rounds].

What the page of the ranking costs once every sheet is there, the protocol and the table as a file beside it: looked at
again (the rows are read and compared, what they come to is kept beside them), and once after a sheet has changed, when
severity is fitted, ties are parted and the page is drawn anew. The chair's protocol has a form for each place and tie.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import hellos
import setups
import world
from sqlalchemy import Engine, create_engine, select, text

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.app import create_app
from orientir.config import Config
from orientir.db import begin_writing, db, insert_many, insert_numbered
from orientir.demo import PASSWORD
from orientir.organisations.models import Organisation, OrganisationKind, Region
from orientir_practices import contests
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.plans import ContestPlan
from orientir_practices.rights import CHAIR
from orientir_practices.scoring import sheet_total

LOOKS = (("operator", "ranking"), ("operator", "protocol"), ("operator", "ranking?format=csv"), ("chair", "protocol"))
READ_BY_ONE = 50  # entries a juror reads


def main(setup: setups.SetUp, entries: int = 300, each: int = 5, rounds: int = 9) -> None:
    """Print what the pages cost in hellos."""
    with tempfile.TemporaryDirectory() as fresh, setup.hello() as bare:
        folder = Path(fresh, "contest")
        config = setup.config(folder)
        contest_id = _fill(folder, config, entries, each)
        with setup.orientir(folder) as server:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=1000)
            looks = {
                f"{page} of the {who}": _opened(server, who, f"/practices/contests/{contest_id}/{page}")
                for who, page in LOOKS
            }
            jobs = [
                hellos.Job(f"{name}, {entries} entries read by {each}", server, look, batch=25)
                for name, look in looks.items()
            ]
            ask = _changed(create_engine(config.database), entries, looks["ranking of the operator"])
            jobs.append(hellos.Job("ranking, another sheet each time", server, ask, batch=25))
            hellos.take_turns([unit, *jobs], rounds)
            hellos.tell_ratios(unit, jobs)


def _fill(folder: Path, config: Config, entries: int, each: int) -> int:
    """Make a demo with one contest more, whose sheets are all sent, and return the contest's id."""
    world.make_world(folder, config=config)
    dice = random.Random(6)  # noqa: S311 - the same contest every time
    app = create_app(config)
    with app.app_context():
        begin_writing()
        contest = _contest()
        keys = [criterion.key for criterion in contest.criteria]
        homes = db.session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.SCHOOL)).all()
        readers = _readers(contest, -(-entries * each // READ_BY_ONE))
        made = insert_numbered(Entry, [_entry(contest, number, homes, dice) for number in range(1, entries + 1)])
        rows = []
        for number, entry_id in zip(range(entries), made, strict=True):
            weights = contest.nominations[number % len(contest.nominations)].weights
            for expert, juror in enumerate(dice.sample(readers, each), start=1):
                rows.append(_sheet(entry_id, juror, expert, [weights.get(key, 0) for key in keys], dice))
        insert_many(Sheet, rows)
        contest.stage = Stage.PROTOCOL
        chair = db.session.scalars(select(User).where(User.email == "chair@demo.example")).one()
        accounts.grant(chair, CHAIR, contest.scope, actor=None)
        db.session.commit()
        contest_id = contest.id
        db.session.remove()
        db.engine.dispose()
    return contest_id


def _contest() -> Contest:
    region, now = db.session.scalars(select(Region)).one(), clock.now()
    plan = ContestPlan(
        title="Большой конкурс", about="", year=now.year, intake_from=now - timedelta(days=60),
        intake_until=now - timedelta(days=40), check_until=(now - timedelta(days=30)).date(),
        expertise_until=now - timedelta(days=1), results_on=now.date(),
    )  # fmt: skip
    return contests.add_contest(region, plan, actor=None)


def _readers(contest: Contest, count: int) -> list[int]:
    people = [
        {"email": f"reader-{number}@demo.example", "name": f"Эксперт {number}", "search_key": "", "password_hash": "",
         "session_stamp": str(number), "created_at": clock.now()} for number in range(max(count, 9))
    ]  # fmt: skip
    users = insert_numbered(User, people)
    now = clock.now()
    return insert_numbered(Juror, [{"contest_id": contest.id, "user_id": one, "declared_at": now} for one in users])


def _entry(contest: Contest, number: int, homes: list[int], dice: random.Random) -> dict[str, object]:
    nomination = contest.nominations[(number - 1) % len(contest.nominations)]
    title = f"Практика № {number}: как мы знакомим с профессиями"
    return {
        "contest_id": contest.id, "nomination_id": nomination.id, "organisation_id": dice.choice(homes),
        "number": number, "state": EntryState.ACCEPTED, "title": title, "search_key": "", "answers": {}, "marks": {},
        "submitted_at": contest.intake_from + timedelta(minutes=number), "made_at": contest.intake_from,
    }  # fmt: skip


def _sheet(entry_id: int, juror: int, expert: int, weights: list[int], dice: random.Random) -> dict[str, object]:
    scores = [min(5, max(0, round(dice.gauss(3.4, 1)))) if weight else None for weight in weights]
    return {
        "entry_id": entry_id, "juror_id": juror, "expert": expert, "state": SheetState.SENT, "scores": {},
        "comments": {}, "total": sheet_total(scores, weights), "sent_at": clock.now(),
        "digits": "".join("-" if score is None else str(score) for score in scores),
    }  # fmt: skip


def _opened(server: hellos.Server, who: str, address: str) -> Callable[[], object]:
    """Sign in and return what opens the page."""
    visitor = hellos.Visitor(server.port)
    _answer, text = visitor.get("/login")
    fields = {**hellos.hidden_fields(text), "email": f"{who}@demo.example", "password": PASSWORD}
    answer, _text = visitor.post("/login", fields)
    hellos.expect(answer.status, 302)

    def open_page() -> None:
        opened, _text = visitor.get(address)
        hellos.expect(opened.status, 200)

    open_page()
    return open_page


def _changed(engine: Engine, entries: int, ask: Callable[[], object]) -> Callable[[], object]:
    """Return what moves one sheet up a point and down again, from another process than the server, before each look."""
    dice = random.Random(7)  # noqa: S311 - the same changes every time

    moved = text(
        "UPDATE practices_sheet SET total = CASE total WHEN 50 THEN 51 ELSE 50 END "
        "WHERE id = (SELECT max(id) FROM practices_sheet) - :back"
    )

    def change_and_ask() -> None:
        with engine.begin() as connection:
            connection.execute(moved, {"back": dice.randrange(entries)})
        ask()

    return change_and_ask


if __name__ == "__main__":
    with setups.asked_for("contest") as asked:
        main(asked, *map(int, sys.argv[1:]))
