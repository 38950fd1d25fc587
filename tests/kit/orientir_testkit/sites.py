"""A site of somebody else, on the loopback: what it answers by path, and what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A site on the loopback: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.over = Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers["User-Agent"]))
                with suppress(OSError):
                    site.answers[self.path](self)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def says(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.address + path

    def close(self) -> None:
        """Let go of whoever still waits, and of the port."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
