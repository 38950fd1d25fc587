"""The command `orientir` and the platform as a whole: tables, plugins, serving, the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask
from orientir_testkit.commands import ask, assert_refused, tables
from sqlalchemy import create_engine, text

from orientir import cli, demo
from orientir.contracts import Manifest

Run = Callable[..., Result]
EMAIL = "anna@example.org"
LONG = "очень длинный пароль"


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
            "calendar: установлен, выключен (ORIENTIR_PLUGINS)",
            "practices: установлен, выключен (ORIENTIR_PLUGINS)",
            "trials: установлен, выключен (ORIENTIR_PLUGINS)",
        ]

    def test_they_are_listed_while_the_database_is_away(self, run: Run, environ: pytest.MonkeyPatch, tmp_path: Path):
        environ.setenv("ORIENTIR_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder/file")
        assert run("plugins").exit_code == 0

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
