"""What calls for attention: bells, sirens, alarms, telephones, clocks."""

import numpy as np

from miaobi.synthesis.impacts import struck
from miaobi.synthesis.signals import (
    Samples,
    band,
    clock,
    count,
    fading,
    filtered,
    loudest,
    noise,
    place,
    ringing,
    saw,
    sine,
    square,
    struck_envelope,
)
from miaobi.synthesis.space import heard_in, with_ends

# partials of a bell to its nominal pitch: hum, prime, tierce, quint, nominal and above
BELL = np.array([0.5, 1.0, 1.2, 1.5, 2.0, 2.52, 2.66, 3.01, 4.1, 5.4, 6.8])
BELL_LEVELS = np.array([0.55, 0.7, 0.8, 0.3, 1.0, 0.35, 0.35, 0.5, 0.35, 0.2, 0.12])
BELL_FADES = np.array([1.0, 0.62, 0.5, 0.35, 0.3, 0.2, 0.2, 0.17, 0.12, 0.08, 0.06])


def bell_stroke(rng: np.random.Generator, hertz: float, t60: float, hard: float = 1.0) -> Samples:
    """(T,) a bell is struck: its partials come in pairs that beat slowly."""
    twin = hertz * BELL * (1 + rng.uniform(0.0004, 0.0018, len(BELL)))
    pitch = np.concatenate([hertz * BELL, twin])
    levels = np.concatenate([BELL_LEVELS, 0.5 * BELL_LEVELS]) * np.tile(BELL**0, 2)
    levels = levels * np.concatenate([BELL, BELL]) ** (0.3 * (hard - 1))
    out = ringing(min(1.2 * t60, 9), pitch, t60 * np.tile(BELL_FADES, 2), levels)
    clang = noise(rng, 0.04, band(2 * hertz, 9 * hertz, 12)) * fading(0.04, 0.03)
    place(out, 0, clang, 0.6 * hard)
    return loudest(out)


def bell(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    sort: str = "church",
) -> Samples:
    """A "church" bell tolls, a "hand" bell shakes, a "bicycle" bell trills, a "gong" is struck."""
    out = np.zeros((count(seconds), 2), np.float32)
    hertz, t60, gap, space = {
        "church": (330.0, 7.0, 2.2, "valley"),
        "hand": (1900.0, 1.0, 0.16, "room"),
        "bicycle": (2700.0, 0.8, 0.055, "street"),
        "gong": (110.0, 8.0, 99.0, "hall"),
        "school": (1250.0, 0.5, 0.05, "hall"),
        "chime": (1100.0, 4.0, 0.6, "forest"),
    }[sort]
    at, number = 0.01, 0
    while at < seconds - 0.1:
        if sort == "bicycle" and number >= 14:
            break
        own = hertz / size * (rng.choice((1, 1.125, 1.335, 1.5, 1.69, 2)) if sort == "chime" else 1)
        stroke = (
            _gong(rng, own) if sort == "gong" else bell_stroke(rng, own, t60 * size**0.3, force)
        )
        place(out, at, stroke, rng.uniform(0.8, 1), rng.uniform(-0.3, 0.3))
        number += 1
        at += gap / speed * (rng.uniform(0.3, 1.8) if sort == "chime" else rng.uniform(0.97, 1.03))
    return heard_in(out, space, 0.25)


def _gong(rng: np.random.Generator, hertz: float) -> Samples:
    """(T,) a gong: many close modes; the high ones bloom after the stroke."""
    over = np.concatenate([[1, 1.02, 1.52, 2.03], rng.uniform(1.5, 14, 36)])
    times = clock(7)
    out = np.zeros(len(times), np.float32)
    for ratio in over:
        t60 = 7 * ratio**-0.55
        span = times[: count(1.2 * t60)]
        bloom = 1 - np.exp(-span / np.float32(0.01 + 0.02 * ratio))
        level = bloom * np.exp(-span * np.float32(6.908 / t60)) / np.float32(ratio**0.35)
        out[: len(span)] += np.sin(np.float32(2 * np.pi * hertz * ratio) * span) * level
    return loudest(out)


def siren(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    pattern: str = "wail",
) -> Samples:
    """A siren: "wail" and "yelp" glide, "two-tone" steps, "raid" rises and falls slowly."""
    rate = {"wail": 0.22, "yelp": 3.2, "two-tone": 0.9, "raid": 0.12}[pattern] * speed
    turn = (clock(seconds) * np.float32(rate)) % 1
    if pattern == "two-tone":
        soft = np.clip((np.sin(2 * np.pi * turn)) * 25, -1, 1)
        hertz = 555 * (1 + 0.145 * soft)
    else:
        low, high = {"wail": (560, 1380), "yelp": (620, 1450), "raid": (210, 480)}[pattern]
        glide = np.where(
            turn < 0.55, np.sin(np.pi * turn / 1.1), np.cos(np.pi * (turn - 0.55) / 0.9)
        )
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
    return heard_in(filtered(np.tanh(0.9 * tone), color), "street", 0.45)


