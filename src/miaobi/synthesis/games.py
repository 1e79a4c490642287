"""Video game sounds in the style of sound chips: one waveform, a pitch sweep, an envelope.

The parameters follow DrPetter's sfxr (2007); their values are our own.
"""

import numpy as np

from miaobi.synthesis.signals import (
    Samples,
    add_at,
    attack_decay,
    curve,
    decay,
    low_pass_gain,
    noise,
    num_samples,
    resonance_gain,
    saw,
    sine,
    square,
    stft_filter,
    sum_modes,
    time_axis,
    triangle,
)
from miaobi.synthesis.space import fade_ends, widen

WAVES = {"sine": sine, "saw": saw, "square": square, "triangle": triangle}


def chip(
    seconds: float,
    hertz: Samples,
    wave: str = "square",
    hold: float = 0.3,
    punch: float = 0.3,
    duty: float = 0.5,
) -> Samples:
    """Synthesize one voice (T,): sustain for a fraction `hold`, then decay; `punch` accents it."""
    tone = square(hertz, duty) if wave == "square" else WAVES[wave](hertz)
    t = time_axis(seconds) / np.float32(seconds)
    level = np.where(t < hold, 1 + punch * (1 - t / hold), ((1 - t) / (1 - hold)) ** 1.5)
    return fade_ends((tone * level).astype(np.float32), 0.002, 0.004)


