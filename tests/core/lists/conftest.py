"""Tables as people make them: workbooks with titles, merged and hidden parts, and text in old encodings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from orientir_testkit.lists import Bringer

from orientir.config import Config

ORGANISATIONS = "/organisations/import"
ALL_CLASSES = "/organisations/classes/import"


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here, and the application starts in half the time."""
    return replace(config, plugins=())


def workbook(draw: Callable[[Any, Any], None]) -> bytes:
    """Return a workbook whose first sheet `draw(sheet, book)` fills."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    draw(book.add_worksheet("Лист1"), book)
    book.close()
    return stream.getvalue()


def simple_workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    def draw(sheet: Any, _book: Any) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(draw)


@pytest.fixture
def bringer(app: Flask, as_user) -> Callable[..., Bringer]:
    return lambda user: Bringer(app, as_user(user))
