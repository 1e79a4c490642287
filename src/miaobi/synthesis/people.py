"""Human sounds: footsteps, heartbeat, breath, applause, crowds, snoring."""

import numpy as np

from miaobi.synthesis.impacts import strike, thump
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    add_at,
    apply_filter,
    attack_decay,
    band_pass,
    curve,
    decay,
    formant_voice,
    low_pass_gain,
    noise,
    normalize_peak,
    num_samples,
    random_curve,
    resonance_gain,
    scatter_grains,
    stft_filter,
    time_axis,
)
from miaobi.synthesis.space import add_reverb, to_stereo

BREATH_FORMANTS = ((750, 0.28), (1750, 0.2), (3300, 0.22), (6500, 0.4))  # Hz, octaves
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
    """Synthesize footsteps on one of SURFACES (T, 2): heel and toe, left and right foot."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    feet = rng.uniform(0.94, 1.06, 2)
    gap = 0.56 / speed
    time, number = 0.03, 0
    while time < seconds:
        foot_size = size * feet[number % 2] * rng.uniform(0.96, 1.04)
        step = _step(rng, surface, foot_size, force, 0.09 / speed**0.5)
        add_at(out, time, step, rng.uniform(0.8, 1), (-0.18, 0.18)[number % 2])
        number += 1
        time = 0.03 + number * gap + rng.normal(0, 0.016 / speed)
    is_indoors = surface in ("wood", "stone", "metal")
    return add_reverb(out, "room", 0.3) if is_indoors else add_reverb(out, "forest", 0.06)


def _step(rng: np.random.Generator, surface: str, size: float, force: float, toe: float) -> Samples:
    """Synthesize one step (T, 2); `toe` is the delay of the toe in seconds."""
    out = np.zeros((num_samples(0.8), 2), np.float32)
    add_at(out, 0, thump(rng, 0.13 * size**0.5, 88 / size**0.6), 0.4 * force)
    if surface in ("wood", "stone", "metal"):
        body = {"wood": ("wood", 1.7), "stone": ("stone", 0.75), "metal": ("metal", 2.2)}[surface]
        for delay, level in ((0.0, 0.55), (toe, 0.3)):
            impact = strike(rng, body[0], body[1] * size, 0.7 * force)[: num_samples(0.5)]
            add_at(out, delay, impact * decay(len(impact) / RATE, 0.5), level)
            scuff = noise(rng, 0.06, band_pass(700 / size, 5000 / size, 9))
            add_at(out, delay, scuff * attack_decay(0.06, 0.004, 0.05), 0.05 * level)
        return out
    low, high, rate, t60 = {  # Hz, Hz, grains per second, seconds
        "gravel": (1100, 6500, 420, 0.010),
        "snow": (1500, 5500, 1400, 0.006),
        "grass": (1600, 6000, 420, 0.012),
        "leaves": (1300, 9000, 330, 0.014),
        "water": (600, 4000, 300, 0.02),
        "sand": (1200, 7000, 1600, 0.005),
    }[surface]
    grains = [
        noise(rng, 0.03, band_pass(low / size * scale, high / size, 12))
        * attack_decay(0.03, 0.0008, t60)
        for scale in rng.uniform(0.6, 1.5, 6)
    ]
    pressure = curve(
        0.4, ((0, 0), (0.012, 1), (0.07, 0.35), (toe + 0.03, 0.8), (toe + 0.16, 0.1), (0.36, 0))
    )
    crunch = scatter_grains(rng, 0.4, rate * force * pressure, grains, 1.0)
    add_at(out, 0, crunch, 0.5 if surface in ("gravel", "leaves") else 0.24)
    if surface in ("snow", "grass", "sand", "water"):
        bed = noise(rng, 0.4, band_pass(low / size, high / size, 10)) * pressure
        add_at(out, 0, bed, {"snow": 0.16, "grass": 0.1, "sand": 0.1, "water": 0.12}[surface])
    if surface == "snow":  # packed crystals creak
        creak = noise(rng, 0.22, band_pass(380, 800, 30)) * attack_decay(0.22, 0.03, 0.22)
        add_at(out, 0.02, creak, 0.08)
    if surface == "water":
        from miaobi.synthesis.weather import bubble

        sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(350, 1500, 6)]
        add_at(out, 0, scatter_grains(rng, 0.4, 80 * pressure, sounds, 0.6), 0.2)
    return out


def heartbeat(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Synthesize a heartbeat from inside the body (T, 2)."""
    out = np.zeros(num_samples(seconds), np.float32)
    gap, number, time = 0.86 / speed, 0, 0.04
    while time < seconds:
        for delay, hertz, level in ((0, 46, 1.0), (0.3 / speed**0.5, 62, 0.65)):
            beat = thump(rng, 0.22, hertz / size**0.5)
            soft = noise(rng, 0.16, ((30, 0), (90, 0), (250, -20), (900, -50)))
            add_at(out, time + delay, beat, level * rng.uniform(0.9, 1))
            add_at(out, time + delay, soft * attack_decay(0.16, 0.012, 0.14), 0.2 * level)
        number += 1
        time = 0.04 + number * gap + rng.normal(0, 0.008)
    color = ((20, 0), (160, 0), (500, -18), (2000, -50))
    return to_stereo(apply_filter(np.tanh(1.2 * force * out), color))


