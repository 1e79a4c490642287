"""Animal sounds: birds, insects, frogs, and calls by formant synthesis (calls.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from miaobi.synthesis.signals import (
    RATE,
    Points,
    Samples,
    add_at,
    attack_decay,
    band_pass,
    curve,
    formant_voice,
    noise,
    normalize_peak,
    num_samples,
    random_curve,
    saw,
    sine,
    time_axis,
    tone,
)
from miaobi.synthesis.space import add_reverb, pan_along, to_stereo

PAIRED = ("dog", "duck", "owl", "crow")  # animals that call twice


def birds(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
    flock: int = 3,
) -> Samples:
    """Synthesize a flock of songbirds (T, 2), each with its own syllables in phrases."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for number in range(flock):
        repertoire = [_syllable(rng, size) for _ in range(rng.integers(2, 5))]
        pan, level = rng.uniform(-0.9, 0.9), 1 / (1 + 0.8 * number)
        time = rng.uniform(0, 0.3 + 0.5 * number)
        while time < seconds:
            syllable = repertoire[rng.integers(len(repertoire))]
            for _ in range(rng.integers(1, 6)):
                add_at(out, time, syllable, level * rng.uniform(0.6, 1), pan)
                time += len(syllable) / RATE + rng.uniform(0.03, 0.09) / speed
            time += rng.exponential(0.7 / speed / force) + 0.15
    return add_reverb(out, "forest", 0.3)


def _syllable(rng: np.random.Generator, size: float) -> Samples:
    """Synthesize a chirp, whistle or trill (T,) between 2 and 7 kHz."""
    duration = rng.uniform(0.05, 0.22)
    begin, middle, end = rng.uniform(2300, 6200, 3) / size
    turn = rng.uniform(0.3, 0.7) * duration
    pitch = curve(duration, ((0, begin), (turn, middle), (duration, end)))
    if rng.random() < 0.4:
        depth, rate = rng.uniform(0.03, 0.14), rng.uniform(25, 70)
        pitch = pitch * (1 + depth * np.sin(2 * np.pi * rate * time_axis(duration)))
    swell = np.sin(np.pi * time_axis(duration) / np.float32(duration)) ** 0.8
    pitch = pitch.astype(np.float32)
    return ((sine(pitch) + 0.12 * sine(2 * pitch)) * swell).astype(np.float32)


def crickets(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    flock: int = 5,
) -> Samples:
    """Synthesize crickets (T, 2): chirps of three or four pulses near 4.5 kHz."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for number in range(flock):
        hertz = rng.uniform(4100, 5100) / size
        pulse = tone(0.017, hertz) * np.sin(np.pi * time_axis(0.017) / 0.017) ** 1.5
        chirp = np.zeros(num_samples(0.16), np.float32)
        for beat in range(rng.integers(3, 5)):
            add_at(chirp, 0.031 * beat, pulse.astype(np.float32), 0.5 + 0.15 * beat)
        gap, time = rng.uniform(0.32, 0.55) / speed, rng.uniform(0, 0.4)
        level, pan = 1 / (1 + 0.9 * number), rng.uniform(-0.9, 0.9)
        while time < seconds:
            add_at(out, time, chirp, level * rng.uniform(0.85, 1), pan)
            time += gap * rng.uniform(0.97, 1.03)
    background = noise(rng, seconds, ((2000, -30), (4300 / size, 0), (5200 / size, 0), (9000, -30)))
    return add_reverb(out + 0.02 * to_stereo(background), "forest", 0.15)


def frogs(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    flock: int = 4,
) -> Samples:
    """Synthesize croaking frogs (T, 2): glottal pulses at 38 to 60 Hz through formants."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    for number in range(flock):
        base = rng.uniform(0.8, 1.25)
        formants = (
            (650 * base / size, 160, 1),
            (1500 * base / size, 260, 0.7),
            (2600.0 / size, 400, 0.3),
        )
        time, level, pan = rng.uniform(0, 0.8), 1 / (1 + 0.6 * number), rng.uniform(-0.9, 0.9)
        while time < seconds:
            duration = rng.uniform(0.25, 0.4)
            pulses = curve(duration, ((0, 38), (duration, 60))) * base
            croak = formant_voice(rng, pulses, formants, -1, 0.03)
            swell = np.sin(np.pi * time_axis(duration) / np.float32(duration)) ** 0.6
            add_at(out, time, croak * swell, 0.7 * level, pan)
            time += duration + rng.uniform(0.25, 1.0) / speed
    return add_reverb(out, "forest", 0.2)


