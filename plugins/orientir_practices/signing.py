"""What the chair signs is frozen: a copy as plain JSON with its digest, shown and printed from then on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices.jury_models import Protocol, ProtocolKind
from orientir_practices.models import Contest
from orientir_practices.standings import Line

LONGEST_REASON = 300
ACTS: Mapping[ProtocolKind, tuple[str, str]] = {
    ProtocolKind.SHORTLIST: ("practices.shortlist.sign", "practices.shortlist.unsign"),
    ProtocolKind.RESULTS: ("practices.sign", "practices.unsign"),
}


def find_signed(contest: Contest, kind: ProtocolKind) -> Protocol | None:
    signed = select(Protocol).where(Protocol.contest_id == contest.id, Protocol.kind == kind)
    return db.session.scalar(signed.options(lazyload(Protocol.contest)))  # it is in hand


def refuse_signed(contest: Contest, kind: ProtocolKind) -> None:
    """Raise ConflictError where it is signed: what stands in it does not move."""
    if find_signed(contest, kind) is not None:
        raise ConflictError(_("Протокол подписан: сначала снимите подпись."))


def freeze(contest: Contest, kind: ProtocolKind, content: dict[str, Any], *, actor: int | None) -> Protocol:
    """Keep `content` as it is signed now; the caller has seen to it that it may be."""
    signed = Protocol(
        contest=contest, kind=kind, content=content, digest=digest_of(content), signed_at=clock.now(), signed_by=actor
    )
    db.session.add(signed)
    db.session.flush()
    audit.write(
        ACTS[kind][0], "practices_contest", contest.id, actor=actor, scope=contest.region.scope, title=contest.title,
        digest=signed.digest,
    )  # fmt: skip
    return signed


def signed_line(line: Line) -> dict[str, Any]:
    """Return what is signed of a line of the ranking, before what was decided about it."""
    return {
        "number": line.entry.number,
        "nomination": line.nomination,
        "organisation": line.entry.organisation,
        "municipality": line.entry.municipality,
        "title": line.entry.title,
        "totals": list(line.totals),
        "final": str(line.final) if line.final is not None else "",
        "shown": line.shown,
        "rank": line.rank,
    }


def check_reason(reason: str) -> None:
    """Raise InvalidInputError where nobody says why the signature is taken back."""
    if not reason.strip():
        raise InvalidInputError(_("Напишите, почему снимаете подпись: причина останется в журнале."), "words")


def lift(contest: Contest, kind: ProtocolKind, reason: str, *, actor: int | None) -> None:
    """Take the signature back; the reason goes to the log. Nothing signed, nothing changes."""
    signed = find_signed(contest, kind)
    if signed is None:
        return
    db.session.delete(signed)
    db.session.flush()
    audit.write(
        ACTS[kind][1], "practices_contest", contest.id, actor=actor, scope=contest.region.scope, title=contest.title,
        reason=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
