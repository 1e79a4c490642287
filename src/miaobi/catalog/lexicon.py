"""Lexicon: every word and phrase the readers of prompts know, in English and Chinese.

Built from the tables of this package and the labels of the drawings. An alias that a person wrote
wins over a label; a tag never decides (tags of a witch lead to a broom).
"""

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from miaobi.catalog.inflection import plural, verb_forms
from miaobi.catalog.tables import concepts, rows

THING, MISSING, PLACE, VERB = "thing", "missing", "place", "verb"
MODIFIERS = (
    "color",
    "size",
    "material",
    "age",
    "expression",
    "clothes",
    "time",
    "weather",
    "season",
    "mood",
    "look",
    "shot",
    "count",
)
MARKS = re.compile(r"[^\w\s]+")
POSSESSIVE = re.compile(r"['’]s?\b(?=\W|$)")


@dataclass(frozen=True)
class Entry:
    """One meaning of a word or phrase."""

    kind: str
    value: str
    match: str = "name"
    plural: bool = False
    form: str = ""  # of a verb: "base", "third", "ing" or "past"


Index = dict[str, tuple[Entry, ...]]


@dataclass(frozen=True)
class Lexicon:
    """Entries by phrase, in lower case, and the longest phrase in words (English) or characters."""

    entries: Index
    longest: int


@functools.cache
def english() -> Lexicon:
    """Return the lexicon of English."""
    index: dict[str, list[Entry]] = {}
    for names, entry in _all_rows("en"):
        for name in names:
            _add_english(index, variants(name), entry)
    for concept in concepts().values():
        label = normalize(concept.english)
        _add_english(index, [label], Entry(THING, concept.name, "name"), keep_old=True)
    return _lexicon(index, lambda phrase: phrase.count(" ") + 1)


@functools.cache
def chinese() -> Lexicon:
    """Return the lexicon of Chinese."""
    index: dict[str, list[Entry]] = {}
    for names, entry in _all_rows("zh"):
        for name in names:
            _add(index, name, entry)
    for concept in concepts().values():
        if concept.chinese not in index:
            _add(index, concept.chinese, Entry(THING, concept.name, "name"))
    return _lexicon(index, len)


def normalize(phrase: str) -> str:
    """Return an English phrase in lower case, without marks, words apart by one space."""
    plain = POSSESSIVE.sub("", phrase.casefold()).replace("'", "").replace("’", "")
    return " ".join(MARKS.sub(" ", plain).split())


def variants(name: str) -> list[str]:
    """Return the forms of a name: "wolf/wolves" and "stand/stood on" have two, most have one."""
    whole = name.split("/")
    if len({part.count(" ") for part in whole}) == 1 and " " in whole[0]:
        return [normalize(part) for part in whole]  # "young man/young men"
    words = name.split(" ")
    most = max(word.count("/") for word in words) + 1
    forms = []
    for number in range(most):
        choices = [word.split("/") for word in words]
        forms.append(" ".join(choice[min(number, len(choice) - 1)] for choice in choices))
    return [normalize(form) for form in forms]


def _lexicon(index: dict[str, list[Entry]], length: object) -> Lexicon:
    entries = {phrase: tuple(found) for phrase, found in index.items()}
    return Lexicon(entries, max(map(length, entries)))  # type: ignore[call-overload]


def _all_rows(language: str) -> Iterator[tuple[list[str], Entry]]:
    """Yield (names, entry) of every row of the tables."""
    for row in rows("aliases.tsv"):
        kind = MISSING if row["target"] == "missing" else THING
        match = "near" if row["fit"] == "near" else "alias"
        yield _names(row[language]), Entry(kind, row["target"], match)
    for identifier, role in roles().items():
        names = role[language]
        assert isinstance(names, list)
        yield names, Entry(THING, f"role:{identifier}", "alias")
    for row in rows("places.tsv"):
        yield _names(row[language]), Entry(PLACE, row["id"])
    for row in rows("verbs.tsv"):
        yield _names(row[language]), Entry(VERB, row["id"], form="base")
    for row in rows("modifiers.tsv"):
        yield _names(row[language]), Entry(row["kind"], row["value"])


@functools.cache
def roles() -> dict[str, dict[str, object]]:
    """Return the table of trades and characters by id."""
    text = (files("miaobi.catalog") / "roles.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    listed = table.get("role", table)
    if isinstance(listed, list):
        return {row["id"]: row for row in listed}
    return {name: {"id": name, **row} for name, row in listed.items()}


def names_of(drawing: str) -> tuple[str, str]:
    """Return (English, Chinese) names of a drawing or role; its identifier in words without one."""
    if concept := concepts().get(drawing):
        return normalize(concept.english), concept.chinese
    names: dict[str, list[str]] = {"en": [], "zh": []}
    for row in rows("aliases.tsv"):
        if row["target"] == drawing and row["fit"] != "near":
            for language, found in names.items():
                found += _names(row[language])
    identifier = drawing.rpartition(":")[2]
    role = roles().get(identifier, {}) if drawing.startswith("role:") else {}
    for language, found in names.items():
        listed = role.get(language, [])
        assert isinstance(listed, list)
        found[:0] = listed
        found.append(identifier.replace("-", " "))
    return names["en"][0].split("/")[0], names["zh"][0]


@functools.cache
def verbs() -> dict[str, tuple[str, str]]:
    """Return (pose, relation) of every verb by id."""
    return {row["id"]: (row["pose"], row["relation"]) for row in rows("verbs.tsv")}


def _names(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(";") if name.strip()]


def _add(index: dict[str, list[Entry]], phrase: str, entry: Entry) -> None:
    found = index.setdefault(phrase, [])
    if not any(old.kind == entry.kind for old in found):
        found.append(entry)


def _has_object(phrase: str, index: dict[str, list[Entry]]) -> bool:
    """Return True for a verb phrase that names its object: "ride a horse" is read word by word."""
    named = re.search(r" (?:an?|the|his|her) (.+)$", phrase)
    return bool(named) and any(entry.kind == THING for entry in index.get(named[1], ()))  # type: ignore[index]


def _add_english(
    index: dict[str, list[Entry]], forms: list[str], entry: Entry, keep_old: bool = False
) -> None:
    first = forms[0]
    if (keep_old and first in index) or (entry.kind == VERB and _has_object(first, index)):
        return
    _add(index, first, entry)
    if entry.kind == VERB:
        names = ("third", "ing", "past")  # the base form was added
        for form, name in zip(verb_forms(first), names, strict=True):
            _add(index, form, Entry(VERB, entry.value, form=name))
        for form in forms[1:]:
            name = "ing" if form.split(" ")[0].endswith("ing") else "past"
            _add(index, form, Entry(VERB, entry.value, form=name))
    elif entry.kind in (THING, MISSING, PLACE):
        plurals = forms[1:] or [plural(first)]
        for form in plurals:
            if form != first:
                _add(index, form, Entry(entry.kind, entry.value, entry.match, plural=True))
