"""Explosions, shots, fireworks; and what flies: whooshes, arrows, whips."""

import numpy as np

from miaobi.synthesis.impacts import struck, thump
from miaobi.synthesis.signals import (
    Samples,
    band,
    clock,
    count,
    curve,
    fading,
    low_pass,
    noise,
    place,
    sculpted,
    shower,
    sine,
    struck_envelope,
    tone,
    wander,
)
from miaobi.synthesis.space import heard_in, moving, stereo


def explosion(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """The shock, the fireball that grows dull, the boom beneath, and what rains down."""
    out = np.zeros((count(seconds), 2), np.float32)

    def shape(times: Samples, hertz: Samples) -> Samples:
        cutoff = (
            90 + 5200 * np.exp(-times * 5.5 / size**0.5) + 600 * np.exp(-times * 1.3)
        ) / size**0.7
        return low_pass(hertz, cutoff, 1.1) * hertz / (hertz + 25)

    for side in (-0.7, 0.7):
        ball = sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape, 256)
        body = struck_envelope(seconds, 0.004, 1.5 * size**0.5) + 0.3 * struck_envelope(
            seconds, 0.2, 2.4 * size**0.4
        )
        place(out, 0.008, ball * body * wander(rng, seconds, 11, 0.75, 1.15), 1.2, side)
    boom = 62 / size**0.4 * (0.5 + 0.9 * np.exp(-clock(seconds) * 5))
    place(
        out,
        0.008,
        sine(boom.astype(np.float32)) * struck_envelope(seconds, 0.006, 1.2 * size**0.5),
        1.0,
    )
    shock = noise(rng, 0.03, band(300, 9000 / size, 9)) * fading(0.03, 0.015)
    place(out, 0.006, shock, 0.6 * force)
    bits = [struck(rng, "stone", s * size, 0.8) for s in (0.5, 0.9, 1.6)]
    falling = curve(seconds, ((0, 0), (0.35, 0), (0.7, 26 * force), (max(0.9, 0.8 * seconds), 0)))
    out += 0.06 * shower(rng, seconds, falling, bits, 0.8)
    return heard_in(np.tanh(1.6 * force**0.5 * out), "valley", 0.28)


def shot(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    rounds: int = 1,
    speed: float = 1.0,
) -> Samples:
    """A gun is fired in the open: crack, blast, echo; several rounds follow each other."""
    out = np.zeros((count(seconds), 2), np.float32)
    at = 0.01
    for _ in range(rounds):
        crack = noise(rng, 0.02, ((300, -6), (2500 / size**0.5, 0), (14000, -4))) * fading(
            0.02, 0.008
        )
        burst = noise(
            rng,
            0.35,
            ((40, -4), (160 / size, 0), (900 / size, -3), (4000 / size, -12), (14000, -34)),
        )
        place(out, at, crack, 0.9 * force)
        place(out, at + 0.001, burst * struck_envelope(0.35, 0.001, 0.2 * size**0.5), 0.5)
        place(out, at + 0.001, thump(rng, 0.18, 85 / size**0.5), 0.9)
        at += 0.095 / speed * rng.uniform(0.96, 1.04)
    return heard_in(np.tanh(1.8 * out), "valley", 0.22)


