"""Plugins made on the spot: a manifest and a few hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from orientir.contracts import Manifest
from orientir.hookspecs import hookimpl


def make_plugin(name: str, *, brings: Mapping[str, Any] | None = None, **hooks: Callable[..., Any]) -> ModuleType:
    """Return a plugin's module: its manifest with `brings`, and functions for the hooks named."""

    def orientir_manifest() -> Manifest:
        return Manifest(name, name.title(), package=name, **(brings or {}))

    made = ModuleType(name)
    for function_name, function in {"manifest": orientir_manifest, **hooks}.items():
        setattr(made, f"orientir_{function_name}", hookimpl(function))
    return made
