"""The embedded server: waitress, with the jobs in the same process."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable
from threading import Event
from typing import IO

import waitress
from flask import Flask

from orientir.config import Config
from orientir.errors import ConfigError
from orientir.i18n import _
from orientir.jobs.alone import hold_alone
from orientir.jobs.queue import ThreadConsumer, start_runner
from orientir.upkeep import scheduled_tasks
from orientir.web.uploads import LARGEST_REFUSED

log = logging.getLogger("orientir.serve")
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
    lock = hold_alone(config.data_dir)
    runner = start_runner(app, scheduled_tasks(app)) if lock else None
    if runner is None:
        log.warning("another process works the queue and the clock")
    announce()
    gc.collect()
    gc.freeze()  # what stands now stays: looking through it again and again took a sixth of a page's time
    try:
        server.run()
    finally:
        _end(runner, lock)
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


def work(app: Flask, *, announce: Callable[[], None]) -> None:
    """Work the queue and the clock of `app` until interrupted, after `announce`, without serving pages.

    Raises ConfigError where another process does; nothing has been announced then.
    """
    config: Config = app.config["ORIENTIR"]
    stopped = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda _number, _frame: stopped.set())
    lock = hold_alone(config.data_dir)
    if lock is None:
        raise ConfigError(_("Очередь этой установки уже ведёт другой процесс: orientir serve или orientir work."))
    runner = start_runner(app, scheduled_tasks(app))
    announce()
    stopped.wait()
    runner.stop(graceful=True)
    lock.close()


def _end(runner: ThreadConsumer | None, lock: IO[bytes] | None) -> None:
    if runner and lock:
        runner.stop()
        lock.close()
