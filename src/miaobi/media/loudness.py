"""Loudness of ITU-R BS.1770-4 (EBU R 128) in LUFS, and true peaks.

Samples are float32 in [-1, 1], mono (T,) or with channels (T, C), at `rate` Hz.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from miaobi.core.arrays import FloatArray, Samples

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SILENCE = -120.0  # LUFS; loudness of silence
GATE, RELATIVE_GATE = -70.0, -10.0  # LUFS, and LU relative to the mean: quieter blocks are ignored
TARGET = -16.0  # LUFS, usual for streaming
PEAK = 0.89  # -1 dB, headroom for the overshoot of lossy codecs
BLOCK, STEP = 0.4, 0.1  # seconds: length and hop of the blocks
SPECTRUM = 1 << 16  # FFT size of the K-weighting filters, in samples
CHUNK, MARGIN = 1 << 19, 256  # samples oversampled at a time, and their context


def loudness(samples: Samples, rate: int) -> float:
    """Compute the integrated loudness in LUFS with both gates; SILENCE below -70 LUFS.

    A mono sound counts as one channel.
    """
    powers = block_powers(samples, rate)
    powers = powers[_lufs(powers) > GATE]
    if not len(powers):
        return SILENCE
    powers = powers[_lufs(powers) > _lufs(powers.mean()) + RELATIVE_GATE]
    return float(_lufs(powers.mean()))


def momentary_loudness(samples: Samples, rate: int) -> float:
    """Compute the loudness in LUFS of the loudest block of 0.4 s, for short sounds."""
    return float(_lufs(block_powers(samples, rate).max()))


def block_powers(samples: Samples, rate: int) -> FloatArray:
    """Compute the K-weighted power (N,) of each block of 0.4 s; a shorter sound is one block."""
    import numpy as np

    weighted = k_weighted(samples, rate)
    power = np.zeros(len(weighted))
    for channel in weighted.T:
        power += channel.astype(np.float64) ** 2
    size, step = round(BLOCK * rate), round(STEP * rate)
    if len(power) <= size:
        return np.array([power.sum() / size])
    sums: FloatArray = np.concatenate([[0], np.cumsum(power)])
    starts = np.arange(0, len(power) - size + 1, step)
    return (sums[starts + size] - sums[starts]) / size


def k_weighted(samples: Samples, rate: int) -> Samples:
    """Filter samples with both K-weighting filters of BS.1770: (T, C)."""
    import numpy as np

    channels = (samples[:, None] if samples.ndim == 1 else samples).T.astype(np.float32)
    out = np.zeros((len(channels), channels.shape[1] + SPECTRUM), np.float32)
    response = _k_response(rate)
    step = SPECTRUM - SPECTRUM // 4  # the rest holds the impulse response of the filters
    for start in range(0, channels.shape[1], step):
        spectrum = np.fft.rfft(channels[:, start : start + step], SPECTRUM) * response
        out[:, start : start + SPECTRUM] += np.fft.irfft(spectrum, SPECTRUM)
    return out[:, : channels.shape[1]].T


def true_peak(samples: Samples, rate: int) -> float:
    """Compute the true peak in dBTP: the highest peak between samples too, oversampled 4 times."""
    import numpy as np

    return float(20 * np.log10(max(float(true_peaks(samples, rate).max(initial=0)), 1e-6)))


def true_peaks(samples: Samples, rate: int) -> Samples:
    """Compute the peak (T,) of any channel at each sample and between it and the next."""
    import numpy as np
    import soxr

    channels = samples[:, None] if samples.ndim == 1 else samples
    out = np.zeros(len(channels), np.float32)
    for start in range(0, len(channels), CHUNK):
        first = max(0, start - MARGIN)
        part = channels[first : start + CHUNK + MARGIN].astype(np.float32)
        fine = _channel_max(soxr.resample(part, rate, 4 * rate)[: 4 * len(part)])
        fine = np.pad(fine, (0, 4 * len(part) - len(fine))).reshape(-1, 4)
        phases = (fine[:, phase] for phase in range(4))
        level = np.maximum.reduce([*phases, _channel_max(part)])
        chunk = out[start : start + CHUNK]
        chunk[:] = level[start - first : start - first + len(chunk)]
    return out


def scale_to_loudness(samples: Samples, rate: int, target: float = TARGET) -> Samples:
    """Scale samples to `target` LUFS, or less to keep sample peaks below PEAK; silence stays."""
    import numpy as np

    level = loudness(samples, rate)
    peak = float(np.abs(samples).max(initial=0))
    if level <= SILENCE or not peak:
        return samples
    gain = min(10 ** ((target - level) / 20), PEAK / peak)
    return (samples * gain).astype(np.float32)


@lru_cache(maxsize=8)
def _k_response(rate: int) -> "npt.NDArray[np.complex64]":
    """Return the frequency response of both K-weighting filters: (SPECTRUM / 2 + 1,)."""
    import numpy as np

    z = np.exp(-2j * np.pi * np.arange(SPECTRUM // 2 + 1) / SPECTRUM)
    response = np.ones(len(z), np.complex128)
    for b, a in _k_filters(rate):
        response *= np.polyval(b[::-1], z) / np.polyval(a[::-1], z)
    return response.astype(np.complex64)


def _k_filters(rate: int) -> list[tuple[FloatArray, FloatArray]]:
    """Return the high shelf and the high pass of BS.1770 at any rate, as biquads (b, a)."""
    import numpy as np

    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    b = np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k])
    shelf = (b, np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]))
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
    return [shelf, (np.array([1.0, -2.0, 1.0]), a / a[0])]


def _lufs(power: FloatArray) -> FloatArray:
    """Convert K-weighted power to LUFS."""
    import numpy as np

    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def _channel_max(samples: Samples) -> Samples:
    """Return the largest magnitude of any channel: (T, C) -> (T,); faster than max(axis=1)."""
    import numpy as np

    peak: Samples = np.maximum.reduce([np.abs(samples[:, c]) for c in range(samples.shape[1])])
    return peak
