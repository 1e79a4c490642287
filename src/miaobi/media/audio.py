"""Encode, decode and resample audio: float32 in [-1, 1], mono (T,) or (T, C), at `rate` Hz."""

import contextlib
import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from miaobi.core.arrays import Samples
from miaobi.core.errors import MediaError, OptionError, TooLargeError
from miaobi.media.ffmpeg import NoSoundTrack, as_file, read_sound
from miaobi.media.sniff import media_type_of


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
# endings of recordings and videos, the usual ones first; the content decides about all others
EXTENSIONS = (
    *("wav", "flac", "mp3", "ogg", "m4a", "m4b", "opus", "mp4", "webm", "aac", "mov", "mkv"),
    *("mka", "weba", "oga", "wma", "aif", "aiff", "aifc", "amr", "ac3", "caf", "au", "3gp", "avi"),
    *("m4v", "ogv", "mp2", "w64", "wave", "wmv", "flv", "ts", "ape", "wv"),
)
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
# read without a process; of damaged MP3 libsndfile drops the end, and prints about it
SNDFILE = ("audio/wav", "audio/flac", "audio/ogg")
BLOCK = 1 << 16  # samples per write: the encoders of libsndfile overflow the stack on more
SNIFFED = 65_536  # bytes at the start of a file by which its type is recognized
MAX_SECONDS = 4 * 3600
MAX_SAMPLES = MAX_SECONDS * 16_000  # of all channels: 40 minutes of stereo at 48 kHz
MIN_RATE, MAX_RATE = 1000, 768_000  # Hz
MAX_AMPLITUDE = 64.0  # of full scale: floats of a damaged file may be anything


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


def decode(
    data: bytes | Path, mono: bool = True, rate: int = 0, seconds: float = MAX_SECONDS
) -> tuple[Samples, int]:
    """Decode a recording, or the sound track of a video, to (samples, rate): float32.

    The samples are (T,) mixed to mono, or (T, 1 or 2), resampled to `rate` Hz if set. Every
    container that ffmpeg reads is taken. Raises MediaError, or TooLargeError for more than
    `seconds` or MAX_SAMPLES.
    """
    import numpy as np
    import soxr

    name = "this" if isinstance(data, bytes) else data
    out = bytearray()  # grows in place, where a list of blocks would need the memory twice
    channels, source_rate, resampler = 1, 0, None
    for block, source_rate in _blocks(data, name):
        if mono and block.shape[1] > 1:
            block = block.mean(axis=1, keepdims=True)
        channels = block.shape[1]
        if rate and rate != source_rate:
            resampler = resampler or soxr.ResampleStream(source_rate, rate, channels)
            block = resampler.resample_chunk(block)
        out += block.astype("f4", copy=False).tobytes()
        per_second = channels * (rate or source_rate)
        limit = min(round(seconds * per_second), MAX_SAMPLES)
        if len(out) > 4 * limit:
            raise _too_long(name, limit / per_second)
    if resampler is not None:
        out += resampler.resample_chunk(np.zeros((0, channels), "f4"), last=True).tobytes()
    samples = np.frombuffer(out, "f4").reshape(-1, channels)
    return samples[:, 0] if mono else samples, rate or source_rate


def check_sound(path: Path, name: object = None) -> None:
    """Raise the MediaError of `decode` for a file without sound; `name` replaces its path."""
    with contextlib.closing(_blocks(path, name or path)) as blocks:
        next(blocks)


def _blocks(data: bytes | Path, name: object) -> Generator[tuple[Samples, int]]:
    """Yield blocks of finite samples (T, C) with their rate, at least one. Raises MediaError."""
    import numpy as np

    if isinstance(data, Path) and not data.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=name)
    count = 0
    for block, rate in _read_all(data, name):
        if not MIN_RATE <= rate <= MAX_RATE:
            raise MediaError(
                "{name} says that it has {rate} samples per second.",
                "Its header is damaged: save it again.",
                name=name,
                rate=rate,
            )
        count += len(block)
        if len(block):
            finite = np.nan_to_num(block, nan=0.0)
            yield np.clip(finite, -MAX_AMPLITUDE, MAX_AMPLITUDE), rate
    if count:
        return
    if _is_recording(data):
        raise MediaError(
            "{name} holds no sound: it is empty, cut off or damaged.",
            "Record or save it again.",
            name=name,
        )
    raise MediaError(
        "{name} is not a sound file that can be read.",
        "Recordings and videos can, such as WAV, MP3, M4A, OGG, WebM and MP4.",
        name=name,
    )


def _read_all(data: bytes | Path, name: object) -> Iterator[tuple[Samples, int]]:
    """Decode with libsndfile, which needs no process, else with ffmpeg."""
    import soundfile

    count = 0
    if media_type_of(_start_of(data)) in SNDFILE:
        with contextlib.suppress(soundfile.LibsndfileError, TypeError):
            for block, rate in _read_sndfile(data):
                count += len(block)
                yield block, rate
            if count:
                return
    with as_file(data) as path:
        try:
            for block, rate in read_sound(path):
                yield block[count:], rate  # past what was read before the damage
                count = max(0, count - len(block))
        except NoSoundTrack as error:
            if not _is_recording(data):  # the name alone says that it may be one
                return
            raise MediaError(
                "{name} has no sound track.", "Give a recording, or a video with sound.", name=name
            ) from error


def _read_sndfile(data: bytes | Path) -> Iterator[tuple[Samples, int]]:
    """Decode up to two channels. Raises LibsndfileError or TypeError."""
    import soundfile

    source = io.BytesIO(data) if isinstance(data, bytes) else data.open("rb")
    with source, soundfile.SoundFile(source) as file:
        while file.channels <= 2 and len(
            block := file.read(BLOCK, dtype="float32", always_2d=True)
        ):
            yield block, file.samplerate


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


def _is_recording(data: bytes | Path) -> bool:
    return media_type_of(_start_of(data)).startswith(("audio/", "video/"))


def _start_of(data: bytes | Path) -> bytes:
    """Return the bytes by which the type is recognized."""
    if isinstance(data, bytes):
        return data[:SNIFFED]
    with data.open("rb") as file:
        return file.read(SNIFFED)


def _too_long(name: object, seconds: float) -> TooLargeError:
    return TooLargeError(
        "{name} is longer than {minutes:g} minutes.",
        "Cut it into parts.",
        name=name,
        minutes=round(seconds / 60, 1),
    )
