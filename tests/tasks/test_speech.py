"""Speech on the road: subtitles, SSML, scripts, audiobooks, and what is refused."""

import json
from pathlib import Path

import pytest

import miaobi as mb
from miaobi.core.errors import DataError, NotFoundError, OptionError, PromptError
from miaobi.provenance.verify import verify_bytes
from miaobi.tasks import library
from miaobi.tasks.speech import stream_audiobook, stream_speech


def test_subtitles_are_a_labeled_part() -> None:
    spoken = mb.speech("Two cats sat. Three ran.", seed=1, subtitles="json")
    (part,) = spoken.parts
    rows = json.loads(part.text)["segments"]
    assert [row["text"] for row in rows] == ["Two cats sat.", "Three ran."]
    assert [word["word"] for word in rows[1]["words"]] == ["Three", "ran."]
    assert part.manifest["parents"] == [spoken.id]
    assert verify_bytes(part.data, part.sidecar).status == "intact"
    assert [segment.text for segment in spoken.segments] == ["Two cats sat.", "Three ran."]


def test_ssml_takes_the_pauses_it_asks_for() -> None:
    plain = mb.speech("One. Two.", seed=1)
    paused = mb.speech('<speak>One.<break time="2s"/> Two.</speak>', seed=1)
    assert paused.segments[1].start - plain.segments[1].start == pytest.approx(2, abs=0.2)


def test_an_audiobook(tmp_path: Path) -> None:
    path = tmp_path / "boat.md"
    path.write_text("## One\n\nIt left.\n\n## Two\n\nIt came.\n", encoding="utf-8")
    book = mb.audiobook(path, seed=1)
    assert book.media_type == "audio/mp4"
    saved = book.save(tmp_path / "boat.m4b")
    assert library.verify(saved).status == "intact"
    import av

    with av.open(saved) as container:
        assert container.metadata["title"] == "boat"
        assert [row["metadata"]["title"] for row in container.chapters()] == ["One", "Two"]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ("", PromptError, "empty"),
        ("😀🎉", PromptError, "could be spoken"),
        ("...", PromptError, "could be spoken"),
        ("a" * 1_000_000, PromptError, "1,000,000 characters; the limit is 200,000"),
        ("<speak>Hello <break></speak>", PromptError, "not well-formed"),
        ("<speak><b>Hello</b></speak>", PromptError, "<b>, which is not supported"),
        ("<speak>😀</speak>", PromptError, "could be spoken"),
    ],
)
def test_words_that_are_refused(
    words: str, error: type[Exception], says: str, own_home: Path
) -> None:
    with pytest.raises(error, match=says):
        list(stream_speech(words))
    assert not list((own_home / "library").rglob("*.wav"))


def test_options_that_are_refused() -> None:
    with pytest.raises(OptionError, match="subtitles is 'ass'"):
        stream_speech("Hello.", subtitles="ass")
    with pytest.raises(OptionError, match="Eve has no line"):
        stream_speech("ANNA: Hello.", cast={"Eve": "af_heart"})
    with pytest.raises(OptionError, match="no audiobook format 'wav'. Choose one of: m4b, mp3"):
        stream_audiobook("Hello.", format="wav")
    with pytest.raises(NotFoundError, match="no file missing.md"):
        stream_audiobook("missing.md")


def test_a_book_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(b"\x89PNG\0\xff")
    with pytest.raises(DataError, match="binary bytes"):
        stream_audiobook(path)
    path.write_bytes("Все люди рождаются свободными.".encode("koi8-r"))
    with pytest.raises(DataError, match="its encoding is probably KOI8-R"):
        stream_audiobook(path)
