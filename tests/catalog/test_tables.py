"""The tables of the catalog: every name leads to something that can be drawn, and no name twice."""

import re

import pytest

from miaobi.actors.clothes import CLOTHES
from miaobi.actors.hats import HATS
from miaobi.actors.pose import POSES
from miaobi.catalog.garments import GARMENTS, MOUNTS, TOOLS
from miaobi.catalog.inflection import plural, verb_forms
from miaobi.catalog.lexicon import (
    MISSING,
    PLACE,
    THING,
    VERB,
    chinese,
    english,
    roles,
    variants,
    verbs,
)
from miaobi.catalog.pictograms import pictograms
from miaobi.catalog.tables import concepts, rows
from miaobi.illustration.casting import FACE, WORN, character_of

ALIASES = rows("aliases.tsv")


def names(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(";") if name.strip()]


def test_there_are_thousands_of_reviewed_nouns_in_both_languages() -> None:
    drawn = [row for row in ALIASES if row["target"] != "missing"]
    assert sum(len(names(row["en"])) for row in drawn) > 8_000
    assert sum(len(names(row["zh"])) for row in drawn) > 9_000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_name_stands_in_two_rows(language: str) -> None:
    seen: dict[str, str] = {}
    for row in ALIASES:
        for name in names(row[language]):
            first = name.split("/")[0]
            assert first not in seen, (name, row["target"], seen[first])
            seen[first] = row["target"]


def test_every_target_can_be_drawn() -> None:
    for row in ALIASES:
        target = row["target"]
        assert row["fit"] in ("same", "near") or target == "missing"
        if target.startswith("role:"):
            assert target[5:] in roles(), target
        elif target.startswith("gi:"):
            assert target[3:] in pictograms()
        elif target != "missing":
            assert target in concepts(), target


def test_roles_wear_and_hold_what_there_is() -> None:
    from random import Random

    assert len(roles()) >= 250
    for identifier, row in roles().items():
        character = character_of(f"role:{identifier}", Random(1))
        assert character is not None, identifier
        hat = str(row.get("hat") or "none").partition(":")[0]
        assert hat == "none" or hat in HATS, (identifier, hat)
        for garment in row.get("clothes") or ():  # type: ignore[attr-defined]
            kind = str(garment).partition(":")[0]
            assert kind in {*CLOTHES, *FACE, *WORN, "t-shirt", "trousers", "shorts"}, (
                identifier,
                kind,
            )
        held = str(row.get("held") or "")
        assert not held or held.startswith("gi:") or held in concepts(), (identifier, held)


def test_verbs_have_poses_and_relations() -> None:
    known = {"none", "holds", "rides", "chases", "flees", "hugs", "faces", "gives", "looks-at", "sits-on", "stands-on", "hides-behind", "inside", "eats", "wears", "near", "above", "under"}  # fmt: skip
    assert len(verbs()) >= 150
    for identifier, (pose, relation) in verbs().items():
        assert pose in POSES and relation in known, (identifier, pose, relation)
    for drawing in (*TOOLS.values(), *filter(None, MOUNTS.values())):
        assert drawing in concepts()
    assert set(TOOLS) | set(MOUNTS) >= {"read", "ride", "fish"}
    assert all(target.startswith("gi:") or target in concepts() for target in GARMENTS)


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("fox", "foxes"),
        ("baby", "babies"),
        ("boy", "boys"),
        ("church", "churches"),
        ("polar bear", "polar bears"),
        ("bus", "buses"),
    ],
)
def test_plurals(noun: str, expected: str) -> None:
    assert plural(noun) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("walk", ("walks", "walking", "walked")),
        ("hug", ("hugs", "hugging", "hugged")),
        ("chase", ("chases", "chasing", "chased")),
        ("carry", ("carries", "carrying", "carried")),
        ("play", ("plays", "playing", "played")),
        ("look at", ("looks at", "looking at", "looked at")),
        ("row", ("rows", "rowing", "rowed")),
        ("lie", ("lies", "lying", "lied")),
        ("watch", ("watches", "watching", "watched")),
    ],
)
def test_verb_forms(verb: str, expected: tuple[str, str, str]) -> None:
    assert verb_forms(verb) == expected


def test_variants_of_names_with_slashes() -> None:
    assert variants("wolf/wolves") == ["wolf", "wolves"]
    assert variants("stand/stood on") == ["stand on", "stood on"]
    assert variants("go/went/gone for a walk") == [
        "go for a walk",
        "went for a walk",
        "gone for a walk",
    ]


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("fox", THING, "fox"), ("wolves", THING, "wolf"), ("puppy", THING, "dog"), ("lighthouse", THING, None), ("pirate", THING, "role:pirate"), ("forest", PLACE, "forest"),
        ("chasing", VERB, "chase"), ("night", "time", "night"), ("watercolor", "look", "watercolor"), ("curtain", MISSING, "missing"),
    ],
)  # fmt: skip
def test_english_words(word: str, kind: str, value: str | None) -> None:
    entries = {entry.kind: entry.value for entry in english().entries[word]}
    assert kind in entries and value in (None, entries[kind])


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("狐狸", THING, "fox"),
        ("孙悟空", THING, "role:sun-wukong"),
        ("竹林", PLACE, "bamboo-grove"),
        ("追赶", VERB, "chase"),
        ("古筝", MISSING, "missing"),
        ("夜晚", "time", "night"),
    ],
)
def test_chinese_words(word: str, kind: str, value: str) -> None:
    assert {entry.kind: entry.value for entry in chinese().entries[word]}[kind] == value


def test_places_have_ids_of_their_own() -> None:
    ids = [row["id"] for row in rows("places.tsv")]
    assert len(ids) == len(set(ids)) >= 100
    assert all(re.fullmatch(r"[a-z0-9-]+", identifier) for identifier in ids)
