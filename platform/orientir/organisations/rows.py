"""Rows of the tree, for what is asked in a rush and needs no objects (decision 26)."""

from __future__ import annotations

from typing import NamedTuple

from orientir.db import table_of
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Region, SchoolClass


class ClassRow(NamedTuple):
    """A class, with the properties of the object that rules and pages ask for."""

    id: int
    organisation_id: int
    year: int
    grade: int
    last_grade: int
    letter: str

    @property
    def title(self) -> str:
        return ClassName(self.grade, self.last_grade, self.letter).title


class RegionRow(NamedTuple):
    """What pages say of a region, and its time zone."""

    id: int
    name: str
    timezone: str
    timezone_words: str
    operator_name: str
    is_demo: bool


CLASS_COLUMNS = table_of(SchoolClass).c[ClassRow._fields]
REGION_COLUMNS = table_of(Region).c[RegionRow._fields]
