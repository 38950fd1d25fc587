"""Forms of the contest: its rules, a nomination, people, the secretary's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from orientir.files.forms import UploadField
from orientir.i18n import LazyText, _, _l
from orientir.notices.wording import visible
from orientir.organisations.models import Municipality, Organisation
from orientir.web.forms import DayField, WholeNumberField, asked_day, check_boxes, options
from orientir.web.page_form import PageForm
from orientir_practices.bank import Wanted
from orientir_practices.models import Contest, Nomination
from orientir_practices.plans import ContestPlan
from orientir_practices.queries import Queue
from orientir_practices.words import AGGREGATIONS, ENTRY_STATES, REASONS, ties_of


def day_after(day: date, zone: ZoneInfo) -> datetime:
    """Return the first second after `day`: «до 25 апреля» lasts until its midnight."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


class ContestForm(PageForm):
    title = StringField(_l("Название"), [InputRequired(_l("Напишите название конкурса."))])
    about = TextAreaField(_l("О конкурсе"))
    year = WholeNumberField(_l("Год"), minimum=2020, maximum=2099)
    intake_from = DayField(_l("Приём заявок с"))
    intake_until = DayField(_l("по"))
    check_until = DayField(_l("Техническая экспертиза по"))
    expertise_until = DayField(_l("Экспертиза по"))
    results_on = DayField(_l("Итоги"))
    jurors_each = WholeNumberField(_l("Экспертов на заявку, не меньше"), minimum=1, maximum=9, default=3)
    per_organisation = WholeNumberField(
        _l("Заявок от организации в номинации, не больше"), minimum=1, maximum=20, default=2
    )
    pass_mark = WholeNumberField(_l("Проходной балл"), minimum=0, maximum=100, default=60)
    spread_limit = WholeNumberField(_l("Ещё один эксперт при разбросе от"), minimum=1, maximum=100, default=25)
    aggregation = SelectField(_l("Итог заявки"), choices=options(AGGREGATIONS.items()), default="mean")
    ties = check_boxes(_l("При равном итоге смотрят по очереди"), ())
    is_blind = BooleanField(_l("Эксперты не видят, кто подал заявку"))

    def offer(self, criteria: Iterable[str]) -> None:
        """Fill the list of what may part equal figures."""
        self.ties.choices = list(ties_of(criteria).items())

    def plan(self, zone: ZoneInfo) -> ContestPlan:
        """Return what a valid form says; raises InvalidInputError naming the field."""
        return ContestPlan(
            title=visible(self.title.data or "").strip(),
            about=visible(self.about.data or "").strip(),
            year=self.year.data or 0,
            intake_from=datetime.combine(asked_day(self.intake_from), time.min, zone),
            intake_until=day_after(asked_day(self.intake_until), zone),
            check_until=asked_day(self.check_until),
            expertise_until=day_after(asked_day(self.expertise_until), zone),
            results_on=asked_day(self.results_on),
            jurors_each=self.jurors_each.data or 0,
            spread_limit=self.spread_limit.data or 0,
            pass_mark=self.pass_mark.data or 0,
            aggregation=self.aggregation.data or "",
            ties=tuple(self.ties.data or ()),
            is_blind=bool(self.is_blind.data),
            per_organisation=self.per_organisation.data or 0,
        )

    @classmethod
    def of(cls, contest: Contest, *, later: int = 0) -> ContestForm:
        """Return the form as the contest stands, `later` years on for a copy; a post fills it anew."""
        zone = ZoneInfo(contest.timezone)
        said = {name: getattr(contest, name) for name in ContestPlan.__dataclass_fields__}
        said |= {
            "title": contest.title.replace(str(contest.year), str(contest.year + later)),
            "year": contest.year + later,
            "intake_from": _later(contest.intake_from.astimezone(zone).date(), later),
            "intake_until": _later(contest.intake_last, later),
            "check_until": _later(contest.check_until, later),
            "expertise_until": _later(contest.expertise_last, later),
            "results_on": _later(contest.results_on, later),
        }
        return cls(data=said)


def _later(day: date, years: int) -> date:
    """Return the same day of the week about as many years later."""
    return day + timedelta(weeks=52 * years)


class NominationForm(PageForm):
    """A nomination with a weight for each criterion; the boxes of weights bear the criteria's keys."""

    title = StringField(_l("Название"), [InputRequired(_l("Напишите название номинации."))])
    hint = StringField(_l("Для каких практик"))
    asks_access = BooleanField(_l("Условия для детей с ОВЗ обязательны"))
    weights = StringField(_l("Веса"))  # never drawn: the error of their sum hangs on it

    @classmethod
    def of(cls, nomination: Nomination) -> NominationForm:
        return cls(data={"title": nomination.title, "hint": nomination.hint, "asks_access": nomination.asks_access})


