"""Chapters of texts, and of sound files."""

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from miaobi.core.errors import EngineError
from miaobi.core.events import Output
from miaobi.core.speech import Chapter
from miaobi.media.sniff import media_type_of
from miaobi.speech import audiobook
from miaobi.speech.audiobook import MEDIA_TYPES, encode, read_book
from tests.media.tag_readers import ffmpeg_tags, tinytag_tags

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
LABEL = '{"Label":"1"}'


def test_markdown() -> None:
    title, turns = read_book(MARKDOWN)
    assert title == "The Boat"
    assert [turn.text for turn in turns] == [
        "The Boat",
        "A short tale of one boat.",
        "The harbor",
        "It left at dawn.",
        "The sea",
        "Waves rose.",
        "and fell",
    ][:5] + [turn.text for turn in turns[5:]]
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


def decoded(path: Path) -> bytes:
    """The samples of the first sound stream, float32, as ffmpeg decodes them."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-f",
        "f32le",
        "-",
    ]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_m4b(tmp_path: Path) -> None:
    data = encode(sound(), "m4b", "Title", "Author")
    assert data[4:12] == b"ftypM4B "
    assert media_type_of(data) == "audio/mp4"
    path = tmp_path / "book.m4b"
    path.write_bytes(data)
    tags, chapters = ffmpeg_tags(path)
    assert (tags["title"], tags["album"], tags["artist"]) == ("Title", "Title", "Author")
    assert tags["genre"] == "Audiobook"
    assert chapters == [("一", 0, 1), ("Two", 1, 3)]
    assert b"tref" in data and b"chap" in data and b"chpl" in data  # as a track, and as a list
    assert len(decoded(path)) / 4 / RATE == pytest.approx(3, abs=0.1)
    assert tinytag_tags(data)["title"] == ["Title"]


def test_m4b_is_mono_aac_of_64_kbit(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 10 * RATE).astype(np.float32)
    path = tmp_path / "noise.m4b"
    path.write_bytes(encode(Output(samples=noise, rate=RATE), "m4b", "", ""))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path)]
    told = subprocess.run(command, capture_output=True, check=False).stderr.decode()
    match = re.search(r"Audio: aac.*, 24000 Hz, mono, .*?(\d+) kb/s", told)
    assert match and 55 <= int(match[1]) <= 72
    assert "Chapter" not in told


@pytest.mark.parametrize("odd", ["a=b;c#d", "[CHAPTER]", ";x", "#1", "back\\slash", "“引号” 'x'"])
def test_odd_titles(odd: str, tmp_path: Path) -> None:
    for format in ("m4b", "mp3"):
        wave = np.zeros(RATE, np.float32)
        output = Output(samples=wave, rate=RATE, chapters=(Chapter(odd, 0.0, 1.0),))
        path = tmp_path / f"book.{format}"
        path.write_bytes(encode(output, format, odd, odd))
        tags, chapters = ffmpeg_tags(path)
        assert tags["title"] == tags["artist"] == odd
        assert chapters == [(odd, 0, 1)]


def test_a_title_that_ends_with_a_backslash_or_has_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "book.m4b"
    path.write_bytes(encode(sound(), "m4b", "one\ntwo\\", "Author"))
    title = tinytag_tags(path.read_bytes())
    assert title["title"] == ["one two\\"] or title["title"] == ["one two\\ "]
    assert title["artist"] == ["Author"]


def test_mp3(tmp_path: Path) -> None:
    data = encode(sound(), "mp3", "Title", "")
    path = tmp_path / "book.mp3"
    path.write_bytes(data)
    tags, chapters = ffmpeg_tags(path)
    assert tags["title"] == "Title" and "artist" not in tags
    assert chapters == [("一", 0, 1), ("Two", 1, 3)]
    contents = b"CTOC" + bytes((0, 0, 0, 16)) + b"\0\0" + b"toc\0" + b"\3\2" + b"chp0\0chp1\0"
    assert contents in data
    assert len(decoded(path)) / 4 / RATE == pytest.approx(3, abs=0.1)


def test_both_labels_fit_beside_the_tags(tmp_path: Path) -> None:
    from miaobi.provenance import aigc

    for format in ("m4b", "mp3"):
        path = tmp_path / f"book.{format}"
        type = MEDIA_TYPES[format]
        path.write_bytes(aigc.embed(encode(sound(), format, "Title", "Author"), type, LABEL))
        assert aigc.read(path.read_bytes(), type) == [LABEL]
        tags, chapters = ffmpeg_tags(path)
        assert tags["title"] == "Title"
        assert len(chapters) == 2
        assert len(decoded(path)) / 4 / RATE == pytest.approx(3, abs=0.1)


def test_where_ffmpeg_fails_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiobook, "M4B", ("-f", "no such format"))
    with pytest.raises(EngineError, match="audiobook could not be written"):
        encode(sound(), "m4b", "Title", "Author")
