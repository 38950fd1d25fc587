"""What trials ask of whoever is signed in: cards to decide about, cards that are not in the register yet."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from orientir.contracts import HomePanel, PanelItem, Viewer
from orientir.i18n import _, plural
from orientir_trials import queries
from orientir_trials.advice import waiting_in
from orientir_trials.models import Trial, TrialState
from orientir_trials.places import offering_organisations
from orientir_trials.routes import MODERATE, OFFER

MOST_CARDS = 5


def home_panels(viewer: Viewer) -> list[HomePanel]:
    """Return one panel where something waits, none otherwise."""
    items = tuple(_items(viewer))
    return [HomePanel(_("Профессиональные пробы"), items, order=20)] if items else []


def _items(viewer: Viewer) -> Iterator[PanelItem]:
    if viewer.can(MODERATE):
        yield from _moderation(viewer)
    elif viewer.can(OFFER):
        yield from _own_cards(viewer)


def _moderation(viewer: Viewer) -> Iterator[PanelItem]:
    count = len(queries.suggested_in(viewer.scopes(MODERATE)))
    if count:
        yield PanelItem(
            count,
            plural(count, _("карточка ждёт проверки|карточки ждут проверки|карточек ждут проверки")),
            url_for("trial_desk.moderation"),
            _("Проверить"),
            _("Первая карточка организации: дальше она публикует сама."),
        )
    if words := waiting_in(viewer.scopes(MODERATE)):
        yield PanelItem(
            words,
            plural(
                words,
                _("совет участников ждёт просмотра|совета участников ждут просмотра|советов участников ждут просмотра"),
            ),
            url_for("trial_advice.index"),
            _("Просмотреть"),
            _("Организатор увидит их только после вас."),
        )


def _own_cards(viewer: Viewer) -> Iterator[PanelItem]:
    own = queries.cards_of([one.id for one in offering_organisations(viewer.scopes(OFFER))])
    waiting = [one for one in own if one.state == TrialState.DRAFT]
    for trial in waiting[:MOST_CARDS]:
        yield PanelItem(
            None,
            _("«%(title)s» ещё не в реестре", title=trial.title),
            url_for("trials.trial", trial_id=trial.id),
            _("Открыть"),
            _hint(trial),
        )


def _hint(trial: Trial) -> str:
    return _("Оператор вернул: %(remark)s", remark=trial.remark) if trial.remark else _("Добавьте сеансы и отправьте.")
