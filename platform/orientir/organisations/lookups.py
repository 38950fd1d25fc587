"""Municipalities and organisations that a list names, found for many rows at once and never guessed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from orientir.contracts import Choice, ImportContext, Problem, Scope
from orientir.db import db
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.place_names import places_meant
from orientir.organisations.queries import is_open, municipalities_in, municipalities_touched
from orientir.organisations.search import search_key

MOST_CHOICES = 60
NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True)
class Places:
    """The municipalities that exist for whoever brings a list."""

    known: Sequence[Municipality]
    found: dict[str, Municipality | Problem] = field(default_factory=dict)

    @classmethod
    def of(cls, scopes: Sequence[Scope]) -> Places:
        """Return those that lie in `scopes` or have an organisation there, in two statements."""
        found = {one.id: one for one in (*municipalities_in(scopes), *municipalities_touched(scopes))}
        return cls(list(found.values()))

    def only(self) -> Municipality | None:
        return self.known[0] if len(self.known) == 1 else None

    def find(self, typed: str, context: ImportContext) -> Municipality | Problem:
        """Return the municipality `typed` names, or why it is in doubt, with those it may be."""
        if typed not in self.found:
            self.found[typed] = self._find(typed, context)
        return self.found[typed]

    def _find(self, typed: str, context: ImportContext) -> Municipality | Problem:
        chosen = context.chosen("municipality", typed)
        for one in self.known:
            if str(one.id) == chosen:
                return one
        meant = places_meant(typed, self.known)
        if len(meant) == 1:
            return meant[0]
        text = (
            _("Под этим названием два муниципалитета. Выберите, какой из них.")
            if meant
            else _("Такого муниципалитета среди ваших нет.")
        )
        choices = [Choice(str(one.id), one.title) for one in (meant or self.known)[:MOST_CHOICES]]
        return Problem("municipality", text, typed, tuple(choices))


class Schools:
    """The open organisations with classes that exist for whoever brings a list, by what they are called."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._all = list(organisations)
        self._found: dict[tuple[str, int | None], Organisation | Problem] = {}
        self._named: dict[str, list[Organisation]] = defaultdict(list)
        for one in self._all:
            for key in {search_key(one.name), search_key(one.full_name)} - {""}:
                self._named[key].append(one)

    @classmethod
    def of(cls, scopes: Sequence[Scope]) -> Schools:
        """Return those of `scopes`, in two statements."""
        ids = [place.id for place in municipalities_touched(scopes)]
        wanted = select(Organisation).where(Organisation.municipality_id.in_(ids), is_open())
        found = (one for one in db.session.scalars(wanted) if one.has_classes)
        return cls(one for one in found if any(scope.covers(one.scope) for scope in scopes))

    def by_id(self, identity: int | None) -> Organisation | None:
        return next((one for one in self._all if one.id == identity), None)

    def find(self, typed: str, place: Municipality | None, context: ImportContext) -> Organisation | Problem:
        """Return the organisation `typed` names in `place` (None: anywhere), or why it is in doubt.

        A list names the same few schools again and again, so each answer is found once.
        """
        key = (typed, place.id if place else None)
        if key not in self._found:
            self._found[key] = self._find(typed, place, context)
        return self._found[key]

    def _find(self, typed: str, place: Municipality | None, context: ImportContext) -> Organisation | Problem:
        value = said_in(typed, place)
        chosen = context.chosen("organisation", value)
        for one in self._in(place, self._all) if chosen else ():
            if str(one.id) == chosen:
                return one
        named = self._in(place, self._named.get(search_key(typed), ()))
        if len(named) == 1:
            return named[0]
        text = (
            _("Так называются несколько организаций. Выберите, какая из них.")
            if named
            else _("Такой организации среди ваших нет.")
        )
        return Problem("organisation", text, value, _choices(named or self._near(typed, place)))

    def _in(self, place: Municipality | None, organisations: Iterable[Organisation]) -> list[Organisation]:
        return [one for one in organisations if place is None or one.municipality_id == place.id]

    def _near(self, typed: str, place: Municipality | None) -> list[Organisation]:
        """Return what may be meant: organisations with the same numbers in their names, else all of a short list."""
        numbers = _numbers(typed)
        every = self._in(place, self._all)
        alike = [one for one in every if numbers and numbers == _numbers(one.name)]
        return alike or (every if len(every) <= MOST_CHOICES else [])


def said_in(typed: str, place: Municipality | None) -> str:
    """Return a name with its place: «Школа № 1» means another school in each municipality."""
    return f"{typed} — {place.title}" if place else typed


def _numbers(name: str) -> set[int]:
    return {int(found) for found in NUMBER.findall(name)[:5] if len(found) < 9}


def _choices(organisations: Sequence[Organisation]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one.id), f"{one.name} — {one.municipality.title}") for one in organisations[:MOST_CHOICES])
