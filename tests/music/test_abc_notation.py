"""ABC: each sign of the notation, real tunes, and what cannot be read."""

import pytest

from miaobi.core.errors import MediaError
from miaobi.music.abc_notation import read, read_tune
from miaobi.music.keys import Key
from miaobi.music.score import Score
from tests.music.scores import tune_texts


def tune(music: str, head: str = "M:4/4\nL:1/4\nK:C") -> Score:
    return read_tune(f"X:1\nT:Test\n{head}\n{music}\n", "it")[0]


def told(score: Score) -> list[tuple[int, int, int]]:
    return [(note.start, note.pitch, note.length) for note in score.notes]


@pytest.mark.parametrize(
    ("music", "notes"),
    [
        ("C c c' C,", [(0, 60, 24), (24, 72, 24), (48, 84, 24), (72, 48, 24)]),
        ("C2 D/ E/2 F3/2", [(0, 60, 48), (48, 62, 12), (60, 64, 12), (72, 65, 36)]),
        ("C//D// z E", [(0, 60, 6), (6, 62, 6), (36, 64, 24)]),
        ("C>D E<F", [(0, 60, 36), (36, 62, 12), (48, 64, 12), (60, 65, 36)]),
        ("C>>D", [(0, 60, 42), (42, 62, 6)]),
        ("(3CDE F", [(0, 60, 16), (16, 62, 16), (32, 64, 16), (48, 65, 24)]),
        ("(3:2:2C2D F", [(0, 60, 32), (32, 62, 16), (48, 65, 24)]),
        ("^C C _E =F | C", [(0, 61, 24), (24, 61, 24), (48, 63, 24), (72, 65, 24), (96, 60, 24)]),
        ("C- | C D", [(0, 60, 48), (48, 62, 24)]),
        ("(C D) C C", [(0, 60, 24), (24, 62, 24), (48, 60, 24), (72, 60, 24)]),
        ("[CEG]2 D", [(0, 60, 48), (0, 64, 48), (0, 67, 48), (48, 62, 24)]),
        ('"Am"C !trill!{de}~D "_text"E', [(0, 60, 24), (24, 62, 24), (48, 64, 24)]),
        (
            "CDEF |1 G4 :|2 A4 |]",
            [(0, 60, 24), (24, 62, 24), (48, 64, 24), (72, 65, 24), (96, 69, 96)],
        ),
        ("C [M:3/4] D % E F", [(0, 60, 24), (24, 62, 24)]),
        ("C [K:D] F", [(0, 60, 24), (24, 66, 24)]),
        ("Z C", [(96, 60, 24)]),
    ],
)
def test_signs(music: str, notes: list[tuple[int, int, int]]) -> None:
    assert told(tune(music)) == notes


@pytest.mark.parametrize(
    ("field", "key", "f_and_b"),
    [
        ("D", Key(2, "major"), (66, 71)),
        ("Gm", Key(7, "minor"), (65, 70)),
        ("A Dorian", Key(9, "minor"), (66, 71)),
        ("AMix", Key(9, "major"), (66, 71)),
        ("Bb", Key(10, "major"), (65, 70)),
        ("F#m", Key(6, "minor"), (66, 71)),
        ("Ebmaj", Key(3, "major"), (65, 70)),
        ("HP", Key(2, "major"), (66, 71)),
        ("Dmin", Key(2, "minor"), (65, 70)),
        ("C clef=treble", Key(0, "major"), (65, 71)),
    ],
)
def test_keys(field: str, key: Key, f_and_b: tuple[int, int]) -> None:
    score = tune("F B", f"M:4/4\nL:1/4\nK:{field}")
    assert score.key == key
    assert tuple(note.pitch for note in score.notes) == f_and_b


def test_head() -> None:
    score = tune("A|BcdB cA", "M:6/8\nQ:3/8=100\nK:G")
    assert (score.meter, score.tempo, score.pickup, score.title) == ((6, 8), 150.0, 12, "Test")
    assert tune("CDEF", "M:C|\nK:C").meter == (2, 2)
    assert told(tune("C", "M:2/4\nK:C")) == [(0, 60, 6)]  # the unit of a small meter is a sixteenth
    assert told(tune("C", "M:3/4\nK:C")) == [(0, 60, 12)]


def test_voices_are_parts() -> None:
    score = tune("V:1\nC D\nV:2\nE,2\nV:1\nE F")
    assert [(n.start, n.part, n.pitch) for n in score.notes] == [
        (0, 0, 60),
        (0, 1, 52),
        (24, 0, 62),
        (48, 0, 64),
        (72, 0, 65),
    ]
    assert len(score.parts) == 2


def test_a_pickup_without_room_gets_a_rest() -> None:
    """The first strain is full and the second begins before its bar: bars stay straight."""
    score = tune("CDEF|CDEF|| G|cdef|cdef|]")
    assert [n.start for n in score.notes if n.pitch == 72] == [3 * 96, 4 * 96]


def test_most_real_tunes_have_their_bar_lines_where_the_meter_has_them() -> None:
    fitting = [read_tune(text, "it")[1] for text in tune_texts()]
    assert sum(share == 1 for share in fitting) > 0.85 * len(fitting)


def test_real_tunes_stay_in_reach_of_a_fiddle() -> None:
    for text in tune_texts():
        score, _ = read_tune(text, "it")
        assert len(score.notes) >= 16
        assert all(43 <= note.pitch <= 100 for note in score.notes)


def test_what_is_no_tune() -> None:
    with pytest.raises(MediaError, match="cannot be read as ABC.*needs a field K:"):
        read(b"X:1\nT:Nothing\nCDEF|", "it")
    with pytest.raises(MediaError, match="has no notes"):
        read(b"X:1\nK:C\nz z z|", "it")