class InviteForm(PageForm):
    emails = TextAreaField(_l("Адреса почты"), [InputRequired(_l("Впишите хотя бы один адрес почты."))])
    role = SelectField(_l("Кем"))

    def offer(self, roles: Mapping[str, LazyText | str]) -> None:
        self.role.choices = [(key, str(words)) for key, words in roles.items()]


class BeginForm(PageForm):
    organisation_id = SelectField(_l("От какой организации"))
    nomination_id = RadioField(_l("Номинация"), [InputRequired(_l("Выберите номинацию."))])
    for_ovz = BooleanField(_l("Практика для детей с ОВЗ и инвалидностью"))

    def offer(self, organisations: Sequence[Organisation], nominations: Sequence[Nomination]) -> None:
        """Fill the lists of what this person may choose from."""
        self.organisation_id.choices = [(str(one.id), one.name) for one in organisations]
        self.nomination_id.choices = [
            (str(one.id), f"{one.title}. {one.hint}" if one.hint else one.title) for one in nominations
        ]


class PaperForm(PageForm):
    """A file of an entry."""

    file = UploadField(_l("Файл"))


class QueueForm(Form):
    """What the secretary's list is narrowed to; it stays in the address."""

    q = StringField(_l("Название или организация"))
    state = SelectField(_l("Состояние"))
    nomination = SelectField(_l("Номинация"))

    def offer(self, contest: Contest) -> None:
        """Fill the lists and drop what is in none."""
        states = {"": _("все"), **{key: str(words) for key, words in ENTRY_STATES.items()}}
        nominations = {"": _("все"), **{str(one.id): one.title for one in contest.nominations}}
        for field, known in ((self.state, states), (self.nomination, nominations)):
            field.choices = list(known.items())
            field.data = field.data if field.data in known else ""

    def wanted(self) -> Queue:
        nomination = int(self.nomination.data) if self.nomination.data else None
        return Queue(self.state.data or "", nomination, self.q.data or "")


class ReturnForm(PageForm):
    remark = TextAreaField(_l("Что исправить"), [InputRequired(_l("Напишите, что исправить."))])
    until = DayField(_l("Исправить до"))


class RejectForm(PageForm):
    reason = SelectField(_l("Причина"), choices=options([("", _l("выберите")), *REASONS.items()]))
    words = TextAreaField(_l("Пояснение авторам"))


class ExtendForm(PageForm):
    until = DayField(_l("Можно отправить до"))
    reason = StringField(_l("Почему"), [InputRequired(_l("Напишите причину: она останется в журнале."))])


class WorkplaceForm(PageForm):
    q = StringField(_l("Где вы работаете"))
    organisation_id = RadioField(_l("Нашлись"), default="")

    def offer(self, organisations: Sequence[Organisation]) -> None:
        pairs = [(str(one.id), f"{one.name}, {one.municipality.title}") for one in organisations]
        self.organisation_id.choices = [*pairs, ("", _("ни в одной из них"))]


class AssignForm(PageForm):
    juror_id = SelectField(_l("Эксперт"))

    def offer(self, jurors: Sequence[tuple[int, str]]) -> None:
        self.juror_id.choices = [(str(number), name) for number, name in jurors]


class BankForm(Form):
    """What the bank is narrowed to; it stays in the address. What is not in the lists counts as not said."""

    q = StringField(_l("Слово или название"))
    place = SelectField(_l("Где"))
    nomination = SelectField(_l("О чём"))
    ovz = BooleanField(_l("для детей с ОВЗ"))

    def offer(self, municipalities: Sequence[Municipality], nominations: Sequence[str]) -> None:
        """Fill the lists and drop what is in none."""
        places = {"": _("вся область"), **{str(one.id): one.title for one in municipalities}}
        titles = {"": _("всё"), **{title: title for title in nominations}}
        for field, known in ((self.place, places), (self.nomination, titles)):
            field.choices = list(known.items())
            field.data = field.data if field.data in known else ""

    def wanted(self) -> Wanted:
        return Wanted(
            typed=self.q.data or "",
            municipality=int(self.place.data) if self.place.data else None,
            nomination=self.nomination.data or "",
            for_ovz=bool(self.ovz.data),
        )
