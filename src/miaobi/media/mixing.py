"""Audio mixing: cutting, fading, placing, ducking, loudness normalization and limiting.

Pure functions on float32 samples, mono (T,) or stereo (T, 2), at `rate` Hz; times in seconds,
levels in decibels.
"""

import numpy as np

from miaobi.core.arrays import FloatArray, Samples
from miaobi.core.errors import OptionError
from miaobi.media.loudness import SILENCE, loudness, true_peaks

LOOKAHEAD, RELEASE = 0.005, 0.06  # seconds of the limiter
PASSES, TOLERANCE = 4, 0.2  # iterations and error in LU of normalize()
FRAME = 32  # samples between the breakpoints of the gain curve of the limiter


def stereo(samples: Samples, pan: float = 0.0) -> Samples:
    """Pan samples with constant power, -1 left to 1 right: (T,) or (T, 2) -> (T, 2)."""
    angle = (np.clip(pan, -1, 1) + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
    both = samples[:, None] if samples.ndim == 1 else samples
    return (both * sides).astype(np.float32)


def gain(samples: Samples, decibels: float) -> Samples:
    """Amplify samples by a number of decibels."""
    return (samples * np.float32(10 ** (decibels / 20))).astype(np.float32)


def trim(samples: Samples, rate: int, start: float = 0.0, end: float | None = None) -> Samples:
    """Return the samples from `start` to `end` seconds; None: to the end."""
    return samples[_count(start, rate) : None if end is None else _count(end, rate)]


def fade(samples: Samples, rate: int, rise: float = 0.0, fall: float = 0.0) -> Samples:
    """Fade in over the first `rise` seconds and out over the last `fall`."""
    out = samples.astype(np.float32).copy()
    for part, seconds in ((out, rise), (out[::-1], fall)):
        ramp = _ramp(min(_count(seconds, rate), len(out)))
        part[: len(ramp)] *= _match_shape(ramp, out)
    return out


def crossfade(first: Samples, second: Samples, rate: int, seconds: float) -> Samples:
    """Join two sounds with a constant-power crossfade of some seconds."""
    overlap = min(_count(seconds, rate), len(first), len(second))
    if not overlap:
        return np.concatenate([first, second])
    up = np.sqrt(_ramp(overlap))
    down = np.sqrt(1 - _ramp(overlap))
    middle = first[len(first) - overlap :] * _match_shape(down, first)
    middle = middle + second[:overlap] * _match_shape(up, first)
    parts: list[FloatArray] = [first[: len(first) - overlap], middle, second[overlap:]]
    return np.concatenate(parts).astype(np.float32)


def make_loop(samples: Samples, rate: int, seconds: float) -> Samples:
    """Make a seamless loop: cross-fade the last `seconds` into the beginning, which shortens it."""
    overlap = min(_count(seconds, rate), len(samples) // 2)
    out = samples[: len(samples) - overlap].copy()
    head, tail = samples[:overlap], samples[len(samples) - overlap :]
    out[:overlap] = crossfade(tail, head, rate, overlap / rate)
    return out


def place(bed: Samples, clip: Samples, rate: int, at: float) -> Samples:
    """Overlay a clip on a bed from `at` seconds on; the result is long enough for both."""
    start = _count(at, rate)
    if bed.ndim != clip.ndim:
        bed, clip = stereo(bed), stereo(clip)
    out = np.zeros((max(len(bed), start + len(clip)), *bed.shape[1:]), np.float32)
    out[: len(bed)] = bed
    out[start : start + len(clip)] += clip
    return out


def mix(tracks: list[tuple[Samples, float]], rate: int) -> Samples:
    """Mix tracks (samples, start in seconds) to stereo: (T, 2), up to the end of the last one."""
    out = np.zeros((0, 2), np.float32)
    for samples, at in tracks:
        out = place(out, stereo(samples), rate, at)
    return out


def duck(
    bed: Samples,
    voice: Samples,
    rate: int,
    depth: float = 12.0,
    threshold: float = -40.0,
    attack: float = 0.12,
    release: float = 0.5,
) -> Samples:
    """Lower the bed by `depth` dB while the voice is above `threshold` dBFS (sidechain ducking).

    The gain falls `attack` seconds ahead of the voice and recovers within `release` seconds.
    """
    frame = max(1, rate // 100)
    frames = -(-len(bed) // frame)
    power = np.zeros(frames * frame)
    mono = (voice if voice.ndim == 1 else voice.mean(1))[: len(bed)]
    power[: len(mono)] = mono.astype(np.float64) ** 2
    level = 10 * np.log10(power.reshape(frames, frame).mean(1) + 1e-12)
    early = int(attack * 100)
    active = np.convolve(level > threshold, np.ones(early + 1))[early:] > 0  # with lookahead
    lowered, depths = 0.0, np.empty(frames)
    sink, recover = (1 - np.exp(-0.01 / max(seconds / 3, 1e-3)) for seconds in (attack, release))
    for number, is_active in enumerate(active):
        target = depth if is_active else 0.0
        lowered += (target - lowered) * (sink if target > lowered else recover)
        depths[number] = lowered
    curve = np.interp(np.arange(len(bed)), (np.arange(frames) + 0.5) * frame, depths)
    return (bed * _match_shape(10 ** (-curve / 20), bed)).astype(np.float32)


def normalize(samples: Samples, rate: int, target: float = -16.0, ceiling: float = -1.0) -> Samples:
    """Normalize samples to `target` LUFS with true peaks up to `ceiling` dBTP; silence stays.

    Compensates the loss of the limiter in up to PASSES iterations; a click stays below the target.
    """
    level = loudness(samples, rate)
    if level <= SILENCE:
        return samples.astype(np.float32)
    decibels = target - level
    out = limit(gain(samples, decibels), rate, ceiling)
    for _ in range(PASSES):
        missing = target - loudness(out, rate)
        if missing < TOLERANCE:
            break
        decibels += 1.5 * missing
        out = limit(gain(samples, decibels), rate, ceiling)
    return out


def limit(samples: Samples, rate: int, ceiling: float = -1.0) -> Samples:
    """Limit true peaks to `ceiling` dBTP with lookahead and release. Raises OptionError above 0."""
    if ceiling > 0:
        raise OptionError(
            "{name} is {value}.", "It has to be 0 or below.", name="ceiling", value=ceiling
        )
    top = 10 ** (ceiling / 20)
    peaks = true_peaks(samples, rate)
    if not len(peaks) or peaks.max() <= top:
        return samples.astype(np.float32)
    needed = np.minimum(1, top / np.maximum(peaks, 1e-9))
    gains = _smooth_gains(needed, rate)
    out = (samples * _match_shape(gains, samples)).astype(np.float32)
    excess = float(true_peaks(out, rate).max()) / top
    return (out / excess).astype(np.float32) if excess > 1 else out


def _smooth_gains(needed: FloatArray, rate: int) -> FloatArray:
    """Smooth the gains (T,) of the limiter without exceeding them: linear attack, slow release."""
    frames = -(-len(needed) // FRAME)
    padded = np.pad(needed, (0, frames * FRAME - len(needed)), constant_values=1.0)
    least = np.pad(padded.reshape(frames, FRAME).min(1), 1, constant_values=1.0)
    # the minimum over neighbors keeps the interpolated lines below the gains of every frame
    gains = np.minimum(np.minimum(least[:-2], least[1:-1]), least[2:]).tolist()
    fall = FRAME / (LOOKAHEAD * rate)
    for number in range(frames - 2, -1, -1):
        gains[number] = min(gains[number], gains[number + 1] + fall)
    release = 1 - np.exp(-FRAME / (RELEASE * rate))
    for number in range(1, frames):
        before = gains[number - 1]
        gains[number] = min(gains[number], before + (1 - before) * release)
    return np.interp(np.arange(len(needed)), (np.arange(frames) + 0.5) * FRAME, gains)


def _count(seconds: float, rate: int) -> int:
    """Convert seconds to a number of samples. Raises OptionError below zero."""
    if not seconds >= 0:
        raise OptionError(
            "{name} is {value}.", "It has to be 0 or above.", name="seconds", value=seconds
        )
    return round(seconds * rate)


def _ramp(length: int) -> Samples:
    """Return a raised-cosine ramp (length,) from just above 0 to just below 1."""
    t = (np.arange(length, dtype=np.float32) + 0.5) / max(length, 1)
    return (0.5 - 0.5 * np.cos(np.pi * t)).astype(np.float32)


def _match_shape(curve: FloatArray, samples: Samples) -> FloatArray:
    """Reshape a curve (T,) to broadcast over samples: (T,) or (T, 1)."""
    return curve if samples.ndim == 1 else curve[:, None]
