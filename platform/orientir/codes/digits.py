"""How a code looks and how mistakes in it are caught before the database is asked."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from stdnum import damm

from orientir.crypto import derive_key

BODY = 11
LENGTH = BODY + 1


def derive(secret: str, kind: str, owner: str, generation: int) -> str:
    """Return the 12 digits of this owner's code; the same every time, so that a sheet can be printed again."""
    key = derive_key(secret, f"code:{kind}")
    digest = hmac.new(key, f"{owner}\0{generation}".encode(), hashlib.sha256).digest()
    body = f"{int.from_bytes(digest) % 10**BODY:0{BODY}d}"
    return body + damm.calc_check_digit(body)


def normalise(typed: str) -> str:
    """Return the digits of what somebody typed or pasted: spaces, dashes and full-width digits are forgiven."""
    if typed.isascii() and typed.isdecimal():  # what a camera reads
        return typed[:64]
    return "".join(str(unicodedata.digit(sign)) for sign in typed[:64] if unicodedata.digit(sign, None) is not None)


def is_plausible(digits: str) -> bool:
    """Tell whether the check digit fits: it finds any one wrong digit and any two neighbours swapped (Damm, 2004)."""
    return len(digits) == LENGTH and damm.is_valid(digits)


def grouped(digits: str) -> str:
    """Return the code as it is printed and dictated: 4817-2093-6614."""
    return "-".join(digits[start : start + 4] for start in range(0, LENGTH, 4))
