"""The form of an entry (domain.md C.3): a questionnaire, whose version a contest keeps from its first day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orientir.questionnaires import parse_document, publish
from orientir.questionnaires.models import QuestionnaireVersion

SHIPPED = Path(__file__).parent / "questionnaires" / "practice.json"


@cache
def shipped() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return document


def current_version() -> QuestionnaireVersion:
    """Return the published version of the shipped form, publishing it if it is new."""
    return publish(parse_document(shipped()), actor=None)
