"""The public pages: contests of the region, the results of one, the bank of practices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.organisations.queries import municipalities_in, region_of
from orientir.questionnaires import Facts, document_at, review_sections, visible_sections
from orientir.web.access import public, requires, viewer
from orientir_practices import bank, entry_files, protocol, queries
from orientir_practices.bank import Wanted
from orientir_practices.forms import BankForm
from orientir_practices.models import Contest, Stage
from orientir_practices.rights import MANAGE, SCORE, SUBMIT, VIEW
from orientir_practices.words import PLACES, STAGES

blueprint = Blueprint("practices", __name__, url_prefix="/practices", template_folder="templates", static_folder=None)


@blueprint.get("")
@public
def index() -> str:
    region = _region()
    contests = queries.contests_of(region.id)
    found = bank.search(region.id, Wanted(), rows=6)
    return render_template(
        "practices/index.html",
        contests=contests,
        running=[one for one in contests if one.stage != Stage.PUBLISHED],
        found=found,
        repeats=bank.count_repeats([one.entry_id for one in found.practices]),
        **_words(),
    )


@blueprint.get("/contests/<int:contest_id>")
@public
def contest(contest_id: int) -> str:
    found = queries.existing_contest(contest_id)
    if found.stage == Stage.DRAFT and not viewer().can(VIEW, found.scope):
        raise MissingError
    g.region = found.region
    signed = protocol.find_protocol(found) if found.stage == Stage.PUBLISHED else None
    return render_template(
        "practices/contest.html",
        contest=found,
        signed=signed,
        winners=_winners(signed),
        weights={
            one.key: _(" или ").join(
                str(weight) for weight in sorted({each.weights.get(one.key, 0) for each in found.nominations})
            )
            for one in found.criteria
        },
        **_words(),
    )


@blueprint.get("/bank")
@public
def bank_list() -> str:
    region, form = _region(), BankForm(request.args)
    form.offer(municipalities_in([region.scope]), bank.nominations_in(region.id))
    page = bank.search(region.id, form.wanted(), page=request.args.get("page", 1, type=int))
    conditions = {name: value for name, value in form.data.items() if value}
    return render_template(
        "practices/bank.html",
        form=form,
        page=page,
        page_url=lambda number: url_for(".bank_list", **conditions, page=number),
        repeats=bank.count_repeats([one.entry_id for one in page.practices]),
    )


@blueprint.get("/bank/<int:entry_id>")
@public
def practice(entry_id: int) -> str:
    found = bank.existing_practice(entry_id)
    entry = found.entry
    g.region = entry.contest.region
    sections = visible_sections(document_at(entry.contest.version_id), Facts(), entry.answers)
    award = protocol.awards_of(entry.contest).get(entry.id)
    return render_template(
        "practices/practice.html",
        practice=found,
        entry=entry,
        sections=review_sections(sections, entry.answers),
        files=entry_files.papers_of(entry),
        file_url=lambda file_id: url_for("practices_files.take_from_bank", entry_id=entry_id, file_id=file_id),
        repeats=bank.repeats_of(found),
        award=award,
        places=PLACES,
        own=[one for one in queries.own_organisations(viewer().scopes(SUBMIT)) if one.id != entry.organisation_id],
    )


@blueprint.post("/bank/<int:entry_id>/repeats")
@requires(SUBMIT)
def repeat(entry_id: int) -> Response:
    """Say that one's organisation has repeated a practice."""
    found = bank.existing_practice(entry_id)
    chosen = request.form.get("organisation_id", 0, type=int)
    organisation = next((one for one in queries.own_organisations(viewer().scopes(SUBMIT)) if one.id == chosen), None)
    if organisation is None:
        raise MissingError
    bank.repeat(found, organisation, request.form.get("words", ""), actor=viewer().user_id)
    db.session.commit()
    flash(_("Спасибо! Авторы увидят, что их опыт пригодился."), "good")
    return redirect(url_for(".practice", entry_id=entry_id), 303)


def _winners(signed: Any) -> dict[str, list[dict[str, Any]]]:  # noqa: ANN401 - a protocol or nothing
    """Return what the protocol gives, nomination by nomination, the first places first."""
    winners: dict[str, list[dict[str, Any]]] = {}
    for line in signed.content["entries"] if signed else ():
        given = winners.setdefault(line["nomination"], [])
        if line["place"] is not None:
            given.append(line)
    return {title: sorted(lines, key=lambda one: one["place"] or 9) for title, lines in winners.items()}


def _words() -> dict[str, Any]:
    """Return what the pages of contests need to say where each stands."""
    return {
        "stages": STAGES,
        "places": PLACES,
        "is_open": _is_open,
        "may_submit": viewer().can(SUBMIT),
        "may_manage": viewer().can(MANAGE),
        "desks": {one.id for one in queries.contests_at(viewer().scopes(VIEW))} if viewer().is_authenticated else set(),
        "juries": {one.id for one in queries.contests_at(viewer().scopes(SCORE))}
        if viewer().is_authenticated
        else set(),
    }


def _is_open(contest: Contest) -> bool:
    return contest.stage == Stage.INTAKE and contest.intake_from <= clock.now() < contest.intake_until


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    g.region = region
    return region
