"""The platform alone, a kind of notice for each way, and what was told and mailed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.config import Config
from orientir.contracts import NoticeGroup, NoticeKind, Urgency
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text
from orientir.notices.models import Notice
from orientir.notices.rounds import make_rounds

DAILY = NoticeKind("platform.daily", "Раз в день", "Тема: %(what)s", "Текст: %(what)s", Urgency.DAILY)
AT_ONCE = NoticeKind(
    "platform.once", "Сразу", "Тема: %(what)s", "Текст: %(what)s", Urgency.AT_ONCE, NoticeGroup.MESSAGES
)
ON_SITE = NoticeKind("platform.site", "На сайте", "Тема: %(what)s", "Текст: %(what)s", Urgency.SITE)
ALARM = NoticeKind(
    "platform.alarm", "Тревога", "Тема: %(what)s", "Текст: %(what)s", Urgency.AT_ONCE, NoticeGroup.SECURITY, always=True
)


@pytest.fixture
def config(config: Config) -> Config:
    """No plugin has a say here, and letters name the site."""
    return replace(config, plugins=(), base_url="https://orientir.example")


@pytest.fixture
def told() -> Callable[..., list[Notice]]:
    """Return the notices of an account, or all, in the order they came."""

    def read(user: User | None = None) -> list[Notice]:
        wanted = select(Notice).order_by(Notice.id).execution_options(populate_existing=True)
        return list(db.session.scalars(wanted if user is None else wanted.where(Notice.user_id == user.id)))

    return read


@pytest.fixture
def letters() -> Callable[..., list[tuple[str, str]]]:
    """Return subject and text of the letters to an account, or to all."""

    def read(user: User | None = None) -> list[tuple[str, str]]:
        wanted = select(OutgoingMail).order_by(OutgoingMail.id)
        rows = db.session.scalars(wanted if user is None else wanted.where(OutgoingMail.user_id == user.id))
        return [(one.subject, opened_text(one)) for one in rows]

    return read


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Set the clock («2026-05-14T09:05+08:00») and make the rounds the task of the clock makes there."""
    travels: list[time_machine.travel] = []

    def run(moment: str) -> None:
        while travels:
            travels.pop().stop()
        travels.append(time_machine.travel(datetime.fromisoformat(moment), tick=False))
        travels[0].start()
        db.session.commit()
        make_rounds()
        db.session.commit()

    yield run
    while travels:
        travels.pop().stop()


@pytest.fixture
def daily() -> NoticeKind:
    return DAILY


@pytest.fixture
def at_once_kind() -> NoticeKind:
    return AT_ONCE


@pytest.fixture
def on_site() -> NoticeKind:
    return ON_SITE


@pytest.fixture
def alarm() -> NoticeKind:
    return ALARM
