"""Voices of animals: a pitch that glides, through throats that open and close."""

from dataclasses import dataclass

import numpy as np

from miaobi.synthesis.signals import (
    Points,
    Samples,
    band,
    clock,
    count,
    curve,
    loudest,
    noise,
    place,
    saw,
    sine,
    struck_envelope,
    tone,
    voiced,
    wander,
)
from miaobi.synthesis.space import heard_in, moving, stereo


def birds(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
    flock: int = 3,
) -> Samples:
    """Songbirds: each has a few syllables of its own, and sings them in phrases."""
    out = np.zeros((count(seconds), 2), np.float32)
    for number in range(flock):
        words = [_syllable(rng, size) for _ in range(rng.integers(2, 5))]
        pan, near = rng.uniform(-0.9, 0.9), 1 / (1 + 0.8 * number)
        at = rng.uniform(0, 0.3 + 0.5 * number)
        while at < seconds:
            word = words[rng.integers(len(words))]
            for _ in range(rng.integers(1, 6)):
                place(out, at, word, near * rng.uniform(0.6, 1), pan)
                at += len(word) / 44100 + rng.uniform(0.03, 0.09) / speed
            at += rng.exponential(0.7 / speed / force) + 0.15
    return heard_in(out, "forest", 0.3)


def _syllable(rng: np.random.Generator, size: float) -> Samples:
    """(T,) a chirp, a whistle or a trill between 2 and 7 kHz."""
    long = rng.uniform(0.05, 0.22)
    ends = rng.uniform(2300, 6200, 3) / size
    pitch = curve(long, ((0, ends[0]), (rng.uniform(0.3, 0.7) * long, ends[1]), (long, ends[2])))
    if rng.random() < 0.4:
        depth, rate = rng.uniform(0.03, 0.14), rng.uniform(25, 70)
        pitch = pitch * (1 + depth * np.sin(2 * np.pi * rate * clock(long)))
    swell = np.sin(np.pi * clock(long) / np.float32(long)) ** 0.8
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
    """Crickets: chirps of three or four pulses near 4.5 kHz, each insect in its rhythm."""
    out = np.zeros((count(seconds), 2), np.float32)
    for number in range(flock):
        hertz = rng.uniform(4100, 5100) / size
        pulse = tone(0.017, hertz) * np.sin(np.pi * clock(0.017) / 0.017) ** 1.5
        chirp = np.zeros(count(0.16), np.float32)
        for beat in range(rng.integers(3, 5)):
            place(chirp, 0.031 * beat, pulse.astype(np.float32), 0.5 + 0.15 * beat)
        gap, at = rng.uniform(0.32, 0.55) / speed, rng.uniform(0, 0.4)
        near, pan = 1 / (1 + 0.9 * number), rng.uniform(-0.9, 0.9)
        while at < seconds:
            place(out, at, chirp, near * rng.uniform(0.85, 1), pan)
            at += gap * rng.uniform(0.97, 1.03)
    hush = noise(rng, seconds, ((2000, -30), (4300 / size, 0), (5200 / size, 0), (9000, -30)))
    return heard_in(out + 0.02 * stereo(hush), "forest", 0.15)


def frogs(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    flock: int = 4,
) -> Samples:
    """Frogs at a pond: each croak is a row of clicks through a throat."""
    out = np.zeros((count(seconds), 2), np.float32)
    for number in range(flock):
        base = rng.uniform(0.8, 1.25)
        at, near, pan = rng.uniform(0, 0.8), 1 / (1 + 0.6 * number), rng.uniform(-0.9, 0.9)
        while at < seconds:
            long = rng.uniform(0.25, 0.4)
            pace = curve(long, ((0, 38), (long, 60))) * base
            croak = voiced(
                rng,
                pace,
                (
                    (650 * base / size, 160, 1),
                    (1500 * base / size, 260, 0.7),
                    (2600.0 / size, 400, 0.3),
                ),
                -1,
                0.03,
            )
            place(
                out,
                at,
                croak * np.sin(np.pi * clock(long) / np.float32(long)) ** 0.6,
                0.7 * near,
                pan,
            )
            at += long + rng.uniform(0.25, 1.0) / speed
    return heard_in(out, "forest", 0.2)


@dataclass(frozen=True)
class Throat:
    """A voice over a call's length: points of (share of the way, hertz)."""

    seconds: float
    pitch: Points
    first: Points  # formant
    second: Points
    tilt: float  # decibels an octave
    breath: float
    rough: float  # how unsteady the pitch is


