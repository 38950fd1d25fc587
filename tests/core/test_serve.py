"""The servers: real sockets, started and stopped; the embedded one has the jobs beside it, granian has not."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from orientir_testkit.races import PATIENCE

from orientir import serve
from orientir.errors import ConfigError
from orientir.jobs.alone import hold_alone

COMMAND = [sys.executable, "-c", "from orientir.cli import main; main()"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ORIENTIR_")}
    return {**own, "ORIENTIR_DATA_DIR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def hear_interrupts() -> None:
    """Let a server hear SIGINT: a suite that a shell runs in the background is deaf to it, and so are its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def server(environ: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """A server of its own process on a fresh region; its first line is read already."""
    subprocess.run([*COMMAND, "init"], env=environ, check=True, capture_output=True)
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    ) as running:
        assert re.search(rf"http://127\.0\.0\.1:{port}", running.stdout.readline())
        yield running
        running.kill()


def ask(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.headers), text


def test_it_answers_refuses_what_is_too_large_in_words_and_stops_when_told(server: subprocess.Popen[str], port: int):
    status, headers, page = ask(port, "GET", "/")
    assert (status, "Введите код" in page) == (200, True)
    assert "waitress" not in headers.get("Server", "")

    for megabytes in (3, 40):
        status, _headers, page = ask(port, "POST", "/code", b"code=" + b"1" * megabytes * 2**20)
        assert (status, "Слишком большой запрос" in page) == (413, True)

    server.send_signal(signal.SIGINT)
    assert server.wait(PATIENCE) == 0
    assert "Traceback" not in server.stderr.read()


class TestProduction:
    """As docs/deploy.md says it: two workers of granian serve, one `orientir work` works."""

    @pytest.fixture
    def server(self, environ: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
        subprocess.run([*COMMAND, "init"], env=environ, check=True, capture_output=True)
        served = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-ws", "--port", str(port)]
        with subprocess.Popen(
            [sys.executable, "-m", "granian", *served, "orientir.wsgi:app"],
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as running:
            both_have_started(running)
            yield running
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)  # its workers would outlive it

    def test_granian_answers_keeps_a_line_refuses_what_is_too_large_and_stops(
        self, server: subprocess.Popen[str], port: int
    ):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        line.request("GET", "/calendar/feed/38.ics")
        first = line.getresponse()
        assert (first.status, first.read()[:15]) == (200, b"BEGIN:VCALENDAR")
        sock = line.sock
        line.request("GET", "/calendar/feed/38.ics", headers={"If-None-Match": first.headers["ETag"]})
        again = line.getresponse()
        assert (again.status, again.read(), line.sock) == (304, b"", sock)  # on the line it came by
        line.close()

        status, _headers, page = ask(port, "POST", "/code", b"code=" + b"1" * 3 * 2**20)
        assert (status, "Слишком большой запрос" in page) == (413, True)

        server.send_signal(signal.SIGTERM)
        said, _nothing = server.communicate(timeout=PATIENCE)
        assert server.returncode == 0
        assert "endpoint=calendar.feed status=304" in said
        assert "Traceback" not in said

    def test_its_workers_leave_the_queue_to_one_process_that_is_alone(
        self, server: subprocess.Popen[str], environ: dict[str, str], port: int
    ):
        folder = Path(environ["ORIENTIR_DATA_DIR"])
        held = hold_alone(folder)
        assert held is not None  # nobody works the queue yet
        refused = subprocess.run([*COMMAND, "work"], env=environ, capture_output=True, text=True, timeout=PATIENCE)
        assert refused.returncode != 0
        assert "уже ведёт другой процесс" in refused.stderr
        assert refused.stdout == ""
        held.close()
        with subprocess.Popen([*COMMAND, "work"], env=environ, stdout=subprocess.PIPE, text=True) as working:
            assert "в фоне" in working.stdout.readline()
            assert is_held(folder)
            working.send_signal(signal.SIGTERM)
            assert working.wait(timeout=PATIENCE) == 0
        assert not is_held(folder)


def both_have_started(running: subprocess.Popen[str]) -> None:
    """Read until each worker has said that it is there: a stop that meets one on its way is lost by granian."""
    started = 0
    while started < 2:
        line = running.stdout.readline()
        assert line, "granian ended before its workers began"
        started += "Started worker-" in line


def is_held(folder: Path) -> bool:
    held = hold_alone(folder)
    if held is not None:
        held.close()
    return held is None


class TestAddress:
    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return request.param

    def test_one_that_is_taken_is_refused_before_anything_starts(self, app: Flask, monkeypatch: pytest.MonkeyPatch):
        started = []
        monkeypatch.setattr(serve, "start_runner", lambda *_told: started.append("jobs"))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(ConfigError, match="--port"):
                serve.serve(app, host="127.0.0.1", port=taken.getsockname()[1], announce=lambda: started.append("said"))
        assert started == []

    def test_one_of_another_machine_is_refused(self, app: Flask):
        with pytest.raises(ConfigError, match=r"192\.0\.2\.1"):
            serve.serve(app, host="192.0.2.1", port=8000, announce=lambda: None)
