"""Beat tracking of recorded music: onset strength, tempo estimation, dynamic programming.

After D. Ellis, "Beat Tracking by Dynamic Programming" (2007): https://doi.org/10.1080/09298210701653344
"""

from miaobi.core.arrays import FloatArray, Samples

RATE, HOP, FRAME = 11025, 256, 1024  # Hz, and samples between and in the spectra
MIN_TEMPO, MAX_TEMPO, USUAL_TEMPO = 60.0, 180.0, 110.0  # beats per minute
TEMPO_SPREAD = 0.9  # octaves, deviation of the log-normal tempo prior
TIGHTNESS = 100.0  # penalty of intervals that differ from the beat period


def track_beats(samples: Samples, rate: int) -> tuple[float, list[float]]:
    """Track the beats of samples (T,) or (T, C): (beats per minute, times in seconds).

    Without onsets the beats are evenly spaced at USUAL_TEMPO.
    """
    import numpy as np

    from miaobi.media.audio import resample

    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    mono = resample(mono.astype(np.float32), rate, RATE)
    strength = _onset_strength(mono)
    seconds = len(mono) / RATE
    if len(strength) < 8 or not strength.max():
        return USUAL_TEMPO, [n * 60 / USUAL_TEMPO for n in range(int(seconds * USUAL_TEMPO / 60))]
    tempo = _estimate_tempo(strength)
    # an onset shows in a spectrum once it reaches the last quarter of the frame
    return tempo, [float((n * HOP + 0.75 * FRAME) / RATE) for n in _beat_path(strength, tempo)]


def _onset_strength(mono: Samples) -> FloatArray:
    """Return the spectral flux (F,) above its local mean, scaled to unit deviation."""
    import numpy as np

    count = max(0, (len(mono) - FRAME) // HOP + 1)
    if not count:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(mono, FRAME)[::HOP][:count]
    level = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)))
    flux = np.maximum(0, np.diff(level, axis=0, prepend=level[:1])).sum(axis=1)
    local_mean = np.convolve(flux, np.ones(43) / 43, mode="same")  # over one second
    strength = np.maximum(0, flux - local_mean)
    return strength / strength.std() if strength.std() > 1e-9 else np.zeros(count)


def _estimate_tempo(strength: FloatArray) -> float:
    """Estimate beats per minute from the autocorrelation of the onsets and a log-normal prior."""
    import numpy as np

    size = 1 << (2 * len(strength) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(strength - strength.mean(), size)) ** 2
    autocorrelation = np.fft.irfft(spectrum)[: len(strength)]
    lags = np.arange(1, len(strength))
    tempos = 60 * RATE / HOP / lags
    prior = np.exp(-0.5 * (np.log2(tempos / USUAL_TEMPO) / TEMPO_SPREAD) ** 2)
    in_range = (tempos >= MIN_TEMPO) & (tempos <= MAX_TEMPO)
    score = np.where(in_range, autocorrelation[1:] * prior, -np.inf)
    best = int(score.argmax())
    if 0 < best < len(score) - 1 and np.isfinite(score[best - 1 : best + 2]).all():
        a, b, c = autocorrelation[best : best + 3]  # parabolic interpolation of the lag
        curvature = a - 2 * b + c
        shift = 0.5 * (a - c) / curvature if curvature else 0.0
        return float(60 * RATE / HOP / (lags[best] + np.clip(shift, -0.5, 0.5)))
    return float(tempos[best])


def _beat_path(strength: FloatArray, tempo: float) -> list[int]:
    """Return the frames of the beats: strong onsets at intervals close to the beat period."""
    import numpy as np

    period = 60 * RATE / HOP / tempo  # frames
    window = np.exp(-0.5 * (np.arange(-9, 10) * 32 / period) ** 2)
    smoothed = np.convolve(strength, window, "same")
    steps = np.arange(-round(2 * period), -round(period / 2) + 1)
    penalty = -TIGHTNESS * np.log(-steps / period) ** 2
    total, backpointers = smoothed.copy(), np.full(len(smoothed), -1)
    for n in range(len(smoothed)):
        previous = n + steps
        valid = previous >= 0
        if valid.any():
            scores = total[previous[valid]] + penalty[valid]
            best = int(scores.argmax())
            if scores[best] > 0:
                total[n] += scores[best]
                backpointers[n] = previous[valid][best]
    frame = int(len(total) - round(period) + total[-round(period) :].argmax())
    path = []
    while frame >= 0:
        path.append(frame)
        frame = int(backpointers[frame])
    return path[::-1]
