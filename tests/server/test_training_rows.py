"""Training files of /v1/fine_tuning: the rows that `miaobi tune` reads, counted the same."""

import json
from pathlib import Path

import pytest

from miaobi.core.errors import DataError
from miaobi.core.training_rows import Tally
from miaobi.data.sources import read_documents
from miaobi.server.fine_tuning import _copy_data
from miaobi.server.fine_tuning_events import _row_messages

ROWS = [
    {"prompt": "Where is the fox?", "response": "In the snow.", "note": "winter"},
    {"instruction": "Say yes.", "input": "", "output": "Yes."},
    {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yo"}]},
    {"prompt": "Where?", "response": None},
    {"text": "狐狸 “ran”."},
]
TEXTS = ["Where is the fox?\nIn the snow.", "Say yes.\nYes.", "Hi\nYo", "狐狸 “ran”."]
LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", LINES), ("a.json", json.dumps(ROWS, ensure_ascii=False, indent=1)), ("a", LINES)],
)
def test_a_file_is_read_as_miaobi_tune_does(
    name: str, content: str, encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "upload").write_bytes(content.encode(encoding))
    suffix, characters, counted = _copy_data(tmp_path / "upload", name, tmp_path / "run")
    tally = Tally()
    copy = tmp_path / f"run{suffix}"
    assert [row.text for row in read_documents([str(copy)], None, tally)] == TEXTS
    assert counted == tally and characters == sum(map(len, TEXTS))
    assert _row_messages({"rows": json.loads(json.dumps(counted.as_dict()))}) == [
        "Learned fields of the rows: prompt + response (1), instruction + output (1), "
        "conversations (1), text (1).",
        "Fields that are not learned: note (1).",
        "Skipped: 1 rows without an answer.",
    ]


def test_plain_text_of_another_encoding_is_kept_as_utf_8(tmp_path: Path) -> None:
    text = "第一天，看守人走到岸上，看见灰色的海水慢慢流动。\n"
    (tmp_path / "upload").write_bytes(text.encode("gbk"))
    assert _copy_data(tmp_path / "upload", "a.txt", tmp_path / "run") == (
        ".txt",
        len(text),
        Tally(),
    )
    assert (tmp_path / "run.txt").read_text(encoding="utf-8") == text
    assert _row_messages({}) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            '{"text": "a"}\n\n{"prompt": "a"}',
            "Line 3 of the training file has the fields prompt, a",
        ),
        ('{"text": "a"}\n\n{', "a.jsonl, line 3 is not JSON."),
        ('{"prompt": "a", "completion": ""}', "a.jsonl has nothing to learn: 1 rows without an a"),
        ("", "a.jsonl has nothing to learn: no rows."),
    ],
)
def test_a_file_that_teaches_nothing(content: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "upload").write_text(content)
    with pytest.raises(DataError) as caught:
        _copy_data(tmp_path / "upload", "a.jsonl", tmp_path / "run")
    assert str(caught.value).startswith(says)
