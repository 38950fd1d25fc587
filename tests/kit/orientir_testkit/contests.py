"""A contest around the moment in hand, entries that are whole, experts and their sheets: what tests begin with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.db import db
from orientir.organisations.models import Organisation, Region
from orientir.organisations.search import search_key
from orientir_practices import contests, jury, rounds, sheets
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Defence, Entry, EntryState, Stage
from orientir_practices.plans import ContestPlan
from orientir_practices.rights import AUTHOR, JUROR
from orientir_practices.sheets import Opinion
from orientir_testkit.cast import make_user

ANSWERS: Mapping[str, Any] = {
    "title": "Неделя в мастерских",
    "annotation": "Пять дней в мастерских техникума.",
    "problem": "Из ста семиклассников рабочую профессию назвали двадцать девять.",
    "goal": "Каждый проходит четыре пробы.",
    "steps": "Сначала договор, потом расписание, потом пробы.",
    "people": 164,
    "ovz": 9,
    "disabled": 3,
    "access": "Столы разной высоты.",
    "partners": [{"text": "Индустриальный техникум"}],
    "results": "До — 18 %, после — 83 %.",
    "needs": "Автобус и шесть мастеров.",
    "links": [{"text": "https://example.org/nedelya"}],
}
WORDS = "Каждый шаг объяснён, цифры подтверждены сравнением."

STRANGE = "Практика «\"',;]\\ \x1f\n № 5», <b>{0} %(x)s 𝄞"


def contest_plan(**values: Any) -> ContestPlan:
    """Return a plan whose intake began five days ago and lasts ten more."""
    now = clock.now()
    said: dict[str, Any] = {
        "title": "Конкурс лучших практик",
        "about": "Для всех организаций.",
        "year": now.year,
        "intake_from": now - timedelta(days=5),
        "intake_until": now + timedelta(days=10),
        "check_until": (now + timedelta(days=15)).date(),
        "expertise_until": now + timedelta(days=30),
        "results_on": (now + timedelta(days=40)).date(),
    }
    return ContestPlan(**{**said, **values})


def make_contest(region: Region, stage: Stage = Stage.INTAKE, **values: Any) -> Contest:
    """Return a contest that stands at `stage`, with the rubric that is shipped."""
    made = contests.add_contest(region, contest_plan(**values), actor=None)
    made.stage = stage
    db.session.flush()
    return made


def make_defence(contest: Contest, **values: Any) -> Defence:
    """Return the second round of a contest, ten days after its experts; by no rule, whatever stage it stands at."""
    said = {"title": "Защита", "weight": 40, "until": contest.expertise_until + timedelta(days=5), "jurors_each": 2,
            "mark": 60, "best": 2, "rubric": []}  # fmt: skip
    contest.defence = Defence(**{**said, **values})
    db.session.flush()
    return contest.defence


def make_entry(
    contest: Contest,
    organisation: Organisation,
    author: User | None = None,
    state: EntryState = EntryState.ACCEPTED,
    nomination: int = 1,
    **values: Any,
) -> Entry:
    """Return a whole entry in `state`; sent ones have the next number."""
    entry = Entry(
        contest=contest,
        nomination=contest.nominations[nomination],
        organisation=organisation,
        state=state,
        made_by=author.id if author else None,
        **{"title": ANSWERS["title"], "answers": dict(ANSWERS), **values},
    )
    entry.search_key = search_key(entry.title, organisation.name)
    if state != EntryState.DRAFT:
        contest.last_number += 1
        entry.number, entry.submitted_at = contest.last_number, clock.now()
    db.session.add(entry)
    db.session.flush()
    if author is not None:
        accounts.grant(author, AUTHOR, entry.scope, actor=None)
    return entry


def make_expert(contest: Contest, name: str = "Лев Эксперт", organisation: Organisation | None = None) -> Juror:
    """Return an expert who has said where they work."""
    user = make_user(JUROR, contest.scope, name)
    return jury.introduce(contest, user, organisation, actor=None)


def make_sheet(entry: Entry, juror: Juror, state: SheetState = SheetState.OPEN, number: int = rounds.FIRST) -> Sheet:
    """Return a sheet of the expert about the entry in a round, by no rule."""
    expert = db.session.query(Sheet).filter_by(entry_id=entry.id, round=number).count() + 1
    sheet = Sheet(entry=entry, juror=juror, round=number, expert=expert, state=state)
    db.session.add(sheet)
    db.session.flush()
    return sheet


def opinion(entry: Entry, scores: int | Mapping[str, int] = 4, number: int = rounds.FIRST) -> Opinion:
    """Return an opinion that may be sent: one score for all criteria, or those named."""
    keys = [line.key for line in rounds.asked_of(entry.nomination, number)]
    said = dict.fromkeys(keys, scores) if isinstance(scores, int) else {**dict.fromkeys(keys, 4), **scores}
    return Opinion(said, {key: WORDS for key, score in said.items() if score in sheets.EXPLAINED})


def sent_sheet(entry: Entry, juror: Juror, scores: int | Mapping[str, int] = 4, number: int = rounds.FIRST) -> Sheet:
    """Return a sheet that was sent; the contest stands at the round for that moment."""
    sheet, stage = make_sheet(entry, juror, number=number), entry.contest.stage
    entry.contest.stage = rounds.STAGE_OF[number]
    sheets.send(sheet, opinion(entry, scores, number), actor=juror.user_id)
    entry.contest.stage = stage
    db.session.flush()
    return sheet


def entry_of(contest: Contest, number: int) -> Entry:
    """Return the entry of a number."""
    return db.session.scalars(select(Entry).where(Entry.contest_id == contest.id, Entry.number == number)).one()
