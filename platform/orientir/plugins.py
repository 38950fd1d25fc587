"""Plugins of one application: found by entry point, loaded one by one, called through one typed method per hook.

Nothing else touches pluggy, so the untyped caller never leaks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from flask import Flask, current_app

from orientir import hookspecs
from orientir.contracts import (
    AuthProvider,
    CalendarEntry,
    CalendarFilter,
    CardPage,
    ClassMeasure,
    CodeDestination,
    CodeKind,
    DemoWorld,
    HealthCheck,
    HistoryLine,
    HomePanel,
    Manifest,
    MenuLink,
    OpenedCode,
    Person,
    PlatformCode,
    ReportSection,
    Scope,
    Viewer,
)
from orientir.db import db
from orientir.errors import OrientirError, PluginError
from orientir.i18n import _

GROUP = "orientir.plugins"
log = logging.getLogger("orientir.plugins")
Item = TypeVar("Item")


class Plugins:
    """The enabled plugins of one application, in configuration order.

    `failures` says why a plugin was left out at start, `troubles` which hook of a running one failed last. `own_codes`
    are the kinds of codes the platform itself opens: no plugin may take their names.
    """

    def __init__(self, own_codes: Iterable[PlatformCode] = ()) -> None:
        self._own_codes = {code.kind.key: code for code in own_codes}
        self._pluggy = pluggy.PluginManager(hookspecs.PROJECT)
        self._pluggy.add_hookspecs(hookspecs.Hooks)
        self.manifests: dict[str, Manifest] = {}
        self.failures: dict[str, str] = {}
        self.troubles: dict[str, str] = {}

    def load(self, names: Iterable[str]) -> None:
        """Load the plugins `names`; one that fails is dropped with its reason in `failures`, the rest go on."""
        for name in dict.fromkeys(names):
            try:
                self._load_one(name)
            except Exception as error:  # a stranger's code may raise anything; the platform must start without it
                self.drop(name, error)

    def register(self, module: ModuleType | object, name: str) -> Manifest:
        """Register one plugin and return its manifest; raises PluginError when it breaks the contract."""
        self._pluggy.register(module, name=name)
        try:
            self._pluggy.check_pending()  # a hook misspelt would never be called, and nobody would know
            manifest = self._manifest_of(name)
        except Exception:
            self._pluggy.unregister(name=name)
            raise
        self.manifests[name] = manifest
        return manifest

    def drop(self, name: str, error: Exception) -> None:
        """Leave the plugin out of everything and remember why."""
        deliberate = isinstance(error, OrientirError)
        reason = str(error) if deliberate else f"{type(error).__name__}: {error}"
        log.error("plugin %s is left out: %s", name, reason, exc_info=None if deliberate else error)
        self.failures[name] = reason
        self.manifests.pop(name, None)
        if self._pluggy.has_plugin(name):
            self._pluggy.unregister(name=name)

    def _load_one(self, name: str) -> None:
        point = installed().get(name)
        if point is None:
            raise PluginError(
                _("Плагин %(name)s включён, но не установлен пакет, который его предоставляет.", name=name)
            )
        self.register(point.load(), name)

    def _manifest_of(self, name: str) -> Manifest:
        answers = self._call("manifest", only=name)
        if len(answers) != 1 or not isinstance(answers[0], Manifest):
            raise PluginError(_("Плагин %(name)s не представился: нет orientir_manifest.", name=name))
        if answers[0].name != name:
            raise PluginError(
                _("Плагин %(name)s назвался «%(other)s»: имена должны совпадать.", name=name, other=answers[0].name)
            )
        taken = {kind.key for manifest in self.manifests.values() for kind in manifest.code_kinds}
        clashes = {kind.key for kind in answers[0].code_kinds} & (taken | set(self._own_codes))
        if clashes:
            raise PluginError(_("Вид кода «%(key)s» уже занят.", key=sorted(clashes)[0]))
        return answers[0]

    # One typed method per hook.

    def menu_links(self, viewer: Viewer) -> list[MenuLink]:
        return sorted(self._gather("menu_links", MenuLink, viewer=viewer), key=lambda link: link.order)

    def home_panels(self, viewer: Viewer) -> list[HomePanel]:
        return sorted(self._gather("home_panels", HomePanel, viewer=viewer), key=lambda panel: panel.order)

    def calendar_entries(
        self, first: datetime, last: datetime, filters: CalendarFilter, without: str = ""
    ) -> list[CalendarEntry]:
        """Return what the plugins announce; `without`: all but that one, which has its own at hand."""
        said = {"first": first, "last": last, "filters": filters}
        asked = [name for name in self.manifests if name != without]
        entries = [one for name in asked for one in self._asked("calendar_entries", CalendarEntry, name, **said) or ()]
        return sorted(entries, key=lambda entry: entry.starts_at)

    def card_pages(self) -> list[CardPage]:
        """Return the pages of all plugins that a student's card opens."""
        return [one for manifest in self.manifests.values() for one in manifest.card_pages]

    def student_history(self, student_id: int) -> list[HistoryLine]:
        lines = self._gather("student_history", HistoryLine, student_id=student_id)
        return sorted(lines, key=lambda line: line.on, reverse=True)

    def report_sections(self, scope: Scope, year: int) -> list[ReportSection]:
        sections = self._gather("report_sections", ReportSection, scope=scope, year=year)
        return sorted(sections, key=lambda section: section.order)

    def auth_providers(self) -> list[AuthProvider]:
        return self._gather("auth_providers", AuthProvider)

    def health(self) -> list[HealthCheck]:
        """Return the checks of all plugins; a plugin whose check itself fails is reported as failing."""
        checks: list[HealthCheck] = []
        for name in self.manifests:
            found = self._asked("health", HealthCheck, name)
            checks += [HealthCheck(name, ok=False)] if found is None else found
        return checks

    def open_code(self, code: OpenedCode) -> CodeDestination | None:
        """Ask the owner of the kind where `code` leads; a failure there is loud, a person waits for an answer."""
        own = self._own_codes.get(code.kind)
        if own is not None:
            return own.open(code)
        for name, manifest in self.manifests.items():
            if any(kind.key == code.kind for kind in manifest.code_kinds):
                return next(iter(self._call("open_code", only=name, code=code)), None)
        return None

    def code_kind(self, kind: str) -> CodeKind | None:
        """Return the kind of code of that key, the platform's or a plugin's that is on."""
        own = [code.kind for code in self._own_codes.values()]
        kinds = [*own, *(one for manifest in self.manifests.values() for one in manifest.code_kinds)]
        return next((one for one in kinds if one.key == kind), None)

    def measures(self, scope: Scope, period: int) -> list[ClassMeasure]:
        """Return the running counts of all plugins; loud, because a missing part would look like lost people."""
        return [measure for part in self._call("measures", scope=scope, period=period) for measure in part]

    def export_person(self, person: Person) -> dict[str, Any]:
        return {name: part for name in self.manifests for part in self._call("export_person", only=name, person=person)}

    def forget_person(self, person: Person) -> None:
        self._call("forget_person", person=person)

    def purge_expired(self, today: date) -> int:
        return sum(self._call("purge_expired", today=today))

    def demo(self, world: DemoWorld) -> None:
        for name in self.manifests:
            self._call("demo", only=name, world=world)

    # How calls are made.

    def _gather(self, hook: str, kind: type[Item], **values: Any) -> list[Item]:  # noqa: ANN401 - each hook has its own
        return [item for name in self.manifests for item in self._asked(hook, kind, name, **values) or ()]

    def _asked(self, hook: str, kind: type[Item], name: str, **values: Any) -> list[Item] | None:  # noqa: ANN401 - each hook has its own
        """Return what one plugin answers, or None where it failed; answers are read in here, lazy ones too."""
        try:
            with db.session.begin_nested():
                parts = self._call(hook, only=name, **values)
                return [item for part in parts for item in _checked(part, kind, name, hook)]
        except Exception:  # a stranger's code may raise anything; it costs its own part of the page, not the page
            log.exception("hook %s of plugin %s failed", hook, name)
            self.troubles[name] = hook
            return None

    def _call(self, hook: str, only: str | None = None, **values: Any) -> list[Any]:  # noqa: ANN401 - each hook has its own
        others = [plugin for name, plugin in self._pluggy.list_name_plugin() if only is not None and name != only]
        caller = self._pluggy.subset_hook_caller(f"{hookspecs.PROJECT}_{hook}", others)
        answers: list[Any] = caller(**values)
        return answers


def _checked(part: Iterable[Any], kind: type[Item], name: str, hook: str) -> list[Item]:
    items = list(part)
    strays = [item for item in items if not isinstance(item, kind)]
    if strays:
        log.error("hook %s of plugin %s returned %r instead of %s", hook, name, strays[0], kind.__name__)
    return [item for item in items if isinstance(item, kind)]


def installed() -> Mapping[str, EntryPoint]:
    """Return the installed plugins by name, enabled or not."""
    return {point.name: point for point in entry_points(group=GROUP)}


def init_plugins(
    app: Flask,
    names: Iterable[str],
    extra: Mapping[str, object] | None = None,
    own_codes: Iterable[PlatformCode] = (),
) -> Plugins:
    """Give `app` its own plugins: those installed under `names`, then `extra` objects (tests, demos) by name.

    `own_codes` are the kinds of codes the platform opens itself.
    """
    plugins = Plugins(own_codes)
    app.extensions["orientir.plugins"] = plugins
    plugins.load(names)
    for name, module in (extra or {}).items():
        plugins.register(module, name)
    return plugins


def current_plugins() -> Plugins:
    """Return the plugins of the running application."""
    plugins: Plugins = current_app.extensions["orientir.plugins"]
    return plugins
