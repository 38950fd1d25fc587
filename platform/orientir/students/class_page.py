"""What the page of a class shows in one view: its list, cards and headcounts, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from orientir.accounts.roles import CLASSES_EDIT, CLASSES_MOVE, COVERAGE_VIEW
from orientir.contracts import PanelItem, Viewer
from orientir.i18n import _, plural
from orientir.organisations.models import Headcount, SchoolClass
from orientir.organisations.queries import headcounts_of, today_of
from orientir.students.cards import cards_of
from orientir.students.counting_days import counting_days
from orientir.students.models import ClassMove, Student
from orientir.students.queries import is_past, move_of, moves_into, numbers_of
from orientir.students.seasons import moving_from
from orientir.web.formats import day

FIRST_CARD_GRADE = 6  # career guidance of pupils begins here; younger ones may have cards, nobody is urged


@dataclass(frozen=True)
class ClassPage:
    """`cards` are generations of living cards by seat, `move` what became of the class, `before` where it came from."""

    school_class: SchoolClass
    headcounts: list[Headcount]
    open_numbers: list[Student]
    closed_numbers: list[Student]
    cards: dict[int, int]
    move: ClassMove | None
    before: list[ClassMove]
    may_edit: bool
    may_move: bool
    sees_coverage: bool

    @property
    def latest(self) -> Headcount | None:
        return self.headcounts[0] if self.headcounts else None

    @property
    def is_settled(self) -> bool:
        """Whether numbers and cards change no more."""
        return self.move is not None or is_past(self.school_class)

    @property
    def may_change_list(self) -> bool:
        return self.may_edit and not self.is_settled

    @property
    def without_cards(self) -> int:
        return len(self.open_numbers) - len(self.cards)

    @property
    def missing_numbers(self) -> int:
        """How many more people than open numbers there are; below zero, how many fewer."""
        return self.latest.total - len(self.open_numbers) if self.latest else 0

    @property
    def tasks(self) -> list[PanelItem]:
        """Return what is left to do on this page for whoever may do it."""
        return list(_tasks(self)) if self.may_edit else []


def class_page(school_class: SchoolClass, viewer: Viewer) -> ClassPage:
    students = numbers_of(school_class.id)
    still_open = [student for student in students if student.closed_on is None]
    return ClassPage(
        school_class=school_class,
        headcounts=headcounts_of(school_class.id),
        open_numbers=still_open,
        closed_numbers=[student for student in students if student.closed_on is not None],
        cards=cards_of(still_open),
        move=move_of(school_class.id),
        before=moves_into(school_class.id),
        may_edit=viewer.can(CLASSES_EDIT, school_class.scope),
        may_move=viewer.can(CLASSES_MOVE, school_class.scope),
        sees_coverage=viewer.can(COVERAGE_VIEW, school_class.scope),
    )


def _tasks(page: ClassPage) -> Iterator[PanelItem]:
    yield from _headcount_tasks(page)
    if page.is_settled:
        yield from _move_task(page)
        return
    if page.missing_numbers > 0:
        count = page.missing_numbers
        words = plural(count, _("номера не хватает|номеров не хватает|номеров не хватает"))
        hint = _("В классе %(total)s, в списке %(open)s.", total=page.latest.total if page.latest else 0,
                 open=len(page.open_numbers))  # fmt: skip
        yield PanelItem(count, words, "#list", _("К списку"), hint)
    if page.without_cards and page.school_class.last_grade >= FIRST_CARD_GRADE:
        words = plural(page.without_cards, _("ученик без карточки|ученика без карточек|учеников без карточек"))
        yield PanelItem(
            page.without_cards, words, "#cards", _("К карточкам"), _("Карточка открывает ученику «Мои записи».")
        )
    yield from _move_task(page)


def _headcount_tasks(page: ClassPage) -> Iterator[PanelItem]:
    """Ask for the numbers of the dates that have come; a class of a past year is asked too, coverage counts by them."""
    one = page.school_class
    today = today_of(one.organisation.municipality.region)
    latest = page.latest.on_date if page.latest else None
    for due in counting_days(one.academic_year):
        if due.on <= today and due.asks(one.class_name) and not due.is_answered(latest):
            title = _("нет числа учеников на %(day)s", day=day(due.on))
            yield PanelItem(None, title, "#headcounts", _("Записать"), _("По нему считают доли охвата."))


def _move_task(page: ClassPage) -> Iterator[PanelItem]:
    one = page.school_class
    season = moving_from(one.organisation.municipality.region)
    if page.move is None and page.may_move and season == one.academic_year:
        url = url_for("moving.plan", organisation_id=one.organisation_id)
        yield PanelItem(
            None, _("класс ещё не переведён на следующий год"), url, _("Перевести школу"), _("До 31 октября.")
        )
