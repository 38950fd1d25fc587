"""The verbs of authors: begin an entry, write it, send it, take it back. Deadlines are judged to the second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.files.queries import files_of
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation
from orientir.organisations.search import search_key
from orientir.questionnaires import Facts, Parsed, Section, clean_answers, document_at, first_gap
from orientir.web.links import is_web_address
from orientir_practices import consents, counting
from orientir_practices.holding import hold_contest, hold_entry, share_contest
from orientir_practices.jury_models import Juror
from orientir_practices.models import ENTRY, Contest, Entry, EntryState, Nomination, Stage
from orientir_practices.people import authors_of
from orientir_practices.rights import AUTHOR, CHAIR
from orientir_practices.writing import Written, write_section

MOST_AUTHORS = 5
NO_FACTS = Facts()
ALIVE = (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.RETURNED, EntryState.ACCEPTED)


def begin(nomination: Nomination, organisation: Organisation, *, author: User) -> Entry:
    """Return a new draft whose first author is `author`.

    Raises ConflictError outside the intake, for an expert of the same contest, and where the organisation has as many
    entries in the nomination as the contest allows.
    """
    contest = nomination.contest
    share_contest(contest)
    lock(organisation)
    _refuse_outside_intake(contest)
    refuse_juror(contest, author.id)
    _refuse_too_many(contest, nomination, organisation)
    entry = Entry(contest=contest, nomination=nomination, organisation=organisation, made_by=author.id)
    db.session.add(entry)
    db.session.flush()
    accounts.grant(author, AUTHOR, entry.scope, actor=author.id)
    _write("practices.entry.add", entry, author.id)
    return entry


def save(entry: Entry, section: Section, parsed: Parsed, seen: Mapping[str, str], *, actor: int | None) -> Written:
    """Write a page of the form; raises ConflictError when the entry is not to be written any more."""
    hold_entry(entry)
    refuse_closed(entry)
    done = write_section(entry, section, parsed, seen, actor=actor)
    entry.title = str(entry.answers.get("title", ""))[:120]
    entry.search_key = search_key(entry.title, entry.organisation.name)
    db.session.flush()
    return done


def choose_nomination(entry: Entry, nomination: Nomination, *, for_ovz: bool, actor: int | None) -> None:
    """Move an entry to another nomination of its contest; raises as `save` and `begin` do."""
    hold_entry(entry)
    refuse_closed(entry)
    if nomination.contest_id != entry.contest_id:
        raise InvalidInputError(_("Выберите номинацию этого конкурса."), "nomination_id")
    if nomination.id != entry.nomination_id:
        lock(entry.organisation)
        _refuse_too_many(entry.contest, nomination, entry.organisation)
    entry.nomination, entry.for_ovz = nomination, for_ovz
    db.session.flush()
    _write("practices.entry.nomination", entry, actor)


def problems(entry: Entry) -> list[tuple[str, str]]:
    """Return what keeps an entry from being sent: the page to go to («» for the consents), and the reason in words."""
    document, answers = document_at(entry.contest.version_id), entry.answers
    found = []
    gap = first_gap(document, NO_FACTS, answers)
    if gap is not None:
        found.append((gap.code, _("Заполнены не все ответы: «%(title)s».", title=gap.title)))
    people = _count(answers, "people")
    for code, words in (("ovz", _("с ОВЗ")), ("disabled", _("с инвалидностью"))):
        if people and _count(answers, code) > people:
            found.append(("steps", _("Участников %(words)s больше, чем всех участников.", words=words)))
    if entry.nomination.asks_access and not answers.get("access"):
        found.append(("steps", _("В этой номинации нужно описать условия для детей с ОВЗ и инвалидностью.")))
    wrong = [one["text"] for one in answers.get("links", ()) if not _is_safe_link(one["text"])]
    if wrong:
        found.append(("result", _("Это не ссылка, она начинается с https://: %(link)s", link=wrong[0][:80])))
    standing = consents.given(entry)
    if consents.RULES not in standing:
        found.append(("", _("Нужно согласие с положением о конкурсе.")))
    if consents.PHOTOS not in standing and any(one.sort.is_picture for one in files_of(ENTRY, entry.id)):
        found.append(("", _("В заявке есть снимки: подтвердите, что на них нет детей без согласия родителей.")))
    return found


def submit(entry: Entry, *, actor: int | None) -> None:
    """Send an entry, once; a repeat changes nothing.

    Raises ConflictError when it is too late, InvalidInputError with the first thing that is missing.
    """
    hold_contest(entry.contest)
    hold_entry(entry)
    if entry.state in (EntryState.SUBMITTED, EntryState.ACCEPTED):
        return
    refuse_closed(entry)
    for author in authors_of(entry):
        refuse_juror(entry.contest, author.id, author.name)
    missing = problems(entry)
    if missing:
        raise InvalidInputError(missing[0][1])
    document = document_at(entry.contest.version_id)
    entry.answers = clean_answers(document, NO_FACTS, entry.answers)
    entry.state, entry.remark = EntryState.SUBMITTED, ""
    if entry.number is None:
        entry.contest.last_number += 1
        entry.number, entry.submitted_at = entry.contest.last_number, clock.now()
    db.session.flush()
    _write("practices.entry.submit", entry, actor)
    counting.record_sent(entry)


def take_back(entry: Entry, *, actor: int | None) -> None:
    """Take an entry out of the contest; raises ConflictError once experts read it. A repeat changes nothing."""
    hold_entry(entry)
    if entry.state == EntryState.WITHDRAWN:
        return
    if entry.contest.stage not in (Stage.INTAKE, Stage.CHECK) or entry.state not in ALIVE:
        raise ConflictError(_("Снять заявку уже нельзя: её оценивают."))
    entry.state = EntryState.WITHDRAWN
    db.session.flush()
    _write("practices.entry.withdraw", entry, actor)
    if entry.number is not None:
        counting.forget_sent(entry)


def closed_reason(entry: Entry) -> str:
    """Return why an entry cannot be written now, «» when it can."""
    now, contest = clock.now(), entry.contest
    if entry.state == EntryState.RETURNED:
        late = entry.fix_until is None or now >= entry.fix_until
        return _("Срок доработки вышел.") if late else ""
    if entry.state != EntryState.DRAFT:
        return _("Заявка отправлена: менять её больше нельзя.")
    if entry.late_until is not None and now < entry.late_until:
        return ""
    if contest.stage != Stage.INTAKE or now >= contest.intake_until:
        return _("Приём заявок закончился.")
    return ""


def refuse_closed(entry: Entry) -> None:
    """Raise ConflictError when the entry cannot be written now."""
    if reason := closed_reason(entry):
        raise ConflictError(reason)


def refuse_juror(contest: Contest, user_id: int, name: str = "") -> None:
    """Raise ConflictError for an expert and a chair: who judges sends nothing in the same year (domain.md C.3)."""
    reads = select(Juror.id).where(Juror.contest_id == contest.id, Juror.user_id == user_id, Juror.left_at.is_(None))
    presides = select(Grant.id).where(
        Grant.user_id == user_id, Grant.role == CHAIR, Grant.object_key == contest.scope.object_key
    )
    if db.session.scalars(presides.limit(1)).first() is not None:
        raise ConflictError(_("Председатель жюри не подаёт заявок в свой конкурс."))
    if db.session.scalar(reads) is not None:
        if name:
            raise ConflictError(_("%(name)s — эксперт этого конкурса: автором заявки в нём быть нельзя.", name=name))
        raise ConflictError(_("Вы эксперт этого конкурса: подавать в нём заявки нельзя."))


def refuse_crowd(authors: int) -> None:
    """Raise InvalidInputError where an entry would get more authors than a diploma names."""
    if authors > MOST_AUTHORS:
        raise InvalidInputError(_("Авторов — не больше %(most)s.", most=MOST_AUTHORS), "emails")


def likely_doubles(entry: Entry) -> list[Entry]:
    """Return other living entries of the contest with the same title, or of the same organisation and nomination."""
    same = (Entry.search_key == entry.search_key) | (
        (Entry.organisation_id == entry.organisation_id) & (Entry.nomination_id == entry.nomination_id)
    )
    others = select(Entry).where(
        Entry.contest_id == entry.contest_id, Entry.id != entry.id, Entry.state.in_(ALIVE), same
    )
    return list(db.session.scalars(others.order_by(Entry.id).limit(5)))


def _refuse_outside_intake(contest: Contest) -> None:
    now = clock.now()
    if contest.stage != Stage.INTAKE or now >= contest.intake_until:
        raise ConflictError(
            _("Приём заявок закончился.") if contest.stage != Stage.DRAFT else _("Приём ещё не начался.")
        )
    if now < contest.intake_from:
        raise ConflictError(_("Приём ещё не начался."))


def _refuse_too_many(contest: Contest, nomination: Nomination, organisation: Organisation) -> None:
    alive = select(func.count(Entry.id)).where(
        Entry.nomination_id == nomination.id, Entry.organisation_id == organisation.id, Entry.state.in_(ALIVE)
    )
    if (db.session.scalar(alive) or 0) >= contest.per_organisation:
        raise ConflictError(
            _("От одной организации в номинации — не больше %(most)s заявок.", most=contest.per_organisation)
        )


def _count(answers: Mapping[str, Any], code: str) -> int:
    value = answers.get(code)
    return int(value) if isinstance(value, int | float) else 0


def _is_safe_link(text: str) -> bool:
    return text.startswith("https://") and is_web_address(text)


def _write(action: str, entry: Entry, actor: int | None) -> None:
    audit.write(
        action, "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope,
        title=entry.title or _("без названия"),
    )  # fmt: skip
