"""The verbs of reports: who was there, told after the event; facts of coverage in the same transaction.

A correction takes all facts of the report back and writes those of the next revision; both traces stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.contracts import Activity
from orientir.coverage import services as coverage
from orientir.coverage.activities import find_activity, period_on, takes_grades
from orientir.coverage.evidence import ClassHome, Entry, LevelHome, Party, Seat, Source
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import classes_of
from orientir.students.models import Student
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN, Event, Report, ReportLine
from orientir_calendar.visits import came_by_class
from orientir_calendar.words import CONTEST, PARENTS, TEACHERS, WON

SIZES = {"title": 160, "partner": 200}
MOST_GROWN_UPS = 5_000
LESSON = timedelta(minutes=45)


class LinesError(InvalidInputError):
    """Some classes cannot be as they are told: `lines` says what is wrong, by class."""

    def __init__(self, lines: Mapping[int, str]) -> None:
        self.lines = dict(lines)
        super().__init__(next(iter(self.lines.values())), "lines")


@dataclass(frozen=True)
class Line:
    """The pupils of a class who were there: ids of seats, or how many; `won`: winners of a contest among them."""

    class_id: int
    people: int
    ovz: int = 0
    disabled: int = 0
    students: tuple[int, ...] = ()
    won: int = 0


@dataclass(frozen=True)
class Told:
    """What a school says of one event; moments are aware. `despite`: these are other children of the same classes."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...] = ()
    partner: str = ""
    parents: int = 0
    teachers: int = 0
    despite: bool = field(default=False, compare=False)


def add_report(school: Organisation, told: Told, *, event: Event | None = None, actor: int | None) -> Report:
    """Write down who was there and count them; raises InvalidInputError naming the field, LinesError naming classes."""
    lock(school)
    report = Report(organisation=school, event=event, made_by=actor)
    check(school, told, report)
    _fill(report, told)
    db.session.add(report)
    db.session.flush()
    _count(report)
    _write("calendar.report.add", report, actor)
    return report


def change_report(report: Report, told: Told, *, actor: int | None) -> None:
    """Say it anew: what was counted is reversed. Raises as `add_report` does, ConflictError for one taken back."""
    lock(report.organisation)
    db.session.refresh(report)
    if report.taken_back:
        raise ConflictError(_("Этот отчёт снят. Напишите новый."))
    check(report.organisation, told, report)
    _uncount(report)
    report.revision += 1
    _fill(report, told)
    db.session.flush()
    _count(report)
    _write("calendar.report.change", report, actor)


def take_back(report: Report, *, actor: int | None) -> None:
    """Take the report and all it counted back; a repeat changes nothing."""
    lock(report.organisation)
    db.session.refresh(report)
    if report.taken_back:
        return
    _uncount(report)
    report.taken_back = True
    db.session.flush()
    _write("calendar.report.back", report, actor)


