"""Water: sea, rivers, drips, splashes, bubbles, pouring."""

import numpy as np

from miaobi.synthesis.impacts import thump
from miaobi.synthesis.signals import (
    Samples,
    add_at,
    attack_decay,
    band_pass,
    curve,
    decay,
    low_pass_gain,
    noise,
    num_samples,
    random_curve,
    resonance_gain,
    scatter_grains,
    stereo_noise,
    stft_filter,
    time_axis,
)
from miaobi.synthesis.space import add_reverb, to_stereo
from miaobi.synthesis.weather import bubble


def sea(
    rng: np.random.Generator,
    seconds: float,
    *,
    force: float = 1.0,
    size: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Synthesize sea waves (T, 2): each swells, breaks and runs out in foam, over a steady sea."""
    period = 6.5 * size**0.3 / speed
    channels = []
    starts = np.arange(-period, seconds + period, period) + rng.uniform(0, 0.25 * period)
    starts = starts + rng.normal(0, 0.08 * period, len(starts))
    levels = rng.uniform(0.65, 1, len(starts))
    for _ in range(2):
        times = np.arange(0, seconds + 0.1, 0.02)
        level, cutoffs = np.full(len(times), 0.12), np.full(len(times), 500.0)
        for start, height in zip(starts + rng.normal(0, 0.12, len(starts)), levels, strict=True):
            since_crest = times - start - 0.42 * period
            rise = np.exp(-((np.minimum(since_crest, 0) / (0.2 * period)) ** 2))
            runout = np.exp(-np.maximum(since_crest, 0) / (0.22 * period))
            level += height * rise * runout
            breaking = np.exp(-((np.minimum(since_crest, 0) / (0.08 * period)) ** 2))
            cutoffs += height * 5200 * breaking * runout**0.7

        def gains(
            frame_times: Samples,
            hertz: Samples,
            level: Samples = level,
            cutoffs: Samples = cutoffs,
            times: Samples = times,
        ) -> Samples:
            cutoff = np.interp(frame_times, times, cutoffs) * force**0.3 / size
            body = low_pass_gain(hertz, cutoff, 0.8) * hertz / (hertz + 70 / size)
            return np.interp(frame_times, times, level) * body

        channels.append(stft_filter(noise(rng, seconds, ((20, 2), (1000, 0), (20000, -4))), gains))
    out = np.stack(channels, 1)
    foam = [bubble(rng, pitch) for pitch in rng.uniform(1500, 5000, 4)]
    fizz = np.interp(time_axis(seconds), times, level).astype(np.float32)
    return out + 0.02 * scatter_grains(rng, seconds, 500 * fizz, foam, 0.8)


def river(
    rng: np.random.Generator, seconds: float, *, force: float = 1.0, size: float = 1.0
) -> Samples:
    """Synthesize a river (T, 2): bubbles of many sizes over soft noise."""
    small = [bubble(rng, pitch / size) for pitch in rng.uniform(700, 2800, 12)]
    large = [bubble(rng, pitch / size) for pitch in rng.uniform(260, 700, 6)]
    rate = random_curve(rng, seconds, 3, 0.5, 1.3)
    out = 0.10 * scatter_grains(rng, seconds, 170 * force * rate, small, 0.9)
    out += 0.22 * scatter_grains(rng, seconds, 22 * force * rate, large, 0.6)
    rush = stereo_noise(
        rng,
        seconds,
        ((60, -18), (350 / size, 0), (1200 / size, -5), (5000 / size, -15), (16000, -34)),
    )
    return out + 0.11 * force * rush * random_curve(rng, seconds, 1.5, 0.75, 1.1)[:, None]


def drip(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    speed: float = 1.0,
    space: str = "bathroom",
) -> Samples:
    """Synthesize single drops that fall into water, in a space: (T, 2)."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    time = 0.06
    while time < seconds:
        level = rng.uniform(0.5, 1)
        tick = noise(rng, 0.008, band_pass(2500 / size, 9000, 12)) * decay(0.008, 0.005)
        add_at(out, time, tick, 0.08 * level, 0.1)
        delay = rng.uniform(0.012, 0.03)
        add_at(out, time + delay, bubble(rng, rng.uniform(750, 1500) / size), level)
        if rng.random() < 0.5:
            delay = rng.uniform(0.05, 0.1)
            add_at(out, time + delay, bubble(rng, rng.uniform(1200, 2200) / size), 0.3 * level)
        time += rng.uniform(0.8, 1.25) / speed
    return add_reverb(out, space, 0.5)


def splash(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a splash (T, 2): impact, crown, bubbles, and falling drops."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    duration = 0.5 * size**0.5

    def gains(times: Samples, hertz: Samples) -> Samples:
        cutoff = (700 + 6500 * np.exp(-times / (0.12 * size))) / size**0.6
        return low_pass_gain(hertz, cutoff, 1.2) * hertz / (hertz + 200 / size)

    for side in (-0.5, 0.5):
        crown = stft_filter(noise(rng, 2 * duration, ((20, 0), (20000, 0))), gains, 128)
        crown *= attack_decay(2 * duration, 0.006, 1.2 * duration)
        add_at(out, 0.01, crown, 0.5, side)
    add_at(out, 0.01, thump(rng, 0.2 * size, 110 / size**0.5), 0.5 * force)
    sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(250, 1100, 8)]
    points = ((0, 0), (0.05, 90 * force), (0.5 * duration + 0.1, 50), (2 * duration + 0.3, 0))
    rate = curve(seconds, points)
    out += 0.16 * scatter_grains(rng, seconds, rate, sounds, 0.7)
    drops = [bubble(rng, pitch / size**0.5) for pitch in rng.uniform(1200, 3500, 6)]
    rate = curve(seconds, ((0, 0), (0.25, 0), (0.5, 60 * force), (0.6 + 1.2 * duration, 0)))
    out += 0.07 * scatter_grains(rng, seconds, rate, drops, 0.8)
    return add_reverb(out, "room", 0.12)


def bubbles(
    rng: np.random.Generator,
    seconds: float,
    *,
    size: float = 1.0,
    force: float = 1.0,
    speed: float = 1.0,
) -> Samples:
    """Synthesize rising bubbles, as of boiling water: (T, 2)."""
    sounds = [bubble(rng, pitch / size) for pitch in rng.uniform(320, 1300, 14)]
    rate = 26 * speed * force * random_curve(rng, seconds, 2, 0.3, 1.2)
    out = 0.4 * scatter_grains(rng, seconds, rate, sounds, 0.6)
    rumble = noise(rng, seconds, ((40, -6), (180 / size, 0), (600 / size, -10), (3000, -40)))
    return out + 0.06 * to_stereo(rumble * random_curve(rng, seconds, 5, 0.5, 1.1))


def pour(
    rng: np.random.Generator, seconds: float, *, size: float = 1.0, force: float = 1.0
) -> Samples:
    """Synthesize a drink poured into a glass (T, 2): gurgling, and a resonance that rises."""
    out = np.zeros((num_samples(seconds), 2), np.float32)
    full = 0.88 * seconds  # end of pouring
    points = ((0, 0), (0.08, 1), (full, 1), (min(seconds, full + 0.1), 0), (seconds, 0))
    swell = curve(seconds, points)

    def gains(times: Samples, hertz: Samples) -> Samples:
        fill = np.minimum(times / full, 1)
        pitch = 420 / size * 4.2**fill  # the air column shortens
        peaks = sum(
            gain * resonance_gain(hertz, pitch * ratio, 0.09)
            for ratio, gain in ((1, 1), (2.9, 0.45), (5.1, 0.25))
        )
        return peaks + 0.12 * low_pass_gain(hertz, 6000, 1) * hertz / (hertz + 900)

    stream = stft_filter(noise(rng, seconds, ((20, 0), (20000, 0))), gains)
    out += 0.5 * to_stereo(stream * swell * random_curve(rng, seconds, 14, 0.6, 1.1))
    rising = np.linspace(0, 1, 6)
    for fill in rising[:-1]:
        pitch = 420 / size * 4.2**fill
        sounds = [bubble(rng, p) for p in pitch * rng.uniform(0.9, 2.2, 5)]
        time = fill * full
        points = ((0, 0), (time, 0), (time + 0.05, 34), (time + full / 6, 34), (time + full / 5, 0))
        out += 0.13 * scatter_grains(rng, seconds, force * curve(seconds, points), sounds, 0.6)
    return add_reverb(out, "room", 0.1)
