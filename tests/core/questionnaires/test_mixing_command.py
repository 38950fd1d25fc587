"""`orientir answers mix`."""

from __future__ import annotations

import pytest
from orientir_testkit.commands import assert_refused
from sqlalchemy import create_engine, text

from orientir.questionnaires import mixing

WORD = "INSERT INTO free_word VALUES ('00', 'trials', 1, 'F7', 'Совет', 'waiting')"


def test_it_says_what_it_mixed_and_when_nothing_is_to_do(run, url: str, engine_name: str):
    if engine_name == "postgresql":
        assert run("answers", "mix").output == "Перемешивать нечего: всё лежит как надо.\n"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(WORD))
    engine.dispose()
    result = run("answers", "mix")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Перемешаны таблицы: free_word")


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_table_that_is_held_is_named_and_the_status_is_1(run, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mixing, "WAIT", 50)
    engine = create_engine(url)
    with engine.connect() as other:
        other.execute(text(WORD))
        other.commit()
        other.execute(text("LOCK TABLE free_word IN SHARE MODE"))
        result = run("answers", "mix")
    engine.dispose()
    assert result.exit_code == 1
    assert result.stderr == "Заняты, повторите позже: free_word.\n"


@pytest.mark.parametrize("engine_name", ["postgresql"])  # SQLite writes a file anew whatever is in it
def test_without_tables_it_says_how_to_get_them(run, empty_url: str):
    assert_refused(run("answers", "mix"), "orientir db upgrade")
