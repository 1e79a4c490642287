"""The pulled soundfont plays: lengths, onsets, endings, loops."""

from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import ModelFileError
from miaobi.media.loudness import loudness
from miaobi.music.score import Note, Part, Score
from miaobi.music.soundfont import RATE, TAIL, Player
from tests.music.scores import ASSETS, chorales, scale


@pytest.fixture(scope="module")
def player() -> Player:
    return Player(ASSETS / "fluidr3-mono" / "soundfont.sf3")


def level(samples: np.ndarray, second: float, length: float = 0.05) -> float:
    """Root mean square just after a time."""
    first = round(second * RATE)
    return float(np.sqrt((samples[first : first + round(length * RATE)] ** 2).mean()))


def test_length_and_loudness(player: Player) -> None:
    score = Score(scale(60, 64, 67, 72), tempo=90)
    samples = player.render(score)
    assert samples.dtype == np.float32 and samples.shape[1] == 2
    assert abs(len(samples) / RATE - (score.seconds + TAIL)) < 0.01
    assert np.abs(samples).max() <= 0.9
    assert loudness(samples, RATE) == pytest.approx(-16, abs=1.5) or np.abs(samples).max() > 0.88


def test_notes_are_heard_where_they_are(player: Player) -> None:
    """Woodblocks a second apart: silence before each, sound within 10 ms after."""
    notes = tuple(Note(24 * (2 * i + 1), 0, 76, 2) for i in range(3))
    samples = player.render(Score(notes, (Part(program=115),), tempo=60, length=144))
    for note in notes:
        second = note.start / 24
        before, after = level(samples, second - 0.02, 0.02), level(samples, second, 0.02)
        assert after > 20 * max(before, 1e-6)
        loud = np.abs(samples[round((second - 0.1) * RATE) :]).max(axis=1)
        onset = int((loud > 0.1 * loud[: RATE // 2].max()).argmax()) / RATE - 0.1
        assert abs(onset) < 0.01


def test_pitch(player: Player) -> None:
    """An A of the flute is 440 Hz."""
    samples = player.render(Score((Note(0, 0, 69, 96),), (Part(program=73),), tempo=60))
    spectrum = np.abs(np.fft.rfft(samples[RATE : 3 * RATE, 0]))
    spectrum[:400] = 0  # below 200 Hz
    assert abs(np.argmax(spectrum[: 2 * 600]) / 2 - 440) < 3


def test_it_ends_in_silence_without_a_step(player: Player) -> None:
    """Strings held to the very end die away, and are gone with the last sample."""
    score = Score((Note(0, 0, 60, 96),), (Part(program=48),), tempo=120)
    samples = player.render(score)
    assert level(samples, score.seconds - 0.1) > 0.01
    assert level(samples, len(samples) / RATE - 0.02, 0.02) < 1e-3
    assert np.abs(np.diff(samples[-RATE:, 0])).max() < 0.05
    assert (samples[-1] == 0).all()


def test_a_loop_goes_on_into_itself(player: Player) -> None:
    """The end of one turn and the beginning of the next join like any two neighbors."""
    score = Score(scale(60, 67, 64, 67), (Part(program=0),), tempo=120)
    samples = player.render(score, loop=True)
    assert len(samples) == round(score.seconds * RATE)
    step = np.abs(samples[0] - samples[-1]).max()
    assert step < 2 * np.abs(np.diff(samples, axis=0)).max()
    assert level(samples, score.seconds - 0.05) > 0.005  # nothing is faded


def test_the_same_score_sounds_the_same_and_nothing_is_left_over(player: Player) -> None:
    score = Score(scale(60, 64), tempo=200)
    first = player.render(score)
    player.render(Score(scale(30, 40, 50), (Part(program=16),), tempo=40), tail=0.1)
    assert np.allclose(player.render(score), first, atol=2e-3)


def test_drums_parts_on_many_channels_and_unknown_kits(player: Player) -> None:
    notes = tuple(Note(0, part, 40 + part, 24) for part in range(18))
    parts = tuple(Part(program=part) for part in range(17)) + (Part("kit", 77, True),)
    assert np.abs(player.render(Score(notes, parts))).max() > 0.1


def test_a_real_piece(player: Player) -> None:
    score = chorales()[1]
    samples = player.render(score)
    assert abs(len(samples) / RATE - score.seconds - TAIL) < 0.01
    sounding = [level(samples, second, 0.5) for second in range(int(score.seconds))]
    assert min(sounding) > 0.001


def test_a_damaged_soundfont(tmp_path: Path) -> None:
    (tmp_path / "x.sf3").write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(ModelFileError, match="cannot be read as a soundfont.*miaobi pull"):
        Player(tmp_path / "x.sf3")
