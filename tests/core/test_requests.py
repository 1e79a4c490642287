"""What may be asked: ranges, what goes together, and what a label keeps of it."""

import math
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.errors import OptionError, PromptError
from miaobi.core.requests import ImageRequest, Message, TextRequest

BEAMS = {"beams": 6}
RANGES: list[tuple[str, float, float, dict[str, Any]]] = [
    ("max_tokens", 1, 1_000_000, {}),
    ("temperature", 0, 5, {}),
    ("top_p", 0, 1, {}),
    ("top_k", 0, 1_000_000, {}),
    ("min_p", 0, 1, {}),
    ("typical", 0.01, 1, {}),
    ("repeat_penalty", 0.1, 10, {}),
    ("presence_penalty", -2, 2, {}),
    ("frequency_penalty", -2, 2, {}),
    ("seed", 0, 2**32 - 2, {}),
    ("no_repeat_ngram", 0, 1000, {}),
    ("beams", 1, 1000, {}),
    ("diversity", 0, 100, BEAMS),
    ("length_penalty", -10, 10, BEAMS),
    ("beam_groups", 1, 6, BEAMS),
    ("best", 1, 6, BEAMS),
]


def ask(**options: Any) -> TextRequest:
    return TextRequest(model="tiny", messages=(Message("user", "cat"),), **options)


@pytest.mark.parametrize(("name", "low", "high", "others"), RANGES, ids=lambda row: str(row))
def test_a_range_holds_its_ends_and_no_more(
    name: str, low: float, high: float, others: dict[str, Any]
) -> None:
    for value in (low, high):
        assert getattr(ask(**{**others, name: value}), name) == value
    for value in (low - 1, high + 1, math.nan, True, "2", None):
        if name == "repeat_penalty" and value is None:
            continue  # it means: as usual
        with pytest.raises(OptionError, match=rf"{name} is .*It has to lie between"):
            ask(**{**others, name: value})


@pytest.mark.parametrize("name", ["best", "beam_groups"])
def test_without_beams_there_is_one(name: str) -> None:
    with pytest.raises(OptionError, match=f"{name} is 2. It has to lie between 1 and 1"):
        ask(**{name: 2})


@pytest.mark.parametrize(("beams", "groups"), [(4, 3), (5, 2), (7, 4)])
def test_groups_share_the_beams_evenly(beams: int, groups: int) -> None:
    with pytest.raises(OptionError, match=f"{beams} beams cannot be divided into {groups} groups"):
        ask(beams=beams, beam_groups=groups)
    assert ask(beams=groups * 2, beam_groups=groups).beam_groups == groups


@pytest.mark.parametrize("precision", ["", "float32", "bfloat16", "int8"])
def test_a_precision_that_there_is(precision: str) -> None:
    assert ask(precision=precision).precision == precision


@pytest.mark.parametrize("precision", ["float16", "INT8", "8"])
def test_a_precision_that_there_is_not(precision: str) -> None:
    with pytest.raises(OptionError, match="Choose one of: .*float32, bfloat16, int8"):
        ask(precision=precision)


def test_beams_keep_to_no_schema() -> None:
    schema: dict[str, Any] = {"type": "object"}
    with pytest.raises(OptionError, match="json_schema cannot be used with beams"):
        ask(beams=2, json_schema=schema)
    assert ask(json_schema=schema).json_schema == schema


@pytest.mark.parametrize("schema", ["{}", 3, [], True])
def test_a_schema_is_a_dictionary(schema: Any) -> None:
    with pytest.raises(OptionError, match="json_schema cannot be used"):
        ask(json_schema=schema)


def test_stop_strings_have_letters() -> None:
    assert ask(stop=("a", "\n")).stop == ("a", "\n")
    with pytest.raises(OptionError, match="characters of stop is 0"):
        ask(stop=("a", ""))


@pytest.mark.parametrize("words", ["", " \n", "a\0b", "\udcff"])
def test_words_that_are_none(words: str) -> None:
    with pytest.raises(PromptError):
        TextRequest(model="tiny", messages=(Message("user", words),))


def test_repetition_costs_something_unless_beams_search() -> None:
    assert ask().effective_repeat_penalty == 1.1
    assert ask(beams=2).effective_repeat_penalty == 1.0
    assert ask(repeat_penalty=1).effective_repeat_penalty == 1
    assert ask(beams=2, repeat_penalty=1.3).effective_repeat_penalty == 1.3


def test_a_label_keeps_what_made_the_text() -> None:
    assert ask(top_k=7).parameters() == {
        "max_tokens": 512,
        "temperature": 0.7,
        "top_p": 0.95,
        "top_k": 7,
        "min_p": 0.05,
        "repeat_penalty": 1.1,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
    }


