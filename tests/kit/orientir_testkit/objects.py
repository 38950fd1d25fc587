"""Sample objects for addresses: what each argument of a URL may stand for: own, foreign, of another region, missing.

A new argument of an endpoint is one line in `SAMPLES`; two endpoints that mean different things by one name are told
apart as «endpoint:argument».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import delete

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import ADMINISTER, Role
from orientir.bookings.door_models import Door
from orientir.bookings.doors import open_door
from orientir.bookings.models import Booking, Slot
from orientir.bookings.services import book
from orientir.bookings.wishes import Companion, Wish
from orientir.contracts import Scope
from orientir.db import db
from orientir.jobs import services as jobs
from orientir.jobs.models import Job, JobState
from orientir.lists.models import ImportState, ListImport
from orientir.lists.sheets import Sheet
from orientir.lists.storage import seal_sheets
from orientir.mail.models import OutgoingMail
from orientir.mail.services import post
from orientir.notices.kinds import WELCOME
from orientir.notices.models import Notice
from orientir.notices.rules import PLATFORM
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.people.models import Invitation
from orientir.settings.models import SettingChange
from orientir.students.services import open_numbers
from orientir_calendar.external import External, add_external
from orientir_calendar.links import renew_link, token_of
from orientir_calendar.models import Event, ExternalCount, FeedLink, Project, Report
from orientir_calendar.note_models import Note
from orientir_calendar.notes import add_note
from orientir_calendar.notes import publish as publish_note
from orientir_calendar.reports import Line, Told, add_report
from orientir_calendar.services import add_event, drop_day, publish
from orientir_plans.models import Slip, Wave
from orientir_plans.services import WavePlan, add_wave, issue_slips, open_wave
from orientir_plans.versions import current_version
from orientir_practices.models import Entry, EntryState
from orientir_practices.models import Sheet as ScoreSheet
from orientir_testkit import cast as people
from orientir_testkit.cast import Cast, make_cast
from orientir_testkit.contests import make_contest, make_entry, make_expert, make_sheet
from orientir_testkit.events import at, plan
from orientir_testkit.notes import note_plan
from orientir_testkit.occasions import make_slot
from orientir_testkit.trials import CARD, FIRST, LAST, TERMS
from orientir_trials.models import Trial
from orientir_trials.queries import seasons_in
from orientir_trials.repetition import Repetition
from orientir_trials.services import add_dates, add_season, add_trial, approve, suggest

NO_SUCH_ID = 2_000_000_000
RULE = PLATFORM[0].key
SHEET = Sheet("Лист1", (("Класс", "Всего"), ("9А", "27")), frozenset(), frozenset(), False)


@dataclass(frozen=True)
class Place:
    """A corner of the world with one of everything that has a page."""

    region: Region
    municipality: Municipality
    school: Organisation
    school_class: SchoolClass
    account: User
    wave: Wave
    letter: OutgoingMail
    job: Job
    table: ListImport
    notice: Notice
    invitation: Invitation
    change: SettingChange
    slot: Slot
    booking: Booking
    door: Door
    trial: Trial
    event: Event
    report: Report
    link: FeedLink
    external: ExternalCount
    entry: Entry
    sheet: ScoreSheet
    note: Note


@dataclass(frozen=True)
class Sample:
    """What an argument may be: `pick` finds the thing of a place, `value` what stands in the address for it.

    `scope` tells whose it is, None for what belongs to nobody (the key of an activity). What has an `owner` (the id of
    an account) exists for that person alone, and for those who hold `overseer` in its branch. A `loose` one may be
    answered in any way but a failure when it is missing or foreign: the page itself decides what that means.
    """

    pick: Callable[[Place], Any]
    value: Callable[[Any], object] = lambda thing: thing.id
    scope: Callable[[Any], Scope | None] = lambda thing: thing.scope
    missing: object = NO_SUCH_ID
    loose: bool = False
    owner: Callable[[Any], int | None] = lambda _thing: None
    overseer: str = ""


def word(text: object, missing: object, *, loose: bool = False) -> Sample:
    """Return the sample of an argument that is the same in every place."""
    return Sample(lambda _place: text, lambda thing: thing, lambda _thing: None, missing, loose)


SAMPLES: dict[str, Sample] = {
    "region_id": Sample(lambda place: place.region),
    "municipality_id": Sample(lambda place: place.municipality),
    "organisation_id": Sample(lambda place: place.school),
    "class_id": Sample(lambda place: place.school_class),
    "user_id": Sample(lambda place: place.account, scope=lambda user: user.grants[0].scope),
    "grant_id": Sample(lambda place: place.account.grants[0]),
    "invitation_id": Sample(lambda place: place.invitation),
    "letter_id": Sample(lambda place: place.letter, scope=lambda letter: Scope(letter.region_id)),
    "change_id": Sample(lambda place: place.change, scope=lambda change: Scope(change.region_id)),
    "job_id": Sample(
        lambda place: place.job,
        scope=lambda job: Scope(job.region_id),
        owner=lambda job: job.actor_id,
        overseer=ADMINISTER,
    ),
    "import_id": Sample(lambda place: place.table, owner=lambda table: table.actor_id),
    "notice_id": Sample(
        lambda place: place.notice, scope=lambda notice: Scope(notice.region_id), owner=lambda notice: notice.user_id
    ),
    "slot_id": Sample(lambda place: place.slot, scope=lambda slot: slot.organisation.scope),
    # Anybody who books may look at an occasion; whether a class of theirs fits is what the page answers.
    "bookings.choose_class:slot_id": Sample(lambda place: place.slot, scope=lambda _slot: None, loose=True),
    "door_id": Sample(lambda place: place.door, scope=lambda door: door.slot.organisation.scope),
    "booking_id": Sample(lambda place: place.booking, scope=lambda booking: booking.school_class.scope),
    **{
        f"slots.{act}:booking_id": Sample(
            lambda place: place.booking, scope=lambda booking: booking.slot.organisation.scope
        )
        for act in ("mark", "unmark")
    },
    "trial_id": Sample(lambda place: place.trial, scope=lambda trial: trial.organisation.scope),
    "event_id": Sample(lambda place: place.event, scope=lambda event: event.organisation.scope),
    "note_id": Sample(lambda place: place.note, scope=lambda note: note.organisation.scope),
    "report_id": Sample(lambda place: place.report, scope=lambda report: report.organisation.scope),
    "project_id": Sample(
        lambda place: place.external, lambda count: count.project_id, lambda count: Scope(count.project.region_id)
    ),
    "calendar_lists.kind:key": word("meeting", missing="nothing"),
    "count_id": Sample(lambda place: place.external, scope=lambda count: count.organisation.scope),
    "calendar_personal.feed:token": Sample(lambda place: place.link, token_of, lambda _link: None, "0" * 32),
    "calendar.feed:code": Sample(
        lambda place: place.region, lambda region: region.code, lambda _region: None, "99", loose=True
    ),
    "contest_id": Sample(lambda place: place.entry.contest),
    # Anybody may begin an entry; whether the contest takes any is what the page answers.
    "practices_entries.begin:contest_id": Sample(
        lambda place: place.entry.contest, scope=lambda _one: None, loose=True
    ),
    "nomination_id": Sample(lambda place: place.entry.nomination, scope=lambda one: one.contest.scope),
    "entry_id": Sample(lambda place: place.entry),
    **{
        f"practices_desk.{act}:entry_id": Sample(lambda place: place.entry, scope=lambda entry: entry.contest.scope)
        for act in ("entry", "accept", "send_back", "reject", "extend", "assign", "unassign")
    },
    # In the bank is what its authors let be published; an entry under way is not there.
    **{
        f"practices.{act}:entry_id": Sample(lambda place: place.entry, scope=lambda _one: None, loose=True)
        for act in ("practice", "repeat")
    },
    "section": word("idea", missing="nowhere"),
    "sheet_id": Sample(lambda place: place.sheet, scope=lambda sheet: sheet.entry.contest.scope),
    **{
        f"practices_jury.{act}:sheet_id": Sample(
            lambda place: place.sheet,
            scope=lambda sheet: sheet.entry.contest.scope,
            owner=lambda sheet: sheet.juror.user_id,
        )
        for act in ("sheet", "free", "decline")
    },
    "wave_id": Sample(lambda place: place.wave, scope=lambda wave: wave.region.scope),
    "activity": word("plans.survey", missing="plans.unknown"),
    "settings.setting:name": word("two_exams", missing="nothing"),
    "settings.revert:name": word("two_exams", missing="nothing"),
    "work.run_task:name": word("platform.mail", missing="nothing"),
    "rule": word(RULE, missing="nothing"),
    # A file of an event is asked for by the event's own rule; whether there is one is told by the tests of its page.
    "file_id": word("0" * 32, missing="1" * 32, loose=True),
    "form": word("csv", missing="xlsx", loose=True),
    "key": word("0" * 32, missing="1" * 32, loose=True),
    "token": word("unknown", missing="nothing", loose=True),
    "number": word(1, missing=98),
    "typed": word("000000000000", missing="1", loose=True),
    "code": word("study", missing="nowhere", loose=True),
}


@dataclass(frozen=True)
class Person:
    """Somebody who tries every address; `user` is None for whoever has not signed in, `role` "" for no role."""

    title: str
    user: User | None = None
    role: str = ""
    scope: Scope | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class Stage:
    """Three places and the people who try what is there: `own` is the first one's town."""

    own: Place
    neighbour: Place
    abroad: Place
    people: tuple[Person, ...]


