"""What decides between entries with the same figure: a chain of keys, each with its reason in words (domain.md C.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from orientir.i18n import _
from orientir.web.formats import in_ranges
from orientir_practices.scoring import shown

FIRSTS, EARLIER, CHAIR = "firsts", "earlier", "chair"  # beside the keys of criteria («К3»)

# What a key says of an entry, the more the better; None where it says nothing.
Measure = Callable[[int], Fraction | None]
Group = tuple[int, ...]


@dataclass(frozen=True)
class Tie:
    """Entries with equal figures, and what parted them: `groups` in the order of places with their `values` of `key`.

    An empty `key` with one group: nothing parted them. Entries are told by id.
    """

    key: str
    groups: tuple[tuple[int, ...], ...]
    values: tuple[Fraction, ...] = ()

    @property
    def needs_chair(self) -> bool:
        return not self.key

    def in_words(self, figure: Fraction, numbers: Mapping[int, int]) -> str:
        """Return «Заявки № 4, 7: итог 87,33. Решило среднее по К3: № 4 — 4,67; № 7 — 4,33.»; `numbers` by id."""
        named = [in_ranges([numbers[one] for one in group]) for group in self.groups]
        everyone = in_ranges([numbers[one] for group in self.groups for one in group])
        head = _("Заявки № %(numbers)s: итог %(figure)s.", numbers=everyone, figure=shown(figure))
        return f"{head} {self._decision(named)}"

    def _decision(self, named: Sequence[str]) -> str:
        if self.needs_chair:
            return _("Равны по всем признакам: порядок решает председатель.")
        if self.key == CHAIR and len(named) == 1:
            return _("Председатель решил, что они делят место.")
        if self.key == CHAIR:
            return _("Решил председатель: %(order)s.", order=_in_order(named))
        if self.key == EARLIER:
            return _("Решило время подачи: раньше подана %(order)s.", order=_in_order(named))
        digits = 0 if self.key == FIRSTS else 2
        values = "; ".join(f"№ {one} — {shown(value, digits)}" for one, value in zip(named, self.values, strict=True))
        if self.key == FIRSTS:
            return _("Решило, у скольких экспертов заявка первая: %(values)s.", values=values)
        return _("Решило среднее по %(criterion)s: %(values)s.", criterion=self.key, values=values)


def part(tied: Group, chain: Sequence[str], measures: Mapping[str, Measure]) -> tuple[list[Group], list[Tie]]:
    """Return the tied entries in groups from the best, and what parted them; a group of several shares its place.

    A key that says nothing of one of them, or the same of all, is passed over; those it leaves together go on to the
    next key among themselves. What the chair says is the last word: whom the chair puts together, share.
    """
    if len(tied) == 1:
        return [tied], []
    for passed, key in enumerate(chain, start=1):
        values = _measured(tied, measures.get(key))
        groups = _grouped(tied, values)
        if len(groups) > 1 or (groups and key == CHAIR):
            tie = Tie(key, groups, tuple(values[group[0]] for group in groups))
            if key == CHAIR:
                return list(groups), [tie]
            parted = [part(group, chain[passed:], measures) for group in groups]
            ties = [tie, *(one for _found, more in parted for one in more)]
            return [one for found, _more in parted for one in found], ties
    return [tied], [Tie("", (tied,))]


def _measured(tied: Group, measure: Measure | None) -> dict[int, Fraction]:
    """Return what is said of each entry; nothing where it cannot be said of one of them."""
    found: dict[int, Fraction] = {}
    for one in tied:
        value = measure(one) if measure else None
        if value is None:
            return {}
        found[one] = value
    return found


def _grouped(tied: Group, values: Mapping[int, Fraction]) -> tuple[Group, ...]:
    """Return the entries by their values, the best first; nothing where there are none."""
    ordered = sorted(tied, key=values.__getitem__, reverse=True) if values else []
    return tuple(tuple(same) for _value, same in groupby(ordered, key=values.__getitem__))


def _in_order(named: Sequence[str]) -> str:
    return _(", затем ").join(f"№ {one}" for one in named)
