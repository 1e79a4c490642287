"""Well-known names of models, such as gpt-4o, and the models here that answer to them.

One visible table: `model_names.toml` beside this file, and before it the owner's own under
MIAOBI_HOME, read on each use.
"""

import json
import logging
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from miaobi.core.errors import DataError
from miaobi.core.paths import home

BUILT_IN = Path(__file__).with_name("model_names.toml")
FILE = "model_names.toml"  # of the owner, under MIAOBI_HOME
Names: TypeAlias = Mapping[str, Mapping[str, object]]  # kind -> name -> model, "" or False
logger = logging.getLogger("miaobi.server")


def resolve_name(name: str, kind: str) -> str | None:
    """Return the model here that answers to a well-known name; "" is the default of the kind.

    None for other names. Raises DataError for an owner's table that cannot be read.
    """
    for names in (_owner_names(), _read(BUILT_IN)):
        target = _target(names, name, kind)
        if target is False:
            return None
        if isinstance(target, str):
            row = {"model_name": name, "kind": kind, "answers": target or f"default {kind} model"}
            logger.info(json.dumps(row, ensure_ascii=False))
            return target
    return None


def kind_of(name: str) -> str:
    """Return the kind of model that a well-known name stands for; "" for other names."""
    kinds = {kind for names in (_owner_names(), _read(BUILT_IN)) for kind in names}
    return next((kind for kind in sorted(kinds) if resolve_name(name, kind) is not None), "")


def _target(names: Names, name: str, kind: str) -> object:
    """Return the entry of a name: the whole name, else the longest pattern that matches."""
    own = names.get(kind, {})
    if name in own:
        return own[name]
    stars = [
        (len(key), other, key)
        for other, table in names.items()
        for key in table
        if key == name or (key.endswith("*") and name.startswith(key[:-1]))
    ]
    if not stars:
        return None
    _, best, key = max(stars)  # the longest: gpt-4o-mini-tts is no gpt-4o
    return own[key] if best == kind else None


def _owner_names() -> Names:
    path = home() / FILE
    try:
        modified = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _read_owner(path, modified)


@cache
def _read(path: Path) -> Names:
    names: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    return names


@cache
def _read_owner(path: Path, modified: int) -> Names:
    """Read the owner's table; `modified` makes a changed file be read again. Raises DataError."""
    try:
        names: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise _broken(path, str(error)) from error
    for kind, table in names.items():
        if not isinstance(table, dict):
            raise _broken(path, f"{kind} is no table")
        for key, target in table.items():
            if not (isinstance(target, str) or target is False):
                raise _broken(path, f"{key} = {target!r}")
    return names


def _broken(path: Path, reason: str) -> DataError:
    return DataError(
        "{path} cannot be read: {reason}.",
        "Correct it or move it away.",
        path=path,
        reason=reason,
    )
