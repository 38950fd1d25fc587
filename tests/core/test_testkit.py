"""The ground the other tests stand on."""

from orientir_testkit.cast import Cast, make_school

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
