"""For WSGI servers, several processes of them: `granian --interface wsgi --workers 2 orientir.wsgi:app`.

It works no queue and no clock: one `orientir work` beside all servers does.
"""

from __future__ import annotations

import gc

from orientir.app import create_app
from orientir.config import load_config
from orientir.db import db
from orientir.demo import refuse_demo
from orientir.logs import set_up_logs

config = load_config()
set_up_logs(config.log_format, is_server=True)
app = create_app(config)
with app.app_context():
    refuse_demo()
    db.engine.dispose()  # a server that forks must not share a connection among its workers
gc.collect()
gc.freeze()  # as `orientir.serve` does
