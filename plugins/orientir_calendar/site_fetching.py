"""One page of somebody else's site, fetched with care: public addresses only, some seconds, a megabyte, three hops.

The address comes from a form, so it may name our own network, and a name may lead elsewhere when it is asked again: it
is resolved once, looked at, and connected to as it was looked at; each redirection anew.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from time import monotonic
from urllib.parse import quote, urljoin, urlsplit

from orientir.i18n import _

TIME_LIMIT = 12.0  # seconds for all of it: names, hops, the page
MOST_BYTES = 1_000_000
MOST_HOPS = 3
PORTS = {"http": 80, "https": 443}
REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
PAGES = ("text/html", "application/xhtml+xml")
LEGAL = "/%:@!$&'()*+,;=~?"
ANY_COMPRESSION = 47  # zlib: gzip or deflate, whichever it is
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # an address of the old protocol inside one of the new


class FetchProblem(Exception):  # noqa: N818 - an outcome that is written down, not an error of the program
    """The page was not read; says why in words for people, without addresses."""


@dataclass(frozen=True)
class FetchedPage:
    """A page as it came: at most the first megabyte; `is_cut` tells that there was more."""

    url: str
    body: bytes
    content_type: str
    modified: str
    is_cut: bool


@dataclass(frozen=True)
class Target:
    """Where to connect (`address`, numeric) and what to ask there."""

    is_secure: bool
    host: str
    port: int
    address: str
    path: str


class Line(HTTPConnection):
    """A connection to the address that was looked at; whatever comes in drops is cut off at the deadline."""

    def __init__(self, target: Target, deadline: float) -> None:
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        super().__init__(target.host, target.port, timeout=left)
        self.default_port = PORTS["https" if target.is_secure else "http"]
        self.was_cut = False
        self._target, self._left = target, left
        self._guard: socket.socket | None = None
        self._timer = Timer(left, self._cut)
        self._timer.daemon = True

    def connect(self) -> None:
        plain = socket.create_connection((self._target.address, self._target.port), self._left)
        self._guard = plain.dup()  # the same connection by another name: the first one goes into TLS
        self._timer.start()
        self.sock = _trust().wrap_socket(plain, server_hostname=self.host) if self._target.is_secure else plain

    def finish(self) -> None:
        """Let go of everything; `close` alone comes too early, before the body is read."""
        self._timer.cancel()
        self.close()
        if self._guard is not None:
            self._guard.close()

    def _cut(self) -> None:
        self.was_cut = True
        if self._guard is not None:
            with suppress(OSError):
                self._guard.shutdown(socket.SHUT_RDWR)


def fetch_page(url: str, agent: str, *, loopback: bool = False) -> FetchedPage:
    """Return the page; `agent` tells the site who asks, `loopback` lets tests reach their own server.

    Raises FetchProblem for whatever keeps it from being read.
    """
    deadline = monotonic() + TIME_LIMIT
    for _hop in range(MOST_HOPS + 1):
        answer = _ask(url, agent, deadline, loopback=loopback)
        if isinstance(answer, FetchedPage):
            return answer
        url = _further(url, answer)
    raise FetchProblem(_("Адрес перенаправляет больше трёх раз."))


def may_reach(address: str, *, loopback: bool = False) -> bool:
    """Tell whether a numeric address is a public one: the robot goes nowhere else."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return may_reach(str(found.ipv4_mapped), loopback=loopback)
        if found.sixtofour is not None or found.teredo is not None or found in TRANSLATED:
            return False
    if found.is_loopback:
        return loopback
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _ask(url: str, agent: str, deadline: float, *, loopback: bool) -> FetchedPage | str:
    """Return the page, or the address it has moved to."""
    target = _target(url, loopback=loopback)
    line: Line | None = None
    try:
        line = Line(target, deadline)
        line.request("GET", target.path, headers=_headers(agent))
        with line.getresponse() as answer:
            found = _answer(answer, url)
    except (OSError, HTTPException, ValueError) as error:
        raise _problem(error, is_late=line is None or line.was_cut) from error
    finally:
        if line is not None:
            line.finish()
    if line.was_cut:  # a site that stops in the middle may look as if it had said all
        raise _late()
    return found


def _answer(answer: HTTPResponse, url: str) -> FetchedPage | str:
    if answer.status in REDIRECTIONS:
        return answer.getheader("Location", "")
    if answer.status != 200:
        raise FetchProblem(_refusal(answer.status))
    content_type = answer.getheader("Content-Type", "")
    if content_type and not content_type.lower().startswith(PAGES):
        raise FetchProblem(_("По этому адресу не страница, а файл."))
    body = answer.read(MOST_BYTES + 1)
    if answer.getheader("Content-Encoding", "").lower() in ("gzip", "deflate"):
        body = _unpacked(body)
    return FetchedPage(
        url, body[:MOST_BYTES], content_type, answer.getheader("Last-Modified", ""), len(body) > MOST_BYTES
    )


def _unpacked(body: bytes) -> bytes:
    """Return what a site has compressed without being asked to, never more than is read of any page."""
    try:
        return zlib.decompressobj(ANY_COMPRESSION).decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise HTTPException from error


def _target(url: str, *, loopback: bool) -> Target:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:  # a port of letters, a name longer than names are
        raise FetchProblem(_("Это не адрес страницы. Проверьте его.")) from error
    if parts.scheme not in PORTS or not host:
        raise FetchProblem(_("Это не адрес страницы. Проверьте его."))
    path = quote(parts.path or "/", safe=LEGAL) + (f"?{quote(parts.query, safe=LEGAL)}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, _resolved(host, port, loopback=loopback), path)


def _resolved(host: str, port: int, *, loopback: bool) -> str:
    """Return the numeric address to connect to; a name that leads to a private one too is refused whole."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise FetchProblem(_("Сайта с таким адресом нет.")) from error
    if not found or not all(may_reach(one, loopback=loopback) for one in found):
        raise FetchProblem(_("Адрес ведёт во внутреннюю сеть, туда робот не ходит."))
    return min(found, key=lambda one: ":" in one)  # many servers have no way out by the new protocol


def _further(url: str, location: str) -> str:
    try:
        return urljoin(url, location) if location else ""
    except ValueError:
        return ""


def _headers(agent: str) -> dict[str, str]:
    return {
        "User-Agent": agent,
        "Accept": ", ".join(PAGES),
        "Accept-Language": "ru",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _problem(error: Exception, *, is_late: bool) -> FetchProblem:
    if is_late or isinstance(error, TimeoutError):
        return _late()
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchProblem(_("Сертификат сайта не проходит проверку."))
    if isinstance(error, ssl.SSLError):
        return FetchProblem(_("Защищённое соединение с сайтом не устанавливается."))
    if isinstance(error, OSError):
        return FetchProblem(_("Сайт не отвечает."))
    return FetchProblem(_("Сайт отвечает так, что прочитать нельзя."))


def _late() -> FetchProblem:
    return FetchProblem(_("Сайт отвечал слишком долго."))


def _refusal(status: int) -> str:
    if status in (404, 410):
        return _("Такой страницы на сайте нет (код %(status)s).", status=status)
    if status in (401, 403, 429):
        return _("Сайт не пускает робота (код %(status)s).", status=status)
    return _("Сайт не работает (код %(status)s).", status=status)
