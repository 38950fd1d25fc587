"""For WSGI servers: `granian --interface wsgi wsgi:app`, `waitress-serve wsgi:app`."""

from __future__ import annotations

from orientir.app import create_app
from orientir.config import load_config
from orientir.demo import refuse_demo
from orientir.logs import set_up_logs

config = load_config()
set_up_logs(config.log_format, is_server=True)
app = create_app(config)
with app.app_context():
    refuse_demo()
