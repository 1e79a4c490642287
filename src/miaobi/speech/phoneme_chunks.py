"""Synthesis of phoneme sequences in chunks that fit a model, with word times from its durations.

phonemes --chunk_phonemes--> token ids --model--> samples (T,) and frames per phoneme
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from miaobi.core.arrays import FloatArray, Samples
from miaobi.speech.alignment import snap_to_energy
from miaobi.speech.phonemes import PAUSES, PhonemeSequence
from miaobi.speech.speaker import SpokenSentence, Times

Chunk = tuple[list[int], PhonemeSequence]  # token ids, and the phonemes they stand for
# token ids (N,) -> samples (T,), frames per phoneme (1 + N + 1,), seconds trimmed from the start
Model = Callable[[list[int]], tuple[Samples, FloatArray, float]]


def chunk_phonemes(
    sequence: PhonemeSequence, vocabulary: dict[str, int], max_length: int
) -> Iterator[Chunk]:
    """Split a sequence into chunks of at most `max_length` phonemes.

    Symbols outside the vocabulary are dropped.
    """
    chunk: PhonemeSequence = []
    tokens: list[int] = []
    for index, phonemes in sequence:
        symbols = "".join(char for char in phonemes if char in vocabulary)
        for start in range(0, len(symbols), max_length):
            piece = symbols[start : start + max_length]
            if len(tokens) + len(piece) > max_length:
                yield tokens, chunk
                chunk, tokens = [], []
            chunk.append((index, piece))
            tokens.extend(vocabulary[char] for char in piece)
    if tokens:
        yield tokens, chunk


def word_times(
    chunk: PhonemeSequence, durations: FloatArray | Sequence[float], frame: float
) -> dict[int, tuple[float, float]]:
    """Return word index -> (start, end) in seconds, without pauses.

    `durations` (1 + N + 1,) are frames per phoneme, `frame` is the length of a frame in seconds.
    """
    times: dict[int, tuple[float, float]] = {}
    position = float(durations[0])
    token = 1
    for index, phonemes in chunk:
        for char in phonemes:
            end = position + float(durations[token])
            if index is not None and char not in PAUSES:
                start = times[index][0] if index in times else position * frame
                times[index] = (start, end * frame)
            position, token = end, token + 1
    return times


def synthesize_chunks(
    chunks: Iterable[Chunk], model: Model, words: int, rate: int, frame: float
) -> SpokenSentence:
    """Synthesize a sentence of `words` words chunk by chunk.

    `rate` is in Hz, `frame` is the length of a duration frame in seconds.
    """
    import numpy as np

    parts: list[Samples] = []
    times: dict[int, tuple[float, float]] = {}
    length = 0
    for tokens, phonemes in chunks:
        samples, durations, trimmed = model(tokens)
        offset = length / rate - trimmed
        for index, (start, end) in word_times(phonemes, durations, frame).items():
            first = times[index][0] if index in times else start + offset
            times[index] = (first, end + offset)
        parts.append(samples)
        length += len(samples)
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    filled = fill_word_times(times, words, length / rate)
    return SpokenSentence(samples, snap_to_energy(filled, samples, rate))


def fill_word_times(times: dict[int, tuple[float, float]], count: int, seconds: float) -> Times:
    """Return the times of all `count` words in order, within [0, seconds].

    A word without times of its own gets an empty interval where the word before it ends.
    """
    filled, position = [], 0.0
    for index in range(count):
        start, end = times.get(index, (position, position))
        start = min(max(start, position), seconds)
        position = min(max(end, start), seconds)
        filled.append((start, position))
    return tuple(filled)
