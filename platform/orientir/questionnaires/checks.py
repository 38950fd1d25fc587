"""What JSON Schema cannot say: codes are unique, references exist and point to an earlier page.

Pages branch on the server, so a condition may only ask about an earlier section; this rules out cycles as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from orientir.i18n import _
from orientir.questionnaires.conditions import SKIP, Answered, AnswerIn, Condition, FactIn, Leaf, SettingOn
from orientir.questionnaires.document import CHOICES, Document, Kind, Question, Section
from orientir.questionnaires.problems import Problem


def document_problems(document: Document) -> list[Problem]:
    """Return every semantic problem of a built document, in its order."""
    walk = Walk(document)
    problems = list(_repeated((section.code, f"{section.place}.code") for section in document.sections))
    problems += _repeated(_posted_names(document))
    problems += _repeated(
        (question.gives, f"{question.place}.gives") for question in document.questions() if question.gives
    )
    for section in document.sections:
        problems += walk.section(section)
    return problems


def _repeated(named: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    count: Counter[str] = Counter()
    for name, place in named:
        count[name] += 1
        if count[name] > 1:
            yield Problem(place, _("код «%(code)s» уже занят", code=name))


def _posted_names(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the names of all form fields: codes of questions, and those made of a question and an option or row."""
    for question in document.questions():
        yield question.code, f"{question.place}.code"
        for row in question.rows:
            yield question.row_field(row), f"{row.place}.code"
        for option in question.options:
            if option.free_text:
                yield question.free_text_field(option), f"{option.place}.code"


class Walk:
    """Goes through the sections in order and remembers which questions and facts earlier pages have settled."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.givers = document.givers()
        self.earlier: dict[str, Question] = {}

    def section(self, section: Section) -> Iterator[Problem]:
        yield from self.condition(section.show_if, section.place)
        for question in section.questions:
            yield from self.condition(question.show_if, question.place)
            yield from self.options(question)
            yield from self.choice_filter(question)
            yield from _limits(question)
        self.earlier |= {question.code: question for question in section.questions}

    def options(self, question: Question) -> Iterator[Problem]:
        yield from _repeated((option.code, f"{option.place}.code") for option in question.options)
        groups = Counter(option.group for option in question.options if option.group)
        for option in question.options:
            yield from self.condition(option.show_if, option.place)
            if question.kind is not Kind.MULTIPLE and (option.exclusive or option.group):
                yield Problem(option.place, _("exclusive и group бывают только у вопроса multiple"))
            if option.group and groups[option.group] == 1:
                yield Problem(f"{option.place}.group", _("в группе «%(name)s» один вариант", name=option.group))
            if question.kind is Kind.LOOKUP and option.free_text:
                yield Problem(f"{option.place}.free_text", _("в lookup свой текст пишут и так"))

    def choice_filter(self, question: Question) -> Iterator[Problem]:
        if question.choice_filter is None:
            return
        place = f"{question.place}.choice_filter"
        own = {option.code for option in question.options}
        for code in sorted(question.choice_filter.always - own):
            yield Problem(f"{place}.always", _("у вопроса нет варианта «%(code)s»", code=code))
        asked = self.earlier.get(question.choice_filter.chosen_in)
        if asked is None or asked.kind not in CHOICES:
            yield Problem(f"{place}.chosen_in", self._unknown(question.choice_filter.chosen_in))
            return
        for code in sorted(own - question.choice_filter.always - {option.code for option in asked.options}):
            said = _("варианта «%(code)s» нет в %(asked)s, его никогда не предложат", code=code, asked=asked.code)
            yield Problem(place, said)

    def condition(self, condition: Condition | None, place: str) -> Iterator[Problem]:
        if condition is None:
            return
        for leaf in condition.leaves():
            said = self.leaf(leaf)
            if said:
                yield Problem(f"{place}.show_if", said)

    def leaf(self, leaf: Leaf) -> str:
        match leaf:
            case AnswerIn(question, codes):
                return self._answer_in(question, codes)
            case Answered(question):
                return "" if question in self.earlier else self._unknown(question)
            case SettingOn(setting):
                known = setting in self.document.settings
                return "" if known else _("настройка «%(name)s» не объявлена в settings", name=setting)
            case FactIn(fact, _values):
                return self._fact(fact)

    def _answer_in(self, code: str, codes: frozenset[str]) -> str:
        asked = self.earlier.get(code)
        if asked is None:
            return self._unknown(code)
        if asked.kind not in CHOICES:
            return _("по ответу на %(code)s ветвить нельзя: это не выбор вариантов", code=code)
        known = {option.code for option in asked.options} | ({SKIP} if asked.skip else set())
        strangers = ", ".join(sorted(codes - known))
        return _("у вопроса %(code)s нет вариантов: %(names)s", code=code, names=strangers) if strangers else ""

    def _fact(self, fact: str) -> str:
        if fact in self.givers and self.givers[fact] not in self.earlier:
            return self._unknown(self.givers[fact])
        if fact in self.givers or fact in self.document.facts:
            return ""
        return _("факт «%(name)s» не объявлен в facts", name=fact)

    def _unknown(self, code: str) -> str:
        if any(question.code == code for question in self.document.questions()):
            return _("вопрос %(code)s не подходит: нужен выбор вариантов из более раннего раздела", code=code)
        return _("нет вопроса с кодом «%(code)s»", code=code)


def _limits(question: Question) -> Iterator[Problem]:
    least, greatest = question.least_number, question.greatest_number
    if least is not None and greatest is not None and least > greatest:
        yield Problem(f"{question.place}.min", _("наименьшее число больше наибольшего"))
    if question.kind is Kind.MULTIPLE and question.most > len(question.options):
        yield Problem(f"{question.place}.max", _("вариантов меньше, чем разрешено отметить"))
    if question.kind is Kind.LOOKUP and question.options and question.register:
        yield Problem(f"{question.place}.register", _("подсказки бывают или из options, или из register"))
