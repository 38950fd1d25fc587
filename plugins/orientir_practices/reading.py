"""What an expert may see of an entry: a whitelist. Whatever is not named here never leaves for a juror's browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orientir.accounts.models import User
from orientir.questionnaires import Facts, document_at, review_sections, visible_sections
from orientir_practices.covering import Cover
from orientir_practices.models import Entry
from orientir_practices.people import authors_by_entry, authors_of

OPEN_ONLY = frozenset({"partners", "links"})  # answers that name organisations: not shown where reading is blind


class Said(NamedTuple):
    """An answer in words; `code` is its question's, `text` the question itself."""

    code: str
    text: str
    lines: Sequence[str]


class Part(NamedTuple):
    """A section of the form with its answers."""

    title: str
    answers: Sequence[Said]


@dataclass(frozen=True)
class Reading:
    """An entry as an expert reads it: number, nomination, and the answers in words, section by section."""

    number: int
    nomination: str
    title: str
    organisation: str
    parts: Sequence[Part]


def titles_of(entries: Sequence[Entry]) -> dict[int, str]:
    """Return what an expert may call each entry, in one statement for all."""
    blind = [entry for entry in entries if entry.contest.is_blind]
    authors = authors_by_entry(blind) if blind else {}
    covered = {entry.id: Cover(names_of(entry, authors.get(entry.id, [])))(entry.title) for entry in blind}
    return {entry.id: covered.get(entry.id, entry.title) for entry in entries}


def reading_of(entry: Entry) -> Reading:
    """Return what an expert reads; where the contest is blind, without the organisation, links and names."""
    blind = entry.contest.is_blind
    sections = visible_sections(document_at(entry.contest.version_id), Facts(), entry.answers)
    cover = Cover(names_of(entry, authors_of(entry))) if blind else None
    parts = [
        Part(
            section.title,
            [
                Said(answer.code, answer.text, [cover(line) if cover else line for line in answer.lines])
                for answer in section.answers
                if answer.code != "title" and not (blind and answer.code in OPEN_ONLY)
            ],
        )
        for section in review_sections(sections, entry.answers)
    ]
    return Reading(
        number=entry.number or 0,
        nomination=entry.nomination.title,
        title=cover(entry.title) if cover else entry.title,
        organisation="" if blind else entry.organisation.name,
        parts=parts,
    )


def names_of(entry: Entry, authors: Sequence[User]) -> list[str]:
    """Return the names by whose words an entry would be recognised."""
    organisation = entry.organisation
    names = [author.name for author in authors]
    return [organisation.name, organisation.full_name or "", organisation.municipality.name, *names]
