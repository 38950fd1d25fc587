"""Keys derived from the one server secret, keyed digests, and sealing of small secrets.

Every purpose has a key of its own (HKDF with the purpose as info): a digest made for one thing is useless for another.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def derive_key(secret: str, purpose: str, *, salt: str = "") -> bytes:
    """Return 32 bytes for `purpose`; `salt` mixes in a second secret, such as a student's code.

    Keys of the server alone are derived once; those with somebody else's secret in them are never kept.
    """
    return _derive(secret, purpose, salt) if salt else _server_key(secret, purpose)


@lru_cache(maxsize=64)
def _server_key(secret: str, purpose: str) -> bytes:
    return _derive(secret, purpose, "")


def _derive(secret: str, purpose: str, salt: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt.encode(), info=purpose.encode()).derive(secret.encode())


def keyed_digest(secret: str, purpose: str, value: str) -> str:
    """Return 64 hex digits that only the holder of `secret` can recompute from `value`."""
    return hmac.new(derive_key(secret, purpose), value.encode(), hashlib.sha256).hexdigest()


def seal(key: bytes, plain: bytes, *, context: bytes = b"") -> bytes:
    """Return nonce + ciphertext (AES-256-GCM) bound to `context`, which is not stored."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def unseal(key: bytes, sealed: bytes, *, context: bytes = b"") -> bytes | None:
    """Return the plain bytes, or None when the key, the context or a single bit is wrong."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        return None