def firework(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """A rocket whistles up, bursts, and its stars crackle."""
    out = np.zeros((count(seconds), 2), np.float32)
    up = min(0.9, 0.3 * seconds)
    rise = curve(up, ((0, 1100), (up, 2600))) / size * wander(rng, up, 20, 0.97, 1.03)
    hiss = noise(rng, up, band(1200, 6000, 9))
    fade = curve(up, ((0, 0), (0.1, 1), (up, 0.15)))
    place(out, 0.01, (0.3 * sine(rise.astype(np.float32)) + 0.3 * hiss) * fade, 0.12)
    burst = explosion(rng, max(0.5, seconds - up), size=0.7 * size, force=force)
    place(out, up, burst, 0.9)
    star = [
        noise(rng, 0.02, band(2000, 9000, 12)) * fading(0.02, rng.uniform(0.004, 0.012))
        for _ in range(5)
    ]
    rest = seconds - up
    glitter = curve(rest, ((0, 0), (0.3, 0), (0.45, 110), (0.7 * rest, 40), (rest, 0)))
    place(out, up, shower(rng, rest, glitter, star, 0.9), 0.3)
    return heard_in(out, "valley", 0.25)


def whoosh(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Something flies past: a band of air that swells, rises and falls, from side to side."""
    peak = rng.uniform(0.42, 0.6)

    def shape(times: Samples, hertz: Samples) -> Samples:
        near = np.exp(-(((times / seconds - peak) / 0.2) ** 2))
        pitch = (260 + 1250 * near) / size * force**0.3
        wide = np.exp(-((np.log2(np.maximum(hertz, 1) / pitch) / 0.85) ** 2))
        narrow = np.exp(-((np.log2(np.maximum(hertz, 1) / (1.9 * pitch)) / 0.2) ** 2))
        return wide + 0.5 * narrow

    air = sculpted(noise(rng, seconds, ((20, 0), (20000, -6))), shape, 128)
    part = clock(seconds) / np.float32(seconds)
    swell = np.exp(-(((part - peak) / np.where(part < peak, 0.24, 0.18)) ** 2))
    side = rng.choice((-1, 1)) * np.tanh(4 * (part - peak))
    return heard_in(moving((air * swell).astype(np.float32), 0.8 * side), "room", 0.1)


def swing(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    sort: str = "whip",
) -> Samples:
    """A "whip" cracks; an "arrow" leaves the string, flies and strikes."""
    out = np.zeros((count(seconds), 2), np.float32)
    if sort == "whip":
        place(out, 0, whoosh(rng, 0.35, size=0.8 * size), 0.25)
        crack = noise(rng, 0.05, ((400, -14), (2500 / size, 0), (14000, -2))) * fading(0.05, 0.018)
        place(out, 0.26, crack, 0.9 * force)
        return heard_in(out, "street", 0.35)
    string = 190 / size * (1 + 0.3 * fading(0.35, 0.1))
    twang = (sine(string) + 0.5 * sine(2.01 * string)) * struck_envelope(0.35, 0.002, 0.22)
    place(out, 0.01, twang, 0.4)
    air = noise(rng, 0.4, band(1800 / size, 5000 / size, 12)) * curve(
        0.4, ((0, 0), (0.08, 1), (0.4, 0.2))
    )
    place(out, 0.03, air, 0.1)
    place(out, 0.42, struck(rng, "wood", 1.2 * size, 1.2), 0.8, 0.3)
    place(out, 0.42, thump(rng, 0.12, 120), 0.5, 0.3)
    shiver = tone(0.4, 34 / size) * fading(0.4, 0.4)
    wood = noise(rng, 0.4, band(250, 900, 15)) * (0.5 + 0.5 * shiver) * fading(0.4, 0.3)
    place(out, 0.43, wood, 0.1, 0.3)
    return heard_in(out, "forest", 0.2)


def riser(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    falling: float = 0.0,
) -> Samples:
    """Tension that grows (or, with `falling`, a blow that sinks away), as trailers have it."""
    part = clock(seconds) / np.float32(seconds)
    part = 1 - part if falling else part

    def shape(times: Samples, hertz: Samples) -> Samples:
        at = np.minimum(times / seconds, 1)
        at = 1 - at if falling else at
        return np.exp(-((np.log2(np.maximum(hertz, 1) / (200 / size * 30**at)) / 0.7) ** 2))

    air = sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape)
    tone = sum(
        sine((110 * over / size * 4**part).astype(np.float32)) for over in (1, 1.007, 1.5, 2.01)
    )
    out = (0.5 * air + 0.16 * tone) * part**1.6
    if falling:
        place(out, 0, thump(rng, min(1.5, seconds), 52 / size), 1.2)
    return heard_in(np.asarray(out, np.float32), "hall", 0.35)


def drone(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """A deep, dark sound that stands: for space, for fear."""
    out = np.zeros((count(seconds), 2), np.float32)
    for over in (1, 1.5, 2, 2.98, 4.03, 6.1):
        for side in (-0.7, 0.7):
            steady = tone(seconds, 46 * over / size * rng.uniform(0.996, 1.004))
            place(out, 0, steady * wander(rng, seconds, 0.5, 0.1, 1.0), 0.3 / over**0.6, side)
    air = noise(rng, seconds, ((40, 0), (200 / size, -4), (900 / size, -18), (5000, -44)))
    return heard_in(out + 0.12 * stereo(air * wander(rng, seconds, 0.4, 0.3, 1)), "cave", 0.4)
