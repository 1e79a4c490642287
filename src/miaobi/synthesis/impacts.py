"""Things that strike each other: bodies ring in modes that fade, treble first.

Modes and their damping by material follow van den Doel and Pai, "The Sounds of Physical Shapes",
1998; the numbers are our own, set by ear of the eye on spectrograms.
"""

from dataclasses import dataclass

import numpy as np

from miaobi.synthesis.signals import (
    Samples,
    band,
    clock,
    count,
    fading,
    filtered,
    loudest,
    noise,
    place,
    ringing,
    sine,
    struck_envelope,
)
from miaobi.synthesis.space import heard_in


@dataclass(frozen=True)
class Material:
    """How a body of about 20 cm sounds when it is struck."""

    base: float  # hertz of the lowest mode
    ratios: tuple[float, ...]  # of the first modes to the lowest
    dense: int  # more modes, at random above those
    ring: float  # seconds until the lowest has lost 60 dB
    damping: float  # how much sooner higher modes fade: t60 ~ ratio ** -damping
    hard: float  # hertz up to which a blow sets modes going
    click: float  # level of the noise of touching


MATERIALS = {
    "wood": Material(290, (1, 2.57, 4.18, 6.3, 8.2), 8, 0.22, 0.75, 3200, 0.5),
    "metal": Material(390, (1, 2.76, 5.4, 8.93, 13.3), 22, 1.9, 0.45, 9000, 0.25),
    "glass": Material(1350, (1, 2.32, 4.25, 6.63), 8, 0.75, 0.6, 12000, 0.3),
    "stone": Material(760, (1, 1.83, 2.9, 4.4), 12, 0.07, 0.3, 6500, 1.0),
    "plastic": Material(460, (1, 2.2, 3.4, 5.1), 5, 0.09, 0.5, 2600, 0.4),
    "ceramic": Material(1050, (1, 1.9, 2.95, 4.7), 8, 0.28, 0.55, 9000, 0.4),
    "cardboard": Material(140, (1, 1.7, 2.6, 3.9), 8, 0.09, 0.4, 1500, 0.7),
    "soft": Material(85, (1, 1.6, 2.3), 3, 0.09, 0.3, 500, 0.5),
}


def struck(
    rng: np.random.Generator, material: str, size: float = 1.0, force: float = 1.0
) -> Samples:
    """(T,) one blow on a body: `size` times as large, struck so hard; its peak is near 1."""
    made = MATERIALS[material]
    low = made.base / size
    ratios = np.concatenate(
        [
            np.array(made.ratios) * rng.uniform(0.97, 1.03, len(made.ratios)),
            rng.uniform(1.5, 26, made.dense),
        ]
    )
    hertz = low * ratios
    edge = made.hard * force**0.6 / size**0.5
    gains = rng.uniform(0.35, 1, len(hertz)) * np.exp(-((hertz / edge) ** 1.5)) / ratios**0.35
    t60 = made.ring * size**0.6 * ratios**-made.damping * rng.uniform(0.8, 1.2, len(hertz))
    seconds = float(min(1.3 * t60.max(), 6)) + 0.05
    body = ringing(seconds, hertz, t60, gains)
    touch = noise(rng, 0.03, band(low / 2, edge, 12)) * fading(0.03, 0.012 * size**0.5)
    out = loudest(body)
    place(out, 0, touch, 0.25 * made.click)
    if size > 1.2:  # what is heavy moves what it falls on
        place(out, 0, thump(rng, 0.25, 95 / size**0.4), 0.5)
    return loudest(out * np.minimum(clock(seconds) / np.float32(0.0006 * size**0.5), 1))


def thump(rng: np.random.Generator, seconds: float, hertz: float) -> Samples:
    """(T,) the ground that gives way: a low tone that sinks as it fades."""
    times = clock(seconds)
    sinking = hertz * (1 + 1.2 * np.exp(-times * 45)) * rng.uniform(0.95, 1.05)
    return sine(sinking) * struck_envelope(seconds, 0.002, seconds)


