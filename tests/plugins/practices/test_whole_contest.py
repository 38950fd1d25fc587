"""A whole contest from drafts to the results, by its verbs and its buttons; then worked out once more from raw rows.

`make contest` runs it with 300 entries read by 5; here it is the same way with fewer. The second count reads the scores
as they lie in the tables, by SQL of its own, and follows the rules by `orientir_testkit.recount`: no line of the plugin
stands between the sheets and the places it expects.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import ANSWERS, WORDS, contest_plan, make_expert
from orientir_testkit.papers import page_texts
from orientir_testkit.recount import Later, Sheets, recount
from sqlalchemy import text

from orientir.accounts.models import User
from orientir.db import db
from orientir.notices.models import Notice
from orientir_practices import (
    consents,
    contests,
    defences,
    desk,
    entries,
    jury,
    protocol,
    queries,
    results,
    rounds,
    sheets,
)
from orientir_practices.defences import DefencePlan
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry, Nomination, Stage
from orientir_practices.rights import CHAIR, SECRETARY
from orientir_practices.sheets import Opinion

SIZE = os.environ.get("ORIENTIR_CONTEST", "18x3")
ENTRIES, EACH = map(int, SIZE.split("x"))
READ_BY_ONE = 50
SHARE, BEST, MARK = 40, 3, 40
CHAIN = ("К3", "К4", "firsts", "earlier")


@dataclass
class Company:
    """Who works in the contest; each look at the site is signed in anew, for weeks go by."""

    people: Mapping[str, User]
    sign_in: Callable[[User], FlaskClient]

    @property
    def operator(self) -> FlaskClient:
        return self.sign_in(self.people["operator"])

    @property
    def secretary(self) -> FlaskClient:
        return self.sign_in(self.people[SECRETARY])

    @property
    def chair(self) -> FlaskClient:
        return self.sign_in(self.people[CHAIR])


@pytest.fixture
def contest(cast: Cast) -> Contest:
    plan = contest_plan(jurors_each=EACH, aggregation="median", ties=CHAIN, pass_mark=50, per_organisation=20)
    made = contests.add_contest(cast.region, plan, actor=None)
    until = made.expertise_until + timedelta(days=5)
    rubric = defences.shipped_rubric()
    defences.set_defence(made, DefencePlan("Защита", SHARE, until, 3, MARK, BEST, rubric), actor=None)
    db.session.commit()
    return made


@pytest.fixture
def company(contest: Contest, cast: Cast, as_user) -> Company:
    home = make_municipality(cast.region, "Дальний")
    place = make_school(home, "Институт")
    for number in range(max(7, -(-ENTRIES * EACH // READ_BY_ONE))):
        make_expert(contest, f"Эксперт {number}", place)
    named = {role: make_user(role, contest.scope) for role in (SECRETARY, CHAIR)}
    return Company({"operator": cast.operator, **named}, as_user)


@pytest.mark.timeout(1800)
def test_from_drafts_to_the_results(contest: Contest, company: Company, cast: Cast):
    dice = random.Random(20260530)
    take_in(contest, company, cast)
    judge(contest, company, dice)
    press(company.secretary, contest, Stage.SHORTLIST)
    assert company.chair.post(address(contest, "shortlist/sign")).status_code == 303
    press(company.secretary, contest, Stage.DEFENCE)
    with time_machine.travel(contest.expertise_until + timedelta(days=1)):
        hear(contest, company, dice)
        press(company.secretary, contest, Stage.PROTOCOL)
    give_places(contest, company.chair)
    assert company.chair.post(address(contest, "protocol/sign")).status_code == 303
    press(company.secretary, contest, Stage.PUBLISHED)
    assert_as_recounted(contest, company.chair)
    told = Counter(db.session.scalars(db.select(Notice.kind)))
    assert told["practices.results"] == ENTRIES


def take_in(contest: Contest, company: Company, cast: Cast) -> None:
    """Announce it, let schools send their entries, accept them all, deal them out."""
    towns = [make_municipality(cast.region, f"Район {number}") for number in range(6)]
    schools = [make_school(towns[number % 6], f"Школа № {number}") for number in range(100, 100 + max(6, ENTRIES // 6))]
    press(company.operator, contest, Stage.INTAKE)
    for number in range(ENTRIES):
        nomination = contest.nominations[number % len(contest.nominations)]
        entry = entries.begin(nomination, schools[number % len(schools)], author=cast.teacher)
        entry.answers, entry.title = {**ANSWERS, "title": f"Практика {number}"}, f"Практика {number}"
        consents.give(entry, consents.RULES, address="", actor=cast.teacher.id)
        entries.submit(entry, actor=cast.teacher.id)
    db.session.commit()
    with time_machine.travel(contest.intake_until):
        press(company.secretary, contest, Stage.CHECK)
        first, *others = queries.queue_of(contest, queries.Queue("submitted"), rows=ENTRIES).entries
        assert company.secretary.post(address(contest, f"entries/{first.id}/accept")).status_code == 303
        for entry in others:
            desk.accept(entry, actor=None)
        assert company.secretary.post(address(contest, "distribution")).status_code == 303
        press(company.secretary, contest, Stage.EXPERTISE)


def judge(contest: Contest, company: Company, dice: random.Random) -> None:
    """Let every expert score what they were given: the first sheet by their browser, the others by the verb."""
    given = queries.sheets_in(contest, rounds.FIRST)
    assert Counter(sheet.entry_id for sheet in given) == dict.fromkeys({sheet.entry_id for sheet in given}, EACH)
    loads = Counter(sheet.juror_id for sheet in given)
    assert max(loads.values()) - min(loads.values()) <= 1
    first, *others = given
    said = opinion_of(first, dice)
    browser = company.sign_in(first.juror.user)
    assert browser.post(f"/practices/sheets/{first.id}/free").status_code == 303
    form = {f"score_{key}": score for key, score in said.scores.items()}
    form |= {f"comment_{key}": words for key, words in said.comments.items()}
    assert browser.post(f"/practices/sheets/{first.id}", data={**form, "turn": "send"}).status_code == 303
    for sheet in others:
        jury.declare_free(sheet, actor=sheet.juror.user_id)
        sheets.send(sheet, opinion_of(sheet, dice), actor=sheet.juror.user_id)
    db.session.commit()


def hear(contest: Contest, company: Company, dice: random.Random) -> None:
    assert company.secretary.post(address(contest, "distribution")).status_code == 303
    for sheet in queries.sheets_in(contest, rounds.DEFENCE):
        jury.declare_free(sheet, actor=sheet.juror.user_id)
        sheets.send(sheet, opinion_of(sheet, dice), actor=sheet.juror.user_id)
    db.session.commit()


def give_places(contest: Contest, chair: FlaskClient) -> None:
    """Give the first places as the page proposes them; ties nothing parted the chair parts by their numbers."""
    lines = results.lines_of(contest)
    tied = [line for line in lines if line.place.needs_chair]
    if tied:
        order = {f"order_{line.entry.id}": line.entry.number for line in tied}
        assert chair.post(address(contest, "protocol/ties"), data={**order, "words": "Жребий"}).status_code == 303
    chosen = {f"place_{line.entry.id}": 1 for line in results.lines_of(contest) if line.rank == "1" and line.has_passed}
    assert chair.post(address(contest, "protocol/places"), data=chosen).status_code == 303


def opinion_of(sheet: Sheet, dice: random.Random) -> Opinion:
    """Return coarse scores around three: ties are wanted; strict experts give less."""
    strict = sheet.juror_id % 3 == 0
    keys = [line.key for line in sheets.asked_in(sheet)]
    scores = {key: min(5, max(0, dice.choice((3, 3, 4)) + dice.choice((-1, 0, 1)) - strict)) for key in keys}
    return Opinion(scores, {key: WORDS for key, score in scores.items() if score in sheets.EXPLAINED})


def press(client: FlaskClient, contest: Contest, target: Stage) -> None:
    assert client.post(address(contest, "stage"), data={"target": target}).status_code == 303
    db.session.refresh(contest)
    assert contest.stage == target, client.get(address(contest, "desk")).text


def address(contest: Contest, page: str) -> str:
    return f"/practices/contests/{contest.id}/{page}"


# The second count


def assert_as_recounted(contest: Contest, chair: FlaskClient) -> None:
    """Compare figures and places of the signed protocol, and what page and papers show, with the second count."""
    signed = protocol.find_protocol(contest)
    assert signed is not None
    ours = {
        line["number"]: (Fraction(line["final"]), line["rank"]) if line["final"] else None
        for line in signed.content["entries"]
    }
    expected: dict[int, tuple[Fraction, str] | None] = {}
    for nomination in contest.nominations:
        expected |= recounted(contest, nomination)
    assert ours == expected
    assert len(ours) == ENTRIES
    assert sum(line is not None for line in ours.values()) >= len(contest.nominations)
    page = chair.get(address(contest, "ranking")).text
    paper = " ".join(page_texts(chair.get(address(contest, "protocol.pdf")).data))
    for line in signed.content["entries"]:
        if line["final"]:
            shown = f"{round_half_up(Fraction(line['final'])):.2f}".replace(".", ",")
            assert f"<b>{shown}</b>" in page
            assert shown in paper


def round_half_up(value: Fraction) -> float:
    return int(value * 100 + Fraction(1, 2)) / 100


def recounted(contest: Contest, nomination: Nomination) -> dict[int, tuple[Fraction, str] | None]:
    """Return by the number of an entry its figure and places, from the rows of the tables alone."""
    rows = db.session.execute(
        text("SELECT id, number, submitted_at FROM practices_entry WHERE nomination_id = :one AND state = 'accepted'"),
        {"one": nomination.id},
    ).all()
    numbers = {row.id: row.number for row in rows}
    weights = {key: weight for key, weight in nomination.weights.items() if weight}
    own = {"З1": 5, "З2": 6, "З3": 5, "З4": 4}
    first, second = scores_of(nomination, 1, weights), scores_of(nomination, 2, own)
    order = {row.id: row.number for row in rows}
    common = {"by": "median", "chain": CHAIN, "criteria": list(weights), "chair": {}}
    submitted = {one.id: one.submitted_at for one in db.session.scalars(
        db.select(Entry).where(Entry.nomination_id == nomination.id))}  # fmt: skip
    alone = recount(first, list(weights.values()), minimum=EACH, submitted=submitted, **common)
    going = {one for one, found in alone.items() if found and found[0] >= MARK and found[1] <= BEST}
    assert set(second) == going, "the short list is what the first round proposes"
    verdicts = dict(db.session.execute(text("SELECT entry_id, place FROM practices_verdict")).all())
    later = Later(SHARE, second, list(own.values()), list(own), minimum=3)
    final = recount({one: first[one] for one in going}, list(weights.values()), minimum=EACH, submitted=submitted,
                    later=later, **{**common, "chair": verdicts})  # fmt: skip
    return {
        order[one]: (found[0], spanned(found[1], found[2])) if (found := final.get(one)) else None for one in numbers
    }


def scores_of(nomination: Nomination, number: int, weights: Mapping[str, int]) -> Sheets:
    rows = db.session.execute(
        text(
            "SELECT s.entry_id, s.juror_id, s.scores FROM practices_sheet s "
            "JOIN practices_entry e ON e.id = s.entry_id "
            "WHERE e.nomination_id = :one AND s.round = :number AND s.state = 'sent'"
        ),
        {"one": nomination.id, "number": number},
    )
    found: dict[int, dict[int, list[int]]] = {}
    for entry_id, juror_id, scores in rows:
        given = json.loads(scores) if isinstance(scores, str) else scores
        found.setdefault(entry_id, {})[juror_id] = [given[key] for key in weights]
    return found


def spanned(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
