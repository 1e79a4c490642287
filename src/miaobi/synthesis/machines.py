"""Engines, horns, trains, aircraft, tools."""

import numpy as np

from miaobi.synthesis.impacts import struck
from miaobi.synthesis.signals import (
    RATE,
    Samples,
    band,
    bell_curve,
    clock,
    count,
    curve,
    fading,
    filtered,
    loudest,
    low_pass,
    noise,
    phase,
    place,
    saw,
    sculpted,
    sine,
    stereo_noise,
    struck_envelope,
    tone,
    wander,
)
from miaobi.synthesis.space import heard_in, moving, widened


def engine(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    turns: str = "idle",
) -> Samples:
    """A piston engine: each firing pushes gas through the exhaust; turns: "idle" or "rev"."""
    if turns == "rev":
        pace = curve(
            seconds, ((0, 1), (0.15 * seconds, 1.05), (0.6 * seconds, 3.4), (seconds, 1.1))
        )
    else:
        pace = wander(rng, seconds, 3, 0.985, 1.015)
    firing = (26 * speed / size**0.35) * pace  # a second
    return widened(rng, _exhaust(rng, firing.astype(np.float32), size, force), 0.3)


def _exhaust(rng: np.random.Generator, firing: Samples, size: float, force: float) -> Samples:
    """(T,) pushes at a curve of rates, each a little different, through a pipe that resonates."""
    seconds = len(firing) / RATE
    turn = phase(firing)
    number = turn.astype(np.int32)
    uneven = rng.uniform(0.6, 1, int(number[-1]) + 2).astype(np.float32)
    uneven *= np.tile([1, 0.82, 0.93, 0.75], len(uneven) // 4 + 1)[: len(uneven)].astype(np.float32)
    part = (turn - number).astype(np.float32)
    push = np.exp(-part * 7) * np.minimum(part / 0.03, 1) * uneven[number]
    hiss = noise(rng, seconds, ((80, 0), (900, -2), (4000, -12), (12000, -30))) * push
    body = push - push.mean() + 0.3 * force * hiss
    pipe = (
        (25, -8),
        (60, 0),
        (130 / size, 3),
        (260 / size, -2),
        (700 / size, -8),
        (2200, -20),
        (9000, -44),
    )
    rattle = noise(rng, seconds, band(1500, 4500, 15)) * push**2
    return loudest(np.tanh(1.5 * force * filtered(body, pipe))) + 0.03 * force * rattle


def car_passes(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, speed: float = 1.0
) -> Samples:
    """A car comes, passes from one side to the other and goes: tires, engine, Doppler."""
    times = clock(seconds) - np.float32(0.45 * seconds)
    along = 17 * speed * times  # meters
    away = np.sqrt(along**2 + 36)
    doppler = 1 / (1 + (17 * speed * along / away) / 343)
    firing = (58 * speed**0.4 / size**0.35 * doppler).astype(np.float32)
    motor = _exhaust(rng, firing, size, 1.0)

    def shape(at: Samples, hertz: Samples) -> Samples:
        distance = np.interp(at, times + 0.45 * seconds, away)
        tires = bell_curve(hertz, 850 / size**0.3, 1.3) + 0.35 * low_pass(hertz, 200, 1)
        return tires * low_pass(hertz, 60000 / distance, 0.7)

    road = sculpted(noise(rng, seconds, ((30, 0), (12000, -6))), shape)
    near = (6 / away).astype(np.float32) ** 1.3
    side = rng.choice((-1, 1)) * np.tanh(along / 12)
    return heard_in(moving((0.45 * road + 0.35 * motor) * near, 0.85 * side), "street", 0.12)


def horn(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, count_of: int = 2
) -> Samples:
    """The horn of a car or, large, of a ship: two reeds a third apart."""
    out = np.zeros(count(seconds), np.float32)
    base = 415 / size * rng.uniform(0.96, 1.04)
    long = 0.75 * seconds / count_of
    for number in range(count_of):
        steady = np.full(count(long), base, np.float32) * (1 - 0.04 * fading(long, 0.08))
        tone = saw(steady) + saw(1.245 * steady) + 0.3 * saw(0.5 * steady)
        swell = np.minimum(clock(long) / 0.03, 1) * np.minimum((long - clock(long)) / 0.05, 1)
        place(out, number * seconds / count_of + 0.01, tone * np.clip(swell, 0, 1), 0.4)
    color = (
        (150 / size, -14),
        (450 / size, -3),
        (1400 / size, 3),
        (3200 / size, 0),
        (6500, -18),
        (15000, -40),
    )
    return heard_in(filtered(np.tanh(out), color), "street", 0.3)


def train(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    force: float = 1.0,
    steam: float = 0.0,
) -> Samples:
    """Wheels over the joints of rails; with `steam` a locomotive that puffs."""
    rumble = stereo_noise(
        rng,
        seconds,
        ((25, -4), (70 / size, 0), (220 / size, -5), (900 / size, -15), (4000, -32), (14000, -50)),
    )
    out = 0.2 * rumble * wander(rng, seconds, 2, 0.8, 1.1)[:, None]
    rail = [struck(rng, "metal", 2.6 * size, 0.7) for _ in range(4)]
    gap, number, at = 1.15 / speed, 0, 0.1
    while at < seconds:
        for late, level in ((0, 1), (0.1 / speed, 0.85), (0.42 / speed, 0.7), (0.52 / speed, 0.6)):
            clack = rail[rng.integers(4)][: count(0.12)] * fading(0.12, 0.09)
            knock = noise(
                rng, 0.1, ((60, 0), (300, -2), (1500, -10), (7000, -28))
            ) * struck_envelope(0.1, 0.003, 0.09)
            place(out, at + late, clack, 0.2 * level * force, rng.uniform(-0.3, 0.3))
            place(out, at + late, knock, 0.22 * level)
        number += 1
        at = 0.1 + number * gap + rng.normal(0, 0.01)
    at = 0.0
    while steam and at < seconds:
        puff = noise(rng, 0.3, ((60, -6), (300, 0), (1500, -5), (6000, -14))) * struck_envelope(
            0.3, 0.03, 0.26
        )
        place(out, at, puff, 0.3 * steam)
        at += 0.29 / speed
    return heard_in(out, "street", 0.12)


def whistle(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    pea: float = 0.0,
) -> Samples:
    """A steam whistle: a chord of pipes and their breath; with `pea` the trill of a referee."""
    swell = curve(seconds, ((0, 0), (0.06, 1), (0.8 * seconds, 0.9), (seconds, 0)))
    bend = curve(seconds, ((0, 0.94), (0.12, 1), (0.8 * seconds, 1), (seconds, 0.93)))
    pipes = (2350.0, 2480.0) if pea else (370.0, 466.0, 587.0, 698.0)
    trill = 1 + 0.05 * pea * tone(seconds, 34.0)
    out: Samples = np.zeros(count(seconds), np.float32)
    for pipe in pipes:
        hertz = (pipe / size * bend * trill * wander(rng, seconds, 6, 0.996, 1.004)).astype(
            np.float32
        )
        out += sine(hertz) + 0.3 * sine(2 * hertz) + 0.15 * sine(3 * hertz)
    if pea:
        out *= 0.65 + 0.35 * tone(seconds, 34.0)
    breath = noise(rng, seconds, band(pipes[0] / size, 7000, 9))
    return heard_in((0.25 * out + 0.12 * force * breath) * swell, "street", 0.35)


def aircraft(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    blades: str = "jet",
) -> Samples:
    """A "jet" flies over, a "rotor" (helicopter) hovers, or a "propeller" or "drone" flies."""
    if blades == "jet":
        times = clock(seconds) - np.float32(0.5 * seconds)
        away = np.sqrt((150 * speed * times) ** 2 + 200**2)

        def shape(at: Samples, hertz: Samples) -> Samples:
            distance = np.interp(at, times + 0.5 * seconds, away)
            whine = bell_curve(
                hertz, 2600 / size * (1 - 0.25 * np.tanh((at / seconds - 0.5) * 5)), 0.03
            )
            roar = low_pass(hertz, 200000 / distance / size, 0.8) * hertz / (hertz + 60)
            return roar + 2.5 * whine * (200 / distance) ** 2

        out = sculpted(noise(rng, seconds, ((25, 3), (200, 0), (12000, -8))), shape)
        out *= (200 / away).astype(np.float32) ** 1.5
        return heard_in(moving(out, np.tanh(3 * times / seconds)), "valley", 0.2)
    rate = {"rotor": 11.0, "propeller": 75.0, "drone": 190.0}[blades] * speed / size**0.4
    steady = (rate * wander(rng, seconds, 1.5, 0.985, 1.015)).astype(np.float32)
    part = (phase(steady) % 1).astype(np.float32)
    slap = np.exp(-(((part - 0.5) / 0.13) ** 2))
    wash = noise(rng, seconds, ((40, -3), (150 / size, 0), (900 / size, -8), (5000, -26)))
    if blades == "rotor":
        turbine = tone(seconds, 1900 / size) * wander(rng, seconds, 4, 0.6, 1)
        body = wash * (0.25 + slap) + 1.2 * (slap - slap.mean()) + 0.03 * turbine
        return widened(rng, filtered(body, ((20, -6), (45, 0), (3000, 0), (12000, -18))), 0.3)
    buzz = (
        saw(steady)
        + 0.7 * saw(1.013 * steady)
        + (0.6 * saw(2.02 * steady) if blades == "drone" else 0)
    )
    body = (
        0.6 * filtered(buzz, ((50, -3), (200 / size, 0), (1800 / size, -4), (6000, -24)))
        + 0.2 * wash
    )
    return widened(rng, body, 0.3)


def hum(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
    tool: str = "fan",
) -> Samples:
    """Motors that run on: "fan", "drill", "saw", "mains" or "vacuum"."""
    mains, blades, air, edge = {
        "fan": (0.15, 28.0, 1.0, 900.0),
        "drill": (0.5, 190.0, 0.35, 5000.0),
        "saw": (0.5, 145.0, 0.7, 7000.0),
        "mains": (1.0, 50.0, 0.02, 1500.0),
        "vacuum": (0.3, 230.0, 1.2, 4500.0),
    }[tool]
    start = 1.0 if tool in ("fan", "mains") else np.minimum(clock(seconds) / 0.35 + 0.35, 1)
    pace = blades * speed / size**0.5 * wander(rng, seconds, 2, 0.99, 1.01) * start
    turning = pace.astype(np.float32)
    grind = wander(rng, seconds, 20, 0.7, 1.1) if tool in ("drill", "saw") else 1.0
    teeth = saw(turning) + 0.6 * saw(2 * turning) + 0.4 * sine(5.03 * turning)
    low = (
        tone(seconds, 100 / size)
        + 0.4 * tone(seconds, 200 / size)
        + 0.15 * tone(seconds, 300 / size)
    )
    rush = noise(rng, seconds, ((60, -10), (250 / size, 0), (edge / size, -6), (16000, -30)))
    body = (
        0.4 * filtered(teeth, ((60, -8), (500 / size, 0), (edge / size, -3), (14000, -36))) * grind
    )
    if tool in ("fan", "mains"):
        body *= 0.12
        rush = rush * (1 + 0.25 * sine(turning))
    return widened(rng, force**0.3 * body + mains * 0.3 * low + 0.25 * air * rush, 0.25)
