"""Speech slower or faster at the same pitch: WSOLA (Verhelst and Roelands, 1993)."""

from typing import Any

FRAME, SEARCH = 0.030, 0.010  # seconds of a window, and how far around its place it may be taken


def stretch(samples: Any, rate: int, factor: float) -> Any:
    """(T,) float32 -> (about T * factor,): above 1 it lasts longer; the pitch stays."""
    import numpy as np

    size = 2 * round(FRAME * rate / 2)
    if abs(factor - 1) < 0.01 or len(samples) < 2 * size:
        return samples
    hop, reach = size // 2, round(SEARCH * rate)
    window = np.hanning(size + 1)[:size].astype(np.float32)
    steps = max(1, round(len(samples) * factor / hop))
    padded = np.pad(samples.astype(np.float32), (hop + reach, 2 * size + reach))
    out = np.zeros((steps + 2) * hop, np.float32)
    before = -1
    for step in range(steps + 1):
        place = round(step * hop / factor) + reach
        if before >= 0:
            place = _most_alike(padded, before + hop, place, reach, size)
        out[step * hop : step * hop + size] += window * padded[place : place + size]
        before = place
    return out[hop : hop + round(len(samples) * factor)]


def _most_alike(padded: Any, wanted: int, place: int, reach: int, size: int) -> int:
    """Where around `place` the sound is most like what would have followed."""
    import numpy as np

    start = max(0, place - reach)
    area = padded[start : min(place + reach, len(padded) - size) + size]
    if len(area) <= size:
        return min(place, len(padded) - size)
    goal = padded[wanted : wanted + size]
    goal = np.pad(goal, (0, size - len(goal)))
    alike = np.correlate(area, goal, "valid")
    sums = np.concatenate([[0.0], np.cumsum(area.astype(np.float64) ** 2)])
    power = sums[size:] - sums[: len(sums) - size]
    return start + int(np.argmax(alike / np.sqrt(power[: len(alike)] + 1e-6)))
