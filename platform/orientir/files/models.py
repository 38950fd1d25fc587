"""A file as it lies with us. The content stands on disk by `id`, a word nobody guesses and no person chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from orientir import clock
from orientir.db import Model, Moment
from orientir.files.kinds import FileKind


class StoredFile(Model):
    """`owner` and `owner_id` name its object as the log does («calendar_event», 12), `purpose` its use there.

    `title` is what its people called it, without the ending; `size` (bytes) and `digest` (SHA-256) are of what lies on
    disk. A removed one is closed: it is handed out no more, its content goes with the next night, the row stays.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_owner", "owner", "owner_id"),
        CheckConstraint("kind IN ('pdf', 'docx', 'pptx', 'jpg', 'png')", name="kind"),
        CheckConstraint("size >= 1", name="size"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def sort(self) -> FileKind:
        return FileKind(self.kind)

    @property
    def name(self) -> str:
        """What the file is called where it is saved."""
        return f"{self.title}.{self.kind}"
