"""Sound as bytes and as samples: float32 in [-1, 1], mono (T,) or stereo (T, 2), at `rate` Hz."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.errors import MediaError, OptionError


@dataclass(frozen=True)
class AudioFormat:
    """One row of the table of formats."""

    media_type: str
    container: str  # as libsndfile calls it
    subtype: str


FORMATS = {
    "wav": AudioFormat("audio/wav", "WAV", "PCM_16"),
    "flac": AudioFormat("audio/flac", "FLAC", "PCM_16"),
    "mp3": AudioFormat("audio/mpeg", "MP3", "MPEG_LAYER_III"),
    "ogg": AudioFormat("audio/ogg", "OGG", "OPUS"),
}
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
BLOCK = 1 << 16  # samples handed to an encoder at once: libsndfile overflows its stack on more


def encode(samples: Any, rate: int, format: str) -> bytes:
    """(T,) or (T, 2) in [-1, 1] -> the bytes of a file. Raises OptionError."""
    import numpy as np
    import soundfile

    row = FORMATS.get(format)
    if row is None:
        raise unknown_format(format)
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


def decode(data: bytes | Path, mono: bool = True) -> tuple[Any, int]:
    """A sound file -> ((T,) float32 mixed to mono, rate). Raises MediaError.

    With mono=False the channels are kept: (T, C).
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


def resample(samples: Any, rate: int, to: int) -> Any:
    """(T,) or (T, C) at `rate` -> (T * to / rate, …) at `to`."""
    import soxr

    return samples if rate == to else soxr.resample(samples, rate, to)


def format_of(path: Path | None, wanted: str | None, default: str = "wav") -> str:
    """The format a file name or an option asks for. Raises OptionError."""
    format = wanted or (path.suffix.lstrip(".").lower() if path else "") or default
    if format not in FORMATS:
        raise unknown_format(format)
    return format


def unknown_format(format: str) -> OptionError:
    """The error that names the formats there are."""
    return OptionError(
        "There is no audio format {format!r}.",
        "Choose one of: {formats}.",
        format=format,
        formats=", ".join(FORMATS),
    )
