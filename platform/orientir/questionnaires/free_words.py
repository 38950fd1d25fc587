"""Free words: kept apart from the answers, looked through, and shown without an order that tells who wrote when.

A host keeps them beside its answers (`keep_words`), lists them to whoever may decide (`list_words`, `decide`), and
shows what was let through (`shown_words`): telephones, addresses and names are covered in it whatever was decided.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from orientir.db import db
from orientir.errors import MissingError
from orientir.questionnaires.document import Document, Kind
from orientir.questionnaires.models import FreeWord, WordState
from orientir.web.personal_data import doubts, masked

PAGE_ROWS = 25


@dataclass(frozen=True)
class Word:
    """One text as whoever decides reads it: `doubts` name what looks like personal data, `shown` covers it."""

    key: str
    owner_id: int
    text: str
    state: str

    @property
    def doubts(self) -> list[str]:
        return doubts(self.text)

    @property
    def shown(self) -> str:
        return masked(self.text)


@dataclass(frozen=True)
class WordPage:
    words: list[Word]
    number: int
    pages: int
    total: int


def keep_words(document: Document, owner: str, owner_id: int, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the long texts among `answers` on their own and return the answers without them."""
    free = {one.code for one in document.questions() if one.kind is Kind.LONG_TEXT}
    for code in sorted(free & set(answers)):
        if text := str(answers[code]).strip():
            word = FreeWord(key=secrets.token_hex(16), owner=owner, owner_id=owner_id, question=code, text=text)
            db.session.add(word)
    return {code: given for code, given in answers.items() if code not in free}


def list_words(owner: str, among: Select[Any], state: WordState, page: int = 1) -> WordPage:
    """Return one page of the words about the objects `among` (their ids), by text: the order of coming is not told."""
    own = _own(owner, among).where(FreeWord.state == state)
    total = db.session.scalar(own.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(max(1, page), pages)
    found = own.order_by(FreeWord.text, FreeWord.key).limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    words = [Word(one.key, one.owner_id, one.text, one.state) for one in db.session.scalars(found)]
    return WordPage(words, number, pages, total)


def count_waiting(owner: str, among: Select[Any]) -> int:
    waiting = _own(owner, among).where(FreeWord.state == WordState.WAITING)
    return db.session.scalar(waiting.with_only_columns(func.count())) or 0


def decide(owner: str, among: Select[Any], decisions: Mapping[str, WordState]) -> list[FreeWord]:
    """Write down what is decided about words by key and return those it changed.

    Raises MissingError for a word that is not about one of the objects `among`.
    """
    wanted = _own(owner, among).where(FreeWord.key.in_(decisions)).order_by(FreeWord.key)
    found = list(db.session.scalars(wanted.with_for_update()))
    if len(found) != len(decisions):
        raise MissingError
    changed = [one for one in found if one.state != decisions[one.key]]
    for one in changed:
        one.state = decisions[one.key]
    db.session.flush()
    return changed


def shown_words(owner: str, owner_id: int) -> list[str]:
    """Return what was let through about an object, covered, in the order of the alphabet."""
    wanted = select(FreeWord.text).where(
        FreeWord.owner == owner, FreeWord.owner_id == owner_id, FreeWord.state == WordState.SHOWN
    )
    return sorted((masked(text) for text in db.session.scalars(wanted)), key=str.casefold)


def _own(owner: str, among: Select[Any]) -> Select[FreeWord]:
    return select(FreeWord).where(FreeWord.owner == owner, FreeWord.owner_id.in_(among))
