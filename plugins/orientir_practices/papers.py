"""Papers of the contest: what was signed as a PDF and as a DOCX, both of the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orientir.accounts.queries import find_account
from orientir.documents.docx import Block, Grid, Heading, Signature, Text, render_docx
from orientir.documents.pdf import render_pdf
from orientir.i18n import _
from orientir.web.formats import day_full, moment
from orientir_practices.jury_models import Protocol, ProtocolKind
from orientir_practices.words import AGGREGATIONS, PLACES

TEMPLATE = Path(__file__).parent / "documents" / "protocol.typ"
WIDTHS = (16, 12, 70, 30, 17, 29)  # millimetres of the columns
MEMBERS = 3  # lines to sign on beside the chair's


def protocol_pdf(protocol: Protocol) -> bytes:
    """Return what was signed, A4, PDF/UA; the same protocol gives the same bytes."""
    return render_pdf(TEMPLATE, _words_of(protocol))


def protocol_docx(protocol: Protocol) -> bytes:
    """Return what was signed as a DOCX, word for word what the PDF says; the same protocol gives the same bytes."""
    words = _words_of(protocol)
    texts = words["texts"]
    blocks: list[Block] = [
        Text(" ".join(filter(None, (words["operator"], texts["demo"])))),
        Heading(texts["title"], 1),
        Text(words["contest"]),
        Text(texts["date"]),
        *(Text(line) for line in texts["method"]),
    ]
    for nomination in words["nominations"]:
        blocks += [Heading(nomination["title"]), Grid(texts["head"], _rows(nomination), WIDTHS, frozenset({2, 5}))]
    if words["ties"]:
        blocks += [Heading(texts["ties"]), *(Text(line, is_item=True) for line in words["ties"])]
    blocks += [
        Signature(texts["chair"], words["chair"]),
        *(Signature(texts["members"]) for _number in range(MEMBERS)),
        Text(texts["signed"], is_small=True),
        Text(words["digest"], is_small=True),
    ]
    return render_docx(texts["document"], blocks, publisher=words["operator"], made_at=protocol.signed_at)


def _rows(nomination: Mapping[str, Any]) -> list[list[str | Sequence[str]]]:
    return [
        [
            line["rank"], line["number"], (line["title"], line["organisation"], line["reason"]), line["totals"],
            line["final"], line["place"],
        ]
        for line in nomination["lines"]
    ]  # fmt: skip


def _words_of(protocol: Protocol) -> dict[str, Any]:
    """Return all words of the paper: from what was signed, not from what would come out today."""
    contest, content, is_shortlist = protocol.contest, protocol.content, protocol.kind == ProtocolKind.SHORTLIST
    signer = find_account(protocol.signed_by) if protocol.signed_by else None
    titles = [one["title"] for one in content.get("rounds", ())]
    nominations: dict[str, list[dict[str, Any]]] = {}
    for line in content["entries"]:
        nominations.setdefault(line["nomination"], []).append(_line(line, titles))
    return {
        "texts": {
            "document": _("Шорт-лист конкурса «%(title)s»", title=contest.title) if is_shortlist
            else _("Протокол конкурса «%(title)s»", title=contest.title),
            "title": _("Протокол жюри: допуск к защите") if is_shortlist else _("Протокол заседания жюри"),
            "date": day_full(protocol.signed_at),
            "method": content.get("method") or [_old_method(content)],
            "ties": _("Равные итоги"),
            "head": [_("Ранг"), _("№"), _("Практика"), _("Оценки"), _("Итог"),
                     _("На защиту") if is_shortlist else _("Место")],
            "chair": _("Председатель жюри"),
            "members": _("Члены жюри"),
            "signed": _("Подписано в «Ориентире» %(moment)s, отпечаток SHA-256:", moment=moment(protocol.signed_at)),
            "demo": _("ДЕМО") if contest.region.is_demo else "",
        },
        "contest": contest.title,
        "operator": contest.region.operator_name,
        "nominations": [{"title": title, "lines": lines} for title, lines in nominations.items()],
        "ties": content["ties"],
        "chair": signer.name if signer else "",
        "digest": protocol.digest,
    }  # fmt: skip


def _line(line: Mapping[str, Any], titles: Sequence[str]) -> dict[str, Any]:
    return {
        "rank": line["rank"] or "–",
        "number": str(line["number"]),
        "title": line["title"],
        "organisation": f"{line['organisation']}, {line['municipality']}",
        "totals": [
            f"{title}: {part['shown'] or '–'} ({', '.join(map(str, part['totals']))})"
            for title, part in zip(titles, line["parts"], strict=True)
            if part["totals"]
        ] if titles else [", ".join(map(str, line["totals"]))],
        "final": _final(line),
        "place": _decision(line),
        "reason": line["reason"],
    }  # fmt: skip


def _final(line: Mapping[str, Any]) -> str:
    return str(line["shown"] or (_("не в шорт-листе") if line.get("is_out") else _("нет оценок")))


def _decision(line: Mapping[str, Any]) -> str:
    if "is_in" in line:
        return _("да") if line["is_in"] else _("нет")
    return str(PLACES[line["place"]]) if line["place"] is not None else ""


def _old_method(content: Mapping[str, Any]) -> str:
    """Return how figures were made in words, for what was signed before the words were kept with it."""
    return _("Итог заявки: %(method)s. Проходной балл %(mark)s.",
             method=AGGREGATIONS[content["aggregation"]], mark=content["pass_mark"])  # fmt: skip
