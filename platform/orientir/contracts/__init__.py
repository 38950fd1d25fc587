"""What passes between the platform and its plugins: small frozen dataclasses, checked when they are made.

A plugin author needs this package, `orientir.hookspecs` and the building blocks; nothing else is promised to stay.
"""

from __future__ import annotations

from orientir.contracts.auditing import AuditObject
from orientir.contracts.codes import CodeDestination, CodeKind, OpenedCode, PlatformCode
from orientir.contracts.counting import Activity, Audience, ClassMeasure, Indicator, Period
from orientir.contracts.lists import (
    Change,
    Choice,
    Finding,
    ImportContext,
    Importer,
    ListColumn,
    ListRow,
    Problem,
    RowState,
    WideColumns,
    refusal,
)
from orientir.contracts.manifest import Manifest
from orientir.contracts.notices import Due, NoticeGroup, NoticeKind, Reminder, Urgency
from orientir.contracts.pages import (
    AuthProvider,
    CalendarEntry,
    CalendarFilter,
    CardPage,
    HealthCheck,
    HistoryLine,
    HomePanel,
    MenuLink,
    PanelItem,
    ReportSection,
)
from orientir.contracts.people import DemoScale, DemoWorld, ObjectRole, Person
from orientir.contracts.settings import Setting, SettingValue
from orientir.contracts.texts import Text
from orientir.contracts.tree import Scope, Viewer
from orientir.contracts.work import JobKind, RunningJob, ScheduledTask

__all__ = [
    "Activity",
    "Audience",
    "AuditObject",
    "AuthProvider",
    "CalendarEntry",
    "CalendarFilter",
    "CardPage",
    "Change",
    "Choice",
    "ClassMeasure",
    "CodeDestination",
    "CodeKind",
    "DemoScale",
    "DemoWorld",
    "Due",
    "Finding",
    "HealthCheck",
    "HistoryLine",
    "HomePanel",
    "ImportContext",
    "Importer",
    "Indicator",
    "JobKind",
    "ListColumn",
    "ListRow",
    "Manifest",
    "MenuLink",
    "NoticeGroup",
    "NoticeKind",
    "ObjectRole",
    "OpenedCode",
    "PanelItem",
    "Period",
    "Person",
    "PlatformCode",
    "Problem",
    "Reminder",
    "ReportSection",
    "RowState",
    "RunningJob",
    "ScheduledTask",
    "Scope",
    "Setting",
    "SettingValue",
    "Text",
    "Urgency",
    "Viewer",
    "WideColumns",
    "refusal",
]