def make_stage() -> Stage:
    """Return the whole stage, committed: the cast, and a second region that must never be seen from the first."""
    cast = make_cast()
    far = people.make_region("Другой край", "24")
    town = people.make_municipality(far, "Дальний")
    school = people.make_school(town, "Школа № 1")
    far_class = people.make_class(school, 9, "А", total=20)
    far_operator = people.make_user(Role.OPERATOR, far.scope, "Чужой Оператор")
    for one in (cast.school_class, cast.neighbour_class, far_class):
        open_numbers(one, 20, actor=None)
    near_wave, far_wave = _wave(cast.region), _wave(far)
    issue_slips(near_wave, cast.school_class, actor=None)
    issue_slips(near_wave, cast.neighbour_class, actor=None)
    db.session.execute(delete(Slip).where(Slip.number > 2))  # drawing them all would be most of the time
    neighbourhood = (cast.neighbour_municipality, cast.neighbour_school, cast.neighbour_class, cast.neighbour_teacher)
    far_teacher = people.make_user(Role.TEACHER, school.scope)
    college = people.make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
    stage = Stage(
        own=_place(cast.region, cast.municipality, cast.school, cast.school_class, cast.teacher, near_wave, college),
        neighbour=_place(cast.region, *neighbourhood, near_wave, cast.neighbour_school),
        abroad=_place(far, town, school, far_class, far_teacher, far_wave, school),
        people=_people(cast, college, far_operator, far.scope),
    )
    db.session.commit()
    return stage


