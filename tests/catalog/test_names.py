"""Names of drawings, and rows found by a name."""

import pytest

from miaobi.catalog.lexicon import names_of
from miaobi.catalog.search import search


@pytest.mark.parametrize(
    ("drawing", "names"),
    [
        ("fox", ("fox", "狐狸")),
        ("role:knight", ("knight", "骑士")),
        ("musical-keyboard", ("musical keyboard", "音乐键盘")),
        ("gi:fox-tail", ("tail", "尾巴")),
        ("no-such-drawing", ("no such drawing", "no such drawing")),
    ],
)
def test_names_of_a_drawing(drawing: str, names: tuple[str, str]) -> None:
    assert names_of(drawing) == names


@pytest.mark.parametrize("word", ["fox", "狐狸"])
def test_a_row_of_just_that_name_comes_first(word: str) -> None:
    first, second, *_ = search(word)
    assert (first.drawing, first.match) == ("fox", "alias") and word in (
        *first.english,
        *first.chinese,
    )
    assert (second.drawing, second.match) == ("fox", "near")
