"""Which class the words of a prompt name."""

import json
from pathlib import Path

import pytest

from miaobi.core.errors import ModelFileError, NotFoundError, OptionError
from miaobi.scenes.labels import Classes

STYLES = ["3d", "color", "flat", "ink", "noto"]


@pytest.fixture
def classes(tmp_path: Path) -> Classes:
    names = [["cat", "fox", "hot-air-balloon", "polar-bear", "bear"], STYLES]
    (tmp_path / "classes.json").write_text(json.dumps(names))
    return Classes("tiny", tmp_path)


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("a fox, 3d style", [1, 0]),
        ("Two FOXES in flat style", [1, 2]),
        ("a polar bear, line art style", [3, 3]),  # not the bear
        ("a bear, cartoon style", [4, 4]),
        ("一只狐狸，扁平风格", [1, 2]),
        ("a cat", [0, 2]),  # the style by the seed, 7
        ("a kitty in cartoon style", [0, 4]),  # a synonym
        ("three hot air balloons, colorful style", [2, 1]),
        ("墨线风格，一只北极熊", [3, 3]),
    ],
)
def test_labels_of_a_prompt(classes: Classes, prompt: str, labels: list[int]) -> None:
    assert classes.labels(prompt, "", 7).tolist() == [labels]


@pytest.mark.parametrize("prompt", ["a catapult", "scattered leaves", "a foxglove", "bearing"])
def test_parts_of_words_name_nothing(classes: Classes, prompt: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        classes.labels(prompt, "", 0)
    assert str(caught.value) == (
        f"tiny knows nothing that is named in {prompt!r}. "
        "It knows 5 subjects: cat, fox, hot-air-balloon, polar-bear, bear …"
    )


def test_a_labeled_network_without_names(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"classes\.json cannot be loaded"):
        Classes("tiny", tmp_path)


def test_a_style_that_is_given(classes: Classes) -> None:
    assert classes.labels("a cat, 3d style", "ink", 0).tolist() == [[0, 3]]
    with pytest.raises(OptionError, match="style is 'oil'"):
        classes.labels("a cat", "oil", 0)


def test_one_class_changed(classes: Classes) -> None:
    start = classes.labels("a cat, 3d style", "", 0)
    told = {word: classes.with_class(start, word) for word in ("flat", "fox", "扁平", "night")}
    assert told["flat"].tolist() == told["扁平"].tolist() == [[0, 2]]
    assert told["fox"].tolist() == [[1, 0]] and told["night"] is None
    assert start.tolist() == [[0, 0]]


def test_what_is_not_known(classes: Classes, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="tiny knows nothing that is named in 'a spoon'"):
        classes.labels("a spoon", "", 0)
    (tmp_path / "classes.json").write_text("[[")
    with pytest.raises(ModelFileError, match=r"classes\.json cannot be loaded"):
        Classes("tiny", tmp_path)
