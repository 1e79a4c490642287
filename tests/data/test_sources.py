"""Files, folders and rows become documents, or one sentence says why not."""

import json
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.errors import DataError
from miaobi.core.requests import Message
from miaobi.core.training_rows import Tally
from miaobi.data.sources import Document, read_documents


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


def test_conversations_keep_their_turns(tmp_path: Path) -> None:
    rows = [
        {"prompt": "Where is the fox?", "completion": " In the snow."},
        {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yo"}]},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    hi, yo = Message("user", "Hi"), Message("assistant", "Yo")
    asked, answer = Message("user", "Where is the fox?"), Message("assistant", " In the snow.")
    assert read(path) == [
        Document("Where is the fox? In the snow.", f"{path}:1", (asked, answer)),
        Document("Hi\nYo", f"{path}:2", (hi, yo)),
    ]


def test_skipped_rows_and_other_fields_are_counted(tmp_path: Path) -> None:
    rows: list[Any] = [{"prompt": "a", "completion": "b", "note": f"note {n}"} for n in range(3)]
    rows += [{"prompt": "a", "completion": None}, {"text": "c"}, {"text": ""}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    write_parquet(tmp_path / "b.parquet", [{"question": "d", "answer": w} for w in ("e", None)])
    (tmp_path / "config.json").write_text('{"size": "tiny"}')
    (tmp_path / "d.txt").write_text("f")
    tally = Tally()
    documents = list(read_documents([str(tmp_path)], None, tally))
    assert [document.text for document in documents] == ["ab", "ab", "ab", "c", "d\ne", "f"]
    assert tally.learned == {"prompt + completion": 3, "text": 1, "question + answer": 1}
    assert tally.ignored == {"note": 3}
    assert tally.skipped == {
        "rows without an answer": 2,
        "rows without text": 1,
        "JSON files without a list of rows": 1,
    }


def test_a_file_of_which_all_is_skipped_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"prompt": "a", "completion": ""}\n{"text": null}\n' * 2)
    assert refused(path) == (
        f"{path} has nothing to learn: 2 rows without an answer, 2 rows without text. "
        "Fill these rows, or leave them out."
    )


def test_an_array_of_rows(tmp_path: Path) -> None:
    rows = [{"instruction": f"Say {n}.", "input": "", "output": f"{n}"} for n in range(3)]
    (tmp_path / "alpaca.json").write_text(json.dumps(rows, indent=2))
    assert (
        texts(tmp_path) == texts(tmp_path / "alpaca.json") == [f"Say {n}.\n{n}" for n in range(3)]
    )


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
        "Give files of these kinds: .txt .md .jsonl .ndjson .json .parquet."
    )


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.bin"])
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            b"A fox.\0",
            "is not text: it holds binary bytes at 6. Save it as UTF-8, or leave it out.",
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not text: it holds binary bytes at 8."),
        ("狐狸跑过雪地。".encode()[:-1], "is damaged UTF-8 text: the byte at 18 is wrong. Save it"),
        ("狐狸".encode("utf-16") + b"\0", "is damaged UTF-16 text: the byte at 4 is wrong."),
        (
            "Все люди рождаются свободными.".encode("cp1251"),
            "is not UTF-8; its encoding is probably Windows-1251. Open it in a text editor as",
        ),
        ("모든 인간은 태어날 때부터 자유롭다.".encode("euc_kr"), "probably EUC-KR"),
    ],
)
def test_what_is_no_certain_text_is_refused(
    name: str, data: bytes, says: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    sentence = refused(path)
    assert sentence.startswith(str(path)) and says in sentence


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The fox said “no”. 狐狸。", "utf-16"),
        ("The fox said “no”. 狐狸。", "utf-16-le"),
        ("The fox said “no”. 狐狸。", "utf-16-be"),
        ("The fox said “no”. 狐狸。", "utf-32"),
        ("第一天，看守人走到岸上，看见灰色的海水慢慢流动。", "gbk"),
        ("第一天，看守人走到岸上，看见灰色的海水慢慢流动。㐀", "gb18030"),
        ("第一天，看守人走到岸上，看見灰色的海水慢慢流動。", "big5"),
        ("翌朝、小さな船はまだ岸にあった。老人は何も答えなかった。", "shift_jis"),
        ("The keeper saw the grey sea under the café sign.", "latin-1"),
        ("“Nothing,” she said, and closed the café.", "cp1252"),
    ],
)
def test_text_of_other_encodings(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"{text}\r\n{text}\r\n".encode(encoding))
    row = json.dumps({"prompt": text, "response": text}, ensure_ascii=False)
    (tmp_path / "b.jsonl").write_bytes(f"{row}\n{row}\n".encode(encoding))
    assert texts(tmp_path) == [f"{text}\n{text}\n", f"{text}\n{text}", f"{text}\n{text}"]


def test_line_ends_of_old_computers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\rtwo\r")
    (tmp_path / "b.txt").write_bytes(b"one\r\ntwo\x1a")
    assert texts(tmp_path) == ["one\ntwo\n", "one\ntwo"]


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


def test_a_row_without_text_names_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n{"title": "a", "author": "b"}\n')
    assert refused(path) == (
        f"{path}:2 has the fields title, author, and no shape of a row that is understood. "
        "Understood are: text; messages or conversations; prompt, instruction, question or input "
        "with completion, response, output or answer."
    )


def test_parquet_without_text(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"year": 7}])
    assert refused(path).startswith(f"{path}:1 has the fields year, and no shape of a row")


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
