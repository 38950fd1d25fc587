"""The history of settings; the present values stand in the region's row, which every page has read anyway."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment


class SettingChange(Model):
    """Who (None: the system) set what to which value, when; rows are only ever added."""

    __tablename__ = "setting_change"
    __table_args__ = (Index("ix_setting_change_region_name", "region_id", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
