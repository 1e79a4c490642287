"""The corpora as documents: forms of poems, their headings, and both scripts."""

import json
from collections import Counter
from pathlib import Path

import pytest

from miaobi.core.errors import MissingAsset, OptionError
from miaobi.data import corpora
from miaobi.data.corpora import form_of, read_corpus
from miaobi.data.sources import Document
from miaobi.data.text import split_documents

QUIET_NIGHT = ["牀前看月光，疑是地上霜。", "舉頭望山月，低頭思故鄉。"]
FORMS = ("五言絕句", "七言絕句", "五言律詩", "七言律詩", "五言古詩", "七言古詩")


def verse(width: int, lines: int, ends: str = "，。") -> str:
    return "".join("月" * width + ends[number % len(ends)] for number in range(lines))


def poem(title: str, paragraphs: list[str], author: str = "李白") -> dict[str, object]:
    return {"title": title, "author": author, "paragraphs": paragraphs, "id": title}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(corpora, "asset_folder", lambda name: tmp_path)
    return tmp_path


def read_poems(place: Path, *arrays: list[dict[str, object]]) -> list[Document]:
    text = "\n".join(json.dumps(poems, ensure_ascii=False) for poems in arrays)
    (place / "poems.json").write_text(text, encoding="utf-8")
    return list(read_corpus("tang"))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (verse(5, 4), "五言絕句"),
        (verse(7, 4), "七言絕句"),
        (verse(5, 8), "五言律詩"),
        (verse(7, 8), "七言律詩"),
        (verse(5, 6), "五言古詩"),
        (verse(5, 24), "五言古詩"),
        (verse(7, 12), "七言古詩"),
        (verse(5, 4, "，？，！"), "五言絕句"),
        ("月月月月月，月月月月月。\n月月月月月，月月月月月。", "五言絕句"),
        ("", ""),
        (verse(5, 2), ""),  # a couplet
        (verse(5, 7), ""),  # odd
        (verse(5, 26), ""),  # too long
        (verse(6, 4), ""),
        (verse(4, 8), ""),
        (verse(5, 2) + verse(7, 2), ""),
    ],
)
def test_the_form_is_told_by_the_lines(body: str, form: str) -> None:
    assert form_of(body) == form


def test_a_poem_comes_in_both_scripts_from_one_origin(place: Path) -> None:
    traditional, simplified = read_poems(place, [poem("靜夜思", QUIET_NIGHT)])
    assert traditional.text.endswith("牀前看月光，疑是地上霜。\n舉頭望山月，低頭思故鄉。\n")
    assert simplified.text.endswith("床前看月光，疑是地上霜。\n举头望山月，低头思故乡。\n")
    assert traditional.origin == simplified.origin == "poem 0"


def test_both_scripts_are_held_out_or_none(place: Path) -> None:
    poems = [poem(f"{n}", [verse(5, 4)]) for n in range(100)]
    documents = read_poems(place, poems)
    training, held_out = split_documents(documents, 0.1, seed=0)
    assert (len(documents), len({document.origin for document in documents})) == (200, 100)
    assert len(held_out) % 2 == 0 and 14 <= len(held_out) <= 26
    assert len(training) + len(held_out) == 200


def test_odd_poems_are_left_out(place: Path) -> None:
    odd = [
        poem("殘句", ["月月月月月，月月月月月。"]),
        poem("闕文", ["月月月□月，月月月月月。", "月月月月月，月月月月月。"]),
        poem("注", ["月月月月月（一作日），月月月月月。", "月月月月月，月月月月月。"]),
        poem("雜言", ["月月月，月月月月月。", "月月月月月，月月月月月。"]),
        poem("無", []),
    ]
    documents = read_poems(place, odd[:3], [*odd[3:], poem("靜夜思", QUIET_NIGHT)])
    assert [document.origin for document in documents] == ["poem 5", "poem 5"]


def test_poems_stand_in_arrays_one_after_another(place: Path) -> None:
    one, two = [poem("一", [verse(5, 4)])], [poem("二", [verse(7, 4)])]
    for between in ("", "\n", "\r\n  "):
        text = between.join(json.dumps(poems) for poems in (one, two)) + between
        (place / "poems.json").write_text(text, encoding="utf-8")
        assert len(list(read_corpus("tang"))) == 4


def test_headings(place: Path) -> None:
    """Form and title 62 %, form alone 12 %, title alone 13 %, nothing 13 %; half with the poet."""
    documents = read_poems(place, [poem("靜夜思", QUIET_NIGHT)] * 2000)
    counts: Counter[str] = Counter()
    for document in documents:
        assert document.text.count("\n") in (2, 3)
        heading = document.text.split("\n")[0] if document.text.count("\n") == 3 else ""
        counts[heading.replace("绝", "絕").replace("静", "靜")] += 1
    shares = {heading: count / len(documents) for heading, count in counts.items()}
    assert shares == pytest.approx(
        {
            "五言絕句《靜夜思》李白": 0.31,
            "五言絕句《靜夜思》": 0.31,
            "五言絕句": 0.12,
            "《靜夜思》李白": 0.065,
            "《靜夜思》": 0.065,
            "": 0.13,
        },
        abs=0.03,
    )


def test_headings_are_the_same_every_time(place: Path) -> None:
    poems = [poem(f"{n}", [verse(5, 4)]) for n in range(50)]
    assert read_poems(place, poems) == read_poems(place, poems)


def test_every_form_stands_over_its_poems(place: Path) -> None:
    shapes = {(5, 4): 0, (7, 4): 1, (5, 8): 2, (7, 8): 3, (5, 10): 4, (7, 10): 5}
    for (width, lines), number in shapes.items():
        documents = read_poems(place, [poem("題", [verse(width, lines)])] * 50)
        traditional = [document.text for document in documents[::2]]
        forms = {text[:4] for text in traditional if text[1] == "言"}
        assert forms == {FORMS[number]}


def test_works_of_shakespeare_end_at_the_next_by_line(place: Path) -> None:
    (place / "works.txt").write_bytes(
        b"Some words of the collectors.\r\n\r\nTHE FIRST PLAY\r\n\r\nby William Shakespeare\r\n\r\n"
        b"\r\n\r\n\r\nACT I. The fox enters.   \r\n\r\nFOX. Good morrow!\r\n"
        b"THE ENDTHE SECOND PLAY; OR, WHAT YOU WILL\r\n\r\nby William Shakespeare  \r\n\r\n"
        b"ACT I.\r\n\r\nMOON. Good night.\r\n\r\nTHE END"
    )
    assert list(read_corpus("shakespeare")) == [
        Document("ACT I. The fox enters.\n\nFOX. Good morrow!\n", "THE FIRST PLAY"),
        Document("ACT I.\n\nMOON. Good night.\n\nTHE END\n", "THE SECOND PLAY; OR, WHAT YOU WILL"),
    ]


def test_a_corpus_that_is_not_here_says_how_to_get_it(empty_assets: Path) -> None:
    with pytest.raises(MissingAsset, match="miaobi pull tang"):
        list(read_corpus("tang"))


@pytest.mark.parametrize("name", ["nobody", "kokoro-82m", ""])
def test_an_unknown_corpus(name: str) -> None:
    with pytest.raises(OptionError, match="Choose one of: shakespeare, tang."):
        list(read_corpus(name))
