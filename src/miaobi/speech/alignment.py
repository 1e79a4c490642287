"""When words are heard: from the durations inside an ONNX graph, or from the sound alone.

A protocol buffer may be written in parts that lie one after the other; so a graph gets another
output by a few bytes behind its file, and no library of ONNX is needed for it.
"""

from pathlib import Path
from typing import Any

from miaobi.core.errors import ModelFileError
from miaobi.speech.synthesis import Unit

GRAPH, OUTPUT, NAME = 7, 12, 1  # fields of ONNX's ModelProto, GraphProto, ValueInfoProto
QUIET = 0.06  # of the loudest: below it nobody speaks
SILENT = 0.01  # of the loudest: below it there is nothing, not even an f
STEP = 0.01  # seconds
FAINT = 0.005  # of the loudest: what is cut off is quieter
BEFORE, AFTER = 0.1, 0.35  # seconds of silence that stay around a sentence
REACH = 0.15  # seconds that a word may begin before the durations say


def with_output(path: Path, name: str) -> bytes:
    """The ONNX graph of a file, which also answers the inner value `name`.

    Raises ModelFileError when the graph has none of that name.
    """
    data = path.read_bytes()
    if name.encode() not in data:
        raise ModelFileError("{path} has no {name}.", "Download it again.", path=path, name=name)
    return data + _field(GRAPH, _field(OUTPUT, _field(NAME, name.encode())))


def _field(number: int, body: bytes) -> bytes:
    """A field with a length, below 128 bytes."""
    return bytes([number << 3 | 2, len(body)]) + body


def trimmed(samples: Any, rate: int) -> tuple[Any, float]:
    """A sentence (T,) without most of the silence around it, and the seconds cut off before it.

    What is left after it and before the next one is a breath.
    """
    import numpy as np

    size, level = _levels(samples, rate)
    loud = np.flatnonzero(level > FAINT * level.max(initial=0.0))
    if not len(loud):
        return samples, 0.0
    start = max(0, int(loud[0]) * size - round(BEFORE * rate))
    end = (int(loud[-1]) + 1) * size + round(AFTER * rate)
    return samples[start:end], start / rate


def by_sound(units: tuple[Unit, ...], samples: Any, rate: int) -> tuple[tuple[float, float], ...]:
    """Times of units shared out over the sound by how much each has to say; silence counts nothing.

    For models that do not tell. It is right to about a syllable.
    """
    import numpy as np

    size = max(1, round(STEP * rate))
    frames = max(1, len(samples) // size)
    level = np.sqrt(np.mean(np.resize(samples, (frames, size)).astype(np.float64) ** 2, 1))
    level = np.convolve(level, np.ones(5) / 5, "same")
    speaks = level > QUIET * max(float(level.max()), 1e-9)
    heard = np.concatenate([[0], np.cumsum(speaks)])  # frames of speech before each frame
    weights = np.array([_weight(unit) for unit in units], np.float64)
    shares = np.concatenate([[0], np.cumsum(weights)]) / weights.sum() * heard[-1]
    starts = np.searchsorted(heard, shares[:-1] + 1e-6, "left").clip(1) - 1
    ends = np.searchsorted(heard, shares[1:] - 1e-6, "left")
    return tuple(
        (float(start) * STEP, float(max(end, start + 1)) * STEP)
        for start, end in zip(starts, ends, strict=True)
    )


def heard(
    times: tuple[tuple[float, float], ...], samples: Any, rate: int
) -> tuple[tuple[float, float], ...]:
    """Times of units in order, drawn to where they sound.

    Durations give the consonant a word begins with to the space before it, and the silence of a
    comma to the word before that.
    """
    _, level = _levels(samples, rate)
    frames = len(level)
    if not frames:
        return times
    sounds = level > SILENT * max(float(level.max()), 1e-9)
    found, before = [], 0.0
    for start, end in times:
        first, last = round(start / STEP), min(round(end / STEP), frames)
        least = round(max(before, start - REACH) / STEP)
        while first > least and sounds[min(first, frames) - 1]:
            first -= 1
        while first < last - 1 and not sounds[first]:
            first += 1
        while last > first + 1 and not sounds[last - 1]:
            last -= 1
        before = end
        found.append((first * STEP, max(last, first) * STEP) if first < last else (start, end))
    return tuple(found)


def _levels(samples: Any, rate: int) -> tuple[int, Any]:
    """Samples of a frame of STEP seconds, and how loud each whole frame is: float64 (frames,)."""
    import numpy as np

    size = max(1, round(STEP * rate))
    frames = len(samples) // size
    cut = samples[: frames * size].reshape(frames, size).astype(np.float64)
    return size, np.sqrt(np.mean(cut**2, axis=1))


def _weight(unit: Unit) -> float:
    """About how long a unit takes: letters, and a Chinese character is worth three of them."""
    return max(1.0, sum(1.0 if char.isascii() else 3.0 for char in unit.said if char.isalnum()))
