"""Lines of a script: what is noticed, and what is mended."""

import pytest

from miaobi.film.line_quality import (
    POOR,
    choose_title,
    find_names,
    quality_penalty,
    repair,
    trim_phrase,
    word_overlap,
)

TOLD = [
    "Once upon a time a small fox named Max lived in the woods.",
    "He saw a star fall behind the hill.",
]


@pytest.mark.parametrize(
    "said",
    [
        "Behind the hill he saw a falling star.",  # said before in other words
        "Once upon a time there was an owl.",  # begins again
        "The hero sets out to find it.",  # what was asked, not told
        "The adventure begins.",
        "A rabbit named Leo takes it home.",  # Max has another name
    ],
)
def test_poor_lines(said: str) -> None:
    assert quality_penalty(said, "en", TOLD, {"Max"}) >= POOR


@pytest.mark.parametrize(
    "said", ["从前有一只狐狸。", "主角很难过。", "小狐狸看见一颗星星落在山后面。"]
)
def test_poor_chinese_lines(said: str) -> None:
    assert quality_penalty(said, "zh", ["小狐狸看见一颗星星落在了山后面。"]) >= POOR


@pytest.mark.parametrize(
    ("said", "language"),
    [("He ran up the path, and his paws were cold.", "en"), ("它跑上山坡，爪子冻得发凉。", "zh")],
)
def test_good_lines(said: str, language: str) -> None:
    assert quality_penalty(said, language, TOLD, {"Max"}) == 0


def test_how_much_two_lines_say_the_same() -> None:
    assert word_overlap("The star falls.", "the star falls!") == 1
    assert word_overlap("A fox sees the falling star.", "The fox saw a star falling.") > 0.6
    assert word_overlap("It rains.", "A boat sails home to the harbor.") == 0


def test_what_was_said_before_is_dropped_but_never_all() -> None:
    assert repair("He saw a star fall behind the hill. He ran.", "en", 99, TOLD) == "He ran."
    assert repair("He saw a star fall behind the hill.", "en", 99, TOLD).startswith("He saw")
    assert repair("船开了。船开了。它回家", "zh", 99, []) == "船开了。"


def test_what_is_cut_off_loses_its_last_word() -> None:
    assert trim_phrase("a fox under the old tr", 22) == "a fox under the old"
    assert trim_phrase("a fox under the", 22) == "a fox under"
    assert trim_phrase("A still image of the moon") == "the moon"
    assert trim_phrase("一只狐狸。", 14) == "一只狐狸"


def test_names() -> None:
    assert find_names("A fox named Max met a bear called Bo.") == {"Max", "Bo"}
    assert find_names("有一只叫小白的兔子。") == {"小白"}


@pytest.mark.parametrize(
    ("title", "idea", "hero", "expected"),
    [
        ("The Lost Star", "A fox finds a star", "a small fox", "The Lost Star"),
        ("The Lost Star of the", "A fox", "a small fox", "The Lost Star"),
        (
            "A Fox Finds a Fallen Star",
            "A fox finds a fallen star",
            "a small red fox",
            "The Fox and the Fallen Star",
        ),
        ("Why Bees Dance", "Why bees dance", "a small bee", "Why Bees Dance"),
        (
            "Whale Swims into the Harbor of a Town",
            "A whale swims into the harbor of a town",
            "a whale",
            "The Whale and the Harbor of a Town",
        ),
        ("一只纸船漂过大海", "一只纸船漂过大海", "一只小纸船", "小纸船"),
        ("秋天的雨", "秋天的雨", "", "秋天的雨"),
    ],
)
def test_titles(title: str, idea: str, hero: str, expected: str) -> None:
    assert choose_title(title, idea, hero) == expected
