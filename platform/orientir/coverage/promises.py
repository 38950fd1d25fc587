"""Targets and declarations follow when two entries of one organisation become one (decision 8).

What the original has itself stands. The double's word on the same activity and period stays with the double, which is
read and never written again; the log of acts says what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select, update

from orientir.audit import services as audit
from orientir.coverage.models import Declaration, Target
from orientir.db import db
from orientir.organisations.models import Organisation

Promise = TypeVar("Promise", Target, Declaration)


def hand_over_promises(double: Organisation, original: Organisation, *, actor: int | None) -> int:
    """Let the original have the double's targets and declarations it lacks; return how many there were in all.

    The caller holds both organisations, and `services` write neither for one that is merged.
    """
    return _hand_over_targets(double, original, actor) + _hand_over_declarations(double, original, actor)


def _hand_over_targets(double: Organisation, original: Organisation, actor: int | None) -> int:
    known = {(one.activity, one.period) for one in _of(Target, original)}
    found = _of(Target, double)
    for one in found:
        stays = (one.activity, one.period) in known
        if not stays:
            one.organisation_id, one.branch = original.id, original.scope.branch
        told = {"activity": one.activity, "period": one.period, "value": one.value, "double": double.id}
        action = "target.stay" if stays else "target.move"
        audit.write(action, "coverage_target", one.id, actor=actor, scope=original.scope, **told)
    return len(found)


def _hand_over_declarations(double: Organisation, original: Organisation, actor: int | None) -> int:
    known = {(one.activity, one.period) for one in _of(Declaration, original)}
    found = _of(Declaration, double)
    for one in found:
        stays = (one.activity, one.period) in known
        told = {"activity": one.activity, "period": one.period, "people": one.people, "double": double.id}
        if not stays:
            _move_declaration(one, original)
        action = "coverage.declaration_stay" if stays else "coverage.declaration_move"
        audit.write(action, "organisation", original.id, actor=actor, scope=original.scope, **told)
    return len(found)


def _move_declaration(one: Declaration, original: Organisation) -> None:
    """Give the declaration another owner, who is part of its key; it keeps its number, day and author."""
    own = (
        Declaration.activity == one.activity,
        Declaration.period == one.period,
        Declaration.organisation_id == one.organisation_id,
    )
    db.session.expunge(one)
    moved = update(Declaration).where(*own).values(organisation_id=original.id)
    db.session.execute(moved.execution_options(synchronize_session=False))


def _of(model: type[Promise], organisation: Organisation) -> Sequence[Promise]:
    """Return what the organisation promised or declared, in one order."""
    wanted = select(model).where(model.organisation_id == organisation.id)
    return db.session.scalars(wanted.order_by(model.activity, model.period).with_for_update()).all()
