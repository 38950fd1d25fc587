"""Sample objects for addresses: what each argument of a URL may stand for: own, foreign, of another region, missing.

A new argument of an endpoint is one line in `SAMPLES`; two endpoints that mean different things by one name are told
apart as «endpoint:argument».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orientir.accounts.roles import ADMINISTER
from orientir.contracts import Scope
from orientir.files.queries import files_of
from orientir.notices.rules import PLATFORM
from orientir_calendar.links import token_of
from orientir_calendar.models import OBJECT
from orientir_practices.models import ENTRY
from orientir_testkit.objects import Place

NO_SUCH_ID = 2_000_000_000
RULE = PLATFORM[0].key


@dataclass(frozen=True)
class Sample:
    """What an argument may be: `pick` finds the thing of a place, `value` what stands in the address for it.

    `scope` tells whose it is, None for what belongs to nobody (the key of an activity). What has an `owner` (the id of
    an account) exists for that person alone, and for those who hold `overseer` in its branch. A `loose` one may be
    answered in any way but a failure when it is missing or foreign: the page itself decides what that means.
    """

    pick: Callable[[Place], Any]
    value: Callable[[Any], object] = lambda thing: thing.id
    scope: Callable[[Any], Scope | None] = lambda thing: thing.scope
    missing: object = NO_SUCH_ID
    loose: bool = False
    owner: Callable[[Any], int | None] = lambda _thing: None
    overseer: str = ""


def word(text: object, missing: object, *, loose: bool = False) -> Sample:
    """Return the sample of an argument that is the same in every place."""
    return Sample(lambda _place: text, lambda thing: thing, lambda _thing: None, missing, loose)


SAMPLES: dict[str, Sample] = {
    "region_id": Sample(lambda place: place.region),
    "municipality_id": Sample(lambda place: place.municipality),
    "organisation_id": Sample(lambda place: place.school),
    "class_id": Sample(lambda place: place.school_class),
    "user_id": Sample(lambda place: place.account, scope=lambda user: user.grants[0].scope),
    "grant_id": Sample(lambda place: place.account.grants[0]),
    "invitation_id": Sample(lambda place: place.invitation),
    "letter_id": Sample(lambda place: place.letter, scope=lambda letter: Scope(letter.region_id)),
    "change_id": Sample(lambda place: place.change, scope=lambda change: Scope(change.region_id)),
    "job_id": Sample(
        lambda place: place.job,
        scope=lambda job: Scope(job.region_id),
        owner=lambda job: job.actor_id,
        overseer=ADMINISTER,
    ),
    "import_id": Sample(lambda place: place.table, owner=lambda table: table.actor_id),
    "notice_id": Sample(
        lambda place: place.notice, scope=lambda notice: Scope(notice.region_id), owner=lambda notice: notice.user_id
    ),
    "slot_id": Sample(lambda place: place.slot, scope=lambda slot: slot.organisation.scope),
    # Anybody who books may look at an occasion; whether a class of theirs fits is what the page answers.
    "bookings.choose_class:slot_id": Sample(lambda place: place.slot, scope=lambda _slot: None, loose=True),
    "door_id": Sample(lambda place: place.door, scope=lambda door: door.slot.organisation.scope),
    "booking_id": Sample(lambda place: place.booking, scope=lambda booking: booking.school_class.scope),
    **{
        f"slots.{act}:booking_id": Sample(
            lambda place: place.booking, scope=lambda booking: booking.slot.organisation.scope
        )
        for act in ("mark", "unmark")
    },
    "season_id": Sample(lambda place: place.trial.season, scope=lambda season: season.region.scope),
    "trial_id": Sample(lambda place: place.trial, scope=lambda trial: trial.organisation.scope),
    "event_id": Sample(lambda place: place.event, scope=lambda event: event.organisation.scope),
    "note_id": Sample(lambda place: place.note, scope=lambda note: note.organisation.scope),
    "report_id": Sample(lambda place: place.report, scope=lambda report: report.organisation.scope),
    "project_id": Sample(
        lambda place: place.external, lambda count: count.project_id, lambda count: Scope(count.project.region_id)
    ),
    "calendar_lists.kind:key": word("meeting", missing="nothing"),
    "count_id": Sample(lambda place: place.external, scope=lambda count: count.organisation.scope),
    "calendar_personal.feed:token": Sample(lambda place: place.link, token_of, lambda _link: None, "0" * 32),
    "calendar.feed:code": Sample(
        lambda place: place.region, lambda region: region.code, lambda _region: None, "99", loose=True
    ),
    "contest_id": Sample(lambda place: place.entry.contest),
    # Anybody may begin an entry; whether the contest takes any is what the page answers.
    "practices_entries.begin:contest_id": Sample(
        lambda place: place.entry.contest, scope=lambda _one: None, loose=True
    ),
    "nomination_id": Sample(lambda place: place.entry.nomination, scope=lambda one: one.contest.scope),
    "entry_id": Sample(lambda place: place.entry),
    **{
        f"practices_desk.{act}:entry_id": Sample(lambda place: place.entry, scope=lambda entry: entry.contest.scope)
        for act in ("entry", "accept", "send_back", "reject", "extend", "assign", "unassign")
    },
    "practices_results.answer:entry_id": Sample(lambda place: place.entry, scope=lambda entry: entry.contest.scope),
    **{
        f"practices_files.{act}:entry_id": Sample(lambda place: place.entry, scope=lambda entry: entry.contest.scope)
        for act in ("take_at_desk", "look_at_copy", "open_to_experts", "shut_from_experts")
    },
    "practices_files.take_from_bank:entry_id": Sample(lambda place: place.entry, scope=lambda _one: None, loose=True),
    "practices_files.take_to_read:sheet_id": Sample(
        lambda place: place.sheet,
        scope=lambda sheet: sheet.entry.contest.scope,
        owner=lambda sheet: sheet.juror.user_id,
    ),
    # In the bank is what its authors let be published; an entry under way is not there.
    **{
        f"practices.{act}:entry_id": Sample(lambda place: place.entry, scope=lambda _one: None, loose=True)
        for act in ("practice", "repeat")
    },
    "section": word("idea", missing="nowhere"),
    "juror_id": Sample(lambda place: place.sheet.juror, scope=lambda juror: juror.contest.scope),
    "sheet_id": Sample(lambda place: place.sheet, scope=lambda sheet: sheet.entry.contest.scope),
    **{
        f"practices_jury.{act}:sheet_id": Sample(
            lambda place: place.sheet,
            scope=lambda sheet: sheet.entry.contest.scope,
            owner=lambda sheet: sheet.juror.user_id,
        )
        for act in ("sheet", "free", "decline")
    },
    "wave_id": Sample(lambda place: place.wave, scope=lambda wave: wave.region.scope),
    "activity": word("plans.survey", missing="plans.unknown"),
    "settings.setting:name": word("two_exams", missing="nothing"),
    "settings.revert:name": word("two_exams", missing="nothing"),
    "work.run_task:name": word("platform.mail", missing="nothing"),
    "rule": word(RULE, missing="nothing"),
    **{
        f"practices_files.{act}:file_id": Sample(
            lambda place: place.entry,
            lambda entry: files_of(ENTRY, entry.id)[0].id,
            lambda entry: entry.contest.scope,
            "0" * 32,
            loose=True,
        )
        for act in (
            *("take", "remove", "take_at_desk", "look_at_copy", "open_to_experts", "shut_from_experts"),
            *("take_to_read", "take_from_bank"),
        )
    },
    "file_id": Sample(
        lambda place: place.event,
        lambda event: files_of(OBJECT, event.id)[0].id,
        lambda event: event.organisation.scope,
        "0" * 32,
    ),
    "form": word("csv", missing="xlsx", loose=True),
    "key": word("0" * 32, missing="1" * 32, loose=True),
    "token": word("unknown", missing="nothing", loose=True),
    "number": word(1, missing=98),
    "typed": word("000000000000", missing="1", loose=True),
    "code": word("study", missing="nowhere", loose=True),
}
