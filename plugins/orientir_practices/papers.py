"""Papers of the contest: the protocol as it was signed."""

from __future__ import annotations

from pathlib import Path

from orientir.accounts.queries import find_account
from orientir.documents.pdf import render_pdf
from orientir.i18n import _
from orientir.web.formats import day_full, moment
from orientir_practices.jury_models import Protocol
from orientir_practices.words import AGGREGATIONS, PLACES

TEMPLATE = Path(__file__).parent / "documents" / "protocol.typ"


def protocol_pdf(protocol: Protocol) -> bytes:
    """Return the signed protocol, A4, PDF/UA; the same protocol gives the same bytes."""
    contest, content = protocol.contest, protocol.content
    signer = find_account(protocol.signed_by) if protocol.signed_by else None
    nominations: dict[str, list[dict[str, str]]] = {}
    for line in content["entries"]:
        place = line["place"]
        nominations.setdefault(line["nomination"], []).append(
            {
                "rank": line["rank"] or "–",
                "number": str(line["number"]),
                "title": line["title"],
                "organisation": f"{line['organisation']}, {line['municipality']}",
                "totals": ", ".join(map(str, line["totals"])),
                "final": line["shown"] or _("нет оценок"),
                "place": str(PLACES[place]) if place is not None else "",
                "reason": line["reason"],
            }
        )
    texts = {
        "document": _("Протокол конкурса «%(title)s»", title=contest.title),
        "title": _("Протокол заседания жюри"),
        "date": day_full(protocol.signed_at),
        "method": _("Итог заявки: %(method)s. Проходной балл %(mark)s.",
                    method=AGGREGATIONS[content["aggregation"]], mark=content["pass_mark"]),
        "ties": _("Равные итоги"),
        "head": [_("Ранг"), _("№"), _("Практика"), _("Оценки"), _("Итог"), _("Место")],
        "nobody": _("Место не присуждено."),
        "chair": _("Председатель жюри"),
        "members": _("Члены жюри"),
        "signed": _("Подписано в «Ориентире» %(moment)s, отпечаток SHA-256:", moment=moment(protocol.signed_at)),
        "demo": _("ДЕМО") if contest.region.is_demo else "",
    }  # fmt: skip
    return render_pdf(
        TEMPLATE,
        {
            "texts": texts,
            "contest": contest.title,
            "operator": contest.region.operator_name,
            "nominations": [{"title": title, "lines": lines} for title, lines in nominations.items()],
            "ties": content["ties"],
            "chair": signer.name if signer else "",
            "digest": protocol.digest,
        },
    )
