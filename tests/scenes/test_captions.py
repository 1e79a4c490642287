"""Captions in both languages."""

import random

import pytest

from miaobi.scenes.backgrounds import BACKGROUNDS, TINTS
from miaobi.scenes.captions import COLOR_WORDS, PLACE_WORDS, Mention, SceneFacts, describe_scene
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.sprites import subject_index, subjects


def said(language: str, *mentions: Mention, relation: str = "", tint: str = "") -> set[str]:
    """All that is said of a picture in a few hundred tries."""
    facts = SceneFacts(mentions, relation, "plain" if tint else "grass", tint, "3d")
    return {describe_scene(facts, language, random.Random(seed)) for seed in range(500)}


def thing(name: str, **words: object) -> Mention:
    return Mention(subjects()[subject_index(name)], **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "mentions", "caption"),
    [
        ("en", [thing("fox")], "a fox"),
        ("en", [thing("fox")], "a picture of a fox on the grass"),
        ("en", [thing("owl")], "an owl on the grass, 3d style"),
        ("en", [thing("unicorn")], "in a field, a unicorn"),
        ("en", [thing("apple", color="red", size="big")], "a large red apple"),
        ("en", [thing("fish", count=3)], "three fish"),
        ("en", [thing("wolf", count=2)], "a 3d style picture of two wolves"),
        ("en", [thing("bowl-of-noodles")], "noodles"),
        ("en", [thing("fox"), thing("tree"), thing("star")], "a fox, a tree and a star"),
        ("zh", [thing("fox")], "草地上有一只狐狸，3D风格"),
        ("zh", [thing("car", color="blue")], "一辆蓝色的汽车"),
        ("zh", [thing("fish", count=2)], "两条鱼"),
        ("zh", [thing("tree", size="huge"), thing("fox")], "一棵巨大的树和一只狐狸"),
    ],
)
def test_can_be_said(language: str, mentions: list[Mention], caption: str) -> None:
    assert caption in said(language, *mentions)


@pytest.mark.parametrize(
    ("language", "relation", "caption"),
    [
        ("en", "left of", "a fox to the left of a tree, on the grass"),
        ("en", "in front of", "a fox in front of a tree"),
        ("en", "on", "a fox on top of a tree"),
        ("zh", "left of", "一只狐狸在一棵树的左边"),
        ("zh", "above", "一棵树的上方有一只狐狸"),
    ],
)
def test_relations_can_be_said(language: str, relation: str, caption: str) -> None:
    assert caption in said(language, thing("fox"), thing("tree"), relation=relation)


def test_articles_fit() -> None:
    every = said("en", thing("owl"), tint="orange") | said("en", thing("fox"), tint="blue")
    assert "an owl against an orange background" in every
    assert not [text for text in every if " a orange" in text or " a owl" in text]


def test_no_synonym_beside_a_color() -> None:
    """ "a green red apple" would be said otherwise."""
    assert not [text for text in said("en", thing("apple", color="green")) if "red" in text]
    assert not [text for text in said("zh", thing("apple", color="green")) if "红" in text]


def test_much_variety() -> None:
    assert len(said("en", thing("fox"))) > 40 and len(said("zh", thing("fox"))) > 20


def test_words_for_everything() -> None:
    assert set(PLACE_WORDS) == set(BACKGROUNDS)
    assert set(COLOR_WORDS) >= set(RECOLORS) | set(TINTS)
