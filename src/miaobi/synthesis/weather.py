"""Rain, wind, thunder, fire."""

import numpy as np

from miaobi.synthesis.impacts import struck
from miaobi.synthesis.signals import (
    Samples,
    band,
    bell_curve,
    clock,
    count,
    fading,
    low_pass,
    noise,
    place,
    ringing,
    sculpted,
    shower,
    stereo_noise,
    struck_envelope,
    wander,
)
from miaobi.synthesis.space import heard_in, stereo


def rain(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    surface: str = "ground",
) -> Samples:
    """Rain: the hiss of all the far drops, and the near ones one by one on what they fall on."""
    treble = 9000 / size**0.8
    hiss = stereo_noise(
        rng,
        seconds,
        ((80, -26), (400 / size, -9), (1500 / size, -3), (treble, 0), (20000, -10 * size)),
    )
    gust = wander(rng, seconds, 0.4, 0.85, 1.12)[:, None]
    near = [_drop(rng, surface, size * part) for part in rng.uniform(0.65, 1.6, 9)]
    drops = shower(rng, seconds, 160 * force**0.8, near, 0.75)
    out = 0.1 * force**0.7 * hiss * gust + 0.17 * drops
    if force > 1.3:  # a downpour has a floor of its own
        roar = noise(rng, seconds, ((60, -6), (250, 0), (700, -4), (3000, -18), (12000, -40)))
        out += 0.09 * (force - 1) * (roar * wander(rng, seconds, 0.7, 0.7, 1.2))[:, None]
    return out


def _drop(rng: np.random.Generator, surface: str, size: float) -> Samples:
    """(T,) one drop: a tick, and what the ground adds: a ring, a bubble or a rustle."""
    tick = noise(rng, 0.02, band(1800 / size, 11000 / size, 12)) * fading(0.02, 0.008)
    if surface in ("metal", "glass", "wood", "plastic"):
        ring = struck(rng, surface, 0.6 * size, 0.8)[: count(0.25)]
        ring = ring * fading(len(ring) / 44100, 0.25)
        place(ring, 0, tick, 0.5)
        return 1.1 * ring
    out = np.zeros(count(0.06), np.float32)
    place(out, 0, tick, 0.6)
    if surface == "leaves":
        rustle = noise(rng, 0.05, band(900, 5000, 9)) * struck_envelope(0.05, 0.004, 0.04)
        place(out, 0, rustle, 0.5)
    elif surface == "water":
        place(out, 0.004, bubble(rng, rng.uniform(900, 3000) / size), 0.8)
    else:
        pitch = rng.uniform(900, 4500) / size
        place(out, 0.001, ringing(0.03, [pitch], [0.02], [1.0]), 0.5)
    return out


def bubble(rng: np.random.Generator, hertz: float) -> Samples:
    """(T,) a bubble in water: its pitch rises as it fades (van den Doel, 2005)."""
    seconds = min(0.25, 90 / hertz + 0.01)
    times = clock(seconds)
    turns = hertz * times * (1 + rng.uniform(0.5, 2.2) * times / seconds / 4)
    return np.sin(2 * np.pi * turns).astype(np.float32) * struck_envelope(seconds, 0.002, seconds)


def wind(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    howl: float = 0.4,
    speed: float = 1.0,
) -> Samples:
    """Wind: noise whose width follows the gusts, and edges that howl at a pitch of their own."""
    gust = wander(rng, seconds, 0.5 * speed, 0.35, 1.0) + wander(rng, seconds, 1.6 * speed, 0, 0.25)
    gust = gust * min(force, 2.5) ** 0.5
    lanes = []
    pitches = rng.uniform(330, 900, 3) / size
    for _ in range(2):
        own = np.clip(gust + wander(rng, seconds, 0.9 * speed, -0.12, 0.12), 0.05, None)

        def shape(times: Samples, hertz: Samples, own: Samples = own) -> Samples:
            at = own[np.minimum((times[:, 0] * 44100).astype(int), len(own) - 1)][:, None]
            body = low_pass(hertz, (120 + 620 * at**1.6) / size, 1.0) * at**1.3
            body = body * hertz / (hertz + 45)
            if not howl:
                return body
            edges = sum(bell_curve(hertz, pitch * (0.75 + 0.4 * at), 0.07) for pitch in pitches)
            return body + howl * 0.8 * at**2.6 * edges

        lanes.append(sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape))
    return np.stack(lanes, 1)


def thunder(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    near: float = 0.5,
) -> Samples:
    """A crack where lightning is near, then rolls that come later the duller they are."""
    lanes = []
    claps = np.sort(rng.exponential(0.28 * seconds, 9))
    claps[0] = 0.06
    sizes = rng.uniform(0.35, 1, 9)
    sizes[0] = 1
    for _ in range(2):
        swell = np.zeros(count(seconds), np.float32)
        for at, level in zip(claps + rng.normal(0, 0.02, 9), sizes, strict=True):
            rise = struck_envelope(seconds, 0.03 + 0.1 * max(at, 0), 1.6 * size**0.3)
            place(swell, max(0.0, at), rise, level * np.exp(-1.5 * at / seconds))
        swell += 0.5 * struck_envelope(seconds, 0.15, 0.8 * seconds)

        def shape(times: Samples, hertz: Samples) -> Samples:
            cutoff = (70 + 900 * near * np.exp(-times * 1.6) + 160 * np.exp(-times / 3)) / size
            return low_pass(hertz, cutoff, 1.1) * hertz / (hertz + 30)

        lanes.append(sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape) * swell)
    out = np.stack(lanes, 1)
    out /= np.abs(out).max()
    if near > 0.2:
        crack = noise(rng, 0.5, ((100, -10), (900, 0), (5000 / size, -5), (16000, -20)))
        shreds = shower(
            rng, 0.5, 220 * fading(0.5, 0.5), [crack[: count(0.012)] * fading(0.012, 0.01)]
        )
        whole = 0.35 * crack[:, None] * struck_envelope(0.5, 0.001, 0.3)[:, None] + 0.25 * shreds
        place(out, 0.05, whole, 0.5 * near * force)
    return heard_in(np.tanh(1.5 * out), "valley", 0.3)


def fire(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Flames that flutter, gas that hisses, wood that snaps."""
    low = noise(
        rng, seconds, ((25, -8), (70 / size, 0), (300 / size, -6), (1500 / size, -26), (9000, -60))
    )
    flutter = wander(rng, seconds, 9, 0.4, 1.1) * wander(rng, seconds, 1.2, 0.6, 1.2)
    hiss = noise(rng, seconds, ((300, -30), (2000 / size, -4), (6000 / size, 0), (16000, -9)))
    breath = wander(rng, seconds, 2.5, 0.4, 1.0)
    snaps = [
        noise(rng, 0.02, band(rng.uniform(700, 2500) / size, rng.uniform(3000, 9000) / size, 15))
        * struck_envelope(0.02, 0.0003, rng.uniform(0.003, 0.012))
        for _ in range(6)
    ]
    busy = 14 * force * wander(rng, seconds, 1.5, 0, 1) ** 2 + 2
    out: Samples = stereo(0.16 * force**0.5 * low * flutter + 0.02 * hiss * breath)
    out = out + 0.4 * shower(rng, seconds, busy, snaps, 1.0)
    pops = [struck(rng, "wood", 0.5 * size * part, 1.5) for part in (0.6, 0.9, 1.4)]
    return out + 0.35 * shower(rng, seconds, 0.9 * force, pops, 0.7)
