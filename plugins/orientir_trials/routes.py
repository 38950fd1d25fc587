"""The public pages: the register of trials, a card with its dates, the list other sites put into a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import BOOKINGS_HOST, BOOKINGS_MAKE
from orientir.bookings.conditions import conditions_in_words
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.organisations.queries import region_of
from orientir.students.models import CARD
from orientir.web import holders
from orientir.web.access import public, viewer
from orientir.web.links import site_address
from orientir_trials import queries
from orientir_trials.forms import RegisterForm
from orientir_trials.near import nearby
from orientir_trials.offers import event_data
from orientir_trials.tables import register_table
from orientir_trials.words import FIELDS, STEP_HINTS, STEPS

SEE, OFFER, MODERATE = "trials.view", "trials.offer", "trials.moderate"
FRAMED_ROWS = 8
LIST = "list"  # what was found, a line each, for paper
LONGEST_LIST = 400
blueprint = Blueprint("trials", __name__, url_prefix="/trials", template_folder="templates", static_folder=None)
WORDS: Mapping[str, Any] = {
    "fields": FIELDS, "steps": STEPS, "step_hints": STEP_HINTS, "conditions_in_words": conditions_in_words,
}  # fmt: skip


@blueprint.get("/")
@public
def index() -> Response | str:
    region, form = _region(), _register_form()
    wanted = form.wanted()
    if file := asked_file(lambda: register_table(queries.register(region, wanted, rows=EVERY_ROW).offers, form)):
        return file
    if request.args.get("view") == LIST:
        page = queries.register(region, wanted, rows=LONGEST_LIST)
        return render_template("trials/list.html", page=page, chips=_chips(form), now=clock.now(), **WORDS)
    frame_url = _address(dict(_said(form).lists()), ".embed")
    return render_template(
        "trials/register.html",
        form=form,
        page=queries.register(region, wanted, page=request.args.get("page", 1, type=int)),
        chips=_chips(form),
        page_url=_page_url(form),
        narrowed=bool(_said(form)),
        near=None if _said(form) else nearby(),
        has_card=holders.holding(CARD) is not None,
        may_offer=viewer().can(OFFER),
        may_moderate=viewer().can(MODERATE),
        figures_url=_figures_url(),
        list_url=_address({**_said(form).to_dict(flat=False), "view": [LIST]}),
        frame_url=frame_url,
        frame=_frame(frame_url),
        now=clock.now(),
        **WORDS,
    )


@blueprint.get("/<int:trial_id>")
@public
def trial(trial_id: int) -> str:
    """Show a card of the register to all, one that is being written to whoever offers it."""
    found = queries.find_trial(trial_id)
    if found is None or not (found.is_approved or viewer().can(OFFER, found.organisation.scope)):
        raise MissingError(_("Такой пробы нет. Возможно, её сняли."))
    g.region = found.season.region
    dates = queries.dates_of(found)
    coming = [slot for slot in dates if slot.starts_at > clock.now()]
    return render_template(
        "trials/trial.html",
        trial=found,
        dates=coming,
        past=len(dates) - len(coming),
        event=event_data(found, coming),
        may_offer=viewer().can(OFFER, found.organisation.scope),
        may_host=viewer().can(BOOKINGS_HOST, found.organisation.scope),
        may_book=viewer().can(BOOKINGS_MAKE),
        has_card=holders.holding(CARD) is not None,
        now=clock.now(),
        **WORDS,
    )


@blueprint.get("/embed")
@public
def embed() -> Response:
    """Return the nearest dates for a frame on a school's site: no script, no cookie, links open the site itself."""
    region, form = _region(), _register_form()
    g.may_be_framed = True
    return make_response(
        render_template(
            "trials/embed.html",
            page=queries.register(region, form.wanted(), rows=FRAMED_ROWS),
            conditions=_said(form),
            now=clock.now(),
            **WORDS,
        )
    )


def _frame(address: str) -> str:
    """Return the code that shows the list on another site."""
    title = _("Ближайшие профессиональные пробы")
    source = escape(site_address() + address)
    return f'<iframe src="{source}" title="{title}" width="100%" height="600" loading="lazy" style="border:0"></iframe>'


def _figures_url() -> str:
    """Return the figures of the widest branch the viewer sees, "" for those who see none."""
    scopes = viewer().scopes(SEE)
    if not scopes:
        return ""
    first = scopes[0]
    if first.organisation_id is not None:
        return url_for("trial_figures.organisation", organisation_id=first.organisation_id)
    if first.municipality_id is not None:
        return url_for("trial_figures.municipality", municipality_id=first.municipality_id)
    return url_for("trial_figures.region", region_id=first.region_id)


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region


def _register_form() -> RegisterForm:
    form = RegisterForm(request.args)
    form.offer(queries.municipalities_with_trials(_region()))
    return form


def _said(form: RegisterForm) -> MultiDict[str, str]:
    """Return the conditions as they stand in the address, without what was left empty or could not be read."""
    said: MultiDict[str, str] = MultiDict()
    for name, value in form.data.items():
        for one in value if isinstance(value, list) else [value]:
            if one and not form[name].errors:
                said.add(name, "1" if one is True else str(one))
    return said


def _chips(form: RegisterForm) -> list[dict[str, str]]:
    """Return each condition in words with the address of the list without it."""
    said = _said(form)
    return [{"title": words, "url": _address(_but(said, name, value))} for name, value, words in _in_words(form, said)]


def _in_words(form: RegisterForm, said: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    lists = {
        field.name: {str(option.data): str(option.label.text) for option in field}
        for field in (form.place, form.grade, form.field, form.step, form.access)
    }
    days = {"first": _("с %(day)s", day="{:%d.%m.%Y}"), "last": _("по %(day)s", day="{:%d.%m.%Y}")}
    words = []
    for name, value in said.items(multi=True):
        if name in lists:
            text = lists[name].get(value, value)
        elif name in days:
            text = days[name].format(form[name].data)
        else:
            text = str(form.free.label.text) if name == "free" else f"«{value}»"
        words.append((name, value, text))
    return words


def _but(said: MultiDict[str, str], name: str, value: str) -> dict[str, list[str]]:
    return {
        key: kept for key, values in said.lists() if (kept := [one for one in values if (key, one) != (name, value)])
    }


def _page_url(form: RegisterForm) -> Callable[[int], str]:
    said = dict(_said(form).lists())
    return lambda number: _address({**said, "page": [str(number)]})


def _address(conditions: Mapping[str, Any], endpoint: str = ".index") -> str:
    return url_for(endpoint, **conditions)
