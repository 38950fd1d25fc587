"""Reads of the letters on their way out."""

from __future__ import annotations

from flask import current_app

from orientir.crypto import derive_key, unseal
from orientir.mail.models import OutgoingMail

PURPOSE = "mail"


def text_key() -> bytes:
    """Return the key the texts are sealed with."""
    return derive_key(current_app.config["ORIENTIR"].secret_key, PURPOSE)


def opened_text(mail: OutgoingMail) -> str:
    """Return the text of a letter; empty when it was sealed by another server's key."""
    plain = unseal(text_key(), mail.sealed_text, context=mail.address.encode())
    return plain.decode() if plain is not None else ""
