"""Signals: bells, gongs, sirens, alarms, telephones, doorbells, clocks."""

import numpy as np

from miaobi.synthesis.impacts import strike
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
    saw,
    sine,
    square,
    sum_modes,
    time_axis,
)
from miaobi.synthesis.space import add_reverb, fade_ends

# partials of a bell relative to its prime: hum, prime, tierce, quint, nominal and above
BELL = np.array([0.5, 1.0, 1.2, 1.5, 2.0, 2.52, 2.66, 3.01, 4.1, 5.4, 6.8])
BELL_LEVELS = np.array([0.55, 0.7, 0.8, 0.3, 1.0, 0.35, 0.35, 0.5, 0.35, 0.2, 0.12])
BELL_T60 = np.array([1.0, 0.62, 0.5, 0.35, 0.3, 0.2, 0.2, 0.17, 0.12, 0.08, 0.06])


def bell_stroke(rng: np.random.Generator, hertz: float, t60: float, hard: float = 1.0) -> Samples:
    """Synthesize one stroke of a bell (T,): inharmonic partials in slowly beating pairs."""
    twin = hertz * BELL * (1 + rng.uniform(0.0004, 0.0018, len(BELL)))
    pitch = np.concatenate([hertz * BELL, twin])
    levels = np.concatenate([BELL_LEVELS, 0.5 * BELL_LEVELS])
    levels = levels * np.concatenate([BELL, BELL]) ** (0.3 * (hard - 1))
    out = sum_modes(min(1.2 * t60, 9), pitch, t60 * np.tile(BELL_T60, 2), levels)
    clang = noise(rng, 0.04, band_pass(2 * hertz, 9 * hertz, 12)) * decay(0.04, 0.03)
    add_at(out, 0, clang, 0.6 * hard)
    return normalize_peak(out)


def bell(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    variant: str = "church",
) -> Samples:
    """Synthesize a "church", "hand", "bicycle" or "school" bell, a "gong" or "chime": (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    hertz, t60, gap, space = {  # Hz, seconds, seconds between strokes
        "church": (330.0, 7.0, 2.2, "valley"),
        "hand": (1900.0, 1.0, 0.16, "room"),
        "bicycle": (2700.0, 0.8, 0.055, "street"),
        "gong": (110.0, 8.0, 99.0, "hall"),
        "school": (1250.0, 0.5, 0.05, "hall"),
        "chime": (1100.0, 4.0, 0.6, "forest"),
    }[variant]
    time, number = 0.01, 0
    while time < seconds - 0.1:
        if variant == "bicycle" and number >= 14:
            break
        interval = rng.choice((1, 1.125, 1.335, 1.5, 1.69, 2)) if variant == "chime" else 1
        pitch = hertz / size * interval
        if variant == "gong":
            stroke = _gong(rng, pitch)
        else:
            stroke = bell_stroke(rng, pitch, t60 * size**0.3, force)
        add_at(out, time, stroke, rng.uniform(0.8, 1), rng.uniform(-0.3, 0.3))
        number += 1
        jitter = rng.uniform(0.3, 1.8) if variant == "chime" else rng.uniform(0.97, 1.03)
        time += gap / speed * jitter
    return add_reverb(out, space, 0.25)


def _gong(rng: np.random.Generator, hertz: float) -> Samples:
    """Synthesize a gong (T,): many dense modes, the high ones with a slow attack."""
    ratios = np.concatenate([[1, 1.02, 1.52, 2.03], rng.uniform(1.5, 14, 36)])
    times = time_axis(7)
    out = np.zeros(len(times), np.float32)
    for ratio in ratios:
        t60 = 7 * ratio**-0.55
        span = times[: num_samples(1.2 * t60)]
        attack = 1 - np.exp(-span / np.float32(0.01 + 0.02 * ratio))
        level = attack * np.exp(-span * np.float32(6.908 / t60)) / np.float32(ratio**0.35)
        out[: len(span)] += np.sin(np.float32(2 * np.pi * hertz * ratio) * span) * level
    return normalize_peak(out)


def siren(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    pattern: str = "wail",
) -> Samples:
    """Synthesize a siren (T, 2): gliding "wail" and "yelp", "two-tone", or slow air "raid"."""
    rate = {"wail": 0.22, "yelp": 3.2, "two-tone": 0.9, "raid": 0.12}[pattern] * speed
    t = (time_axis(seconds) * np.float32(rate)) % 1
    if pattern == "two-tone":
        switch = np.clip(np.sin(2 * np.pi * t) * 25, -1, 1)
        hertz = 555 * (1 + 0.145 * switch)
    else:
        low, high = {"wail": (560, 1380), "yelp": (620, 1450), "raid": (210, 480)}[pattern]
        glide = np.where(t < 0.55, np.sin(np.pi * t / 1.1), np.cos(np.pi * (t - 0.55) / 0.9))
        hertz = low + (high - low) * glide
    hertz = (hertz / size * rng.uniform(0.98, 1.02)).astype(np.float32)
    tone = saw(hertz) + 0.5 * square(hertz) + 0.3 * saw(1.004 * hertz)
    color = (
        (200, -16),
        (700 / size, 0),
        (1900 / size, 3),
        (3600 / size, -3),
        (8000, -24),
        (16000, -48),
    )
    return add_reverb(apply_filter(np.tanh(0.9 * tone), color), "street", 0.45)


def alarm(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    pattern: str = "clock",
) -> Samples:
    """Synthesize an alarm "clock", "smoke" or "car" alarm, heart "monitor" or "buzzer": (T, 2)."""
    hertz, beep, gap, group, rest = {  # Hz, seconds, seconds, beeps, seconds
        "clock": (2050.0, 0.06, 0.11, 4, 0.55),
        "smoke": (3150.0, 0.45, 0.55, 3, 1.1),
        "car": (1300.0, 0.18, 0.36, 99, 0.0),
        "monitor": (980.0, 0.11, 0.9, 99, 0.0),
        "buzzer": (140.0, 0.7, 1.1, 99, 0.0),
    }[pattern]
    hertz *= rng.uniform(0.96, 1.04) / size
    out = np.zeros(num_samples(seconds), np.float32)
    time, number = 0.01, 0
    while time + 0.02 < seconds:
        duration = beep / speed
        steady = np.full(num_samples(duration), hertz, np.float32)
        if pattern == "car":
            steady = (steady * np.linspace(0.75, 1.35, len(steady))).astype(np.float32)
        is_sine = pattern == "monitor"
        tone = sine(steady) if is_sine else 0.6 * square(steady, 0.4) + 0.4 * sine(steady)
        add_at(out, time, fade_ends(tone, 0.003, 0.006), 0.7)
        number += 1
        time += (gap + (rest if number % group == 0 else 0)) / speed
    color = ((80, -12), (hertz, 0), (4 * hertz, -6), (14000, -30))
    return add_reverb(apply_filter(out, color), "room", 0.2)


def telephone(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    variant: str = "bell",
) -> Samples:
    """Synthesize a telephone (T, 2): mechanical "bell", "mobile" ringtone or "busy" signal."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    if variant == "busy":
        steady = np.full(num_samples(0.35), 425 / size, np.float32)
        for time in np.arange(0.02, seconds - 0.1, 0.7 / speed):
            add_at(out, time, fade_ends(sine(steady), 0.005, 0.005), 0.5)
        return out
    if variant == "mobile":
        steps = rng.choice((1, 1.122, 1.26, 1.498, 1.682, 2), 8)
        number, time = 0, 0.02
        while time < seconds - 0.1:
            hertz = np.full(num_samples(0.3), 1050 / size * steps[number % 8], np.float32)
            wave = sine(hertz) + 0.3 * sine(3 * hertz) + 0.2 * square(hertz)
            add_at(out, time, fade_ends(wave * attack_decay(0.3, 0.003, 0.35)), 0.5)
            number += 1
            time += (0.15 if number % 8 else 0.9) / speed
        return add_reverb(out, "room", 0.12)
    gongs = [bell_stroke(rng, hertz / size, 0.7, 1.2) for hertz in (810, 1010)]
    start = 0.02
    while start < seconds - 0.2:  # rings for 1.2 s, rests for 1.6 s
        for number in range(int(26 * speed**0.2)):
            time = start + number * 0.046 + rng.normal(0, 0.0015)
            if time < seconds:
                gain, pan = 0.4 * rng.uniform(0.85, 1), (-0.1, 0.1)[number % 2]
                add_at(out, time, gongs[number % 2], gain, pan)
        start += 2.8 / speed
    return add_reverb(out, "room", 0.2)


