"""One table for all kinds of codes. It holds digests only: a copy of the database opens nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model


class Code(Model):
    """A keyed digest of the digits, and whose it is; `expires_on` is the last day it opens anything.

    A withdrawn row stays, dead, so that its generation is never handed out again.
    """

    __tablename__ = "code"
    __table_args__ = (UniqueConstraint("kind", "owner", "generation"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int]
    is_live: Mapped[bool] = mapped_column(default=True)
    expires_on: Mapped[date | None]