def _place(
    region: Region,
    municipality: Municipality,
    school: Organisation,
    school_class: SchoolClass,
    account: User,
    wave: Wave,
    host: Organisation,
) -> Place:
    """Return the place with what the person of it has: a letter, a job, a list, a notice, a colleague invited.

    `host` holds the occasion the class has booked places at.
    """
    letter = post(account.email, "Тема", "Текст", kind="try.letter", region_id=region.id, user_id=account.id)
    job = jobs.start("try.job", {}, title="Работа", actor=account.id, region_id=region.id)
    job.state = JobState.FAILED
    moment = {"sent_at": clock.now(), "expires_at": clock.now() + timedelta(days=7)}
    made = (
        ListImport(
            importer="platform.classes", actor_id=account.id, state=ImportState.MATCHING, created_at=clock.now(),
            expires_on=clock.now().date() + timedelta(days=30), sealed_source=seal_sheets([SHEET]),
            **school.scope.columns(),
        ),
        Notice(
            user_id=account.id, kind=WELCOME.key, about="place", topic="other", way="site", region_id=region.id,
            subject="Тема", text="Текст", created_at=clock.now(),
        ),
        Invitation(
            digest=token_hex(32), email=f"{token_hex(4)}@example.org", invited_by=account.id, role=Role.TEACHER,
            branch=school.scope.branch, **school.scope.columns(), **moment,
        ),
        SettingChange(region_id=region.id, name="two_exams", value=True, at=clock.now()),
    )  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    slot = make_slot(host)
    wish = Wish(school_class.id, people=5, companion=Companion("Кто-то Другой", "+73952123456"))
    booking = book(slot.id, wish, request=token_hex(16), actor=account.id)
    door = open_door(slot, "Вход 1", actor=None)
    return Place(
        region,
        municipality,
        school,
        school_class,
        account,
        wave,
        letter,
        job,
        *made,
        slot,
        booking,
        door,
        _trial(region, host),
        event := _event(host),
        _report(school, school_class, event),
        renew_link(class_id=school_class.id),
        _external(region, school),
        entry := _entry(region, school, account),
        make_sheet(entry, make_expert(entry.contest)),
        _note(host, event),
    )


