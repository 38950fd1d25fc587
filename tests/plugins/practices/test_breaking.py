"""Every form of the contest filled in by somebody who means no good; a juror who tries what is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_user
from orientir_testkit.contests import WORDS, make_contest, make_defence, make_entry, make_expert, make_sheet
from orientir_testkit.files import PDF
from sqlalchemy import update

from orientir import clock
from orientir.accounts.models import User
from orientir.db import db
from orientir.files.reading import read_upload
from orientir_practices import entry_files, jury
from orientir_practices.jury_models import Finalist, Juror, Sheet, SheetState
from orientir_practices.models import Appeal, Contest, Entry, EntryState, Practice, Stage
from orientir_practices.rights import CHAIR, JUROR, SECRETARY

AsUser = Callable[[User], FlaskClient]
STRANGE = ("\x00²", "9" * 30, "%s {{7*7}} <script>alert(1)</script> '; DROP TABLE x; -- \u202e" + "Ж" * 5000)
FIELDS = (
    "title", "about", "year", "intake_from", "intake_until", "check_until", "expertise_until", "results_on",
    "jurors_each", "per_organisation", "pass_mark", "spread_limit", "aggregation", "ties", "is_blind", "hint",
    "asks_access", "emails", "role", "organisation_id", "nomination_id", "for_ovz", "kind", "words", "remark",
    "until", "reason", "juror_id", "q", "target", "turn", "summary", "read", "despite", "once", "annotation",
    "problem", "goal", "steps", "people", "ovz", "disabled", "access", "partners", "results", "needs", "links",
    "file", "weight", "mark", "best", "has_own", "title_1", "weight_1", "anchor_1_0",
)  # fmt: skip
# Where the contest, the entry and the sheet stand when a page of a blueprint has most to do.
STAGES: Mapping[str, tuple[Stage, EntryState, SheetState]] = {
    "practices_entries": (Stage.INTAKE, EntryState.DRAFT, SheetState.OPEN),
    "practices_files": (Stage.INTAKE, EntryState.DRAFT, SheetState.OPEN),
    "practices_contests": (Stage.DRAFT, EntryState.DRAFT, SheetState.OPEN),
    "practices_desk": (Stage.CHECK, EntryState.SUBMITTED, SheetState.OPEN),
    "practices_jury": (Stage.EXPERTISE, EntryState.ACCEPTED, SheetState.OPEN),
    "practices_results": (Stage.PROTOCOL, EntryState.ACCEPTED, SheetState.OPEN),
    "practices_rounds": (Stage.SHORTLIST, EntryState.ACCEPTED, SheetState.OPEN),
    "practices_papers": (Stage.PUBLISHED, EntryState.ACCEPTED, SheetState.OPEN),
    "practices": (Stage.PUBLISHED, EntryState.ACCEPTED, SheetState.OPEN),
}


class World:
    """A contest with one of each, and a person for each role; `settle` puts it back before every form."""

    def __init__(self, app: Flask, cast: Cast, as_user: AsUser) -> None:
        contest = make_contest(cast.region, jurors_each=1, is_blind=True)
        make_defence(contest)
        entry = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
        file = entry_files.attach(entry, read_upload(PDF, "план.pdf"), actor=None)
        contest.last_number += 1
        entry.number, entry.submitted_at = contest.last_number, clock.now()
        juror = make_expert(contest)
        sheet = make_sheet(entry, juror)
        db.session.add_all([Practice(entry=entry, published_at=clock.now()), Appeal(entry=entry, words="Срок")])
        db.session.add(Finalist(entry=entry, is_in=True))
        people = (
            cast.operator,
            cast.teacher,
            juror.user,
            *(make_user(one, contest.scope) for one in (SECRETARY, CHAIR)),
        )
        db.session.commit()
        self.app, self.ids = app, (contest.id, entry.id, sheet.id)
        self.criteria = [one.key for one in contest.criteria]
        self.values = {
            "contest_id": contest.id, "entry_id": entry.id, "sheet_id": sheet.id, "section": "steps",
            "nomination_id": contest.nominations[0].id, "file_id": file.id, "juror_id": juror.id,
        }  # fmt: skip
        self.clients = [as_user(one) for one in people]

    def settle(self, blueprint: str) -> None:
        stage, entry_state, sheet_state = STAGES[blueprint]
        db.session.rollback()
        for model, number, values in (
            (Contest, self.ids[0], {"stage": stage}),
            (Entry, self.ids[1], {"state": entry_state, "was_returned": False}),
            (Sheet, self.ids[2], {"state": sheet_state, "total": None}),
        ):
            db.session.execute(update(model).where(model.id == number).values(**values))
        db.session.commit()

    def forms(self) -> Iterator[tuple[str, str]]:
        """Yield every address of the contest that takes a form, with its endpoint."""
        with self.app.test_request_context():
            for rule in self.app.url_map.iter_rules():
                if rule.endpoint.startswith("practices") and "POST" in (rule.methods or ()):
                    said = {name: self.values[name] for name in rule.arguments}
                    yield rule.endpoint, self.app.url_for(rule.endpoint, **said)

    def fill_in(self, client: FlaskClient, endpoint: str, path: str) -> Iterator[tuple[str, int]]:
        """Yield what became of each strange word; a person whose form it is not is asked once."""
        turns = ("save", "send") if endpoint in ("practices_entries.part", "practices_jury.sheet") else ("send",)
        for turn in turns:
            for word in STRANGE:
                self.settle(endpoint.partition(".")[0])
                status = client.post(path, data=self.typed(word, turn)).status_code
                yield word, status
                if status in (403, 404):
                    return

    def typed(self, word: str, turn: str) -> dict[str, str]:
        numbered = [f"{name}_{self.ids[1]}" for name in ("place", "reason", "order", "in")]
        by_key = [f"{name}{key}" for key in self.criteria for name in ("", "score_", "comment_")]
        return {**dict.fromkeys([*FIELDS, *numbered, *by_key], word), "turn": turn}


@pytest.fixture
def world(app: Flask, cast: Cast, as_user: AsUser) -> World:
    return World(app, cast, as_user)


def test_no_form_of_the_contest_is_broken_by_what_is_typed(world: World):
    """Each form by the first person it is for; what scripts save by themselves is typed as a script would."""
    broken, reached = [], set()
    for endpoint, path in list(world.forms()):
        for client in world.clients:
            answers = list(world.fill_in(client, endpoint, path))
            broken += [(endpoint, word[:20], status) for word, status in answers if status >= 500]
            if len(answers) > 1:
                reached.add(endpoint)
                break
    assert broken == []
    assert len(reached) > 30


@pytest.mark.parametrize("body", [b"title=%ff%fe&words=%00", b"&&&=", b"kind=rules&kind=%00&kind[]=x"])
def test_no_form_is_broken_by_bytes(world: World, body: bytes):
    for endpoint, path in list(world.forms()):
        for client in world.clients[:3]:
            world.settle(endpoint.partition(".")[0])
            answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, endpoint


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 30])
def test_no_number_in_an_address_breaks_a_page(world: World, number: str):
    operator = world.clients[0]
    for path in (
        f"contests/{number}", f"contests/{number}/desk", f"entries/{number}", f"sheets/{number}", f"bank/{number}",
        f"contests/{world.ids[0]}/entries/{number}", f"contests/{world.ids[0]}/sheets/{number}",
        f"contests/{world.ids[0]}/desk?page={number}&nomination={number}",
    ):  # fmt: skip
        assert operator.get(f"/practices/{path}").status_code in (200, 403, 404), path


class TestJuror:
    @pytest.fixture
    def juror(self, judged: Contest) -> Juror:
        return make_expert(judged)

    def test_a_second_too_late_the_page_says_so_and_nothing_changes(
        self, judged: Contest, juror: Juror, cast: Cast, as_user: AsUser
    ):
        sheet = make_sheet(make_entry(judged, cast.school), juror)
        judged.intake_from, judged.intake_until = clock.now() - timedelta(days=9), clock.now() - timedelta(days=5)
        judged.expertise_until = clock.now()
        db.session.commit()
        data = {f"score_{one.key}": "4" for one in judged.criteria}
        expert = as_user(juror.user)
        saved = expert.post(f"/practices/sheets/{sheet.id}", data={**data, "turn": "save"})
        assert (saved.status_code, "Срок" in saved.get_json()["words"]) == (409, True)
        assert expert.post(f"/practices/sheets/{sheet.id}", data={**data, "turn": "send"}).status_code == 303
        assert expert.post(f"/practices/sheets/{sheet.id}/decline", data={"words": WORDS}).status_code == 303
        db.session.expire_all()
        assert (sheet.state, sheet.scores) == (SheetState.OPEN, {})

    def test_who_moves_to_the_school_of_an_entry_reads_it_no_more(
        self, judged: Contest, juror: Juror, cast: Cast, as_user: AsUser
    ):
        sheet = make_sheet(make_entry(judged, cast.school), juror)
        db.session.commit()
        expert = as_user(juror.user)
        assert expert.get(f"/practices/sheets/{sheet.id}").status_code == 200
        here = f"/practices/contests/{judged.id}/jury/workplace"
        assert expert.post(here, data={"q": "Школа", "organisation_id": str(cast.school.id)}).status_code == 303
        assert expert.get(f"/practices/sheets/{sheet.id}").status_code == 404
        assert expert.post(f"/practices/sheets/{sheet.id}", data={"turn": "send"}).status_code in (303, 404)
        db.session.expire_all()
        assert sheet.state == SheetState.WITHDRAWN

    def test_a_role_without_a_word_on_the_own_work_opens_nothing(self, judged: Contest, cast: Cast, as_user: AsUser):
        silent = make_user(JUROR, judged.scope, "Молчун")
        db.session.commit()
        assert as_user(silent).get(f"/practices/contests/{judged.id}/jury").location.endswith("/workplace")
        assert jury.juror_of(judged, silent.id) is None