@dataclass(frozen=True)
class Call:
    """One row of calls.toml; points are (fraction of the call, Hz)."""

    seconds: float
    pitch: Points
    first: Points  # formants
    second: Points
    tilt: float  # dB per octave
    breath: float  # level
    roughness: float  # depth of fast pitch modulation
    tremolo: float = 0.0  # Hz


@cache
def calls() -> dict[str, Call]:
    """Return the rows of calls.toml by animal."""
    text = (files("miaobi.synthesis") / "calls.toml").read_text(encoding="utf-8")
    return {name: Call(**row) for name, row in tomllib.loads(text).items()}


def call(
    rng: np.random.Generator,
    seconds: float,
    *,
    animal: str = "dog",
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    repeats: int = 0,
) -> Samples:
    """Synthesize the calls of an animal of calls.toml (T, 2); `repeats` of 0 fill the time."""
    out = np.zeros(num_samples(seconds), np.float32)
    duration = calls()[animal].seconds
    time, number = 0.02, 0
    while number == 0 or (time + 0.5 * duration < seconds and number < (repeats or 1000)):
        samples = _one_call(rng, animal, size * rng.uniform(0.96, 1.04), force)
        add_at(out, time, samples, rng.uniform(0.85, 1))
        number += 1
        is_pair = animal in PAIRED and number % 2
        pause = 0.12 if is_pair else rng.uniform(0.5, 1.1) + 0.3 * duration
        time += duration + pause / speed
    return add_reverb(out, "street" if animal in ("dog", "wolf", "rooster") else "forest", 0.18)


def _one_call(rng: np.random.Generator, animal: str, size: float, force: float) -> Samples:
    """Synthesize one call (T,) with a peak of 1."""
    row = calls()[animal]
    duration = row.seconds * size**0.3 * rng.uniform(0.92, 1.08)
    pitch = curve(duration, [(t * duration, hertz) for t, hertz in row.pitch]) / size**0.8
    pitch = pitch * random_curve(rng, duration, 12, 0.985, 1.015) * rng.uniform(0.95, 1.05)
    pitch = pitch * (1 + row.roughness * random_curve(rng, duration, 90, -1, 1))
    formants = [
        (curve(duration, [(t * duration, hertz / size**0.6) for t, hertz in points]), 180.0, gain)
        for points, gain in zip((row.first, row.second), (1.0, 0.55), strict=True)
    ]
    tilt = row.tilt + 2 * (force - 1)
    voice = formant_voice(rng, pitch.astype(np.float32), formants, tilt, row.breath)
    t = time_axis(duration) / np.float32(duration)
    level = np.sin(np.pi * t**0.6) ** 0.7
    if row.roughness > 0.2:  # amplitude modulation of a growl
        rate = 28 / size**0.5 * random_curve(rng, duration, 8, 0.8, 1.2)
        level = level * (0.6 + 0.4 * sine(rate.astype(np.float32)))
    if row.tremolo:
        level = level * (0.7 + 0.3 * tone(duration, row.tremolo))
    if animal == "dog":
        fade = np.sin(np.pi * time_axis(duration) / np.float32(duration)) ** 0.3
        level = attack_decay(duration, 0.012, 1.1 * duration) * fade
    return normalize_peak(voice * np.nan_to_num(level)).astype(np.float32)


def insect(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """Synthesize a flying insect (T, 2): buzzing wings that move around the listener."""
    base = 215 * speed / size * random_curve(rng, seconds, 2.5, 0.9, 1.12)
    pitch = (base * random_curve(rng, seconds, 15, 0.99, 1.01)).astype(np.float32)
    wings = 0.7 * saw(pitch) + 0.4 * sine(2 * pitch) + 0.3 * sine(3 * pitch)
    nearness = random_curve(rng, seconds, 1.2, 0.15, 1.0) ** 1.5
    air = noise(rng, seconds, band_pass(400, 3000, 9))
    out = (wings * nearness + 0.03 * air * nearness).astype(np.float32)
    return pan_along(out, random_curve(rng, seconds, 1.3, -0.9, 0.9))
