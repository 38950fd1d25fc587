"""Words people write over the columns of a plan, and into its cells. Data, looked for and never shown."""

from __future__ import annotations

import re

TITLE = ("мероприятие", "тема")
DAY = ("день", "дата проведения", "начало мероприятия")
LAST_DAY = ("дата окончания", "по")
STARTS = ("время", "время начала")
ENDS = ("время окончания", "конец")
KIND = ("вид мероприятия", "категория", "тип")
AUDIENCES = ("аудитория", "участники", "категория участников")
GRADES = ("параллели", "класс")
FORMAT = ("формат", "форма проведения")
PLACE = ("адрес", "место проведения", "где")
PARTNERS = ("работодатели", "организаторы", "приглашённые")
ABOUT = ("содержание", "примечание")
URL = ("сайт", "ссылка на мероприятие")
AUDIENCE_CELLS = {"дети": "students", "учащиеся": "students"}
AND = re.compile(r"[,;/]| и ")
GRADES_CELL = re.compile(r"([0-9]{1,2})(?:\s*[-–—]\s*([0-9]{1,2}))?(?:\s*(?:кл\.?|класс[а-я]*))?")
