"""Three contests in the demo region: last year's with results, this year's at the experts, one that takes entries."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.contracts import DemoWorld
from orientir.db import db
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.organisations.search import search_key
from orientir_practices import (
    bank,
    consents,
    contests,
    counting,
    defences,
    distributing,
    jury,
    protocol,
    queries,
    results,
    rounds,
    rubric,
    sheets,
    shortlist,
    stages,
)
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Defence, Entry, EntryState, Stage
from orientir_practices.plans import ContestPlan
from orientir_practices.rights import AUTHOR, CHAIR, JUROR, SECRETARY
from orientir_practices.sheets import Opinion

PRACTICES = Path(__file__).parent / "reference" / "demo.json"
EXPERTS = (_l("Эксперт"), _l("Эксперт второй"), _l("Эксперт третий"), _l("Эксперт четвёртый"), _l("Эксперт пятый"))
WORDS = _l("Каждый шаг объяснён, видно, кто и за что отвечает. Цифры подтверждены, есть сравнение с прошлым годом.")
MOST_HOSTS = 40
NO_ANSWERS = ("nomination", "sender", "partners", "links")  # of a text, or answers of another shape
LAST_YEAR, THIS_YEAR = 7, 9  # practices sent; those after them are programmes of summer shifts
STRICT = _l("Не хватает измерений до и после: по отзывам трудно судить, что изменилось для детей.")


@cache
def practices() -> Sequence[Mapping[str, Any]]:
    content: Sequence[Mapping[str, Any]] = json.loads(PRACTICES.read_text(encoding="utf-8"))
    return content


def build(world: DemoWorld) -> None:
    """Add the three contests around today and the logins of those who work in them."""
    region = db.session.get_one(Region, world.region_id)
    hosts = _hosts(region.id)
    staff = _staff(world)
    dice = random.Random(world.seed)  # noqa: S311 - a demo must be repeatable, not secret
    last = _contest(world, region, world.today - timedelta(days=400), _("Конкурс лучших практик %(year)s"), staff)
    last.defence = Defence(
        title=_("Защита онлайн"), weight=40, until=last.expertise_until + timedelta(days=5), jurors_each=3, mark=60,
        best=3, rubric=defences.shipped_rubric(),
    )  # fmt: skip
    _fill(world, last, hosts, practices()[:LAST_YEAR], agreed=5)
    _judge(last, staff, hosts[-1], dice, left=0)
    _hear(last, staff, dice)
    _publish(last, staff)
    running = _contest(world, region, world.today - timedelta(days=40), _("Конкурс лучших практик %(year)s"), staff)
    _fill(world, running, hosts, _a_year_later(), agreed=9)
    _judge(running, staff, hosts[-1], dice, left=12)
    taking = _contest(world, region, world.today - timedelta(days=5), _("Смотр программ летних смен"), staff)
    *sent, begun = practices()[THIS_YEAR:]
    _draft(world, taking, begun)
    for text, school in _authors(sent, hosts[THIS_YEAR:]):
        _send(world, taking, text, school, EntryState.SUBMITTED)


def _staff(world: DemoWorld) -> dict[str, list[User]]:
    """Return the people of the contests by role; they sign in like everybody else of the demo."""
    logins = {
        SECRETARY: [("secretary", str(_l("Секретарь конкурса")))],
        CHAIR: [("chair", str(_l("Председатель жюри")))],
        JUROR: [("juror" if not place else f"juror-{place + 1}", str(name)) for place, name in enumerate(EXPERTS)],
    }
    return {
        role: [db.session.get_one(User, world.add_login(name, title)) for name, title in people]
        for role, people in logins.items()
    }


def _contest(
    world: DemoWorld, region: Region, opened: date, title: str, staff: Mapping[str, Sequence[User]]
) -> Contest:
    zone = ZoneInfo(region.timezone)
    year = (opened + timedelta(days=20)).year

    def at(days: int) -> datetime:
        return datetime.combine(opened + timedelta(days=days), time(), zone)

    plan = ContestPlan(
        title=title % {"year": year},
        about=_("Для школ, детских садов, колледжей, центров и муниципалитетов. Ждём практики, которые уже работают и "
                "которые можно повторить."),
        year=year, intake_from=at(0), intake_until=at(21), check_until=at(28).date(), expertise_until=at(51),
        results_on=at(58).date(), ties=tuple(rubric.shipped()["ties"]),
    )  # fmt: skip
    contest = contests.add_contest(region, plan, actor=world.staff["operator"])
    contest.stage = Stage.INTAKE
    for role, people in staff.items():
        for person in people:
            accounts.grant(person, role, contest.scope, actor=world.staff["operator"])
    db.session.flush()
    return contest


def _fill(
    world: DemoWorld, contest: Contest, hosts: Sequence[Organisation], texts: Sequence[Mapping[str, Any]], agreed: int
) -> None:
    """Send entries as they would have been sent while the intake was open."""
    author = db.session.get_one(User, world.staff["teacher"])
    for number, (text, school) in enumerate(_authors(texts, hosts), start=1):
        entry = _send(world, contest, text, school, EntryState.ACCEPTED)
        if number == 1:
            accounts.grant(author, AUTHOR, entry.scope, actor=author.id)
        if number <= agreed:
            consents.give(entry, consents.PUBLICATION, address="", actor=author.id)
    contest.stage = Stage.CHECK


def _a_year_later() -> list[Mapping[str, Any]]:
    """Return the practices of this year: those of the last one go on, and say so."""
    known = [{**text, "title": _("%(title)s (второй год)", title=text["title"])} for text in practices()[:LAST_YEAR]]
    return [*known, *practices()[LAST_YEAR:THIS_YEAR]]


def _authors(
    texts: Sequence[Mapping[str, Any]], hosts: Sequence[Organisation]
) -> Iterator[tuple[Mapping[str, Any], Organisation]]:
    """Yield each practice with who sends it: the kind of organisation it names, else any but a kindergarten."""
    left = list(hosts)
    for text in texts:
        others = [one for one in left if one.kind != OrganisationKind.KINDERGARTEN]
        found = next((one for one in left if one.kind == text.get("sender")), others[0] if others else None)
        if found is None:
            return
        left.remove(found)
        yield text, found


def _send(
    world: DemoWorld, contest: Contest, text: Mapping[str, Any], school: Organisation, state: EntryState
) -> Entry:
    """Return an entry as it would have been sent while the intake was open."""
    nomination = next(one for one in contest.nominations if one.title == text["nomination"])
    contest.last_number += 1
    sent_at = min(clock.now(), contest.intake_until) - timedelta(hours=7 * contest.last_number)
    entry = Entry(
        contest=contest, nomination=nomination, organisation=school, number=contest.last_number, state=state,
        title=text["title"], search_key=search_key(text["title"], school.name), for_ovz=nomination.asks_access,
        answers=_answers(text), revision=1, submitted_at=sent_at, made_by=world.staff["teacher"],
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    consents.give(entry, consents.RULES, address="", actor=world.staff["teacher"])
    counting.record_sent(entry)
    return entry


def _answers(text: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a form from the demo's texts; entries of lookups are {"text": …}."""
    plain = {
        key: value
        for key, value in text.items()
        if key not in ("nomination", "sender", "partners", "links") and value != ""
    }
    lists = {key: [{"text": one} for one in text[key]] for key in ("partners", "links") if text[key]}
    return {**plain, **lists}


