"""Which object an address is about, for `orientir.web.access.requires`; a foreign one is none at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from orientir.contracts import Scope
from orientir.organisations.queries import region_of
from orientir.web.access import viewer
from orientir_practices.queries import find_contest, find_entry, find_juror, find_sheet


def scope_of_own_region(_arguments: Mapping[str, Any]) -> Scope | None:
    """Return the whole region the viewer works in: whoever works in a part of it is not let in."""
    region = region_of(viewer())
    return region.scope if region else None


def scope_of_contest(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the contest `contest_id` as the object roles stand in."""
    # Held for the page: a session forgets what nobody holds, and the view would read nominations and rubric anew.
    g.contest = contest = find_contest(arguments["contest_id"])
    return contest.scope if contest else None


def scope_of_juror(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the contest `contest_id` where `juror_id` is an expert of it; anybody else is none."""
    juror = find_juror(arguments["juror_id"])
    return juror.contest.scope if juror and juror.contest_id == arguments["contest_id"] else None


def scope_of_entry(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the entry `entry_id` as the object its authors hold their role in."""
    entry = find_entry(arguments["entry_id"])
    return entry.scope if entry else None


def scope_of_own_sheet(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the contest of the sheet `sheet_id` where it is the viewer's own; anybody else's is none."""
    sheet = find_sheet(arguments["sheet_id"])
    if sheet is None or sheet.juror.user_id != viewer().user_id:
        return None
    return sheet.entry.contest.scope


def scope_of_sheet(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the contest of the sheet `sheet_id`: for the secretary and the chair."""
    sheet = find_sheet(arguments["sheet_id"])
    return sheet.entry.contest.scope if sheet else None
