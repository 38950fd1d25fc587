"""New words of what everybody can read already: they wait for a decision, and the old ones stay until then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Moment

PAPERS = "papers"


class Proposed:
    """`proposed` are new words by the names of their columns, and the `papers` nobody sees yet, by their numbers.

    `proposed_at` is since when they wait; None once they came back with a remark.
    """

    changed_at: Mapped[datetime]
    proposed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def proposed_words(self) -> dict[str, Any]:
        return {name: words for name, words in self.proposed.items() if name != PAPERS}

    @property
    def held_papers(self) -> list[str]:
        return list(self.proposed.get(PAPERS, ()))

    @property
    def stamp(self) -> str:
        """What changes with each change: a form that was drawn before it is known by it."""
        return "/".join(moment.isoformat() for moment in (self.changed_at, self.proposed_at) if moment)

    def own(self, name: str) -> Any:  # noqa: ANN401 - a column's value
        """Return what its organisation last said of a column, decided about or not."""
        return self.proposed.get(name, getattr(self, name))
