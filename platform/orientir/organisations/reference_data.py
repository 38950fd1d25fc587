"""Regions that ship with the platform: one JSON file each in `reference/`.

Irkutsk region: 10 городских округов and 32 районы or округа (domain.md B.3). The files hold no ОКТМО codes: those are
imported from the classifier, never typed by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import MunicipalityKind


@dataclass(frozen=True)
class MunicipalityReference:
    name: str
    kind: MunicipalityKind


@dataclass(frozen=True)
class RegionReference:
    code: str
    name: str
    timezone: str
    timezone_words: str
    operator_name: str
    municipalities: tuple[MunicipalityReference, ...]


def read_reference(code: str) -> RegionReference:
    """Return the reference data of the region with this code; raises InvalidInputError that lists the known ones."""
    known = {reference.code: reference for reference in _shipped()}
    if code not in known:
        listed = ", ".join(f"{one.code} ({one.name})" for one in known.values())
        raise InvalidInputError(
            _("Справочника региона «%(code)s» нет. Есть: %(known)s.", code=code, known=listed), "code"
        )
    return known[code]


def _shipped() -> list[RegionReference]:
    folder = files("orientir.organisations") / "reference"
    sheets = [entry for entry in folder.iterdir() if entry.name.endswith(".json")]
    return [_parse(json.loads(sheet.read_text(encoding="utf-8"))) for sheet in sorted(sheets, key=lambda one: one.name)]


def _parse(sheet: dict[str, Any]) -> RegionReference:
    rows = tuple(
        MunicipalityReference(row["name"], MunicipalityKind(row["kind"])) for row in sheet.pop("municipalities")
    )
    return RegionReference(**sheet, municipalities=rows)
