"""What sounds are made of: curves, noise, tones, resonances, grains.

Samples are float32, (T,) or stereo (T, 2), at RATE a second. Filters work on spectra, since numpy
has no recursive ones; noise is drawn as a spectrum, so it has exactly the color asked for.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 44_100
Samples = npt.NDArray[Any]  # float32
Points = Sequence[tuple[float, float]]
FRAME, HOP = 2048, 512  # of sculpted()


def count(seconds: float) -> int:
    """How many samples so many seconds are."""
    return max(1, round(seconds * RATE))


def clock(seconds: float) -> Samples:
    """(T,) the time of each sample, in seconds."""
    return np.arange(count(seconds), dtype=np.float32) / np.float32(RATE)


def curve(seconds: float, points: Points) -> Samples:
    """(T,) straight lines through points of (seconds, level)."""
    times, levels = zip(*points, strict=True)
    return np.interp(clock(seconds), times, levels).astype(np.float32)


def fading(seconds: float, t60: float) -> Samples:
    """(T,) from 1 to a thousandth (-60 dB) after t60 seconds."""
    return np.exp(clock(seconds) * np.float32(-6.908 / t60))


def struck_envelope(seconds: float, attack: float, t60: float) -> Samples:
    """(T,) up within `attack` seconds, then fading."""
    return fading(seconds, t60) * np.minimum(clock(seconds) / np.float32(attack), 1)


def wander(rng: np.random.Generator, seconds: float, rate: float, low: float, high: float) -> Any:
    """(T,) a smooth random curve between low and high that turns `rate` times a second."""
    every = max(1, round(RATE / rate))  # samples from one turn to the next
    spans = -(-count(seconds) // every)
    knots = rng.uniform(low, high, (spans + 1, 1)).astype(np.float32)
    part = np.arange(every, dtype=np.float32) / np.float32(every)
    part = part * part * (3 - 2 * part)
    return (knots[:-1] + (knots[1:] - knots[:-1]) * part).reshape(-1)[: count(seconds)]


def noise(rng: np.random.Generator, seconds: float, points: Points) -> Samples:
    """(T,) noise of RMS 1 whose spectrum goes through points of (hertz, decibels)."""
    size = fast_length(count(seconds))
    bins = size // 2 + 1
    drawn = rng.standard_normal(2 * bins, dtype=np.float32).view(np.complex64)
    made = np.fft.irfft(drawn * _gain(size, points), size)[: count(seconds)].astype(np.float32)
    return made / max(float(np.sqrt(np.mean(made * made))), 1e-9)


def stereo_noise(rng: np.random.Generator, seconds: float, points: Points) -> Samples:
    """(T, 2) the same at both sides, each drawn by itself: wide."""
    return np.stack([noise(rng, seconds, points) for _ in range(2)], 1)


def filtered(samples: Samples, points: Points) -> Samples:
    """Samples (T,) or (T, 2) through a filter of (hertz, decibels) points, without delay."""
    length = len(samples)
    size = fast_length(length + 2048)
    gain = _gain(size, points)
    lanes = np.atleast_2d(samples.T.astype(np.float32))
    made = np.fft.irfft(np.fft.rfft(lanes, size) * gain, size)[:, :length].astype(np.float32)
    return made[0] if samples.ndim == 1 else np.ascontiguousarray(made.T)


def _gain(size: int, points: Points) -> Samples:
    """(bins,) straight lines between points on a scale of octaves; level beyond the ends."""
    hertz, level = zip(*points, strict=True)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1))
    curve = np.interp(octaves, np.log2(hertz), level) / 20
    gain = (10**curve).astype(np.float32)
    gain[0] = 0  # no constant offset
    return gain


def band(low: float, high: float, slope: float = 24) -> Points:
    """A filter that lets low to high hertz pass: so many decibels an octave beyond."""
    return ((low / 16, -4 * slope), (low, 0), (high, 0), (high * 16, -4 * slope))


def sculpted(
    samples: Samples, shape: Callable[[Samples, Samples], Samples], hop: int = HOP
) -> Samples:
    """Samples (T,) filtered anew each moment: shape(seconds (F, 1), hertz (1, B)) gives gains."""
    size = 4 * hop
    frames = -(-len(samples) // hop) + 3
    padded = np.zeros((frames + 3) * hop, np.float32)
    padded[3 * hop : 3 * hop + len(samples)] = samples
    window = np.sin(np.pi * (np.arange(size, dtype=np.float32) + 0.5) / size)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window  # (F, size)
    times = (np.arange(len(pieces), dtype=np.float32)[:, None] - 1) * hop / RATE
    hertz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)[None]
    gains = shape(np.maximum(times, 0), hertz)
    made = np.fft.irfft(np.fft.rfft(pieces) * gains, size).astype(np.float32) * window
    blocks = made.reshape(len(pieces), 4, hop)
    out = np.zeros((len(pieces) + 3, hop), np.float32)
    for quarter in range(4):
        out[quarter : quarter + len(pieces)] += blocks[:, quarter]
    return out.reshape(-1)[3 * hop : 3 * hop + len(samples)] / 2


def bell_curve(hertz: Any, center: Any, octaves: float) -> Any:
    """The gain of a resonance: 1 at its center, falling over so many octaves."""
    away = np.log2(np.maximum(hertz, 1) / center) / octaves
    return np.exp(-away * away)


def low_pass(hertz: Any, cutoff: Any, order: float = 2) -> Any:
    """The gain of a filter that lets pass what is below the cutoff."""
    return 1 / np.sqrt(1 + (hertz / cutoff) ** (2 * order))


def phase(hertz: Samples) -> Samples:
    """(T,) turns so far of a tone whose pitch follows a curve."""
    turns = np.cumsum(hertz, dtype=np.float64) / RATE
    return turns - hertz[0] / RATE


def sine(hertz: Samples) -> Samples:
    """(T,) a pure tone along a curve of pitch."""
    return np.sin(2 * np.pi * (phase(hertz) % 1)).astype(np.float32)


def saw(hertz: Samples) -> Samples:
    """(T,) a saw tooth with its edges rounded (PolyBLEP), so that little folds back."""
    step = hertz / RATE
    place = phase(hertz) % 1
    return (2 * place - 1 - _edge(place, step)).astype(np.float32)


def square(hertz: Samples, duty: float = 0.5) -> Samples:
    """(T,) a pulse wave, on for a share `duty` of each turn; its edges rounded."""
    step = hertz / RATE
    place = phase(hertz) % 1
    raw = np.where(place < duty, 1.0, -1.0)
    return (raw + _edge(place, step) - _edge((place - duty) % 1, step)).astype(np.float32)


def triangle(hertz: Samples) -> Samples:
    """(T,) a triangle wave."""
    return (4 * np.abs((phase(hertz) + 0.75) % 1 - 0.5) - 1).astype(np.float32)


def _edge(place: Samples, step: Samples) -> Samples:
    """What PolyBLEP adds around a step up of 2 at place 0 (Välimäki and Huovilainen, 2007)."""
    after, before = place / step, (place - 1) / step
    return np.where(
        place < step,
        2 * after - after * after - 1,
        np.where(place > 1 - step, before * before + 2 * before + 1, 0),
    )


def ringing(seconds: float, hertz: Any, t60: Any, gains: Any) -> Samples:
    """(T,) the sum of modes: sines that begin at once and fade, each by its own t60."""
    out = np.zeros(count(seconds), np.float32)
    times = clock(seconds)
    for pitch, fade, gain in zip(*np.broadcast_arrays(hertz, t60, gains), strict=True):
        if 20 < pitch < 0.45 * RATE:
            span = times[: count(min(seconds, 1.3 * fade))]
            swing = np.sin(span * np.float32(2 * np.pi * pitch))
            out[: len(span)] += np.float32(gain) * swing * np.exp(span * np.float32(-6.908 / fade))
    return out


def tone(seconds: float, hertz: float) -> Samples:
    """(T,) a pure tone of one pitch."""
    turns = np.arange(count(seconds)) * (hertz / RATE)
    return np.sin(np.float32(2 * np.pi) * (turns % 1).astype(np.float32))


def voiced(
    rng: np.random.Generator,
    pitch: Samples,
    formants: Sequence[tuple[Any, float, float]],
    tilt: float = -9,
    breath: float = 0.05,
) -> Samples:
    """(T,) a voice: a pitch curve's harmonics, `tilt` decibels an octave, through formants.

    A formant is (hertz: number or (T,) curve, bandwidth in hertz, gain); breath is noise that goes
    the same way. Its peak is near 1.
    """
    seconds = len(pitch) / RATE
    air = noise(rng, seconds, ((100, 0), (20000, -80 / 6)))
    source = saw(pitch) + np.float32(breath) * air

    def shape(times: Samples, hertz: Samples) -> Samples:
        at = np.minimum((times * RATE).astype(np.int32), len(pitch) - 1)
        gains: Samples = np.full((len(times), 1), 0.02, np.float32)
        for center, width, gain in formants:
            middle = center[at] if isinstance(center, np.ndarray) else center
            gains = gains + np.float32(gain) / (1 + ((hertz - middle) / (width / 2)) ** 2)
        return gains * (np.maximum(hertz, 60) / 500) ** ((tilt + 6) / 6.02)

    return loudest(sculpted(source, shape, 256))


def place(out: Samples, at: float, grain: Samples, gain: float = 1.0, pan: float = 0.0) -> None:
    """Add a grain to out (T,) or (T, 2) at so many seconds; what lies outside is cut off."""
    start = round(at * RATE)
    cut = max(0, -start)
    start = max(0, start)
    grain = grain[cut : cut + max(0, len(out) - start)]
    if out.ndim == 1:
        out[start : start + len(grain)] += gain * grain
        return
    stereo = grain[:, None] * sides(pan) if grain.ndim == 1 else grain
    out[start : start + len(grain)] += gain * stereo


def sides(pan: float) -> Samples:
    """(2,) gains of left and right, of equal power; pan is -1 left to 1 right."""
    angle = (np.clip(pan, -1, 1) + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))


def shower(
    rng: np.random.Generator,
    seconds: float,
    rate: float | Samples,
    grains: Sequence[Samples],
    spread: float = 1.0,
) -> Samples:
    """(T, 2) grains that fall at random, `rate` a second (or along a curve), from everywhere.

    Their levels are log-normal: with a larger spread a few are loud and most are faint.
    """
    length = count(seconds)
    sums = np.cumsum(np.broadcast_to(np.asarray(rate, np.float64) / RATE, (length,)))
    number = rng.poisson(sums[-1])
    spots = np.searchsorted(sums, rng.uniform(0, sums[-1], number))
    levels = np.exp(rng.normal(0, spread, number) - spread**2 / 2)
    angles = rng.uniform(0, np.pi / 2, number)
    kinds = rng.integers(0, len(grains), number)
    left, right = (levels * side(angles) for side in (np.cos, np.sin))
    lanes = np.zeros((2, length), np.float32)
    for spot, kind, *both in zip(spots, kinds, left, right, strict=True):
        grain = grains[kind][: length - spot]
        for lane, level in zip(lanes, both, strict=True):
            lane[spot : spot + len(grain)] += np.float32(level) * grain
    return np.ascontiguousarray(lanes.T)


def convolved(samples: Samples, response: Samples) -> Samples:
    """Samples (T,) heard through a response (R,): (T + R - 1,)."""
    length = len(samples) + len(response) - 1
    size = fast_length(length)
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[:length].astype(np.float32)


def loudest(samples: Samples, level: float = 1.0) -> Samples:
    """The same with its largest peak at a level."""
    return samples * np.float32(level / max(float(np.abs(samples).max()), 1e-9))


def fast_length(length: int) -> int:
    """The next length whose only prime factors are 2, 3 and 5: spectra of it are quick."""
    best = 1 << (length - 1).bit_length()
    for odd in (3, 5, 9, 15, 25, 27):
        size = odd << max(0, (-(-length // odd) - 1).bit_length())
        if length <= size < best:
            best = size
    return best + best % 2
