"""Chords by name, and those that melodies ask for."""

import pytest

from miaobi.core.errors import OptionError
from miaobi.music.chords import Chord, find_chords, read_chord, read_chords, repeat_progression
from miaobi.music.keys import Key
from miaobi.music.score import Note
from tests.music.scores import chorales, scale


@pytest.mark.parametrize(
    ("name", "tones"),
    [
        ("C", (0, 4, 7)),
        ("Dm", (2, 5, 9)),
        ("F#7", (6, 10, 1, 4)),
        ("Bbmaj7", (10, 2, 5, 9)),
        ("E♭-", (3, 6, 10)),
        ("B°", (11, 2, 5)),
        ("Gsus", (7, 0, 2)),
        ("Ammin7", None),
        ("H", None),
        ("c", None),
        ("", None),
        ("C/", None),
    ],
)
def test_names(name: str, tones: tuple[int, ...] | None) -> None:
    if tones is None:
        with pytest.raises(OptionError, match="There is no chord"):
            read_chord(name)
    else:
        assert read_chord(name).tones == tones


def test_a_bass_of_its_own() -> None:
    assert (read_chord("C/E").bass_tone, read_chord("C").bass_tone) == (4, 0)


def test_bars() -> None:
    d, g, a = Chord(2, "m"), Chord(7, "m"), Chord(9, "7")
    assert read_chords("Dm Gm A7 Dm") == [[d], [g], [a], [d]]
    assert read_chords("| Dm | Gm, A7 |") == [[d], [g, a]]
    assert read_chords("Dm，Gm、A7 – Dm") == [[d], [g], [a], [d]]
    for wrong in ("|", " , ", "| Dm " * 300):
        with pytest.raises(OptionError, match="bars"):
            read_chords(wrong)


def test_chords_come_again_and_end_on_their_last() -> None:
    spans = repeat_progression(read_chords("C | F G"), 5, 96, start=24)
    assert [(span.start, span.chord.root) for span in spans] == [
        (24, 0),
        (120, 5),
        (168, 7),
        (216, 0),
        (312, 5),
        (360, 7),
        (408, 7),
    ]
    assert spans[-1].end == 24 + 5 * 96


def test_a_scale_ends_with_a_cadence() -> None:
    notes = scale(60, 62, 64, 65, 67, 65, 62, 60)
    places = [(start, start + 48) for start in range(0, 192, 48)]
    found = [span.chord for span in find_chords(notes, Key(0), places, 96)]
    assert found[0] == Chord(0) and found[-1].root in (0, 7)
    last = find_chords(
        (*scale(67, 65, 62, 71), Note(96, 0, 72, 96)), Key(0), [(0, 96), (96, 192)], 96
    )
    assert [span.chord.root for span in last] == [7, 0]


def test_chords_of_chorales_are_mostly_theirs() -> None:
    """More than half of what sounds on beats, in all voices, lies in the chords of the melody."""
    inside = total = 0
    for score in chorales():
        melody = [note for note in score.notes if note.part == 0]
        places = [(tick, tick + 24) for tick in range(0, score.ticks, 24)]
        for span in find_chords(melody, score.key, places, score.bar, score.pickup):
            heard = {n.pitch % 12 for n in score.notes if n.start <= span.start < n.end}
            inside += len(heard & set(span.chord.tones))
            total += len(heard)
    assert total > 1000 and inside / total > 0.6
