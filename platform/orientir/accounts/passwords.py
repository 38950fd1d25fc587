"""Passwords: argon2id with the library's current defaults; old hashes are renewed at the next sign-in."""

from __future__ import annotations

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

MIN_LENGTH = 10
MAX_LENGTH = 200
# Easy to dictate: no look-alikes.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()


def _hash_of_nobody() -> str:
    """Return a hash of no password: it takes as long to check as any, and no time at start, because it is made up."""
    sizes = _hasher.salt_len, _hasher.hash_len
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in sizes)
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


# Checked when the account does not exist, so that an answer takes as long as for one that does.
_NOBODY = _hash_of_nobody()


def hash_password(password: str) -> str:
    """Return the argon2id hash that is stored."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Tell whether `password` fits; without a stored hash spend the same time and say no."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_renewal(stored: str) -> bool:
    """Tell whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def suggest() -> str:
    """Return a password of three groups that can be read aloud, about 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(4)) for _group in range(3))
