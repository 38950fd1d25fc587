"""What the toolkit remembers between requests."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model


class PostedForm(Model):
    """A form of a signed-in person that had its effect, and where its sender was led."""

    __tablename__ = "posted_form"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(400), default="")
    posted_on: Mapped[date] = mapped_column(index=True)
