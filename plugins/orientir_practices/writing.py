"""Several people write one entry: each answer is taken three-way, by what its writer saw, meant and would overwrite.

A page carries, beside each answer, the digest of what it showed (`seen`). An answer the writer has not touched never
overwrites a colleague's; one that both changed is not written, and the writer sees both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orientir import clock
from orientir.questionnaires import Parsed, Question, Section
from orientir_practices.models import Entry

SEEN = "seen_"


@dataclass(frozen=True)
class Clash:
    """An answer that somebody else changed meanwhile: whose it is now, since when, and what this writer typed."""

    question: Question
    user_id: int | None
    changed_at: str
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]


@dataclass
class Written:
    """What became of a page: how many answers were changed, and those that stand against a colleague's."""

    changed: int = 0
    clashes: list[Clash] = field(default_factory=list)


def seen_of(question: Question, answers: Mapping[str, Any]) -> str:
    """Return what a page carries beside an answer: a digest of the answer it shows."""
    shown = {name: answers[name] for name in question.stored_fields() if name in answers}
    canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def write_section(
    entry: Entry, section: Section, parsed: Parsed, seen: Mapping[str, str], *, actor: int | None
) -> Written:
    """Write the answers of a page into an entry that is held; a blank one is taken out, a faulty one left as it was.

    `seen` holds, by the code of a question, what the page carried; without one the page counts as new.
    """
    done, answers, marks = Written(), dict(entry.answers), dict(entry.marks)
    for question in section.questions:
        if question.code in parsed.errors and question.code in parsed.typed:
            continue
        mine = {name: parsed.answers[name] for name in question.stored_fields() if name in parsed.answers}
        theirs = {name: answers[name] for name in question.stored_fields() if name in answers}
        was = seen.get(question.code, seen_of(question, answers))
        if mine == theirs or seen_of(question, mine) == was:
            continue
        if seen_of(question, answers) != was:
            _revision, user_id, changed_at = marks.get(question.code, [0, None, ""])
            done.clashes.append(Clash(question, user_id, changed_at, theirs, mine))
            continue
        for name in question.stored_fields():
            answers.pop(name, None)
        answers |= mine
        marks[question.code] = [entry.revision + 1, actor, clock.now().isoformat(timespec="seconds")]
        done.changed += 1
    if done.changed:
        entry.answers, entry.marks, entry.revision = answers, marks, entry.revision + 1
    return done
