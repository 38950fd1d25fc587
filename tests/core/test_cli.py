"""The command `orientir`: what it does, and how it says no: one line, exit status 2, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from orientir_testkit.commands import ask, assert_refused

from orientir.config import DEVELOPMENT_SECRET, load_config

Run = Callable[..., Result]
EMAIL = "anna@example.org"
LONG = "очень длинный пароль"


class TestMistakes:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--nonsense"], "orientir --help"),
            (["nonsense"], "orientir --help"),
            (["user", "add"], "user add --help"),
            (["user", "grant", EMAIL, "headmaster"], "headmaster"),
            (["serve", "--port", "70000"], "70000"),
            (["demo", "--seed", "many"], "many"),
        ],
    )
    def test_a_wrong_word_is_answered_with_the_help_to_look_at(self, run: Run, words: list[str], told: str):
        assert_refused(run(*words), told)

    def test_without_a_word_it_explains_itself(self, run: Run):
        result = run()
        assert result.exit_code == 2
        assert "serve" in result.output

    def test_help_is_there_when_nothing_else_is(self, run: Run, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_ENV", "nonsense")
        result = run("--help")
        assert result.exit_code == 0
        assert "serve" in result.output

    def test_a_wrong_setting_is_named(self, run: Run, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_IDLE_MINUTES", "soon")
        assert_refused(run("plugins"), "ORIENTIR_IDLE_MINUTES", "soon")

    def test_a_wrong_level_of_the_log_is_named(self, run: Run, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_LOG", "loud")
        assert_refused(run("plugins"), "ORIENTIR_LOG")

    @pytest.mark.parametrize("command", [["user", "password", EMAIL], ["coverage", "verify"], ["serve"]])
    def test_a_database_without_tables_is_told_how_to_get_them(self, run: Run, empty_url: str, command: list[str]):
        assert_refused(run(*command), "orientir db upgrade")

    def test_a_database_that_cannot_be_opened_is_named(self, run: Run, environ: pytest.MonkeyPatch, tmp_path: Path):
        environ.setenv("ORIENTIR_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder/file")
        assert_refused(run("db", "upgrade"), "ORIENTIR_DATABASE_URL")

    def test_a_folder_that_cannot_be_made_is_named(self, run: Run, environ: pytest.MonkeyPatch, tmp_path: Path):
        (tmp_path / "file").touch()
        environ.setenv("ORIENTIR_DATA_DIR", str(tmp_path / "file" / "var"))
        assert_refused(run("init"), "file")


class TestInit:
    def test_it_makes_settings_tables_and_the_region(self, run: Run, empty_url: str, tmp_path: Path):
        result = run("init", "--operator", "Центр")
        assert result.exit_code == 0, result.output
        assert ask(empty_url, "SELECT operator_name, is_demo FROM region") in ([("Центр", False)], [("Центр", 0)])
        assert ask(empty_url, "SELECT count(*) FROM municipality") == [(42,)]
        settings = tmp_path / "var" / "orientir.toml"
        assert settings.stat().st_mode & 0o777 == 0o600
        assert load_config().secret_key != DEVELOPMENT_SECRET

    def test_twice_changes_nothing(self, run: Run, empty_url: str):
        run("init")
        secret = load_config().secret_key
        assert run("init").exit_code == 0
        assert load_config().secret_key == secret
        assert ask(empty_url, "SELECT count(*) FROM municipality") == [(42,)]

    def test_settings_that_lack_a_secret_get_one_and_keep_the_rest(self, run: Run, url: str, tmp_path: Path):
        settings = tmp_path / "var" / "orientir.toml"
        settings.parent.mkdir()
        settings.write_text("idle_minutes = 20")
        assert run("init").exit_code == 0
        config = load_config()
        assert config.idle_minutes == 20
        assert len(config.secret_key) > 60

    def test_settings_elsewhere_are_the_ones_it_completes(
        self, run: Run, url: str, tmp_path: Path, environ: pytest.MonkeyPatch
    ):
        named = tmp_path / "named.toml"
        named.touch()
        environ.setenv("ORIENTIR_CONFIG", str(named))
        assert run("init").exit_code == 0
        assert "secret_key" in named.read_text()

    def test_in_production_the_secret_comes_first(self, run: Run, url: str, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_ENV", "production")
        environ.setenv("ORIENTIR_BASE_URL", "https://orientir.example.org")
        result = run("init")
        assert result.exit_code == 0, result.output
        load_config().check()

    def test_a_region_that_does_not_ship_is_refused(self, run: Run, url: str):
        assert_refused(run("init", "--region", "99"), "99")
        assert ask(url, "SELECT count(*) FROM region") == [(0,)]


class TestUsers:
    @pytest.fixture(autouse=True)
    def region(self, run: Run, url: str) -> None:
        assert run("init").exit_code == 0

    def test_add_prints_a_password_when_none_was_given(self, run: Run, url: str):
        result = run("user", "add", EMAIL, "--name", "Анна Ивановна")
        assert result.exit_code == 0, result.output
        assert "Пароль: " in result.output
        assert ask(url, "SELECT email, name FROM account") == [(EMAIL, "Анна Ивановна")]

    def test_a_given_password_is_not_printed(self, run: Run):
        result = run("user", "add", EMAIL, "--name", "Анна", "--password", LONG)
        assert result.exit_code == 0
        assert LONG not in result.output

    @pytest.mark.parametrize(
        "words", [["anna", "--name", "Анна"], [EMAIL, "--name", " "], [EMAIL, "--name", "Анна", "--password", "short"]]
    )
    def test_what_is_wrong_adds_nobody(self, run: Run, url: str, words: list[str]):
        assert_refused(run("user", "add", *words))
        assert ask(url, "SELECT count(*) FROM account") == [(0,)]
        assert ask(url, "SELECT count(*) FROM audit_entry WHERE action LIKE 'account%'") == [(0,)]

    def test_the_same_address_twice_is_refused(self, run: Run):
        run("user", "add", EMAIL, "--name", "Анна")
        assert_refused(run("user", "add", EMAIL.upper(), "--name", "Анна"), EMAIL)

    def test_password_sets_a_new_one(self, run: Run, url: str):
        run("user", "add", EMAIL, "--name", "Анна")
        before = ask(url, "SELECT password_hash, session_stamp FROM account")
        result = run("user", "password", EMAIL, "--password", LONG)
        assert (result.exit_code, result.output) == (0, "Пароль изменён.\n")
        after = ask(url, "SELECT password_hash, session_stamp FROM account")
        assert all(old != new for old, new in zip(before[0], after[0], strict=True))
        assert_refused(run("user", "password", "nobody@example.org"), "nobody@example.org")
        assert_refused(run("user", "password", EMAIL, "--password", "short"), "не короче")

    def test_grant_gives_a_role_in_the_branch_that_was_named(self, run: Run, url: str):
        run("user", "add", EMAIL, "--name", "Анна")
        assert run("user", "grant", EMAIL, "operator").exit_code == 0
        assert run("user", "grant", EMAIL, "operator").exit_code == 0
        assert run("user", "grant", EMAIL, "coordinator", "--municipality", "БРАТСК").exit_code == 0
        held = "SELECT role, municipality_id IS NULL FROM account_grant ORDER BY role"
        assert [(role, bool(everywhere)) for role, everywhere in ask(url, held)] == [
            ("coordinator", False), ("operator", True)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["nobody@example.org", "operator"], "nobody@example.org"),
            ([EMAIL, "coordinator", "--municipality", "Атлантида"], "Атлантида"),
            ([EMAIL, "teacher", "--organisation", "987"], "987"),
            ([EMAIL, "teacher", "--organisation", "9" * 30], "9" * 30),
            ([EMAIL, "teacher", "--organisation", "1", "--municipality", "Братск"], "одно из двух"),
        ],
    )
    def test_a_branch_or_account_that_is_not_there_is_named(self, run: Run, url: str, words: list[str], told: str):
        run("user", "add", EMAIL, "--name", "Анна")
        assert_refused(run("user", "grant", *words), told)
        assert ask(url, "SELECT count(*) FROM account_grant") == [(0,)]


def test_a_role_needs_a_region(run: Run, url: str):
    run("user", "add", EMAIL, "--name", "Анна")
    assert_refused(run("user", "grant", EMAIL, "operator"), "orientir init")
