"""Whatever is sent to whatever address: an answer in words, never a failure of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from orientir.accounts.models import User
from orientir.web.access import serves_files

hostile = settings(
    deadline=None, max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

BAD = [
    *("", " ", "\0", "a\0b", "{}", "{0.__class__}", "%s", "%(name)s%n", "' OR 1=1 --", "<script>alert(1)</script>"),
    *("../../etc", "\u202eяж", "\ud7ff", "\U0001f600", "нет", "=cmd|' /C calc'!A0", "1 234,5", "-1", "0", "9" * 25),
    *("1e999", "NaN", "2026-13-45", "31.02.2026", "0001-01-01", "9999-12-31", "٣", "on", "x" * 70_000, "\r\nA: b"),
]
GOOD = ["1", "2", "27", "9", "9А", "2025", "2026-05-14", "1.05.2026", "школа", "school", "Школа № 3", "plans.survey"]
NAMES = [
    *("code", "next", "email", "password", "name", "full_name", "address", "kind", "municipality", "municipality_id"),
    *("q", "page", "year", "total", "ovz", "disabled", "on_date", "closed_on", "opens_on", "closes_on", "grades"),
    *("numbers", "count", "more", "reason", "target_percent", "send_id", "turn", "contrast", "size", "v", "again"),
]
HEADERS = [
    *("Referer", "Cookie", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range"),
    *("X-Forwarded-For", "Content-Type", "Origin", "User-Agent", "Content-Length"),
]
STRANGE = ["http://[", "bytes=5-1", "view=....", 'view="\\000"', "orientir=..", "gzip;q=x", "multipart/form-data", "-5"]

values = st.sampled_from(BAD) | st.sampled_from(GOOD) | st.text(max_size=40)
names = st.sampled_from(NAMES) | st.text(max_size=12)
fields = st.dictionaries(names, values | st.lists(values, max_size=3), max_size=6)
# What a server hands over: any byte but the ends of the line.
raw = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
headers = st.dictionaries(st.sampled_from(HEADERS), raw | st.sampled_from(STRANGE), max_size=3)
methods = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO"])


def ask(client: FlaskClient, path: str, **options: Any) -> None:
    """Send the path as it is, byte by byte, and read the answer to its end."""
    path_info = path.encode("utf-8", "surrogatepass").decode("latin-1")
    with client.open("/", environ_overrides={"PATH_INFO": path_info}, **options) as answer:
        answer.get_data()
        assert answer.status_code < 500, (path, options, answer.text)


def addresses(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not serves_files(app, rule.endpoint)]


def built(rule: Rule, junk: str, **known: str) -> str:
    """Return the address with 1 for every number, the first of a choice, and `junk` for every word not `known`."""
    numbers = {name: 1 for name, converter in rule._converters.items() if hasattr(converter, "num_convert")}
    choices = {
        name: min(converter.items) for name, converter in rule._converters.items() if hasattr(converter, "items")
    }
    words = dict.fromkeys(rule.arguments, junk or "x") | numbers | choices | known
    return unquote(rule.build(words, append_unknown=False)[1])


@hostile
@given(st.text(max_size=60), methods, fields, headers)
@example("view", "GET", {}, {"Referer": "http://["})
@example("login", "GET", {"next": "//["}, {})
def test_addresses_nobody_wrote(client: FlaskClient, path: str, method: str, query: Any, sent: Any):
    ask(client, f"/{path}", method=method, query_string=query, headers=sent)


@hostile
@given(data=st.data(), method=methods, query=fields, form=fields, sent=headers, junk=values)
def test_our_addresses_and_strangers(client: FlaskClient, app: Flask, data, method, query, form, sent, junk):
    path = built(data.draw(st.sampled_from(addresses(app))), junk)
    body = {"data": form} if method in ("POST", "PUT", "PATCH") else {}
    ask(client, path, method=method, query_string=query, headers=sent, **body)


@pytest.fixture
def operator(as_user: Callable[..., FlaskClient], demo_operator: User) -> FlaskClient:
    """Return somebody who may do all, in a world where the first of everything is there."""
    return as_user(demo_operator)


@hostile
@given(data=st.data(), query=fields, form=fields, junk=values)
def test_our_addresses_and_somebody_who_may_do_all(operator: FlaskClient, app: Flask, data, query, form, junk):
    rule = data.draw(st.sampled_from([rule for rule in addresses(app) if rule.endpoint != "accounts.logout"]))
    method = data.draw(st.sampled_from(sorted(rule.methods or ())))
    body = {"data": form} if method == "POST" else {}
    ask(operator, built(rule, junk, activity="plans.survey"), method=method, query_string=query, **body)


def test_a_megabyte_in_every_field(operator: FlaskClient):
    for path in (
        "/login",
        "/code",
        "/view",
        "/organisations/new",
        "/organisations/1/edit",
        "/organisations/1/classes/new",
    ):
        for name in ("code", "email", "password", "next", "contrast", "name", "full_name", "address", "kind", "year"):
            ask(operator, path, method="POST", data={name: "я" * 500_000})


@pytest.mark.parametrize(
    "cookie", ["orientir=x", "orientir=.a.b", "orientir=" + "A" * 5000, "view=%00.%ff", "view=" + "." * 999]
)
def test_cookies_nobody_signed(client: FlaskClient, cookie: str):
    ask(client, "/", headers={"Cookie": cookie})


def test_bodies_that_are_not_what_they_say(client: FlaskClient):
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/x-www-form-urlencoded; charset=nope",
        "application/json",
        "text/xml",
        "",
    ):
        ask(client, "/code", method="POST", data=b"\xff\xfe--\r\n\0{", content_type=kind)
