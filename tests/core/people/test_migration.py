"""Accounts that were there before keep their roles and are found by name; roles in objects go on the way back."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from orientir_testkit.cast import Cast
from orientir_testkit.commands import ask
from sqlalchemy import text

from orientir import migrate
from orientir.accounts import services
from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.config import Config
from orientir.contracts import Scope
from orientir.db import db


def test_down_and_up_with_people_in_it(app: Flask, cast: Cast, config: Config, database_url: str):
    services.rename(cast.teacher, "Алёна Учитель", actor=None)
    db.session.execute(
        text("INSERT INTO account_grant (user_id, role, region_id, object_key, branch) "
             "VALUES (:user, 'contest.juror', :region, 'contest:12', '1///contest:12')"),
        {"user": cast.teacher.id, "region": cast.region.id},
    )  # fmt: skip
    db.session.commit()
    assert Scope(cast.region.id, object_key="contest:12") in [grant.scope for grant in cast.teacher.grants]
    number = cast.teacher.id
    db.session.remove()
    db.engine.dispose()
    whole = create_app(replace(config, plugins=("trials",)))
    with whole.app_context():
        migrate.downgrade(whole, "trials")  # its tables lean on those of bookings, so they go first
    migrate.downgrade(app, "platform", "platform_0002")
    assert ask(database_url, f"SELECT role FROM account_grant WHERE user_id = {number}") == [(Role.TEACHER,)]
    migrate.upgrade(app)
    with whole.app_context():
        migrate.upgrade(whole)
    [(key,)] = ask(database_url, f"SELECT search_key FROM account WHERE id = {number}")
    assert key.startswith("алена учитель ")
