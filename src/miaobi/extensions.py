"""Extension points: everything a plugin can add to Miaobi, on one screen.

A plugin is an installed package with an entry point in the group "miaobi" that names a module:

    [project.entry-points.miaobi]
    my_plugin = "my_plugin"

The module defines any of the functions of `Hooks`; each returns rows of one table. The built-in
rows come through the same functions, in the modules of `BUILT_IN`. A plugin that cannot be
imported, or whose row has a name that is taken, is named by `miaobi doctor`; nothing else breaks.
MIAOBI_PLUGINS=0 switches every plugin off.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from miaobi.assets.asset import Asset
    from miaobi.cli.main import Command
    from miaobi.engines.registry import EngineRow
    from miaobi.film.templates import Template
    from miaobi.models.zoo import Model
    from miaobi.safety.policy import Rule

GROUP = "miaobi"
BUILT_IN = {  # hook -> the module whose function of that name returns our own rows
    "register_models": "miaobi.models.zoo",
    "register_engines": "miaobi.engines.registry",
    "register_assets": "miaobi.assets.table",
    "register_commands": "miaobi.cli.main",
    "register_policies": "miaobi.safety.policy",
    "register_kinds": "miaobi.film.templates",
}


class Hooks:
    """Functions that a plugin module may define; it needs none of them."""

    def register_models(self) -> "Iterable[Model]":
        """List models: kind of request, engine, license, memory."""
        return ()

    def register_engines(self) -> "Iterable[EngineRow]":
        """List engines: the class that loads a model, and its traits."""
        return ()

    def register_assets(self) -> "Iterable[Asset]":
        """List files that models need: where they are downloaded from, SHA-256, license."""
        return ()

    def register_commands(self) -> "Iterable[Command]":
        """List commands: "module:function" of a click command, and its line in the help."""
        return ()

    def register_policies(self) -> "Iterable[Rule]":
        """List rules that prompts and outputs are checked against, beside rules.toml."""
        return ()

    def register_kinds(self) -> "Iterable[Template]":
        """List kinds of films: beats, writer's instructions, style and music."""
        return ()


@dataclass
class Plugin:
    """One installed plugin: the module, or why it could not be used."""

    name: str
    distribution: str  # name and version of the package it comes with
    module: ModuleType | None = None
    problems: list[str] = field(default_factory=list)


@cache
def plugins() -> tuple[Plugin, ...]:
    """Import every installed plugin, once; one that fails keeps its problem."""
    if os.environ.get("MIAOBI_PLUGINS", "1") == "0":
        return ()
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        package = f"{point.dist.name} {point.dist.version}" if point.dist else ""
        plugin = Plugin(point.name, package)
        try:
            plugin.module = import_module(point.module)
        except Exception as error:  # whatever a stranger's module raises
            plugin.problems.append(_sentence(error))
        found.append(plugin)
    return tuple(found)


@cache
def rows(hook: str) -> tuple[Any, ...]:
    """Collect the rows of one hook: the built-in ones, then those of plugins, names unique."""
    own = getattr(import_module(BUILT_IN[hook]), hook)
    collected = {_key(row): row for row in own()}
    for plugin in plugins():
        register = getattr(plugin.module, hook, None)
        if register is None:
            continue
        try:
            added = {_key(row): row for row in register()}
        except Exception as error:
            plugin.problems.append(f"{hook}: {_sentence(error)}")
            continue
        for name in sorted(added.keys() & collected.keys()):
            plugin.problems.append(f"{hook}: {name!r} is the name of another row")
            del added[name]
        collected |= added
    return tuple(collected.values())


def _key(row: Any) -> str:
    """Return the name of a row; rules of the policy call it id."""
    return str(getattr(row, "name", None) or row.id)


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
