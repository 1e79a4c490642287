"""The tree of errors is the one that errors.py draws, and an error speaks both languages."""

import re

import pytest

from miaobi.core import errors
from miaobi.core.checks import check_range
from miaobi.core.errors import MiaobiError, MissingAsset, OptionError

LINE = re.compile(r"^(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)(?P<text>.*)$")
Row = tuple[str, int, int]  # parent, exit code, HTTP status


def drawn() -> dict[str, Row]:
    """What the docstring says of each class; a line that names no number means its parent's."""
    tree = [line for line in (errors.__doc__ or "").splitlines() if LINE.match(line)]
    assert tree[1] == "MiaobiError", "the first line is the sentence above the tree"
    rows: dict[str, Row] = {"MiaobiError": ("Exception", 1, 500)}
    path = ["MiaobiError"]
    for line in tree[2:]:
        match = LINE.match(line)
        assert match is not None
        depth = len(match["branch"]) // 4
        path = [*path[:depth], match["name"]]
        _, exit_code, status = rows[path[-2]]
        exit_drawn = re.search(r"exit (\d+)", match["text"])
        status_drawn = re.search(r"HTTP (\d+)", match["text"])
        rows[match["name"]] = (
            path[-2],
            int(exit_drawn[1]) if exit_drawn else exit_code,
            int(status_drawn[1]) if status_drawn else status,
        )
    return rows


def classes() -> list[type[MiaobiError]]:
    values = vars(errors).values()
    return [kind for kind in values if isinstance(kind, type) and issubclass(kind, MiaobiError)]


def test_the_tree_is_the_one_that_is_drawn() -> None:
    there = {
        kind.__name__: (kind.__base__.__name__, kind.exit_code, kind.http_status)
        for kind in classes()
        if kind.__base__ is not None
    }
    assert there == drawn()


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_every_kind_has_a_code_for_programs_and_for_the_web(kind: type[MiaobiError]) -> None:
    assert kind.exit_code in (1, 2, 3)
    assert 400 <= kind.http_status < 600


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "seed is -1. It has to lie between 0 and 9."),
        ("zh", "seed 的值是 -1。"),
    ],
)
def test_an_error_names_the_value_and_the_way_out(
    language: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_LANG", language)
    with pytest.raises(OptionError) as caught:
        check_range("seed", -1, 0, 9)
    assert str(caught.value).startswith(told)
    assert "9" in str(caught.value) and "{" not in str(caught.value)


def test_the_language_is_that_of_the_reader_not_of_the_raiser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIAOBI_LANG", "en")
    error = MissingAsset("The model {name} is not on this machine yet.", name="kokoro-82m")
    assert str(error) == "The model kokoro-82m is not on this machine yet."
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    assert "kokoro-82m" in str(error) and "模型" in str(error)


def test_a_message_may_stand_alone_and_values_may_hold_braces() -> None:
    assert str(MiaobiError("It stopped.")) == "It stopped."
    assert str(MiaobiError("It said {reason}.", reason='{"a": 1}')) == 'It said {"a": 1}.'
