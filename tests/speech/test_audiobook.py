"""Chapters of texts, and of sound files."""

import io

import numpy as np
import pytest

from miaobi.core.events import Output
from miaobi.core.speech import Chapter
from miaobi.media.sniff import media_type_of
from miaobi.speech.audiobook import encode, read_book

MARKDOWN = """# The Boat

A *short* tale of [one boat](https://example.com).

## The harbor

It left
at dawn.

```python
print("not read")
```

## The sea

> Waves rose.

- and fell
"""
PLAIN = "Chapter 1\n\nIt began.\n\nCHAPTER II: The sea\n\nIt ended."
RATE = 24_000


def test_markdown() -> None:
    title, turns = read_book(MARKDOWN)
    assert title == "The Boat"
    assert [turn.text for turn in turns] == [
        "The Boat", "A short tale of one boat.", "The harbor", "It left at dawn.", "The sea",
        "Waves rose.", "and fell",
    ][:5] + [turn.text for turn in turns[5:]]  # fmt: skip
    assert "print" not in "".join(turn.text for turn in turns)
    assert [turn.chapter for turn in turns if turn.chapter] == ["The Boat", "The harbor", "The sea"]
    assert turns[2].pause > turns[1].pause > 0 == turns[0].pause


@pytest.mark.parametrize(
    ("text", "chapters"),
    [
        (PLAIN, ["Chapter 1", "CHAPTER II: The sea"]),
        ("第一章 出海\n\n天亮了。\n\n第二章\n\n天黑了。", ["第一章 出海", "第二章"]),
        ("# One\n\na\n\n# Two\n\nb", ["One", "Two"]),
        ("Only words.", []),
    ],
)
def test_chapters(text: str, chapters: list[str]) -> None:
    title, turns = read_book(text)
    assert title == ""
    assert [turn.chapter for turn in turns if turn.chapter] == chapters


def test_lines_of_a_chinese_paragraph_have_no_space_between() -> None:
    assert read_book("天亮了，\n船走了。")[1][0].text == "天亮了，船走了。"


def sound() -> Output:
    wave = 0.1 * np.sin(np.arange(3 * RATE) * 0.05, dtype=np.float32)
    chapters = (Chapter("一", 0.0, 1.0), Chapter("Two", 1.0, 3.0))
    return Output(samples=wave, rate=RATE, chapters=chapters)


def test_m4b() -> None:
    import av

    data = encode(sound(), "m4b", "Title", "Author")
    assert data[4:12] == b"ftypM4B "
    assert media_type_of(data) == "audio/mp4"
    with av.open(io.BytesIO(data)) as container:
        found = container.chapters()
        seconds = container.duration / 1e6
        assert container.metadata["title"] == "Title"
        assert container.metadata["artist"] == "Author"
    assert [(row["metadata"]["title"], row["start"], row["end"]) for row in found] == [
        ("一", 0, 1000), ("Two", 1000, 3000)
    ]  # fmt: skip
    assert seconds == pytest.approx(3, abs=0.1)


def test_mp3() -> None:
    from mutagen.id3 import ID3

    data = encode(sound(), "mp3", "Title", "")
    tags = ID3(io.BytesIO(data))
    assert tags["CTOC:toc"].child_element_ids == ["chp0", "chp1"]
    assert (tags["CHAP:chp1"].start_time, tags["CHAP:chp1"].end_time) == (1000, 3000)
    assert str(tags["CHAP:chp0"].sub_frames["TIT2"]) == "一"
    assert str(tags["TIT2"]) == "Title" and "TPE1" not in tags


def test_both_labels_fit_beside_the_tags() -> None:
    from miaobi.provenance import aigc

    data = encode(sound(), "m4b", "Title", "Author")
    marked = aigc.embed(data, "audio/mp4", '{"Label":"1"}')
    assert aigc.read(marked, "audio/mp4") == ['{"Label":"1"}']
    import av

    with av.open(io.BytesIO(marked)) as container:
        assert container.metadata["title"] == "Title"
        assert len(container.chapters()) == 2
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 3 * RATE
