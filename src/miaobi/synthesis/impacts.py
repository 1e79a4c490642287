"""Impacts by modal synthesis: bodies of a material are struck, fall, break and collide.

Modes and damping after van den Doel and Pai, "The Sounds of Physical Shapes" (1998); the values
were chosen from spectrograms.
"""

from dataclasses import dataclass

import numpy as np

from miaobi.synthesis.signals import (
    Samples,
    add_at,
    apply_filter,
    attack_decay,
    band_pass,
    decay,
    noise,
    normalize_peak,
    num_samples,
    sine,
    sum_modes,
    time_axis,
)
from miaobi.synthesis.space import add_reverb


@dataclass(frozen=True)
class Material:
    """Modal parameters of a struck body of about 20 cm."""

    base: float  # Hz, lowest mode
    ratios: tuple[float, ...]  # frequencies of the first modes relative to the lowest
    extra_modes: int  # number of random modes above
    t60: float  # seconds, of the lowest mode
    damping: float  # exponent: T60 of a mode is proportional to ratio ** -damping
    cutoff: float  # Hz, upper limit of the excitation
    contact_noise: float  # level


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


def strike(
    rng: np.random.Generator, material: str, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize one impact on a body (T,) with a peak of 1; size and force are factors."""
    row = MATERIALS[material]
    low = row.base / size
    first = np.array(row.ratios) * rng.uniform(0.97, 1.03, len(row.ratios))
    ratios = np.concatenate([first, rng.uniform(1.5, 26, row.extra_modes)])
    hertz = low * ratios
    cutoff = row.cutoff * force**0.6 / size**0.5
    gains = rng.uniform(0.35, 1, len(hertz)) * np.exp(-((hertz / cutoff) ** 1.5)) / ratios**0.35
    t60 = row.t60 * size**0.6 * ratios**-row.damping * rng.uniform(0.8, 1.2, len(hertz))
    seconds = float(min(1.3 * t60.max(), 6)) + 0.05
    body = sum_modes(seconds, hertz, t60, gains)
    contact = noise(rng, 0.03, band_pass(low / 2, cutoff, 12)) * decay(0.03, 0.012 * size**0.5)
    out = normalize_peak(body)
    add_at(out, 0, contact, 0.25 * row.contact_noise)
    if size > 1.2:  # a heavy body shakes the ground
        add_at(out, 0, thump(rng, 0.25, 95 / size**0.4), 0.5)
    return normalize_peak(out * np.minimum(time_axis(seconds) / np.float32(0.0006 * size**0.5), 1))


def thump(rng: np.random.Generator, seconds: float, hertz: float) -> Samples:
    """Synthesize a thump (T,): a low tone that falls in pitch and decays."""
    times = time_axis(seconds)
    falling = hertz * (1 + 1.2 * np.exp(-times * 45)) * rng.uniform(0.95, 1.05)
    return sine(falling) * attack_decay(seconds, 0.002, seconds)


def hit(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "wood",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """Synthesize one impact on a body in a room (T, 2)."""
    out = np.zeros(num_samples(seconds), np.float32)
    add_at(out, 0.005, strike(rng, material, size, force))
    return add_reverb(out, "room", 0.18)


def fall(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "metal",
    size: float = 1.0,
    force: float = 1.0,
    bounces: int = 7,
) -> Samples:
    """Synthesize a falling body that bounces (T, 2), ever faster and softer."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    time, gap, level = 0.005, 0.3 * force**0.5 * rng.uniform(0.85, 1.15), 1.0
    for number in range(bounces):
        blow = strike(rng, material, size * rng.uniform(0.96, 1.04), force * level**0.5)
        add_at(out, time, blow, level, pan=0.1 * number * rng.uniform(-1, 1))
        time += gap
        gap *= rng.uniform(0.6, 0.75)
        level *= rng.uniform(0.5, 0.65)
    return add_reverb(out, "room", 0.18)


def shatter(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "glass",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """Synthesize breaking glass or ceramics (T, 2): a crack, ringing splinters, settling."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    crack = noise(rng, 0.25, ((200, -12), (1500, -2), (5000 / size**0.5, 0), (16000, -8)))
    add_at(out, 0.004, crack * attack_decay(0.25, 0.001, 0.16), 0.35)
    add_at(out, 0.004, strike(rng, material, 1.6 * size, 1.5), 0.7)
    add_at(out, 0.004, thump(rng, 0.15, 140), 0.3)
    shards = [strike(rng, material, size * s, 1.2) for s in rng.uniform(0.16, 0.65, 14)]
    splinters = np.sort(rng.exponential(0.16 * size**0.5, round(55 * force)))
    settle = rng.uniform(0.25, 1.1 * size**0.3, round(22 * force))
    for time in splinters:
        shard = shards[rng.integers(len(shards))]
        level = 0.35 * rng.uniform(0.2, 1) * np.exp(-2 * time)
        add_at(out, 0.01 + time, shard, level, rng.uniform(-1, 1))
    for time in settle:
        shard = shards[rng.integers(len(shards))]
        add_at(out, time, shard, 0.12 * rng.uniform(0.2, 1), rng.uniform(-1, 1))
    return add_reverb(apply_filter(out, band_pass(60, 18000, 12)), "room", 0.15)


def crash(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "metal",
    size: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """Synthesize a crash of many bodies (T, 2): pots, a car, a stack of boxes."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    add_at(out, 0.005, thump(rng, 0.5, 70 / size**0.5), 0.9)
    burst = noise(rng, 0.6, ((50, 0), (400, 0), (3000 / size**0.5, -8), (12000, -26)))
    add_at(out, 0.004, burst * attack_decay(0.6, 0.002, 0.4), 0.3)
    bodies = [strike(rng, material, size * s, force) for s in rng.uniform(0.4, 2.0, 10)]
    for time in np.sort(rng.exponential(0.28, round(26 * force))):
        level = 0.8 * rng.uniform(0.2, 1) * np.exp(-1.8 * time)
        add_at(out, 0.005 + time, bodies[rng.integers(10)], level, rng.uniform(-0.8, 0.8))
    return add_reverb(out, "hall" if size > 1.4 else "room", 0.2)


def knock(
    rng: np.random.Generator,
    seconds: float,
    *,
    material: str = "wood",
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    repeats: int = 3,
) -> Samples:
    """Synthesize knocks on a door or a window (T, 2)."""
    out = np.zeros(num_samples(seconds), np.float32)
    panel = 1.9 * size if material == "wood" else size
    time = 0.01
    for _ in range(repeats):
        level = rng.uniform(0.75, 1)
        add_at(out, time, strike(rng, material, panel, 0.8 * force * level), level)
        add_at(out, time, thump(rng, 0.12, 130 / size**0.5), 0.35 * level)
        time += 0.21 / speed * rng.uniform(0.9, 1.1)
    return add_reverb(out, "room", 0.3)


def blow(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    sharp: float = 0.5,
) -> Samples:
    """Synthesize a punch or a slap (T, 2); `sharp` is the level of the slap, 0 to 1."""
    out = np.zeros(num_samples(seconds), np.float32)
    color = ((150, -16), (900 / size**0.5, 0), (3500 / size**0.5, -2), (12000, -20))
    smack = noise(rng, 0.12, color)
    add_at(out, 0.012, smack * attack_decay(0.12, 0.0008, 0.05 + 0.03 * size), 0.2 + 0.5 * sharp)
    add_at(out, 0.01, thump(rng, 0.22 * size**0.3, 80 / size**0.5), 0.9 * (1.2 - sharp))
    air = noise(rng, 0.08, band_pass(400, 3000, 12))
    swell = np.linspace(0, 1, num_samples(0.08), dtype=np.float32) ** 3
    add_at(out, 0.0, air * swell, 0.05 * force)
    return add_reverb(np.tanh(1.4 * force * out), "room", 0.12)


def clash(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize clashing blades (T, 2): dense bright modes and a scrape."""
    out = np.zeros(num_samples(seconds), np.float32)
    low = 900 / size
    hertz = low * np.concatenate([[1, 2.76, 5.4, 8.9], rng.uniform(1.2, 16, 26)])
    t60 = 1.5 * size**0.4 * (hertz / low) ** -0.35 * rng.uniform(0.7, 1.3, len(hertz))
    blades = sum_modes(2.0, hertz, t60, rng.uniform(0.3, 1, len(hertz)))
    add_at(out, 0.006, normalize_peak(blades), 0.8)
    contact = noise(rng, 0.05, ((800, -10), (4000 / size**0.5, 0), (15000, -4)))
    add_at(out, 0.005, contact * decay(0.05, 0.03), 0.25 * force)
    scrape = noise(rng, 0.3, band_pass(3500 / size**0.5, 9000 / size**0.5, 24))
    add_at(out, 0.05, scrape * attack_decay(0.3, 0.08, 0.25), 0.12)
    return add_reverb(out, "hall", 0.12)
