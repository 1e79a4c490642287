"""JSON lines and arrays of rows, as people write them."""

import json

import pytest

from miaobi.core.errors import DataError
from miaobi.core.json_rows import is_rows, parse_json

A, B = {"text": "a"}, {"text": "b"}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"text": "a"}\n{"text": "b"}\n', [(1, A), (2, B)]),
        ('\n{"text": "a"}\r\n \r\n{"text": "b"}', [(2, A), (4, B)]),
        ('{"text": "a"}\r{"text": "b"}\r', [(1, A), (2, B)]),
        ('\ufeff{"text": "a"}\n\ufeff{"text": "b"}\x1a', [(1, A), (2, B)]),
        ('[{"text": "a"}, {"text": "b"}]', [(1, A), (2, B)]),
        ('[\n  {"text": "a"},\n  {"text": "b"}\n]\n', [(1, A), (2, B)]),
        ('{\n  "text": "a"\n}\n', [(1, A)]),
        ('["a", "b"]', [(1, "a"), (2, "b")]),
        ('[{"role": "user", "content": "a"}]', [(1, [{"role": "user", "content": "a"}])]),
        ('[["a", "b"]]\n[["c", "d"]]', [(1, [["a", "b"]]), (2, [["c", "d"]])]),
        ("", []),
    ],
)
def test_rows(text: str, rows: list[tuple[int, object]]) -> None:
    assert list(parse_json(text, "a")) == rows


def test_other_line_separators_of_unicode_stand_inside_a_string() -> None:
    words = "one\u2028two\u2029three\u0085four"
    assert list(parse_json(json.dumps(words, ensure_ascii=False), "a")) == [(1, words)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"text": "a"}\n{"text": "b', "a, line 2 is not JSON."),
        ('{"text": "a"},\n{"text": "b"}', "a, line 1 is not JSON."),
        ("A fox.", "a, line 1 is not JSON."),
        ("[" * 100_000, "a, line 1 is not JSON."),
        ('{"a": 1}\n' + '{"a":' * 100_000, "a, line 2 is not JSON."),
        ('{"prompt": "a", "prompt": "b"}', "a, line 1 has the field prompt twice. Keep one of"),
        ('{"b": [{"c": 1, "c": 2}]}', "a, line 1 has the field c twice."),
    ],
)
def test_a_line_that_is_refused(text: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        list(parse_json(text, "a"))
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('{"text": "a"}', "a.jsonl", True),
        ("A fox.", "a.JSON", True),
        ('{"text": "a"}', "data", True),
        ("{", "data", True),
        ('[{"text": "a"}]', "data", True),
        ("[Verse 1]\nA fox.", "data", False),
        ("A fox.", "data", False),
        ("{A fox.}", "a.txt", False),
        ('{"text": "a"}\n{"text": "b"}', "a.txt", True),
    ],
)
def test_rows_or_prose(text: str, name: str, expected: bool) -> None:
    assert is_rows(text, name) == expected
