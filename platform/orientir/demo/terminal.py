"""The progress of long work in the terminal: a bar for each step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

LABEL_WIDTH = 26


class Bars:
    """One bar at a time; the next step begins a new line."""

    def __init__(self) -> None:
        self._title = ""
        self._bar: Any = None  # click's bar has no public class

    def show(self, title: str, done: int, total: int) -> None:
        """Draw how far the step `title` is; a step that reports again goes on in its own line."""
        if title != self._title:
            self.finish()
            self._title = title
            self._bar = click.progressbar(
                length=total, label=f"{title:{LABEL_WIDTH}}", file=sys.stderr, show_eta=False, show_pos=total > 1
            )
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def finish(self) -> None:
        """End the line of the bar in hand."""
        if self._bar is not None:
            self._bar.render_finish()
        self._title, self._bar = "", None


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what draws a bar for each step that is reported to it."""
    bars = Bars()
    try:
        yield bars.show
    finally:
        bars.finish()
