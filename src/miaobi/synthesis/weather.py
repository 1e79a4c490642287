"""Weather and fire: rain, bubbles of drops, wind, thunder, flames."""

import numpy as np

from miaobi.synthesis.impacts import strike
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    add_at,
    attack_decay,
    band_pass,
    decay,
    low_pass_gain,
    noise,
    num_samples,
    random_curve,
    resonance_gain,
    scatter_grains,
    stereo_noise,
    stft_filter,
    sum_modes,
    time_axis,
)
from miaobi.synthesis.space import add_reverb, to_stereo


def rain(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    surface: str = "ground",
) -> Samples:
    """Synthesize rain (T, 2): broadband hiss of distant drops, and single drops on a surface."""
    treble = 9000 / size**0.8
    hiss = stereo_noise(
        rng,
        seconds,
        ((80, -26), (400 / size, -9), (1500 / size, -3), (treble, 0), (20000, -10 * size)),
    )
    gust = random_curve(rng, seconds, 0.4, 0.85, 1.12)[:, None]
    grains = [_drop(rng, surface, size * scale) for scale in rng.uniform(0.65, 1.6, 9)]
    drops = scatter_grains(rng, seconds, 160 * force**0.8, grains, 0.75)
    out = 0.1 * force**0.7 * hiss * gust + 0.17 * drops
    if force > 1.3:  # a downpour adds low noise
        roar = noise(rng, seconds, ((60, -6), (250, 0), (700, -4), (3000, -18), (12000, -40)))
        out += 0.09 * (force - 1) * (roar * random_curve(rng, seconds, 0.7, 0.7, 1.2))[:, None]
    return out


def _drop(rng: np.random.Generator, surface: str, size: float) -> Samples:
    """Synthesize one drop (T,): a tick, and the ring, bubble or rustle of the surface."""
    tick = noise(rng, 0.02, band_pass(1800 / size, 11000 / size, 12)) * decay(0.02, 0.008)
    if surface in ("metal", "glass", "wood", "plastic"):
        ring = strike(rng, surface, 0.6 * size, 0.8)[: num_samples(0.25)]
        ring = ring * decay(len(ring) / RATE, 0.25)
        add_at(ring, 0, tick, 0.5)
        return 1.1 * ring
    out = np.zeros(num_samples(0.06), np.float32)
    add_at(out, 0, tick, 0.6)
    if surface == "leaves":
        rustle = noise(rng, 0.05, band_pass(900, 5000, 9)) * attack_decay(0.05, 0.004, 0.04)
        add_at(out, 0, rustle, 0.5)
    elif surface == "water":
        add_at(out, 0.004, bubble(rng, rng.uniform(900, 3000) / size), 0.8)
    else:
        pitch = rng.uniform(900, 4500) / size
        add_at(out, 0.001, sum_modes(0.03, [pitch], [0.02], [1.0]), 0.5)
    return out


def bubble(rng: np.random.Generator, hertz: float) -> Samples:
    """Synthesize a bubble in water (T,): a decaying tone of rising pitch (van den Doel, 2005)."""
    seconds = min(0.25, 90 / hertz + 0.01)
    times = time_axis(seconds)
    cycles = hertz * times * (1 + rng.uniform(0.5, 2.2) * times / seconds / 4)
    return np.sin(2 * np.pi * cycles).astype(np.float32) * attack_decay(seconds, 0.002, seconds)


