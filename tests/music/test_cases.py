"""Small files of the kinds that users of other programs reported: each gives the right value.

cases/values.txt has a line for each file: meter, key, quarter notes per minute, pickup in quarter
notes, then the notes of each part as pitch@start:length, in quarter notes.
"""

from fractions import Fraction
from pathlib import Path

import pytest

from miaobi.music.formats import read_score
from miaobi.music.melody_input import read_theme
from miaobi.music.score import GRID, Score

CASES = Path(__file__).parent / "cases"
LINES = (CASES / "values.txt").read_text(encoding="utf-8").splitlines()
VALUES = dict(line.split("  ", 1) for line in LINES)
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def value(score: Score) -> str:
    """The line of a score in values.txt."""

    def quarters(ticks: int) -> str:
        return str(Fraction(ticks, GRID))

    parts = []
    for number, part in enumerate(score.parts):
        notes = [
            f"{NAMES[note.pitch % 12]}{note.pitch // 12 - 1}"
            f"@{quarters(note.start)}:{quarters(note.length)}"
            for note in score.notes
            if note.part == number
        ]
        parts.append(" ".join([f"{part.name}:", *notes] if part.name else notes))
    meter = "/".join(map(str, score.meter))
    head = f"{meter}, {score.key.name}, {score.tempo:g}, {quarters(score.pickup)}"
    return f"{head} | {' ; '.join(parts)}"


def test_every_case_has_a_value() -> None:
    files = {path.relative_to(CASES).as_posix() for path in CASES.glob("*/*")}
    assert files == set(VALUES)


@pytest.mark.parametrize("name", VALUES)
def test_the_right_value(name: str) -> None:
    assert value(read_score(CASES / name)) == VALUES[name]


@pytest.mark.parametrize("name", ["utf-8", "gbk", "big5", "shift_jis"])
def test_the_track_named_melody_is_the_melody(name: str) -> None:
    """旋律 (melody) lies below 伴奏 (accompaniment)."""
    theme = read_theme(CASES / f"midi/name_zh_{name}.mid")
    assert [note.pitch for note in theme.notes] == [60, 62, 64, 65]
    assert theme.parts[0].name == "旋律"


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("abc/volta_broken.abc", "Repeats are played once, with the last ending."),
        ("abc/only_first.abc", "Repeats are played once."),
        ("abc/bom_two.abc", "The file has several tunes: the first one is read."),
        ("abc/contin.abc", "Lyrics are left out."),
        ("abc/decor_plus.abc", "Ornaments and dynamics are left out."),
        ("abc/chordlen.abc", "The notes of a chord have the length of its first note."),
        (
            "abc/inline_after_bar.abc",
            "Only the first key is kept; the notes are those of every key.",
        ),
        ("midi/truncated.mid", "The file is damaged: it is read as far as possible."),
        ("midi/type2.mid", "The sequences of the file are independent: they are read as parts."),
        ("midi/tempo_second_track.mid", "Only the first tempo is kept."),
        ("xml/cue.musicxml", "Cue notes are left out."),
        ("xml/grace.musicxml", "Grace notes are left out."),
        (
            "xml/latin_as_utf8.musicxml",
            "The encoding of the file is not certain: its words may be wrong.",
        ),
    ],
)
def test_what_is_left_out_is_said(name: str, warning: str) -> None:
    assert warning in read_score(CASES / name).warnings
    assert warning in read_theme(CASES / name).warnings


@pytest.mark.parametrize("name", ["abc/chord_after_bar.abc", "midi/ok.mid", "xml/ok.musicxml"])
def test_what_is_read_whole_has_no_warning(name: str) -> None:
    assert read_score(CASES / name).warnings == ()
