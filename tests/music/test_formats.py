"""Any file of music is told by what is in it."""

from pathlib import Path

import pytest

from miaobi.core.errors import MediaError
from miaobi.music import formats
from miaobi.music.formats import FORMATS, read_score
from miaobi.music.score import Score
from tests.music.scores import chorale_files, plain, scale, tune_texts

SCORE = Score(scale(60, 62, 64, 65))


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read(format: str, tmp_path: Path) -> None:
    path = tmp_path / "music.bin"  # its name says nothing
    path.write_bytes(FORMATS[format][1](SCORE))
    assert plain(read_score(path)) == plain(SCORE)


def test_packed_utf16_and_abc() -> None:
    assert len(read_score(chorale_files()[0]).parts) >= 4
    text = FORMATS["musicxml"][1](SCORE).decode().replace("UTF-8", "UTF-16")
    assert plain(read_score(text.encode("utf-16"))) == plain(SCORE)
    assert read_score(tune_texts()[0].encode()).notes


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\0" * 100, b"\xff\xd8\xff\xe0 a picture", b"RIFF"]
)
def test_what_is_no_music(data: bytes) -> None:
    with pytest.raises(
        MediaError, match=r"this is not a supported score file. Supported formats: MIDI \(.mid\)"
    ):
        read_score(data)


def test_the_format_is_told_by_the_content() -> None:
    data = FORMATS["mid"][1](SCORE)
    for junk in (b"", b"\0" * 128, b"words\r\n"):
        assert plain(read_score(junk + data)) == plain(SCORE)
    assert plain(read_score(b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + data)) == plain(SCORE)
    text = "X:1\nK:C\nL:1/4\nCDEF|"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin_1"):
        for end in ("\n", "\r", "\r\n"):
            read = read_score(text.replace("\n", end).encode(encoding))
            assert plain(read) == plain(SCORE)


def test_no_file_and_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MediaError, match="There is no file"):
        read_score(tmp_path / "none.mid")
    with (tmp_path / "large.mid").open("wb") as file:
        file.truncate(formats.MAX_BYTES + 1)
    with pytest.raises(MediaError, match="The limit is 20 MB"):
        read_score(tmp_path / "large.mid")