def wind(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    howl: float = 0.4,
    speed: float = 1.0,
) -> Samples:
    """Synthesize wind (T, 2): low-pass noise that follows gusts, and howling edge resonances."""
    gust = random_curve(rng, seconds, 0.5 * speed, 0.35, 1.0)
    gust = gust + random_curve(rng, seconds, 1.6 * speed, 0, 0.25)
    gust = gust * min(force, 2.5) ** 0.5
    channels = []
    pitches = rng.uniform(330, 900, 3) / size
    for _ in range(2):
        gusts = np.clip(gust + random_curve(rng, seconds, 0.9 * speed, -0.12, 0.12), 0.05, None)

        def gains(times: Samples, hertz: Samples, gusts: Samples = gusts) -> Samples:
            index = np.minimum((times[:, 0] * RATE).astype(int), len(gusts) - 1)
            level = gusts[index][:, None]
            body = low_pass_gain(hertz, (120 + 620 * level**1.6) / size, 1.0) * level**1.3
            body = body * hertz / (hertz + 45)
            if not howl:
                return body
            edges = sum(
                resonance_gain(hertz, pitch * (0.75 + 0.4 * level), 0.07) for pitch in pitches
            )
            return body + howl * 0.8 * level**2.6 * edges

        channels.append(stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains))
    return np.stack(channels, 1)


def thunder(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    near: float = 0.5,
) -> Samples:
    """Synthesize thunder (T, 2): a crack if lightning is near, then ever duller rumbles."""
    channels = []
    claps = np.sort(rng.exponential(0.28 * seconds, 9))
    claps[0] = 0.06
    sizes = rng.uniform(0.35, 1, 9)
    sizes[0] = 1
    for _ in range(2):
        swell = np.zeros(num_samples(seconds), np.float32)
        for time, level in zip(claps + rng.normal(0, 0.02, 9), sizes, strict=True):
            rise = attack_decay(seconds, 0.03 + 0.1 * max(time, 0), 1.6 * size**0.3)
            add_at(swell, max(0.0, time), rise, level * np.exp(-1.5 * time / seconds))
        swell += 0.5 * attack_decay(seconds, 0.15, 0.8 * seconds)

        def gains(times: Samples, hertz: Samples) -> Samples:
            cutoff = (70 + 900 * near * np.exp(-times * 1.6) + 160 * np.exp(-times / 3)) / size
            return low_pass_gain(hertz, cutoff, 1.1) * hertz / (hertz + 30)

        channels.append(stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains) * swell)
    out = np.stack(channels, 1)
    out /= np.abs(out).max()
    if near > 0.2:
        crack = noise(rng, 0.5, ((100, -10), (900, 0), (5000 / size, -5), (16000, -20)))
        grain = crack[: num_samples(0.012)] * decay(0.012, 0.01)
        shreds = scatter_grains(rng, 0.5, 220 * decay(0.5, 0.5), [grain])
        whole = 0.35 * crack[:, None] * attack_decay(0.5, 0.001, 0.3)[:, None] + 0.25 * shreds
        add_at(out, 0.05, whole, 0.5 * near * force)
    return add_reverb(np.tanh(1.5 * out), "valley", 0.3)


def fire(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Synthesize a fire (T, 2): fluttering flames, hissing gas, snapping wood."""
    low = noise(
        rng, seconds, ((25, -8), (70 / size, 0), (300 / size, -6), (1500 / size, -26), (9000, -60))
    )
    flutter = random_curve(rng, seconds, 9, 0.4, 1.1) * random_curve(rng, seconds, 1.2, 0.6, 1.2)
    hiss = noise(rng, seconds, ((300, -30), (2000 / size, -4), (6000 / size, 0), (16000, -9)))
    breath = random_curve(rng, seconds, 2.5, 0.4, 1.0)
    snaps = []
    for _ in range(6):
        edges = rng.uniform(700, 2500) / size, rng.uniform(3000, 9000) / size
        snap = noise(rng, 0.02, band_pass(*edges, 15))
        snaps.append(snap * attack_decay(0.02, 0.0003, rng.uniform(0.003, 0.012)))
    rate = 14 * force * random_curve(rng, seconds, 1.5, 0, 1) ** 2 + 2
    out: Samples = to_stereo(0.16 * force**0.5 * low * flutter + 0.02 * hiss * breath)
    out = out + 0.4 * scatter_grains(rng, seconds, rate, snaps, 1.0)
    pops = [strike(rng, "wood", 0.5 * size * scale, 1.5) for scale in (0.6, 0.9, 1.4)]
    return out + 0.35 * scatter_grains(rng, seconds, 0.9 * force, pops, 0.7)
