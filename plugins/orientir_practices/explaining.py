"""How the figures of a contest come about, in words: on the page of the rules, beside the ranking, in the protocol."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from orientir.i18n import _
from orientir_practices import rounds
from orientir_practices.models import Contest
from orientir_practices.scoring import Aggregation, method_words
from orientir_practices.standings import Line, Standings
from orientir_practices.ties import EARLIER, FIRSTS
from orientir_practices.words import ties_of


def rules_in_words(contest: Contest) -> list[str]:
    """Return what the contest fixed before anybody scored: for whoever has not seen a sheet yet."""
    numbers = (rounds.FIRST, rounds.DEFENCE) if contest.defence else (rounds.FIRST,)
    usual = {one: {rounds.each_of(contest, one), rounds.each_of(contest, one) + 1} for one in numbers}
    return [*_figures(contest, usual), *going_in_words(contest), _extra_expert(contest), *_ties(contest)]


def method_in_words(contest: Contest, tables: Standings) -> list[str]:
    """Return how the figures of a ranking came out of the sheets that were sent, and what parts equal ones."""
    found = dict(enumerate(tables.counts, start=rounds.FIRST))
    usual = {one: found.get(one) or {rounds.each_of(contest, one)} for one in rounds.rounds_of(contest)}
    return [*_figures(contest, usual), *_ties(contest)]


def shortlist_in_words(contest: Contest, lines: Iterable[Line]) -> list[str]:
    """Return how the figures of the first round came about, and who goes to the defence."""
    counts = {len(line.totals) for line in lines if line.final is not None} or {contest.jurors_each}
    return [
        _("Итог заочной экспертизы: %(method)s.", method=_methods(contest, counts)),
        *going_in_words(contest),
        *_ties(contest),
    ]


def going_in_words(contest: Contest) -> list[str]:
    """Return who goes to the defence; nothing where there is none."""
    if contest.defence is None:
        return []
    mark = _("На защиту проходят заявки с баллом заочной экспертизы от %(mark)s.", mark=contest.defence.mark)
    best = contest.defence.best
    if best is None:
        return [mark]
    few = _("Из номинации — не больше %(best)s; поделившие последнее место проходят вместе.", best=best)
    return [f"{mark} {few}"]


def _figures(contest: Contest, counts: Mapping[int, Collection[int]]) -> list[str]:
    methods = {number: _methods(contest, found) for number, found in counts.items()}
    mark = _("Проходной балл %(mark)s.", mark=contest.pass_mark)
    if len(methods) == 1:
        return [f"{_('Итог заявки: %(method)s.', method=methods[rounds.FIRST])} {mark}"]
    parts = [
        _("%(round)s: %(method)s", round=rounds.title_of(contest, number), method=method)
        for number, method in methods.items()
    ]
    shares = " + ".join(
        f"{rounds.weight_of(contest, number)} % × «{rounds.title_of(contest, number)}»" for number in methods
    )
    return [f"{_('Итог заявки: %(shares)s.', shares=shares)} {mark}", *(f"{part}." for part in parts)]


def _methods(contest: Contest, counts: Collection[int]) -> str:
    by = Aggregation(contest.aggregation)
    return _(", или ").join(method_words(by, count) for count in sorted(counts))


def _extra_expert(contest: Contest) -> str:
    return _(
        "Если самая высокая и самая низкая оценки расходятся на %(limit)s и больше, заявку читает ещё один эксперт.",
        limit=contest.spread_limit,
    )


def _ties(contest: Contest) -> list[str]:
    """Return the chain, and that the mean of a criterion does not follow the way figures are made (decision 23)."""
    keys = [line.key for number in (rounds.FIRST, rounds.DEFENCE) for line in rounds.rubric_of(contest, number)]
    words = ties_of(dict.fromkeys(keys))
    chain = "; ".join(words[key] for key in contest.ties if key in words)
    if not chain:
        return [_("При равном итоге решает председатель, с объяснением.")]
    lines = [
        _("При равном итоге смотрят по очереди: %(chain)s; последнее слово за председателем, с объяснением.",
          chain=chain)
    ]  # fmt: skip
    if set(contest.ties) - {FIRSTS, EARLIER}:
        lines.append(_("Среднее по критерию — всегда среднее арифметическое всех отправленных листов, даже когда "
                       "итог считают иначе."))  # fmt: skip
    return lines
