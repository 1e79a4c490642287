"""Time stretching without pitch shift by WSOLA (Verhelst & Roelands, 1993)."""

from miaobi.core.arrays import Samples

FRAME, SEARCH = 0.030, 0.010  # seconds: length of a frame, and range of its search


def stretch(samples: Samples, rate: int, factor: float) -> Samples:
    """Stretch samples (T,) to about (T * factor,); above 1 is slower, with the same pitch."""
    import numpy as np

    size = 2 * round(FRAME * rate / 2)
    if abs(factor - 1) < 0.01 or len(samples) < 2 * size:
        return samples
    hop, reach = size // 2, round(SEARCH * rate)
    window = np.hanning(size + 1)[:size].astype(np.float32)
    steps = max(1, round(len(samples) * factor / hop))
    padded = np.pad(samples.astype(np.float32), (hop + reach, 2 * size + reach))
    out = np.zeros((steps + 2) * hop, np.float32)
    previous = -1
    for step in range(steps + 1):
        start = round(step * hop / factor) + reach
        if previous >= 0:
            start = _most_similar(padded, previous + hop, start, reach, size)
        out[step * hop : step * hop + size] += window * padded[start : start + size]
        previous = start
    return out[hop : hop + round(len(samples) * factor)]


def _most_similar(padded: Samples, target: int, index: int, reach: int, size: int) -> int:
    """Return the start within `reach` of `index` of the frame most similar to that at `target`."""
    import numpy as np

    start = max(0, index - reach)
    area = padded[start : min(index + reach, len(padded) - size) + size]
    if len(area) <= size:
        return min(index, len(padded) - size)
    template = padded[target : target + size]
    template = np.pad(template, (0, size - len(template)))
    correlation = np.correlate(area, template, "valid")
    sums = np.concatenate([[0.0], np.cumsum(area.astype(np.float64) ** 2)])
    power = sums[size:] - sums[: len(sums) - size]
    return start + int(np.argmax(correlation / np.sqrt(power[: len(correlation)] + 1e-6)))
