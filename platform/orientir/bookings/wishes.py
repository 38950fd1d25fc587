"""What somebody asks for when booking: one student, numbers of a class, or so many people of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from flask import current_app

from orientir.crypto import derive_key, seal, unseal
from orientir.organisations.contact_words import KEPT, phone_words

PURPOSE = "booking-companion"


@dataclass(frozen=True)
class Companion:
    """The grown-up who goes with the children; stored sealed and purged after the occasion (architecture §6)."""

    name: str
    phone: str

    @property
    def phone_words(self) -> str:
        return phone_words(self.phone) if KEPT.fullmatch(self.phone) else self.phone

    def sealed(self, request: str) -> bytes:
        """Return the words sealed to the booking named `request`: copied to another row they open nothing."""
        return seal(_key(), json.dumps(asdict(self), ensure_ascii=False).encode(), context=request.encode())


@dataclass(frozen=True)
class Wish:
    """`students` are ids of seats of the class; without them `people` tells the size of the group.

    `own`: a student books with a card. `fewer`: «сколько есть», when not all find room. `ovz` are a part of the people.
    """

    class_id: int
    students: tuple[int, ...] = ()
    people: int = 0
    ovz: int = 0
    companion: Companion | None = None
    consents: bool = False
    own: bool = False
    fewer: bool = False

    @property
    def size(self) -> int:
        return len(self.students) or self.people

    def digest(self, slot_id: int) -> str:
        """Return the digest that tells whether a repeat asks for the same."""
        said = json.dumps([slot_id, vars(self)], default=vars, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def companion_of(sealed: bytes | None, request: str) -> Companion | None:
    """Return who goes with the children, or None where nobody is written, or no longer."""
    plain = unseal(_key(), sealed, context=request.encode()) if sealed else None
    return Companion(**json.loads(plain)) if plain else None


def _key() -> bytes:
    return derive_key(current_app.config["ORIENTIR"].secret_key, PURPOSE)
