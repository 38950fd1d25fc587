"""Addresses of our own files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.wsgi import FileWrapper

from orientir.web.access import serves_files

YEAR = 31_536_000


def init_assets(app: Flask) -> None:
    """Give templates `asset(name)` and let browsers keep what was asked for by version."""
    addresses: dict[tuple[str, str], str] = {}

    def asset(name: str) -> str:
        key = (request.script_root, name)
        if key not in addresses or app.debug:
            content = (Path(str(app.static_folder)) / name).read_bytes()
            addresses[key] = url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:10])
        return addresses[key]

    @app.after_request
    def keep(response: Response) -> Response:
        if not serves_files(app, request.endpoint):
            return response
        if "v" in request.args and response.status_code < 400:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        if isinstance(response.response, FileWrapper):
            # Flask-Compress puts a body of its own in place of the file and leaves it open.
            response.call_on_close(response.response.close)
        return response

    app.jinja_env.globals["asset"] = asset
