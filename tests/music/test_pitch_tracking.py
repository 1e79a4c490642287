"""A voice that hums is heard as the notes it means."""

import numpy as np
import pytest

from miaobi.core.errors import MediaError
from miaobi.music.pitch_tracking import RATE, transcribe_melody, yin

TUNE = (
    (60, 1),
    (62, 1),
    (64, 1),
    (65, 1),
    (67, 2),
    (69, 1),
    (67, 1),
    (62, 1),
    (60, 2),
)  # pitch, beats


def hummed(tempo: float = 100.0, tuning: float = 0.0, octave: int = 0, noise: float = 0.01):
    """The tune sung at 44.1 kHz: harmonics, vibrato, a breath after each note, some noise."""
    rng, pieces = np.random.default_rng(0), []
    for pitch, beats in TUNE:
        seconds = beats * 60 / tempo
        t = np.arange(round(seconds * 44_100)) / 44_100
        bend = tuning + 0.15 * np.sin(2 * np.pi * 5.5 * t)
        phase = np.cumsum(440 * 2 ** ((pitch + 12 * octave + bend - 69) / 12)) / 44_100
        tone = sum(np.sin(2 * np.pi * k * phase) / k**1.5 for k in range(1, 5))
        pieces.append(tone * np.clip(t / 0.03, 0, 1) * np.clip((seconds - 0.07 - t) / 0.04, 0, 1))
    samples = 0.3 * np.concatenate(pieces)
    return (samples + noise * rng.standard_normal(len(samples))).astype(np.float32)


@pytest.mark.parametrize(("pitch", "hertz"), [(45, 110.0), (69, 440.0), (93, 1760.0)])
def test_steady_tones(pitch: int, hertz: float) -> None:
    t = np.arange(RATE // 2) / RATE
    found = yin(np.sin(2 * np.pi * hertz * t).astype(np.float32))
    assert len(found) > 20 and np.abs(found - pitch).max() < 0.1


@pytest.mark.parametrize(
    ("tuning", "octave", "tempo"), [(0, 0, 100), (0.4, 0, 90), (-0.3, -1, 120), (0.2, 2, 76)]
)
def test_hummed_and_whistled(tuning: float, octave: int, tempo: float) -> None:
    score = transcribe_melody(hummed(tempo, tuning, octave), 44_100, "tune.wav", tempo)
    assert [note.pitch - 12 * octave for note in score.notes] == [pitch for pitch, _ in TUNE]
    assert [note.length for note in score.notes][:-1] == [24 * beats for _, beats in TUNE][:-1]
    assert score.notes[-1].length in (36, 48)


def test_the_tempo_is_found() -> None:
    assert transcribe_melody(hummed(100), 44_100, "tune.wav").tempo == pytest.approx(100, abs=3)


def test_silence_and_noise_are_no_melody() -> None:
    rng = np.random.default_rng(1)
    for samples in (
        np.zeros(44_100),
        0.2 * rng.standard_normal(44_100),
        np.zeros(100),
        np.zeros(0),
    ):
        with pytest.raises(MediaError, match="No melody can be heard in tune.wav"):
            transcribe_melody(samples.astype(np.float32), 44_100, "tune.wav")


def test_what_is_too_long() -> None:
    with pytest.raises(MediaError, match="tune.wav lasts 200 seconds. A melody may last 120"):
        transcribe_melody(np.zeros(200 * 8000, np.float32), 8000, "tune.wav")
