"""Settings: typed, named when wrong, and judged before anybody is served."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from orientir.config import DEVELOPMENT_SECRET, Config, load_config, settings_file
from orientir.errors import ConfigError

SECRET = "s" * 32
SAFE = {
    "ORIENTIR_ENV": "production",
    "ORIENTIR_SECRET_KEY": SECRET,
    "ORIENTIR_BASE_URL": "https://orientir.example.org",
}


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    """An environment whose data folder is empty."""
    return {"ORIENTIR_DATA_DIR": str(tmp_path)}


def write_file(environ: dict[str, str], text: str) -> None:
    settings_file(environ).write_text(text, encoding="utf-8")


def checked(environ: dict[str, str]) -> Config:
    config = load_config(environ)
    config.check()
    return config


RIGHT = {
    "env": ("testing", "testing"),
    "debug": ("yes", True),
    "secret_key": ("ends with a slash/", "ends with a slash/"),
    "data_dir": ("elsewhere", Path("elsewhere")),
    "database_url": ("postgresql+psycopg://orientir@localhost/orientir", "postgresql+psycopg://orientir@localhost/orientir"),
    "base_url": ("https://orientir.example.org/", "https://orientir.example.org"),
    "plugins": (" plans , trials,plans,", ("plans", "trials")),
    "idle_minutes": ("30", 30),
    "respondent_idle_minutes": (" 5 ", 5),
    "login_attempts": ("3 per minute", "3 per minute"),
    "code_attempts": ("50/hour", "50/hour"),
    "limits_storage": ("memory://", "memory://"),
    "max_request_kilobytes": ("512", 512),
    "trusted_proxies": ("1", 1),
    "log_format": ("json", "json"),
    "smtp_url": ("smtp://mail.example.org", "smtp://mail.example.org"),
    "mail_from": (" no-reply@example.org ", "no-reply@example.org"),
    "metrics_token": ("x" * 20, "x" * 20),
}  # fmt: skip


def test_every_setting_is_tried_here():
    assert set(RIGHT) == {field.name for field in fields(Config)}


@pytest.mark.parametrize("name", RIGHT)
def test_a_variable_becomes_a_typed_value(name: str):
    given, expected = RIGHT[name]
    config = load_config({"ORIENTIR_MAIL_FROM": "no-reply@example.org", f"ORIENTIR_{name.upper()}": given})
    config.check()
    assert getattr(config, name) == expected


WRONG = [
    ("env", "prod"),
    ("log_format", "xml"),
    ("debug", "perhaps"),
    ("data_dir", ""),
    ("database_url", "nonsense"),
    ("database_url", "mysql://localhost/orientir"),
    ("database_url", "postgresql+psycopg://localhost:port/orientir"),
    ("base_url", "orientir.example.org"),
    ("base_url", "https://"),
    ("base_url", "https://orientir.example.org/survey"),
    ("base_url", "javascript:alert(1)"),
    ("idle_minutes", "an hour"),
    ("idle_minutes", "1.5"),
    ("idle_minutes", ""),
    ("idle_minutes", "0"),
    ("respondent_idle_minutes", "-5"),
    ("login_attempts", "lots"),
    ("code_attempts", ""),
    ("max_request_kilobytes", "0"),
    ("trusted_proxies", "-1"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_with_the_name_of_the_setting(name: str, value: str):
    with pytest.raises(ConfigError, match=f"ORIENTIR_{name.upper()}"):
        checked({f"ORIENTIR_{name.upper()}": value})


def test_the_refusal_of_a_database_does_not_tell_its_password():
    with pytest.raises(ConfigError) as refused:
        checked({"ORIENTIR_DATABASE_URL": "mysql://orientir:t0psecret@localhost/orientir"})
    assert "t0psecret" not in str(refused.value)


def test_defaults_are_a_development_set_up_in_one_folder(folder: dict[str, str], tmp_path: Path):
    config = checked(folder)
    assert not config.is_production
    assert config.secret_key == DEVELOPMENT_SECRET
    assert config.database == f"sqlite:///{tmp_path / 'orientir.sqlite3'}"


class TestFile:
    def test_it_is_read_from_the_data_folder(self, folder: dict[str, str]):
        write_file(folder, 'plugins = ["plans"]\nidle_minutes = 20\ndebug = true\n')
        config = checked(folder)
        assert (config.plugins, config.idle_minutes, config.debug) == (("plans",), 20, True)

    def test_a_variable_is_stronger(self, folder: dict[str, str]):
        write_file(folder, "idle_minutes = 20\n")
        assert checked({**folder, "ORIENTIR_IDLE_MINUTES": "30"}).idle_minutes == 30

    def test_it_may_lie_elsewhere(self, tmp_path: Path):
        named = tmp_path / "named.toml"
        named.write_text("idle_minutes = 20\n")
        assert checked({"ORIENTIR_CONFIG": str(named)}).idle_minutes == 20

    def test_a_named_file_must_be_there(self, tmp_path: Path):
        with pytest.raises(ConfigError, match="ORIENTIR_CONFIG"):
            load_config({"ORIENTIR_CONFIG": str(tmp_path / "missing.toml")})

    @pytest.mark.parametrize("text", ["idle_minutes = ", "idle_minutes: 20", "["])
    def test_what_is_no_toml_is_named(self, folder: dict[str, str], text: str):
        write_file(folder, text)
        with pytest.raises(ConfigError, match=r"orientir\.toml: это не TOML"):
            load_config(folder)

    def test_bytes_that_are_no_text_are_refused(self, folder: dict[str, str]):
        settings_file(folder).write_bytes(b'secret_key = "\xff"')
        with pytest.raises(ConfigError, match=r"orientir\.toml"):
            load_config(folder)

    def test_an_unknown_setting_is_named(self, folder: dict[str, str]):
        write_file(folder, 'secret = "s"\n')
        with pytest.raises(ConfigError, match=r"orientir\.toml.*secret"):
            load_config(folder)

    @pytest.mark.parametrize(
        "line",
        ['idle_minutes = "soon"', "idle_minutes = 1.5", "idle_minutes = true", "secret_key = 12", "plugins = [1]"],
    )
    def test_a_value_of_another_type_is_refused(self, folder: dict[str, str], line: str):
        write_file(folder, line)
        with pytest.raises(ConfigError, match=line.split(" ", 1)[0].upper()):
            load_config(folder)


class TestProduction:
    def test_a_safe_set_up_is_accepted(self):
        assert checked(SAFE).is_production

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ORIENTIR_SECRET_KEY", DEVELOPMENT_SECRET),
            ("ORIENTIR_SECRET_KEY", "s" * 31),
            ("ORIENTIR_SECRET_KEY", ""),
            ("ORIENTIR_DEBUG", "1"),
            ("ORIENTIR_BASE_URL", "http://orientir.example.org"),
        ],
    )
    def test_what_is_unsafe_is_refused_by_name(self, name: str, value: str):
        with pytest.raises(ConfigError, match=name):
            checked({**SAFE, name: value})

    def test_without_a_secret_of_its_own_it_says_how_to_get_one(self):
        environ = {name: value for name, value in SAFE.items() if name != "ORIENTIR_SECRET_KEY"}
        with pytest.raises(ConfigError, match="orientir init"):
            checked(environ)


def test_secrets_stay_out_of_logs():
    config = Config(secret_key=SECRET, database_url="postgresql+psycopg://orientir:t0psecret@localhost/orientir")
    assert SECRET not in repr(config)
    assert "t0psecret" not in repr(config)
