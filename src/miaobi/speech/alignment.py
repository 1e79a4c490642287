"""Word alignment: from the durations inside an ONNX graph, or from the energy of the samples.

A protocol buffer may be written as a concatenation of parts, so a few bytes appended to a file
give its graph another output; no ONNX library is needed.
"""

from collections.abc import Sequence
from pathlib import Path

from miaobi.core.arrays import FloatArray, Samples
from miaobi.core.errors import ModelFileError
from miaobi.speech.speaker import SpokenWord, Times

GRAPH, OUTPUT, NAME = 7, 12, 1  # field numbers of ModelProto, GraphProto, ValueInfoProto in ONNX
HOP = 0.01  # seconds of one energy frame
# thresholds, as fractions of the loudest frame
SPEECH_LEVEL = 0.06  # speech is above it
SILENCE_LEVEL = 0.01  # even an "f" is above it
TRIM_LEVEL = 0.005  # trimmed edges are below it
BEFORE, AFTER = 0.1, 0.35  # seconds of silence kept around a sentence
MAX_SHIFT = 0.15  # seconds by which a word may begin before its durations


def expose_onnx_output(path: Path, name: str) -> bytes:
    """Return an ONNX file whose graph also outputs the inner value `name`.

    Raises ModelFileError when the graph has no value of that name.
    """
    data = path.read_bytes()
    if name.encode() not in data:
        raise ModelFileError("{path} has no {name}.", "Download it again.", path=path, name=name)
    return data + _field(GRAPH, _field(OUTPUT, _field(NAME, name.encode())))


def _field(number: int, body: bytes) -> bytes:
    """Encode a length-delimited field of less than 128 bytes."""
    return bytes([number << 3 | 2, len(body)]) + body


def trim_silence(samples: Samples, rate: int) -> tuple[Samples, float]:
    """Trim most of the silence around a sentence (T,); also return the seconds cut before it.

    The rest, between this sentence and the next one, is as long as a breath.
    """
    import numpy as np

    size, energy = _frame_energy(samples, rate)
    loud = np.flatnonzero(energy > TRIM_LEVEL * energy.max(initial=0.0))
    if not len(loud):
        return samples, 0.0
    start = max(0, int(loud[0]) * size - round(BEFORE * rate))
    end = (int(loud[-1]) + 1) * size + round(AFTER * rate)
    return samples[start:end], start / rate


def align_by_energy(words: Sequence[SpokenWord], samples: Samples, rate: int) -> Times:
    """Estimate word times from the energy of samples (T,), for models without durations.

    Frames of speech are divided among the words by their length in letters; accurate to about a
    syllable.
    """
    import numpy as np

    size = max(1, round(HOP * rate))
    frames = max(1, len(samples) // size)
    energy = np.sqrt(np.mean(np.resize(samples, (frames, size)).astype(np.float64) ** 2, 1))
    energy = np.convolve(energy, np.ones(5) / 5, "same")
    is_speech = energy > SPEECH_LEVEL * max(float(energy.max()), 1e-9)
    speech_before = np.concatenate([[0], np.cumsum(is_speech)])  # frames of speech before each
    weights = np.array([_weight(word) for word in words], np.float64)
    bounds = np.concatenate([[0], np.cumsum(weights)]) / weights.sum() * speech_before[-1]
    starts = np.searchsorted(speech_before, bounds[:-1] + 1e-6, "left").clip(1) - 1
    ends = np.searchsorted(speech_before, bounds[1:] - 1e-6, "left")
    return tuple(
        (float(start) * HOP, float(max(end, start + 1)) * HOP)
        for start, end in zip(starts, ends, strict=True)
    )


def snap_to_energy(times: Times, samples: Samples, rate: int) -> Times:
    """Move word times to the nearest edges of sound in samples (T,).

    Model durations assign the first consonant of a word to the space before it, and the silence
    of a comma to the word before the comma.
    """
    _, energy = _frame_energy(samples, rate)
    frames = len(energy)
    if not frames:
        return times
    is_sound = energy > SILENCE_LEVEL * max(float(energy.max()), 1e-9)
    snapped, previous_end = [], 0.0
    for start, end in times:
        first, stop = round(start / HOP), min(round(end / HOP), frames)
        earliest = round(max(previous_end, start - MAX_SHIFT) / HOP)
        while first > earliest and is_sound[min(first, frames) - 1]:
            first -= 1
        while first < stop - 1 and not is_sound[first]:
            first += 1
        while stop > first + 1 and not is_sound[stop - 1]:
            stop -= 1
        previous_end = end
        is_empty = first >= stop
        snapped.append((start, end) if is_empty else (first * HOP, stop * HOP))
    return tuple(snapped)


def _frame_energy(samples: Samples, rate: int) -> tuple[int, FloatArray]:
    """Return the samples per frame and the RMS energy of whole frames, float64 (frames,)."""
    import numpy as np

    size = max(1, round(HOP * rate))
    frames = len(samples) // size
    whole = samples[: frames * size].reshape(frames, size).astype(np.float64)
    return size, np.sqrt(np.mean(whole**2, axis=1))


def _weight(word: SpokenWord) -> float:
    """Estimate the relative duration of a word: 1 per letter, 3 per Chinese character."""
    return max(1.0, sum(1.0 if char.isascii() else 3.0 for char in word.spoken if char.isalnum()))
