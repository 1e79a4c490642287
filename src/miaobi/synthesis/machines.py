"""Machines: engines, cars, horns, trains, whistles, aircraft, motors and tools."""

import numpy as np

from miaobi.synthesis.impacts import strike
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    add_at,
    apply_filter,
    attack_decay,
    band_pass,
    curve,
    decay,
    low_pass_gain,
    noise,
    normalize_peak,
    num_samples,
    phase,
    random_curve,
    resonance_gain,
    saw,
    sine,
    stereo_noise,
    stft_filter,
    time_axis,
    tone,
)
from miaobi.synthesis.space import add_reverb, pan_along, widen


def engine(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    turns: str = "idle",
) -> Samples:
    """Synthesize a piston engine (T, 2); `turns` is "idle" or "rev"."""
    if turns == "rev":
        points = ((0, 1), (0.15 * seconds, 1.05), (0.6 * seconds, 3.4), (seconds, 1.1))
        speeds = curve(seconds, points)
    else:
        speeds = random_curve(rng, seconds, 3, 0.985, 1.015)
    firing = (26 * speed / size**0.35) * speeds  # Hz
    return widen(rng, _exhaust(rng, firing.astype(np.float32), size, force), 0.3)


def _exhaust(rng: np.random.Generator, firing: Samples, size: float, force: float) -> Samples:
    """Synthesize exhaust pulses (T,) along a curve of firing rates (T,) in Hz, through a pipe."""
    seconds = len(firing) / RATE
    cycles = phase(firing)
    number = cycles.astype(np.int32)  # of the firing
    uneven = rng.uniform(0.6, 1, int(number[-1]) + 2).astype(np.float32)
    uneven *= np.tile([1, 0.82, 0.93, 0.75], len(uneven) // 4 + 1)[: len(uneven)].astype(np.float32)
    t = (cycles - number).astype(np.float32)
    pulse = np.exp(-t * 7) * np.minimum(t / 0.03, 1) * uneven[number]
    hiss = noise(rng, seconds, ((80, 0), (900, -2), (4000, -12), (12000, -30))) * pulse
    body = pulse - pulse.mean() + 0.3 * force * hiss
    pipe = (
        (25, -8),
        (60, 0),
        (130 / size, 3),
        (260 / size, -2),
        (700 / size, -8),
        (2200, -20),
        (9000, -44),
    )
    rattle = noise(rng, seconds, band_pass(1500, 4500, 15)) * pulse**2
    return normalize_peak(np.tanh(1.5 * force * apply_filter(body, pipe))) + 0.03 * force * rattle


def car_passes(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a car that passes by (T, 2): tires and engine with Doppler shift and panning."""
    times = time_axis(seconds) - np.float32(0.45 * seconds)
    along = 17 * speed * times  # meters
    away = np.sqrt(along**2 + 36)
    doppler = 1 / (1 + (17 * speed * along / away) / 343)
    firing = (58 * speed**0.4 / size**0.35 * doppler).astype(np.float32)
    motor = _exhaust(rng, firing, size, 1.0)

    def gains(frame_times: Samples, hertz: Samples) -> Samples:
        distance = np.interp(frame_times, times + 0.45 * seconds, away)
        tires = resonance_gain(hertz, 850 / size**0.3, 1.3) + 0.35 * low_pass_gain(hertz, 200, 1)
        return tires * low_pass_gain(hertz, 60000 / distance, 0.7)

    road = stft_filter(noise(rng, seconds, ((30, 0), (12000, -6))), gains)
    level = (6 / away).astype(np.float32) ** 1.3
    side = rng.choice((-1, 1)) * np.tanh(along / 12)
    return add_reverb(pan_along((0.45 * road + 0.35 * motor) * level, 0.85 * side), "street", 0.12)


def horn(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, repeats: int = 2
) -> Samples:
    """Synthesize the horn of a car, or with a large size of a ship (T, 2): two tones, a third."""
    out = np.zeros(num_samples(seconds), np.float32)
    base = 415 / size * rng.uniform(0.96, 1.04)
    duration = 0.75 * seconds / repeats
    for number in range(repeats):
        glide = 1 - 0.04 * decay(duration, 0.08)
        hertz = np.full(num_samples(duration), base, np.float32) * glide
        tone = saw(hertz) + saw(1.245 * hertz) + 0.3 * saw(0.5 * hertz)
        times = time_axis(duration)
        swell = np.minimum(times / 0.03, 1) * np.minimum((duration - times) / 0.05, 1)
        add_at(out, number * seconds / repeats + 0.01, tone * np.clip(swell, 0, 1), 0.4)
    color = (
        (150 / size, -14),
        (450 / size, -3),
        (1400 / size, 3),
        (3200 / size, 0),
        (6500, -18),
        (15000, -40),
    )
    return add_reverb(apply_filter(np.tanh(out), color), "street", 0.3)


def train(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
    steam: float = 0.0,
) -> Samples:
    """Synthesize a train (T, 2): wheels over rail joints, and with `steam` a locomotive."""
    rumble = stereo_noise(
        rng,
        seconds,
        ((25, -4), (70 / size, 0), (220 / size, -5), (900 / size, -15), (4000, -32), (14000, -50)),
    )
    out = 0.2 * rumble * random_curve(rng, seconds, 2, 0.8, 1.1)[:, None]
    rail = [strike(rng, "metal", 2.6 * size, 0.7) for _ in range(4)]
    gap, number, time = 1.15 / speed, 0, 0.1
    while time < seconds:
        for delay, level in ((0, 1), (0.1 / speed, 0.85), (0.42 / speed, 0.7), (0.52 / speed, 0.6)):
            clack = rail[rng.integers(4)][: num_samples(0.12)] * decay(0.12, 0.09)
            knock = noise(rng, 0.1, ((60, 0), (300, -2), (1500, -10), (7000, -28)))
            knock = knock * attack_decay(0.1, 0.003, 0.09)
            add_at(out, time + delay, clack, 0.2 * level * force, rng.uniform(-0.3, 0.3))
            add_at(out, time + delay, knock, 0.22 * level)
        number += 1
        time = 0.1 + number * gap + rng.normal(0, 0.01)
    time = 0.0
    while steam and time < seconds:
        puff = noise(rng, 0.3, ((60, -6), (300, 0), (1500, -5), (6000, -14)))
        add_at(out, time, puff * attack_decay(0.3, 0.03, 0.26), 0.3 * steam)
        time += 0.29 / speed
    return add_reverb(out, "street", 0.12)


def whistle(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    pea: float = 0.0,
) -> Samples:
    """Synthesize a steam whistle (T, 2): a chord of pipes; with `pea` a referee's whistle."""
    swell = curve(seconds, ((0, 0), (0.06, 1), (0.8 * seconds, 0.9), (seconds, 0)))
    bend = curve(seconds, ((0, 0.94), (0.12, 1), (0.8 * seconds, 1), (seconds, 0.93)))
    pipes = (2350.0, 2480.0) if pea else (370.0, 466.0, 587.0, 698.0)
    trill = 1 + 0.05 * pea * tone(seconds, 34.0)
    out: Samples = np.zeros(num_samples(seconds), np.float32)
    for pipe in pipes:
        hertz = pipe / size * bend * trill * random_curve(rng, seconds, 6, 0.996, 1.004)
        hertz = hertz.astype(np.float32)
        out += sine(hertz) + 0.3 * sine(2 * hertz) + 0.15 * sine(3 * hertz)
    if pea:
        out *= 0.65 + 0.35 * tone(seconds, 34.0)
    breath = noise(rng, seconds, band_pass(pipes[0] / size, 7000, 9))
    return add_reverb((0.25 * out + 0.12 * force * breath) * swell, "street", 0.35)


def aircraft(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    blades: str = "jet",
) -> Samples:
    """Synthesize a passing "jet", a "rotor" (helicopter), "propeller" or "drone": (T, 2)."""
    if blades == "jet":
        times = time_axis(seconds) - np.float32(0.5 * seconds)
        away = np.sqrt((150 * speed * times) ** 2 + 200**2)

        def gains(frame_times: Samples, hertz: Samples) -> Samples:
            distance = np.interp(frame_times, times + 0.5 * seconds, away)
            doppler = 1 - 0.25 * np.tanh((frame_times / seconds - 0.5) * 5)
            whine = resonance_gain(hertz, 2600 / size * doppler, 0.03)
            roar = low_pass_gain(hertz, 200000 / distance / size, 0.8) * hertz / (hertz + 60)
            return roar + 2.5 * whine * (200 / distance) ** 2

        out = stft_filter(noise(rng, seconds, ((25, 3), (200, 0), (12000, -8))), gains)
        out *= (200 / away).astype(np.float32) ** 1.5
        return add_reverb(pan_along(out, np.tanh(3 * times / seconds)), "valley", 0.2)
    rate = {"rotor": 11.0, "propeller": 75.0, "drone": 190.0}[blades] * speed / size**0.4
    steady = (rate * random_curve(rng, seconds, 1.5, 0.985, 1.015)).astype(np.float32)
    t = (phase(steady) % 1).astype(np.float32)
    slap = np.exp(-(((t - 0.5) / 0.13) ** 2))
    wash = noise(rng, seconds, ((40, -3), (150 / size, 0), (900 / size, -8), (5000, -26)))
    if blades == "rotor":
        turbine = tone(seconds, 1900 / size) * random_curve(rng, seconds, 4, 0.6, 1)
        body = wash * (0.25 + slap) + 1.2 * (slap - slap.mean()) + 0.03 * turbine
        return widen(rng, apply_filter(body, ((20, -6), (45, 0), (3000, 0), (12000, -18))), 0.3)
    buzz = saw(steady) + 0.7 * saw(1.013 * steady)
    if blades == "drone":
        buzz = buzz + 0.6 * saw(2.02 * steady)
    buzz = apply_filter(buzz, ((50, -3), (200 / size, 0), (1800 / size, -4), (6000, -24)))
    return widen(rng, 0.6 * buzz + 0.2 * wash, 0.3)


def hum(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    tool: str = "fan",
) -> Samples:
    """Synthesize a running motor (T, 2): "fan", "drill", "saw", "mains" hum or "vacuum"."""
    mains, blades, air, cutoff = {  # level, Hz, level, Hz
        "fan": (0.15, 28.0, 1.0, 900.0),
        "drill": (0.5, 190.0, 0.35, 5000.0),
        "saw": (0.5, 145.0, 0.7, 7000.0),
        "mains": (1.0, 50.0, 0.02, 1500.0),
        "vacuum": (0.3, 230.0, 1.2, 4500.0),
    }[tool]
    start = 1.0 if tool in ("fan", "mains") else np.minimum(time_axis(seconds) / 0.35 + 0.35, 1)
    hertz = blades * speed / size**0.5 * random_curve(rng, seconds, 2, 0.99, 1.01) * start
    hertz = hertz.astype(np.float32)
    grind = random_curve(rng, seconds, 20, 0.7, 1.1) if tool in ("drill", "saw") else 1.0
    teeth = saw(hertz) + 0.6 * saw(2 * hertz) + 0.4 * sine(5.03 * hertz)
    low = (
        tone(seconds, 100 / size)
        + 0.4 * tone(seconds, 200 / size)
        + 0.15 * tone(seconds, 300 / size)
    )
    rush = noise(rng, seconds, ((60, -10), (250 / size, 0), (cutoff / size, -6), (16000, -30)))
    color = ((60, -8), (500 / size, 0), (cutoff / size, -3), (14000, -36))
    body = 0.4 * apply_filter(teeth, color) * grind
    if tool in ("fan", "mains"):
        body *= 0.12
        rush = rush * (1 + 0.25 * sine(hertz))
    return widen(rng, force**0.3 * body + mains * 0.3 * low + 0.25 * air * rush, 0.25)
