"""The one engine of moderation: what organisations announce is suggested, published, or returned with a remark.

Events and notes go the same way and share who is trusted; each says by a `Moderation` what is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from sqlalchemy.sql.selectable import ForUpdateArg

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import LazyText, _
from orientir.organisations.queries import today_of
from orientir_calendar.models import TrustedOrganisation
from orientir_calendar.waiting import DRAFT, PUBLISHED, SUGGESTED, Item, is_trusted

LONGEST_REMARK = 500


@dataclass(frozen=True)
class Moderation(Generic[Item]):
    """What is moderated: `begins` are the states it is announced from, `gone` what is said of any other one.

    `act` and `thing` are its names in the log; `published` does what else follows once everybody may see it, `accepted`
    writes new words into what is published.
    """

    model: type[Item]
    act: str
    thing: str
    begins: frozenset[str]
    gone: LazyText
    decided: LazyText
    published: Callable[[Item, int | None], None]
    accepted: Callable[[Item, int | None], None]

    def suggest(self, item: Item, *, actor: int | None) -> None:
        """Send it to moderation; a trusted organisation's is published at once. A repeat changes nothing."""
        self.hold(item)
        if item.state in (SUGGESTED, PUBLISHED):
            return
        self._refuse_gone(item)
        if is_trusted(item.organisation_id):
            self._publish(item, actor)
            return
        item.state, item.remark = SUGGESTED, ""
        db.session.flush()
        self.write("suggest", item, actor)

    def publish(self, item: Item, *, actor: int | None, trust: bool = False) -> None:
        """Let everybody see it, or its new words; with `trust` its organisation publishes by itself from now on."""
        self.hold(item)
        if trust and not is_trusted(item.organisation_id):
            today = today_of(item.organisation.municipality.region)
            db.session.add(TrustedOrganisation(organisation_id=item.organisation_id, trusted_on=today))
        if item.state == PUBLISHED:
            self._accept(item, actor)
            return
        if item.state != SUGGESTED:
            self._refuse_gone(item)
        self._publish(item, actor)

    def send_back(self, item: Item, remark: str, *, actor: int | None) -> None:
        """Return what was suggested, or its new words, with a remark; raises InvalidInputError without one."""
        if not remark.strip():
            raise InvalidInputError(_("Напишите, что исправить."), "remark")
        self.hold(item)
        if item.state == SUGGESTED:
            item.state = DRAFT
        elif item.proposed_at is None:
            raise ConflictError(str(self.decided))
        item.proposed_at, item.remark = None, remark.strip()[:LONGEST_REMARK]
        db.session.flush()
        self.write("return", item, actor)

    def hold(self, item: Item) -> None:
        """Keep it as it is now until the transaction ends: of two decisions about it one sees the other."""
        db.session.flush()
        db.session.refresh(item, with_for_update=ForUpdateArg(of=self.model, key_share=True))

    def write(self, act: str, item: Item, actor: int | None) -> None:
        """Write the act into the log."""
        audit.write(
            f"{self.act}.{act}", self.thing, item.id, actor=actor, scope=item.organisation.scope, title=item.title
        )

    def _publish(self, item: Item, actor: int | None) -> None:
        item.state, item.remark = PUBLISHED, ""
        item.published_at = item.published_at or clock.now()
        self.published(item, actor)
        self.write("publish", item, actor)

    def _accept(self, item: Item, actor: int | None) -> None:
        """Show the words and papers that waited; where none do nothing is changed."""
        if item.proposed_at is None:
            return
        self.accepted(item, actor)
        item.proposed, item.proposed_at, item.remark = {}, None, ""
        db.session.flush()
        self.write("accept", item, actor)

    def _refuse_gone(self, item: Item) -> None:
        if item.state not in self.begins:
            raise ConflictError(str(self.gone))
