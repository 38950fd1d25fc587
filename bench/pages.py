"""Every page at full size, role by role: python bench/pages.py [folder] [rounds] [URL] [roles] [words].

`folder` holds a region made by `orientir demo --scale region` (default: one is made in a new folder, which takes
minutes); `roles` and `words` narrow it to «operator,teacher» and to addresses with one of these words. Addresses come
from the application itself, so new pages enter by themselves; objects are the viewer's own, the largest there are.
Pages that a role may not open are left out. The server's CPU alone is counted: on PostgreSQL the database works beside.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hellos
from flask import Flask
from sqlalchemy import func, select, true

from orientir import migrate
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.bookings.models import Booking, Slot, SlotState
from orientir.config import Config
from orientir.contracts import DemoScale, Scope
from orientir.db import begin_writing, db
from orientir.demo import PASSWORD, build_demo
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.web.access import serves_files
from orientir_plans.models import Wave

BATCH = 6
# What a list shows when somebody looks for something, turns to a page far inside, or takes the whole of it away.
FURTHER = (
    "/organisations?q=школа+3",
    "/organisations?page=9",
    "/organisations?kind=college",
    "/organisations/contacts?page=9",
    "/people?q=учитель",
    "/people?page=5",
    "/trials/?q=токарь",
    "/trials/?grade=9&free=1&step=2&access=stepless",
    "/trials/?page=9",
    "/trials/?place=online",
)
EXPORTS = ("/organisations?format=xlsx", "/organisations?format=csv", "/trials/?format=csv")


@dataclass(frozen=True)
class Own:
    """What a role looks at."""

    email: str
    values: dict[str, object]


def main(folder: str = "", rounds: str = "3", url: str = "", roles: str = "", words: str = "") -> None:
    """Print every page of every role by cost, the dearest first."""
    with tempfile.TemporaryDirectory() as fresh, hellos.hello() as bare:
        data = Path(folder or fresh)
        app = create_app(Config(data_dir=data, database_url=url))
        with app.app_context():
            _make(app)
            wanted = [Role(role) for role in roles.split(",") if role] or list(Role)
            plans = [
                (
                    role,
                    own,
                    [path for path in _addresses(app, own.values) if any(one in path for one in words.split(","))],
                )
                for role in wanted
                for own in [_own(role)]
            ]
            db.session.remove()
            db.engine.dispose()
        with hellos.orientir(data, **({"ORIENTIR_DATABASE_URL": url} if url else {})) as server:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=500)
            jobs = [job for role, own, paths in plans for job in _jobs(server, role, own, paths)]
            hellos.take_turns([unit, *jobs], int(rounds))
            hellos.tell_ratios(unit, sorted(jobs, key=lambda job: -sum(job.cpu)))
            hellos.tell(f"memory: {server.memory():.0f} MB")


def _make(app: Flask) -> None:
    migrate.upgrade(app)
    begin_writing()
    if db.session.scalar(select(func.count(User.id))) == 0:
        build_demo(seed=38, scale=DemoScale.REGION)
    db.session.commit()


def _own(role: Role) -> Own:
    """Return the login of a role and the objects of its branch: the largest municipality, school and class."""
    email = f"{role.value.replace('_', '-')}@demo.example"
    user = db.session.scalars(select(User).where(User.email == email)).one()
    scope = user.grants[0].scope
    one = _largest_class(scope)
    wave = db.session.scalars(select(Wave).order_by(Wave.id).limit(1)).one()
    return Own(
        email,
        {
            "region_id": scope.region_id,
            "municipality_id": one.organisation.municipality_id,
            "organisation_id": scope.organisation_id or one.organisation_id,
            "class_id": one.id,
            "wave_id": wave.id,
            "user_id": user.id,
            "activity": "plans.survey",
            **_trials_of(scope),
        },
    )


def _trials_of(scope: Scope) -> dict[str, object]:
    """Return the coming date with most bookings that the branch holds or its classes go to, its card and a booking."""
    booked = select(Slot.id, func.max(Booking.id), func.max(Slot.owner_id)).join(Booking, Booking.slot_id == Slot.id)
    for host in (Slot.organisation_id, SchoolClass.organisation_id):
        found = db.session.execute(
            booked.join(SchoolClass, SchoolClass.id == Booking.class_id)
            .where(Slot.state == SlotState.PUBLISHED, Booking.own.is_(False))
            .where(host == scope.organisation_id if scope.organisation_id else true())
            .group_by(Slot.id)
            .order_by(func.count().desc())
            .limit(1)
        ).first()
        if found is not None:
            return dict(zip(("slot_id", "booking_id", "trial_id"), found, strict=True))
    return {}


def _largest_class(scope: Scope) -> SchoolClass:
    """Return a 9th class of the school with most classes within the branch."""
    in_branch = select(SchoolClass.organisation_id).join(Organisation).join(Municipality)
    for column, identity in (
        (Municipality.region_id, scope.region_id),
        (Organisation.municipality_id, scope.municipality_id),
    ):
        in_branch = in_branch.where(column == identity) if identity else in_branch
    own = in_branch.where(Organisation.id == scope.organisation_id) if scope.organisation_id else in_branch
    ordered = own.group_by(SchoolClass.organisation_id).order_by(func.count().desc()).limit(1)
    school = db.session.scalar(ordered) or db.session.scalar(
        in_branch.group_by(SchoolClass.organisation_id).order_by(func.count().desc()).limit(1)
    )
    nines = select(SchoolClass).where(SchoolClass.organisation_id == school, SchoolClass.grade == 9)
    return db.session.scalars(nines.order_by(SchoolClass.year.desc(), SchoolClass.letter).limit(1)).one()


def _addresses(app: Flask, values: dict[str, object]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        known = rule.arguments <= values.keys()
        if "GET" in (rule.methods or ()) and known and not serves_files(app, rule.endpoint):
            built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
            yield built[1] if built else rule.rule
    yield from FURTHER
    yield from EXPORTS


def _jobs(server: hellos.Server, role: Role, own: Own, paths: list[str]) -> Iterator[hellos.Job]:
    visitor = hellos.Visitor(server.port)
    _answer, text = visitor.get("/login")
    form = {**hellos.hidden_fields(text), "email": own.email, "password": PASSWORD}
    answer, _text = visitor.post("/login", form)
    hellos.expect(answer.status, 302)
    for path in paths:
        answer, _text = visitor.get(path)
        if answer.status == 200:
            yield hellos.Job(f"{role.value}: {path}", server, _opener(visitor, path), BATCH)


def _opener(visitor: hellos.Visitor, path: str) -> Callable[[], None]:
    def open_page() -> None:
        answer, _text = visitor.get(path)
        hellos.expect(answer.status, 200)

    return open_page


if __name__ == "__main__":
    main(*sys.argv[1:])
