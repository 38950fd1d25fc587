"""The embedded server: waitress, with the jobs in the same process."""

from __future__ import annotations

import gc
from collections.abc import Callable

import waitress
from flask import Flask

from orientir.config import Config
from orientir.jobs import start_runner
from orientir.upkeep import scheduled_tasks

THREADS = 8
BODY_SLACK = 8


def serve(app: Flask, *, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve `app` until interrupted, after `announce`; answers are buffered: a slow phone holds a socket, no thread."""
    config: Config = app.config["ORIENTIR"]
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        channel_timeout=60,
        # What is somewhat too large still reaches the application, which refuses it in words.
        max_request_body_size=config.max_request_kilobytes * 1024 * BODY_SLACK,
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
