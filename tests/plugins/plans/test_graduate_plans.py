"""The shipped questionnaire «Профессиональные планы выпускника»: complete, walkable, never too long."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from orientir.questionnaires import (
    Document,
    Facts,
    Question,
    Section,
    Suggestion,
    clean_answers,
    first_gap,
    merge_answers,
    next_section,
    parse_document,
    parse_section,
    section_at,
    visible_sections,
)
from orientir.questionnaires.document import Kind

SOURCE: dict[str, Any] = json.loads(
    files("orientir_plans").joinpath("questionnaires/graduate_plans.json").read_text("utf-8")
)
DOCUMENT = parse_document(SOURCE)
COLLEGES = (Suggestion("1", "Ангарский техникум"), Suggestion("2", "Братский колледж"))
Pairs = list[tuple[str, str]]

CODES = {
    "GR": "9 11",
    "P1_9": "own10 other10 col_home col_reg col_out work work_study courses other dk",
    "P1_11": "uni_reg uni_out uni_abroad col_reg col_out mil work work_study gap own other dk",
    "P2": "yes part no",
    "P3": "sure rather several field no",
    "P5": "agro mining metal chem energy machines build transport it medicine education law army economy trade tourism "
    "art sport ecology crafts",
    "P6": "one few no",
    "P8_9": "physics chemistry biology geography history social literature informatics english german french spanish "
    "chinese native gve two none",
    "P8_11": "math_base math_prof physics chemistry biology geography history social literature informatics english "
    "german french spanish chinese native gve none",
    "P9": "yes part no unknown nr",
    "P10": "no yes",
    "P10a": "eng med ped agro it cadet business science humanities socio other",
    "P11": "interest ability pay demand stable growth useful prestige near family easy free health dk",
    "P12": "self mother_father relatives friends teacher psych pro blogger nobody",
    "P13": "lessons school_ev open_day trial excursion bvb sites social family job_sites calendar none",
    "P15": "trial excursion meet open_day online diag contest camp practice none",
    "P16": "trial excursion meet open_day online diag contest camp practice nothing",
    "P17": "1 2 3_5 6",
    "P18": "try talk_pro consult test info_col info_uni info_jobs exam parents money nothing",
    "P19": "home region other abroad dk",
    "P20": "no_edu no_job pay life climate family new other",
    "P21": "contract interested heard no",
    "P22": "no yes na",
    "P22a": "no_steps lift wheelchair large_print audio sign quiet plain escort breaks remote",
}


def question(code: str) -> Question:
    return next(one for one in DOCUMENT.questions() if one.code == code)


def known(grade: int | None, *switches: str) -> Facts:
    facts = {} if grade is None else {"grade": grade}
    return Facts(known=facts, settings=frozenset(switches), registers={"organisations": lambda: COLLEGES})


def seen(facts: Facts, **answers: Any) -> dict[str, Question]:
    sections = visible_sections(DOCUMENT, facts, answers)
    return {one.code: one for section in sections for one in section.questions}


def offered(facts: Facts, code: str, **answers: Any) -> set[str]:
    return {option.code for option in seen(facts, **answers)[code].options}


@pytest.mark.parametrize(("code", "options"), CODES.items())
def test_codes_are_those_of_the_codebook(code: str, options: str) -> None:
    assert " ".join(option.code for option in question(code).options) == options


def test_questions_are_those_of_the_codebook() -> None:
    typed = {"P4", "P7", "P14", "P23"}

    assert {one.code for one in DOCUMENT.questions()} == CODES.keys() | typed
    assert [row.code for row in question("P14").rows] == ["a", "b", "c", "d", "e"]
    assert {code: question(code).most for code in ("P5", "P7", "P11", "P12", "P13", "P18", "P20")} == {
        "P5": 2, "P7": 3, "P11": 3, "P12": 2, "P13": 3, "P18": 3, "P20": 2,
    }  # fmt: skip
    assert (question("P4").max_length, question("P23").max_length) == (80, 400)


def test_every_question_but_the_grade_may_be_skipped_or_left_blank() -> None:
    for one in DOCUMENT.questions():
        assert one.skip or not one.required or one.code == "GR"


def test_the_grade_is_asked_on_open_links_only() -> None:
    assert "GR" not in seen(known(9))
    assert "GR" in seen(known(None))
    assert "P1_9" in seen(known(None), GR="9")
    assert "P1_11" in seen(known(None), GR="11")


@pytest.mark.parametrize(("grade", "own", "foreign"), [(9, "_9", "_11"), (11, "_11", "_9"), (12, "_11", "_9")])
def test_each_grade_has_its_own_plans_and_exams(grade: int, own: str, foreign: str) -> None:
    asked = seen(known(grade))

    assert {f"P1{own}", f"P8{own}"} <= asked.keys()
    assert not {f"P1{foreign}", f"P8{foreign}"} & asked.keys()


@pytest.mark.parametrize("grade", [9, 11])
def test_a_place_of_study_is_asked_of_those_who_will_enter_one(grade: int) -> None:
    plans = {9: ("own10", "work", "dk", "col_home"), 11: ("gap", "mil", "own", "uni_reg")}[grade]
    asked = [("P6" in seen(known(grade), **{f"P1_{grade}": plan})) for plan in plans]

    assert asked == [False, False, False, True]


def test_what_hangs_on_an_answer_appears_with_it() -> None:
    assert "P4" in seen(known(9), P3="sure")
    assert "P4" not in seen(known(9), P3="several")
    assert "P5" in seen(known(9), P3="field")
    assert "P5" not in seen(known(9), P3="no")
    assert "P7" in seen(known(9), P1_9="col_home", P6="few")
    assert "P7" not in seen(known(9), P1_9="own10", P6="few")
    assert "P9" in seen(known(9), P8_9=["physics"])
    assert "P9" not in seen(known(9), P8_9="skip")
    assert "P9" not in seen(known(11), P8_11=["none"])
    assert "P10a" in seen(known(9), P10="yes")
    assert "P17" in seen(known(9), P15=["trial"])
    assert "P16" not in seen(known(9), P15=["none"])
    assert "P20" in seen(known(9), P19="abroad")
    assert "P22a" in seen(known(9), P22="yes")


def test_what_helped_is_chosen_among_what_was_visited() -> None:
    assert offered(known(9), "P16", P15=["camp", "diag"]) == {"camp", "diag", "nothing"}


def test_exams_depend_on_grade_and_region() -> None:
    assert {"chinese", "native", "two"}.isdisjoint(offered(known(9), "P8_9"))
    assert {"two", "native"} <= offered(known(9, "two_exams", "native_exam"), "P8_9")
    assert "chinese" in offered(known(11), "P8_11")
    assert "native" not in offered(known(11, "native_exam"), "P8_11")


TYPICAL: list[tuple[int, dict[str, Any]]] = [
    (9, {"P1_9": "own10", "P3": "several", "P8_9": ["social"], "P15": ["online"], "P19": "region"}),
    (9, {"P1_9": "col_home", "P3": "field", "P6": "few", "P8_9": ["physics"], "P15": ["meet"], "P19": "home"}),
    (9, {"P1_9": "col_reg", "P3": "no", "P6": "one", "P8_9": ["biology"], "P15": ["trial"], "P19": "home"}),
    (9, {"P1_9": "dk", "P3": "no", "P8_9": ["gve"], "P15": ["diag"], "P19": "dk"}),
    (11, {"P1_11": "uni_out", "P3": "rather", "P6": "no", "P8_11": ["math_prof"], "P15": ["none"], "P19": "other"}),
    (11, {"P1_11": "gap", "P3": "sure", "P8_11": ["math_base"], "P15": ["open_day"], "P19": "region"}),
]


@pytest.mark.parametrize(("grade", "answers"), TYPICAL)
def test_a_typical_path_has_17_to_20_questions(grade: int, answers: dict[str, Any]) -> None:
    assert 17 <= len(seen(known(grade), **answers)) <= 20


@st.composite
def filled(draw: st.DrawFn, section: Section) -> Pairs:
    """Draw what a respondent might post on a page; every page can be passed."""
    pairs: Pairs = []
    for one in section.questions:
        if one.skip and draw(st.booleans()) and draw(st.booleans()):
            pairs.append((one.code, "skip"))
        else:
            pairs += draw(_answer(one))
    return pairs


def _answer(one: Question) -> st.SearchStrategy[Pairs]:
    if one.kind is Kind.SCALE:
        points = st.sampled_from(["1", "3", "5"])
        return points.map(lambda point: [(one.row_field(row), point) for row in one.rows])
    if one.kind in {Kind.LOOKUP, Kind.LONG_TEXT}:
        words = st.sampled_from(["повар", "братский колледж", "Что-то ещё", "100 %"])
        return words.map(lambda word: [(one.code, word)])
    codes = [option.code for option in one.options]
    if one.kind is Kind.MULTIPLE and one.code != "P8_11":
        marks = st.lists(st.sampled_from(codes), min_size=1, max_size=one.most or 4, unique=True)
        return marks.map(lambda chosen: [(one.code, code) for code in chosen])
    return st.sampled_from(codes).map(lambda code: [(one.code, code)])


@settings(deadline=None)
@given(
    data=st.data(),
    grade=st.sampled_from([9, 11, 12, None]),
    switches=st.sets(st.sampled_from(["two_exams", "native_exam"])),
)
def test_every_walk_reaches_the_end(data: st.DataObject, grade: int | None, switches: set[str]) -> None:
    facts = known(grade, *switches)
    answers: dict[str, Any] = {}
    visited: list[str] = []
    section: Section | None = visible_sections(DOCUMENT, facts, answers)[0]
    while section is not None:
        visited.append(section.code)
        parsed = parse_section(section, MultiDict(data.draw(filled(section))), facts)
        assert parsed.errors.keys() <= {"P8_9", "P8_11"}, parsed.errors
        if parsed.errors:  # two exclusive exams at once: the page comes again
            code = next(iter(parsed.errors))
            parsed.answers[code] = "skip"
        answers = merge_answers(answers, section, parsed)
        section = next_section(visible_sections(DOCUMENT, facts, answers), section.code)

    assert len(visited) == len(set(visited))
    assert visited[-1] == "last"
    assert first_gap(DOCUMENT, facts, answers) is None
    assert clean_answers(DOCUMENT, facts, answers) == answers
    assert 15 <= len(seen(facts, **answers)) <= 26


@given(
    answers=st.fixed_dictionaries({}, optional={code: st.sampled_from(codes.split()) for code, codes in CODES.items()})
)
def test_no_answer_hides_the_page_it_stands_on(answers: dict[str, str]) -> None:
    for section in visible_sections(DOCUMENT, known(9), answers):
        left = {name: value for name, value in answers.items() if name not in {one.code for one in section.questions}}
        assert section_at(visible_sections(DOCUMENT, known(9), left), section.code) == section


def test_the_document_is_data_that_a_manifest_can_carry() -> None:
    assert isinstance(DOCUMENT, Document)
    assert json.loads(json.dumps(SOURCE)) == DOCUMENT.source
