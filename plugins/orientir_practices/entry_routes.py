"""The pages of authors: the list of their entries, the form page by page, consents, colleagues, the send."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from orientir.accounts.models import User
from orientir.accounts.queries import find_account
from orientir.db import db
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.people import invitations
from orientir.people.invitation_routes import letter_addresses, outcome_words
from orientir.questionnaires import (
    Facts,
    Parsed,
    Section,
    document_at,
    next_section,
    parse_section,
    previous_section,
    review_sections,
    section_at,
    visible_sections,
)
from orientir.web.access import requires, signed_in, viewer
from orientir.web.forms import show_error
from orientir_practices import appeals, bank, consents, diplomas, entries, entry_files, people, queries, sheets
from orientir_practices.acts import act, refused
from orientir_practices.forms import BeginForm
from orientir_practices.models import Entry, Stage
from orientir_practices.places import scope_of_entry
from orientir_practices.results import opinions_for_authors
from orientir_practices.rights import AUTHOR, SUBMIT, WRITE
from orientir_practices.words import ENTRY_STATES, PLACES, STAGES, TONES
from orientir_practices.writing import SEEN, Clash, seen_of

blueprint = Blueprint("practices_entries", __name__, url_prefix="/practices", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.get("/entries")
@signed_in
def index() -> str:
    own = queries.entries_of(viewer().user_id or 0)
    organisations = [scope for scope in viewer().scopes(SUBMIT) if scope.organisation_id is not None]
    colleagues = [entry for entry in queries.entries_in(organisations) if entry not in own] if organisations else []
    return render_template(
        "practices/entries.html", own=own, colleagues=colleagues, states=ENTRY_STATES, tones=TONES, stages=STAGES
    )


@blueprint.route("/contests/<int:contest_id>/begin", methods=["GET", "POST"])
@requires(SUBMIT)
def begin(contest_id: int) -> FormPage:
    contest = queries.existing_contest(contest_id)
    if contest.stage == Stage.DRAFT or contest.region_id not in {one.region_id for one in viewer().scopes(SUBMIT)}:
        raise MissingError
    g.region = contest.region
    organisations, form = queries.own_organisations(viewer().scopes(SUBMIT)), BeginForm()
    form.offer(organisations, contest.nominations)
    if form.validate_on_submit():
        nomination = queries.existing_nomination(int(form.nomination_id.data), contest)
        organisation = next(one for one in organisations if str(one.id) == form.organisation_id.data)
        try:
            entry = entries.begin(nomination, organisation, author=_actor())
            entry.for_ovz = bool(form.for_ovz.data) or nomination.asks_access
        except ConflictError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            first = document_at(contest.version_id).sections[0]
            return redirect(url_for(".part", entry_id=entry.id, section=first.code), 303)
    contest = queries.existing_contest(contest_id)
    page = render_template("practices/begin.html", form=form, contest=contest, organisations=organisations)
    return page, 400 if form.errors else 200


@blueprint.get("/entries/<int:entry_id>")
@requires(WRITE, scope_of_entry)
def entry(entry_id: int) -> str:
    """Show where the entry stands: what is missing, what was decided, at last what the experts said."""
    found = queries.existing_entry(entry_id)
    shown = review_sections(
        visible_sections(document_at(found.contest.version_id), Facts(), found.answers), found.answers
    )
    closed = entries.closed_reason(found)
    return render_template(
        "practices/entry.html",
        entry=found,
        sections=shown,
        closed=closed,
        problems=[] if closed else entries.problems(found),
        doubles=[] if closed else [one for one in entries.likely_doubles(found) if viewer().belongs(one.scope)],
        given=consents.given(found),
        files=entry_files.papers_of(found),
        texts=consents.TEXTS,
        optional=consents.OPTIONAL,
        authors=people.authors_of(found),
        most_authors=entries.MOST_AUTHORS,
        opinions=opinions_for_authors(found),
        criteria_in=sheets.asked_in,
        weights_in=sheets.weights_in,
        appeal=appeals.appeal_about(found),
        may_appeal=appeals.may_appeal(found),
        result=diplomas.signed_line(found),
        places=PLACES,
        has_diploma=diplomas.digits_of(found) is not None,
        in_bank=bank.find_practice(found.id) is not None,
        edit_url=lambda section: url_for(".part", entry_id=entry_id, section=section),
        states=ENTRY_STATES,
        tones=TONES,
    )


@blueprint.route("/entries/<int:entry_id>/<section>", methods=["GET", "POST"])
@requires(WRITE, scope_of_entry)
def part(entry_id: int, section: str) -> FormPage:
    """Write a page of the form; with `turn=save` (a script does it by itself) the page stays where it is."""
    found = queries.existing_entry(entry_id)
    sections = visible_sections(document_at(found.contest.version_id), Facts(), found.answers)
    here = section_at(sections, section)
    if here is None:
        raise MissingError
    if request.method == "GET":
        return _page(found, here, sections, Parsed({}, {}, found.answers))
    parsed = parse_section(here, request.form, Facts())
    try:
        written = entries.save(found, here, parsed, _seen(here), actor=viewer().user_id)
    except ConflictError as error:
        if request.form.get("turn") == "save":
            db.session.rollback()
            return _answer(409, str(error), here, {})
        return refused(error, _address(entry_id))
    db.session.commit()
    faulty = {code: words for code, words in parsed.errors.items() if code in parsed.typed}
    if request.form.get("turn") == "save":
        return _saved(found, here, written.clashes, faulty)
    if written.clashes or faulty:
        return _page(found, here, sections, Parsed(parsed.answers, faulty, parsed.typed), written.clashes), 409
    return redirect(_next_address(found, here, sections), 303)


@blueprint.post("/entries/<int:entry_id>/submit")
@requires(WRITE, scope_of_entry)
def submit(entry_id: int) -> Response:
    found = queries.existing_entry(entry_id)
    return act(
        lambda: entries.submit(found, actor=viewer().user_id),
        _address(entry_id),
        lambda: _("Заявка № %(number)s подана. О решении напишем.", number=found.number),
    )


@blueprint.post("/entries/<int:entry_id>/take-back")
@requires(WRITE, scope_of_entry)
def take_back(entry_id: int) -> Response:
    found = queries.existing_entry(entry_id)
    return act(
        lambda: entries.take_back(found, actor=viewer().user_id), _address(entry_id), _("Заявка снята с конкурса.")
    )


@blueprint.post("/entries/<int:entry_id>/appeal")
@requires(WRITE, scope_of_entry)
def appeal(entry_id: int) -> Response:
    """File an appeal about how the contest was run."""
    found, words = queries.existing_entry(entry_id), request.form.get("words", "")
    return act(
        lambda: appeals.file_appeal(found, words, actor=viewer().user_id),
        _address(entry_id),
        _("Обращение отправлено председателю. Ответ появится на этой странице."),
    )


@blueprint.post("/entries/<int:entry_id>/nomination")
@requires(WRITE, scope_of_entry)
def choose(entry_id: int) -> Response:
    found = queries.existing_entry(entry_id)
    nomination = queries.existing_nomination(request.form.get("nomination_id", 0, type=int), found.contest)
    for_ovz = bool(request.form.get("for_ovz")) or nomination.asks_access
    return act(
        lambda: entries.choose_nomination(found, nomination, for_ovz=for_ovz, actor=viewer().user_id),
        _address(entry_id),
        _("Сохранено."),
    )


@blueprint.post("/entries/<int:entry_id>/consents")
@requires(WRITE, scope_of_entry)
def consent(entry_id: int) -> Response:
    """Write down the consents that were ticked and take back those that were not."""
    found = queries.existing_entry(entry_id)
    ticked, standing = set(request.form.getlist("kind")) & set(consents.TEXTS), consents.given(found)

    def write() -> None:
        for kind in sorted(ticked - standing):
            consents.give(found, kind, address=request.remote_addr or "", actor=viewer().user_id)
        for kind in sorted(standing - ticked):
            bank.withdraw_consent(found, kind, actor=viewer().user_id)
        bank.publish_if_agreed(found)

    return act(write, _address(entry_id), _("Согласия записаны."))


@blueprint.post("/entries/<int:entry_id>/authors")
@requires(WRITE, scope_of_entry)
def invite(entry_id: int) -> Response:
    """Invite a colleague to write together."""
    found, outcomes = queries.existing_entry(entry_id), []

    def send() -> None:
        emails = invitations.read_addresses(request.form.get("emails", ""))
        entries.refuse_crowd(len(people.authors_of(found)) + len(emails))
        outcomes.append(invitations.invite(emails, AUTHOR, found.scope, actor=_actor(), addresses=letter_addresses()))

    return act(send, _address(entry_id), lambda: outcome_words(outcomes[0]))


def _page(
    found: Entry, here: Section, sections: tuple[Section, ...], parsed: Parsed, clashes: list[Clash] | None = None
) -> str:
    typed = {**found.answers, **parsed.typed}
    return render_template(
        "practices/part.html",
        entry=found,
        sections=sections,
        section=here,
        answers=typed,
        errors=parsed.errors,
        facts=Facts(),
        seen={question.code: seen_of(question, found.answers) for question in here.questions},
        seen_prefix=SEEN,
        clashes=[(clash, _who(clash.user_id)) for clash in clashes or ()],
        closed=entries.closed_reason(found),
        before=previous_section(sections, here.code),
        after=next_section(sections, here.code),
    )


def _saved(found: Entry, here: Section, clashes: list[Clash], faulty: Mapping[str, str]) -> Response:
    """Answer a script: what the page now shows of each answer, and what was not written, in words."""
    words = [_("«%(text)s»: %(who)s изменил это одновременно с вами. Нажмите «Дальше», чтобы сравнить.",
               text=clash.question.text, who=_who(clash.user_id)) for clash in clashes]  # fmt: skip
    words += [f"«{question.text}» {faulty[question.code]}" for question in here.questions if question.code in faulty]
    standing = {clash.question.code for clash in clashes}
    seen = {SEEN + one.code: seen_of(one, found.answers) for one in here.questions if one.code not in standing}
    return _answer(409 if words else 200, " ".join(words), here, seen)


def _answer(status: int, words: str, here: Section, seen: Mapping[str, str]) -> Response:
    answer = jsonify(words=words, section=here.code, fields=seen)
    answer.status_code = status
    return answer


def _seen(here: Section) -> dict[str, str]:
    names = {question.code: request.form.get(SEEN + question.code) for question in here.questions}
    return {code: seen for code, seen in names.items() if seen is not None}


def _who(user_id: int | None) -> str:
    user = find_account(user_id) if user_id else None
    return user.name if user else _("соавтор")


def _next_address(found: Entry, here: Section, sections: tuple[Section, ...]) -> str:
    forward = request.form.get("turn") != "back"
    neighbour = next_section(sections, here.code) if forward else previous_section(sections, here.code)
    if neighbour is None or request.form.get("turn") == "done":
        return url_for(".entry", entry_id=found.id)
    return url_for(".part", entry_id=found.id, section=neighbour.code)


def _address(entry_id: int) -> str:
    return url_for(".entry", entry_id=entry_id)


def _actor() -> User:
    user: User = current_user.user
    return user
