"""Household sounds: doors, locks, switches, keyboards, keys, paper, zippers."""

import numpy as np

from miaobi.synthesis.impacts import strike, thump
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    add_at,
    attack_decay,
    band_pass,
    convolve,
    curve,
    decay,
    noise,
    normalize_peak,
    num_samples,
    phase,
    random_curve,
    resonance_gain,
    scatter_grains,
    stft_filter,
    sum_modes,
    time_axis,
)
from miaobi.synthesis.space import add_reverb


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
    """Synthesize a door (T, 2): creaking hinges, impact on the frame, latch.

    `move` is "close", "open" (the latch first, then the hinges) or "slam" (without creaking).
    """
    out = np.zeros(num_samples(seconds), np.float32)
    swing = 0.0 if move == "slam" else min(0.9 * size**0.4, 0.5 * seconds)
    if move == "open":
        add_at(out, 0.01, latch(rng, size), 0.5)
        if creak:
            add_at(out, 0.2, creaking(rng, 1.4 * swing, size), 0.6 * creak)
        air = noise(rng, 0.4, band_pass(90, 500, 12)) * np.sin(np.pi * time_axis(0.4) / 0.4)
        add_at(out, 0.12, air.astype(np.float32), 0.03)
        return add_reverb(out, "room", 0.3)
    if creak and swing:
        add_at(out, 0.01, creaking(rng, swing, size), 0.35 * creak)
    impact = force * (2.0 if move == "slam" else 1.0)
    time = 0.02 + swing
    push = noise(rng, 0.15, band_pass(60, 350, 12)) * curve(0.15, ((0, 0), (0.13, 1), (0.15, 0)))
    add_at(out, max(0.0, time - 0.14), push, 0.05 * impact)
    panel = strike(rng, material, (2.6 if material == "wood" else 1.8) * size, 0.6 * impact)
    add_at(out, time, panel, 0.6)
    add_at(out, time, thump(rng, 0.35 * size**0.3, 58 / size**0.4), 0.9 * min(impact, 1.6))
    slap = noise(rng, 0.2, ((70, 0), (350 / size, 0), (1600 / size, -8), (7000, -26)))
    add_at(out, time, slap * attack_decay(0.2, 0.002, 0.14), 0.16 * impact)
    add_at(out, time + 0.018, strike(rng, material, 1.6 * size, 0.5 * impact), 0.25)
    add_at(out, time + 0.03, latch(rng, size), 0.3)
    if impact > 1.4:  # the frame shakes
        for delay in np.cumsum(rng.uniform(0.03, 0.07, 4)):
            rattle = strike(rng, material, 1.3 * size, 0.4)
            add_at(out, time + delay, rattle, 0.25 * np.exp(-9 * delay))
    return add_reverb(np.tanh(1.2 * out), "hall" if size > 1.3 else "room", 0.22 + 0.1 * impact)


def creaking(rng: np.random.Generator, seconds: float, size: float = 1.0) -> Samples:
    """Synthesize stick-slip friction (T,): a pulse train at 60 to 260 Hz through wooden modes."""
    rate = random_curve(rng, seconds, 3.5 / max(seconds, 0.3), 60, 260)
    rate = rate * random_curve(rng, seconds, 18, 0.85, 1.15)
    rate = rate * curve(seconds, ((0, 0.5), (0.3 * seconds, 1), (seconds, 0.6))) / size**0.5
    cycles = phase(rate.astype(np.float32))
    slips = np.flatnonzero(np.diff(cycles.astype(np.int32), prepend=0))
    ticks = np.zeros(num_samples(seconds), np.float32)
    ticks[slips] = rng.uniform(0.4, 1, len(slips))
    pitch = np.array([430, 760, 1180, 1750, 2600, 3700]) / size**0.6 * rng.uniform(0.9, 1.1, 6)
    t60, levels = [0.03, 0.028, 0.02, 0.018, 0.012, 0.01], [0.6, 1, 0.9, 0.7, 0.4, 0.25]
    wood = sum_modes(0.05, pitch, t60, levels)
    whole = convolve(ticks, wood)[: num_samples(seconds)]
    return normalize_peak(whole * np.sin(np.pi * time_axis(seconds) / np.float32(seconds)) ** 0.5)


