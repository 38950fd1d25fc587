"""Do the experts mean the same, and is one of them stricter? What the chair looks at before the protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orientir.i18n import _
from orientir_practices import jury, results, rounds
from orientir_practices.agreement import Agreement, agreements, flat_lines
from orientir_practices.models import Contest
from orientir_practices.severity import severity


@dataclass(frozen=True)
class CriterionLine:
    """A criterion and how far the experts agree on it (Krippendorff's alpha, interval scale)."""

    key: str
    title: str
    agreement: Agreement


@dataclass(frozen=True)
class JurorLine:
    """An expert: sheets sent, how strict beside the average, and what looks like not distinguishing."""

    name: str
    sheets: int
    strictness: str
    remark: str


@dataclass(frozen=True)
class Consensus:
    """`is_connected` is False where some entries share no expert: strictness is then told within each part."""

    criteria: Sequence[CriterionLine]
    jurors: Sequence[JurorLine]
    is_connected: bool


def consensus_of(contest: Contest, number: int) -> Consensus:
    """Return how the experts of a round agree, from the sheets that were sent."""
    sheets, rubric = results.sheet_rows(contest, number), rounds.rubric_of(contest, number)
    alphas = agreements([(sheet.entry_id, sheet.scores) for sheet in sheets], len(rubric))
    strict = severity(sheet[:3] for sheet in sheets)
    flat = flat_lines([(sheet.juror_id, sheet.scores) for sheet in sheets])
    sent = Counter(sheet.juror_id for sheet in sheets)
    jurors = [
        JurorLine(
            juror.user.name,
            sent[juror.id],
            strict.jurors[juror.id].in_words() if juror.id in strict.jurors else _("листов ещё нет"),
            flat[juror.id].in_words() if juror.id in flat else "",
        )
        for juror in jury.jurors_in(contest)
    ]
    criteria = [CriterionLine(line.key, line.title, alpha) for line, alpha in zip(rubric, alphas, strict=True)]
    return Consensus(criteria, jurors, strict.is_connected)
