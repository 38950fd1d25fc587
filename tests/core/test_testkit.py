"""The ground the other tests stand on."""

import re

import pytest
from orientir_testkit.browsers import awaiting, follow
from orientir_testkit.cast import Cast, make_school
from playwright.sync_api import Page, expect

from orientir.db import db
from orientir.organisations.models import Organisation


def test_every_test_has_a_database_of_its_own(cast: Cast, engine_name: str):
    make_school(cast.municipality, "Школа № 4")
    db.session.commit()
    assert db.session.query(Organisation).count() == 3
    assert db.engine.dialect.name == engine_name


def test_nothing_is_left_of_the_test_before(cast: Cast):
    assert db.session.query(Organisation).count() == 2


def test_queries_are_counted_without_the_frames_of_a_transaction(cast: Cast, count_queries):
    db.session.commit()
    with count_queries() as seen:
        db.session.query(Organisation.id).all()
        db.session.commit()
    assert seen.count == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])  # the browser asks for no database
def test_a_document_that_came_while_nobody_waited_for_it_is_noted(page: Page, cast: Cast, unawaited: list[str]):
    page.goto("/help")
    follow(page.locator("footer a[href='/privacy']"))
    with awaiting(page):
        page.locator("footer a[href='/help']").click()
        expect(page).to_have_url(re.compile("/help$"))
        assert unawaited == []
        page.locator("footer a[href='/privacy']").click()
        expect(page).to_have_url(re.compile("/privacy$"))
    page.locator("footer a[href='/help']").click()
    expect(page).to_have_url(re.compile("/help$"))
    noted = [one.rpartition("/")[2] for one in unawaited]
    unawaited.clear()
    assert noted == ["privacy", "help"]
