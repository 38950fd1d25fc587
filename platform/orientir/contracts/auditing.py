"""How the acts of a plugin are told on the page of the log."""

from __future__ import annotations

from dataclasses import dataclass

from orientir.contracts.texts import Text


@dataclass(frozen=True)
class AuditObject:
    """A kind of things acts are done to: what it is called, and the page of one, by endpoint and argument."""

    kind: str
    title: Text
    endpoint: str = ""
    argument: str = ""
