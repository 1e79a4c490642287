"""Sea, river, drips, splashes, bubbles."""

import numpy as np

from miaobi.synthesis.impacts import thump
from miaobi.synthesis.signals import (
    Samples,
    band,
    clock,
    count,
    curve,
    fading,
    low_pass,
    noise,
    place,
    sculpted,
    shower,
    stereo_noise,
    struck_envelope,
    wander,
)
from miaobi.synthesis.space import heard_in, stereo
from miaobi.synthesis.weather import bubble


def sea(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Waves: each swells dull, breaks bright and runs out in foam; the sea behind goes on."""
    period = 6.5 * size**0.3 / speed
    lanes = []
    starts = np.arange(-period, seconds + period, period) + rng.uniform(0, 0.25 * period)
    starts = starts + rng.normal(0, 0.08 * period, len(starts))
    levels = rng.uniform(0.65, 1, len(starts))
    for _ in range(2):
        times = np.arange(0, seconds + 0.1, 0.02)
        level, open_ = np.full(len(times), 0.12), np.full(len(times), 500.0)
        for start, high in zip(starts + rng.normal(0, 0.12, len(starts)), levels, strict=True):
            late = times - start - 0.42 * period
            rise = np.exp(-((np.minimum(late, 0) / (0.2 * period)) ** 2))
            run = np.exp(-np.maximum(late, 0) / (0.22 * period))
            level += high * rise * run
            open_ += (
                high * 5200 * np.exp(-((np.minimum(late, 0) / (0.08 * period)) ** 2)) * run**0.7
            )

        def shape(
            at: Samples,
            hertz: Samples,
            level: Samples = level,
            open_: Samples = open_,
            times: Samples = times,
        ) -> Samples:
            cutoff = np.interp(at, times, open_) * force**0.3 / size
            body = low_pass(hertz, cutoff, 0.8) * hertz / (hertz + 70 / size)
            return np.interp(at, times, level) * body

        lanes.append(sculpted(noise(rng, seconds, ((20, 2), (1000, 0), (20000, -4))), shape))
    out = np.stack(lanes, 1)
    foam = [bubble(rng, pitch) for pitch in rng.uniform(1500, 5000, 4)]
    fizz = np.interp(clock(seconds), times, level).astype(np.float32)
    return out + 0.02 * shower(rng, seconds, 500 * fizz, foam, 0.8)


def river(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """A stream: thousands of bubbles of many sizes over a soft rush."""
    small = [bubble(rng, pitch / size) for pitch in rng.uniform(700, 2800, 12)]
    large = [bubble(rng, pitch / size) for pitch in rng.uniform(260, 700, 6)]
    busy = wander(rng, seconds, 3, 0.5, 1.3)
    out = 0.10 * shower(rng, seconds, 170 * force * busy, small, 0.9)
    out += 0.22 * shower(rng, seconds, 22 * force * busy, large, 0.6)
    rush = stereo_noise(
        rng,
        seconds,
        ((60, -18), (350 / size, 0), (1200 / size, -5), (5000 / size, -15), (16000, -34)),
    )
    return out + 0.11 * force * rush * wander(rng, seconds, 1.5, 0.75, 1.1)[:, None]


def drip(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    space: str = "bathroom",
) -> Samples:
    """Drops that fall into water, one after another."""
    out = np.zeros((count(seconds), 2), np.float32)
    at = 0.06
    while at < seconds:
        level = rng.uniform(0.5, 1)
        tick = noise(rng, 0.008, band(2500 / size, 9000, 12)) * fading(0.008, 0.005)
        place(out, at, tick, 0.08 * level, 0.1)
        place(out, at + rng.uniform(0.012, 0.03), bubble(rng, rng.uniform(750, 1500) / size), level)
        if rng.random() < 0.5:
            place(
                out,
                at + rng.uniform(0.05, 0.1),
                bubble(rng, rng.uniform(1200, 2200) / size),
                0.3 * level,
            )
        at += rng.uniform(0.8, 1.25) / speed
    return heard_in(out, space, 0.5)


def splash(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Something falls into water: slap, crown, bubbles, and drops that come back down."""
    out = np.zeros((count(seconds), 2), np.float32)
    long = 0.5 * size**0.5

    def shape(times: Samples, hertz: Samples) -> Samples:
        cutoff = (700 + 6500 * np.exp(-times / (0.12 * size))) / size**0.6
        return low_pass(hertz, cutoff, 1.2) * hertz / (hertz + 200 / size)

    for side in (-0.5, 0.5):
        crown = sculpted(noise(rng, 2 * long, ((20, 0), (20000, 0))), shape, 128)
        crown *= struck_envelope(2 * long, 0.006, 1.2 * long)
        place(out, 0.01, crown, 0.5, side)
    place(out, 0.01, thump(rng, 0.2 * size, 110 / size**0.5), 0.5 * force)
    sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(250, 1100, 8)]
    busy = curve(seconds, ((0, 0), (0.05, 90 * force), (0.5 * long + 0.1, 50), (2 * long + 0.3, 0)))
    out += 0.16 * shower(rng, seconds, busy, sounds, 0.7)
    drops = [bubble(rng, pitch / size**0.5) for pitch in rng.uniform(1200, 3500, 6)]
    rest = curve(seconds, ((0, 0), (0.25, 0), (0.5, 60 * force), (0.6 + 1.2 * long, 0)))
    out += 0.07 * shower(rng, seconds, rest, drops, 0.8)
    return heard_in(out, "room", 0.12)


def bubbles(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Bubbles that rise, as in a pot that boils or under water."""
    sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(320, 1300, 14)]
    busy = 26 * speed * force * wander(rng, seconds, 2, 0.3, 1.2)
    out = 0.4 * shower(rng, seconds, busy, sounds, 0.6)
    rumble = noise(rng, seconds, ((40, -6), (180 / size, 0), (600 / size, -10), (3000, -40)))
    return out + 0.06 * stereo(rumble * wander(rng, seconds, 5, 0.5, 1.1))


def pour(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """A drink is poured: gurgles, and a pitch that rises as the glass fills."""
    out = np.zeros((count(seconds), 2), np.float32)
    full = 0.88 * seconds
    swell = curve(
        seconds, ((0, 0), (0.08, 1), (full, 1), (min(seconds, full + 0.1), 0), (seconds, 0))
    )

    def shape(times: Samples, hertz: Samples) -> Samples:
        part = np.minimum(times / full, 1)
        pitch = 420 / size * 4.2**part  # the air column shortens
        peaks = sum(
            gain * np.exp(-((np.log2(np.maximum(hertz, 1) / (pitch * over)) / 0.09) ** 2))
            for over, gain in ((1, 1), (2.9, 0.45), (5.1, 0.25))
        )
        return peaks + 0.12 * low_pass(hertz, 6000, 1) * hertz / (hertz + 900)

    stream = sculpted(noise(rng, seconds, ((20, 0), (20000, 0))), shape)
    out += 0.5 * stereo(stream * swell * wander(rng, seconds, 14, 0.6, 1.1))
    rising = np.linspace(0, 1, 6)
    for part in rising[:-1]:
        pitch = 420 / size * 4.2**part
        sounds = [bubble(rng, p) for p in pitch * rng.uniform(0.9, 2.2, 5)]
        at = part * full
        busy = ((0, 0), (at, 0), (at + 0.05, 34), (at + full / 6, 34), (at + full / 5, 0))
        inside = force * curve(seconds, busy)
        out += 0.13 * shower(rng, seconds, inside, sounds, 0.6)
    return heard_in(out, "room", 0.1)
