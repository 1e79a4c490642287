"""Content policy of this machine: rules from rules.toml and the user's policy.toml."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from miaobi import extensions
from miaobi.core.errors import OptionError, PolicyRefusal
from miaobi.core.i18n import language
from miaobi.core.paths import home

INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\U000e0000-\U000e0fff]"
)
ACTIONS = ("refuse", "log")
TARGETS = ("prompt", "output")  # texts that a rule can apply to


@dataclass(frozen=True)
class Rule:
    """One rule of a rules file; the fields are documented at the top of rules.toml."""

    id: str
    action: str
    where: tuple[str, ...]
    groups: tuple[tuple[re.Pattern[str], ...], ...]
    reason: str
    reason_zh: str = ""
    near: int = 100
    always: bool = False

    def matches(self, text: str) -> bool:
        """Return True if every group has a match, all within `near` characters."""
        matches = sorted(
            (match.start(), number)
            for number, group in enumerate(self.groups)
            for pattern in group
            for match in pattern.finditer(text)
        )
        latest: dict[int, int] = {}  # group -> start of its latest match so far
        for start, number in matches:
            latest[number] = start
            if len(latest) == len(self.groups) and start - min(latest.values()) <= self.near:
                return True
        return False


def check(text: str, where: str) -> list[str]:
    """Check text against the rules and return the ids of matching rules that only log.

    `where` is one of TARGETS. Raises PolicyRefusal.
    """
    normalized = normalize(text)
    logged = []
    for rule in rules():
        if where in rule.where and rule.matches(normalized):
            if rule.action == "refuse":
                raise _refusal(rule, where)
            logged.append(rule.id)
    return logged


def rules() -> tuple[Rule, ...]:
    """Return the rules in force, built-in and of the user. Raises OptionError for a bad file."""
    own = home() / "policy.toml"
    return _rules(own, own.stat().st_mtime_ns if own.is_file() else 0)


def normalize(text: str) -> str:
    """Normalize text for matching: NFKC, lower case, without invisible characters."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def register_policies() -> tuple[Rule, ...]:
    """Return the built-in rules (the hook of extensions.py)."""
    return tuple(map(_rule, _load(Path(__file__).with_name("rules.toml"))["rule"]))


@lru_cache(maxsize=4)
def _rules(own: Path, modified: int) -> tuple[Rule, ...]:
    """Load the rules; `modified` (ns, 0: no file) is part of the cache key."""
    owner = _load(own) if modified else {}
    active = list(extensions.rows("register_policies"))
    if not owner.get("enabled", True):
        active = [rule for rule in active if rule.always]
    try:
        off = set(owner.get("off", []))
        active = [rule for rule in active if rule.always or rule.id not in off]
        return (*active, *(_rule(row) for row in owner.get("rule", [])))
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        raise _bad_file(own, error) from error


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad_file(path, error) from error


def _rule(row: dict[str, Any]) -> Rule:
    """Parse a row. Raises KeyError, TypeError, ValueError or re.error for an invalid one."""
    if row.get("action", "refuse") not in ACTIONS:
        raise ValueError(f"action = {row['action']!r}")
    if not set(row.get("where", ["prompt"])) <= set(TARGETS) or isinstance(row.get("where"), str):
        raise ValueError(f"where = {row['where']!r}")
    if not row["all"] or not all(isinstance(group, list) and group for group in row["all"]):
        raise ValueError(f"all = {row['all']!r}")
    if not isinstance(row.get("near", 0), int):
        raise ValueError(f"near = {row['near']!r}")
    groups = tuple(tuple(re.compile(pattern) for pattern in group) for group in row["all"])
    return Rule(
        row["id"],
        row.get("action", "refuse"),
        tuple(row.get("where", ("prompt",))),
        groups,
        row["reason"],
        row.get("reason_zh", ""),
        row.get("near", 100),
        row.get("always", False),
    )


def _refusal(rule: Rule, where: str) -> PolicyRefusal:
    reason = rule.reason_zh if language() == "zh" and rule.reason_zh else rule.reason
    return PolicyRefusal(
        "Refused by this machine's policy, rule {rule} ({where}): {reason}.",
        "The owner of the machine can read and change the rules: see docs/policy.md.",
        rule=rule.id,
        where=where,
        reason=reason,
    )


def _bad_file(path: Path, error: Exception) -> OptionError:
    return OptionError(
        "The policy file {path} cannot be used: {reason}.",
        "Correct it or move it away.",
        path=path,
        reason=error,
    )
