"""The embedded server: waitress, with the jobs in the same process."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable
from threading import Event

import waitress
from flask import Flask

from orientir.config import Config
from orientir.errors import ConfigError
from orientir.i18n import _
from orientir.jobs.queue import start_runner
from orientir.upkeep import scheduled_tasks
from orientir.web.uploads import LARGEST_REFUSED

THREADS = 8
BODY_SLACK = 8
WAITING = 1024  # connections at the bell, before a thread is free


def serve(app: Flask, *, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve `app` until interrupted, after `announce`; answers are buffered: a slow phone holds a socket, no thread.

    Raises ConfigError where the address cannot be opened; nothing has been started then.
    """
    config: Config = app.config["ORIENTIR"]
    server = waitress.create_server(
        app,
        sockets=[_open(host, port)],
        threads=THREADS,
        ident=None,
        channel_timeout=60,
        # What is somewhat too large still reaches the application, which refuses it in words.
        max_request_body_size=max(config.max_request_kilobytes * 1024 * BODY_SLACK, LARGEST_REFUSED),
    )
    runner = start_runner(app, scheduled_tasks(app))
    announce()
    gc.collect()
    gc.freeze()  # what stands now stays: looking through it again and again took a sixth of a page's time
    try:
        server.run()
    finally:
        runner.stop()
        server.close()


def _open(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as error:  # taken, not allowed, not an address of this machine
        raise ConfigError(
            _("Адрес %(host)s:%(port)s не открыть: %(reason)s. Назовите другой: --port, --host.",
              host=host, port=port, reason=error.strerror)
        ) from error  # fmt: skip


def work(app: Flask) -> None:
    """Work the queue and the clock of `app` until interrupted, without serving pages."""
    runner = start_runner(app, scheduled_tasks(app))
    stopped = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda _number, _frame: stopped.set())
    stopped.wait()
    runner.stop(graceful=True)
