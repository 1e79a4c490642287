"""Ambiences: places as layers of other sounds, and the noise of recordings."""

import numpy as np

from miaobi.synthesis.animals import birds, call, crickets, frogs
from miaobi.synthesis.blasts import drone
from miaobi.synthesis.impacts import strike
from miaobi.synthesis.machines import car_passes, horn, hum
from miaobi.synthesis.people import crowd
from miaobi.synthesis.signals import (
    Samples,
    add_at,
    apply_filter,
    decay,
    noise,
    normalize_peak,
    random_curve,
    scatter_grains,
    stereo_noise,
)
from miaobi.synthesis.space import add_distance, add_reverb, to_stereo
from miaobi.synthesis.water import bubbles, drip, sea
from miaobi.synthesis.weather import wind


def forest(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Synthesize a forest (T, 2): birds near and far, wind in the leaves."""
    out = 0.35 * leaves(rng, seconds)
    out = out + 0.5 * normalize_peak(birds(rng, seconds, flock=2, force=force))
    return out + 0.22 * add_distance(normalize_peak(birds(rng, seconds, flock=3, speed=0.8)), 4)


def leaves(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Synthesize leaves in the wind (T, 2)."""
    gust = random_curve(rng, seconds, 0.5, 0.15, 1.0)
    color = ((200, -30), (1200 / size, -8), (3500 / size, 0), (9000 / size, -6), (18000, -22))
    flutter = gust * random_curve(rng, seconds, 7, 0.6, 1.1)
    bed = stereo_noise(rng, seconds, color) * flutter[:, None]
    flick = [
        noise(rng, 0.03, ((800, -12), (3000 / size, 0), (9000, -9))) * decay(0.03, 0.02)
        for _ in range(4)
    ]
    return 0.25 * force * bed + 0.08 * scatter_grains(rng, seconds, 60 * gust, flick, 0.8)


def night(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Synthesize a night outdoors (T, 2): crickets, frogs, a distant owl."""
    out = 0.5 * normalize_peak(crickets(rng, seconds))
    out = out + 0.12 * add_distance(normalize_peak(frogs(rng, seconds, flock=2)), 4)
    owl = call(rng, min(seconds, 3.0), animal="owl", repeats=2)
    add_at(out, rng.uniform(0, max(0.1, seconds - 3)), add_distance(owl, 5), 0.3)
    return out + 0.05 * wind(rng, seconds, howl=0)


def city(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Synthesize a city (T, 2): traffic noise, passing cars, a distant horn."""
    traffic = noise(rng, seconds, ((30, -2), (90, 0), (400, -7), (1500, -18), (8000, -40)))
    out = 0.12 * to_stereo(traffic) * random_curve(rng, seconds, 0.6, 0.8, 1.1)[:, None]
    for time in np.arange(-1, seconds, 3.2 / force) + rng.uniform(-0.6, 0.6):
        car = car_passes(rng, 4.5, size=rng.uniform(0.8, 1.6), speed=rng.uniform(0.6, 1.1))
        add_at(out, time, normalize_peak(car), rng.uniform(0.15, 0.5))
    beep = normalize_peak(horn(rng, 0.9, repeats=int(rng.integers(1, 3))))
    add_at(out, rng.uniform(0.3, max(0.4, seconds - 1)), add_distance(beep, 5), 0.12)
    return add_reverb(out.astype(np.float32), "street", 0.3)


def cafe(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Synthesize a café (T, 2): babble, cups and spoons."""
    out = normalize_peak(crowd(rng, seconds, force=force))
    ware = [strike(rng, "ceramic", s, 0.5) for s in (0.6, 0.9)] + [strike(rng, "glass", 0.7, 0.4)]
    clinks = scatter_grains(rng, seconds, 1.6 * force, ware, 0.7)
    return 0.7 * out + 0.16 * add_reverb(clinks, "hall", 0.4)


def room_tone(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Synthesize room tone (T, 2): air noise and mains hum."""
    air = stereo_noise(
        rng, seconds, ((30, -3), (100 / size, 0), (500 / size, -12), (3000, -28), (14000, -44))
    )
    return 0.5 * air + 0.1 * hum(rng, seconds, tool="mains", size=size)


def space_ship(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Synthesize the inside of a spaceship (T, 2): engines, drone and air."""
    engines = noise(
        rng, seconds, ((25, -2), (55 / size, 0), (160 / size, -9), (900, -32), (6000, -60))
    )
    out = normalize_peak(drone(rng, seconds, size=size)) + 0.3 * to_stereo(engines)
    air = noise(rng, seconds, ((20, 0), (20000, 0)))
    return out + 0.03 * to_stereo(apply_filter(air, ((800, -20), (2400, 0), (7000, -20))))


def beach(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Synthesize a beach (T, 2): waves, wind, gulls."""
    out = normalize_peak(sea(rng, seconds, force=force))
    out = out + 0.1 * normalize_peak(wind(rng, seconds, howl=0))
    time = rng.uniform(0.2, 1.5)
    while time < seconds - 1:
        gull = call(rng, 0.8, animal="cat", size=0.42, repeats=1)
        for repeat in range(rng.integers(1, 4)):
            add_at(out, time + 0.45 * repeat, add_distance(gull, 3), 0.16)
        time += rng.uniform(2.5, 6)
    return out


def cave(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Synthesize a cave (T, 2): sparse drops and moving air."""
    out = 0.6 * normalize_peak(drip(rng, seconds, size=0.8 * size, speed=0.6, space="cave"))
    air = noise(rng, seconds, ((30, -3), (110 / size, 0), (400 / size, -10), (3000, -40)))
    return out + 0.05 * to_stereo(air * random_curve(rng, seconds, 0.5, 0.5, 1.1))


def underwater(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Synthesize an underwater ambience (T, 2): dull noise and rising bubbles."""
    bed = stereo_noise(
        rng, seconds, ((25, -6), (90 / size, 0), (260 / size, -6), (900 / size, -24), (5000, -60))
    )
    rising = bubbles(rng, seconds, size=1.4 * size, force=0.35)
    dull = apply_filter(rising, ((40, 0), (700 / size, 0), (2500 / size, -18), (9000, -50)))
    return 0.25 * bed * random_curve(rng, seconds, 0.6, 0.6, 1.1)[:, None] + 0.5 * dull


def factory(
    rng: np.random.Generator, seconds: float, *, speed: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a factory (T, 2): motors, a stamping press, steam."""
    out = 0.4 * normalize_peak(hum(rng, seconds, tool="vacuum", speed=0.35))
    out = out + 0.3 * normalize_peak(hum(rng, seconds, tool="fan"))
    clang, press = strike(rng, "metal", 2.5, 0.8), strike(rng, "metal", 6.0, 0.6)
    for beat in np.arange(0.1, seconds, 0.9 / speed):
        add_at(out, beat, press, 0.4 * force, -0.3)
        add_at(out, beat + 0.45 / speed, clang, 0.12 * force, 0.4)
        jet = noise(rng, 0.25, ((500, -20), (4000, 0), (14000, -6))) * decay(0.25, 0.25)
        add_at(out, beat + 0.2 / speed, jet, 0.04, 0.5)
    return add_reverb(out, "hall", 0.5)


def static(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, variant: str = "radio"
) -> Samples:
    """Synthesize "radio" static, "vinyl" crackle, or "white", "pink" or "brown" noise: (T, 2)."""
    slope = {"white": 0.0, "pink": -3.01, "brown": -6.02}.get(variant)
    if slope is not None:
        tilt = ((20, 0), (20480 / size, 10 * slope))
        return stereo_noise(rng, seconds, tilt)
    if variant == "vinyl":
        tick = [
            noise(rng, 0.004, ((300, -9), (3000 / size, 0), (12000, -6))) * decay(0.004, t60)
            for t60 in (0.001, 0.003)
        ]
        hiss = noise(rng, seconds, ((30, 0), (200, -8), (3000 / size, -12), (12000, -18)))
        return 0.5 * scatter_grains(rng, seconds, 22, tick, 0.9) + 0.02 * to_stereo(hiss)
    hiss = noise(
        rng,
        seconds,
        ((100, -18), (500 / size, -3), (3000 / size, 0), (6500 / size, -4), (14000, -26)),
    )
    crackle = [noise(rng, 0.006, ((300, -6), (4000 / size, 0))) * decay(0.006, 0.004)]
    out = 0.3 * to_stereo(hiss * random_curve(rng, seconds, 8, 0.7, 1.1))
    return out + 0.3 * scatter_grains(rng, seconds, 30, crackle, 1.2)
