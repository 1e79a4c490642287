"""Sounds of games as simple chips made them: one wave, its pitch bent by a rule, an envelope.

The set of parameters is that of DrPetter's sfxr (2007); the rules and numbers are our own.
"""

import numpy as np

from miaobi.synthesis.signals import (
    Samples,
    clock,
    count,
    curve,
    fading,
    low_pass,
    noise,
    place,
    ringing,
    saw,
    sculpted,
    sine,
    square,
    struck_envelope,
    triangle,
)
from miaobi.synthesis.space import widened, with_ends

WAVES = {"sine": sine, "saw": saw, "square": square, "triangle": triangle}


def chip(
    seconds: float,
    hertz: Samples,
    wave: str = "square",
    hold: float = 0.3,
    punch: float = 0.3,
    duty: float = 0.5,
) -> Samples:
    """(T,) one voice: full for a share `hold`, then fading; louder at first by `punch`."""
    tone = square(hertz, duty) if wave == "square" else WAVES[wave](hertz)
    part = clock(seconds) / np.float32(seconds)
    level = np.where(part < hold, 1 + punch * (1 - part / hold), ((1 - part) / (1 - hold)) ** 1.5)
    return with_ends((tone * level).astype(np.float32), 0.002, 0.004)


def jump(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A pitch that leaps up."""
    low = rng.uniform(210, 330) / size
    rise = rng.uniform(1.9, 2.8)
    part = clock(seconds) / np.float32(seconds)
    duty = rng.choice((0.25, 0.5))
    hertz = low * rise ** (part ** (0.7 / speed))
    return widened(rng, chip(seconds, hertz, "square", 0.35, 0.2, duty), 0.12)


def coin(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Two notes, the second a fourth or fifth higher and left to ring."""
    first = rng.uniform(850, 1150) / size
    step = rng.choice((4 / 3, 3 / 2, 5 / 3))
    turn = 0.075 / speed
    hertz = np.where(clock(seconds) < turn, first, first * step).astype(np.float32)
    body = square(hertz, 0.5) * 0.6 + sine(2 * hertz) * 0.3
    ring = np.where(clock(seconds) < turn, 1, fading(seconds, 1.2 * seconds))
    return widened(rng, with_ends((body * ring).astype(np.float32), 0.002, 0.03), 0.12)


def laser(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A pitch that falls steeply."""
    high, low = rng.uniform(1500, 2600) / size, rng.uniform(110, 320) / size
    part = clock(seconds) / np.float32(seconds)
    hertz = low + (high - low) * np.exp(-part * rng.uniform(4, 6.5) * speed)
    wave = rng.choice(("saw", "square"))
    out = chip(seconds, hertz.astype(np.float32), wave, 0.15, 0.3, rng.uniform(0.2, 0.5))
    late = count(rng.uniform(0.0015, 0.004))
    out[late:] -= 0.5 * out[:-late]  # a comb makes it metallic
    return widened(rng, out, 0.15)


def power_up(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Notes of a chord climb, with a shimmer."""
    root = rng.uniform(300, 420) / size
    chord = rng.choice(
        ((1, 1.26, 1.5, 2, 2.52, 3), (1, 1.19, 1.5, 2, 2.38, 3), (1, 1.33, 1.5, 2, 2.67, 3))
    )
    out = np.zeros(count(seconds), np.float32)
    gap = 0.75 * seconds / len(chord) / speed
    for number, over in enumerate(chord):
        long = min(0.5 * seconds, 0.3)
        wobble = root * over * (1 + 0.008 * np.sin(2 * np.pi * 7 * clock(long)))
        place(out, number * gap, chip(long, wobble, "square", 0.2, 0.3, 0.35), 0.6)
        place(out, number * gap, chip(long, 2 * wobble, "triangle", 0.2, 0.1), 0.4)
    return widened(rng, with_ends(out), 0.3)


def hurt(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """A blow taken: a falling tone, half noise."""
    part = clock(seconds) / np.float32(seconds)
    hertz = (rng.uniform(320, 520) / size * np.exp(-part * rng.uniform(1.6, 2.6))).astype(
        np.float32
    )
    tone = saw(hertz)
    rough = _held_noise(rng, seconds, rng.uniform(2500, 5000) / size)
    level = with_ends((0.6 * tone + 0.6 * force * rough) * (1 - part) ** 1.6, 0.001, 0.01)
    return widened(rng, level, 0.1)


def blast(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """The explosion of an arcade: stepped noise that slows as it fades."""
    rate = rng.uniform(7000, 11000) / size
    rough = sum(_held_noise(rng, seconds, rate / over) / over**0.3 for over in (1.0, 3.0, 9.0))

    def shape(times: Samples, hertz: Samples) -> Samples:
        return low_pass(hertz, 400 / size + 6000 / size * np.exp(-5 * times / seconds), 1.2)

    out = sculpted(np.asarray(rough, np.float32), shape, 256)
    level = struck_envelope(seconds, 0.003, 1.1 * seconds)
    boom = sine((90 / size * np.exp(-2 * clock(seconds) / seconds)).astype(np.float32))
    return widened(rng, np.tanh(1.6 * force * (out + 0.7 * boom) * level), 0.2)


def _held_noise(rng: np.random.Generator, seconds: float, rate: float) -> Samples:
    """(T,) random steps, `rate` of them a second."""
    steps = rng.uniform(-1, 1, int(seconds * rate) + 2).astype(np.float32)
    return steps[(clock(seconds) * np.float32(rate)).astype(np.int32)]


def blip(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, notes: str = "one"
) -> Samples:
    """An interface speaks: "one" note, "up" agrees, "down" refuses, "chime" tells news."""
    base = rng.uniform(620, 900) / size
    steps = {"one": (1,), "up": (1, 1.5), "down": (1, 0.71), "chime": (1, 1.26, 1.5, 2)}[notes]
    out = np.zeros(count(seconds), np.float32)
    gap = min(0.11, 0.7 * seconds / len(steps))
    for number, over in enumerate(steps):
        long = seconds - number * gap
        hertz = np.full(count(long), base * over, np.float32)
        if notes == "down":
            tone = chip(min(long, 0.16), hertz[: count(min(long, 0.16))], "square", 0.6, 0, 0.3)
        else:
            tone = (
                sine(hertz) + 0.25 * sine(2 * hertz) + 0.1 * sine(3.01 * hertz)
            ) * struck_envelope(long, 0.003, min(0.25 if notes == "one" else 0.7, long))
        place(out, number * gap, tone, 0.6)
    return widened(rng, with_ends(out), 0.2)


def magic(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A spell: a glitter of small bells over a breath that rises."""
    out = np.zeros((count(seconds), 2), np.float32)
    scale = np.array([1, 1.122, 1.26, 1.498, 1.682, 2, 2.245, 2.52, 3, 3.36, 4])
    for at in np.sort(rng.uniform(0, 0.6, round(26 * speed))) * seconds:
        near = int(np.clip(at / seconds * 16 + rng.integers(-2, 3), 0, 10))
        hertz = 900 / size * scale[near]
        long = 0.5 * seconds
        bells = ringing(long, [hertz, 2.76 * hertz], [0.9 * long, 0.5 * long], [1, 0.4])
        place(out, at, bells, rng.uniform(0.1, 0.35), rng.uniform(-0.9, 0.9))

    def shape(times: Samples, hertz: Samples) -> Samples:
        pitch = 600 / size * 6 ** (times / seconds)
        return np.exp(-((np.log2(np.maximum(hertz, 1) / pitch) / 0.35) ** 2))

    air = sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape)
    place(out, 0, air * curve(seconds, ((0, 0), (0.5 * seconds, 1), (seconds, 0))), 0.5)
    return out


def teleport(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A tone that wobbles faster and faster while it rises away."""
    part = clock(seconds) / np.float32(seconds)
    wobble = sine((8 * speed + 50 * part * speed).astype(np.float32))
    hertz = (240 / size * 5**part * (1 + 0.25 * wobble)).astype(np.float32)
    out = 0.6 * sine(hertz) + 0.3 * saw(1.5 * hertz)
    return widened(rng, with_ends(out * np.sin(np.pi * part**0.8).astype(np.float32) ** 0.8), 0.35)


def defeat(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A game is lost: notes walk down and the last one sags."""
    base = rng.uniform(420, 520) / size
    out = np.zeros(count(seconds), np.float32)
    gap = 0.17 * seconds / speed
    for number, over in enumerate((1, 0.944, 0.891, 0.749)):
        long = gap if number < 3 else seconds - 3 * gap
        sag = np.linspace(0, 0.0 if number < 3 else 0.35, count(long), dtype=np.float32)
        place(out, number * gap, chip(long, base * over * (1 - sag), "square", 0.5, 0.1, 0.4), 0.6)
    return widened(rng, with_ends(out), 0.2)
