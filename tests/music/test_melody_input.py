"""Melodies out of files."""

from dataclasses import replace
from pathlib import Path

import pytest

from miaobi.core.errors import MediaError
from miaobi.media.audio import encode
from miaobi.music import midi
from miaobi.music.keys import Key
from miaobi.music.melody_input import extract_melody, likely_key, read_theme
from miaobi.music.score import Note, Part, Score
from tests.music.scores import chorale_files, chorales, scale, tune_texts
from tests.music.test_pitch_tracking import TUNE, hummed


def test_the_soprano_of_a_chorale(tmp_path: Path) -> None:
    path = tmp_path / "chorale.mxl"
    number = next(n for n, score in enumerate(chorales()) if len(score.parts) == 4)
    path.write_bytes(chorale_files()[30 * number])
    theme, whole = read_theme(path), chorales()[number]
    told = [(n.start, n.pitch, n.length) for n in whole.notes if n.part == 0]
    assert [(n.start, n.pitch, n.length) for n in theme.notes] == told and len(theme.parts) == 1


def test_a_tune_and_a_recording(tmp_path: Path) -> None:
    (tmp_path / "tune.abc").write_text(tune_texts()[0])
    assert len(read_theme(tmp_path / "tune.abc").notes) > 20
    (tmp_path / "hum.wav").write_bytes(encode(hummed(), 44_100, "wav"))
    theme = read_theme(tmp_path / "hum.wav", meter=(3, 4), tempo=100)
    assert [note.pitch for note in theme.notes] == [pitch for pitch, _ in TUNE]
    assert theme.meter == (3, 4) and theme.key == Key(0)


def test_the_highest_part_is_the_melody_unless_one_is_named() -> None:
    notes = (*scale(48, 50, 52), *scale(72, 74, 76, part=1), Note(0, 2, 99, 24))
    parts = (Part("Bass"), Part(), Part("Kit", drums=True))
    assert {n.pitch for n in extract_melody(Score(tuple(sorted(notes)), parts)).notes} == {
        72,
        74,
        76,
    }
    named = (Part("Melody"), *parts[1:])
    assert {n.pitch for n in extract_melody(Score(tuple(sorted(notes)), named)).notes} == {
        48,
        50,
        52,
    }
    drums = Score((Note(0, 0, 38, 24),), (Part(drums=True),))
    with pytest.raises(MediaError, match="only drums"):
        extract_melody(drums)
    assert extract_melody(drums, drums=True).notes


def test_one_note_at_a_time() -> None:
    notes = (Note(0, 0, 60, 48), Note(0, 0, 64, 48), Note(24, 0, 67, 24))
    assert [(n.pitch, n.length) for n in extract_melody(Score(notes)).notes] == [(64, 24), (67, 24)]


def test_notes_below_a_held_one_are_not_the_melody() -> None:
    held = (Note(0, 0, 72, 96), Note(0, 0, 60, 24), Note(24, 0, 62, 24), Note(48, 0, 64, 48))
    assert [(n.pitch, n.length) for n in extract_melody(Score(tuple(sorted(held)))).notes] == [
        (72, 96)
    ]
    legato = (Note(0, 0, 72, 26), Note(24, 0, 71, 26), Note(48, 0, 69, 24))
    assert [(n.pitch, n.length) for n in extract_melody(Score(legato)).notes] == [
        (72, 24),
        (71, 24),
        (69, 24),
    ]


def test_the_key_is_heard_where_a_file_says_another() -> None:
    minor = Score(scale(69, 71, 72, 74, 76, 72, 71, 69), key=Key(0))  # as many programs write it
    assert likely_key(minor) == Key(9, "minor")
    assert likely_key(replace(minor, key=Key(6))) == Key(9, "minor")


def test_options_win(tmp_path: Path) -> None:
    path = tmp_path / "scale.mid"
    path.write_bytes(midi.write(Score(scale(60, 62, 64, 65, 67), tempo=80)))
    theme = read_theme(path, Key(5), tempo=120)
    assert (theme.key, theme.tempo) == (Key(5), 120)


def test_bad_files(tmp_path: Path) -> None:
    for name, data in (
        ("a.mid", b""),
        ("b.mid", b"MThd\0\0"),
        ("c.wav", b"RIFF\0\0\0\0WAVE"),
        ("d.xml", b"<score"),
        ("e.abc", b"K:C\n"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MediaError):
            read_theme(tmp_path / name)
    with pytest.raises(MediaError, match="no file"):
        read_theme(tmp_path / "none.mid")
    path = tmp_path / "long.mid"
    path.write_bytes(midi.write(Score((Note(0, 0, 60, 24 * 2000),), tempo=60)))
    with pytest.raises(MediaError, match="too long: 2000 seconds"):
        read_theme(path)


@pytest.mark.parametrize("ending", ["m4a", "webm", "mp4", "amr"])
def test_recordings_of_phones_and_browsers(ending: str) -> None:
    theme = read_theme(Path(__file__).parents[1] / "media" / "cases" / f"tone.{ending}")
    assert [note.pitch for note in theme.notes] == [69]
