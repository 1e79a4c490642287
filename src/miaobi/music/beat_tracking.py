"""Where the beats of recorded music lie: onsets, the tempo, and the best path along both.

After D. Ellis, "Beat Tracking by Dynamic Programming" (2007): https://doi.org/10.1080/09298210701653344
"""

from typing import Any

RATE, HOP, SPAN = 11025, 256, 1024  # Hz, and samples between and in the spectra
SLOW, FAST, USUAL = 60.0, 180.0, 110.0  # beats a minute
TIGHT = 100.0  # how little the distance of two beats may change


def beats(samples: Any, rate: int) -> tuple[float, list[float]]:
    """(beats a minute, their seconds) of sound (T,) or (T, C); evenly spaced where it has none."""
    import numpy as np

    from miaobi.media.audio import resample

    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    mono = resample(mono.astype(np.float32), rate, RATE)
    strength = _onsets(mono)
    seconds = len(mono) / RATE
    if len(strength) < 8 or not strength.max():
        return USUAL, [n * 60 / USUAL for n in range(int(seconds * USUAL / 60))]
    tempo = _tempo(strength)
    # a sound is heard in a spectrum when it reaches into its last quarter
    return tempo, [float((n * HOP + 0.75 * SPAN) / RATE) for n in _path(strength, tempo)]


def _onsets(mono: Any) -> Any:
    """(N,) how much louder the spectrum becomes at each step; mean 0, deviation 1."""
    import numpy as np

    count = max(0, (len(mono) - SPAN) // HOP + 1)
    if not count:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(mono, SPAN)[::HOP][:count]
    level = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(SPAN), axis=1)))
    rise = np.maximum(0, np.diff(level, axis=0, prepend=level[:1])).sum(axis=1)
    local = np.convolve(rise, np.ones(43) / 43, mode="same")  # a second around
    out = np.maximum(0, rise - local)
    return out / out.std() if out.std() > 1e-9 else np.zeros(count)


def _tempo(strength: Any) -> float:
    """Beats a minute: where the onsets repeat, rather near the usual tempo."""
    import numpy as np

    size = 1 << (2 * len(strength) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(strength - strength.mean(), size)) ** 2
    repeats = np.fft.irfft(spectrum)[: len(strength)]
    lags = np.arange(1, len(strength))
    tempos = 60 * RATE / HOP / lags
    near = np.exp(-0.5 * (np.log2(tempos / USUAL) / 0.9) ** 2)
    score = np.where((tempos >= SLOW) & (tempos <= FAST), repeats[1:] * near, -np.inf)
    best = int(score.argmax())
    if 0 < best < len(score) - 1 and np.isfinite(score[best - 1 : best + 2]).all():
        a, b, c = repeats[best : best + 3]  # a parabola through the peak: lags are whole numbers
        bend = a - 2 * b + c
        shift = 0.5 * (a - c) / bend if bend else 0.0
        return float(60 * RATE / HOP / (lags[best] + np.clip(shift, -0.5, 0.5)))
    return float(tempos[best])


def _path(strength: Any, tempo: float) -> list[int]:
    """The frames of beats: strong onsets, much the same distance apart."""
    import numpy as np

    period = 60 * RATE / HOP / tempo
    soft = np.convolve(strength, np.exp(-0.5 * (np.arange(-9, 10) * 32 / period) ** 2), "same")
    steps = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = -TIGHT * np.log(-steps / period) ** 2
    total, before = soft.copy(), np.full(len(soft), -1)
    for n in range(len(soft)):
        reach = n + steps
        valid = reach >= 0
        if valid.any():
            scores = total[reach[valid]] + cost[valid]
            best = int(scores.argmax())
            if scores[best] > 0:
                total[n] += scores[best]
                before[n] = reach[valid][best]
    end = int(len(total) - round(period) + total[-round(period) :].argmax())
    out = []
    while end >= 0:
        out.append(end)
        end = int(before[end])
    return out[::-1]
