"""The pages that open a contest: its rules, its nominations, its people, the step to the next stage."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from orientir.accounts.models import User
from orientir.accounts.queries import find_account
from orientir.accounts.roles import role_title
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import LazyText, _
from orientir.organisations.models import Region
from orientir.organisations.queries import region_of, today_of
from orientir.people import invitations
from orientir.people.invitation_routes import letter_addresses, outcome_words
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_practices import contests, jury, people, queries, rounds, rubric, stages
from orientir_practices.acts import act
from orientir_practices.explaining import rules_in_words
from orientir_practices.forms import ContestForm, InviteForm, NominationForm
from orientir_practices.models import Contest, Stage
from orientir_practices.places import scope_of_contest, scope_of_own_region
from orientir_practices.rights import CHAIR, JUROR, MANAGE, RUN, SECRETARY
from orientir_practices.scoring import WEIGHTS
from orientir_practices.words import STAGES

blueprint = Blueprint("practices_contests", __name__, url_prefix="/practices/contests", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE, scope_of_own_region)
def add() -> FormPage:
    """Open a contest: like last year's where there was one."""
    region = _region()
    source = contests.latest_contest(region.id)
    form = _first_form(region, source) if request.method == "GET" else ContestForm()
    form.offer(rubric.keys_of(source))
    if form.validate_on_submit():
        try:
            plan = form.plan(ZoneInfo(region.timezone))
            contest = contests.add_contest(region, plan, source, actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Конкурс заведён. Проверьте номинации и объявите приём."), "good")
            return redirect(url_for(".rules", contest_id=contest.id), 303)
    page = render_template("practices/contest_form.html", form=form, contest=None, source=source)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:contest_id>/edit", methods=["GET", "POST"])
@requires(MANAGE, scope_of_contest)
def edit(contest_id: int) -> FormPage:
    contest = queries.existing_contest(contest_id)
    form = ContestForm.of(contest)
    form.offer(rubric.keys_of(contest))
    if form.validate_on_submit():
        try:
            plan = form.plan(ZoneInfo(contest.timezone))
            contests.change_contest(contest, plan, actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Сохранено."), "good")
            return redirect(url_for("practices_desk.index", contest_id=contest_id), 303)
    contest = queries.existing_contest(contest_id)
    page = render_template("practices/contest_form.html", form=form, contest=contest, source=None)
    return page, 400 if form.errors else 200


@blueprint.get("/<int:contest_id>/rules")
@requires(RUN, scope_of_contest)
def rules(contest_id: int) -> str:
    """Show nominations with the weights of their criteria, and what stands in the way of the next step."""
    contest = queries.existing_contest(contest_id)
    return render_template(
        "practices/rules.html",
        contest=contest,
        method=rules_in_words(contest),
        defence=rounds.rubric_of(contest, rounds.DEFENCE) if rounds.has_own_rubric(contest, rounds.DEFENCE) else [],
        weights=rounds.weights_of(contest.nominations[0], rounds.DEFENCE) if contest.nominations else {},
        may_manage=viewer().can(MANAGE, contest.scope),
        may_change=contest.stage == Stage.DRAFT and viewer().can(MANAGE, contest.scope),
        wanted=WEIGHTS,
    )


@blueprint.post("/<int:contest_id>/nominations")
@requires(MANAGE, scope_of_contest)
def add_nomination(contest_id: int) -> Response:
    contest, title = queries.existing_contest(contest_id), request.form.get("title", "")
    return act(
        lambda: contests.add_nomination(contest, title, actor=viewer().user_id),
        url_for(".rules", contest_id=contest_id),
        _("Номинация добавлена. Проверьте её веса."),
    )


@blueprint.route("/<int:contest_id>/nominations/<int:nomination_id>", methods=["GET", "POST"])
@requires(MANAGE, scope_of_contest)
def nomination(contest_id: int, nomination_id: int) -> FormPage:
    contest = queries.existing_contest(contest_id)
    found = queries.existing_nomination(nomination_id, contest)
    form = NominationForm.of(found)
    if form.validate_on_submit():
        try:
            contests.change_nomination(
                found, title=form.title.data or "", hint=form.hint.data or "",
                asks_access=bool(form.asks_access.data), weights=_weights(contest, request.form),
                actor=viewer().user_id,
            )  # fmt: skip
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Номинация сохранена."), "good")
            return redirect(url_for(".rules", contest_id=contest_id), 303)
    found = queries.existing_nomination(nomination_id, queries.existing_contest(contest_id))
    typed = {key: request.form.get(key, "") for key in found.weights} if request.method == "POST" else found.weights
    page = render_template(
        "practices/nomination.html", form=form, contest=found.contest, nomination=found, typed=typed,
        wanted=WEIGHTS,
    )  # fmt: skip
    return page, 400 if form.errors else 200


@blueprint.post("/<int:contest_id>/nominations/<int:nomination_id>/drop")
@requires(MANAGE, scope_of_contest)
def drop_nomination(contest_id: int, nomination_id: int) -> Response:
    found = queries.existing_nomination(nomination_id, queries.existing_contest(contest_id))
    return act(
        lambda: contests.drop_nomination(found, actor=viewer().user_id),
        url_for(".rules", contest_id=contest_id),
        _("Номинации больше нет."),
    )


@blueprint.post("/<int:contest_id>/stage")
@requires(RUN, scope_of_contest)
def move(contest_id: int) -> Response:
    contest, target = queries.existing_contest(contest_id), request.form.get("target", "")
    return act(
        lambda: stages.move(contest, target, actor=viewer().user_id),
        url_for("practices_desk.index", contest_id=contest_id),
        lambda: _("Теперь: %(stage)s.", stage=STAGES[contest.stage]),
    )


@blueprint.route("/<int:contest_id>/people", methods=["GET", "POST"])
@requires(RUN, scope_of_contest)
def staff(contest_id: int) -> FormPage:
    """Show who works in the contest; invite by mail, each with a password of their own."""
    contest, form = queries.existing_contest(contest_id), InviteForm()
    form.offer(_roles_to_give(contest))
    if form.validate_on_submit():
        try:
            emails = invitations.read_addresses(form.emails.data or "")
            outcome = invitations.invite(
                emails, form.role.data or "", contest.scope, actor=_actor(),
                addresses=letter_addresses(),
            )  # fmt: skip
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(outcome_words(outcome), "good")
            return redirect(url_for(".staff", contest_id=contest_id), 303)
    contest = queries.existing_contest(contest_id)
    held = people.holders(contest, SECRETARY, CHAIR, JUROR)
    page = render_template(
        "practices/people.html", contest=contest, form=form, held=held, waiting=people.invited(contest),
        role_title=role_title,
        juror=JUROR,
    )  # fmt: skip
    return page, 400 if form.errors else 200


@blueprint.post("/<int:contest_id>/people/dismiss")
@requires(RUN, scope_of_contest)
def dismiss(contest_id: int) -> Response:
    """Let an expert go; what they have not sent waits for another."""
    contest = queries.existing_contest(contest_id)
    left: list[int] = []

    def let_go() -> None:
        user = find_account(request.form.get("user_id", 0, type=int))
        if user is None:
            raise ConflictError(_("Выберите эксперта из списка."))
        left.append(jury.dismiss(contest, user, actor=viewer().user_id))

    return act(
        let_go,
        url_for(".staff", contest_id=contest_id),
        lambda: _("Эксперт больше не в жюри. Отправленные листы остались, другого ждут: %(left)s.", left=left[0]),
    )


def _roles_to_give(contest: Contest) -> Mapping[str, LazyText | str]:
    """Return the roles the viewer may give here: a secretary names experts only."""
    wide = {CHAIR: _("председатель жюри"), SECRETARY: _("секретарь")} if viewer().can(MANAGE, contest.scope) else {}
    return {JUROR: _("эксперт"), **wide}


def _first_form(region: Region, source: Contest | None) -> ContestForm:
    if source is not None:
        return ContestForm.of(source, later=1)
    year = today_of(region).year
    return ContestForm(data={"year": year, "title": _("Конкурс лучших практик %(year)s", year=year),
                             "ties": list(rubric.shipped()["ties"]), "jurors_each": 3, "per_organisation": 2,
                             "pass_mark": 60, "spread_limit": 25, "aggregation": "mean"})  # fmt: skip


def _weights(contest: Contest, typed: Mapping[str, str]) -> dict[str, int]:
    """Return the weights as typed; raises InvalidInputError for what is no number."""
    said = {criterion.key: typed.get(criterion.key, "").strip() for criterion in contest.criteria}
    if any(not (words.isascii() and words.isdecimal() and len(words) <= 2) for words in said.values()):
        raise InvalidInputError(_("Вес — целое число, например 3."), "weights")
    return {key: int(words) for key, words in said.items()}


def _actor() -> User:
    user: User = current_user.user
    return user


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region
