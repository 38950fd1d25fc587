"""What an expert may see of an entry: a whitelist. Whatever is not named here never leaves for a juror's browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orientir.questionnaires import Facts, document_at, review_sections, visible_sections
from orientir_practices.covering import Cover
from orientir_practices.models import Entry
from orientir_practices.people import authors_of

OPEN_ONLY = frozenset({"partners", "links"})  # answers that name organisations: not shown where reading is blind


@dataclass(frozen=True)
class Reading:
    """An entry as an expert reads it: number, nomination, and the answers in words, section by section."""

    number: int
    nomination: str
    title: str
    organisation: str
    parts: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]]


def reading_of(entry: Entry) -> Reading:
    """Return what an expert reads; where the contest is blind, without the organisation, links and names."""
    blind = entry.contest.is_blind
    sections = visible_sections(document_at(entry.contest.version_id), Facts(), entry.answers)
    cover = Cover(_names_of(entry)) if blind else None
    parts = [
        (
            section.title,
            [
                (answer.text, [cover(line) if cover else line for line in answer.lines])
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


def _names_of(entry: Entry) -> list[str]:
    organisation = entry.organisation
    people = [author.name for author in authors_of(entry)]
    return [organisation.name, organisation.full_name or "", organisation.municipality.name, *people]