CALLS = {
    "dog": Throat(0.26, ((0, 380), (0.2, 620), (1, 300)),
        ((0, 650), (0.3, 1150), (1, 600)),
        ((0, 1500), (0.3, 2100), (1, 1500)), -5, 0.35, 0.12),
    "cat": Throat(0.9, ((0, 520), (0.25, 720), (0.7, 640), (1, 430)),
        ((0, 750), (0.35, 1500), (1, 800)),
        ((0, 2600), (0.35, 2900), (1, 1900)), -6, 0.06, 0.01),
    "cow": Throat(1.7, ((0, 120), (0.3, 165), (0.8, 150), (1, 110)),
        ((0, 260), (0.3, 520), (1, 380)),
        ((0, 700), (0.3, 1050), (1, 800)), -5, 0.08, 0.03),
    "sheep": Throat(0.9, ((0, 330), (0.5, 350), (1, 300)),
        ((0, 700), (1, 800)),
        ((0, 1700), (1, 1600)), -4, 0.15, 0.05),
    "goat": Throat(0.8, ((0, 420), (0.5, 460), (1, 380)),
        ((0, 800), (1, 900)),
        ((0, 1900), (1, 1800)), -3, 0.2, 0.06),
    "duck": Throat(0.2, ((0, 260), (0.3, 300), (1, 230)),
        ((0, 950), (1, 1000)),
        ((0, 2100), (1, 2000)), -1, 0.25, 0.12),
    "crow": Throat(0.38, ((0, 520), (0.3, 600), (1, 480)),
        ((0, 1300), (1, 1250)),
        ((0, 2100), (1, 2000)), -2, 0.5, 0.2),
    "rooster": Throat(2.0,
        ((0, 420), (0.08, 700), (0.16, 560), (0.24, 850), (0.38, 800), (0.5, 1050), (1, 520)),
        ((0, 1000), (0.5, 1600), (1, 1000)),
        ((0, 2400), (1, 2400)), -3, 0.15, 0.05),
    "owl": Throat(0.8, ((0, 330), (0.3, 380), (1, 350)),
        ((0, 380), (1, 380)),
        ((0, 800), (1, 800)), -18, 0.04, 0.0),
    "wolf": Throat(3.2, ((0, 280), (0.15, 520), (0.6, 560), (0.85, 480), (1, 300)),
        ((0, 500), (0.3, 700), (1, 500)),
        ((0, 1200), (1, 1100)), -10, 0.04, 0.006),
    "lion": Throat(2.2, ((0, 70), (0.3, 110), (1, 55)),
        ((0, 350), (0.3, 620), (1, 350)),
        ((0, 900), (0.3, 1300), (1, 900)), -3, 0.6, 0.25),
    "monster": Throat(2.0, ((0, 48), (0.3, 75), (1, 36)),
        ((0, 280), (0.4, 700), (1, 300)),
        ((0, 1000), (0.4, 1700), (1, 900)), -2, 0.7, 0.35),
    "pig": Throat(0.3, ((0, 90), (0.5, 130), (1, 80)),
        ((0, 500), (1, 600)),
        ((0, 1500), (1, 1400)), -1, 0.6, 0.4),
    "horse": Throat(1.8, ((0, 900), (0.15, 1250), (0.6, 800), (1, 320)),
        ((0, 1100), (1, 700)),
        ((0, 2500), (1, 1800)), -5, 0.3, 0.12),
    "elephant": Throat(1.6, ((0, 300), (0.2, 520), (0.7, 480), (1, 280)),
        ((0, 600), (0.5, 900), (1, 600)),
        ((0, 1700), (1, 1500)), -1, 0.4, 0.15),
}  # fmt: skip
TREMBLING = {"sheep": 11.0, "goat": 14.0, "horse": 12.0}  # times a second


def call(
    rng: np.random.Generator,
    seconds: float,
    *,
    animal: str = "dog",
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    count_of: int = 0,
) -> Samples:
    """An animal calls; count_of 0 fills the time."""
    out = np.zeros(count(seconds), np.float32)
    natural = CALLS[animal].seconds
    at, number = 0.02, 0
    while number == 0 or (at + 0.5 * natural < seconds and number < (count_of or 1000)):
        one = _one_call(rng, animal, size * rng.uniform(0.96, 1.04), force)
        place(out, at, one, rng.uniform(0.85, 1))
        number += 1
        pair = animal in ("dog", "duck", "owl", "crow") and number % 2
        at += natural + (0.12 if pair else rng.uniform(0.5, 1.1) + 0.3 * natural) / speed
    return heard_in(out, "street" if animal in ("dog", "wolf", "rooster") else "forest", 0.18)


def _one_call(rng: np.random.Generator, animal: str, size: float, force: float) -> Samples:
    throat = CALLS[animal]
    long = throat.seconds * size**0.3 * rng.uniform(0.92, 1.08)
    pitch = curve(long, [(part * long, hertz) for part, hertz in throat.pitch]) / size**0.8
    pitch = pitch * wander(rng, long, 12, 0.985, 1.015) * rng.uniform(0.95, 1.05)
    pitch = pitch * (1 + throat.rough * wander(rng, long, 90, -1, 1))
    formants = [
        (curve(long, [(part * long, hertz / size**0.6) for part, hertz in points]), 180.0, gain)
        for points, gain in zip((throat.first, throat.second), (1.0, 0.55), strict=True)
    ]
    sound = voiced(
        rng, pitch.astype(np.float32), formants, throat.tilt + 2 * (force - 1), throat.breath
    )
    level = np.sin(np.pi * (clock(long) / np.float32(long)) ** 0.6) ** 0.7
    if throat.rough > 0.2:  # a growl beats
        level = level * (
            0.6 + 0.4 * sine((28 / size**0.5 * wander(rng, long, 8, 0.8, 1.2)).astype(np.float32))
        )
    if animal in TREMBLING:
        beat = tone(long, TREMBLING[animal])
        level = level * (0.7 + 0.3 * beat)
    if animal == "dog":
        level = (
            struck_envelope(long, 0.012, 1.1 * long)
            * np.sin(np.pi * clock(long) / np.float32(long)) ** 0.3
        )
    return loudest(sound * np.nan_to_num(level)).astype(np.float32)


def insect(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A fly, a bee or, small, a mosquito: wings, and a way that wanders around the head."""
    base = (
        215
        * speed
        / size
        * wander(rng, seconds, 2.5, 0.9, 1.12)
        * wander(rng, seconds, 15, 0.99, 1.01)
    )
    pitch = base.astype(np.float32)
    wings = 0.7 * saw(pitch) + 0.4 * sine(2 * pitch) + 0.3 * sine(3 * pitch)
    near = wander(rng, seconds, 1.2, 0.15, 1.0) ** 1.5
    air = noise(rng, seconds, band(400, 3000, 9))
    return moving(
        (wings * near + 0.03 * air * near).astype(np.float32), wander(rng, seconds, 1.3, -0.9, 0.9)
    )