def _judge(
    contest: Contest, staff: Mapping[str, Sequence[User]], home: Organisation, dice: random.Random, left: int
) -> None:
    """Let the experts read: all sheets but the last `left` are sent."""
    secretary = staff[SECRETARY][0].id
    for place, person in enumerate(staff[JUROR]):
        jury.introduce(contest, person, home if place == len(EXPERTS) - 1 else None, actor=person.id)
    distributing.distribute(contest, actor=secretary)
    contest.stage = Stage.EXPERTISE
    db.session.flush()
    found = select(Sheet).join(Sheet.entry).join(Sheet.juror).where(Entry.contest_id == contest.id)
    waiting = list(db.session.scalars(found.order_by(Juror.id.desc(), Entry.number)))
    for sheet in waiting[: len(waiting) - left]:
        _score(sheet, contest, dice)


def _hear(contest: Contest, staff: Mapping[str, Sequence[User]], dice: random.Random) -> None:
    """Let the chair sign the short list as it is proposed, and the experts hear those who came into it."""
    chair, secretary = staff[CHAIR][0].id, staff[SECRETARY][0].id
    stages.move(contest, Stage.SHORTLIST, actor=secretary)
    signed = shortlist.sign(contest, actor=chair)
    signed.signed_at = contest.expertise_until + timedelta(hours=12)
    stages.move(contest, Stage.DEFENCE, actor=secretary)
    distributing.distribute(contest, actor=secretary)
    for sheet in queries.sheets_in(contest, rounds.DEFENCE):
        _score(sheet, contest.defence or contest, dice)


