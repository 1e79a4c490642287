"""MIDI files: what is written is read back, and what is damaged is refused."""

import io

import mido
import pytest

from miaobi.core.errors import MediaError
from miaobi.music import midi
from miaobi.music.keys import Key
from miaobi.music.score import Note, Part, Score
from tests.music.scores import chorales, plain, scale


def test_real_pieces_come_back() -> None:
    for score in chorales():
        again = midi.read(midi.write(score), "it")
        assert plain(again) == plain(score)
        assert again.meter == score.meter and again.key == score.key
        assert again.tempo == pytest.approx(score.tempo, rel=1e-5)
        assert [p.program for p in again.parts] == [p.program for p in score.parts]


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_every_key(tonic: int, mode: str) -> None:
    score = Score(scale(60, 62), key=Key(tonic, mode))
    assert midi.read(midi.write(score), "it").key == score.key


def test_repeated_notes_drums_and_the_same_note_in_two_parts() -> None:
    notes = (*scale(60, 60, 60), *scale(36, 38, 36, part=1), Note(0, 2, 60, 72, 100))
    parts = (Part("a", 40), Part("kit", 8, True), Part("b", 41))
    score = Score(tuple(sorted(notes)), parts)
    again = midi.read(midi.write(score), "it")
    assert plain(again) == plain(score) and again.parts == parts
    assert again.notes == score.notes  # how hard they are struck, too


def test_more_parts_than_channels() -> None:
    notes = tuple(Note(0, part, 40 + part, 24) for part in range(20))
    again = midi.read(midi.write(Score(notes, tuple(Part(str(i)) for i in range(20)))), "it")
    assert plain(again) == plain(Score(notes)) and not any(part.drums for part in again.parts)


def test_other_grids_are_rounded_and_the_first_tempo_holds() -> None:
    track = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=400_000),
            mido.MetaMessage("time_signature", numerator=6, denominator=8),
            mido.Message("note_on", note=60, velocity=50, time=3),
            mido.Message("note_on", note=60, velocity=0, time=95),
            mido.MetaMessage("set_tempo", tempo=800_000),
            mido.Message("note_on", note=62, velocity=50, time=0),
            mido.Message("note_off", note=62, time=1),
        ]
    )
    file, buffer = mido.MidiFile(type=0, ticks_per_beat=96), io.BytesIO()
    file.tracks.append(track)
    file.save(file=buffer)
    score = midi.read(buffer.getvalue(), "it")
    assert plain(score) == [(1, 0, 60, 23), (24, 0, 62, 1)]
    assert (score.tempo, score.meter) == (150.0, (6, 8))


GOOD = midi.write(Score(scale(60, 62, 64)))


@pytest.mark.parametrize(
    "data", [b"MThd", GOOD[:30], GOOD[:-20], GOOD[:12] + b"\xe7\x28" + GOOD[14:]]
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(MediaError, match="song.mid cannot be read as MIDI: .*export it again"):
        midi.read(data, "song.mid")


def test_no_notes() -> None:
    file, buffer = mido.MidiFile(), io.BytesIO()
    file.tracks.append(mido.MidiTrack())
    file.save(file=buffer)
    with pytest.raises(MediaError, match="has no notes"):
        midi.read(buffer.getvalue(), "it")