def _wave(region: Region) -> Wave:
    made = add_wave(region, current_version(), WavePlan(date(2026, 5, 4), date(2026, 5, 22)), actor=None)
    open_wave(made, actor=None)
    return made


def _trial(region: Region, host: Organisation) -> Trial:
    """Return a card in the register with one date."""
    seasons = seasons_in(region.id)
    season = seasons[0] if seasons else add_season(region, "Неделя профпроб", FIRST, LAST, actor=None)
    trial = add_trial(season, host, CARD, actor=None)
    day = FIRST + timedelta(10)
    add_dates(trial, Repetition(day, day, frozenset(), (time(10),), 90), TERMS, actor=None)
    suggest(trial, actor=None)
    approve(trial, actor=None)
    return trial


def _event(host: Organisation) -> Event:
    """Return a weekly event of the calendar that was two days ago, and will not be next week."""
    today = clock.now().date()
    weekly = at(today - timedelta(days=2), frequency="weekly", until=today + timedelta(days=60))
    event = add_event(host, plan(weekly), actor=None)
    publish(event, actor=None)
    drop_day(event, event.starts_at + timedelta(days=7), actor=None)
    return event


def _note(host: Organisation, event: Event) -> Note:
    note = add_note(host, note_plan(event_id=event.id), actor=None)
    publish_note(note, actor=None)
    return note


def _external(region: Region, school: Organisation) -> ExternalCount:
    project = db.session.query(Project).filter_by(region_id=region.id).first()
    if project is None:
        project = Project(region_id=region.id, title="Билет в будущее")
        db.session.add(project)
        db.session.flush()
    today = clock.now().date() - timedelta(days=1)
    return add_external(school, External(project.id, "диагностика", 20, today, "письмо"), actor=None)


def _entry(region: Region, school: Organisation, author: User) -> Entry:
    """Return an entry that waits for the technical check, of a contest that still takes some."""
    return make_entry(make_contest(region), school, author, EntryState.SUBMITTED)


def _report(school: Organisation, school_class: SchoolClass, event: Event) -> Report:
    told = Told(event.kind, event.title, event.starts_at, event.ends_at, (Line(school_class.id, 5),))
    return add_report(school, told, event=event, actor=None)


def _people(cast: Cast, college: Organisation, far_operator: User, far: Scope) -> tuple[Person, ...]:
    organiser = people.make_user(Role.ORGANISER, college.scope)
    newcomer = people.make_user(Role.OBSERVER, cast.region.scope, "Без Роли")
    newcomer.grants.clear()
    known = [(role, user) for role, user in [*cast.staff.items(), (Role.ORGANISER, organiser)]]
    return (
        Person("nobody"),
        Person("no role", newcomer, account_id=newcomer.id),
        *[Person(str(role), user, role, user.grants[0].scope, user.id) for role, user in known],
        Person("operator of another region", far_operator, Role.OPERATOR, far, far_operator.id),
    )
