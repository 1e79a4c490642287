"""Doors, locks, switches, keys, paper, cameras."""

import numpy as np

from miaobi.synthesis.impacts import struck, thump
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    band,
    clock,
    convolved,
    count,
    curve,
    fading,
    loudest,
    noise,
    phase,
    place,
    ringing,
    sculpted,
    shower,
    struck_envelope,
    wander,
)
from miaobi.synthesis.space import heard_in


def door(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    material: str = "wood",
    creak: float = 0.5,
    move: str = "close",
) -> Samples:
    """A door: hinges that stick and slip, the leaf meets the frame, the latch falls in.

    `move` is "close", "open" (the latch first, then the hinges) or "slam" (no time to creak).
    """
    out = np.zeros(count(seconds), np.float32)
    swing = 0.0 if move == "slam" else min(0.9 * size**0.4, 0.5 * seconds)
    if move == "open":
        place(out, 0.01, latch(rng, size), 0.5)
        if creak:
            place(out, 0.2, creaking(rng, 1.4 * swing, size), 0.6 * creak)
        air = noise(rng, 0.4, band(90, 500, 12)) * np.sin(np.pi * clock(0.4) / 0.4)
        place(out, 0.12, air.astype(np.float32), 0.03)
        return heard_in(out, "room", 0.3)
    if creak and swing:
        place(out, 0.01, creaking(rng, swing, size), 0.35 * creak)
    hard = force * (2.0 if move == "slam" else 1.0)
    at = 0.02 + swing
    push = noise(rng, 0.15, band(60, 350, 12)) * curve(0.15, ((0, 0), (0.13, 1), (0.15, 0)))
    place(out, max(0.0, at - 0.14), push, 0.05 * hard)
    panel = struck(rng, material, (2.6 if material == "wood" else 1.8) * size, 0.6 * hard)
    place(out, at, panel, 0.6)
    place(out, at, thump(rng, 0.35 * size**0.3, 58 / size**0.4), 0.9 * min(hard, 1.6))
    slap = noise(rng, 0.2, ((70, 0), (350 / size, 0), (1600 / size, -8), (7000, -26)))
    place(out, at, slap * struck_envelope(0.2, 0.002, 0.14), 0.16 * hard)
    place(out, at + 0.018, struck(rng, material, 1.6 * size, 0.5 * hard), 0.25)
    place(out, at + 0.03, latch(rng, size), 0.3)
    if hard > 1.4:  # the frame shakes
        for late in np.cumsum(rng.uniform(0.03, 0.07, 4)):
            place(out, at + late, struck(rng, material, 1.3 * size, 0.4), 0.25 * np.exp(-9 * late))
    return heard_in(np.tanh(1.2 * out), "hall" if size > 1.3 else "room", 0.22 + 0.1 * hard)


def creaking(rng: np.random.Generator, seconds: float, size: float = 1.0) -> Samples:
    """(T,) wood or a hinge that sticks and slips: a train of ticks whose rate is its pitch."""
    pace = wander(rng, seconds, 3.5 / max(seconds, 0.3), 60, 260) * wander(
        rng, seconds, 18, 0.85, 1.15
    )
    pace = pace * curve(seconds, ((0, 0.5), (0.3 * seconds, 1), (seconds, 0.6))) / size**0.5
    turn = phase(pace.astype(np.float32))
    slips = np.flatnonzero(np.diff(turn.astype(np.int32), prepend=0))
    ticks = np.zeros(count(seconds), np.float32)
    ticks[slips] = rng.uniform(0.4, 1, len(slips))
    pitch = np.array([430, 760, 1180, 1750, 2600, 3700]) / size**0.6 * rng.uniform(0.9, 1.1, 6)
    wood = ringing(
        0.05, pitch, [0.03, 0.028, 0.02, 0.018, 0.012, 0.01], [0.6, 1, 0.9, 0.7, 0.4, 0.25]
    )
    whole = convolved(ticks, wood)[: count(seconds)]
    return loudest(whole * np.sin(np.pi * clock(seconds) / np.float32(seconds)) ** 0.5)