def lesson_on(day: date, starts: time | None, ends: time | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a quick report was: without an end a lesson of 45 minutes. Raises InvalidInputError."""
    if starts is None:
        raise InvalidInputError(_("Напишите, во сколько началось: так один урок не посчитают дважды."), "starts")
    begins = datetime.combine(day, starts, zone)
    finishes = datetime.combine(day, ends, zone) if ends else begins + LESSON
    if finishes <= begins:
        raise InvalidInputError(_("Окончание должно быть позже начала."), "ends")
    return begins, finishes


def check(school: Organisation, told: Told, report: Report | None = None) -> None:
    """Refuse what cannot be; `report` is the one that is written anew. Raises as `add_report` does."""
    _check_words(school, told)
    _check_people(told)
    if told.lines:
        _check_lines(school, told, report)


def _check_words(school: Organisation, told: Told) -> None:
    if told.kind not in kinds_of(school.municipality.region_id):
        raise InvalidInputError(_("Выберите вид мероприятия."), "kind")
    if not told.title.strip():
        raise InvalidInputError(_("Напишите, что это было."), "title")
    for name, most in SIZES.items():
        if len(getattr(told, name)) > most:
            raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=most), name)
    if told.starts_at > clock.now():
        raise InvalidInputError(_("Это ещё не прошло. Отчитываются после мероприятия."), "first_day")
    zone = ZoneInfo(school.municipality.region.timezone)
    year = AcademicYear.of(told.starts_at.astimezone(zone).date())
    if year < AcademicYear(AcademicYear.of(clock.now().astimezone(zone).date()).start - 1):
        raise InvalidInputError(_("Так давно: этот учебный год уже закрыт. Проверьте дату."), "first_day")


def _check_people(told: Told) -> None:
    for name in ("parents", "teachers"):
        if not 0 <= getattr(told, name) <= MOST_GROWN_UPS:
            raise InvalidInputError(_("От 0 до %(most)s человек.", most=MOST_GROWN_UPS), name)
    if not told.lines and not told.parents and not told.teachers:
        raise InvalidInputError(_("Напишите, сколько человек было: хотя бы в одном классе."), "lines")


def _check_lines(school: Organisation, told: Told, report: Report | None) -> None:
    key = kinds_of(school.municipality.region_id)[told.kind].activity
    if not key:
        raise InvalidInputError(_("На таких мероприятиях считают взрослых. Для учеников выберите другой вид."), "kind")
    if key != CONTEST and any(line.won for line in told.lines):
        raise InvalidInputError(_("Победители бывают у конкурсов. Выберите этот вид или уберите победителей."), "kind")
    day = _day(school, told.starts_at)
    classes = {one.id: one for one in classes_of(school.id, AcademicYear.of(day).start)}
    if any(line.class_id not in classes for line in told.lines):
        raise InvalidInputError(_("Такого класса в этом учебном году нет."), "lines")
    activity, seats = find_activity(key), _open_seats(told)
    found = {
        line.class_id: _problem_of(line, classes[line.class_id], activity, seats.get(line.class_id, frozenset()), day)
        for line in told.lines
    }
    wrong = {class_id: problem for class_id, problem in found.items() if problem}
    if not wrong:
        wrong = _marked_at_the_door(told, report.event if report else None)
    if not wrong and not told.despite:
        wrong = _met_elsewhere(told, report)
    if wrong:
        raise LinesError(wrong)


def _problem_of(line: Line, school_class: SchoolClass, activity: Activity, seats: AbstractSet[int], day: date) -> str:
    """Return what cannot be in a line, as coverage would say it, but beside the class it is about."""
    if not takes_grades(activity, school_class.grade, school_class.last_grade):
        return _("Это мероприятие считают для других классов.")
    if not seats >= set(line.students):
        return _("Такого номера в списке класса нет.")
    if line.people < 1:
        return _("Не меньше одного человека.")
    if max(line.ovz, line.disabled) > line.people:
        return _("«Из них» больше, чем всего.")
    if line.won > line.people:
        return _("Победителей больше, чем участников.")
    headcount = _headcount(school_class, day)
    if headcount is not None and line.people * 10 > headcount * 11 + 9:
        return _(
            "В классе %(headcount)s, а указано %(people)s. Проверьте число.", headcount=headcount, people=line.people
        )
    return ""


def _headcount(school_class: SchoolClass, day: date) -> int | None:
    before = [one for one in school_class.headcounts if one.on_date <= day]
    chosen = before[-1:] or school_class.headcounts[:1]
    return chosen[0].total if chosen else None


def _marked_at_the_door(told: Told, event: Event | None) -> dict[int, str]:
    """Return the classes whose people are counted already, because the door of the event has marked them."""
    came = came_by_class(event, told.starts_at.astimezone(ZoneInfo(event.timezone)).date()) if event is not None else {}
    words = _("На входе отметили %(count)s: эти люди уже посчитаны.")
    return {line.class_id: words % {"count": came[line.class_id]} for line in told.lines if came.get(line.class_id)}


def _met_elsewhere(told: Told, report: Report | None) -> dict[int, str]:
    """Return the classes that another report has at that time: usually one event told twice."""
    others = (
        select(ReportLine.class_id, Report.title)
        .join(Report, Report.id == ReportLine.report_id)
        .where(
            ReportLine.class_id.in_([line.class_id for line in told.lines]),
            Report.taken_back.is_(False),
            Report.starts_at < told.ends_at,
            Report.ends_at > told.starts_at,
            Report.id != (report.id if report is not None and report.id else 0),
        )
    )
    return {
        row[0]: _("На это время есть отчёт «%(title)s». Если это другие дети, отметьте внизу.", title=row[1])
        for row in db.session.execute(others)
    }


def _open_seats(told: Told) -> dict[int, set[int]]:
    """Return the seats of the classes that were told by number."""
    classes = [line.class_id for line in told.lines if line.students]
    found: dict[int, set[int]] = {}
    if classes:
        for class_id, student_id in db.session.execute(
            select(Student.class_id, Student.id).where(Student.class_id.in_(classes))
        ):
            found.setdefault(class_id, set()).add(student_id)
    return found


def _fill(report: Report, told: Told) -> None:
    report.kind, report.title, report.partner = told.kind, told.title.strip(), told.partner.strip()
    report.starts_at, report.ends_at = told.starts_at, told.ends_at
    report.parents, report.teachers, report.made_at = told.parents, told.teachers, clock.now()
    known = {line.class_id: line for line in report.lines}
    wanted = {line.class_id: line for line in told.lines}
    for class_id in set(known) - set(wanted):
        report.lines.remove(known[class_id])
    for class_id, line in sorted(wanted.items()):
        row = known.get(class_id)
        if row is None:
            row = ReportLine(class_id=class_id)
            report.lines.append(row)
        row.people, row.ovz, row.disabled, row.won = line.people, line.ovz, line.disabled, line.won
        row.students = list(line.students)


def _count(report: Report) -> None:
    for _activity, entries in groupby(_entries(report), key=lambda entry: entry.activity):
        coverage.record_all(list(entries))


def _uncount(report: Report) -> None:
    for entry in _entries(report):
        coverage.reverse(entry.source)


def _entries(report: Report) -> Iterator[Entry]:
    """Yield the facts of a report, those of one activity together and always in one order."""
    day = _day(report.organisation, report.starts_at)
    kind = kinds_of(report.organisation.municipality.region_id).get(report.kind)
    if kind is not None and kind.activity:
        for line in report.lines:
            yield from _of_class(report, line, kind.activity, day)
        if kind.activity == CONTEST:
            yield from _winners(report, day)
    for key, people in ((PARENTS, report.parents), (TEACHERS, report.teachers)):
        if people:
            party = Party(people, report.starts_at, report.ends_at)
            home = LevelHome(report.organisation_id)
            yield _entry(report, key, day, party, key.partition(".")[2], home)


def _of_class(report: Report, line: ReportLine, activity: str, day: date) -> Iterator[Entry]:
    home = ClassHome(line.class_id)
    if not line.students:
        party = Party(line.people, report.starts_at, report.ends_at, line.ovz, line.disabled)
        yield _entry(report, activity, day, party, f"class:{line.class_id}", home)
    for student_id in line.students:
        yield _entry(report, activity, day, Seat(student_id), f"seat:{student_id}", home)


def _winners(report: Report, day: date) -> Iterator[Entry]:
    """Yield a fact for each class somebody of which won: counted apart, they are among the participants already."""
    for line in report.lines:
        if line.won:
            party = Party(line.won, report.starts_at, report.ends_at)
            yield _entry(report, WON, day, party, f"won:{line.class_id}", ClassHome(line.class_id))


def _entry(
    report: Report, activity: str, day: date, evidence: Party | Seat, part: str, home: ClassHome | LevelHome
) -> Entry:
    source = Source(PLUGIN, f"report:{report.id}:{part}", report.revision)
    host = report.event.organisation_id if report.event else None
    period = period_on(find_activity(activity), day)
    return Entry(activity, period, day, evidence, source, home, host_organisation_id=host)


def _day(school: Organisation, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(school.municipality.region.timezone)).date()


def _write(action: str, report: Report, actor: int | None) -> None:
    audit.write(
        action, "calendar_report", report.id, actor=actor, scope=report.organisation.scope, title=report.title,
        people=report.people,
    )  # fmt: skip
