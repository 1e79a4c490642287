"""Figures under a melody keep its meter, its chords, and stay below it."""

import pytest

from miaobi.music.accompaniment import BASS_RANGE, FIGURES, accompany, voice_chord
from miaobi.music.chords import chord_at, read_chords, repeat_progression
from miaobi.music.score import Note, Score, bar_ticks
from tests.music.scores import plain

KINDS = sorted({figure for figures in FIGURES.values() for figure in figures})


def melody(meter: tuple[int, int], bars: int = 4) -> Score:
    bar = bar_ticks(meter)
    notes = tuple(Note(n * bar // 2, 0, 72 + n % 5, bar // 2) for n in range(2 * bars))
    return Score(notes, meter=meter)


@pytest.mark.parametrize("figure", KINDS)
@pytest.mark.parametrize("meter", [(2, 4), (3, 4), (4, 4), (6, 8), (9, 8), (12, 8), (3, 8)])
def test_every_figure_in_every_meter(figure: str, meter: tuple[int, int]) -> None:
    tune = melody(meter)
    spans = repeat_progression(read_chords("| C | F G | Am | G |"), 4, tune.bar)
    score = accompany(tune, spans, figure)
    assert [note for note in plain(score) if note[1] == 0] == plain(tune)
    under = [note for note in score.notes if note.part]
    assert {note.part for note in under} == {1, 2}
    for note in under:
        chord = chord_at(spans, note.start)
        assert chord and note.pitch % 12 in chord.tones
        assert note.length > 0 and note.end <= tune.ticks and note.pitch < 72
    basses = {note.start: note.pitch for note in under if note.part == 2}
    assert set(range(0, tune.ticks, tune.bar)) <= set(basses)
    assert all(BASS_RANGE[0] <= pitch <= BASS_RANGE[1] for pitch in basses.values())
    assert max(note.velocity for note in under) < min(n.velocity for n in score.notes if not n.part)


def test_chords_move_little() -> None:
    place = voice_chord(read_chords("C")[0][0], ())
    for bar in read_chords("F C G Am Dm G7 C"):
        following = voice_chord(bar[0], place)
        assert abs(sum(following) / len(following) - sum(place) / len(place)) < 5
        place = following


def test_the_last_bar_is_held() -> None:
    score = accompany(melody((4, 4)), repeat_progression(read_chords("C"), 4, 96), "stride")
    last = [note for note in score.notes if note.part and note.start >= 3 * 96]
    assert {(note.start, note.length) for note in last} == {(288, 96)}
