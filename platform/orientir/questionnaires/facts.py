"""What the host knows before the first question: about the respondent and about the region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orientir.questionnaires.document import Question


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line a lookup offers; `code` is stored beside the text when the respondent takes it."""

    code: str
    text: str


Register = Callable[[], Sequence[Suggestion]]
"""Returns what a lookup suggests, at most some 60 lines: they travel to the phone in a datalist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of the respondent (`known`, such as grade), switches of the region that are on, registers by name."""

    known: Mapping[str, str | int] = field(default_factory=dict)
    settings: frozenset[str] = frozenset()
    registers: Mapping[str, Register] = field(default_factory=dict)

    def suggestions(self, question: Question) -> Sequence[Suggestion]:
        """Return what to offer for a lookup: its own list, or the host's register; unknown registers offer nothing."""
        if question.options:
            return [Suggestion(option.code, option.text) for option in question.options]
        register = self.registers.get(question.register)
        return register() if register else ()
