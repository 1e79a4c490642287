"""Chorales and tunes become tokens and come back, in every key."""

from dataclasses import replace

import pytest

from miaobi.core.errors import MediaError
from miaobi.music import tokens as events
from miaobi.music.abc_notation import read_tune
from miaobi.music.grammar import accepts
from miaobi.music.keys import Key
from miaobi.music.score import Note, Part, Score, transpose
from miaobi.music.tokens import HEAD_LENGTH, TOKEN_NAMES, VOCAB_SIZE, Control, decode, encode
from tests.music.scores import chorales, plain, scale, tune_texts

FOUR = [score for score in chorales() if len(score.parts) == 4]


def test_the_vocabulary_has_no_name_twice() -> None:
    assert len(set(TOKEN_NAMES)) == VOCAB_SIZE < 300


def test_chorales_come_back_note_for_note() -> None:
    assert len(FOUR) >= 10
    for score in FOUR:
        tokens = encode(score, Control())
        again = decode(tokens, score.tempo)
        assert plain(again) == plain(score)
        assert (again.key, again.meter, again.tempo) == (score.key, score.meter, score.tempo)
        assert again.pickup == score.pickup
        assert encode(again, Control.from_tokens(tokens)) == tokens
        assert accepts(tokens)


def test_tunes_come_back_note_for_note() -> None:
    fitting = []
    for text in tune_texts():
        score, _ = read_tune(text, "it")
        on_grid = all(
            events.snap_tick(n.start + (score.bar - score.pickup) % score.bar, score.bar)
            == n.start + (score.bar - score.pickup) % score.bar
            for n in score.notes
        )
        if score.meter in events.METERS and on_grid and len(score.parts) == 1:
            again = decode(encode(score, Control("tune", voices=1)))
            fitting.append([n.start for n in again.notes] == sorted({n.start for n in score.notes}))
    assert len(fitting) > 30 and all(fitting)


@pytest.mark.parametrize("semitones", range(-6, 7))
def test_transposed_tokens_are_those_of_the_transposed_piece(semitones: int) -> None:
    for score in FOUR[:3]:
        moved = events.transpose_tokens(encode(score, Control()), semitones)
        assert moved == encode(transpose(score, semitones), Control())


def test_the_same_music_has_the_same_pitches_in_all_keys() -> None:
    told = {
        tuple(
            token
            for token in encode(replace(Score(scale(60, 64, 67)), key=Key()), Control(voices=1))[
                HEAD_LENGTH:
            ]
        ),
        tuple(
            token
            for token in encode(Score(scale(65, 69, 72), key=Key(5)), Control(voices=1))[
                HEAD_LENGTH:
            ]
        ),
    }
    assert len(told) == 1


def test_rests_held_notes_and_a_pickup() -> None:
    notes = (Note(0, 0, 67, 24), Note(24, 0, 60, 120), Note(160, 0, 62, 8), Note(180, 0, 64, 12))
    score = Score(notes, meter=(3, 4), pickup=24)
    tokens = encode(score, Control(voices=1))
    told = [TOKEN_NAMES[token] for token in tokens[HEAD_LENGTH:]]
    assert told == [
        "bar:4",
        "part:melody",
        "rest",
        "pos:48",
        "pitch:67",
        "bar:3",
        "part:melody",
        "pitch:60",
        "bar:2",
        "part:melody",
        "hold",
        "pos:48",
        "rest",
        "pos:64",
        "pitch:62",
        "bar:1",
        "part:melody",
        "rest",
        "pos:12",
        "pitch:64",
        "pos:24",
        "rest",
        "<end>",
    ]
    assert plain(decode(tokens)) == plain(score) and decode(tokens).pickup == 24


def test_of_a_chord_the_highest_note_is_told() -> None:
    score = Score((Note(0, 0, 60, 24), Note(0, 0, 67, 24), Note(0, 0, 64, 24)))
    assert [note.pitch for note in decode(encode(score, Control(voices=1))).notes] == [67]


def test_tempos_are_told_by_the_nearest_and_decoded_exactly() -> None:
    tokens = encode(Score(scale(60, 62), meter=(6, 8)), Control(tempo=117, voices=1))
    assert "tempo:120" in [TOKEN_NAMES[token] for token in tokens]
    assert decode(tokens, 117).tempo == pytest.approx(117 * 1.5)  # dotted quarters are counted


def test_meters_and_parts_there_are_not() -> None:
    with pytest.raises(MediaError, match="Music in 5/4 with 1 parts.*Meters: 2/4, 3/4"):
        encode(Score(scale(60), meter=(5, 4)), Control(voices=1))
    with pytest.raises(MediaError, match="with 1 parts"):
        encode(Score(scale(60), (Part(),)), Control(voices=4))
