"""Files, folders and rows become documents, or one sentence says why not."""

import json
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.errors import DataError
from miaobi.data.sources import TEXT_FIELDS, Document, read_documents


def read(*places: Path | str) -> list[Document]:
    return list(read_documents(map(str, places)))


def texts(*places: Path | str) -> list[str]:
    return [document.text for document in read(*places)]


def write_parquet(path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(rows), path, **options)
    return path


def refused(*places: Path | str) -> str:
    with pytest.raises(DataError) as caught:
        read(*places)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.TXT"])
def test_a_file_of_text_is_one_document(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("A fox.\n\n狐狸。🦊\n", encoding="utf-8")
    assert read(path) == read(tmp_path) == [Document("A fox.\n\n狐狸。🦊\n", str(path))]


@pytest.mark.parametrize("name", ["poems.tex", "README", "a.txt.bak"])
def test_a_single_file_may_have_any_ending(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("A fox.")
    assert texts(tmp_path / name) == ["A fox."]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_every_line_of_json_is_a_document(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text('{"text": "one", "id": "7"}\n\n  \n"two"\n{"words": "three", "year": 3}')
    assert read(path) == [
        Document("one", f"{path}:1"),
        Document("two", f"{path}:4"),
        Document("three", f"{path}:5"),
    ]


def test_a_line_of_json_ends_at_the_end_of_the_line(tmp_path: Path) -> None:
    """Unicode knows other ends of lines, and they may stand inside a string."""
    words = "one\u2028two\u2029three\u0085four"
    line = json.dumps({"text": words}, ensure_ascii=False)
    (tmp_path / "a.jsonl").write_text(f"{line}\r\n{line}\n", encoding="utf-8", newline="")
    assert texts(tmp_path) == [words, words]


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_known_fields_hold_the_text(field: str, tmp_path: Path) -> None:
    row = {"id": "7", field: "the words", "title": "a title"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    assert texts(tmp_path) == ["the words"]


def test_the_first_known_field_wins(tmp_path: Path) -> None:
    row = {field: field for field in reversed(TEXT_FIELDS)}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    assert texts(tmp_path) == ["text"]


def test_rows_of_parquet_are_documents(tmp_path: Path) -> None:
    rows = [{"id": n, "story": f"story {n}", "by": "a fox"} for n in range(7)]
    path = write_parquet(tmp_path / "a.parquet", rows, row_group_size=3)
    assert read(path) == [Document(f"story {n}", f"{path}:{n + 1}") for n in range(7)]


@pytest.mark.model
def test_no_two_rows_of_a_long_parquet_have_one_origin(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"text": "a"}] * 70_000)
    origins = [document.origin for document in read(path)]
    assert len(set(origins)) == 70_000 and origins[-1] == f"{path}:70000"


def test_folders_are_searched_in_order_and_hidden_files_skipped(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/deep/c.txt", ".hidden.txt", ".git/d.txt", "e.png", "f.py"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert texts(tmp_path / "data") == ["a/deep/c.txt", "a/z.md", "b.txt"]


def test_a_folder_inside_a_hidden_one_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    place = tmp_path / ".kept" / "texts"
    place.mkdir(parents=True)
    (place / "a.txt").write_text("A fox.")
    assert texts(place) == ["A fox."]


def test_places_keep_their_order(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    assert texts(tmp_path / "b.txt", tmp_path / "a.txt") == ["b.txt", "a.txt"]


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.txt").write_text("A fox.")
    assert texts("~/a.txt") == ["A fox."]


def test_marks_and_line_ends_of_windows_are_taken_away(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    (tmp_path / "b.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "three"}\r\n{"text": "four"}\r\n')
    assert texts(tmp_path) == ["one\ntwo\n", "three", "four"]


def test_what_is_blank_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.txt").write_text(" \n\t\n")
    (tmp_path / "c.jsonl").write_text('{"text": ""}\n{"text": " \\n"}\n{"text": "A fox."}\n')
    assert texts(tmp_path) == ["A fox."]


def test_what_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    assert refused(path) == f"There is no file or folder {path}. Check the name."


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "picture.png").write_bytes(b"\x89PNG")
    assert refused(tmp_path / "data") == (
        f"{tmp_path / 'data'} holds nothing that can be read as text. "
        "Give files of these kinds: .txt .md .jsonl .ndjson .parquet."
    )


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.bin"])
@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"A fox.\0", 6),
        (b"\x89PNG\r\n\x1a\n\0\0\0", 8),
        (b"caf\xe9 au lait", 3),  # Latin-1
        ("狐".encode("gb18030"), 0),
        (b"\xff\xfeA\0", 3),  # UTF-16
        ("狐狸".encode()[:-1], 3),  # cut inside a character
    ],
)
def test_binary_bytes_are_refused_with_their_place(
    name: str, data: bytes, place: int, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert refused(path) == (
        f"{path} is not text: it holds binary bytes at {place}. Save it as UTF-8, or leave it out."
    )


def test_half_a_character_in_json_is_refused(tmp_path: Path) -> None:
    """JSON can spell what no text can hold."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a fox"}\n{"text": "a fox \\ud83e"}\n')
    assert refused(path).startswith(f"{path}:2 is not text: it holds binary bytes at 6.")


@pytest.mark.parametrize("line", ['{"text": "a', "{'text': 'a'}", "A fox."])
def test_a_line_that_is_not_json(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "a fox"}}\n\n{line}\n')
    assert refused(path) == f"{path}, line 3 is not JSON."


@pytest.mark.parametrize(
    "row", [{"title": "a", "author": "b"}, {"year": 7}, {}, [1, 2], 7, None, {"text": None}]
)
def test_a_row_without_text(row: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row))
    assert refused(path) == (
        f"{path}:1 has no field for its text. "
        "Name one of its fields: text, content, story, poem, article, body, sentence, prompt."
    )


def test_parquet_without_text(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"year": 7}])
    assert refused(path).startswith(f"{path}:1 has no field for its text.")


@pytest.mark.parametrize("cut", ["empty", "half", "tail", "other"])
def test_damaged_parquet(cut: str, tmp_path: Path) -> None:
    rows = [{"text": f"story {n} " * 50} for n in range(100)]
    path = write_parquet(tmp_path / "a.parquet", rows)
    data = path.read_bytes()
    path.write_bytes(
        {"empty": b"", "half": data[: len(data) // 2], "tail": data[:-1], "other": b"A fox."}[cut]
    )
    sentence = refused(path)
    assert sentence.startswith(f"{path} cannot be read: ") and "\n" not in sentence


@pytest.mark.parametrize("place", ["hub:org/name", "hub:org/name:test"])
def test_the_hub_is_not_asked_offline(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    assert refused(place) == (
        f"{place.removeprefix('hub:')} would have to be downloaded, and the network is switched "
        "off. Unset MIAOBI_OFFLINE."
    )


def test_a_folder_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "run/README.md", "run/deep/b.txt", "runs/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    for place in (".", str(tmp_path)):
        for left_out in (Path("run"), tmp_path / "run"):
            found = read_documents([place], left_out)
            assert [document.text for document in found] == ["a.txt", "runs/c.txt"]


def test_trouble_comes_when_its_place_is_reached(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A fox.")
    documents = read_documents([str(tmp_path / "a.txt"), str(tmp_path / "nothing")])
    assert next(documents).text == "A fox."
    with pytest.raises(DataError):
        next(documents)
