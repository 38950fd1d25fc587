"""Homes: whom the people of a fact belong to, found and checked against the activity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import Select, bindparam, select

from orientir.clock import AcademicYear
from orientir.contracts import Activity, Audience
from orientir.coverage.activities import period_bounds, takes_grades
from orientir.coverage.evidence import ClassHome, Entry, LevelHome, Seat
from orientir.coverage.levels import Level, level_of
from orientir.db import db, on_rows, table_of
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.headcounts import headcount_on
from orientir.organisations.models import Organisation, SchoolClass
from orientir.prepared import Answer, Asking
from orientir.students.models import Student

Columns = TypeVarTuple("Columns")
CLASSES, STUDENTS = table_of(SchoolClass), table_of(Student)


class Living(NamedTuple):
    """A class as it stands, or that of a seat."""

    class_id: int
    year: int
    organisation_id: int
    grade: int
    last_grade: int
    student_id: int | None = None


def keeping(classes: Select[*Columns]) -> Select[*Columns]:
    """Return the query that keeps its classes where they are until the transaction ends.

    Entries keep their class before they hold counters, as their foreign keys would anyway. Whoever moves classes to
    another organisation (`moving`) waits for them, and they read where the class has gone. On SQLite a writer is alone.
    (The first answer of a class in a wave may keep its class after its counter: `count` is spared a statement, and
    should just then somebody merge, the database lets one of the two come again.)
    """
    return classes.order_by(CLASSES.c.id).with_for_update(of=CLASSES, read=True, key_share=True)


# Asked for each mark at a door, so put together once.
COLUMNS = CLASSES.c["id", "year", "organisation_id", "grade", "last_grade"]
OF_CLASS = select(*COLUMNS).where(CLASSES.c.id == bindparam("class_id"))
OF_SEATS = (
    select(*COLUMNS, STUDENTS.c.id)
    .join_from(CLASSES, STUDENTS, STUDENTS.c.class_id == CLASSES.c.id)
    .where(STUDENTS.c.id.in_(bindparam("students", expanding=True)))
)
KEEPING_CLASS = Asking(Living, keeping(OF_CLASS))
KEEPING_SEATS = Asking(Living, keeping(OF_SEATS))


@dataclass(frozen=True)
class Home:
    """A class, or a level of an organisation in one academic year (`class_id` is None)."""

    year: int
    organisation_id: int
    level: Level
    class_id: int | None

    @property
    def key(self) -> str:
        """The home in one word; counters are locked in the order of these."""
        if self.class_id is not None:
            return class_key(self.class_id)
        return f"level:{self.organisation_id}:{self.level}:{self.year}"


def class_key(class_id: int) -> str:
    return f"class:{class_id}"


def keep_seats(entries: Iterable[Entry]) -> Answer[Living] | None:
    """Keep the classes of all seats among `entries`, in one statement that other questions may go along with."""
    students = {one.evidence.student_id for one in entries if isinstance(one.evidence, Seat)}
    return KEEPING_SEATS.soon(students=list(students)) if students else None


def homes_of(entries: Sequence[Entry], activity: Activity, kept: Answer[Living] | None) -> list[Home]:
    """Return the homes of `entries` in their order; their seats are `kept`.

    Raises MissingError for an unknown home, InvalidInputError for one that cannot be.
    """
    if kept is not None and activity.audience is not Audience.STUDENTS:
        raise InvalidInputError(_("Поимённо считают только учеников."), "student_id")
    seats = {one.student_id: one for one in kept.all() if one.student_id is not None} if kept is not None else {}
    return [_home_of(entry, activity, seats) for entry in entries]


def home_of_class(activity: Activity, period: int, class_id: int, on_date: date | None = None) -> Home:
    """Return the home of a class, which must live in the period (on `on_date`) and be of the activity's grades."""
    db.session.flush()
    found = KEEPING_CLASS.one(class_id=class_id)
    if found is None:
        raise MissingError(_("Такого класса нет."))
    return _checked(activity, period, found, on_date)


def _home_of(entry: Entry, activity: Activity, seats: Mapping[int, Living]) -> Home:
    if isinstance(entry.evidence, Seat):
        found = seats.get(entry.evidence.student_id)
        if found is None:
            raise MissingError(_("Такого номера в классе нет."))
        if entry.home not in (None, ClassHome(found.class_id)):
            raise InvalidInputError(_("Этот номер\N{NO-BREAK SPACE}— из другого класса."), "home")
        return _checked(activity, entry.period, found, entry.on_date)
    if isinstance(entry.home, ClassHome):
        return home_of_class(activity, entry.period, entry.home.class_id, entry.on_date)
    if isinstance(entry.home, LevelHome):
        return _home_of_level(activity, entry, entry.home)
    raise InvalidInputError(_("Укажите класс или организацию."), "home")


def _checked(activity: Activity, period: int, found: Living, on_date: date | None) -> Home:
    first_day, last_day = period_bounds(activity, period)
    years = {AcademicYear.of(on_date)} if on_date else {AcademicYear.of(first_day), AcademicYear.of(last_day)}
    if AcademicYear(found.year) not in years:
        raise InvalidInputError(_("Класс относится к другому учебному году."), "class_id")
    if activity.audience is Audience.STUDENTS and not takes_grades(activity, found.grade, found.last_grade):
        raise InvalidInputError(_("Это мероприятие считают для других классов."), "class_id")
    level = level_of(found.grade) if activity.audience is Audience.STUDENTS else Level.NONE
    return Home(found.year, found.organisation_id, level, found.class_id)


def keep_classes(class_ids: Iterable[int | None]) -> None:
    """Keep classes where they are until the transaction ends; call it before counters are held."""
    ids = {class_id for class_id in class_ids if class_id is not None}
    if ids:
        db.session.flush()
        on_rows(keeping(select(CLASSES.c.id).where(CLASSES.c.id.in_(ids))))


def _home_of_level(activity: Activity, entry: Entry, named: LevelHome) -> Home:
    is_leveled = activity.audience is Audience.STUDENTS
    if is_leveled != (named.level is not Level.NONE):
        raise InvalidInputError(_("Уровень образования указывают для учеников и только для них."), "level")
    known = select(Organisation.id, Organisation.merged_into_id).where(Organisation.id == named.organisation_id)
    found = db.session.execute(known.with_for_update(read=True)).one_or_none()
    if found is None:
        raise MissingError(_("Такой организации нет."))
    # What is said of a second entry of a school is said of the school.
    return Home(AcademicYear.of(entry.on_date).start, found.merged_into_id or found.id, named.level, None)


def check_size(home: Home, people: int, on_date: date) -> None:
    """Refuse one party that cannot be this class: more than its headcount and a tenth («27» typed as «270»).

    Within the tenth it is recorded: newcomers come before the headcount is renewed. Several parties together may exceed
    the headcount; that is shown as an error in the data (V-03), because only the school can tell which figure is wrong.
    """
    if home.class_id is None or home.level is Level.NONE:
        return
    headcount = db.session.scalar(select(headcount_on(on_date, home.class_id)))
    if headcount is not None and people > ceil(headcount * Fraction(11, 10)):
        raise InvalidInputError(
            _("В классе %(headcount)s, а указано %(people)s. Проверьте число.", headcount=headcount, people=people),
            "people",
        )
