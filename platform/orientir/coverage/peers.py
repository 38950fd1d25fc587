"""An organisation's own figures beside those of last period and of its neighbours (domain.md, A.1 row 51)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

from orientir.contracts import Activity, Scope
from orientir.coverage.activities import activities, period_on
from orientir.coverage.queries import organisation_shares, totals
from orientir.coverage.shares import Share
from orientir.organisations.models import Organisation

FEWEST = 5  # neighbours a median may stand on; of fewer it would point at somebody


@dataclass(frozen=True)
class Neighbours:
    """The median share of `count` organisations of the same kind: half of them have as much or more."""

    median: Fraction
    count: int
    is_region: bool


@dataclass(frozen=True)
class OwnFigure:
    """One activity of an organisation: now, a period ago by the same definition, and among the neighbours."""

    activity: Activity
    period: int
    share: Share
    before: Share
    neighbours: Neighbours | None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to say: not now, not a period ago, not among the neighbours."""
        is_rare = self.neighbours is None or not self.neighbours.median
        return self.share.is_idle and self.before.is_idle and is_rare


def own_figures(organisation: Organisation, today: date) -> list[OwnFigure]:
    """Return the organisation's figures, one for each activity; at most four statements."""
    current = [(activity, period_on(activity, today)) for activity in activities().values()]
    before = [(activity, period - 1) for activity, period in current]
    found = totals([*current, *before], organisation.scope)
    neighbours = _neighbours(current, organisation)
    return [
        OwnFigure(activity, period, found[place], found[len(current) + place], neighbours[place])
        for place, (activity, period) in enumerate(current)
    ]


def _neighbours(current: Sequence[tuple[Activity, int]], own: Organisation) -> list[Neighbours | None]:
    """Return the median of the municipality where it has enough organisations with a share, else of the region."""
    scope = own.municipality.scope
    near = [_median(one, own.id, is_region=False) for one in organisation_shares(current, scope, own.kind)]
    if all(near):
        return near
    everywhere = organisation_shares(current, Scope(scope.region_id), own.kind)
    return [one or _median(shares, own.id, is_region=True) for one, shares in zip(near, everywhere, strict=True)]


def _median(shares: Mapping[int, Share], own_id: int, *, is_region: bool) -> Neighbours | None:
    values = [share.value for one, share in shares.items() if one != own_id and share.value is not None]
    return Neighbours(Fraction(median(values)), len(values), is_region) if len(values) >= FEWEST else None