def jump(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a jump (T, 2): a rising pitch."""
    low = rng.uniform(210, 330) / size
    rise = rng.uniform(1.9, 2.8)
    t = time_axis(seconds) / np.float32(seconds)
    duty = rng.choice((0.25, 0.5))
    hertz = low * rise ** (t ** (0.7 / speed))
    return widen(rng, chip(seconds, hertz, "square", 0.35, 0.2, duty), 0.12)


def coin(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a coin (T, 2): two notes, the second a fourth to a sixth higher and decaying."""
    first = rng.uniform(850, 1150) / size
    step = rng.choice((4 / 3, 3 / 2, 5 / 3))
    onset = 0.075 / speed  # seconds, of the second note
    hertz = np.where(time_axis(seconds) < onset, first, first * step).astype(np.float32)
    body = square(hertz, 0.5) * 0.6 + sine(2 * hertz) * 0.3
    level = np.where(time_axis(seconds) < onset, 1, decay(seconds, 1.2 * seconds))
    return widen(rng, fade_ends((body * level).astype(np.float32), 0.002, 0.03), 0.12)


def laser(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a laser (T, 2): a steeply falling pitch through a comb filter."""
    high, low = rng.uniform(1500, 2600) / size, rng.uniform(110, 320) / size
    t = time_axis(seconds) / np.float32(seconds)
    hertz = low + (high - low) * np.exp(-t * rng.uniform(4, 6.5) * speed)
    wave = rng.choice(("saw", "square"))
    out = chip(seconds, hertz.astype(np.float32), wave, 0.15, 0.3, rng.uniform(0.2, 0.5))
    delay = num_samples(rng.uniform(0.0015, 0.004))
    out[delay:] -= 0.5 * out[:-delay]  # metallic comb filter
    return widen(rng, out, 0.15)


def power_up(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a power-up (T, 2): an ascending arpeggio with vibrato."""
    root = rng.uniform(300, 420) / size
    chord = rng.choice(
        ((1, 1.26, 1.5, 2, 2.52, 3), (1, 1.19, 1.5, 2, 2.38, 3), (1, 1.33, 1.5, 2, 2.67, 3))
    )
    out = np.zeros(num_samples(seconds), np.float32)
    gap = 0.75 * seconds / len(chord) / speed
    for number, ratio in enumerate(chord):
        duration = min(0.5 * seconds, 0.3)
        hertz = root * ratio * (1 + 0.008 * np.sin(2 * np.pi * 7 * time_axis(duration)))
        add_at(out, number * gap, chip(duration, hertz, "square", 0.2, 0.3, 0.35), 0.6)
        add_at(out, number * gap, chip(duration, 2 * hertz, "triangle", 0.2, 0.1), 0.4)
    return widen(rng, fade_ends(out), 0.3)


def hurt(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a hit taken (T, 2): a falling tone mixed with noise."""
    t = time_axis(seconds) / np.float32(seconds)
    hertz = (rng.uniform(320, 520) / size * np.exp(-t * rng.uniform(1.6, 2.6))).astype(np.float32)
    tone = saw(hertz)
    hiss = _held_noise(rng, seconds, rng.uniform(2500, 5000) / size)
    out = fade_ends((0.6 * tone + 0.6 * force * hiss) * (1 - t) ** 1.6, 0.001, 0.01)
    return widen(rng, out, 0.1)


def blast(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize an arcade explosion (T, 2): sample-and-hold noise through a falling low-pass."""
    rate = rng.uniform(7000, 11000) / size
    steps = sum(_held_noise(rng, seconds, rate / ratio) / ratio**0.3 for ratio in (1.0, 3.0, 9.0))

    def gains(times: Samples, hertz: Samples) -> Samples:
        return low_pass_gain(hertz, 400 / size + 6000 / size * np.exp(-5 * times / seconds), 1.2)

    out = stft_filter(np.asarray(steps, np.float32), gains, 256)
    level = attack_decay(seconds, 0.003, 1.1 * seconds)
    boom = sine((90 / size * np.exp(-2 * time_axis(seconds) / seconds)).astype(np.float32))
    return widen(rng, np.tanh(1.6 * force * (out + 0.7 * boom) * level), 0.2)


def _held_noise(rng: np.random.Generator, seconds: float, rate: float) -> Samples:
    """Return sample-and-hold noise (T,) at a rate in Hz."""
    steps = rng.uniform(-1, 1, int(seconds * rate) + 2).astype(np.float32)
    return steps[(time_axis(seconds) * np.float32(rate)).astype(np.int32)]


def blip(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, notes: str = "one"
) -> Samples:
    """Synthesize an interface sound (T, 2): "one" note, "up" (yes), "down" (no) or "chime"."""
    base = rng.uniform(620, 900) / size
    steps = {"one": (1,), "up": (1, 1.5), "down": (1, 0.71), "chime": (1, 1.26, 1.5, 2)}[notes]
    out = np.zeros(num_samples(seconds), np.float32)
    gap = min(0.11, 0.7 * seconds / len(steps))
    for number, ratio in enumerate(steps):
        duration = seconds - number * gap
        hertz = np.full(num_samples(duration), base * ratio, np.float32)
        if notes == "down":
            short = min(duration, 0.16)
            tone = chip(short, hertz[: num_samples(short)], "square", 0.6, 0, 0.3)
        else:
            t60 = min(0.25 if notes == "one" else 0.7, duration)
            tone = sine(hertz) + 0.25 * sine(2 * hertz) + 0.1 * sine(3.01 * hertz)
            tone = tone * attack_decay(duration, 0.003, t60)
        add_at(out, number * gap, tone, 0.6)
    return widen(rng, fade_ends(out), 0.2)


def magic(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a magic spell (T, 2): random small bells over rising band-pass noise."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    scale = np.array([1, 1.122, 1.26, 1.498, 1.682, 2, 2.245, 2.52, 3, 3.36, 4])
    for time in np.sort(rng.uniform(0, 0.6, round(26 * speed))) * seconds:
        index = int(np.clip(time / seconds * 16 + rng.integers(-2, 3), 0, 10))
        hertz = 900 / size * scale[index] * np.array([1, 2.76])
        duration = 0.5 * seconds
        bell = sum_modes(duration, hertz, [0.9 * duration, 0.5 * duration], [1, 0.4])
        add_at(out, time, bell, rng.uniform(0.1, 0.35), rng.uniform(-0.9, 0.9))

    def gains(times: Samples, hertz: Samples) -> Samples:
        pitch = 600 / size * 6 ** (times / seconds)
        return resonance_gain(hertz, pitch, 0.35)

    air = stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains)
    add_at(out, 0, air * curve(seconds, ((0, 0), (0.5 * seconds, 1), (seconds, 0))), 0.5)
    return out


def teleport(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a teleport (T, 2): a rising tone with accelerating vibrato."""
    t = time_axis(seconds) / np.float32(seconds)
    vibrato = sine((8 * speed + 50 * t * speed).astype(np.float32))
    hertz = (240 / size * 5**t * (1 + 0.25 * vibrato)).astype(np.float32)
    out = 0.6 * sine(hertz) + 0.3 * saw(1.5 * hertz)
    return widen(rng, fade_ends(out * np.sin(np.pi * t**0.8).astype(np.float32) ** 0.8), 0.35)


def defeat(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize the end of a lost game (T, 2): descending notes, the last one gliding down."""
    base = rng.uniform(420, 520) / size
    out = np.zeros(num_samples(seconds), np.float32)
    gap = 0.17 * seconds / speed
    for number, ratio in enumerate((1, 0.944, 0.891, 0.749)):
        duration = gap if number < 3 else seconds - 3 * gap
        depth = 0.0 if number < 3 else 0.35
        glide = 1 - np.linspace(0, depth, num_samples(duration), dtype=np.float32)
        note = chip(duration, base * ratio * glide, "square", 0.5, 0.1, 0.4)
        add_at(out, number * gap, note, 0.6)
    return widen(rng, fade_ends(out), 0.2)
