"""Headers of every answer: what browsers may run, keep and send back."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, Cast
from werkzeug.test import TestResponse

from orientir import clock
from orientir.config import Config

AsUser = Callable[..., FlaskClient]
PAGES = ("/", "/login", "/help", "/nowhere", "/healthz")


def read(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    """Return the answer read to its end: a file is open until then."""
    with client.get(path, **options) as answer:
        answer.get_data()
        return answer


@pytest.fixture
def style(client: FlaskClient) -> str:
    """Return the versioned address of the style sheet, as pages name it."""
    return re.search(r'href="(/static/orientir\.css\?v=[0-9a-f]{10})"', client.get("/").text)[1]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere_may_run(client: FlaskClient, path: str):
    policy = client.get(path).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    for part in ("script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy


@pytest.mark.parametrize("path", PAGES)
def test_nobody_guesses_types_frames_us_or_learns_our_addresses(client: FlaskClient, path: str):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept_on_a_shared_computer(client: FlaskClient, path: str):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_head_answers_like_get_without_a_body(client: FlaskClient):
    for path in PAGES:
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (got.status_code, b"")


class TestFiles:
    def test_asked_for_by_version_they_are_kept_for_a_year(self, client: FlaskClient, style: str):
        answer = read(client, style)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_what_everybody_keeps_says_nothing_of_who_asked(self, as_user: AsUser, cast: Cast, style: str):
        """A cache between us and a school may keep it for all: no cookie goes out with it, and none is asked about."""
        client = as_user(cast.teacher)
        for minutes in (5, 50, 200):
            with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
                answer = read(client, style)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")

    def test_without_a_version_they_are_asked_for_again(self, client: FlaskClient, style: str):
        answer = read(client, style.partition("?")[0])
        assert "immutable" not in answer.headers["Cache-Control"]

    def test_what_is_missing_today_is_not_missing_for_a_year(self, client: FlaskClient):
        answer = read(client, "/static/missing.css?v=1234567890")
        assert answer.status_code == 404
        assert "immutable" not in answer.headers.get("Cache-Control", "")

    @pytest.mark.parametrize("name", ["../pyproject.toml", "..%2Fpyproject.toml", "%00", ".."])
    def test_nothing_outside_the_folder_is_handed_out(self, client: FlaskClient, name: str):
        assert read(client, f"/static/{name}").status_code == 404

    def test_no_cookie_rides_on_what_a_proxy_may_keep(self, as_user: AsUser, cast: Cast, style: str):
        client = as_user(cast.teacher)
        with client.session_transaction() as kept:
            kept["seen"] -= 300
        answer = read(client, style)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")

    def test_a_known_file_is_not_sent_twice(self, client: FlaskClient, style: str):
        for encoding in ("br", "gzip", "identity"):
            first = read(client, style, headers={"Accept-Encoding": encoding})
            again = read(client, style, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
            assert again.status_code == 304, encoding


class TestCompression:
    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    def test_pages_and_styles_travel_small(self, client: FlaskClient, style: str, encoding: str):
        for path in ("/", style):
            plain = read(client, path, headers={"Accept-Encoding": "identity"})
            small = read(client, path, headers={"Accept-Encoding": encoding})
            assert small.headers["Content-Encoding"] == encoding
            assert "Accept-Encoding" in small.headers["Vary"]
            assert len(small.data) < len(plain.data) / 2

    def test_it_unpacks_to_the_same(self, client: FlaskClient, style: str):
        small = read(client, style, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(small.data) == read(client, style, headers={"Accept-Encoding": "identity"}).data


class TestCookies:
    @pytest.fixture(params=["http", "https"])
    def scheme(self, request: pytest.FixtureRequest) -> str:
        return request.param

    @pytest.fixture
    def config(self, config: Config, scheme: str) -> Config:
        return replace(config, base_url=f"{scheme}://orientir.example.org")

    def test_they_are_out_of_reach_of_scripts_and_other_sites(self, client: FlaskClient, cast: Cast, scheme: str):
        signed_in = client.post("/login", data={"email": cast.teacher.email, "password": PASSWORD})
        assert signed_in.status_code == 302
        chosen = client.post("/view", data={"contrast": "black"})
        for answer, name in ((signed_in, "orientir="), (chosen, "view=")):
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith(name)
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert "Domain" not in cookie
            assert ("Secure" in cookie) is (scheme == "https")

    def test_only_a_site_with_tls_tells_browsers_to_stay_on_it(self, client: FlaskClient, scheme: str):
        for path in ("/", "/nowhere"):
            assert ("Strict-Transport-Security" in client.get(path).headers) is (scheme == "https")


class TestBehindAProxy:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, trusted_proxies=1)

    def test_the_address_of_the_visitor_is_the_one_our_proxy_saw(self, app: Flask):
        seen = []
        app.before_request_funcs[None].insert(0, lambda: seen.append(request.remote_addr))
        app.test_client().get("/help", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"})
        assert seen == ["192.0.2.7"]
