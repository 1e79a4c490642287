"""How loud sound is heard, and sound brought to a loudness (ITU-R BS.1770, EBU R 128)."""

from typing import Any

TARGET = -16.0  # LUFS, what streaming services play at
PEAK = 0.89  # -1 dB: lossy formats overshoot a little
BLOCK, HOP = 0.4, 0.1  # seconds
SILENT = -70.0  # LUFS: what is quieter does not count
GATE = 10.0  # LU below the rest that do not count either


def loudness(samples: Any, rate: int) -> float:
    """Integrated loudness in LUFS of float32 (T,) or (T, C) in [-1, 1]; -inf for silence."""
    import numpy as np

    if samples.ndim == 1:
        samples = samples[:, None]
    block, hop = int(BLOCK * rate), int(HOP * rate)
    if len(samples) < block:  # shorter than one block: silence after it
        samples = np.concatenate([samples, np.zeros((block - len(samples), samples.shape[1]))])
    heard = _weighted(samples, rate)
    total = np.concatenate([[0.0], np.cumsum((heard**2).sum(axis=1))])
    starts = np.arange(0, len(samples) - block + 1, hop)
    power = (total[starts + block] - total[starts]) / block  # of each block
    level = -0.691 + 10 * np.log10(np.maximum(power, 1e-20))
    loud = level > SILENT
    if not loud.any():
        return float("-inf")
    floor = -0.691 + 10 * np.log10(power[loud].mean()) - GATE
    return float(-0.691 + 10 * np.log10(power[loud & (level > floor)].mean()))


def normalized(samples: Any, rate: int, target: float = TARGET) -> Any:
    """The same sound at `target` LUFS, or as near as its peaks allow; silence stays silence."""
    import numpy as np

    level = loudness(samples, rate)
    peak = float(np.abs(samples).max(initial=0))
    if level == float("-inf") or not peak:
        return samples
    gain = min(10 ** ((target - level) / 20), PEAK / peak)
    return (samples * gain).astype(np.float32)


def _weighted(samples: Any, rate: int) -> Any:
    """Each channel as the ear weighs it: the standard's shelf for the head, and its high-pass.

    Both filters are applied to the spectrum: what counts is power, and that has no phase.
    """
    import numpy as np

    spectrum = np.fft.rfft(samples, axis=0)
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(len(samples)))
    response = np.abs(_shelf(z, rate) * _high_pass(z, rate))
    return np.fft.irfft(spectrum * response[:, None], len(samples), axis=0)


def _shelf(z: Any, rate: int) -> Any:
    """4 dB more above 1.7 kHz: the filter's values at delays z."""
    import math

    k, gain, quality = (
        math.tan(math.pi * 1681.974450955533 / rate),
        10 ** (3.99984385397 / 20),
        0.7071752369554196,
    )
    middle = gain**0.4996667741545416
    top = (gain + middle * k / quality + k * k) + 2 * (k * k - gain) * z
    top = top + (gain - middle * k / quality + k * k) * z**2
    bottom = (1 + k / quality + k * k) + 2 * (k * k - 1) * z + (1 - k / quality + k * k) * z**2
    return top / bottom


def _high_pass(z: Any, rate: int) -> Any:
    """Nothing below 38 Hz: the filter's values at delays z."""
    import math

    k, quality = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    bottom = 1 + 2 * (k * k - 1) / (1 + k / quality + k * k) * z
    bottom = bottom + (1 - k / quality + k * k) / (1 + k / quality + k * k) * z**2
    return (1 - 2 * z + z**2) / bottom