def breath(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Synthesize breathing (T, 2): a bright inhalation and a lower, longer exhalation."""
    out = np.zeros(num_samples(seconds), np.float32)
    gap, time = 3.2 / speed, 0.05
    while time < seconds:
        for delay, duration, tune in ((0.0, 0.36 * gap, 1.15), (0.46 * gap, 0.46 * gap, 0.85)):
            throat = [(pitch * tune / size, width) for pitch, width in BREATH_FORMANTS]

            def gains(
                _: Samples, hertz: Samples, throat: list[tuple[float, float]] = throat
            ) -> Samples:
                total = 0.05 * low_pass_gain(hertz, 7000, 1) * hertz / (hertz + 300)
                for pitch, width in throat:
                    total = total + resonance_gain(hertz, pitch, width) * (500 / pitch) ** 0.4
                return total

            air = stft_filter(noise(rng, duration, ((20, 0), (20000, 0))), gains)
            t = time_axis(duration) / np.float32(duration)
            swell = np.sin(np.pi * t ** (0.7 if delay else 1.2)) ** 2
            flow = air * swell * random_curve(rng, duration, 12, 0.8, 1.1)
            add_at(out, time + delay, flow, force * rng.uniform(0.85, 1))
        time += gap * rng.uniform(0.95, 1.05)
    return add_reverb(out, "room", 0.05)


def clap(rng: np.random.Generator, size: float = 1.0) -> Samples:
    """Synthesize one clap (T,): a noise burst through the resonance of the cupped hands."""
    hollow = rng.uniform(800, 1900) / size
    color = (
        (200, -22),
        (hollow * 0.7, -4),
        (hollow, 0),
        (hollow * 1.5, -5),
        (9000 / size, -14),
        (18000, -34),
    )
    out = noise(rng, 0.06, color) * attack_decay(0.06, 0.0006, rng.uniform(0.018, 0.04))
    add_at(out, rng.uniform(0.002, 0.005), out.copy(), 0.4)
    return normalize_peak(out)


def applause(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    speed: float = 1.0,
    cheer: float = 0.0,
) -> Samples:
    """Synthesize applause (T, 2), each person at an individual tempo; with `cheer` they shout."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for _ in range(round(70 * force)):
        hands = clap(rng, size)
        pan, level = rng.uniform(-1, 1), rng.lognormal(-1, 0.6)
        gap, time = rng.uniform(0.2, 0.34) / speed, rng.uniform(-0.3, 0.5)
        while time < seconds:
            if time > 0:
                add_at(out, time, hands, level * rng.uniform(0.7, 1), pan)
            time += gap * rng.normal(1, 0.06)
    if cheer:
        add_at(out, 0, crowd(rng, seconds, force=2.0, size=0.9 * size), 2.0 * cheer)
    return add_reverb(out, "hall", 0.5)


def crowd(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Synthesize the babble of a crowd (T, 2) by formant synthesis, without words."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for pan in (-0.9, -0.4, 0.1, 0.5, 0.9):
        base = rng.choice((115, 125, 190, 215)) / size * force**0.4
        pitch = base * random_curve(rng, seconds, 3, 0.85, 1.3)
        pitch = pitch * random_curve(rng, seconds, 0.5, 0.9, 1.15)
        first = random_curve(rng, seconds, 5, 320, 780) / size**0.3
        second = random_curve(rng, seconds, 5, 950, 2200) / size**0.3
        throat = ((first, 90.0, 1.0), (second, 130.0, 0.5), (2700.0, 200.0, 0.2))
        level = np.clip(random_curve(rng, seconds, 4.5, -0.5, 1.0), 0, 1)
        level = level * np.clip(random_curve(rng, seconds, 0.7, -0.2, 1.0), 0, 1)
        add_at(out, 0, formant_voice(rng, pitch, throat, -10, 0.2) * level, 1.0, pan)
    murmur = noise(rng, seconds, ((90, -10), (250, -2), (500, 0), (1800, -10), (6000, -32)))
    out += 0.1 * (murmur * random_curve(rng, seconds, 3, 0.7, 1.1))[:, None]
    return add_reverb(out, "hall", 0.7)


def snore(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Synthesize snoring (T, 2): a fluttering palate on inhalation, soft noise on exhalation."""
    out = np.zeros(num_samples(seconds), np.float32)
    gap, time = 3.6 / speed, 0.1
    formants = ((320 / size, 140, 1), (900 / size, 250, 0.4), (2200.0, 500, 0.15))
    while time < seconds:
        duration = 1.3 / speed
        glide = curve(duration, ((0, 0.8), (0.6 * duration, 1.2), (duration, 0.9)))
        flutter = rng.uniform(32, 42) / size * glide * random_curve(rng, duration, 30, 0.8, 1.2)
        throat = formant_voice(rng, flutter, formants, -4, 0.3)
        swell = np.sin(np.pi * time_axis(duration) / np.float32(duration)) ** 0.7
        add_at(out, time, throat * swell, 0.8 * force)
        duration = 1.1 / speed
        air = noise(rng, duration, ((200, -20), (900, 0), (2500, -3), (8000, -20)))
        swell = np.sin(np.pi * time_axis(duration) / np.float32(duration)) ** 2
        add_at(out, time + 1.9 / speed, air * swell, 0.06)
        time += gap * rng.uniform(0.95, 1.05)
    return add_reverb(out, "room", 0.12)