def creak(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize repeated creaks of a board, a ship or a hinge (T, 2)."""
    out = np.zeros(num_samples(seconds), np.float32)
    time = 0.02
    while time < seconds - 0.2:
        duration = min(rng.uniform(0.5, 1.1) / speed, seconds - time - 0.05)
        add_at(out, time, creaking(rng, duration, size), rng.uniform(0.5, 1))
        time += duration + rng.uniform(0.1, 0.6) / speed
    return add_reverb(out, "room", 0.3)


def latch(rng: np.random.Generator, size: float = 1.0) -> Samples:
    """Synthesize the latch of a lock (T,): two metal clicks."""
    out = np.zeros(num_samples(0.3), np.float32)
    for delay, level in ((0, 0.7), (rng.uniform(0.03, 0.06), 1.0)):
        metal = strike(rng, "metal", 0.35 * size, 0.8)[: num_samples(0.12)] * decay(0.12, 0.07)
        add_at(out, delay, metal, level)
        add_at(out, delay, strike(rng, "wood", 0.8 * size, 0.6), 0.4 * level)
    return out


def click(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    variant: str = "switch",
) -> Samples:
    """Synthesize the click of a "switch", "mouse", "camera", "lock" or gun "bolt": (T, 2)."""
    out = np.zeros(num_samples(seconds), np.float32)
    times, bodies, scale = {
        "switch": ((0, 0.012), ("plastic", "metal"), 0.5),
        "mouse": ((0, 0.085), ("plastic", "plastic"), 0.25),
        "camera": ((0, 0.03, 0.11, 0.14), ("plastic", "metal", "metal", "plastic"), 0.35),
        "lock": ((0, 0.07, 0.28, 0.33), ("metal", "metal", "wood", "metal"), 0.6),
        "bolt": ((0, 0.05, 0.22, 0.27), ("metal", "metal", "metal", "metal"), 0.7),
    }[variant]
    for delay, body in zip(times, bodies, strict=True):
        impact = strike(rng, body, scale * size * rng.uniform(0.9, 1.1), 1.2 * force)
        impact = impact[: num_samples(0.2)]
        add_at(out, 0.008 + delay, impact * decay(len(impact) / RATE, 0.1), rng.uniform(0.7, 1))
        snap = noise(rng, 0.01, band_pass(1800 / size, 9000 / size, 12)) * decay(0.01, 0.005)
        add_at(out, 0.008 + delay, snap, 0.3)
    if variant == "camera":
        shutter = noise(rng, 0.09, band_pass(2500, 8000, 12)) * attack_decay(0.09, 0.02, 0.09)
        add_at(out, 0.03, shutter, 0.06)
    return add_reverb(out, "room", 0.15)


def typing(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    variant: str = "keyboard",
) -> Samples:
    """Synthesize typing on a "keyboard" or a "typewriter" in bursts of words: (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    is_typewriter = variant == "typewriter"
    time = 0.03
    while time < seconds - 0.05:
        for _ in range(rng.integers(2, 9)):
            key_size = rng.uniform(0.85, 1.15) * size
            pan = rng.uniform(-0.4, 0.4)
            if is_typewriter:
                metal = strike(rng, "metal", 0.5 * key_size, force)[: num_samples(0.1)]
                add_at(out, time, metal * decay(0.1, 0.06), 0.5, pan)
                add_at(out, time + 0.012, strike(rng, "wood", 0.7 * key_size, force), 0.7, pan)
            else:
                for delay, level in ((0, 0.6), (rng.uniform(0.05, 0.09), 0.3)):
                    key = strike(rng, "plastic", 0.55 * key_size, force)
                    add_at(out, time + delay, key, level, pan)
                    snap = noise(rng, 0.012, band_pass(2200 / size, 7500 / size, 12))
                    add_at(out, time + delay, snap * decay(0.012, 0.008), 0.16 * level, pan)
            time += rng.lognormal(-2.1, 0.3) / speed
        time += rng.exponential(0.12) / speed + 0.05
    return add_reverb(out, "room", 0.18)


def keys(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize shaken keys, a chain or coins (T, 2): grains of small pieces of metal."""
    bodies = [
        strike(rng, "metal", 0.22 * size * scale, 1.3)[: num_samples(0.3)]
        for scale in rng.uniform(0.6, 1.5, 8)
    ]
    bodies = [body * decay(len(body) / RATE, 0.22) for body in bodies]
    shake = np.clip(random_curve(rng, seconds, 5 * speed, -0.6, 1.0), 0, 1) + 0.03
    out = 0.5 * scatter_grains(rng, seconds, 55 * speed * shake, bodies, 0.8)
    return add_reverb(out, "room", 0.15)


def paper(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    variant: str = "page",
) -> Samples:
    """Synthesize paper (T, 2): a turned "page", "crumpled" or "torn"; or a closing "zip"."""
    if variant == "zip":
        rate = curve(seconds, ((0, 60), (0.7 * seconds, 330), (seconds, 420))) / size**0.5
        cycles = phase(rate)
        ticks = np.zeros(num_samples(seconds), np.float32)
        ticks[np.flatnonzero(np.diff(cycles.astype(np.int32), prepend=0))] = 1
        tooth = noise(rng, 0.012, band_pass(1500 / size, 7500 / size, 12)) * decay(0.012, 0.008)
        hiss = noise(rng, seconds, band_pass(3000 / size, 9000 / size, 12))
        whole = convolve(ticks, tooth)[: num_samples(seconds)] + 0.05 * hiss
        swell = curve(seconds, ((0, 0.4), (0.8 * seconds, 1), (seconds, 0)))
        return add_reverb(whole * swell, "room", 0.1)
    rustle = [
        noise(rng, 0.02, band_pass(low / size, 11000 / size, 9)) * attack_decay(0.02, 0.0005, fade)
        for low, fade in zip(rng.uniform(900, 3500, 6), rng.uniform(0.002, 0.012, 6), strict=True)
    ]
    if variant == "torn":
        rate = curve(seconds, ((0, 200), (0.2 * seconds, 900), (0.8 * seconds, 1300), (seconds, 0)))
        bed = noise(rng, seconds, ((300, -20), (2500 / size, 0), (7000 / size, -3), (16000, -18)))
        swell = curve(seconds, ((0, 0), (0.1 * seconds, 0.8), (0.85 * seconds, 1), (seconds, 0)))
        out = 0.2 * scatter_grains(rng, seconds, rate, rustle, 0.9) + (0.2 * bed * swell)[:, None]
        return add_reverb(out.astype(np.float32), "room", 0.1)
    if variant == "crumpled":
        rate = 260 * force * np.clip(random_curve(rng, seconds, 5, -0.3, 1), 0.02, 1)
        return add_reverb(0.5 * scatter_grains(rng, seconds, rate, rustle, 0.85), "room", 0.1)

    def gains(times: Samples, hertz: Samples) -> Samples:
        pitch = 1800 / size * (1 + 2.2 * np.sin(np.pi * np.minimum(times / seconds, 1)))
        return resonance_gain(hertz, pitch, 0.9)

    bed = stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains, 128)
    swell = curve(
        seconds,
        ((0, 0), (0.25 * seconds, 0.5), (0.6 * seconds, 1), (0.75 * seconds, 0.3), (seconds, 0)),
    )
    out = (0.35 * bed * swell)[:, None]
    out = out + 0.3 * scatter_grains(rng, seconds, 200 * swell, rustle, 0.9)
    return add_reverb(out.astype(np.float32), "room", 0.1)
