"""Notes of the demo region: a school's news of a meeting, a publication of a teacher, one that waits for a decision."""

from __future__ import annotations

from datetime import date, timedelta

from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir_calendar import notes
from orientir_calendar.models import Event
from orientir_calendar.note_models import NoteKind
from orientir_calendar.notes import NotePlan


def write_notes(school: Organisation, neighbour: Organisation | None, event: Event, today: date) -> None:
    """Let the showcase school tell of `event` and of an article, and its neighbour suggest its first note."""
    for plan in (_news(event), _article(today)):
        note = notes.add_note(school, plan, actor=None)
        notes.publish(note, actor=None)
    if neighbour is not None:
        notes.suggest(notes.add_note(neighbour, _excursion(today), actor=None), actor=None)


def _news(event: Event) -> NotePlan:
    return NotePlan(
        NoteKind.NEWS, _("Инженер водоканала ответил на сорок вопросов"), event.first_day,
        _("Встреча шла урок, а разошлись через два. Больше всего спрашивали, **сколько учиться** и можно ли "
          "прийти на практику.\n\n- можно: водоканал берёт на две недели в июне\n- нужны физика и химия"),
        event_id=event.id,
    )  # fmt: skip


def _article(today: date) -> NotePlan:
    return NotePlan(
        NoteKind.PUBLICATION, _("Игра «Город профессий» для пятых классов: правила и карточки"),
        today - timedelta(days=20), _("Методическая разработка для классного часа: сорок минут, четыре команды."),
        "https://example.org/city-of-professions",
    )  # fmt: skip


def _excursion(today: date) -> NotePlan:
    return NotePlan(
        NoteKind.NEWS, _("Восьмиклассники побывали в пожарной части"), today - timedelta(days=2),
        _("Примерили снаряжение и узнали, что отбор проходят не самые сильные, а самые спокойные."),
    )  # fmt: skip
