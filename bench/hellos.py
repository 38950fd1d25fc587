"""The unit of cost: CPU time of a server per job, divided by that of a bare JSON view under the same server.

`python bench/hellos.py PORT` serves that bare view. Only the loopback is used. Machines differ and are noisy; the two
servers take turns within one run, so their ratio means something where milliseconds do not. Both are served the same
way, which `setups` names: embedded or production.
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

from flask import Flask, jsonify

TICKS = os.sysconf("SC_CLK_TCK")
THREADS = 8  # as orientir.serve has
WORKERS = 2
GRANIAN = (
    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS), "--no-ws"),
    *("--blocking-threads", str(THREADS)),
)
INPUT = re.compile("<input[^>]*>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
PATIENCE = 120  # seconds a server may take to come up


@dataclass
class Server:
    """A process that serves on the loopback, by itself or by workers of its own; `database` is that of PostgreSQL."""

    process: subprocess.Popen[bytes]
    port: int
    database: int | None = None

    def cpu(self) -> float:
        """Return the seconds of CPU it and its workers have used so far, their own and the system's for them."""
        return cpu_of(self.process.pid)

    def database_cpu(self) -> float:
        """Return the same of the database's server, 0 where the database is a file."""
        return cpu_of(self.database) if self.database else 0.0

    def memory(self) -> float:
        """Return the resident memory of its largest process in megabytes."""
        return max(map(_memory_of, family_of(self.process.pid)))


def cpu_of(root: int) -> float:
    """Return the seconds of CPU of a process with all that came of it, those who have ended included."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, family_of(root)) if fields) / TICKS


def family_of(root: int) -> list[int]:
    """Return the process and all that stand below it now."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(path.name)):
            children.setdefault(int(fields[1]), []).append(int(path.name))
    found = [root]
    for one in found:
        found.extend(children.get(one, []))
    return found


def _stat(process: int) -> list[str]:
    """Return what stands behind the name in a process's line, nothing once it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _memory_of(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0


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

    def post(
        self, path: str, fields: Mapping[str, str] | list[tuple[str, str]], headers: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        return self._ask("POST", path, urlencode(fields), headers or {})

    def rest(self) -> None:
        """Let go of the line until the next request: a server keeps a hundred of them open."""
        self._line.close()

    def _ask(
        self, method: str, path: str, body: str | None, added: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        headers = {**(added or {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
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
def running(*command: str, database: int | None = None, **settings: str) -> Iterator[Server]:
    """Start `command` with a free port as its last word and yield it once it answers."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own servers, no words from outside
        [*command, str(port)], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield Server(process, port, database)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def hello(*, is_production: bool = False) -> Iterator[Server]:
    """Serve the bare view, as `orientir` does: by waitress, or by granian's workers."""
    here = str(Path(__file__).parent)
    command = (*GRANIAN, "--factory", "hellos:bare", "--port") if is_production else (sys.executable, __file__)
    with running(*command, **({"PYTHONPATH": here} if is_production else {})) as server:
        yield server


@contextmanager
def orientir(
    folder: Path, *, is_production: bool = False, database: int | None = None, **settings: str
) -> Iterator[Server]:
    """Serve the platform over the data in `folder`: the way `orientir serve` does, or by granian's workers."""
    program = Path(sys.executable).with_name("orientir")
    settings = {"ORIENTIR_DATA_DIR": str(folder), "ORIENTIR_ENV": "development", **settings}
    command = (*GRANIAN, "orientir.wsgi:app", "--port") if is_production else (str(program), "serve", "--port")
    with running(*command, database=database, **settings) as server:
        yield server


@dataclass
class Job:
    """Something that is asked of a server again and again."""

    name: str
    server: Server
    act: Callable[[], object]
    batch: int
    cpu: list[float] = field(default_factory=list)  # milliseconds of CPU for one act, batch by batch
    database: list[float] = field(default_factory=list)  # the same of the database's server
    clock: list[float] = field(default_factory=list)

    def run_batch(self) -> None:
        cpu, database, clock = self.server.cpu(), self.server.database_cpu(), time.perf_counter()
        for _ in range(self.batch):
            self.act()
        self.clock.append(1000 * (time.perf_counter() - clock) / self.batch)
        self.cpu.append(1000 * (self.server.cpu() - cpu) / self.batch)
        self.database.append(1000 * (self.server.database_cpu() - database) / self.batch)


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
        mine, wall, beside = median(job.cpu), median(job.clock), median(job.database)
        database = f"; the database {beside:.2f} ms" if beside else ""
        tell(f"{job.name}: {mine / cpu:.1f} hellos ({mine:.2f} ms of CPU{database}; by the clock {wall / clock:.1f})")


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


def bare() -> Flask:
    """Return the bare application."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: jsonify(hello="world"))
    return app


def _serve_bare(port: int) -> None:
    import waitress

    waitress.serve(bare(), host="127.0.0.1", port=port, threads=THREADS, ident=None)


if __name__ == "__main__":
    _serve_bare(int(sys.argv[1]))
