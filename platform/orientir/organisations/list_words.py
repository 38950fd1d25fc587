"""Words people use in their tables: titles of columns and kinds of organisations. Data, looked for and never shown."""

from __future__ import annotations

from orientir.organisations.models import OrganisationKind

MUNICIPALITY = (
    "МО", "Муниципальное образование", "Территория", "Район", "Район (город)", "Город (район)", "Город/район",
    "Наименование муниципального образования", "Наименование МО", "Городской округ",
)  # fmt: skip
ORGANISATION = (
    "Школа", "Образовательная организация", "ОО", "ОУ", "Наименование ОО", "Наименование организации",
    "Наименование образовательной организации", "Наименование", "Название", "Название организации", "Учреждение",
    "Наименование учреждения", "Общеобразовательная организация", "Краткое наименование", "Сокращённое наименование",
    "Короткое название",
)  # fmt: skip
FULL_NAME = ("Полное наименование", "Полное наименование организации", "Наименование по уставу", "Полное название ОО")
KIND = ("Тип", "Тип организации", "Вид", "Тип ОО", "Вид ОО")
ADDRESS = ("Место нахождения", "Юридический адрес", "Фактический адрес", "Адрес организации", "Местонахождение")

CLASS = (
    "Классы",
    "Класс/группа",
    "Класс, группа",
    "Группа",
    "Наименование класса",
    "Класс (группа)",
)
YEAR = ("Уч. год", "Год обучения", "Год")
DAY = ("На дату", "Дата, на которую", "Дата учёта", "По состоянию на", "Состояние на")
TOTAL = (
    "Всего", "Количество учащихся", "Кол-во учащихся", "Кол-во уч-ся", "Количество обучающихся", "Кол-во обучающихся",
    "Численность", "Численность обучающихся", "Контингент", "Учеников", "Детей", "Обучающихся", "Всего учеников",
    "Всего человек", "Кол-во", "Количество", "Число учеников", "Количество детей", "Количество человек", "Человек",
)  # fmt: skip
OVZ = ("ОВЗ", "с ОВЗ", "Из них с ОВЗ", "Дети с ОВЗ", "в т. ч. с ОВЗ", "в том числе с ОВЗ", "Количество с ОВЗ")
DISABLED = (
    "Инвалиды", "с инвалидностью", "Из них инвалиды", "Дети-инвалиды", "в т. ч. инвалиды", "в том числе инвалиды",
    "Инвалидность", "в том числе с инвалидностью",
)  # fmt: skip

KINDS: dict[str, OrganisationKind] = {
    "сош": OrganisationKind.SCHOOL, "оош": OrganisationKind.SCHOOL, "ноо": OrganisationKind.SCHOOL,
    "гимназия": OrganisationKind.SCHOOL, "лицей": OrganisationKind.SCHOOL, "нош": OrganisationKind.SCHOOL,
    "школа-интернат": OrganisationKind.SCHOOL, "общеобразовательная организация": OrganisationKind.SCHOOL,
    "доу": OrganisationKind.KINDERGARTEN, "дошкольная организация": OrganisationKind.KINDERGARTEN,
    "сад": OrganisationKind.KINDERGARTEN, "д/с": OrganisationKind.KINDERGARTEN,
    "колледж": OrganisationKind.COLLEGE, "техникум": OrganisationKind.COLLEGE, "спо": OrganisationKind.COLLEGE,
    "поо": OrganisationKind.COLLEGE, "университет": OrganisationKind.UNIVERSITY,
    "институт": OrganisationKind.UNIVERSITY, "во": OrganisationKind.UNIVERSITY,
    "доп. образование": OrganisationKind.ADDITIONAL, "удод": OrganisationKind.ADDITIONAL,
    "организация дополнительного образования": OrganisationKind.ADDITIONAL, "одо": OrganisationKind.ADDITIONAL,
    "дпо": OrganisationKind.TRAINING, "предприятие": OrganisationKind.EMPLOYER,
}  # fmt: skip
