"""MusicXML: chorales are read, and what is written is read back."""

from pathlib import Path

import pytest

from miaobi.core.errors import MediaError
from miaobi.music import musicxml
from miaobi.music.keys import Key
from miaobi.music.score import Note, Part, Score
from miaobi.notation import musicxml_document
from tests.music.scores import chorale_files, chorales, plain

HEAD = "<part-list><score-part id='P1'><part-name>Flute</part-name></score-part></part-list>"


def document(measures: str) -> bytes:
    return f"<score-partwise>{HEAD}<part id='P1'>{measures}</part></score-partwise>".encode()


def note(step: str, duration: int, more: str = "") -> str:
    pitch = f"<pitch><step>{step}</step><octave>4</octave></pitch>"
    return f"<note>{more}{pitch}<duration>{duration}</duration></note>"


def test_the_asset_is_408_archives() -> None:
    assert len(chorale_files()) == 408


def _read(data: bytes) -> Score:
    return musicxml.read(data, "it")


def test_chorales_have_four_voices_of_singable_notes() -> None:
    for score in chorales():
        assert len(score.parts) >= 4 and score.ticks >= 8 * score.bar
        assert all(24 <= n.pitch <= 100 for n in score.notes)
        assert 0 <= score.pickup < score.bar


def test_bwv_66_6_is_what_the_print_has() -> None:
    """It begins with two eighths before the bar, in F-sharp minor."""
    data = next(data for data in chorale_files() if b"bwv66.6.xml" in data)
    score = _read(data)
    assert [(n.start, n.pitch) for n in score.notes if n.part == 0][:4] == [
        (0, 73),
        (12, 71),
        (24, 69),
        (48, 71),
    ]
    assert (score.key, score.meter, score.tempo, score.pickup) == (Key(6, "minor"), (4, 4), 96, 24)
    assert [part.name for part in score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_real_pieces_come_back() -> None:
    for score in chorales():
        again = musicxml.read(musicxml.write(score), "it")
        assert plain(again) == plain(score)
        assert (again.meter, again.key, again.tempo) == (score.meter, score.key, score.tempo)
        assert (again.pickup, again.ticks) == (score.pickup, score.ticks)


def test_notes_over_bar_lines_chords_triplets_and_rests_come_back() -> None:
    notes = (
        Note(0, 0, 60, 150),
        Note(0, 0, 64, 150),
        Note(150, 0, 67, 8),
        Note(158, 0, 69, 8),
        Note(166, 0, 71, 8),
        Note(180, 0, 72, 5),
        Note(24, 1, 40, 250),
    )
    parts = (Part("Violin", 40), Part("Drums", 3, True))
    score = Score(tuple(sorted(notes)), parts, (3, 4), 93.5, Key(3, "minor"), 24, 288)
    again = musicxml.read(musicxml.write(score), "it")
    assert plain(again) == plain(score) and again.parts == parts
    assert (again.key, again.pickup, again.tempo) == (score.key, 24, 93.5)


def test_ties_backups_chords_grace_notes_and_transposing_instruments() -> None:
    attributes = "<attributes><divisions>2</divisions><transpose><chromatic>-2</chromatic></transpose></attributes>"
    first = attributes + note("C", 6, "<tie type='start'/>") + note("E", 2)
    first += (
        note("G", 0, "<grace/>")
        + "<backup><duration>8</duration></backup>"
        + note("C", 8).replace("<octave>4", "<octave>3")
    )
    second = note("E", 2, "<tie type='stop'/>") + note("D", 2) + note("F", 2, "<chord/>")
    score = _read(document(f"<measure>{first}</measure><measure>{second}</measure>"))
    assert plain(score) == [
        (0, 0, 46, 96),
        (0, 0, 58, 72),
        (72, 0, 62, 24),
        (96, 0, 62, 24),
        (120, 0, 60, 24),
        (120, 0, 63, 24),
    ]
    assert score.parts == (Part("Flute"),)


@pytest.mark.parametrize(
    "data",
    [
        b"<score-partwise>",
        b"PK\x03\x04 nothing",
        b"<html></html>",
        document(
            "<measure><note><pitch><step>H</step><octave>x</octave></pitch><duration>1</duration></note></measure>"
        ),
        chorale_files()[0][:2000],
    ],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(MediaError, match="cannot be read as MusicXML: .*export it again"):
        _read(data)


def test_no_notes() -> None:
    with pytest.raises(MediaError, match="has no notes"):
        _read(document("<measure/>"))


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.mxl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<a>" + b" " * (musicxml_document.MAX_BYTES + 10))
    with pytest.raises(MediaError, match="too large"):
        _read(path.read_bytes())
