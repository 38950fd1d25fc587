"""What letters about roles say: who invites or gives, what, where, and what to do next."""

from __future__ import annotations

from orientir.i18n import _

Letter = tuple[str, str]


def invitation(inviter: str, role: str, place: str, address: str) -> Letter:
    return _("Приглашение в «Ориентир»"), _paragraphs(
        _("Здравствуйте!"),
        _("%(inviter)s приглашает вас в «Ориентир» — сайт региона о выборе профессии.", inviter=inviter),
        _("Ваша роль: %(role)s. Где: %(place)s.", role=role, place=place),
        _("Откройте ссылку, напишите своё имя и придумайте пароль. Она действует 7 дней и только для вас:"),
        address,
        _("Если вы не ждали этого письма, ничего не делайте: без вас учётная запись не появится."),
    )


def role_given(name: str, giver: str, role: str, place: str, address: str) -> Letter:
    return _("Вам дали роль в «Ориентире»"), _paragraphs(
        _("Здравствуйте, %(name)s!", name=name),
        _(
            "%(giver)s даёт вам на сайте «Ориентир» роль: %(role)s. Где: %(place)s.",
            giver=giver,
            role=role,
            place=place,
        ),
        _("Ничего подтверждать не нужно: войдите как обычно."),
        address,
    )


def handed_over(name: str, giver: str, roles: str, address: str) -> Letter:
    return _("Вам передали дела в «Ориентире»"), _paragraphs(
        _("Здравствуйте, %(name)s!", name=name),
        _("%(giver)s передаёт вам дела на сайте «Ориентир»: %(roles)s.", giver=giver, roles=roles),
        _("Всё, что ждало решения, теперь на вашей первой странице."),
        address,
    )


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