def creak(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A board, a ship or a hinge creaks."""
    out = np.zeros(count(seconds), np.float32)
    at = 0.02
    while at < seconds - 0.2:
        long = min(rng.uniform(0.5, 1.1) / speed, seconds - at - 0.05)
        place(out, at, creaking(rng, long, size), rng.uniform(0.5, 1))
        at += long + rng.uniform(0.1, 0.6) / speed
    return heard_in(out, "room", 0.3)


def latch(rng: np.random.Generator, size: float = 1.0) -> Samples:
    """(T,) the bolt of a lock: two clicks of metal."""
    out = np.zeros(count(0.3), np.float32)
    for late, level in ((0, 0.7), (rng.uniform(0.03, 0.06), 1.0)):
        metal = struck(rng, "metal", 0.35 * size, 0.8)[: count(0.12)] * fading(0.12, 0.07)
        place(out, late, metal, level)
        place(out, late, struck(rng, "wood", 0.8 * size, 0.6), 0.4 * level)
    return out


def click(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    sort: str = "switch",
) -> Samples:
    """Something snaps: a "switch", a "mouse", a "camera", a "lock" or the "bolt" of a gun."""
    out = np.zeros(count(seconds), np.float32)
    times, bodies, scale = {
        "switch": ((0, 0.012), ("plastic", "metal"), 0.5),
        "mouse": ((0, 0.085), ("plastic", "plastic"), 0.25),
        "camera": ((0, 0.03, 0.11, 0.14), ("plastic", "metal", "metal", "plastic"), 0.35),
        "lock": ((0, 0.07, 0.28, 0.33), ("metal", "metal", "wood", "metal"), 0.6),
        "bolt": ((0, 0.05, 0.22, 0.27), ("metal", "metal", "metal", "metal"), 0.7),
    }[sort]
    for late, body in zip(times, bodies, strict=True):
        blow = struck(rng, body, scale * size * rng.uniform(0.9, 1.1), 1.2 * force)[: count(0.2)]
        place(out, 0.008 + late, blow * fading(len(blow) / RATE, 0.1), rng.uniform(0.7, 1))
        snap = noise(rng, 0.01, band(1800 / size, 9000 / size, 12)) * fading(0.01, 0.005)
        place(out, 0.008 + late, snap, 0.3)
    if sort == "camera":
        curtain = noise(rng, 0.09, band(2500, 8000, 12)) * struck_envelope(0.09, 0.02, 0.09)
        place(out, 0.03, curtain, 0.06)
    return heard_in(out, "room", 0.15)


def typing(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    sort: str = "keyboard",
) -> Samples:
    """Keys, in bursts as words come: of a "keyboard" or a "typewriter"."""
    out = np.zeros((count(seconds), 2), np.float32)
    old = sort == "typewriter"
    at = 0.03
    while at < seconds - 0.05:
        for _ in range(rng.integers(2, 9)):
            own = rng.uniform(0.85, 1.15) * size
            pan = rng.uniform(-0.4, 0.4)
            if old:
                place(
                    out,
                    at,
                    struck(rng, "metal", 0.5 * own, force)[: count(0.1)] * fading(0.1, 0.06),
                    0.5,
                    pan,
                )
                place(out, at + 0.012, struck(rng, "wood", 0.7 * own, force), 0.7, pan)
            else:
                for late, level in ((0, 0.6), (rng.uniform(0.05, 0.09), 0.3)):
                    place(out, at + late, struck(rng, "plastic", 0.55 * own, force), level, pan)
                    snap = noise(rng, 0.012, band(2200 / size, 7500 / size, 12)) * fading(
                        0.012, 0.008
                    )
                    place(out, at + late, snap, 0.16 * level, pan)
            at += rng.lognormal(-2.1, 0.3) / speed
        at += rng.exponential(0.12) / speed + 0.05
    return heard_in(out, "room", 0.18)


def keys(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A bunch of keys, or a chain, or coins in a hand: many small pieces of metal."""
    bodies = [
        struck(rng, "metal", 0.22 * size * part, 1.3)[: count(0.3)]
        for part in rng.uniform(0.6, 1.5, 8)
    ]
    bodies = [body * fading(len(body) / RATE, 0.22) for body in bodies]
    shake = np.clip(wander(rng, seconds, 5 * speed, -0.6, 1.0), 0, 1) + 0.03
    return heard_in(0.5 * shower(rng, seconds, 55 * speed * shake, bodies, 0.8), "room", 0.15)


def paper(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    sort: str = "page",
) -> Samples:
    """Paper: a "page" is turned, a sheet is "crumpled" or "torn"; a "zip" is closed as well."""
    if sort == "zip":
        rate = curve(seconds, ((0, 60), (0.7 * seconds, 330), (seconds, 420))) / size**0.5
        turn = phase(rate)
        ticks = np.zeros(count(seconds), np.float32)
        ticks[np.flatnonzero(np.diff(turn.astype(np.int32), prepend=0))] = 1
        tooth = noise(rng, 0.012, band(1500 / size, 7500 / size, 12)) * fading(0.012, 0.008)
        hiss = noise(rng, seconds, band(3000 / size, 9000 / size, 12))
        whole = convolved(ticks, tooth)[: count(seconds)] + 0.05 * hiss
        return heard_in(
            whole * curve(seconds, ((0, 0.4), (0.8 * seconds, 1), (seconds, 0))), "room", 0.1
        )
    rustle = [
        noise(rng, 0.02, band(low / size, 11000 / size, 9)) * struck_envelope(0.02, 0.0005, fade)
        for low, fade in zip(rng.uniform(900, 3500, 6), rng.uniform(0.002, 0.012, 6), strict=True)
    ]
    if sort == "torn":
        rate = curve(seconds, ((0, 200), (0.2 * seconds, 900), (0.8 * seconds, 1300), (seconds, 0)))
        bed = noise(rng, seconds, ((300, -20), (2500 / size, 0), (7000 / size, -3), (16000, -18)))
        swell = curve(seconds, ((0, 0), (0.1 * seconds, 0.8), (0.85 * seconds, 1), (seconds, 0)))
        out = 0.2 * shower(rng, seconds, rate, rustle, 0.9) + (0.2 * bed * swell)[:, None]
        return heard_in(out.astype(np.float32), "room", 0.1)
    if sort == "crumpled":
        busy = 260 * force * np.clip(wander(rng, seconds, 5, -0.3, 1), 0.02, 1)
        return heard_in(0.5 * shower(rng, seconds, busy, rustle, 0.85), "room", 0.1)

    def shape(times: Samples, hertz: Samples) -> Samples:
        pitch = 1800 / size * (1 + 2.2 * np.sin(np.pi * np.minimum(times / seconds, 1)))
        return np.exp(-((np.log2(np.maximum(hertz, 1) / pitch) / 0.9) ** 2))

    bed = sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape, 128)
    swell = curve(
        seconds,
        ((0, 0), (0.25 * seconds, 0.5), (0.6 * seconds, 1), (0.75 * seconds, 0.3), (seconds, 0)),
    )
    out = (0.35 * bed * swell)[:, None] + 0.3 * shower(rng, seconds, 200 * swell, rustle, 0.9)
    return heard_in(out.astype(np.float32), "room", 0.1)
