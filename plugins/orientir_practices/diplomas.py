"""The diploma of an entry, or the certificate of one without a place: a PDF, and a code by which anybody checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import url_for

from orientir.codes import services as codes
from orientir.codes.digits import grouped
from orientir.contracts import CodeDestination, CodeKind, OpenedCode
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.errors import ConflictError
from orientir.i18n import _, _l
from orientir.web.formats import day_full
from orientir.web.links import site_address
from orientir_practices import protocol, queries
from orientir_practices.holding import hold_entry
from orientir_practices.models import Entry, EntryState, Stage
from orientir_practices.people import authors_of
from orientir_practices.words import PLACES

KIND = CodeKind("practices_diploma", _l("диплом конкурса"))
TEMPLATE = Path(__file__).parent / "documents" / "diploma.typ"


@dataclass(frozen=True)
class Merit:
    """What a paper says of an entry, as the protocol was signed: a place in words, "" for taking part."""

    entry: Entry
    title: str
    place: str
    signed_on: str


def signed_line(entry: Entry) -> Mapping[str, Any] | None:
    """Return what the signed protocol says of an entry, None before the results and of one that is not in it."""
    signed = protocol.find_protocol(entry.contest)
    if entry.contest.stage != Stage.PUBLISHED or entry.state != EntryState.ACCEPTED or signed is None:
        return None
    return next((one for one in signed.content["entries"] if one["number"] == entry.number), None)


def merit_of(entry: Entry) -> Merit:
    """Return what the paper of an entry says; raises ConflictError before the results, and for one not accepted."""
    signed, line = protocol.find_protocol(entry.contest), signed_line(entry)
    if signed is None or line is None:
        raise ConflictError(_("Диплом появится после публикации итогов."))
    place = str(PLACES[line["place"]]) if line["place"] is not None else ""
    return Merit(entry, line["title"], place, day_full(signed.signed_at))


def issue(entry: Entry) -> str:
    """Return the digits of the paper; asked for again, or twice at one moment, they are the same."""
    hold_entry(entry)
    merit_of(entry)
    return codes.issue(KIND.key, [str(entry.id)])[str(entry.id)]


def digits_of(entry: Entry) -> str | None:
    """Return the digits of a paper that was asked for, or None; changes nothing."""
    return next(iter(codes.reveal(KIND.key, [str(entry.id)])), None)


def open_diploma(code: OpenedCode) -> CodeDestination | None:
    """Return the page that says what a paper is worth; it is a paper, so nobody's card is let go for it."""
    if not code.owner.isdecimal():
        return None
    return CodeDestination(url_for("practices_papers.verify"), {"entry": int(code.owner)}, person=None)


def verified(entry_id: int) -> Merit | None:
    """Return what a paper says, or None where it holds no longer."""
    entry = queries.find_entry(entry_id)
    try:
        return merit_of(entry) if entry else None
    except ConflictError:
        return None


def diploma_pdf(merit: Merit, digits: str) -> bytes:
    """Return the paper, A4 landscape, PDF/UA; the same input gives the same bytes."""
    entry, site = merit.entry, site_address()
    contest = entry.contest
    texts = {
        "document": _("Диплом конкурса «%(title)s»", title=contest.title),
        "title": _("Диплом") if merit.place else _("Сертификат"),
        "what": merit.place or _("участника конкурса"),
        "for": _("за практику"),
        "authors": _("Авторы"),
        "check": _("Проверить: наведите камеру или введите код на %(site)s", site=site.partition("://")[2]),
        "qr": _("QR-код для проверки диплома"),
        "signed": _("По протоколу жюри от %(day)s", day=merit.signed_on),
        "demo": _("ДЕМО") if contest.region.is_demo else "",
    }
    return render_pdf(
        TEMPLATE,
        {
            "texts": texts,
            "contest": contest.title,
            "nomination": entry.nomination.title,
            "practice": merit.title,
            "organisation": entry.organisation.full_name or entry.organisation.name,
            "place": entry.organisation.municipality.title,
            "authors": ", ".join(author.name for author in authors_of(entry)),
            "operator": contest.region.operator_name,
            "code": grouped(digits),
            "qr": qr_svg(f"{site}/k/{digits}"),
        },
    )
