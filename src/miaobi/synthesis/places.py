"""Places, which are other sounds in layers; and the noises of recordings."""

import numpy as np

from miaobi.synthesis.animals import birds, call, crickets, frogs
from miaobi.synthesis.blasts import drone
from miaobi.synthesis.impacts import struck
from miaobi.synthesis.machines import car_passes, horn, hum
from miaobi.synthesis.people import crowd
from miaobi.synthesis.signals import (
    Samples,
    fading,
    filtered,
    loudest,
    noise,
    place,
    shower,
    stereo_noise,
    wander,
)
from miaobi.synthesis.space import far, heard_in, stereo
from miaobi.synthesis.water import bubbles, drip, sea
from miaobi.synthesis.weather import wind


def forest(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Birds near and far, and wind in the leaves."""
    out = 0.35 * leaves(rng, seconds) + 0.5 * loudest(birds(rng, seconds, flock=2, force=force))
    return out + 0.22 * far(loudest(birds(rng, seconds, flock=3, speed=0.8)), 4)


def leaves(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Leaves in the wind."""
    gust = wander(rng, seconds, 0.5, 0.15, 1.0)
    color = ((200, -30), (1200 / size, -8), (3500 / size, 0), (9000 / size, -6), (18000, -22))
    flutter = gust * wander(rng, seconds, 7, 0.6, 1.1)
    bed = stereo_noise(rng, seconds, color) * flutter[:, None]
    flick = [
        noise(rng, 0.03, ((800, -12), (3000 / size, 0), (9000, -9))) * fading(0.03, 0.02)
        for _ in range(4)
    ]
    return 0.25 * force * bed + 0.08 * shower(rng, seconds, 60 * gust, flick, 0.8)


def night(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Crickets, a frog or two, an owl far off."""
    out = 0.5 * loudest(crickets(rng, seconds)) + 0.12 * far(
        loudest(frogs(rng, seconds, flock=2)), 4
    )
    owl = call(rng, min(seconds, 3.0), animal="owl", count_of=2)
    place(out, rng.uniform(0, max(0.1, seconds - 3)), far(owl, 5), 0.3)
    return out + 0.05 * wind(rng, seconds, howl=0)


def city(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """The hum of streets, cars that pass, a horn now and then."""
    out = 0.12 * stereo(
        noise(rng, seconds, ((30, -2), (90, 0), (400, -7), (1500, -18), (8000, -40)))
    )
    out = out * wander(rng, seconds, 0.6, 0.8, 1.1)[:, None]
    for at in np.arange(-1, seconds, 3.2 / force) + rng.uniform(-0.6, 0.6):
        car = car_passes(rng, 4.5, size=rng.uniform(0.8, 1.6), speed=rng.uniform(0.6, 1.1))
        place(out, at, loudest(car), rng.uniform(0.15, 0.5))
    beep = loudest(horn(rng, 0.9, count_of=int(rng.integers(1, 3))))
    place(out, rng.uniform(0.3, max(0.4, seconds - 1)), far(beep, 5), 0.12)
    return heard_in(out.astype(np.float32), "street", 0.3)


def cafe(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Talk, cups, spoons."""
    out = loudest(crowd(rng, seconds, force=force))
    ware = [struck(rng, "ceramic", s, 0.5) for s in (0.6, 0.9)] + [struck(rng, "glass", 0.7, 0.4)]
    return 0.7 * out + 0.16 * heard_in(shower(rng, seconds, 1.6 * force, ware, 0.7), "hall", 0.4)


def room_tone(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """A room in which nothing happens: air, and the mains."""
    air = stereo_noise(
        rng, seconds, ((30, -3), (100 / size, 0), (500 / size, -12), (3000, -28), (14000, -44))
    )
    return 0.5 * air + 0.1 * hum(rng, seconds, tool="mains", size=size)


def space_ship(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """The hold of a ship between the stars."""
    engines = noise(
        rng, seconds, ((25, -2), (55 / size, 0), (160 / size, -9), (900, -32), (6000, -60))
    )
    out = loudest(drone(rng, seconds, size=size)) + 0.3 * stereo(engines)
    return out + 0.03 * stereo(
        filtered(noise(rng, seconds, ((20, 0), (20000, 0))), ((800, -20), (2400, 0), (7000, -20)))
    )


def beach(rng: np.random.Generator, seconds: float, *, force: float = 1.0) -> Samples:
    """Waves, wind, gulls."""
    out = loudest(sea(rng, seconds, force=force)) + 0.1 * loudest(wind(rng, seconds, howl=0))
    at = rng.uniform(0.2, 1.5)
    while at < seconds - 1:
        gull = call(rng, 0.8, animal="cat", size=0.42, count_of=1)
        for repeat in range(rng.integers(1, 4)):
            place(out, at + 0.45 * repeat, far(gull, 3), 0.16)
        at += rng.uniform(2.5, 6)
    return out


def cave(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Drops far apart in the dark, and air that moves."""
    out = 0.6 * loudest(drip(rng, seconds, size=0.8 * size, speed=0.6, space="cave"))
    air = noise(rng, seconds, ((30, -3), (110 / size, 0), (400 / size, -10), (3000, -40)))
    return out + 0.05 * stereo(air * wander(rng, seconds, 0.5, 0.5, 1.1))


def underwater(rng: np.random.Generator, seconds: float, *, size: float = 1.0) -> Samples:
    """Below the surface: everything dull, and bubbles that rise."""
    bed = stereo_noise(
        rng, seconds, ((25, -6), (90 / size, 0), (260 / size, -6), (900 / size, -24), (5000, -60))
    )
    rising = bubbles(rng, seconds, size=1.4 * size, force=0.35)
    dull = filtered(rising, ((40, 0), (700 / size, 0), (2500 / size, -18), (9000, -50)))
    return 0.25 * bed * wander(rng, seconds, 0.6, 0.6, 1.1)[:, None] + 0.5 * dull


def factory(
    rng: np.random.Generator, seconds: float, *, speed: float = 1.0, force: float = 1.0
) -> Samples:
    """Machines that turn, a press that stamps, steam."""
    out = 0.4 * loudest(hum(rng, seconds, tool="vacuum", speed=0.35)) + 0.3 * loudest(
        hum(rng, seconds, tool="fan")
    )
    clang, press = struck(rng, "metal", 2.5, 0.8), struck(rng, "metal", 6.0, 0.6)
    for beat in np.arange(0.1, seconds, 0.9 / speed):
        place(out, beat, press, 0.4 * force, -0.3)
        place(out, beat + 0.45 / speed, clang, 0.12 * force, 0.4)
        jet = noise(rng, 0.25, ((500, -20), (4000, 0), (14000, -6))) * fading(0.25, 0.25)
        place(out, beat + 0.2 / speed, jet, 0.04, 0.5)
    return heard_in(out, "hall", 0.5)


def static(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, sort: str = "radio"
) -> Samples:
    """Noise of "radio" and television, crackle of "vinyl", or plain "white", "pink" and "brown"."""
    slope = {"white": 0.0, "pink": -3.01, "brown": -6.02}.get(sort)
    if slope is not None:
        tilt = ((20, 0), (20480 / size, 10 * slope))
        return stereo_noise(rng, seconds, tilt)
    if sort == "vinyl":
        tick = [
            noise(rng, 0.004, ((300, -9), (3000 / size, 0), (12000, -6))) * fading(0.004, n)
            for n in (0.001, 0.003)
        ]
        hiss = noise(rng, seconds, ((30, 0), (200, -8), (3000 / size, -12), (12000, -18)))
        return 0.5 * shower(rng, seconds, 22, tick, 0.9) + 0.02 * stereo(hiss)
    hiss = noise(
        rng,
        seconds,
        ((100, -18), (500 / size, -3), (3000 / size, 0), (6500 / size, -4), (14000, -26)),
    )
    crackle = [noise(rng, 0.006, ((300, -6), (4000 / size, 0))) * fading(0.006, 0.004)]
    out = 0.3 * stereo(hiss * wander(rng, seconds, 8, 0.7, 1.1))
    return out + 0.3 * shower(rng, seconds, 30, crackle, 1.2)
