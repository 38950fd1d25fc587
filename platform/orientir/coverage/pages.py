"""What the pages of coverage show beside the figures: the way from the region down, links, words on the base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from math import ceil
from typing import Any, TypeVar

from flask import current_app, request, url_for

from orientir import clock
from orientir.accounts.roles import COVERAGE_VIEW
from orientir.contracts import Activity, Audience, PanelItem, Scope, Viewer
from orientir.coverage.activities import period_title
from orientir.coverage.queries import Coverage, Line, periods_of, totals
from orientir.coverage.shares import Share
from orientir.i18n import LazyText, _, plural
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.web.formats import number

Place = TypeVar("Place", Region, Municipality, Organisation)
AnyPlace = Region | Municipality | Organisation
CLASS_PAGE = "organisations.school_class"


@dataclass(frozen=True)
class Step:
    """One step of the way from the region down."""

    title: str
    url: str


@dataclass(frozen=True)
class Tile:
    """The figure of one activity in one branch."""

    title: LazyText | str
    period: str
    url: str
    share: Share


@dataclass(frozen=True)
class Branch:
    """A branch of the viewer with the figures of all activities."""

    title: str
    tiles: list[Tile]


@dataclass(frozen=True)
class BranchPage:
    """All that the page of one activity in one branch shows."""

    coverage: Coverage
    place: AnyPlace
    steps: list[Step]
    periods: list[tuple[int, str]]
    as_of: datetime

    @property
    def title(self) -> str:
        return f"{self.coverage.activity.title}: {title_of(self.place)}"

    @property
    def period(self) -> str:
        return period_title(self.coverage.activity, self.coverage.period)

    @cached_property
    def level(self) -> str:
        """Where the page stands: region, municipality or organisation."""
        return type(self.place).__name__.lower()

    @cached_property
    def is_of_students(self) -> bool:
        return self.coverage.activity.audience is Audience.STUDENTS

    @property
    def who(self) -> str:
        """Whom the activity counts."""
        return audience_words(self.coverage.activity)

    @cached_property
    def has_participations(self) -> bool:
        """Whether somebody took part more than once: people and participations are different units (V-17)."""
        return any(line.share.participations != line.share.covered for line in self.coverage.lines)

    @cached_property
    def known_lines(self) -> int:
        """How many lines the total is made of: those with a base (V-07)."""
        return sum(line.share.base is not None for line in self.coverage.lines)

    @cached_property
    def called_gap(self) -> int:
        """People whom those to call first lack together, rounded up once: each line is rounded up for itself."""
        shares = [line.share for line in self.coverage.largest_gaps()]
        return ceil(sum((one.target or 0) * (one.base or 0) - one.covered for one in shares))

    @cached_property
    def beyond_classes(self) -> int:
        """People known to be reached beyond those told by class."""
        total = self.coverage.total
        return max(0, total.covered + total.uncounted - sum(line.share.covered for line in self.coverage.lines))

    @cached_property
    def nobody(self) -> list[Line]:
        """Children of a branch nobody of which took part, where somebody of the branch did (domain.md C.4, 8.2)."""
        if isinstance(self.place, Organisation) or not self.coverage.total.covered:
            return []
        return [line for line in self.coverage.lines if not line.share.covered and not line.share.uncounted]

    def url(self, line: Line) -> str | None:
        """Return the page of one line; None where there is none."""
        return _line_url(self.coverage, line)

    @cached_property
    def calls(self) -> list[PanelItem]:
        """Whom to call first: the three lines that lack most people; in one school the teacher needs no such list."""
        if isinstance(self.place, Organisation):
            return []
        return [
            PanelItem(
                count=place,
                title=line.title,
                url=_line_url(self.coverage, line) or "",
                action=_("Открыть"),
                hint=_gap_words(line.share),
            )
            for place, line in enumerate(self.coverage.largest_gaps(), start=1)
        ]


def branch_page(coverage: Coverage, place: AnyPlace, today: date, viewer: Viewer) -> BranchPage:
    """Return what the page of `coverage` shows; the way up ends where the viewer's right does."""
    activity, period = coverage.activity, coverage.period
    years = sorted({period, *periods_of(activity, today, coverage.scope.region_id)}, reverse=True)
    return BranchPage(
        coverage=coverage,
        place=place,
        steps=[Step(_("Охват"), url_for("coverage.activities")), *_way_down(activity, period, place, viewer)],
        periods=[(year, period_title(activity, year)) for year in years],
        as_of=clock.now(),
    )


def tiles_of(place: AnyPlace, current: list[tuple[Activity, int]]) -> Branch:
    """Return the figures of several activities in one branch."""
    found = zip(current, totals(current, place.scope), strict=True)
    tiles = [
        Tile(activity.title, period_title(activity, period), _url(activity, period, place.scope), share)
        for (activity, period), share in found
    ]
    return Branch(title_of(place), tiles)


def title_of(place: AnyPlace) -> str:
    return place.title if isinstance(place, Municipality) else place.name


def audience_words(activity: Activity) -> str:
    """Return whom the activity counts, after «считаем»: «учеников 9 и 11 классов», «учеников 6–11 классов»."""
    if activity.audience is Audience.PARENTS:
        return _("родителей")
    if activity.audience is Audience.TEACHERS:
        return _("педагогов")
    if not activity.grades:
        return _("всех учеников")
    if len(activity.grades) == 1:
        return _("учеников %(grade)s класса", grade=activity.grades[0])
    return _("учеников %(grades)s классов", grades=_grade_words(sorted(activity.grades)))


def _grade_words(grades: list[int]) -> str:
    first, last = grades[0], grades[-1]
    if len(grades) > 2 and last - first == len(grades) - 1:
        return f"{first}–{last}"
    return _("%(most)s и %(last)s", most=", ".join(str(grade) for grade in grades[:-1]), last=last)


def _way_down(activity: Activity, period: int, place: AnyPlace, viewer: Viewer) -> list[Step]:
    way: list[AnyPlace] = [place]
    if isinstance(place, Organisation):
        way = [place.municipality.region, place.municipality, place]
    elif isinstance(place, Municipality):
        way = [place.region, place]
    return [
        Step(title_of(one), _url(activity, period, one.scope)) for one in way if viewer.can(COVERAGE_VIEW, one.scope)
    ]


def _line_url(coverage: Coverage, line: Line) -> str | None:
    if line.scope is not None:
        return _url(coverage.activity, coverage.period, line.scope)
    has_page = CLASS_PAGE in current_app.view_functions
    return url_for(CLASS_PAGE, class_id=line.class_id) if has_page else None


def _url(activity: Activity, period: int, scope: Scope) -> str:
    return _address(request.script_root, activity.key, period, scope)


@lru_cache(maxsize=4096)
def _address(_root: str, activity: str, period: int, scope: Scope) -> str:
    """Return the page of a branch below the root of the site; building the addresses took an eighth of a page."""
    level, identity = _level_of(scope)
    values: dict[str, Any] = {"activity": activity, "year": period, f"{level}_id": identity}
    return url_for(f"coverage.{level}", **values)


def _level_of(scope: Scope) -> tuple[str, int]:
    if scope.organisation_id is not None:
        return "organisation", scope.organisation_id
    if scope.municipality_id is not None:
        return "municipality", scope.municipality_id
    return "region", scope.region_id


def _gap_words(share: Share) -> str:
    gap = share.gap or 0
    people = plural(gap, _("человека|человек|человек"))
    return _("не хватает %(gap)s %(people)s", gap=number(gap), people=people)
