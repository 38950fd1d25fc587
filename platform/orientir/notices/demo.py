"""A few notices for everybody in the demo, so that the page and the panel are not empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import update

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.i18n import _
from orientir.notices.kinds import MESSAGE, NO_ACCOUNT, WELCOME
from orientir.notices.models import Notice
from orientir.notices.rules import accounts_missing
from orientir.notices.services import tell
from orientir.organisations.models import Region


def show_notices(region: Region, staff: Mapping[str, int], today: date) -> None:
    """Tell everybody of the demo something: greetings that are read, a message of the operator, a list of schools."""
    tell(WELCOME, staff.values(), {}, about="welcome", scope=region.scope)
    db.session.execute(update(Notice).where(Notice.kind == WELCOME.key).values(read_at=clock.now()))
    _show_message(region, staff)
    lessons = today.replace(day=1) if today.month not in (6, 7, 8) else today.replace(month=5, day=1)
    for due in accounts_missing(lessons, region.id):
        tell(NO_ACCOUNT, due.recipients, due.values, about=f"{due.about}:+0", scope=due.scope, url=due.url)


def _show_message(region: Region, staff: Mapping[str, int]) -> None:
    operator = db.session.get_one(User, staff[Role.OPERATOR])
    values = {
        "topic": _("Опрос выпускников: прошла половина срока"),
        "text": _("Проверьте, у всех ли классов напечатаны коды. Если листки потерялись, запасные коды делает школа."),
        "sender": operator.name,
        "email": operator.email,
    }
    tell(MESSAGE, staff.values(), values, about="demo", scope=region.scope, actor=operator.id)
