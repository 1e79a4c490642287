"""Sound survives each format, and what is not sound is refused."""

from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import MediaError, OptionError
from miaobi.media.audio import BLOCK, FORMATS, decode, encode, resample, resolve_format

RATE = 24_000


def tone(seconds: float = 0.5, hertz: float = 440.0, rate: int = RATE) -> np.ndarray:
    """(T,) float32, half as loud as can be."""
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype("f4")


def pitch(samples: np.ndarray, rate: int) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


@pytest.mark.parametrize("format", ["wav", "flac"])
def test_lossless_formats_keep_every_sample(format: str) -> None:
    samples = tone()
    back, rate = decode(encode(samples, RATE, format))
    assert rate == RATE
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, samples, atol=1.01 / 32768)


@pytest.mark.parametrize("format", ["mp3", "ogg"])
def test_lossy_formats_keep_length_loudness_and_pitch(format: str) -> None:
    samples = tone(2.0)
    data = encode(samples, RATE, format)
    back, rate = decode(data)
    assert len(data) < samples.nbytes / 4
    assert len(back) / rate == pytest.approx(2.0, abs=0.1)
    assert pitch(back, rate) == pytest.approx(440, abs=2)
    middle = back[len(back) // 4 : -len(back) // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
def test_every_usual_rate_can_be_written(format: str, rate: int) -> None:
    back, seen = decode(encode(tone(rate=rate), rate, format))
    assert pitch(back, seen) == pytest.approx(440, abs=5)
    assert seen == (48_000 if format == "ogg" and rate % 8000 else rate)  # Opus has few rates


@pytest.mark.parametrize("format", FORMATS)
def test_longer_than_one_block(format: str) -> None:
    seconds = 3 * BLOCK / RATE
    back, rate = decode(encode(tone(seconds), RATE, format))
    assert len(back) / rate == pytest.approx(seconds, abs=0.1)


def test_too_loud_is_clipped_and_not_wrapped_around() -> None:
    back, _ = decode(encode(np.array([2.0, -2.0, 1.5], np.float32), RATE, "wav"))
    np.testing.assert_allclose(back, [1, -1, 1], atol=1e-4)


def test_two_channels_are_mixed_to_one(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(), -tone()], axis=1), RATE)
    back, _ = decode(path)
    assert back.ndim == 1
    assert np.abs(back).max() < 1e-4


def test_same_bytes_every_time() -> None:
    # Ogg alone draws a random stream number
    for format in ("wav", "flac", "mp3"):
        assert encode(tone(), RATE, format) == encode(tone(), RATE, format)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe" * 90, b"\x89PNG\r\n\x1a\n" + bytes(50)]
)
def test_what_is_not_sound_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "wrong.wav"
    path.write_bytes(data)
    with pytest.raises(
        MediaError, match=r"wrong\.wav is not a sound file.*MP3, M4A, OGG, WebM and MP4\."
    ):
        decode(path)
    with pytest.raises(MediaError):
        decode(data)


def test_resample_keeps_pitch_and_length() -> None:
    out = resample(tone(1.0), RATE, 16_000)
    assert len(out) == 16_000
    assert pitch(out, 16_000) == pytest.approx(440, abs=1)
    same = tone()
    assert resample(same, RATE, RATE) is same


@pytest.mark.parametrize(
    ("path", "wanted", "format"),
    [
        (None, None, "wav"),
        ("a.MP3", None, "mp3"),
        ("a.wav", "flac", "flac"),
        ("noending", None, "wav"),
    ],
)
def test_format_of_a_name_or_an_option(path: str | None, wanted: str | None, format: str) -> None:
    assert resolve_format(Path(path) if path else None, wanted) == format


@pytest.mark.parametrize(("path", "wanted"), [("a.aiff", None), ("a.wav", "xyz"), (None, "WAV")])
def test_unknown_formats_name_the_known_ones(path: str | None, wanted: str | None) -> None:
    with pytest.raises(OptionError, match=r"Choose one of: wav, flac, mp3, ogg\."):
        resolve_format(Path(path) if path else None, wanted)


def test_encode_refuses_an_unknown_format() -> None:
    with pytest.raises(OptionError, match="'aac'"):
        encode(tone(), RATE, "aac")