def doorbell(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Synthesize a doorbell of two chime bars (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for time, ratio in ((0.01, 1.0), (0.62, 0.794)):
        bar = 660 / size * ratio
        modes = bar * np.array([1, 2.76, 5.4, 8.9])
        tone = sum_modes(2.6, modes, [2.2, 0.8, 0.3, 0.12], [1, 0.25, 0.12, 0.06])
        add_at(out, time, tone, 0.7)
        add_at(out, time, strike(rng, "wood", 0.6, 0.7), 0.15)
    return add_reverb(out, "room", 0.3)


def ticking(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """Synthesize the ticking of a clock (T, 2), with different tick and tock."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    tick, tock = (_escapement(rng, size * ratio, force) for ratio in (1.0, 1.18))
    gap, number, time = 0.5 / speed, 0, 0.02
    while time < seconds:
        add_at(out, time, (tick, tock)[number % 2], rng.uniform(0.9, 1))
        number += 1
        time = 0.02 + number * gap
    return add_reverb(out, "room", 0.25)


def _escapement(rng: np.random.Generator, size: float, force: float) -> Samples:
    """Synthesize one tick (T,): three metal clicks and the resonance of a wooden case."""
    out = np.zeros(num_samples(0.2), np.float32)
    for delay, level in ((0, 0.5), (0.009, 1.0), (0.021, 0.35)):
        pitch = rng.uniform(2600, 5200, 5) / size
        click = sum_modes(0.05, pitch, [0.02, 0.015, 0.02, 0.012, 0.03], rng.uniform(0.4, 1, 5))
        add_at(out, delay, click, 0.3 * level * force)
    add_at(out, 0.009, strike(rng, "wood", 0.8 * size, 0.6), 0.35)
    return out


def beeps(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize random computer beeps, as in old films: (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    time = 0.02
    while time < seconds - 0.15:
        duration = rng.choice((0.05, 0.08, 0.12)) / speed
        hertz = rng.choice((620, 880, 1170, 1480, 1760, 2350)) / size
        steady = np.full(num_samples(duration), hertz, np.float32)
        beep = fade_ends(0.7 * sine(steady) + 0.2 * square(steady), 0.004, 0.006)
        add_at(out, time, beep, 0.5, rng.uniform(-0.4, 0.4))
        time += duration + rng.choice((0.02, 0.03, 0.12)) / speed
    return add_reverb(out, "room", 0.15)
