"""The command `orientir`: what it does, and how it says no: one line, exit status 2, nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from orientir_testkit.databases import Databases
from sqlalchemy import create_engine, inspect, text

from orientir import cli, demo
from orientir.config import DEVELOPMENT_SECRET, load_config
from orientir.contracts import Manifest
from orientir.db import db

Run = Callable[..., Result]
EMAIL = "anna@example.org"
LONG = "очень длинный пароль"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment of our own: an empty data folder, nothing else set."""
    for name in [name for name in os.environ if name.startswith("ORIENTIR_") and name != "ORIENTIR_REQUIRE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ORIENTIR_DATA_DIR", str(tmp_path / "var"))
    return monkeypatch


@pytest.fixture
def run(environ: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run the command in this process and let go of its databases afterwards."""
    made: list[Flask] = []
    real = cli.application

    def application() -> Flask:
        made.append(real())
        return made[-1]

    environ.setattr(cli, "application", application)
    yield lambda *words: CliRunner().invoke(cli.main, words)
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def url(environ: pytest.MonkeyPatch, database_url: str) -> str:
    """A migrated database, and the command looks at it."""
    environ.setenv("ORIENTIR_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def empty_url(environ: pytest.MonkeyPatch, databases: Databases) -> Iterator[str]:
    made = databases.empty()
    environ.setenv("ORIENTIR_DATABASE_URL", made)
    yield made
    databases.drop(made)


def ask(url: str, question: str) -> list[tuple]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(question))]
    engine.dispose()
    return rows


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def assert_refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Ошибка: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.output


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


class TestTables:
    def test_upgrade_twice_is_upgrade_once(self, run: Run, empty_url: str):
        assert run("db", "upgrade").exit_code == 0
        made = tables(empty_url)
        assert {"account", "plans_wave", "alembic_version", "alembic_version_plans"} <= made
        assert run("db", "upgrade").exit_code == 0
        assert tables(empty_url) == made

    def test_downgrade_takes_one_lineage_back(self, run: Run, empty_url: str):
        run("db", "upgrade")
        result = run("db", "downgrade", "plans")
        assert result.exit_code == 0, result.output
        assert "plans" in result.output
        assert not any(name.startswith("plans_") for name in tables(empty_url))
        assert "account" in tables(empty_url)

    @pytest.mark.parametrize("words", [["downgrade", "nonsense"], ["revise", "nonsense", "note"]])
    def test_a_lineage_that_is_not_there_is_refused_with_those_there_are(self, run: Run, url: str, words: list[str]):
        assert_refused(run("db", *words), "nonsense", "platform", "plans")

    def test_a_version_that_is_not_there_is_refused(self, run: Run, url: str):
        assert_refused(run("db", "downgrade", "plans", "--to", "nonsense"), "nonsense")
        assert "plans_wave" in tables(url)


class TestPlugins:
    def test_they_are_listed_with_what_became_of_them(self, run: Run, url: str, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_PLUGINS", "nowhere,plans")
        said = run("plugins").output.splitlines()
        assert said == [
            "plans: включён, Профессиональные планы выпускников",
            "nowhere: не запущен: Плагин nowhere включён, но не установлен пакет, который его предоставляет.",
        ]

    def test_one_that_is_off_is_listed_too(self, run: Run, url: str, environ: pytest.MonkeyPatch):
        environ.setenv("ORIENTIR_PLUGINS", "")
        assert "plans: установлен, выключен (ORIENTIR_PLUGINS)" in run("plugins").output.splitlines()

    def test_their_commands_stand_beside_ours(self, run: Run, url: str, environ: pytest.MonkeyPatch):
        @click.command()
        @click.pass_obj
        def greet(application: Callable[[], Flask]) -> None:
            click.echo(f"hello from {len(application().blueprints)} blueprints")

        real = cli.application

        def application() -> Flask:
            app = real()
            app.extensions["orientir.plugins"].manifests["fair"] = Manifest(
                "fair", "", package="fair", commands=(greet,)
            )
            return app

        environ.setattr(cli, "application", application)
        assert "greet" in run("--help").output
        assert run("greet").output.startswith("hello from ")


class TestServing:
    """`serve` itself is not started here: it would not return."""

    @pytest.fixture
    def served(self, environ: pytest.MonkeyPatch) -> list[dict]:
        calls: list[dict] = []
        environ.setattr(cli, "run_server", lambda app, **options: (calls.append(options), options["announce"]()))
        return calls

    def production(self, environ: pytest.MonkeyPatch) -> None:
        environ.setenv("ORIENTIR_ENV", "production")
        environ.setenv("ORIENTIR_SECRET_KEY", "s" * 40)
        environ.setenv("ORIENTIR_BASE_URL", "https://orientir.example.org")

    def test_it_says_where_it_listens(self, run: Run, url: str, served: list[dict]):
        result = run("serve", "--port", "8123")
        assert result.exit_code == 0, result.output
        assert "http://127.0.0.1:8123" in result.output
        assert (served[0]["host"], served[0]["port"]) == ("127.0.0.1", 8123)

    def test_in_production_it_serves_a_real_region(self, run: Run, url: str, served: list[dict], environ):
        self.production(environ)
        assert run("init").exit_code == 0
        assert run("serve").exit_code == 0
        assert len(served) == 1

    def test_in_production_it_refuses_a_demo_and_says_what_to_do(self, run: Run, url: str, served: list[dict], environ):
        self.production(environ)
        assert run("init").exit_code == 0
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE region SET is_demo = true"))
        engine.dispose()
        assert_refused(run("serve"), "ORIENTIR_DATABASE_URL", "orientir init")
        assert served == []

    def test_in_production_nobody_makes_a_demo(self, run: Run, empty_url: str, environ, tmp_path: Path):
        self.production(environ)
        assert_refused(run("demo"), "пароли")
        assert tables(empty_url) == set()
        assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "orientir init"),
        ({"ORIENTIR_SECRET_KEY": "s" * 40, "ORIENTIR_BASE_URL": "http://orientir.example.org"}, "ORIENTIR_BASE_URL"),
    ],
)
def test_the_real_command_refuses_an_unsafe_start(environ: pytest.MonkeyPatch, variables: dict[str, str], told: str):
    """Once in a process of its own, as a service would start it."""
    command = [sys.executable, "-c", "from orientir.cli import main; main()", "serve"]
    own = {**os.environ, "ORIENTIR_ENV": "production", **variables}
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Ошибка: ")
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert done.stdout == ""


class TestDemo:
    @pytest.fixture(autouse=True)
    def cheap(self, cheap_passwords: None) -> None:
        """Seven passwords are hashed once."""

    def codes(self, result: Result) -> str:
        return result.output.splitlines()[-1]

    def test_it_prints_logins_and_codes(self, run: Run, empty_url: str):
        result = run("demo")
        assert result.exit_code == 0, result.output
        assert demo.PASSWORD in result.output
        assert "operator@demo.example" in result.output
        assert self.codes(result).count("-") >= 2
        assert run("coverage", "verify").exit_code == 0

        assert_refused(run("demo"), "уже есть регион")
        repeated = run("demo", "--if-missing")
        assert (repeated.exit_code, repeated.output) == (0, "")

    def test_the_same_seed_and_secret_make_the_same_codes(self, run: Run, environ, tmp_path: Path):
        environ.setenv("ORIENTIR_SECRET_KEY", "s" * 40)
        said = []
        for name in ("one", "two"):
            environ.setenv("ORIENTIR_DATA_DIR", str(tmp_path / name))
            said.append(self.codes(run("demo", "--seed", "7")))
        assert said[0] == said[1]

    def test_it_is_never_mixed_into_real_data(self, run: Run, url: str):
        run("init")
        assert_refused(run("demo"), "уже есть регион")
        assert ask(url, "SELECT count(*) FROM account") == [(0,)]
        assert run("demo", "--if-missing").exit_code == 0
        assert ask(url, "SELECT count(*) FROM account") == [(0,)]
