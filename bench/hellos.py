"""The unit of cost: CPU time of a server per job, divided by that of a bare JSON view under the same server.

`python bench/hellos.py PORT` serves that bare view. Only the loopback is used. Machines differ and are noisy; the two
servers take turns within one run, so their ratio means something where milliseconds do not.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlencode

TICKS = os.sysconf("SC_CLK_TCK")
THREADS = 8  # as orientir.serve has
INPUT = re.compile("<input[^>]*>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
PATIENCE = 120  # seconds a server may take to come up


@dataclass
class Server:
    """A process that serves on the loopback."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """Return the seconds of CPU it has used so far, its own and the system's for it."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Return its resident memory in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@dataclass
class Visitor:
    """A browser without a window: one kept connection, its cookies, an address behind a trusted proxy.

    Visitors may share a `line`, as those behind a reverse proxy do; one at a time then.
    """

    port: int
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    line: HTTPConnection | None = None

    def __post_init__(self) -> None:
        self._line = self.line or HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        return self._ask("GET", quote(path, safe="/?=&+%"), None)

    def post(self, path: str, fields: Mapping[str, str] | list[tuple[str, str]]) -> tuple[HTTPResponse, str]:
        return self._ask("POST", path, urlencode(fields))

    def rest(self) -> None:
        """Let go of the line until the next request: a server keeps a hundred of them open."""
        self._line.close()

    def _ask(self, method: str, path: str, body: str | None) -> tuple[HTTPResponse, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
        except ConnectionError:  # it waited so long for its turn that the server let go of the line
            self._line.close()
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
        text = answer.read().decode(errors="replace")  # a sheet is no text
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return answer, text


@contextmanager
def running(*command: str, **settings: str) -> Iterator[Server]:
    """Start `command` with a free port as its last word and yield it once it answers."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own servers, no words from outside
        [*command, str(port)], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def hello() -> Iterator[Server]:
    """Serve the bare view."""
    with running(sys.executable, __file__) as server:
        yield server


@contextmanager
def orientir(folder: Path, **settings: str) -> Iterator[Server]:
    """Serve the platform over the data in `folder`, the way `orientir serve` does."""
    program = Path(sys.executable).with_name("orientir")
    settings = {"ORIENTIR_DATA_DIR": str(folder), "ORIENTIR_ENV": "development", **settings}
    with running(str(program), "serve", "--port", **settings) as server:
        yield server


@dataclass
class Job:
    """Something that is asked of a server again and again."""

    name: str
    server: Server
    act: Callable[[], object]
    batch: int
    cpu: list[float] = field(default_factory=list)  # milliseconds of CPU for one act, batch by batch
    clock: list[float] = field(default_factory=list)

    def run_batch(self) -> None:
        cpu, clock = self.server.cpu(), time.perf_counter()
        for _ in range(self.batch):
            self.act()
        self.clock.append(1000 * (time.perf_counter() - clock) / self.batch)
        self.cpu.append(1000 * (self.server.cpu() - cpu) / self.batch)


def take_turns(jobs: list[Job], rounds: int) -> None:
    """Run a batch of each job in turn; a first, uncounted one warms caches and templates."""
    for job in jobs:
        for _ in range(job.batch):
            job.act()
    for _ in range(rounds):
        for job in jobs:
            job.run_batch()


def tell_ratios(unit: Job, jobs: list[Job]) -> None:
    """Print each job in hellos, by CPU time and by the clock: medians, because neighbours make some batches slow."""
    cpu, clock = median(unit.cpu), median(unit.clock)
    tell(f"{unit.name}: {cpu:.3f} ms of CPU, {clock:.3f} ms by the clock")
    for job in jobs:
        mine, wall = median(job.cpu), median(job.clock)
        tell(f"{job.name}: {mine / cpu:.1f} hellos ({mine:.2f} ms of CPU; by the clock {wall / clock:.1f})")


def share(values: list[float], part: float) -> float:
    """Return the value below which `part` of `values` lie."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def hidden_fields(text: str) -> dict[str, str]:
    """Return what the forms of a page carry without showing it."""
    inputs = [dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(text)]
    return {one["name"]: one["value"] for one in inputs if one.get("type") == "hidden"}


def expect(status: int, wanted: int) -> None:
    """Raise RuntimeError when the server answered something else: what is not done must not be measured."""
    if status != wanted:
        raise RuntimeError(f"answered {status}, not {wanted}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def ask_hello(server: Server) -> Callable[[], object]:
    visitor = Visitor(server.port)
    return lambda: visitor.get("/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def _serve_bare(port: int) -> None:
    import waitress
    from flask import Flask, jsonify

    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: jsonify(hello="world"))
    waitress.serve(app, host="127.0.0.1", port=port, threads=THREADS, ident=None)


if __name__ == "__main__":
    _serve_bare(int(sys.argv[1]))
