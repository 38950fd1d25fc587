"""Entries and jurors that stand in no table: what a distribution is tried on."""

from __future__ import annotations

from typing import Any

from orientir_practices.distribution import EntryToRead, Reader


def work(number: int, **said: Any) -> EntryToRead:
    """Return an entry of an organisation of its own, unless `said` otherwise."""
    usual = {"id": 100 + number, "number": number, "organisation_id": 1000 + number, "municipality_id": None}
    return EntryToRead(**{**usual, "nomination_id": 1, **said})


def juror(number: int, **said: Any) -> Reader:
    """Return a juror from elsewhere who reads everything, unless `said` otherwise."""
    return Reader(**{"id": number, "user_id": 500 + number, "name": f"Эксперт {number}", **said})
