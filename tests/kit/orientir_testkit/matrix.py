"""What every address answers to everybody, beside what its declared rule promises.

The promise is worked out here from roles and branches, not by asking the rule itself: only which arguments a rule looks
at, and which permission it wants, is taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask import Flask
from werkzeug.routing import Rule as Address
from werkzeug.test import TestResponse

from orientir.accounts.roles import permissions_of
from orientir.contracts import Scope
from orientir.web.access import Held, Public, Required, rule_of, serves_files
from orientir_testkit.objects import Person, Place, Stage
from orientir_testkit.samples import SAMPLES, Sample

# HEAD is GET without a body, OPTIONS is answered before any view.
UNTRIED = {"HEAD", "OPTIONS"}


# Pages whose rule lets people in who must still hold something else; each says so in its own way and its own tests.
FURTHER = {
    "accounts.second_step": "a password given a moment ago",
    "accounts.new_password": "a link from a letter",
    "account.confirm_email": "a link from a letter",
    "invitations.accept": "a link from a letter",
    "mail_off.page": "a link from a letter",
    "mail_off.turn_off": "a link from a letter",
    "mail_off.turn_on": "a link from a letter",
    "monitoring.metrics": "the token of the monitoring system",
    "account.end_session": "a session of one's own by that name",
    "handover.own": "a role that may be passed on",
    "practices_entries.begin": "a contest of one's own region",
    "practices.repeat": "an organisation that is not the author's",
    "practices_papers.issue": "results that are published",
    "practices_papers.diploma": "results that are published",
    "practices_results.answer": "an appeal",
    "practices_results.paper": "a signature",
}


class Verdict(StrEnum):
    """What an address says to somebody. `HIDDEN` is a page that does not exist, `REFUSED` either of those two."""

    LET_IN = "let in"
    SIGN_IN = "sent to sign in"
    CODE = "asked for a code"
    FORBIDDEN = "403"
    HIDDEN = "404"
    REFUSED = "403 or 404"
    ANYTHING = "anything but a failure"


@dataclass(frozen=True)
class Thing:
    """A value of an argument and whose it is; `exists` is False for a number nobody has."""

    value: object
    scope: Scope | None
    exists: bool = True
    loose: bool = False
    owner: int | None = None
    overseer: str = ""


@dataclass(frozen=True)
class Attempt:
    """One request: an endpoint, a method, arguments named by the place they come from."""

    endpoint: str
    method: str
    whose: str
    path: str
    things: Mapping[str, Thing] = field(hash=False)


@dataclass(frozen=True)
class Grounds:
    """All that arguments may be, found once: the objects themselves cost a query after every commit."""

    things: Mapping[str, Mapping[str, Thing]]

    def named(self, place: str, endpoint: str, arguments: set[str]) -> dict[str, Thing]:
        """Return the things of a place («own», «neighbour», «abroad», «missing») for the arguments of an endpoint."""
        return {name: self.things[place][sample_name(endpoint, name)] for name in arguments}


def sample_name(endpoint: str, argument: str) -> str:
    """Return the name under which `SAMPLES` knows the argument, "" where it does not."""
    names = (f"{endpoint}:{argument}", argument)
    return next((name for name in names if name in SAMPLES), "")


def unknown_arguments(app: Flask) -> list[str]:
    """Return the arguments of addresses that no sample stands for."""
    return sorted(
        f"{rule.endpoint}: {name}"
        for rule in addresses(app)
        for name in rule.arguments
        if not sample_name(rule.endpoint, name)
    )


def addresses(app: Flask) -> list[Address]:
    """Return every address with a rule of access; files under `static` have none."""
    return [rule for rule in app.url_map.iter_rules() if not serves_files(app, rule.endpoint)]


def find_things(stage: Stage) -> Grounds:
    """Return the values and branches of all samples in all places."""
    places = {"own": stage.own, "neighbour": stage.neighbour, "abroad": stage.abroad}
    found = {
        title: {name: _thing(sample, place) for name, sample in SAMPLES.items()} for title, place in places.items()
    }
    found["missing"] = {name: Thing(one.missing, None, exists=False, loose=one.loose) for name, one in SAMPLES.items()}
    return Grounds(found)


def _thing(sample: Sample, place: Place) -> Thing:
    picked = sample.pick(place)
    return Thing(
        sample.value(picked),
        sample.scope(picked),
        loose=sample.loose,
        owner=sample.owner(picked),
        overseer=sample.overseer,
    )


def attempts(app: Flask, grounds: Grounds, methods: set[str]) -> Iterator[Attempt]:
    """Yield every address by every method: own, the neighbour's, of another region, missing, a stranger among own."""
    for rule in addresses(app):
        if not all(sample_name(rule.endpoint, name) for name in rule.arguments):
            continue  # a test of its own says what to add
        for method in sorted((rule.methods or set()) & methods):
            for whose, things in _mixtures(rule, grounds):
                yield Attempt(rule.endpoint, method, whose, _path(rule, things), things)


