"""The value, its key, transposition and picture."""

import numpy as np
import pytest

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key
from miaobi.music.score import (
    MAX_NOTES,
    ROW_HEIGHT,
    Note,
    Part,
    Score,
    beat_ticks,
    estimate_key,
    make_score,
    piano_roll,
    transpose,
)
from tests.music.scores import chorales, plain, scale


def test_times() -> None:
    score = Score(scale(60, 62, 64), tempo=90, meter=(3, 4), length=144)
    assert (score.bar, score.ticks) == (72, 144)
    assert score.seconds == pytest.approx(4.0)
    assert score.seconds_at(36) == pytest.approx(1.0)
    assert [beat_ticks(m) for m in ((4, 4), (6, 8), (3, 8), (2, 2), (12, 8))] == [
        24,
        36,
        12,
        48,
        36,
    ]


def test_notes_are_sorted_and_a_key_is_found() -> None:
    score = make_score(reversed(scale(62, 64, 65, 67, 69, 70, 73, 74)), "it")
    assert [note.pitch for note in score.notes][:3] == [62, 64, 65]
    assert score.key == Key(2, "minor")


def test_nothing_and_far_too_much_are_refused() -> None:
    with pytest.raises(MediaError, match="song.mid has no notes. Check that"):
        make_score([], "song.mid")
    with pytest.raises(MediaError, match="The limit is 200000"):
        make_score([Note(0, 0, 60, 1)] * (MAX_NOTES + 1), "it")


@pytest.mark.parametrize("semitones", [-12, -5, 1, 7])
def test_transposition(semitones: int) -> None:
    score = chorales()[1]
    moved = transpose(score, semitones)
    assert transpose(moved, -semitones) == score
    assert moved.key == score.key.transpose(semitones)
    assert {b.pitch - a.pitch for a, b in zip(score.notes, moved.notes, strict=True)} == {semitones}


def test_drums_are_not_transposed_and_have_no_key() -> None:
    parts = (Part(), Part("kit", drums=True))
    kick = tuple(Note(24 * i, 1, 36, 6) for i in range(40))
    score = Score(tuple(sorted(scale(67, 69, 71, 72, 74, 76, 78, 79) + kick)), parts)
    assert estimate_key(score) == Key(7, "major")
    assert sum(note.pitch == 36 for note in transpose(score, 3).notes) == 40


def test_keys_of_chorales_are_mostly_those_of_their_files() -> None:
    same = [estimate_key(score) == score.key for score in chorales()]
    assert sum(same) >= 0.7 * len(same)


def test_the_picture_shows_each_note_where_it_is() -> None:
    score = Score(scale(60, 64), meter=(2, 4), length=48)
    picture = piano_roll(score)
    assert picture.dtype == np.uint8 and picture.shape == (9 * ROW_HEIGHT, 96, 3)
    colored = (picture != picture[..., :1]).any(axis=2)  # gray is background
    low, high = colored[6 * ROW_HEIGHT + 2], colored[2 * ROW_HEIGHT + 2]
    assert low[10:40].all() and not low[50:].any()
    assert high[50:90].all() and not high[:48].any()


def test_a_picture_of_a_real_piece_has_all_its_parts() -> None:
    picture = piano_roll(chorales()[0])
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) >= 4
    assert picture.shape[1] <= 2400 and plain(chorales()[0])
