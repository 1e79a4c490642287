"""Encode, decode and resample audio: float32 in [-1, 1], mono (T,) or (T, C), at `rate` Hz."""

import io
from dataclasses import dataclass
from pathlib import Path

from miaobi.core.arrays import Samples
from miaobi.core.errors import MediaError, OptionError


@dataclass(frozen=True)
class AudioFormat:
    """A file format with its container and codec."""

    media_type: str
    container: str  # name in libsndfile
    subtype: str


FORMATS = {
    "wav": AudioFormat("audio/wav", "WAV", "PCM_16"),
    "flac": AudioFormat("audio/flac", "FLAC", "PCM_16"),
    "mp3": AudioFormat("audio/mpeg", "MP3", "MPEG_LAYER_III"),
    "ogg": AudioFormat("audio/ogg", "OGG", "OPUS"),
}
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
BLOCK = 1 << 16  # samples per write: the encoders of libsndfile overflow the stack on more


def encode(samples: Samples, rate: int, format: str) -> bytes:
    """Encode samples (T,) or (T, 2), clipped to [-1, 1]. Raises OptionError."""
    import numpy as np
    import soundfile

    row = FORMATS.get(format)
    if row is None:
        raise _unknown_format(format)
    if row.subtype == "OPUS" and rate not in OPUS_RATES:
        samples, rate = resample(samples, rate, 48000), 48000
    clipped = np.clip(samples, -1, 1)
    channels = 1 if clipped.ndim == 1 else clipped.shape[1]
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", samplerate=rate, channels=channels, format=row.container, subtype=row.subtype
    ) as file:
        for start in range(0, len(clipped), BLOCK):
            file.write(clipped[start : start + BLOCK])
    return buffer.getvalue()


def decode(data: bytes | Path, mono: bool = True) -> tuple[Samples, int]:
    """Decode an audio file to (samples, rate): float32 (T,) mixed to mono, or (T, C).

    Raises MediaError.
    """
    import soundfile

    source = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        samples, rate = soundfile.read(source, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, TypeError) as error:
        raise MediaError(
            "{name} is not a sound file that can be read.",
            "WAV, FLAC, MP3 and OGG can; convert others first.",
            name="this" if isinstance(data, bytes) else data,
        ) from error
    return samples.mean(axis=1) if mono else samples, int(rate)


def resample(samples: Samples, rate: int, to: int) -> Samples:
    """Resample (T,) or (T, C) from `rate` to `to` Hz: (T * to / rate, ...)."""
    import soxr

    return samples if rate == to else soxr.resample(samples, rate, to)


def resolve_format(path: Path | None, option: str | None, default: str = "wav") -> str:
    """Return the format of an option or a file name. Raises OptionError."""
    format = option or (path.suffix.lstrip(".").lower() if path else "") or default
    if format not in FORMATS:
        raise _unknown_format(format)
    return format


def _unknown_format(format: str) -> OptionError:
    """Return the error for an unknown format."""
    return OptionError(
        "There is no audio format {format!r}.",
        "Choose one of: {formats}.",
        format=format,
        formats=", ".join(FORMATS),
    )
