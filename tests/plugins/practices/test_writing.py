"""Two authors write one entry: what one has not touched stays a colleague's, what both changed is shown to both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_user
from orientir_testkit.contests import ANSWERS, make_entry
from orientir_testkit.races import race
from werkzeug.datastructures import MultiDict

from orientir.accounts.roles import Role
from orientir.db import db
from orientir.questionnaires import Facts, document_at, parse_section, section_at
from orientir_practices import entries
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.writing import Written, seen_of

PAGE = "idea"


@pytest.fixture
def draft(contest: Contest, cast: Cast) -> Entry:
    made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
    db.session.commit()
    return made


def page_of(entry: Entry) -> dict[str, str]:
    """Return what a page of the form shows and carries just now."""
    section = section_at(document_at(entry.contest.version_id).sections, PAGE)
    assert section is not None
    shown = {question.code: str(entry.answers.get(question.code, "")) for question in section.questions}
    return {**shown, **{f"seen_{one.code}": seen_of(one, entry.answers) for one in section.questions}}


def save(entry: Entry, page: dict[str, str], actor: int, **typed: str) -> Written:
    section = section_at(document_at(entry.contest.version_id).sections, PAGE)
    assert section is not None
    parsed = parse_section(section, MultiDict({**page, **typed}), Facts())
    seen = {name.removeprefix("seen_"): value for name, value in page.items() if name.startswith("seen_")}
    return entries.save(entry, section, parsed, seen, actor=actor)


def test_different_answers_are_both_kept(draft: Entry, cast: Cast):
    first, second = page_of(draft), page_of(draft)
    assert save(draft, first, cast.teacher.id, goal="Новая цель.").changed == 1
    done = save(draft, second, cast.school_admin.id, problem="Другая проблема.")
    assert (done.changed, done.clashes) == (1, [])
    assert (draft.answers["goal"], draft.answers["problem"]) == ("Новая цель.", "Другая проблема.")


def test_one_answer_changed_by_both_is_told_and_not_lost(draft: Entry, cast: Cast):
    first, second = page_of(draft), page_of(draft)
    save(draft, first, cast.teacher.id, goal="Цель учителя.")
    clash = save(draft, second, cast.school_admin.id, goal="Цель завуча.").clashes[0]
    assert (clash.user_id, clash.theirs, clash.mine) == (
        cast.teacher.id, {"goal": "Цель учителя."}, {"goal": "Цель завуча."},
    )  # fmt: skip
    assert draft.answers["goal"] == "Цель учителя."


def test_who_has_seen_the_difference_may_write_over_it(draft: Entry, cast: Cast):
    first, second = page_of(draft), page_of(draft)
    save(draft, first, cast.teacher.id, goal="Цель учителя.")
    assert save(draft, second, cast.school_admin.id, goal="Цель завуча.").clashes
    save(draft, page_of(draft), cast.school_admin.id, goal="Общая цель.")
    assert draft.answers["goal"] == "Общая цель."


def test_the_same_words_from_both_are_no_difference(draft: Entry, cast: Cast):
    first, second = page_of(draft), page_of(draft)
    save(draft, first, cast.teacher.id, goal="Та же цель.")
    done = save(draft, second, cast.school_admin.id, goal="Та же цель.")
    assert (done.changed, done.clashes) == (0, [])


def test_the_page_sent_twice_changes_once(draft: Entry, cast: Cast):
    page = page_of(draft)
    save(draft, page, cast.teacher.id, goal="Новая цель.")
    revision = draft.revision
    done = save(draft, page, cast.teacher.id, goal="Новая цель.")
    assert (done.changed, done.clashes, draft.revision) == (0, [], revision)


def test_an_answer_taken_out_is_gone(draft: Entry, cast: Cast):
    save(draft, page_of(draft), cast.teacher.id, goal="")
    assert "goal" not in draft.answers


def test_one_that_is_too_long_stays_as_it_was(draft: Entry, cast: Cast):
    done = save(draft, page_of(draft), cast.teacher.id, goal="ц" * 900, problem="Другая проблема.")
    assert done.changed == 1
    assert (draft.answers["goal"], draft.answers["problem"]) == (ANSWERS["goal"], "Другая проблема.")


def test_the_title_follows_the_answer(draft: Entry, cast: Cast):
    colleague = make_user(Role.TEACHER, cast.school.scope)
    save(draft, page_of(draft), colleague.id, title="Новое название")
    assert draft.title == "Новое название"
    assert "новое название" in draft.search_key


class TestAtOneMoment:
    """Two send a page at once: whoever is second waits for the row, so nothing is written over unseen."""

    @pytest.fixture
    def write(self, draft: Entry, cast: Cast) -> Callable[..., Callable[[], Written]]:
        number, page, author = draft.id, page_of(draft), cast.teacher.id

        def made(**typed: str) -> Callable[[], Written]:
            return lambda: save(db.session.get_one(Entry, number), page, author, **typed)

        return made

    def test_different_answers_are_both_there(self, app: Flask, draft: Entry, write):
        first, second = write(goal="Новая цель."), write(problem="Другая проблема.")
        assert race(app, first, second, says=lambda done: f"{len(done.clashes)} clashes") == "0 clashes"
        db.session.expire_all()
        assert (draft.answers["goal"], draft.answers["problem"]) == ("Новая цель.", "Другая проблема.")

    def test_the_same_answer_is_a_clash(self, app: Flask, draft: Entry, write):
        told = race(app, write(goal="Первая."), write(goal="Вторая."), says=lambda done: f"{len(done.clashes)} clashes")
        db.session.expire_all()
        assert (told, draft.answers["goal"]) == ("1 clashes", "Первая.")

    @pytest.mark.parametrize("engine_name", ["postgresql"])  # on SQLite a writer is alone whatever we do
    def test_without_the_lock_the_first_would_be_lost(
        self, app: Flask, draft: Entry, write, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(entries, "hold_entry", lambda entry: None)
        first, second = write(goal="Новая цель."), write(problem="Другая проблема.")
        assert race(app, first, second) == "done"
        db.session.expire_all()
        assert draft.answers["goal"] != "Новая цель."
