"""Invented words for trials at full size: the cards of a college, and what pupils say afterwards."""

from __future__ import annotations

from orientir.i18n import LazyText, _, _l
from orientir.questionnaires.models import WordState
from orientir_trials.cards import Card

Advice = tuple[tuple[LazyText, WordState], ...]
PROFESSIONS = (
    (_l("Токарь"), "machines"),
    (_l("Электромонтёр"), "energy"),
    (_l("Медицинская сестра"), "medicine"),
    (_l("Пекарь"), "hospitality"),
    (_l("Программист"), "it"),
    (_l("Агроном"), "farming"),
    (_l("Машинист"), "transport"),
    (_l("Воспитатель"), "teaching"),
    (_l("Геолог"), "mining"),
    (_l("Плотник"), "building"),
    (_l("Спасатель"), "rescue"),
    (_l("Дизайнер"), "art"),
    (_l("Бухгалтер"), "economy"),
    (_l("Лесник"), "science"),
    (_l("Лаборант"), "chemistry"),
    (_l("Сварщик"), "metal"),
)
# Step, first and last grade, places; the first of the four is held online.
KINDS = ((1, 6, 9, 320), (2, 6, 8, 160), (2, 8, 11, 160), (3, 9, 11, 120))
ONLINE = 0
CONDITIONS = (("remote", "print"), ("stepless",), (), ("lift", "quiet"))
# What the first six of a trial advise, and what an operator has decided about it.
LABORATORY: Advice = (
    (_l("Пусть каждый сам возьмёт пробу из реки, а не по одному на группу."), WordState.SHOWN),
    (_l("Классно, что дали настоящие реактивы. Спасибо преподавателю!"), WordState.SHOWN),
    (_l("Объясняйте проще, половину слов я услышал впервые."), WordState.SHOWN),
    (_l("Журнал заполнять скучно, зато понятно зачем."), WordState.SHOWN),
    (_l("Скиньте фото, я есть в мессенджере: @lab_rat_09"), WordState.WAITING),
    (_l("Хочу ещё посмотреть, как работает большой прибор за стеклом."), WordState.WAITING),
)
WORKSHOP: Advice = (
    (_l("Дайте больше времени на сам шов: только начало получаться, и уже конец."), WordState.SHOWN),
    (_l("Очень понравилось! Мастер показал всё по шагам и не торопил."), WordState.SHOWN),
    (_l("Расскажите ещё, где потом работают и сколько получают."), WordState.SHOWN),
    (_l("В мастерской холодно, предупредите, что нужна тёплая кофта."), WordState.WAITING),
    (_l("Хочу прийти ещё раз, позвоните мне: 8 914 000-00-00"), WordState.WAITING),
    (_l("Дима из нашего класса всем мешал, не зовите его больше."), WordState.HIDDEN),
)
# Of trials at full size, whatever the profession.
REMARKS = (
    _l("Поставьте пробу не на последний урок, все устали."),
    _l("Спасибо, было интересно, приду на день открытых дверей."),
    _l("Пусть группы будут меньше: на всех не хватило мест у станка."),
    _l("Больше делать руками и меньше слушать."),
    _l("Сложно найти вход, повесьте указатели."),
    _l("Всё понравилось."),
    _l("Напишите заранее, что взять с собой."),
)


def cards_of_host(number: int) -> list[Card]:
    """Return the four cards of the college `number`: one online, two of a workshop, one of a project."""
    return [_card(number, place) for place in range(len(KINDS))]


def said(number: int) -> dict[str, object]:
    """Return one of the answers to the form after a trial."""
    return {
        "F1": {"liked": 5 - number % 2},
        "F2": {0: "part", 5: "watch", 9: "part"}.get(number, "hands"),
        "F3": {3: "same", 7: "no"}.get(number, ("more", "some")[number % 2]),
        "F4": ("yes", "maybe", "no_useful")[number % 3],
        "F5": "ok",
        "F6": ["time"] if number % 2 else ["nothing"],
    }


def _card(number: int, place: int) -> Card:
    profession, field = PROFESSIONS[(number * len(KINDS) + place * 3) % len(PROFESSIONS)]
    title = str(profession)
    step, first_grade, last_grade, capacity = KINDS[place]
    is_online = place == ONLINE
    return Card(
        title=_("%(title)s: день в колледже № %(number)s", title=title, number=number) if step == 2 else title,
        profession=title.lower(),
        field=field,
        step=step,
        first_grade=first_grade,
        last_grade=last_grade,
        place=_place(place),
        is_online=is_online,
        capacity=capacity,
        hands=_("Сделаете своими руками настоящее задание этой профессии."),
        clothes="" if is_online else _("Сменную обувь"),
        conditions=CONDITIONS[place],
        needs_companion=not is_online,
    )


def _place(place: int) -> str:
    if place == ONLINE:
        return _("Ссылка на встречу придёт в день пробы")
    return _("Учебный корпус, мастерская %(number)s", number=place)
