"""Footsteps, hands, hearts, breath, crowds."""

import numpy as np

from miaobi.synthesis.impacts import struck, thump
from miaobi.synthesis.signals import (
    Samples,
    band,
    clock,
    count,
    curve,
    fading,
    filtered,
    loudest,
    low_pass,
    noise,
    place,
    sculpted,
    shower,
    struck_envelope,
    voiced,
    wander,
)
from miaobi.synthesis.space import heard_in, stereo

SURFACES = ("wood", "stone", "gravel", "snow", "grass", "leaves", "water", "metal", "sand")


def footsteps(
    rng: np.random.Generator,
    seconds: float,
    *,
    surface: str = "stone",
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Somebody walks: heel, then toe; left and right differ a little, and no step is the last."""
    out = np.zeros((count(seconds), 2), np.float32)
    feet = rng.uniform(0.94, 1.06, 2)
    gap = 0.56 / speed
    at, number = 0.03, 0
    while at < seconds:
        own = size * feet[number % 2] * rng.uniform(0.96, 1.04)
        step = _step(rng, surface, own, force, 0.09 / speed**0.5)
        place(out, at, step, rng.uniform(0.8, 1), (-0.18, 0.18)[number % 2])
        number += 1
        at = 0.03 + number * gap + rng.normal(0, 0.016 / speed)
    inside = surface in ("wood", "stone", "metal")
    return heard_in(out, "room", 0.3) if inside else heard_in(out, "forest", 0.06)


def _step(rng: np.random.Generator, surface: str, size: float, force: float, toe: float) -> Samples:
    """(T, 2) one step."""
    out = np.zeros((count(0.8), 2), np.float32)
    place(out, 0, thump(rng, 0.13 * size**0.5, 88 / size**0.6), 0.4 * force)
    if surface in ("wood", "stone", "metal"):
        body = {"wood": ("wood", 1.7), "stone": ("stone", 0.75), "metal": ("metal", 2.2)}[surface]
        for late, level in ((0.0, 0.55), (toe, 0.3)):
            blow = struck(rng, body[0], body[1] * size, 0.7 * force)
            place(
                out, late, blow[: count(0.5)] * fading(len(blow[: count(0.5)]) / 44100, 0.5), level
            )
            scuff = noise(rng, 0.06, band(700 / size, 5000 / size, 9)) * struck_envelope(
                0.06, 0.004, 0.05
            )
            place(out, late, scuff, 0.05 * level)
        return out
    low, high, rate, fade = {
        "gravel": (1100, 6500, 420, 0.010),
        "snow": (1500, 5500, 1400, 0.006),
        "grass": (1600, 6000, 420, 0.012),
        "leaves": (1300, 9000, 330, 0.014),
        "water": (600, 4000, 300, 0.02),
        "sand": (1200, 7000, 1600, 0.005),
    }[surface]
    grains = [
        noise(rng, 0.03, band(low / size * part, high / size, 12))
        * struck_envelope(0.03, 0.0008, fade)
        for part in rng.uniform(0.6, 1.5, 6)
    ]
    press = curve(
        0.4, ((0, 0), (0.012, 1), (0.07, 0.35), (toe + 0.03, 0.8), (toe + 0.16, 0.1), (0.36, 0))
    )
    crunch = shower(rng, 0.4, rate * force * press, grains, 1.0)
    place(out, 0, crunch, 0.5 if surface in ("gravel", "leaves") else 0.24)
    if surface in ("snow", "grass", "sand", "water"):
        bed = noise(rng, 0.4, band(low / size, high / size, 10)) * press
        place(out, 0, bed, {"snow": 0.16, "grass": 0.1, "sand": 0.1, "water": 0.12}[surface])
    if surface == "snow":  # packed crystals creak
        creak = noise(rng, 0.22, band(380, 800, 30)) * struck_envelope(0.22, 0.03, 0.22)
        place(out, 0.02, creak, 0.08)
    if surface == "water":
        from miaobi.synthesis.weather import bubble

        sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(350, 1500, 6)]
        place(out, 0, shower(rng, 0.4, 80 * press, sounds, 0.6), 0.2)
    return out


def heartbeat(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Lub-dub, heard from inside."""
    out = np.zeros(count(seconds), np.float32)
    gap, number, at = 0.86 / speed, 0, 0.04
    while at < seconds:
        for late, hertz, level in ((0, 46, 1.0), (0.3 / speed**0.5, 62, 0.65)):
            beat = thump(rng, 0.22, hertz / size**0.5)
            soft = noise(rng, 0.16, ((30, 0), (90, 0), (250, -20), (900, -50)))
            place(out, at + late, beat, level * rng.uniform(0.9, 1))
            place(out, at + late, soft * struck_envelope(0.16, 0.012, 0.14), 0.2 * level)
        number += 1
        at = 0.04 + number * gap + rng.normal(0, 0.008)
    return stereo(
        filtered(np.tanh(1.2 * force * out), ((20, 0), (160, 0), (500, -18), (2000, -50)))
    )


def breath(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """In through the mouth, bright; out, lower and longer."""
    out = np.zeros(count(seconds), np.float32)
    gap, at = 3.2 / speed, 0.05
    while at < seconds:
        for late, long, tune in ((0.0, 0.36 * gap, 1.15), (0.46 * gap, 0.46 * gap, 0.85)):
            throat = [
                (p * tune / size, w)
                for p, w in ((750, 0.28), (1750, 0.2), (3300, 0.22), (6500, 0.4))
            ]

            def shape(
                _: Samples, hertz: Samples, throat: list[tuple[float, float]] = throat
            ) -> Samples:
                told = 0.05 * low_pass(hertz, 7000, 1) * hertz / (hertz + 300)
                for pitch, width in throat:
                    told = (
                        told
                        + np.exp(-((np.log2(np.maximum(hertz, 1) / pitch) / width) ** 2))
                        * (500 / pitch) ** 0.4
                    )
                return told

            air = sculpted(noise(rng, long, ((20, 0), (20000, 0))), shape)
            swell = np.sin(np.pi * (clock(long) / np.float32(long)) ** (0.7 if late else 1.2)) ** 2
            place(
                out,
                at + late,
                air * swell * wander(rng, long, 12, 0.8, 1.1),
                force * rng.uniform(0.85, 1),
            )
        at += gap * rng.uniform(0.95, 1.05)
    return heard_in(out, "room", 0.05)


def clap(rng: np.random.Generator, size: float = 1.0) -> Samples:
    """(T,) two hands: a burst, colored by the hollow between them."""
    hollow = rng.uniform(800, 1900) / size
    burst = noise(
        rng,
        0.06,
        (
            (200, -22),
            (hollow * 0.7, -4),
            (hollow, 0),
            (hollow * 1.5, -5),
            (9000 / size, -14),
            (18000, -34),
        ),
    )
    out = burst * struck_envelope(0.06, 0.0006, rng.uniform(0.018, 0.04))
    place(out, rng.uniform(0.002, 0.005), out.copy(), 0.4)
    return loudest(out)


def applause(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    speed: float = 1.0,
    cheer: float = 0.0,
) -> Samples:
    """Many people clap, each at a pace of their own; with `cheer` they shout as well."""
    out = np.zeros((count(seconds), 2), np.float32)
    for _ in range(round(70 * force)):
        hands = clap(rng, size)
        pan, level = rng.uniform(-1, 1), rng.lognormal(-1, 0.6)
        gap, at = rng.uniform(0.2, 0.34) / speed, rng.uniform(-0.3, 0.5)
        while at < seconds:
            if at > 0:
                place(out, at, hands, level * rng.uniform(0.7, 1), pan)
            at += gap * rng.normal(1, 0.06)
    if cheer:
        place(out, 0, crowd(rng, seconds, force=2.0, size=0.9 * size), 2.0 * cheer)
    return heard_in(out, "hall", 0.5)


def crowd(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """People who talk at once, so that no word can be made out."""
    out = np.zeros((count(seconds), 2), np.float32)
    for pan in (-0.9, -0.4, 0.1, 0.5, 0.9):
        base = rng.choice((115, 125, 190, 215)) / size * force**0.4
        pitch = base * wander(rng, seconds, 3, 0.85, 1.3) * wander(rng, seconds, 0.5, 0.9, 1.15)
        first = wander(rng, seconds, 5, 320, 780) / size**0.3
        second = wander(rng, seconds, 5, 950, 2200) / size**0.3
        throat = ((first, 90.0, 1.0), (second, 130.0, 0.5), (2700.0, 200.0, 0.2))
        words = np.clip(wander(rng, seconds, 4.5, -0.5, 1.0), 0, 1)
        words = words * np.clip(wander(rng, seconds, 0.7, -0.2, 1.0), 0, 1)
        place(out, 0, voiced(rng, pitch, throat, -10, 0.2) * words, 1.0, pan)
    murmur = noise(rng, seconds, ((90, -10), (250, -2), (500, 0), (1800, -10), (6000, -32)))
    out += 0.1 * (murmur * wander(rng, seconds, 3, 0.7, 1.1))[:, None]
    return heard_in(out, "hall", 0.7)


def snore(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """A sleeper: the palate flaps as the air goes in, and it whistles softly out."""
    out = np.zeros(count(seconds), np.float32)
    gap, at = 3.6 / speed, 0.1
    while at < seconds:
        long = 1.3 / speed
        flap = rng.uniform(32, 42) / size * curve(long, ((0, 0.8), (0.6 * long, 1.2), (long, 0.9)))
        rough = flap * wander(rng, long, 30, 0.8, 1.2)
        throat = voiced(
            rng, rough, ((320 / size, 140, 1), (900 / size, 250, 0.4), (2200.0, 500, 0.15)), -4, 0.3
        )
        place(out, at, throat * np.sin(np.pi * clock(long) / np.float32(long)) ** 0.7, 0.8 * force)
        long = 1.1 / speed
        air = noise(rng, long, ((200, -20), (900, 0), (2500, -3), (8000, -20)))
        place(
            out, at + 1.9 / speed, air * np.sin(np.pi * clock(long) / np.float32(long)) ** 2, 0.06
        )
        at += gap * rng.uniform(0.95, 1.05)
    return heard_in(out, "room", 0.12)
