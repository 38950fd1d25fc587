"""A plugin that holds trials and a college that offers them, for tests of the bookings block and its pages."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

from orientir.bookings import slots
from orientir.bookings.models import Slot
from orientir.bookings.plans import SlotPlan
from orientir.contracts import Activity, Manifest
from orientir.db import begin_writing, db
from orientir.hookspecs import hookimpl
from orientir.organisations.models import Organisation
from orientir_testkit.cast import SCHOOL_DAY

HOUR = timedelta(hours=1)


def fair_plugin() -> ModuleType:
    """Return a plugin with one activity, «fair.trial» for grades 6 to 9."""
    fair = ModuleType("fair")

    @hookimpl
    def orientir_manifest() -> Manifest:
        return Manifest(
            "fair", "Ярмарка", package="fair", activities=(Activity("fair.trial", "Пробы", grades=(6, 7, 8, 9)),)
        )

    fair.orientir_manifest = orientir_manifest  # type: ignore[attr-defined]
    return fair


def make_plan(starts: float = 26, hours: float = 2, **values: Any) -> SlotPlan:
    """Return a plan of a slot that begins so many hours from the school day at ten."""
    beginning = SCHOOL_DAY + starts * HOUR
    given: dict[str, Any] = {
        "title": "Сварщик за час",
        "place": "ул. Лесная, 5",
        "starts_at": beginning,
        "ends_at": beginning + hours * HOUR,
        "opens_at": SCHOOL_DAY - HOUR,
        "closes_at": beginning,
        "cancel_until": beginning - HOUR,
        "capacity": 10,
        "first_grade": 6,
        "last_grade": 11,
    }
    return SlotPlan(**{**given, **values})


def make_slot(college: Organisation, *, draft: bool = False, activity: str = "fair.trial", **values: Any) -> Slot:
    """Return a slot of the college, committed, published unless it is to stay a draft."""
    db.session.commit()
    begin_writing()
    made = slots.add_slot("fair", 1, activity, college, make_plan(**values), actor=None)
    if not draft:
        slots.publish(made.id, actor=None)
    db.session.commit()
    return made
