"""Secrets that are given out once and recognised later: only keyed digests of them are stored."""

from __future__ import annotations

import secrets

from flask import current_app

from orientir import crypto

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(purpose: str, value: str) -> str:
    """Return what is stored of `value`; a digest made for one purpose fits no other."""
    return crypto.keyed_digest(current_app.config["ORIENTIR"].secret_key, f"accounts.{purpose}", value)


def sealing_key(purpose: str) -> bytes:
    return crypto.derive_key(current_app.config["ORIENTIR"].secret_key, f"accounts.{purpose}")