def _score(sheet: Sheet, round_: Contest | Defence, dice: random.Random) -> None:
    """Fill a sheet as an expert would, and send it: the strict ones give a point less.

    The round is over by now; for that moment it is not.
    """
    keys = [criterion.key for criterion in sheets.asked_in(sheet)]
    strict = sheet.juror_id % 3 == 0
    level = 5 - (sheet.entry.number or 0) % 3
    scores = {key: max(0, min(5, level + dice.choice((-1, 0, 0, 1)) - strict)) for key in keys}
    comments = {key: str(WORDS if score == 5 else STRICT) for key, score in scores.items() if score in (0, 1, 5)}
    sheet.state, sheet.opened_at = SheetState.OPEN, clock.now()
    db.session.flush()
    until = "until" if isinstance(round_, Defence) else "expertise_until"
    closes = getattr(round_, until)
    setattr(round_, until, max(closes, clock.now() + timedelta(minutes=1)))
    db.session.flush()
    sheets.send(sheet, Opinion(scores, comments), actor=sheet.juror.user_id)
    setattr(round_, until, closes)


def _publish(contest: Contest, staff: Mapping[str, Sequence[User]]) -> None:
    """Give first places by the ranking, sign and publish."""
    chair, secretary = staff[CHAIR][0].id, staff[SECRETARY][0].id
    stages.move(contest, Stage.PROTOCOL, actor=secretary)
    places: dict[int, tuple[int, str]] = {}
    for table in results.tables_of(contest):
        passed = [line for line in table.lines if line.has_passed]
        places |= {line.entry.id: (place, "") for place, line in enumerate(passed[:3], start=1)}
    protocol.give_places(contest, places, actor=chair)
    signed = protocol.sign(contest, actor=chair)
    signed.signed_at = datetime.combine(contest.results_on, time(12), ZoneInfo(contest.region.timezone))
    stages.move(contest, Stage.PUBLISHED, actor=secretary)
    practice = bank.find_practice(min(places))
    last = db.session.scalars(select(Entry).where(Entry.contest_id == contest.id).order_by(Entry.id.desc())).first()
    if practice is not None and last is not None and last.organisation_id != practice.entry.organisation_id:
        words = _("Взяли расписание недели целиком, вместо сварки — столярное дело.")
        bank.repeat(practice, last.organisation, words, actor=None)


def _draft(world: DemoWorld, contest: Contest, text: Mapping[str, Any]) -> None:
    """Let the teacher of the demo have a draft that is half written."""
    school = db.session.get_one(SchoolClass, world.showcase_class_id).organisation
    author = db.session.get_one(User, world.staff["teacher"])
    entry = Entry(
        contest=contest, nomination=next(one for one in contest.nominations if one.title == text["nomination"]),
        organisation=school, title=text["title"], revision=1, made_by=author.id,
        answers={key: text[key] for key in ("title", "annotation", "problem")},
    )  # fmt: skip
    entry.search_key = search_key(entry.title, school.name)
    db.session.add(entry)
    db.session.flush()
    accounts.grant(author, AUTHOR, entry.scope, actor=author.id)


def _hosts(region_id: int) -> list[Organisation]:
    """Return organisations that send practices, those of one municipality never one after the other."""
    kinds = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN, OrganisationKind.ADDITIONAL)
    found = (
        select(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Municipality.region_id == region_id, Organisation.kind.in_(kinds))
        .order_by(Organisation.id)
        .limit(MOST_HOSTS)
    )
    by_town: dict[int, list[Organisation]] = {}
    for one in db.session.scalars(found):
        by_town.setdefault(one.municipality_id, []).append(one)
    longest = max(map(len, by_town.values()), default=0)
    return [row[place] for place in range(longest) for row in by_town.values() if place < len(row)]
