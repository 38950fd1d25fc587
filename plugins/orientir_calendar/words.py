"""What events choose from, in words (domain.md A.1, 33–46; C.6, 5), and what each kind is counted as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orientir.contracts import Activity, Audience, Indicator, Period
from orientir.i18n import LazyText, _l

GRADES_6_11 = tuple(range(6, 12))

MEETING, EXCURSION, LESSON = "calendar.meeting", "calendar.excursion", "calendar.lesson"
SHIFT, FORUM, OLYMPIAD, CONTEST = "calendar.shift", "calendar.forum", "calendar.olympiad", "calendar.contest"
WON = "calendar.contest_won"
OTHER, PARENTS, TEACHERS = "calendar.event", "calendar.parents", "calendar.teachers"

ACTIVITIES = (
    Activity(MEETING, _l("Встречи с представителями профессий"), grades=tuple(range(1, 13))),
    Activity(EXCURSION, _l("Экскурсии на предприятия"), grades=tuple(range(1, 13))),
    Activity(LESSON, _l("Открытые онлайн-уроки"), period=Period.CALENDAR_YEAR, grades=GRADES_6_11),
    Activity(SHIFT, _l("Профильные смены"), period=Period.CALENDAR_YEAR, grades=tuple(range(1, 13))),
    Activity(FORUM, _l("Форум, ученики"), period=Period.CALENDAR_YEAR, grades=(8, 9, 10, 11)),
    Activity(OLYMPIAD, _l("Психолого-педагогическая олимпиада"), period=Period.CALENDAR_YEAR, grades=(8, 9, 10, 11)),
    Activity(CONTEST, _l("Профориентационные конкурсы"), grades=GRADES_6_11),
    Activity(WON, _l("Профориентационные конкурсы: победители и призёры"), grades=GRADES_6_11),
    Activity(OTHER, _l("Другие мероприятия по профориентации")),
    Activity(PARENTS, _l("Мероприятия для родителей"), audience=Audience.PARENTS),
    Activity(TEACHERS, _l("Мероприятия для педагогов"), audience=Audience.TEACHERS),
)

# domain.md C.4: of both the facts are kept here; whoever computes the monitoring asks coverage for the activity.
INDICATORS = (
    Indicator("8.1", _l("Участники профориентационных конкурсов, 6–11 классы"), CONTEST),
    Indicator("8.2", _l("Муниципалитеты, где в профориентационных конкурсах не участвовал никто"), CONTEST),
)


@dataclass(frozen=True)
class KindLine:
    """A kind as the region has it; `activity` is what its pupils are counted as, "" for not at all."""

    key: str
    title: LazyText | str
    activity: str = ""
    color: str = "slategray"
    is_closed: bool = False


KINDS = (
    KindLine("meeting", _l("Встреча с представителем профессии"), MEETING, color="royalblue"),
    KindLine("excursion", _l("Экскурсия на предприятие"), EXCURSION, color="chocolate"),
    KindLine("lesson", _l("Открытый онлайн-урок"), LESSON, color="steelblue"),
    KindLine("open_day", _l("День открытых дверей"), OTHER, color="teal"),
    KindLine("class_hour", _l("Классный час о профессиях"), OTHER, color="olive"),
    KindLine("shift", _l("Профильная смена"), SHIFT, color="forestgreen"),
    KindLine("forum", _l("Форум"), FORUM, color="crimson"),
    KindLine("olympiad", _l("Психолого-педагогическая олимпиада"), OLYMPIAD, color="mediumslateblue"),
    KindLine("contest", _l("Конкурс, чемпионат"), CONTEST, color="mediumorchid"),
    KindLine("parents", _l("Родительское собрание, консультация"), color="indianred"),
    KindLine("seminar", _l("Семинар, совещание педагогов"), color="seagreen"),
    KindLine("other", _l("Другое"), OTHER),
)

# Names of CSS3, as RFC 7986 wants them, of which each is told from the ground of a page by day and by night (3:1).
COLORS: Mapping[str, LazyText] = {
    "royalblue": _l("синий"),
    "steelblue": _l("стальной"),
    "teal": _l("бирюзовый"),
    "seagreen": _l("морской"),
    "forestgreen": _l("зелёный"),
    "olive": _l("оливковый"),
    "chocolate": _l("оранжевый"),
    "indianred": _l("коралловый"),
    "crimson": _l("красный"),
    "mediumorchid": _l("сиреневый"),
    "mediumslateblue": _l("фиолетовый"),
    "slategray": _l("серый"),
}
# The papers an event may carry.
PURPOSES: Mapping[str, LazyText] = {
    "rules": _l("положение"),
    "programme": _l("программа"),
    "report": _l("отчёт"),
}
AUDIENCES: Mapping[str, LazyText] = {
    "students": _l("ученики"),
    "preschool": _l("дошкольники"),
    "parents": _l("родители"),
    "teachers": _l("педагоги"),
}
FORMATS: Mapping[str, LazyText] = {"onsite": _l("очно"), "online": _l("онлайн"), "away": _l("выезд")}
LEVELS: Mapping[str, LazyText] = {
    "school": _l("школа"),
    "municipal": _l("муниципалитет"),
    "regional": _l("регион"),
    "federal": _l("вся страна"),
}
FREQUENCIES: Mapping[str, LazyText] = {
    "": _l("не повторяется"),
    "weekly": _l("каждую неделю"),
    "fortnightly": _l("раз в две недели"),
    "monthly": _l("каждый месяц в это же число"),
}
# Письмо Минпросвещения № АБ-2324/05: where the hours of the federal minimum come from.
DIRECTIONS: Mapping[str, LazyText] = {
    "profile": _l("профильные предпрофессиональные классы"),
    "lessons": _l("урочная деятельность"),
    "after": _l("внеурочная деятельность («Россия — мои горизонты»)"),
    "upbringing": _l("воспитательная работа"),
    "additional": _l("дополнительное образование"),
    "training": _l("профессиональное обучение"),
    "parents": _l("взаимодействие с родителями"),
}
# Where a link is pasted, in the words of the three calendars people here have.
PHONES: tuple[tuple[LazyText, LazyText], ...] = (
    (
        _l("Телефон на Android (Google Календарь)"),
        _l(
            "На компьютере откройте calendar.google.com, слева «Другие календари» → «+» → «Добавить по URL», вставьте "
            "ссылку. На телефоне календарь появится сам."
        ),
    ),
    (
        _l("iPhone"),
        _l(
            "«Настройки» → «Приложения» → «Календарь» → «Учётные записи» → «Добавить» → «Другое» → «Подписной "
            "календарь», вставьте ссылку."
        ),
    ),
    (
        _l("Яндекс Календарь"),
        _l("Откройте calendar.yandex.ru, слева «Новый календарь» → «Подписка», вставьте ссылку."),
    ),
)
