"""Building blocks of sounds: envelopes, noise, oscillators, filters, modes, formants, grains.

Samples are float32, mono (T,) or stereo (T, 2), at RATE. Filters multiply spectra, because NumPy
has no recursive filters; noise is generated as a spectrum and has exactly the given color.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import FloatArray

RATE = 44_100  # Hz
HOP = 512  # samples, of stft_filter
T60_EXPONENT = -6.908  # natural logarithm of -60 dB
Samples = npt.NDArray[Any]  # float32
Points = Sequence[tuple[float, float]]  # breakpoints of an envelope or a frequency response
TimeVaryingGain = Callable[[Samples, Samples], Samples]  # times (F, 1), hertz (1, B) -> (F, B)


def num_samples(seconds: float) -> int:
    """Return the number of samples of a duration, at least 1."""
    return max(1, round(seconds * RATE))


def time_axis(seconds: float) -> Samples:
    """Return the time of each sample in seconds: (T,)."""
    return np.arange(num_samples(seconds), dtype=np.float32) / np.float32(RATE)


def curve(seconds: float, points: Points) -> Samples:
    """Interpolate linearly between breakpoints of (seconds, level): (T,)."""
    times, levels = zip(*points, strict=True)
    return np.interp(time_axis(seconds), times, levels).astype(np.float32)


def decay(seconds: float, t60: float) -> Samples:
    """Return an exponential decay (T,) from 1, at -60 dB after t60 seconds."""
    return np.exp(time_axis(seconds) * np.float32(T60_EXPONENT / t60))


def attack_decay(seconds: float, attack: float, t60: float) -> Samples:
    """Return an envelope (T,): linear attack in seconds, exponential decay by 60 dB in t60."""
    return decay(seconds, t60) * np.minimum(time_axis(seconds) / np.float32(attack), 1)


def random_curve(
    rng: np.random.Generator, seconds: float, rate: float, low: float, high: float
) -> Samples:
    """Interpolate smoothly between random values from low to high, `rate` per second: (T,)."""
    spacing = max(1, round(RATE / rate))  # samples between two values
    segments = -(-num_samples(seconds) // spacing)
    values = rng.uniform(low, high, (segments + 1, 1)).astype(np.float32)
    t = np.arange(spacing, dtype=np.float32) / np.float32(spacing)
    t = t * t * (3 - 2 * t)
    return (values[:-1] + (values[1:] - values[:-1]) * t).reshape(-1)[: num_samples(seconds)]


def noise(rng: np.random.Generator, seconds: float, points: Points) -> Samples:
    """Generate noise (T,) of RMS 1 with a spectrum through points of (hertz, decibels)."""
    size = fft_length(num_samples(seconds))
    bins = size // 2 + 1
    white = rng.standard_normal(2 * bins, dtype=np.float32).view(np.complex64)
    colored = np.fft.irfft(white * _frequency_response(size, points), size)
    samples = colored[: num_samples(seconds)].astype(np.float32)
    return samples / max(float(np.sqrt(np.mean(samples * samples))), 1e-9)


def stereo_noise(rng: np.random.Generator, seconds: float, points: Points) -> Samples:
    """Generate noise (T, 2) with uncorrelated channels, as `noise`."""
    return np.stack([noise(rng, seconds, points) for _ in range(2)], 1)


def apply_filter(samples: Samples, points: Points) -> Samples:
    """Apply a zero-phase filter through (hertz, decibels) points to samples (T,) or (T, 2)."""
    length = len(samples)
    size = fft_length(length + 2048)
    gain = _frequency_response(size, points)
    channels = np.atleast_2d(samples.T.astype(np.float32))
    output = np.fft.irfft(np.fft.rfft(channels, size) * gain, size)[:, :length].astype(np.float32)
    return output[0] if samples.ndim == 1 else np.ascontiguousarray(output.T)


def _frequency_response(size: int, points: Points) -> Samples:
    """Return gains (bins,), interpolated in decibels per octave, constant beyond the points."""
    hertz, level = zip(*points, strict=True)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1))
    gain = (10 ** (np.interp(octaves, np.log2(hertz), level) / 20)).astype(np.float32)
    gain[0] = 0  # no DC offset
    return gain


def band_pass(low: float, high: float, slope: float = 24) -> Points:
    """Return the points of a band-pass filter from low to high Hz; slope in dB per octave."""
    return ((low / 16, -4 * slope), (low, 0), (high, 0), (high * 16, -4 * slope))


def stft_filter(samples: Samples, gains: TimeVaryingGain, hop: int = HOP) -> Samples:
    """Apply a time-varying filter to samples (T,) in the STFT domain.

    `gains` maps times (F, 1) in seconds and frequencies (1, B) in hertz to gains (F, B).
    """
    size = 4 * hop
    frames = -(-len(samples) // hop) + 3
    padded = np.zeros((frames + 3) * hop, np.float32)
    padded[3 * hop : 3 * hop + len(samples)] = samples
    window = np.sin(np.pi * (np.arange(size, dtype=np.float32) + 0.5) / size)
    windowed = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window  # (F, size)
    times = (np.arange(len(windowed), dtype=np.float32)[:, None] - 1) * hop / RATE
    hertz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)[None]
    spectra = np.fft.rfft(windowed) * gains(np.maximum(times, 0), hertz)
    blocks = (np.fft.irfft(spectra, size).astype(np.float32) * window).reshape(-1, 4, hop)
    out = np.zeros((len(blocks) + 3, hop), np.float32)
    for quarter in range(4):  # overlap-add
        out[quarter : quarter + len(blocks)] += blocks[:, quarter]
    return out.reshape(-1)[3 * hop : 3 * hop + len(samples)] / 2


def resonance_gain(hertz: FloatArray, center: FloatArray | float, octaves: float) -> Samples:
    """Return the gains of a resonance: 1 at its center, 1/e at a distance in octaves."""
    distance = np.log2(np.maximum(hertz, 1) / center) / octaves
    return np.exp(-distance * distance)


def low_pass_gain(hertz: FloatArray, cutoff: FloatArray | float, order: float = 2) -> Samples:
    """Return the gains of a Butterworth low-pass filter."""
    return 1 / np.sqrt(1 + (hertz / cutoff) ** (2 * order))


def phase(hertz: Samples) -> Samples:
    """Integrate a frequency curve (T,) to a phase (T,) in cycles, from 0."""
    cycles = np.cumsum(hertz, dtype=np.float64) / RATE
    return cycles - hertz[0] / RATE


def sine(hertz: Samples) -> Samples:
    """Generate a sine wave along a frequency curve (T,)."""
    return np.sin(2 * np.pi * (phase(hertz) % 1)).astype(np.float32)


def saw(hertz: Samples) -> Samples:
    """Generate a sawtooth wave along a frequency curve (T,), band-limited by PolyBLEP."""
    step = hertz / RATE
    t = phase(hertz) % 1
    return (2 * t - 1 - _poly_blep(t, step)).astype(np.float32)


def square(hertz: Samples, duty: float = 0.5) -> Samples:
    """Generate a pulse wave along a frequency curve (T,), band-limited by PolyBLEP."""
    step = hertz / RATE
    t = phase(hertz) % 1
    naive = np.where(t < duty, 1.0, -1.0)
    edges = _poly_blep(t, step) - _poly_blep((t - duty) % 1, step)
    return (naive + edges).astype(np.float32)


def triangle(hertz: Samples) -> Samples:
    """Generate a triangle wave along a frequency curve (T,)."""
    return (4 * np.abs((phase(hertz) + 0.75) % 1 - 0.5) - 1).astype(np.float32)


def _poly_blep(t: Samples, step: Samples) -> Samples:
    """Return the PolyBLEP residual of an upward step of 2 at phase 0.

    `t` is the phase and `step` its increment per sample (Välimäki & Huovilainen, 2007).
    """
    after, before = t / step, (t - 1) / step
    return np.where(
        t < step,
        2 * after - after * after - 1,
        np.where(t > 1 - step, before * before + 2 * before + 1, 0),
    )


def sum_modes(
    seconds: float,
    hertz: npt.ArrayLike,
    t60: npt.ArrayLike,
    gains: npt.ArrayLike,
) -> Samples:
    """Sum decaying sine modes (modal synthesis): frequencies, T60 in seconds, gains -> (T,)."""
    out = np.zeros(num_samples(seconds), np.float32)
    times = time_axis(seconds)
    for frequency, fade, gain in zip(*np.broadcast_arrays(hertz, t60, gains), strict=True):
        if 20 < frequency < 0.45 * RATE:
            span = times[: num_samples(min(seconds, 1.3 * fade))]
            envelope = np.exp(span * np.float32(T60_EXPONENT / fade))
            wave = np.sin(span * np.float32(2 * np.pi * frequency))
            out[: len(span)] += np.float32(gain) * wave * envelope
    return out


def tone(seconds: float, hertz: float) -> Samples:
    """Generate a sine wave (T,) of constant frequency."""
    cycles = np.arange(num_samples(seconds)) * (hertz / RATE)
    return np.sin(np.float32(2 * np.pi) * (cycles % 1).astype(np.float32))


def formant_voice(
    rng: np.random.Generator,
    pitch: Samples,
    formants: Sequence[tuple[Samples | float, float, float]],
    tilt: float = -9,
    breath: float = 0.05,
) -> Samples:
    """Generate a voice (T,) by source-filter synthesis, with a peak of 1.

    `pitch` is a curve (T,) in hertz; a formant is (hertz: number or curve (T,), bandwidth in
    hertz, gain); `tilt` is in dB per octave; `breath` is the level of noise in the source.
    """
    seconds = len(pitch) / RATE
    air = noise(rng, seconds, ((100, 0), (20000, -80 / 6)))
    source = saw(pitch) + np.float32(breath) * air

    def gains(times: Samples, hertz: Samples) -> Samples:
        index = np.minimum((times * RATE).astype(np.int32), len(pitch) - 1)
        total: Samples = np.full((len(times), 1), 0.02, np.float32)
        for frequency, width, gain in formants:
            center = frequency[index] if isinstance(frequency, np.ndarray) else frequency
            total = total + np.float32(gain) / (1 + ((hertz - center) / (width / 2)) ** 2)
        return total * (np.maximum(hertz, 60) / 500) ** ((tilt + 6) / 6.02)

    return normalize_peak(stft_filter(source, gains, 256))


def add_at(out: Samples, time: float, grain: Samples, gain: float = 1.0, pan: float = 0.0) -> None:
    """Add a grain to out (T,) or (T, 2) at a time in seconds, in place; both ends are cut."""
    start = round(time * RATE)
    cut = max(0, -start)
    start = max(0, start)
    grain = grain[cut : cut + max(0, len(out) - start)]
    if out.ndim == 1:
        out[start : start + len(grain)] += gain * grain
        return
    channels = grain[:, None] * pan_gains(pan) if grain.ndim == 1 else grain
    out[start : start + len(grain)] += gain * channels


def pan_gains(pan: float) -> Samples:
    """Return equal-power gains (2,) of left and right; pan is -1 (left) to 1 (right)."""
    angle = (np.clip(pan, -1, 1) + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))


def scatter_grains(
    rng: np.random.Generator,
    seconds: float,
    rate: float | Samples,
    grains: Sequence[Samples],
    spread: float = 1.0,
) -> Samples:
    """Scatter random grains in time and panning: (T, 2), a Poisson process of `rate` per second.

    `rate` may be a curve (T,). Levels are log-normal: a larger spread makes a few of them loud.
    """
    length = num_samples(seconds)
    expected = np.cumsum(np.broadcast_to(np.asarray(rate, np.float64) / RATE, (length,)))
    number = rng.poisson(expected[-1])
    starts = np.searchsorted(expected, rng.uniform(0, expected[-1], number))
    levels = np.exp(rng.normal(0, spread, number) - spread**2 / 2)
    angles = rng.uniform(0, np.pi / 2, number)
    choices = rng.integers(0, len(grains), number)
    left, right = (levels * side(angles) for side in (np.cos, np.sin))
    channels = np.zeros((2, length), np.float32)
    for start, choice, *gains in zip(starts, choices, left, right, strict=True):
        grain = grains[choice][: length - start]
        for channel, gain in zip(channels, gains, strict=True):
            channel[start : start + len(grain)] += np.float32(gain) * grain
    return np.ascontiguousarray(channels.T)


def convolve(samples: Samples, impulse_response: Samples) -> Samples:
    """Convolve samples (T,) with an impulse response (R,): (T + R - 1,)."""
    length = len(samples) + len(impulse_response) - 1
    size = fft_length(length)
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(impulse_response, size)
    return np.fft.irfft(spectrum, size)[:length].astype(np.float32)


def normalize_peak(samples: Samples, level: float = 1.0) -> Samples:
    """Scale samples of any shape to a peak level."""
    return samples * np.float32(level / max(float(np.abs(samples).max()), 1e-9))


def fft_length(length: int) -> int:
    """Return an even FFT size from `length` up whose prime factors are 2, 3 and 5."""
    best = 1 << (length - 1).bit_length()
    for odd in (3, 5, 9, 15, 25, 27):
        size = odd << max(0, (-(-length // odd) - 1).bit_length())
        if length <= size < best:
            best = size
    return best + best % 2
