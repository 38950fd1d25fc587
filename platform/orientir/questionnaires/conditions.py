"""Conditions: the operator tree behind ``show_if``, parsed once and asked on every page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

SKIP = "skip"


def chosen_codes(answer: object) -> tuple[str, ...]:
    """Return the option codes of a stored answer: one, several, ``("skip",)`` or none."""
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, list):
        return tuple(code for code in answer if isinstance(code, str))
    return ()


@dataclass(frozen=True, slots=True)
class World:
    """What conditions may ask: facts of the respondent, switches of the region, answers of earlier sections."""

    facts: Mapping[str, str]
    settings: Collection[str]
    answers: Mapping[str, Any]


class Condition(Protocol):
    """A node of the tree."""

    def holds(self, world: World) -> bool: ...

    def leaves(self) -> Iterator[Leaf]: ...


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]

    def holds(self, world: World) -> bool:
        return all(part.holds(world) for part in self.parts)

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def holds(self, world: World) -> bool:
        return any(part.holds(world) for part in self.parts)

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def holds(self, world: World) -> bool:
        return not self.part.holds(world)

    def leaves(self) -> Iterator[Leaf]:
        yield from self.part.leaves()


@dataclass(frozen=True, slots=True)
class AnswerIn:
    """True if any chosen option is listed; ``skip`` counts as a code like the others."""

    question: str
    codes: frozenset[str]

    def holds(self, world: World) -> bool:
        return not self.codes.isdisjoint(chosen_codes(world.answers.get(self.question)))

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True, slots=True)
class Answered:
    """True if the question has an answer other than «Не хочу отвечать»."""

    question: str

    def holds(self, world: World) -> bool:
        return bool(world.answers.get(self.question, SKIP) != SKIP)

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True, slots=True)
class FactIn:
    fact: str
    values: frozenset[str]

    def holds(self, world: World) -> bool:
        return world.facts.get(self.fact) in self.values

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True, slots=True)
class SettingOn:
    setting: str

    def holds(self, world: World) -> bool:
        return self.setting in world.settings

    def leaves(self) -> Iterator[Leaf]:
        yield self


Leaf = AnswerIn | Answered | FactIn | SettingOn


def parse_condition(raw: Mapping[str, Any]) -> Condition:
    """Build the tree from JSON that has passed the schema; ValueError if it is not exactly one operator."""
    operator, *others = [name for name in raw if name != "in"] or [""]
    if others or ("in" in raw) != (operator in {"answer", "fact"}):
        raise ValueError(", ".join(raw))
    match operator:
        case "all":
            return All(tuple(parse_condition(part) for part in raw["all"]))
        case "any":
            return AnyOf(tuple(parse_condition(part) for part in raw["any"]))
        case "not":
            return Not(parse_condition(raw["not"]))
        case "answer":
            return AnswerIn(raw["answer"], frozenset(str(code) for code in raw["in"]))
        case "answered":
            return Answered(raw["answered"])
        case "fact":
            return FactIn(raw["fact"], frozenset(str(value) for value in raw["in"]))
        case _:
            return SettingOn(raw["setting"])