def hit(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "wood",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """One blow on a body, in a room."""
    out = np.zeros(count(seconds), np.float32)
    place(out, 0.005, struck(rng, material, size, force))
    return heard_in(out, "room", 0.18)


def fall(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "metal",
    size: float = 1.0,
    force: float = 1.0,
    bounces: int = 7,
) -> Samples:
    """Something drops and bounces, sooner and fainter each time."""
    out = np.zeros((count(seconds), 2), np.float32)
    at, gap, level = 0.005, 0.3 * force**0.5 * rng.uniform(0.85, 1.15), 1.0
    for number in range(bounces):
        blow = struck(rng, material, size * rng.uniform(0.96, 1.04), force * level**0.5)
        place(out, at, blow, level, pan=0.1 * number * rng.uniform(-1, 1))
        at += gap
        gap *= rng.uniform(0.6, 0.75)
        level *= rng.uniform(0.5, 0.65)
    return heard_in(out, "room", 0.18)


def shatter(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "glass",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """A pane, a bottle or a plate breaks: the crack, then splinters that ring and settle."""
    out = np.zeros((count(seconds), 2), np.float32)
    crack = noise(rng, 0.25, ((200, -12), (1500, -2), (5000 / size**0.5, 0), (16000, -8)))
    place(out, 0.004, crack * struck_envelope(0.25, 0.001, 0.16), 0.35)
    place(out, 0.004, struck(rng, material, 1.6 * size, 1.5), 0.7)
    place(out, 0.004, thump(rng, 0.15, 140), 0.3)
    shards = [struck(rng, material, size * s, 1.2) for s in rng.uniform(0.16, 0.65, 14)]
    late = np.sort(rng.exponential(0.16 * size**0.5, round(55 * force)))
    settle = rng.uniform(0.25, 1.1 * size**0.3, round(22 * force))
    for at in late:
        shard = shards[rng.integers(len(shards))]
        place(
            out, 0.01 + at, shard, 0.35 * rng.uniform(0.2, 1) * np.exp(-2 * at), rng.uniform(-1, 1)
        )
    for at in settle:
        shard = shards[rng.integers(len(shards))]
        place(out, at, shard, 0.12 * rng.uniform(0.2, 1), rng.uniform(-1, 1))
    return heard_in(filtered(out, band(60, 18000, 12)), "room", 0.15)


def crash(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "metal",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """Many things collapse on each other: pots, a car, a stack of boxes."""
    out = np.zeros((count(seconds), 2), np.float32)
    place(out, 0.005, thump(rng, 0.5, 70 / size**0.5), 0.9)
    burst = noise(rng, 0.6, ((50, 0), (400, 0), (3000 / size**0.5, -8), (12000, -26)))
    place(out, 0.004, burst * struck_envelope(0.6, 0.002, 0.4), 0.3)
    bodies = [struck(rng, material, size * s, force) for s in rng.uniform(0.4, 2.0, 10)]
    for at in np.sort(rng.exponential(0.28, round(26 * force))):
        level = 0.8 * rng.uniform(0.2, 1) * np.exp(-1.8 * at)
        place(out, 0.005 + at, bodies[rng.integers(10)], level, rng.uniform(-0.8, 0.8))
    return heard_in(out, "hall" if size > 1.4 else "room", 0.2)


def knock(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "wood",
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    count_of: int = 3,
) -> Samples:
    """Knuckles on a door or a window."""
    out = np.zeros(count(seconds), np.float32)
    panel = 1.9 * size if material == "wood" else size
    at = 0.01
    for _ in range(count_of):
        level = rng.uniform(0.75, 1)
        place(out, at, struck(rng, material, panel, 0.8 * force * level), level)
        place(out, at, thump(rng, 0.12, 130 / size**0.5), 0.35 * level)
        at += 0.21 / speed * rng.uniform(0.9, 1.1)
    return heard_in(out, "room", 0.3)


def blow(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    sharp: float = 0.5,
) -> Samples:
    """A fist or an open hand on a body: thud and smack; `sharp` is how much smack, 0 to 1."""
    out = np.zeros(count(seconds), np.float32)
    smack = noise(
        rng, 0.12, ((150, -16), (900 / size**0.5, 0), (3500 / size**0.5, -2), (12000, -20))
    )
    place(out, 0.012, smack * struck_envelope(0.12, 0.0008, 0.05 + 0.03 * size), 0.2 + 0.5 * sharp)
    place(out, 0.01, thump(rng, 0.22 * size**0.3, 80 / size**0.5), 0.9 * (1.2 - sharp))
    air = noise(rng, 0.08, band(400, 3000, 12))
    place(out, 0.0, air * np.linspace(0, 1, count(0.08), dtype=np.float32) ** 3, 0.05 * force)
    return heard_in(np.tanh(1.4 * force * out), "room", 0.12)


def clash(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Blade on blade: a bright ring of many close modes, and the scrape as they part."""
    out = np.zeros(count(seconds), np.float32)
    low = 900 / size
    hertz = low * np.concatenate([[1, 2.76, 5.4, 8.9], rng.uniform(1.2, 16, 26)])
    t60 = 1.5 * size**0.4 * (hertz / low) ** -0.35 * rng.uniform(0.7, 1.3, len(hertz))
    place(out, 0.006, loudest(ringing(2.0, hertz, t60, rng.uniform(0.3, 1, len(hertz)))), 0.8)
    click = noise(rng, 0.05, ((800, -10), (4000 / size**0.5, 0), (15000, -4)))
    place(out, 0.005, click * fading(0.05, 0.03), 0.25 * force)
    scrape = noise(rng, 0.3, band(3500 / size**0.5, 9000 / size**0.5, 24)) * struck_envelope(
        0.3, 0.08, 0.25
    )
    place(out, 0.05, scrape, 0.12)
    return heard_in(out, "hall", 0.12)
