"""Temporary: an application of models only, while the pages are being written."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

import orientir.audit.models
import orientir.codes.models
import orientir.organisations.models
import orientir.students.models
from orientir import paths
from orientir.config import Config
from orientir.db import db
from orientir.plugins import init_plugins
from orientir.web.throttle import init_throttle

for _name in ("orientir.coverage.models", "orientir.questionnaires.models", "orientir_plans.models"):
    try:
        __import__(_name)
    except ImportError as _error:
        print("scaffold: no", _name, _error)


class migrate:
    @staticmethod
    def upgrade(app: Flask) -> None:
        db.create_all()


def create_app(config: Config, plugins: Mapping[str, object] | None = None) -> Flask:
    app = Flask("orientir", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.update(ORIENTIR=config, SECRET_KEY=config.secret_key, SQLALCHEMY_DATABASE_URI=config.database)
    db.init_app(app)
    init_throttle(app, config.limits_storage)
    init_plugins(app, (), plugins)
    return app
