"""`orientir access`: who may open what, in words; tests hold the pages to it (tests/guards/test_access_matrix.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from flask import Flask

from orientir.accounts.roles import Role, permissions_of
from orientir.i18n import _
from orientir.web.access import Held, Public, Required, Rule, rule_of, serves_files

Application = Callable[[], Flask]
UNTOLD = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Access:
    """One address: its rule, and the roles whose right it asks for (empty where no role matters)."""

    endpoint: str
    methods: str
    path: str
    rule: Rule
    roles: tuple[Role, ...]

    @property
    def words(self) -> str:
        """The rule as people say it."""
        if isinstance(self.rule, Public):
            return _("открыто всем")
        if isinstance(self.rule, Held):
            return _("кто ввёл код «%(kind)s»", kind=self.rule.kind)
        if not isinstance(self.rule, Required):
            return self.rule.describe()
        if not self.rule.permission:
            return _("любая учётная запись")
        titles = ", ".join(str(role.title) for role in self.roles) or _("никто")
        right = (
            _("право %(right)s на объект", right=self.rule.permission)
            if self.rule.scope
            else _("право %(right)s", right=self.rule.permission)
        )
        return f"{right}: {titles}"

    def is_open_to(self, role: Role) -> bool:
        """Tell whether somebody of `role` gets in, to objects of the own branch."""
        if isinstance(self.rule, Required) and self.rule.permission:
            return role in self.roles
        return not isinstance(self.rule, Held)


def access_matrix(app: Flask) -> Iterator[Access]:
    """Yield every address of `app` in alphabetical order; files under `static` have no rule."""
    held = {role: permissions_of(role) for role in Role}
    for address in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, sorted(one.methods or ()))):
        rule = rule_of(app.view_functions[address.endpoint])
        if rule is None or serves_files(app, address.endpoint):
            continue
        permission = rule.permission if isinstance(rule, Required) else ""
        roles = tuple(role for role in Role if permission in held[role])
        methods = " ".join(sorted((address.methods or set()) - UNTOLD))
        yield Access(address.endpoint, methods, address.rule, rule, roles)


@click.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only what is open to this role.")
@click.option("--endpoint", default="", help="Only addresses whose name or path contains this.")
@click.pass_obj
def access(application: Application, role: str | None, endpoint: str) -> None:
    """Print who may open what: address, methods, rule, roles."""
    app = application()
    with app.app_context():
        for one in access_matrix(app):
            asked = endpoint in one.endpoint or endpoint in one.path
            if asked and (role is None or one.is_open_to(Role(role))):
                click.echo(f"{one.methods:9} {one.path}  [{one.endpoint}]\n          {one.words}")
