"""The branch of the card an address names: what the rules of access ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orientir.contracts import Scope
from orientir_trials.queries import find_season, find_trial


def scope_of_season(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the region that holds `season_id`."""
    season = find_season(arguments["season_id"])
    return season.region.scope if season else None


def scope_of_trial(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation that offers `trial_id`."""
    trial = find_trial(arguments["trial_id"])
    return trial.organisation.scope if trial else None
