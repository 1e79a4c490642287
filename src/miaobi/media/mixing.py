"""Sounds put together: cut, faded, placed, ducked, made equally loud, kept from clipping.

Pure functions on float32 samples, mono (T,) or stereo (T, 2), at `rate` Hz; times are in seconds
and levels in decibels. Loudness is that of ITU-R BS.1770-4, in LUFS.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from miaobi.core.errors import OptionError

Samples = npt.NDArray[Any]  # float32
SILENCE = -120.0  # LUFS, decibels: what is called silent
BLOCK, STEP = 0.4, 0.1  # seconds: blocks of loudness and how far apart they begin
SPECTRUM = 1 << 16  # samples of one spectrum
LOOKAHEAD, RELEASE = 0.005, 0.06  # seconds of the limiter
PART, MARGIN = 1 << 19, 256  # samples oversampled at once, and heard around them
PASSES, TOLERANCE = 4, 0.2  # of normalize(): tries, and LU it may be off
FRAME = 32  # samples between which the limiter draws lines


def stereo(samples: Samples, pan: float = 0.0) -> Samples:
    """(T,) or (T, 2) -> (T, 2), moved to a side of equal power: -1 left, 0, 1 right."""
    angle = (np.clip(pan, -1, 1) + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
    both = samples[:, None] if samples.ndim == 1 else samples
    return (both * sides).astype(np.float32)


def gain(samples: Samples, decibels: float) -> Samples:
    """The samples so many decibels louder."""
    return (samples * np.float32(10 ** (decibels / 20))).astype(np.float32)


def trim(samples: Samples, rate: int, start: float = 0.0, end: float | None = None) -> Samples:
    """What lies from `start` to `end`; None is the end of the sound."""
    return samples[_count(start, rate) : None if end is None else _count(end, rate)]


def fade(samples: Samples, rate: int, rise: float = 0.0, fall: float = 0.0) -> Samples:
    """From silence within `rise` seconds, and back to it within the last `fall`."""
    out = samples.astype(np.float32).copy()
    for part, seconds in ((out, rise), (out[::-1], fall)):
        ramp = _ramp(min(_count(seconds, rate), len(out)))
        part[: len(ramp)] *= _shaped(ramp, out)
    return out


def crossfade(first: Samples, second: Samples, rate: int, seconds: float) -> Samples:
    """One sound into another with equal power; `seconds` of both are heard together."""
    both = min(_count(seconds, rate), len(first), len(second))
    if not both:
        return np.concatenate([first, second])
    up = np.sqrt(_ramp(both))
    down = np.sqrt(1 - _ramp(both))
    middle = first[len(first) - both :] * _shaped(down, first) + second[:both] * _shaped(up, first)
    parts = [first[: len(first) - both], middle, second[both:]]
    return np.concatenate(parts).astype(np.float32)


def looped(samples: Samples, rate: int, seconds: float) -> Samples:
    """A sound that can follow itself: its last `seconds` are faded into its beginning.

    It is so much shorter than it was.
    """
    over = min(_count(seconds, rate), len(samples) // 2)
    out = samples[: len(samples) - over].copy()
    out[:over] = crossfade(samples[len(samples) - over :], samples[:over], rate, over / rate)
    return out


def place(bed: Samples, clip: Samples, rate: int, at: float) -> Samples:
    """A clip heard from `at` seconds on a bed, which grows where the clip lasts longer."""
    start = _count(at, rate)
    if bed.ndim != clip.ndim:
        bed, clip = stereo(bed), stereo(clip)
    out = np.zeros((max(len(bed), start + len(clip)), *bed.shape[1:]), np.float32)
    out[: len(bed)] = bed
    out[start : start + len(clip)] += clip
    return out


def mix(tracks: list[tuple[Samples, float]], rate: int) -> Samples:
    """Tracks with the second at which each begins: (T, 2), as long as the last of them."""
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
    """The bed, `depth` decibels lower while the voice is above `threshold`.

    It begins to sink `attack` seconds before a word, so that the word is not covered.
    """
    frame = max(1, rate // 100)
    frames = -(-len(bed) // frame)
    power = np.zeros(frames * frame)
    heard = (voice if voice.ndim == 1 else voice.mean(1))[: len(bed)]
    power[: len(heard)] = heard.astype(np.float64) ** 2
    level = 10 * np.log10(power.reshape(frames, frame).mean(1) + 1e-12)
    early = int(attack * 100)
    speaks = np.convolve(level > threshold, np.ones(early + 1))[early:] > 0  # also before the word
    lower, depths = 0.0, np.empty(frames)
    sink, rise = (1 - np.exp(-0.01 / max(seconds / 3, 1e-3)) for seconds in (attack, release))
    for number, active in enumerate(speaks):
        goal = depth if active else 0.0
        lower += (goal - lower) * (sink if goal > lower else rise)
        depths[number] = lower
    curve = np.interp(np.arange(len(bed)), (np.arange(frames) + 0.5) * frame, depths)
    return (bed * _shaped(10 ** (-curve / 20), bed)).astype(np.float32)


def weighted(samples: Samples, rate: int) -> Samples:
    """(T, C) samples as loudness hears them: through the two K filters of BS.1770."""
    lanes = (samples[:, None] if samples.ndim == 1 else samples).T.astype(np.float32)
    out = np.zeros((len(lanes), lanes.shape[1] + SPECTRUM), np.float32)
    response = _k_response(rate)
    step = SPECTRUM - SPECTRUM // 4  # the rest is room for the filters to ring out
    for start in range(0, lanes.shape[1], step):
        part = np.fft.rfft(lanes[:, start : start + step], SPECTRUM) * response
        out[:, start : start + SPECTRUM] += np.fft.irfft(part, SPECTRUM)
    return out[:, : lanes.shape[1]].T


@lru_cache(maxsize=8)
def _k_response(rate: int) -> Samples:
    """(bins,) complex: both K filters at a rate."""
    turn = np.exp(-2j * np.pi * np.arange(SPECTRUM // 2 + 1) / SPECTRUM)
    told = np.ones(len(turn), np.complex128)
    for over, under in _k_filters(rate):
        told *= np.polyval(over[::-1], turn) / np.polyval(under[::-1], turn)
    return told.astype(np.complex64)


def _k_filters(rate: int) -> list[tuple[Samples, Samples]]:
    """The shelf and the high pass of BS.1770 at any rate, as biquads (b, a)."""
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    top = np.array(
        [high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k]
    )
    shelf = (top, np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]))
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    under = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
    return [shelf, (np.array([1.0, -2.0, 1.0]), under / under[0])]


def block_powers(samples: Samples, rate: int) -> Samples:
    """(N,) the weighted power of each block of 0.4 s; a shorter sound is one block."""
    power = sum(lane.astype(np.float64) ** 2 for lane in weighted(samples, rate).T)
    size, step = round(BLOCK * rate), round(STEP * rate)
    if len(power) <= size:
        return np.array([power.sum() / size])
    sums = np.concatenate([[0], np.cumsum(power)])
    starts = np.arange(0, len(power) - size + 1, step)
    return (sums[starts + size] - sums[starts]) / size


def loudness(samples: Samples, rate: int) -> float:
    """The integrated loudness in LUFS, quiet parts left out by the two gates of BS.1770.

    A mono sound counts as one channel. SILENCE where all is below -70 LUFS.
    """
    powers = block_powers(samples, rate)
    powers = powers[_lufs(powers) > -70]
    if not len(powers):
        return SILENCE
    powers = powers[_lufs(powers) > _lufs(powers.mean()) - 10]
    return float(_lufs(powers.mean()))


def momentary_loudness(samples: Samples, rate: int) -> float:
    """The loudness in LUFS of the loudest 0.4 s: what counts for a short sound."""
    return float(_lufs(block_powers(samples, rate).max()))


def _lufs(power: Any) -> Any:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def true_peak(samples: Samples, rate: int) -> float:
    """The highest peak in decibels, also between samples (oversampled 4 times)."""
    return float(20 * np.log10(max(float(_peaks(samples, rate).max(initial=0)), 1e-6)))


def _peaks(samples: Samples, rate: int) -> Samples:
    """(T,) the largest magnitude of any channel at each sample and on the way to the next."""
    import soxr

    flat = samples[:, None] if samples.ndim == 1 else samples
    out = np.zeros(len(flat), np.float32)
    for start in range(0, len(flat), PART):
        before = max(0, start - MARGIN)
        part = flat[before : start + PART + MARGIN].astype(np.float32)
        fine = _largest(soxr.resample(part, rate, 4 * rate)[: 4 * len(part)])
        fine = np.pad(fine, (0, 4 * len(part) - len(fine))).reshape(-1, 4)
        level = np.maximum.reduce([*(fine[:, quarter] for quarter in range(4)), _largest(part)])
        held = out[start : start + PART]
        held[:] = level[start - before : start - before + len(held)]
    return out


def _largest(samples: Samples) -> Samples:
    """(T, C) -> (T,) the largest magnitude of any channel; quicker than a reduction of rows."""
    return np.maximum.reduce([np.abs(samples[:, side]) for side in range(samples.shape[1])])


def normalize(samples: Samples, rate: int, target: float = -16.0, ceiling: float = -1.0) -> Samples:
    """As loud as `target` LUFS, with no true peak above `ceiling`; silence stays silence.

    What the limiter takes away is given back, within reason: a click cannot be made loud.
    """
    now = loudness(samples, rate)
    if now <= SILENCE:
        return samples.astype(np.float32)
    more = target - now
    out = limit(gain(samples, more), rate, ceiling)
    for _ in range(PASSES):
        short = target - loudness(out, rate)
        if short < TOLERANCE:
            break
        more += 1.5 * short
        out = limit(gain(samples, more), rate, ceiling)
    return out


def limit(samples: Samples, rate: int, ceiling: float = -1.0) -> Samples:
    """No true peak above `ceiling` dB: turned down shortly before a peak, and slowly up after."""
    if ceiling > 0:
        raise OptionError(
            "{name} is {value}.", "It has to be 0 or below.", name="ceiling", value=ceiling
        )
    top = 10 ** (ceiling / 20)
    peaks = _peaks(samples, rate)
    if not len(peaks) or peaks.max() <= top:
        return samples.astype(np.float32)
    needed = np.minimum(1, top / np.maximum(peaks, 1e-9))
    held = _held(needed, rate)
    out = (samples * _shaped(held, samples)).astype(np.float32)
    over = float(_peaks(out, rate).max()) / top
    return (out / over).astype(np.float32) if over > 1 else out


def _held(needed: Samples, rate: int) -> Samples:
    """(T,) gains, nowhere above the needed ones, that fall steadily and come back slowly."""
    frames = -(-len(needed) // FRAME)
    padded = np.pad(needed, (0, frames * FRAME - len(needed)), constant_values=1.0)
    least = np.pad(padded.reshape(frames, FRAME).min(1), 1, constant_values=1.0)
    # lines between frames stay below what each needs when a frame heeds its neighbors
    gains = np.minimum(np.minimum(least[:-2], least[1:-1]), least[2:]).tolist()
    fall = FRAME / (LOOKAHEAD * rate)
    for number in range(frames - 2, -1, -1):
        gains[number] = min(gains[number], gains[number + 1] + fall)
    back = 1 - np.exp(-FRAME / (RELEASE * rate))
    for number in range(1, frames):
        before = gains[number - 1]
        gains[number] = min(gains[number], before + (1 - before) * back)
    return np.interp(np.arange(len(needed)), (np.arange(frames) + 0.5) * FRAME, gains)


def _count(seconds: float, rate: int) -> int:
    """Samples of so many seconds. Raises OptionError below zero."""
    if not seconds >= 0:
        raise OptionError(
            "{name} is {value}.", "It has to be 0 or above.", name="seconds", value=seconds
        )
    return round(seconds * rate)


def _ramp(length: int) -> Samples:
    """(length,) from just above 0 to just below 1, smooth at both ends."""
    part = (np.arange(length, dtype=np.float32) + 0.5) / max(length, 1)
    return (0.5 - 0.5 * np.cos(np.pi * part)).astype(np.float32)


def _shaped(curve: Samples, samples: Samples) -> Samples:
    """(T,) -> as the samples are: (T,) or (T, 1)."""
    return curve if samples.ndim == 1 else curve[:, None]
