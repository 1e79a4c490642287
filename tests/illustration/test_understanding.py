"""Prompts to scenes: what is shown, who does what with whom, where and when, and what is left out."""

import csv
from pathlib import Path

import pytest

from miaobi.core.scene import Setting
from miaobi.illustration.account import unaccounted_words
from miaobi.illustration.understanding import understand

CASES = Path(__file__).parent / "cases.tsv"


def cases() -> list[dict[str, str]]:
    text = CASES.read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["prompt"][:40])
def test_prompts(case: dict[str, str]) -> None:
    scene = understand(case["prompt"])
    things = [
        thing.drawing + (f"*{thing.count}" if thing.count > 1 else "") for thing in scene.things
    ]
    actions = [
        f"{action.verb}:{action.relation}:{action.subject}:{'' if action.target is None else action.target}"
        for action in scene.actions
    ]
    assert ";".join(things) == case["things"]
    assert ";".join(actions) == case["actions"]
    assert (scene.place, scene.when.hour, scene.when.weather) == (
        case["place"],
        case["hour"],
        case["weather"],
    )
    assert (
        ";".join(scene.left_out) == case["left_out"]
        and ";".join(scene.excluded) == case["excluded"]
    )


@pytest.mark.parametrize(
    ("prompt", "left_out"),
    [
        ("a zorblat eating a fox", ["zorblat", "eating"]),
        ("a fox beside a quux and a flimflam", ["quux", "flimflam"]),
        ("一只狐狸和一个魍魉", ["魍魉"]),
        ("colorless green ideas sleep furiously", None),
    ],
)
def test_unknown_words_are_said(prompt: str, left_out: list[str] | None) -> None:
    scene = understand(prompt)
    if left_out is None:
        assert "furiously" in " ".join(scene.left_out) and "colorless" in " ".join(scene.left_out)
    else:
        assert list(scene.left_out) == left_out


def test_no_word_vanishes() -> None:
    """Every word of a prompt is drawn, left out, excluded, a modifier, or a function word."""
    prompt = (
        "two brave knights and a grumpy blorp ride a purple zeppelin over the foggy harbor "
        "without umbrellas while a tall gray wizard in a torn red cloak reads seven dusty books"
    )
    assert unaccounted_words(prompt, understand(prompt)) == []


def test_many_things_are_limited_and_said() -> None:
    nouns = [
        "fox",
        "cat",
        "dog",
        "bear",
        "wolf",
        "lion",
        "tiger",
        "panda",
        "mouse",
        "frog",
        "pig",
        "koala",
        "monkey",
        "rabbit",
        "owl",
        "duck",
    ]
    scene = understand(", ".join(f"a {noun}" for noun in nouns))
    assert len(scene.things) == 12 and list(scene.left_out) == nouns[12:]


def test_the_seed_changes_people_and_nothing_else() -> None:
    first, second = understand("a woman reads a book", 1), understand("a woman reads a book", 2)
    assert [t.drawing for t in first.things] == [t.drawing for t in second.things]
    assert len({understand("a woman", seed).things[0].character for seed in range(12)}) > 6


@pytest.mark.parametrize("prompt", ["", "???", "a the of", "blue", "的", "very very"])
def test_empty_prompts_have_no_things(prompt: str) -> None:
    assert understand(prompt).things == ()


def test_a_prompt_of_five_thousand_words() -> None:
    scene = understand("a fox and a zorblat run in the forest. " * 625)
    assert scene.things[0].drawing == "fox" and scene.place == "forest"


@pytest.mark.parametrize(
    ("prompt", "setting", "expected"),
    [
        ("a fox in the forest at night", Setting(), ("forest", "night", "clear", "summer")),
        (
            "a fox in the forest at night",
            Setting(place="beach"),
            ("beach", "night", "clear", "summer"),
        ),
        ("a fox at night in the rain", Setting(time="day"), ("", "day", "rain", "summer")),
        ("a fox in autumn", Setting(weather="snow"), ("", "day", "snow", "autumn")),
        ("a fox", Setting(weather="snow"), ("", "day", "snow", "winter")),
        ("a fox in the snow", Setting(weather="clear"), ("", "day", "clear", "summer")),
        ("a fox", Setting(place="space"), ("space", "night", "clear", "summer")),
        ("雪中的狐狸", Setting(time="dusk", season="spring"), ("", "dusk", "snow", "spring")),
    ],
)
def test_a_setting_replaces_that_of_the_prompt(
    prompt: str, setting: Setting, expected: tuple[str, str, str, str]
) -> None:
    scene = understand(prompt, 1, setting)
    when = scene.when
    assert (scene.place, when.hour, when.weather, when.season) == expected
    assert scene.things == understand(prompt, 1).things
