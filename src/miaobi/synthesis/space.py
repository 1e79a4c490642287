"""Spatial effects: reverberation, distance, walls, panning, stereo width, fades."""

from functools import lru_cache

import numpy as np

from miaobi.synthesis.signals import (
    RATE,
    T60_EXPONENT,
    Samples,
    apply_filter,
    fft_length,
    noise,
    num_samples,
    pan_gains,
    stft_filter,
    time_axis,
)

# name -> (T60 in seconds, Hz above which T60 is shorter, predelay in seconds)
SPACES = {
    "room": (0.45, 5000.0, 0.004),
    "hall": (1.8, 4000.0, 0.02),
    "cave": (3.2, 2200.0, 0.035),
    "bathroom": (0.9, 9000.0, 0.003),
    "street": (0.9, 3500.0, 0.03),
    "valley": (2.6, 1600.0, 0.12),
    "forest": (1.1, 2800.0, 0.05),
}


@lru_cache(maxsize=32)
def impulse_response(space: str) -> Samples:
    """Return the impulse response (R, 2) of a space: early reflections and a decaying noise tail.

    The tail is that of Moorer, "About This Reverberation Business" (1979). Raises KeyError.
    """
    t60, treble, predelay = SPACES[space]
    rng = np.random.default_rng(len(space) * 101 + ord(space[0]))
    seconds = 1.1 * t60

    def gains(times: Samples, hertz: Samples) -> Samples:
        return np.exp(T60_EXPONENT * times * (1 + (hertz / treble) ** 1.3) / t60)

    channels = []
    for _ in range(2):
        tail = stft_filter(noise(rng, seconds, ((60, -9), (200, 0), (12000, -3))), gains, 128)
        tail *= np.minimum(time_axis(seconds) / np.float32(0.02 + predelay), 1)
        tail /= np.sqrt(np.sum(tail * tail))
        for _ in range(9):  # early reflections
            index = num_samples(predelay + rng.exponential(0.02 + predelay / 2))
            if index < len(tail):
                tail[index] += rng.choice((-1, 1)) * 0.3 * np.exp(-index / RATE * 12)
        channels.append(np.concatenate([np.zeros(num_samples(predelay), np.float32), tail]))
    return np.stack(channels, 1)


def add_reverb(samples: Samples, space: str, wet: float, tail: bool = False) -> Samples:
    """Add the reverberation of a space to samples (T,) or (T, 2): (T, 2), longer with `tail`.

    `wet` is the level of the reverberation relative to the dry sound, 0 to about 1.
    """
    dry = to_stereo(samples)
    response = impulse_response(space)
    mono = 0.5 * (dry[:, 0] + dry[:, 1])
    length = len(mono) + len(response) - 1
    size = fft_length(length)
    spectrum = np.fft.rfft(mono, size) * np.fft.rfft(response.T, size)
    reverb = np.fft.irfft(spectrum, size)[:, :length].T.astype(np.float32)
    out = np.zeros((len(reverb) if tail else len(dry), 2), np.float32)
    out[: len(dry)] += dry
    out += np.float32(wet) * reverb[: len(out)]
    return out


def to_stereo(samples: Samples, pan: float = 0.0) -> Samples:
    """Pan mono samples (T,) to stereo (T, 2); stereo samples are returned as they are."""
    return samples if samples.ndim == 2 else samples[:, None] * pan_gains(pan)


def pan_along(samples: Samples, pan: Samples) -> Samples:
    """Pan samples (T,) along a curve (T,) from -1 (left) to 1 (right): (T, 2)."""
    angle = (np.clip(pan, -1, 1) + 1) * np.float32(np.pi / 4)
    gains = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
    return samples[:, None] * gains * np.float32(np.sqrt(2))


def add_distance(samples: Samples, distance: float) -> Samples:
    """Move samples a number of times as far away: air absorbs treble, reverberation grows.

    Mono becomes stereo (T, 2) for a distance above 1. The level does not change.
    """
    if distance <= 1:
        return samples
    cutoff = 7000 / distance
    dull = apply_filter(samples, ((40, -3), (120, 0), (cutoff, 0), (cutoff * 4, -15), (20000, -48)))
    return add_reverb(dull, "valley" if distance > 6 else "street", min(0.7, 0.12 * distance))


def muffle(samples: Samples) -> Samples:
    """Filter samples (T,) or (T, 2) as a wall or a closed door does."""
    return apply_filter(samples, ((60, 0), (350, 0), (800, -14), (2500, -40), (10000, -70)))


def widen(rng: np.random.Generator, samples: Samples, wet: float = 0.25) -> Samples:
    """Widen samples (T,) to stereo (T, 2) by different faint echoes in each channel."""
    out = to_stereo(samples).copy()
    for channel in (0, 1):
        for _ in range(3):
            delay = num_samples(rng.uniform(0.004, 0.019))
            if delay < len(samples):
                out[delay:, channel] += np.float32(wet * rng.uniform(0.4, 1)) * samples[:-delay]
    return out


def fade_ends(samples: Samples, fade_in: float = 0.002, fade_out: float = 0.02) -> Samples:
    """Fade samples (T,) or (T, 2) in and out in seconds, against clicks."""
    out = samples.astype(np.float32).copy()
    rise, fall = (min(num_samples(seconds), len(out)) for seconds in (fade_in, fade_out))
    shape = (slice(None), *(None,) * (out.ndim - 1))
    rising = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    falling = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fall + 1) / fall)
    out[:rise] *= rising.astype(np.float32)[shape]
    out[len(out) - fall :] *= falling.astype(np.float32)[shape]
    return out
