"""Which juror reads which entry: even loads, nobody the own, everybody with everybody.

Nothing is known here of tables: the caller says what stands, and gets what is to be added. The same input and seed give
the same answer, so a proposal that was looked at is the one that is carried out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from orientir_practices.flows import Flow, Group, fill, level, tight_groups
from orientir_practices.shortages import Ban, Shortage, TooFewJurors, TooLittleRoom

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class EntryToRead:
    """An accepted entry. `authors` are accounts, `partners` organisations, `assigned` the jurors who stay with it."""

    id: int
    number: int
    organisation_id: int
    municipality_id: int | None
    nomination_id: int
    authors: frozenset[int] = NOBODY
    partners: frozenset[int] = NOBODY
    assigned: frozenset[int] = NOBODY


@dataclass(frozen=True)
class Reader:
    """A juror. `conflicts`: entries they may not judge; `most`: their limit; `nominations`: None means all.

    `fell_out`: entries that were taken from them; no lot gives those back, a secretary may.
    """

    id: int
    user_id: int
    name: str = ""
    organisations: frozenset[int] = NOBODY
    municipalities: frozenset[int] = NOBODY
    conflicts: frozenset[int] = NOBODY
    fell_out: frozenset[int] = NOBODY
    most: int | None = None
    nominations: frozenset[int] | None = None


@dataclass(frozen=True)
class Distribution:
    """`given`: entry → its jurors, those who stayed among them; `loads`: juror → entries they then have.

    The jurors of an entry stand in an order of the lot: who numbers them so («Эксперт 1») tells nothing by the number.
    Where `shortages` say that not everybody can have theirs, `given` is the most that can be given.
    """

    given: Mapping[int, tuple[int, ...]]
    loads: Mapping[int, int]
    shortages: tuple[Shortage, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.shortages


def ban_of(entry: EntryToRead, reader: Reader) -> Ban | None:
    """Return why the juror may not read the entry (the weightiest reason), None where they may (domain.md C.3)."""
    reasons = (
        (Ban.AUTHOR, reader.user_id in entry.authors),
        (Ban.ORGANISATION, entry.organisation_id in reader.organisations),
        (Ban.PARTNER, not entry.partners.isdisjoint(reader.organisations)),
        (Ban.MUNICIPALITY, entry.municipality_id in reader.municipalities),
        (Ban.CONFLICT, entry.id in reader.conflicts),
        (Ban.NOMINATION, reader.nominations is not None and entry.nomination_id not in reader.nominations),
        (Ban.FELL_OUT, entry.id in reader.fell_out),
    )
    return next((ban for ban, holds in reasons if holds), None)


def distribute(
    entries: Iterable[EntryToRead],
    readers: Iterable[Reader],
    each: int,
    *,
    seed: int | str,
    more: Mapping[int, int] | None = None,
) -> Distribution:
    """Return who reads what: `each` jurors an entry, loads as even as the bans and limits allow.

    With `more` each entry gets so many beside those it has, by its id, and one that is not named none: somebody's
    entries go to others.

    `assigned` jurors stay, count for the entry and for their own load, and are judged by no ban: who declared a
    conflict later is to be taken off first.
    """
    if each < 1:
        message = "An entry needs at least one juror"
        raise ValueError(message)
    table = _Table(sorted(entries, key=lambda one: one.id), sorted(readers, key=lambda one: one.id), each, more)
    flow = table.flow()
    _deal(flow, table, Random(str(seed)))  # noqa: S311 - a lot that can be drawn again, no secret
    level(flow, table.base)
    return Distribution(
        given={
            entry.id: tuple(_drawn(table.jurors_of(place, flow), seed, entry))
            for place, entry in enumerate(table.entries)
        },
        loads={reader.id: table.base[place] + len(flow.held[place]) for place, reader in enumerate(table.readers)},
        shortages=(*table.too_few(), *(table.too_little(flow, group) for group in tight_groups(flow))),
    )


class _Table:
    """Entries and jurors by their places in sorted lists, which the flow knows them by."""

    def __init__(
        self, entries: Sequence[EntryToRead], readers: Sequence[Reader], each: int, more: Mapping[int, int] | None
    ) -> None:
        self.entries, self.readers, self.each, self.more = entries, readers, each, more
        self.bans = [[ban_of(entry, reader) for reader in readers] for entry in entries]
        self.allowed = [
            [place for place, ban in enumerate(bans) if ban is None and readers[place].id not in entry.assigned]
            for entry, bans in zip(entries, self.bans, strict=True)
        ]
        standing = Counter(juror for entry in entries for juror in entry.assigned)
        self.base = [standing[reader.id] for reader in readers]

    def flow(self) -> Flow:
        """Return who may be given what; an entry asks for no more jurors than may read it: `too_few` tells of those."""
        needs = [
            min(self._wanted(entry), len(allowed)) for entry, allowed in zip(self.entries, self.allowed, strict=True)
        ]
        return Flow(needs, [self._room(place) for place in range(len(self.readers))], self.allowed)

    def jurors_of(self, place: int, flow: Flow) -> set[int]:
        """Return by id the jurors an entry has with what it was given."""
        return {*self.entries[place].assigned, *(self.readers[juror].id for juror in flow.given[place])}

    def too_few(self) -> list[TooFewJurors]:
        """Return the entries that bans alone leave without jurors, together where the reasons are the same."""
        alike: dict[tuple[int, int, tuple[tuple[Ban, int], ...]], list[EntryToRead]] = {}
        for place, entry in enumerate(self.entries):
            wanted, there = self._wanted(entry), len(entry.assigned)
            if wanted > len(self.allowed[place]):
                lack = (there + len(self.allowed[place]), there + wanted, self._kept_off(place))
                alike.setdefault(lack, []).append(entry)
        return [
            TooFewJurors(tuple(one.id for one in found), tuple(one.number for one in found), available, each, bans)
            for (available, each, bans), found in alike.items()
        ]

    def too_little(self, flow: Flow, group: Group) -> TooLittleRoom:
        """Return a cut in numbers: what the entries of a group can get elsewhere they have, and the group is full."""
        entries = [self.entries[place] for place in sorted(group.lefts)]
        elsewhere = sum(len(set(self.allowed[place]) - group.rights) for place in group.lefts)
        everyone = len(group.rights) == len(self.readers) and not elsewhere and self._all_in_need(flow, group)
        limits = {reader.most for reader in self.readers}
        return TooLittleRoom(
            entries=tuple(entry.id for entry in entries),
            numbers=tuple(entry.number for entry in entries),
            jurors=tuple(self.readers[place].name for place in sorted(group.rights)),
            needed=sum(flow.needs[place] for place in group.lefts) - elsewhere,
            room=sum(flow.rooms[place] for place in group.rights),
            everyone=everyone,
            most=limits.pop() if everyone and len(limits) == 1 and not any(self.base) else None,
        )

    def _wanted(self, entry: EntryToRead) -> int:
        return max(0, self.each - len(entry.assigned)) if self.more is None else self.more.get(entry.id, 0)

    def _room(self, place: int) -> int:
        most = self.readers[place].most
        return len(self.entries) if most is None else max(0, most - self.base[place])

    def _kept_off(self, place: int) -> tuple[tuple[Ban, int], ...]:
        assigned = self.entries[place].assigned
        return _counted(
            ban for ban, reader in zip(self.bans[place], self.readers, strict=True) if reader.id not in assigned
        )

    @staticmethod
    def _all_in_need(flow: Flow, group: Group) -> bool:
        return all(place in group.lefts for place, need in enumerate(flow.needs) if need)


class _Dealing:
    """A first deal by lot. Of the least loaded jurors it takes the one who met those already at the entry least often.

    Jurors who meet many others can be compared with all (`severity.py`), and no three decide a nomination alone; of
    equals the one is taken whom nothing joins to those present yet (`parts`).
    """

    def __init__(self, flow: Flow, table: _Table, lot: Random) -> None:
        self.flow, self.table = flow, table
        self.places = {reader.id: place for place, reader in enumerate(table.readers)}
        self.lots = [lot.random() for _reader in table.readers]
        self.met: list[Counter[int]] = [Counter() for _reader in table.readers]
        self.parts = list(range(len(table.readers)))

    def deal(self, entry: int) -> None:
        """Give an entry what it needs of those who have room yet."""
        assigned = self.table.entries[entry].assigned
        present = [self.places[one] for one in sorted(assigned) if one in self.places]
        while self.flow.lacks(entry) > 0 and (juror := self._next(entry, present)) is not None:
            self.flow.give(entry, juror)
            for other in present:
                self._meet(juror, other)
            present.append(juror)

    def _meet(self, one: int, other: int) -> None:
        self.met[one][other] += 1
        self.met[other][one] += 1
        joined, kept = self.parts[one], self.parts[other]
        if joined != kept:
            self.parts = [kept if part == joined else part for part in self.parts]

    def _next(self, entry: int, present: Sequence[int]) -> int | None:
        given = self.flow.given[entry]
        free = [one for one in self.table.allowed[entry] if one not in given and self.flow.has_room(one)]
        lightest = min(map(self._load, free), default=0)
        parts = {self.parts[one] for one in present}
        return min(
            (one for one in free if self._load(one) == lightest),
            key=lambda one: (sum(self.met[one][other] for other in present), self.parts[one] in parts, self.lots[one]),
            default=None,
        )

    def _load(self, juror: int) -> int:
        return self.table.base[juror] + len(self.flow.held[juror])


def _deal(flow: Flow, table: _Table, lot: Random) -> None:
    """Deal the entries out, those with the least choice first; what cannot be dealt so, exchanges fill."""
    order = list(range(len(table.entries)))
    lot.shuffle(order)
    order.sort(key=lambda place: len(table.allowed[place]) - flow.needs[place])
    dealing = _Dealing(flow, table, lot)
    for place in order:
        dealing.deal(place)
    fill(flow, order)


def _drawn(jurors: Iterable[int], seed: int | str, entry: EntryToRead) -> list[int]:
    """Return the jurors in an order of the lot that differs from entry to entry."""
    ordered = sorted(jurors)
    return Random(f"{seed}:{entry.id}").sample(ordered, len(ordered))  # noqa: S311 - no secret, as above


def _counted(bans: Iterable[Ban | None]) -> tuple[tuple[Ban, int], ...]:
    """Return how many each ban keeps off, the commonest first."""
    counts = Counter(ban for ban in bans if ban is not None)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
