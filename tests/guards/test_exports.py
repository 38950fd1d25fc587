"""Every table of a page can be taken away: its template says `export_links()`, or stands here with a reason."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CALL = re.compile(r"\{%-? *call table\(")
LINKS = re.compile(r"\{\{-? *export_links\(")
TEMPLATES = [
    path
    for folder in (CHECKOUT / "templates", *(CHECKOUT / "plugins").glob("*/templates"))
    for path in folder.rglob("*.html")
]

# Pages whose tables are no list anybody keeps, and why.
EXCEPTIONS = {
    "templates/accounts/account.html": "one's own open sessions: they are looked at to be ended",
    "plugins/orientir_calendar/templates/calendar/report_form.html": "a form; the list of reports has links of its own",
    "templates/bookings/doors.html": "the doors of one slot, an hour before they are over",
    "templates/front/design/figures.html": "a sample of the design",
    "templates/lists/begin.html": "the sample of a list has links of its own",
    "templates/lists/matching.html": "the first rows of the person's own file",
    "templates/lists/outcome.html": "the rows that were not written have links of their own, with the reasons",
    "templates/lists/preview.html": "the person's own file; the rows with errors have links of their own",
    "templates/macros/tables.html": "the macro itself",
    "templates/organisations/parts.html": "the difference of two edits, looked at once",
    "plugins/orientir_practices/templates/practices/rules.html": "the weights, for whoever sets them",
    "plugins/orientir_practices/templates/practices/entries.html": "one's own entries, a handful",
    "plugins/orientir_practices/templates/practices/jury.html": "a juror's own sheets, looked at to be filled in",
    "plugins/orientir_practices/templates/practices/people.html": "who works in one contest",
    "plugins/orientir_practices/templates/practices/standings.html": "the ranking has links, the protocol is a form",
    "plugins/orientir_trials/templates/trials/list.html": "the register on paper; its files hang on the register",
    "templates/students/moving/plan.html": "a form; the classes leave from the page of the school",
}


def _without_links(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return bool(CALL.search(text)) and not LINKS.search(text)


def test_every_table_can_be_taken_away():
    names = {str(path.relative_to(CHECKOUT)): path for path in TEMPLATES}
    assert [name for name, path in sorted(names.items()) if name not in EXCEPTIONS and _without_links(path)] == []


def test_every_exception_is_still_one():
    assert [name for name in EXCEPTIONS if not _without_links(CHECKOUT / name)] == []
