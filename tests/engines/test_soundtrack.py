"""The sound of a film: loudness, ducking, places."""

from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import MediaError
from miaobi.core.film import Cut, FilmRequest, Track
from miaobi.engines.soundtrack import RATE, mix_film, mix_stems
from miaobi.media import audio
from miaobi.media.loudness import loudness, true_peak


def request(tmp_path: Path, *tracks: Track, seconds: float = 8.0) -> FilmRequest:
    return FilmRequest(
        model="cutter", cuts=(Cut(tmp_path / "a.png", seconds, fade=0.0),), tracks=tracks
    )


def sound(path: Path, seconds: float, pitch: float) -> Path:
    """A tone that pulses like syllables."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = np.sin(2 * np.pi * pitch * t) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * t))
    path.write_bytes(audio.encode((0.3 * wave).astype(np.float32), RATE, "wav"))
    return path


def test_music_steps_back_under_a_voice_and_comes_back(tmp_path: Path) -> None:
    voice, music = sound(tmp_path / "v.wav", 2.0, 180), sound(tmp_path / "m.wav", 20.0, 440)
    asked = request(tmp_path, Track(voice, "voice", 2.5), Track(music, "music"))
    parts = mix_stems(asked)
    level = [
        10 * np.log10((lane**2).mean(axis=1).reshape(-1, RATE // 2).mean(axis=1) + 1e-12)
        for lane in (parts.unducked, parts.music)
    ]
    less = level[0] - level[1]
    assert less[6:9].min() >= 9  # 3 to 4.5 seconds: while it speaks
    assert less[:3].max() < 1
    assert less[14] < 2
    whole = mix_film(asked)
    assert whole.shape == (8 * RATE, 2)
    assert loudness(whole, RATE) == pytest.approx(-16, abs=0.5)
    assert true_peak(whole, RATE) <= -1.4
    assert np.abs(whole[-200:]).max() < 0.01


def test_a_voice_begins_where_it_is_placed(tmp_path: Path) -> None:
    voice = sound(tmp_path / "v.wav", 1.0, 300)
    heard = np.abs(mix_film(request(tmp_path, Track(voice, "voice", 3.0)))).max(axis=1)
    assert np.flatnonzero(heard > 0.01)[0] / RATE == pytest.approx(3.0, abs=0.02)


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "v.wav").write_bytes(b"none")
    with pytest.raises(MediaError, match="not a sound"):
        mix_film(request(tmp_path, Track(tmp_path / "v.wav", "voice")))
