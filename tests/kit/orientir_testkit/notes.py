"""The plan of a note that tests begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from orientir_calendar.notes import NotePlan

NEWS = NotePlan(
    kind="news",
    title="Девятиклассники были на хлебозаводе",
    day=date(2026, 5, 12),
    text="Нас встретил **главный технолог**.\n\n- видели печи\n- пекли сами",
)


def note_plan(**values: Any) -> NotePlan:
    return replace(NEWS, **values)
