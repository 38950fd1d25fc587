"""Names of classes: what people type, and the one form the platform keeps.

The same class is written «9«А»», «9а», «9-А», «9 A» with a Latin letter, «IX-А»; two spellings must not become two
classes (domain.md B.3).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from orientir.errors import InvalidInputError
from orientir.i18n import _

FIRST_GRADE, LAST_GRADE = 1, 12  # 12 is the last year of an evening school
LONGEST_TYPED = 60

ROMAN = {
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
    "VI": 6,
    "VII": 7,
    "VIII": 8,
    "IX": 9,
    "X": 10,
    "XI": 11,
    "XII": 12,
}
# Only signs that look alike: a small Latin «b» or «h» may stand for several Russian letters, so it is asked about.
LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
QUOTES_TO_SPACES = str.maketrans(dict.fromkeys("«»„“”‟\"'`´‘’‹›", " "))
DASHES_TO_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))

ORDINAL_CLASS = re.compile(r"(?<=[0-9])\s*-?\s*(?:ый|ой|ий|й)\s+(?=класс)", re.IGNORECASE)
CLASS_WORD = re.compile(r"(?<![А-Яа-яЁё])(?:класс|кл\.?)(?![А-Яа-яЁё])", re.IGNORECASE)
# A Russian «Х» is the same sign to whoever types it, but after the dash it is a letter: «IX-Х».
ROMAN_GRADES = re.compile(r"(?P<first>[IVXХivxх]+)(?:(?P<dash>\s*-\s*)(?P<last>[IVXivx]+))?(?=[\s-]|$|[А-Яа-яЁё])")
CLASS = re.compile(
    r"(?P<first>[0-9]{1,2})"
    r"(?:\s*-\s*(?P<last>[0-9]{1,2})(?![0-9]))?"
    r"(?:\s*[-/.]?\s*(?P<letter>[А-ЯЁ]{1,4}|[0-9]{1,2}))?"
)
GROUP_WORD = re.compile(r"(?:дошкольная\s+)?группа(?![А-Яа-яЁё])\s*", re.IGNORECASE)
GROUP_NAME = re.compile(r"[0-9A-Za-zА-Яа-яЁё][0-9A-Za-zА-Яа-яЁё №.,-]{0,29}")


@dataclass(frozen=True, order=True)
class ClassName:
    """Grades and letter of a class; grade 0 is a kindergarten group and `letter` its name; sorts as a school lists."""

    grade: int
    last_grade: int
    letter: str = ""

    @property
    def title(self) -> str:
        if self.last_grade == 0:
            return _("группа «%(name)s»", name=self.letter) if self.letter else _("дошкольная группа")
        grades = str(self.grade) if self.grade == self.last_grade else f"{self.grade}–{self.last_grade}"
        return f"{grades}«{self.letter}»" if self.letter else grades


def normalise_class(typed: str) -> ClassName:
    """Return the class a person means; raises InvalidInputError (field «name») that says what is expected."""
    if len(typed) > LONGEST_TYPED:
        raise _refusal()
    if GROUP_WORD.match(_spaced(typed)):
        return normalise_group(typed)
    found = CLASS.fullmatch(_canonical(typed))
    if not found:
        raise _refusal()
    return _checked(int(found["first"]), found["last"], found["letter"] or "")


def normalise_group(typed: str) -> ClassName:
    """Return the kindergarten group a person means: any short name, with or without the word «группа»."""
    name = GROUP_WORD.sub("", _spaced(typed[: LONGEST_TYPED + 1]), count=1)
    if name and not GROUP_NAME.fullmatch(name):
        raise InvalidInputError(
            _("Название группы — до 30 букв и цифр, например «Солнышко» или «Подготовительная 2»."), "name"
        )
    if not name and not _spaced(typed):
        raise InvalidInputError(_("Введите название группы, например «Солнышко»."), "name")
    return ClassName(0, 0, name[:1].upper() + name[1:])


def _checked(first: int, last: str | None, letter: str) -> ClassName:
    if last is not None and int(last) <= first and not letter:
        return _checked(first, None, str(int(last)))  # «9-1» is the first of the ninths, «5-6» two grades together
    final = first if last is None else int(last)
    if not FIRST_GRADE <= first <= final <= LAST_GRADE:
        raise InvalidInputError(_("Такого класса не бывает: параллели — от 1 до 12."), "name")
    return ClassName(first, final, letter)


def _canonical(typed: str) -> str:
    """Return `typed` without quotes and the word «класс», Roman grades as figures, letters as Russian capitals."""
    text = _spaced(unicodedata.normalize("NFKC", typed)).translate(DASHES_TO_HYPHENS)
    text = CLASS_WORD.sub(" ", ORDINAL_CLASS.sub(" ", text)).strip()
    return _with_figures(text).translate(LOOK_ALIKES).upper()


def _with_figures(text: str) -> str:
    found = ROMAN_GRADES.match(text)
    return (
        f"{_figure(found['first'])}{found['dash'] or ''}{_figure(found['last'] or '')}{text[found.end() :]}"
        if found
        else text
    )


def _figure(roman: str) -> str:
    latin = roman.upper().replace("Х", "X")
    return str(ROMAN.get(latin, roman))


def _spaced(text: str) -> str:
    return " ".join(text.translate(QUOTES_TO_SPACES).split())


def _refusal() -> InvalidInputError:
    return InvalidInputError(
        _("Класс — это число от 1 до 12 и русская буква: «9А», «11», «10 Б»; класс-комплект — «5-6»."), "name"
    )