def alarm(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    pattern: str = "clock",
) -> Samples:
    """Electronic beeps: of a "clock", a "smoke" detector, a "car", a "monitor" or a "buzzer"."""
    hertz, on, gap, group, rest = {
        "clock": (2050.0, 0.06, 0.11, 4, 0.55),
        "smoke": (3150.0, 0.45, 0.55, 3, 1.1),
        "car": (1300.0, 0.18, 0.36, 99, 0.0),
        "monitor": (980.0, 0.11, 0.9, 99, 0.0),
        "buzzer": (140.0, 0.7, 1.1, 99, 0.0),
    }[pattern]
    hertz *= rng.uniform(0.96, 1.04) / size
    out = np.zeros(count(seconds), np.float32)
    at, number = 0.01, 0
    while at + 0.02 < seconds:
        long = on / speed
        steady = np.full(count(long), hertz, np.float32)
        if pattern == "car":
            steady = (steady * np.linspace(0.75, 1.35, len(steady))).astype(np.float32)
        pure = pattern == "monitor"
        tone = sine(steady) if pure else 0.6 * square(steady, 0.4) + 0.4 * sine(steady)
        place(out, at, with_ends(tone, 0.003, 0.006), 0.7)
        number += 1
        at += (gap + (rest if number % group == 0 else 0)) / speed
    color = ((80, -12), (hertz, 0), (4 * hertz, -6), (14000, -30))
    return heard_in(filtered(out, color), "room", 0.2)


def telephone(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    sort: str = "bell",
) -> Samples:
    """A telephone rings: the two gongs of an old one ("bell"), or a "mobile" melody, or "busy"."""
    out = np.zeros((count(seconds), 2), np.float32)
    if sort == "busy":
        steady = np.full(count(0.35), 425 / size, np.float32)
        for at in np.arange(0.02, seconds - 0.1, 0.7 / speed):
            place(out, at, with_ends(sine(steady), 0.005, 0.005), 0.5)
        return out
    if sort == "mobile":
        steps = rng.choice((1, 1.122, 1.26, 1.498, 1.682, 2), 8)
        number, at = 0, 0.02
        while at < seconds - 0.1:
            hertz = np.full(count(0.3), 1050 / size * steps[number % 8], np.float32)
            note = (sine(hertz) + 0.3 * sine(3 * hertz) + 0.2 * square(hertz)) * struck_envelope(
                0.3, 0.003, 0.35
            )
            place(out, at, with_ends(note), 0.5)
            number += 1
            at += (0.15 if number % 8 else 0.9) / speed
        return heard_in(out, "room", 0.12)
    gongs = [bell_stroke(rng, hertz / size, 0.7, 1.2) for hertz in (810, 1010)]
    start = 0.02
    while start < seconds - 0.2:  # rings for 1.2 s, rests for 1.6 s
        for number in range(int(26 * speed**0.2)):
            at = start + number * 0.046 + rng.normal(0, 0.0015)
            if at < seconds:
                place(
                    out, at, gongs[number % 2], 0.4 * rng.uniform(0.85, 1), (-0.1, 0.1)[number % 2]
                )
        start += 2.8 / speed
    return heard_in(out, "room", 0.2)


def doorbell(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Ding, dong."""
    out = np.zeros((count(seconds), 2), np.float32)
    for at, over in ((0.01, 1.0), (0.62, 0.794)):
        bar = 660 / size * over
        tone = ringing(
            2.6, bar * np.array([1, 2.76, 5.4, 8.9]), [2.2, 0.8, 0.3, 0.12], [1, 0.25, 0.12, 0.06]
        )
        place(out, at, tone, 0.7)
        place(out, at, struck(rng, "wood", 0.6, 0.7), 0.15)
    return heard_in(out, "room", 0.3)


def ticking(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
) -> Samples:
    """A clock: tick and tock differ, and the case answers."""
    out = np.zeros((count(seconds), 2), np.float32)
    tick, tock = (_escapement(rng, size * over, force) for over in (1.0, 1.18))
    gap, number, at = 0.5 / speed, 0, 0.02
    while at < seconds:
        place(out, at, (tick, tock)[number % 2], rng.uniform(0.9, 1))
        number += 1
        at = 0.02 + number * gap
    return heard_in(out, "room", 0.25)


def _escapement(rng: np.random.Generator, size: float, force: float) -> Samples:
    """(T,) three small clicks of metal, and the wood around them."""
    out = np.zeros(count(0.2), np.float32)
    for late, level in ((0, 0.5), (0.009, 1.0), (0.021, 0.35)):
        pitch = rng.uniform(2600, 5200, 5) / size
        click = ringing(0.05, pitch, [0.02, 0.015, 0.02, 0.012, 0.03], rng.uniform(0.4, 1, 5))
        place(out, late, click, 0.3 * level * force)
    place(out, 0.009, struck(rng, "wood", 0.8 * size, 0.6), 0.35)
    return out


def beeps(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A computer of old films that thinks aloud."""
    out = np.zeros((count(seconds), 2), np.float32)
    at = 0.02
    while at < seconds - 0.15:
        long = rng.choice((0.05, 0.08, 0.12)) / speed
        steady = np.full(
            count(long), rng.choice((620, 880, 1170, 1480, 1760, 2350)) / size, np.float32
        )
        place(
            out,
            at,
            with_ends(0.7 * sine(steady) + 0.2 * square(steady), 0.004, 0.006),
            0.5,
            rng.uniform(-0.4, 0.4),
        )
        at += long + rng.choice((0.02, 0.03, 0.12)) / speed
    return heard_in(out, "room", 0.15)
