"""Build a demo region: the real municipalities, invented schools, logins and codes."""

from __future__ import annotations

import random
from collections.abc import Callable

from flask import current_app

from orientir import clock
from orientir.accounts.roles import Role
from orientir.codes.digits import grouped
from orientir.config import Config
from orientir.contracts import DemoScale, DemoWorld
from orientir.coverage import rebuilding
from orientir.db import count_tables
from orientir.demo.bulk import settle_region
from orientir.demo.places import SHOWCASE, card_of, settle_places
from orientir.demo.staff import NOTES, PASSWORD, add_login, add_staff, address_of, email_of
from orientir.errors import ConfigError, ConflictError
from orientir.i18n import _
from orientir.notices.demo import show_notices
from orientir.organisations.models import Region
from orientir.organisations.queries import first_region
from orientir.organisations.services import load_region
from orientir.plugins import current_plugins
from orientir.reorganisation.samples import dress_organisations, give_predecessor

REFERENCE = "38"
Report = Callable[[str, int, int], None]


def has_demo() -> bool:
    """Tell whether there is a region already: a demo is never mixed into real data."""
    return first_region() is not None


def refuse_production(config: Config) -> None:
    """Raise ConfigError in production: everybody knows the passwords of a demo."""
    if config.is_production:
        raise ConfigError(_("В рабочем режиме демо не создают: у него открытые пароли."))


def refuse_demo() -> None:
    """Raise ConfigError where a demo region would be served in production."""
    if not current_app.config["ORIENTIR"].is_production:
        return
    region = first_region()
    if region is not None and region.is_demo:
        raise ConfigError(
            _("В базе демо с открытыми паролями, в рабочем режиме её не показывают. Укажите другую базу "
              "(ORIENTIR_DATA_DIR или ORIENTIR_DATABASE_URL) и выполните orientir init.")
        )  # fmt: skip


def build_demo(*, seed: int, scale: DemoScale = DemoScale.SMALL, report: Report | None = None) -> Region:
    """Build the demo in the caller's transaction; raises ConflictError where a region exists.

    `report` is told each step by its name, how much of it is done and how much there is.
    """
    refuse_production(current_app.config["ORIENTIR"])
    if has_demo():
        raise ConflictError(_("В базе уже есть регион. Для демо возьмите пустую: ORIENTIR_DATA_DIR=var/demo."))
    tell = report or _keep_quiet
    dice = random.Random(seed)  # noqa: S311 - a demo must be repeatable, not secret
    region = load_region(REFERENCE, operator_name=_("Областной центр профориентации (ДЕМО)"), actor=None)
    region.is_demo = True
    today = clock.today(region.timezone)
    if scale is DemoScale.REGION:
        showcase = settle_region(region, today, dice, tell)
        give_predecessor(showcase.organisation, today)
    else:
        showcase = settle_places(region, today, dice)
        dress_organisations(region, showcase.organisation, today)
    notes: list[list[str]] = []
    world = DemoWorld(
        region_id=region.id,
        seed=seed,
        today=today,
        staff=add_staff(region, showcase.organisation),
        showcase_class_id=showcase.id,
        note=lambda title, text: notes.append([title, text]),
        scale=scale,
        add_login=_noting(notes),
        report=tell,
    )
    current_plugins().demo(world)
    notes.append(["card", card_of(showcase)])
    show_notices(region, world.staff, today)
    if scale is DemoScale.REGION:  # the plugins wrote evidence only
        tell(_("Счётчики охвата"), 0, 1)
        rebuilding.rebuild()
        count_tables()
        tell(_("Счётчики охвата"), 1, 1)
    region.settings = {**region.settings, NOTES: notes}
    return region


def _noting(notes: list[list[str]]) -> Callable[[str, str], int]:
    """Return what makes further logins and notes them for the list a person sees."""

    def add(name: str, title: str) -> int:
        notes.append(["login", f"{address_of(name):28} {title}"])
        return add_login(name, title)

    return add


def demo_notes() -> list[str]:
    """Return the lines a person needs to try the demo: logins and codes; nothing for a real region."""
    region = first_region()
    if region is None or not region.is_demo:
        return []
    noted = region.settings.get(NOTES, [])
    codes = [grouped(text) for title, text in noted if title == "code"]
    cards = [grouped(text) for title, text in noted if title == "card"]
    doors = [grouped(text) for title, text in noted if title == "door"]
    logins = [f"  {email_of(role):28} {role.title}" for role in Role]
    logins += [f"  {line}" for title, line in noted if title == "login"]
    return [
        _("ДЕМО. Пароль у всех один: %(password)s", password=PASSWORD),
        *logins,
        _("Карточка ученика (9«А», № 1): %(codes)s", codes="  ".join(cards)),
        *[_("ПИН двери пробы, которая скоро начнётся: %(code)s", code=one) for one in doors],
        _("Коды анкеты (9«А», %(school)s): %(codes)s", school=SHOWCASE, codes="  ".join(codes)),
    ]


def _keep_quiet(_title: str, _done: int, _total: int) -> None:
    """Report to nobody."""
