"""Explosions, gunshots, fireworks, whooshes, whips, arrows, risers, drones."""

import numpy as np

from miaobi.synthesis.impacts import strike, thump
from miaobi.synthesis.signals import (
    Samples,
    add_at,
    attack_decay,
    band_pass,
    curve,
    decay,
    low_pass_gain,
    noise,
    num_samples,
    random_curve,
    resonance_gain,
    scatter_grains,
    sine,
    stft_filter,
    time_axis,
    tone,
)
from miaobi.synthesis.space import add_reverb, pan_along, to_stereo


def explosion(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize an explosion (T, 2): shock wave, fireball, low boom, falling debris."""
    out = np.zeros((num_samples(seconds), 2), np.float32)

    def gains(times: Samples, hertz: Samples) -> Samples:
        cutoff = 90 + 5200 * np.exp(-times * 5.5 / size**0.5) + 600 * np.exp(-times * 1.3)
        return low_pass_gain(hertz, cutoff / size**0.7, 1.1) * hertz / (hertz + 25)

    for side in (-0.7, 0.7):
        ball = stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains, 256)
        body = attack_decay(seconds, 0.004, 1.5 * size**0.5)
        body = body + 0.3 * attack_decay(seconds, 0.2, 2.4 * size**0.4)
        add_at(out, 0.008, ball * body * random_curve(rng, seconds, 11, 0.75, 1.15), 1.2, side)
    boom = 62 / size**0.4 * (0.5 + 0.9 * np.exp(-time_axis(seconds) * 5))
    boom = sine(boom.astype(np.float32)) * attack_decay(seconds, 0.006, 1.2 * size**0.5)
    add_at(out, 0.008, boom, 1.0)
    shock = noise(rng, 0.03, band_pass(300, 9000 / size, 9)) * decay(0.03, 0.015)
    add_at(out, 0.006, shock, 0.6 * force)
    bits = [strike(rng, "stone", s * size, 0.8) for s in (0.5, 0.9, 1.6)]
    falling = curve(seconds, ((0, 0), (0.35, 0), (0.7, 26 * force), (max(0.9, 0.8 * seconds), 0)))
    out += 0.06 * scatter_grains(rng, seconds, falling, bits, 0.8)
    return add_reverb(np.tanh(1.6 * force**0.5 * out), "valley", 0.28)


def shot(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    rounds: int = 1,
    speed: float = 1.0,
) -> Samples:
    """Synthesize one or more gunshots in the open (T, 2): crack, muzzle blast, echo."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    time = 0.01
    for _ in range(rounds):
        crack = noise(rng, 0.02, ((300, -6), (2500 / size**0.5, 0), (14000, -4)))
        color = ((40, -4), (160 / size, 0), (900 / size, -3), (4000 / size, -12), (14000, -34))
        burst = noise(rng, 0.35, color)
        add_at(out, time, crack * decay(0.02, 0.008), 0.9 * force)
        add_at(out, time + 0.001, burst * attack_decay(0.35, 0.001, 0.2 * size**0.5), 0.5)
        add_at(out, time + 0.001, thump(rng, 0.18, 85 / size**0.5), 0.9)
        time += 0.095 / speed * rng.uniform(0.96, 1.04)
    return add_reverb(np.tanh(1.8 * out), "valley", 0.22)


def firework(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a firework (T, 2): rising whistle, burst, crackling stars."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    up = min(0.9, 0.3 * seconds)  # seconds of flight
    rise = curve(up, ((0, 1100), (up, 2600))) / size * random_curve(rng, up, 20, 0.97, 1.03)
    hiss = noise(rng, up, band_pass(1200, 6000, 9))
    fade = curve(up, ((0, 0), (0.1, 1), (up, 0.15)))
    add_at(out, 0.01, (0.3 * sine(rise.astype(np.float32)) + 0.3 * hiss) * fade, 0.12)
    burst = explosion(rng, max(0.5, seconds - up), size=0.7 * size, force=force)
    add_at(out, up, burst, 0.9)
    stars = [
        noise(rng, 0.02, band_pass(2000, 9000, 12)) * decay(0.02, rng.uniform(0.004, 0.012))
        for _ in range(5)
    ]
    rest = seconds - up
    glitter = curve(rest, ((0, 0), (0.3, 0), (0.45, 110), (0.7 * rest, 40), (rest, 0)))
    add_at(out, up, scatter_grains(rng, rest, glitter, stars, 0.9), 0.3)
    return add_reverb(out, "valley", 0.25)


def whoosh(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a whoosh (T, 2): band-pass noise that rises, falls and pans to the other side."""
    peak = rng.uniform(0.42, 0.6)

    def gains(times: Samples, hertz: Samples) -> Samples:
        proximity = np.exp(-(((times / seconds - peak) / 0.2) ** 2))
        pitch = (260 + 1250 * proximity) / size * force**0.3
        return resonance_gain(hertz, pitch, 0.85) + 0.5 * resonance_gain(hertz, 1.9 * pitch, 0.2)

    air = stft_filter(noise(rng, seconds, ((20, 0), (20000, -6))), gains, 128)
    t = time_axis(seconds) / np.float32(seconds)
    swell = np.exp(-(((t - peak) / np.where(t < peak, 0.24, 0.18)) ** 2))
    side = rng.choice((-1, 1)) * np.tanh(4 * (t - peak))
    return add_reverb(pan_along((air * swell).astype(np.float32), 0.8 * side), "room", 0.1)


def swing(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    variant: str = "whip",
) -> Samples:
    """Synthesize the crack of a "whip", or the shot, flight and impact of an "arrow": (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    if variant == "whip":
        add_at(out, 0, whoosh(rng, 0.35, size=0.8 * size), 0.25)
        crack = noise(rng, 0.05, ((400, -14), (2500 / size, 0), (14000, -2))) * decay(0.05, 0.018)
        add_at(out, 0.26, crack, 0.9 * force)
        return add_reverb(out, "street", 0.35)
    string = 190 / size * (1 + 0.3 * decay(0.35, 0.1))
    twang = (sine(string) + 0.5 * sine(2.01 * string)) * attack_decay(0.35, 0.002, 0.22)
    add_at(out, 0.01, twang, 0.4)
    air = noise(rng, 0.4, band_pass(1800 / size, 5000 / size, 12))
    add_at(out, 0.03, air * curve(0.4, ((0, 0), (0.08, 1), (0.4, 0.2))), 0.1)
    add_at(out, 0.42, strike(rng, "wood", 1.2 * size, 1.2), 0.8, 0.3)
    add_at(out, 0.42, thump(rng, 0.12, 120), 0.5, 0.3)
    shiver = tone(0.4, 34 / size) * decay(0.4, 0.4)
    wood = noise(rng, 0.4, band_pass(250, 900, 15)) * (0.5 + 0.5 * shiver) * decay(0.4, 0.3)
    add_at(out, 0.43, wood, 0.1, 0.3)
    return add_reverb(out, "forest", 0.2)


def riser(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    falling: float = 0.0,
) -> Samples:
    """Synthesize a riser of film trailers (T, 2), or with `falling` an impact that decays."""
    t = time_axis(seconds) / np.float32(seconds)
    t = 1 - t if falling else t

    def gains(times: Samples, hertz: Samples) -> Samples:
        t = np.minimum(times / seconds, 1)
        t = 1 - t if falling else t
        return resonance_gain(hertz, 200 / size * 30**t, 0.7)

    air = stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains)
    tone = sum(
        sine((110 * ratio / size * 4**t).astype(np.float32)) for ratio in (1, 1.007, 1.5, 2.01)
    )
    out = (0.5 * air + 0.16 * tone) * t**1.6
    if falling:
        add_at(out, 0, thump(rng, min(1.5, seconds), 52 / size), 1.2)
    return add_reverb(np.asarray(out, np.float32), "hall", 0.35)


def drone(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a deep, dark drone (T, 2) of slowly fluctuating partials."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for ratio in (1, 1.5, 2, 2.98, 4.03, 6.1):
        for side in (-0.7, 0.7):
            steady = tone(seconds, 46 * ratio / size * rng.uniform(0.996, 1.004))
            swell = random_curve(rng, seconds, 0.5, 0.1, 1.0)
            add_at(out, 0, steady * swell, 0.3 / ratio**0.6, side)
    air = noise(rng, seconds, ((40, 0), (200 / size, -4), (900 / size, -18), (5000, -44)))
    air = air * random_curve(rng, seconds, 0.4, 0.3, 1)
    return add_reverb(out + 0.12 * to_stereo(air), "cave", 0.4)
