"""A corner of the world with one of everything that has a page, and the people who try what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from secrets import token_hex

from sqlalchemy import delete

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.bookings.door_models import Door
from orientir.bookings.doors import open_door
from orientir.bookings.models import Booking, Slot
from orientir.bookings.services import book
from orientir.bookings.wishes import Companion, Wish
from orientir.contracts import Scope
from orientir.db import db
from orientir.files.kinds import FileKind
from orientir.files.reading import Upload
from orientir.files.services import FileOwner, attach
from orientir.jobs import services as jobs
from orientir.jobs.models import Job, JobState
from orientir.lists.models import ImportState, ListImport
from orientir.lists.sheets import Sheet
from orientir.lists.storage import seal_sheets
from orientir.mail.models import OutgoingMail
from orientir.mail.services import post
from orientir.notices.kinds import WELCOME
from orientir.notices.models import Notice
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.people.models import Invitation
from orientir.settings.models import SettingChange
from orientir.students.services import open_numbers
from orientir_calendar.external import External, add_external
from orientir_calendar.links import renew_link
from orientir_calendar.models import Event, ExternalCount, FeedLink, Project, Report
from orientir_calendar.note_models import Note
from orientir_calendar.notes import add_note
from orientir_calendar.notes import publish as publish_note
from orientir_calendar.reports import Line, Told, add_report
from orientir_calendar.services import add_event, attach_paper, drop_day, publish
from orientir_plans.models import Slip, Wave
from orientir_plans.services import WavePlan, add_wave, issue_slips, open_wave
from orientir_plans.versions import current_version
from orientir_practices.jury_models import Sheet as ScoreSheet
from orientir_practices.models import ENTRY, Entry, EntryState, Practice
from orientir_testkit import cast as people
from orientir_testkit.cast import Cast, make_cast
from orientir_testkit.contests import make_contest, make_defence, make_entry, make_expert, make_sheet
from orientir_testkit.events import at, plan
from orientir_testkit.files import PDF
from orientir_testkit.notes import note_plan
from orientir_testkit.occasions import make_slot
from orientir_testkit.trials import CARD, FIRST, LAST, TERMS
from orientir_trials.models import Trial
from orientir_trials.queries import seasons_in
from orientir_trials.repetition import Repetition
from orientir_trials.services import add_dates, add_season, add_trial, approve, suggest

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
        region, municipality, school, school_class, account, wave, letter, job, *made, slot, booking, door,
        _trial(region, host),
        event := _event(host),
        _report(school, school_class, event),
        renew_link(class_id=school_class.id),
        _external(region, school),
        entry := _entry(region, school),
        make_sheet(entry, make_expert(entry.contest)),
        _note(host, event),
    )  # fmt: skip


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
    """Return a weekly event of the calendar that was two days ago, and will not be next week; it has a paper."""
    today = clock.now().date()
    weekly = at(today - timedelta(days=2), frequency="weekly", until=today + timedelta(days=60))
    event = add_event(host, plan(weekly), actor=None)
    publish(event, actor=None)
    drop_day(event, event.starts_at + timedelta(days=7), actor=None)
    attach_paper(event, Upload(FileKind.PDF, PDF, "Положение"), "rules", actor=None)
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


def _entry(region: Region, school: Organisation) -> Entry:
    """Return an entry under the technical check, in the bank all the same; its author is nobody who tries addresses."""
    author = people.make_user(Role.TEACHER, school.scope, "Автор Заявки")
    contest = make_contest(region)
    make_defence(contest)
    entry = make_entry(contest, school, author, EntryState.SUBMITTED)
    attach(FileOwner(ENTRY, entry.id, school.scope), Upload(FileKind.PDF, PDF, "План"), purpose="", most=1, actor=None)
    db.session.add(Practice(entry=entry, published_at=clock.now()))
    return entry


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
