"""What the survey asks of whoever is signed in: classes without codes, students who have not answered."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from orientir.contracts import HomePanel, PanelItem, Scope, Viewer
from orientir.coverage.shares import Share
from orientir.db import db
from orientir.i18n import _, plural
from orientir.organisations.models import Organisation
from orientir.web.formats import day, number, percent
from orientir_plans import queries
from orientir_plans.models import Wave

PRINT = "plans.slips"
SEE = "plans.view"
MOST_BRANCHES = 3


def home_panels(viewer: Viewer) -> list[HomePanel]:
    """Return one panel while a wave is open in a region the viewer works in, none otherwise."""
    scopes = viewer.scopes(SEE)[:MOST_BRANCHES]
    waves = {region_id: queries.current_wave(region_id) for region_id in {scope.region_id for scope in scopes}}
    items = [item for scope in scopes if (wave := waves[scope.region_id]) for item in _items(wave, scope)]
    return [HomePanel(_("Опрос выпускников"), tuple(items), order=10)] if items else []


def _items(wave: Wave, scope: Scope) -> Sequence[PanelItem]:
    if scope.organisation_id is not None:
        return _school_items(wave, scope.organisation_id)
    # The platform's own panel of operators and observers names the figures of the region, the survey's among them.
    return _municipality_items(wave, scope) if scope.municipality_id is not None else ()


def _school_items(wave: Wave, organisation_id: int) -> list[PanelItem]:
    """One line a class; a class without slips comes first, it cannot answer at all."""
    progress = queries.class_progress(wave, db.session.get_one(Organisation, organisation_id))
    return [_slips_item(wave, one) for one in progress if not one.slips] + [
        _answers_item(wave, one) for one in progress if one.slips and one.left
    ]


def _slips_item(wave: Wave, one: queries.ClassProgress) -> PanelItem:
    return PanelItem(
        count=one.headcount,
        title=_("%(name)s: коды ещё не напечатаны", name=one.title),
        url=url_for("plans.school_class", wave_id=wave.id, class_id=one.class_id),
        action=_("Сделать коды"),
        hint=_("Опрос открыт до %(day)s", day=day(wave.closes_on)),
    )


def _answers_item(wave: Wave, one: queries.ClassProgress) -> PanelItem:
    return PanelItem(
        count=one.left or 0,
        title=_("%(name)s: ещё не ответили", name=one.title),
        url=url_for("plans.school_class", wave_id=wave.id, class_id=one.class_id),
        action=_("Открыть класс"),
        hint=_("Ответили %(used)s из %(total)s", used=number(one.used), total=number(one.headcount)),
    )


def _municipality_items(wave: Wave, scope: Scope) -> list[PanelItem]:
    share = queries.share_of(wave.year, scope)
    if not share.gap:
        return []
    url = url_for("calls.index", municipality=scope.municipality_id, lack="gap")
    return [
        PanelItem(
            count=share.gap,
            title=plural(
                share.gap, _("человека не хватает до цели|человек не хватает до цели|человек не хватает до цели")
            ),
            url=url,
            action=_("Кому звонить"),
            hint=_hint(share),
        )
    ]


def _hint(share: Share) -> str:
    return _(
        "Ответили %(covered)s из %(base)s, это %(share)s",
        covered=number(share.covered),
        base=number(share.base),
        share=percent(share.value),
    )
