"""A text for people: plain, or translated when it is shown."""

from __future__ import annotations

from orientir.i18n import LazyText

Text = str | LazyText