def _mixtures(rule: Address, grounds: Grounds) -> Iterator[tuple[str, dict[str, Thing]]]:
    own = grounds.named("own", rule.endpoint, rule.arguments)
    yield "own", own
    for place in ("neighbour", "abroad", "missing") if own else ():
        yield place, grounds.named(place, rule.endpoint, rule.arguments)
    for name in sorted(own) if len(own) > 1 else ():
        for place in ("abroad", "missing"):
            stranger = grounds.named(place, rule.endpoint, {name})
            if stranger[name] != own[name]:
                yield f"own but {name} {place}", {**own, **stranger}


def _path(rule: Address, things: Mapping[str, Thing]) -> str:
    built = rule.build({name: thing.value for name, thing in things.items()}, append_unknown=False)
    if built is None:
        raise LookupError(f"{rule} cannot be built of {dict(things)}: give its arguments samples of the right type")
    return built[1]


class Read(dict[str, Any]):
    """Arguments that remember which of them were asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


def promised(app: Flask, person: Person, attempt: Attempt) -> Verdict:
    """Return what the declared rule promises; where more is needed, nobody may hear of a failure at least."""
    promise = _promised(app, person, attempt)
    return Verdict.ANYTHING if promise is Verdict.LET_IN and attempt.endpoint in FURTHER else promise


def _promised(app: Flask, person: Person, attempt: Attempt) -> Verdict:
    rule = rule_of(app.view_functions[attempt.endpoint])
    if isinstance(rule, Public):
        return Verdict.LET_IN if attempt.whose == "own" else Verdict.ANYTHING
    if isinstance(rule, Held):
        return Verdict.CODE
    if not isinstance(rule, Required):
        raise TypeError(f"{attempt.endpoint}: a rule of a new sort; teach the matrix what it promises")
    if person.user is None:
        return Verdict.SIGN_IN
    subjects = _looked_at(app, rule, attempt)
    return _by_rule(rule, subjects, person, attempt.things)


def _by_rule(rule: Required, subjects: set[str], person: Person, things: Mapping[str, Thing]) -> Verdict:
    holds = not rule.permission or (bool(person.role) and rule.permission in permissions_of(person.role))
    if rule.scope is None:  # the right alone opens the page, which then looks at its objects itself
        return _among(things, set(things), person, _belongs) if holds else Verdict.FORBIDDEN
    if not subjects:  # a rule about the viewer's own region
        whole = person.scope is not None and person.scope == Scope(person.scope.region_id)
        return (Verdict.LET_IN if whole else Verdict.HIDDEN) if holds else Verdict.REFUSED
    if not all(_belongs(person, things[name]) for name in subjects):
        return Verdict.HIDDEN
    return _among(things, set(things) - subjects, person, _is_near) if holds else Verdict.FORBIDDEN


def _among(
    things: Mapping[str, Thing], names: set[str], person: Person, fits: Callable[[Person, Thing], bool]
) -> Verdict:
    """Return whether all of the arguments fit; what does not is hidden, unless its page may say so in its own way."""
    strangers = [things[name] for name in names if not fits(person, things[name])]
    if not strangers:
        return Verdict.LET_IN
    return Verdict.ANYTHING if all(one.loose for one in strangers) else Verdict.HIDDEN


def _belongs(person: Person, thing: Thing) -> bool:
    own = person.scope
    if thing.owner is not None and thing.owner != person.account_id:
        oversees = bool(thing.overseer) and bool(person.role) and thing.overseer in permissions_of(person.role)
        return oversees and _belongs(person, replace(thing, owner=None))
    if thing.owner is not None:
        return thing.exists
    return thing.exists and (thing.scope is None or (own is not None and own.covers(thing.scope)))


def _is_near(person: Person, thing: Thing) -> bool:
    own = person.scope
    return thing.exists and (thing.scope is None or (own is not None and own.region_id == thing.scope.region_id))


def _looked_at(app: Flask, rule: Required, attempt: Attempt) -> set[str]:
    """Return the arguments the rule finds its branch by."""
    asked = Read({name: thing.value for name, thing in attempt.things.items()})
    if rule.scope is not None:
        with app.test_request_context():
            rule.scope(asked)
    return asked.names


def heard(answer: TestResponse) -> Verdict:
    """Return what an answer means."""
    location = answer.headers.get("Location", "")
    if location.startswith("/login"):
        return Verdict.SIGN_IN
    if location.startswith("/?again"):
        return Verdict.CODE
    known = {401: Verdict.SIGN_IN, 403: Verdict.FORBIDDEN, 404: Verdict.HIDDEN}
    return known.get(answer.status_code, Verdict.LET_IN)


def keeps(promise: Verdict, answer: TestResponse) -> bool:
    """Tell whether the answer is what was promised; a failure of the server never is."""
    if answer.status_code >= 500:
        return False
    got = heard(answer)
    if promise is Verdict.REFUSED:
        return got in (Verdict.FORBIDDEN, Verdict.HIDDEN)
    return promise is Verdict.ANYTHING or got is promise
