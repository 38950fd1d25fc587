"""The questionnaire after a trial (domain.md C.2), published when somebody first answers it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orientir.questionnaires import parse_document, publish
from orientir.questionnaires.models import QuestionnaireVersion

SHIPPED = Path(__file__).parent / "questionnaires" / "after_trial.json"


@cache
def shipped() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return document


def current_version() -> QuestionnaireVersion:
    """Return the published version of the shipped document, publishing it if it is new."""
    return publish(parse_document(shipped()), actor=None)
