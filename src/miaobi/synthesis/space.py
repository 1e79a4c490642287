"""Where a sound is heard: rooms, distance, walls, sides."""

from functools import lru_cache

import numpy as np

from miaobi.synthesis.signals import (
    RATE,
    Samples,
    clock,
    count,
    fast_length,
    filtered,
    noise,
    sculpted,
    sides,
)

# name -> (seconds until -60 dB, hertz above which it fades sooner, seconds before the first echo)
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
def response(space: str) -> Samples:
    """(R, 2) what a clap sounds like there: early echoes, then noise that fades, treble first.

    The tail is the model of Moorer, "About This Reverberation Business", 1979. Raises KeyError.
    """
    t60, treble, gap = SPACES[space]
    rng = np.random.default_rng(len(space) * 101 + ord(space[0]))
    span = 1.1 * t60
    lanes = []
    for _ in range(2):
        air = noise(rng, span, ((60, -9), (200, 0), (12000, -3)))
        tail = sculpted(
            air, lambda t, hertz: np.exp(-6.908 * t * (1 + (hertz / treble) ** 1.3) / t60), 128
        )
        tail *= np.minimum(clock(span) / np.float32(0.02 + gap), 1)
        tail /= np.sqrt(np.sum(tail * tail))
        for _ in range(9):
            at = count(gap + rng.exponential(0.02 + gap / 2))
            if at < len(tail):
                tail[at] += rng.choice((-1, 1)) * 0.3 * np.exp(-at / RATE * 12)
        lanes.append(np.concatenate([np.zeros(count(gap), np.float32), tail]))
    return np.stack(lanes, 1)


def heard_in(samples: Samples, space: str, wet: float, tail: bool = False) -> Samples:
    """Samples (T,) or (T, 2) in a space: (T, 2), or longer by the echo where `tail` is wanted.

    `wet` is the level of the echoes beside the sound itself, 0 to about 1.
    """
    dry = stereo(samples)
    shape = response(space)
    middle = 0.5 * (dry[:, 0] + dry[:, 1])
    length = len(middle) + len(shape) - 1
    size = fast_length(length)
    spectrum = np.fft.rfft(middle, size) * np.fft.rfft(shape.T, size)
    echo = np.fft.irfft(spectrum, size)[:, :length].T.astype(np.float32)
    out = np.zeros((len(echo) if tail else len(dry), 2), np.float32)
    out[: len(dry)] += dry
    out += np.float32(wet) * echo[: len(out)]
    return out


def stereo(samples: Samples, pan: float = 0.0) -> Samples:
    """(T,) -> (T, 2) at a side; what is stereo already stays."""
    return samples if samples.ndim == 2 else samples[:, None] * sides(pan)


def moving(samples: Samples, pan: Samples) -> Samples:
    """(T,) along a curve of sides, -1 left to 1 right: (T, 2)."""
    angle = (np.clip(pan, -1, 1) + 1) * np.float32(np.pi / 4)
    both = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
    return samples[:, None] * both * np.float32(np.sqrt(2))


def far(samples: Samples, distance: float) -> Samples:
    """Heard from so many times as far: air and obstacles take the treble, echoes are left.

    The level is the listener's affair: see engines/procedural.py.
    """
    if distance <= 1:
        return samples
    cutoff = 7000 / distance
    dull = filtered(samples, ((40, -3), (120, 0), (cutoff, 0), (cutoff * 4, -15), (20000, -48)))
    return heard_in(dull, "valley" if distance > 6 else "street", min(0.7, 0.12 * distance))


def muffled(samples: Samples) -> Samples:
    """Behind a wall or a closed door."""
    return filtered(samples, ((60, 0), (350, 0), (800, -14), (2500, -40), (10000, -70)))


def widened(rng: np.random.Generator, samples: Samples, wet: float = 0.25) -> Samples:
    """(T,) -> (T, 2): a different faint echo at each side, so that it is wide."""
    out = stereo(samples).copy()
    for side in (0, 1):
        for _ in range(3):
            late = count(rng.uniform(0.004, 0.019))
            if late < len(samples):
                out[late:, side] += np.float32(wet * rng.uniform(0.4, 1)) * samples[:-late]
    return out


def with_ends(samples: Samples, rise: float = 0.002, fall: float = 0.02) -> Samples:
    """The same, beginning and ending at silence without a click."""
    out = samples.astype(np.float32).copy()
    up, down = (min(count(part), len(out)) for part in (rise, fall))
    shape = (slice(None), *(None,) * (out.ndim - 1))
    out[:up] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(up) / up)).astype(np.float32)[shape]
    out[len(out) - down :] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(1, down + 1) / down)).astype(
        np.float32
    )[shape]
    return out