def test_a_label_keeps_what_was_switched_on() -> None:
    told = ask(no_repeat_ngram=3, typical=0.9, precision="int8").parameters()
    assert (told["no_repeat_ngram"], told["typical"], told["precision"]) == (3, 0.9, "int8")


def test_a_label_of_a_search_keeps_its_options_and_draws_nothing() -> None:
    told = ask(beams=4, beam_groups=2, diversity=1.5, no_repeat_ngram=2).parameters()
    search = {
        "max_tokens": 512,
        "beams": 4,
        "beam_groups": 2,
        "diversity": 1.5,
        "length_penalty": 1.0,
        "early_stopping": False,
        "no_repeat_ngram": 2,
    }
    assert search.items() <= told.items()
    assert not {"temperature", "top_p", "top_k", "min_p"} & set(told)


def test_a_label_of_a_search_keeps_the_penalties_that_hold() -> None:
    told = ask(beams=4, repeat_penalty=1.3, presence_penalty=0.5).parameters()
    assert (told["repeat_penalty"], told["presence_penalty"]) == (1.3, 0.5)


def test_a_label_keeps_no_words_of_the_user() -> None:
    told = ask(stop=("secret",), json_schema={"enum": ["secret"]}).parameters()
    assert "secret" not in repr(told) and "cat" not in repr(told)


def test_every_request_has_a_seed_of_its_own() -> None:
    assert len({ask().seed for _ in range(20)}) > 15


IMAGE_RANGES: list[tuple[str, float, float]] = [
    ("steps", 1, 1000),
    ("guidance", 0, 50),
    ("reuse", 1, 10),
    ("n", 1, 64),
    ("strength", 0.01, 1),
    ("previews", 0, 1000),
    ("seed", 0, 2**32 - 2),
]


def paint(**options: Any) -> ImageRequest:
    return ImageRequest(model="tiny", prompt="a fox", **options)


@pytest.mark.parametrize(("name", "low", "high"), IMAGE_RANGES)
def test_a_picture_has_its_ranges(name: str, low: float, high: float) -> None:
    for value in (low, high):
        assert getattr(paint(**{name: value}), name) == value
    for bad in (low - 1, high + 1, math.nan, True, "2"):
        with pytest.raises(OptionError, match=f"{name} is "):
            paint(**{name: bad})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"steps": 0}, "steps is 0. It has to lie between 1 and 1,000."),
        ({"steps": 10_000}, "steps is 10000."),
        ({"steps": 2.5}, "steps is 2.5. Give a whole number."),
        ({"n": 2.0}, "n is 2.0. Give a whole number."),
        ({"size": (0, 64)}, "width is 0."),
        ({"size": (64, -8)}, "height is -8."),
        ({"size": (64, 100_000)}, "height is 100000. It has to lie between 16 and 8,192."),
        ({"size": 512}, "size is 512. Give width and height in pixels"),
        ({"size": (64, 64, 3)}, "size is (64, 64, 3)."),
        ({"upscale": 3}, "upscale is 3. Choose one of: 0, 2, 4."),
        ({"upscale": True}, "upscale is True."),
        ({"format": "gif"}, "format is 'gif'. Choose one of: png, jpeg, webp, svg."),
        ({"precision": "int8"}, "precision is 'int8'. Choose one of: float32, bfloat16."),
        ({"memory": "none"}, "memory is 'none'."),
        ({"guided": (0.8, 0.2)}, "start of guided is 0.8."),
        ({"guided": (0.0, 1.5)}, "end of guided is 1.5."),
        ({"mask": Path("mask.png")}, "mask needs a picture."),
        ({"format": "jpeg", "transparent": True}, "A JPEG cannot be transparent."),
        ({"seed": 2**32 - 3, "n": 4}, "seed is "),
    ],
)
def test_a_picture_that_cannot_be(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as raised:
        paint(**options)
    assert sentence in str(raised.value)


def test_a_picture_needs_words() -> None:
    for words in ("", " \n", "a\0b"):
        with pytest.raises(PromptError, match="The prompt "):
            ImageRequest(model="tiny", prompt=words)
    with pytest.raises(PromptError, match="The negative "):
        paint(negative="a\0b")


def test_the_label_of_a_picture_holds_no_words_of_the_user() -> None:
    plain = paint(negative="dogs", n=2)
    assert plain.parameters() == {}
    assert plain.words() == "a fox\ndogs"
    told = paint(
        negative="dogs",
        size=(64, 32),
        steps=4,
        init=Path("/home/me/secret/a.png"),
        reuse=2,
        loras=(Path("/home/me/secret/ink.safetensors"),),
        guided=(0.1, 0.8),
    ).parameters()
    assert told == {
        "size": [64, 32],
        "steps": 4,
        "strength": 0.6,
        "guided": [0.1, 0.8],
        "reuse": 2,
        "loras": ["ink.safetensors"],
    }
