"""Night and rain over composed pictures: darkened light, stars and streaks of rain."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import Pixels
from miaobi.scenes.canvas import draw_point

Light = npt.NDArray[np.float32]  # (H, W, 3) in [0, 255]

# factors of red, green and blue
MOONLIGHT = (0.2, 0.26, 0.48)  # of a background at night
LAMPLIGHT = (0.5, 0.44, 0.46)  # of an indoor background at night
SPRITE_NIGHT_TONE = (0.82, 0.84, 0.96)  # of a sprite at night: brighter than its background
RAIN_LIGHT = (0.74, 0.79, 0.84)  # of a background in the rain
RAIN_GRAY = (0.85, 0.85, 0.85)  # of a gray background in the rain
STARLIGHT = (255, 250, 220)


@dataclass(frozen=True)
class Conditions:
    """Night and rain over a background."""

    dark: bool = False
    rain: bool = False


CLEAR_DAY = Conditions()


def apply_lighting(
    picture: Light, conditions: Conditions, open_sky: float, rng: random.Random
) -> Light:
    """Apply night, with stars over the upper fraction of open sky, or rain to a background.

    A picture without colors, such as an ink drawing on black paper, stays gray.
    """
    colored = bool(np.ptp(picture[:: max(1, len(picture) // 16)], axis=-1).max() > 1)
    if conditions.dark:
        factors = MOONLIGHT if open_sky else LAMPLIGHT
        dark = picture * _sky_shade(len(picture), open_sky)
        dark = dark * np.array(factors, np.float32) if colored else dark
        return dark if conditions.rain else draw_stars(dark, open_sky, rng)
    factors = RAIN_LIGHT if colored else RAIN_GRAY
    return picture * np.array(factors, np.float32) if conditions.rain else picture


def _sky_shade(height: int, open_sky: float) -> Light:
    """Return factors (H, 1, 1) that darken the sky towards the zenith."""
    if not open_sky:
        return np.ones((1, 1, 1), np.float32)
    height_fraction = np.arange(height, dtype=np.float32)[:, None, None] / (height * open_sky)
    return np.asarray(np.clip(0.6 + 0.4 * height_fraction, 0, 1.2), np.float32)


def draw_stars(picture: Light, open_sky: float, rng: random.Random) -> Light:
    """Draw stars in place over the upper fraction of a dark picture, except on darker objects."""
    height, width = picture.shape[:2]
    min_brightness = 0.8 * float(picture[:1].sum(-1).mean())
    for _ in range(round(60 * open_sky * max(1.0, width / height))):
        x, y = rng.randrange(width), int(rng.random() * open_sky * height)
        side = max(1, round(rng.uniform(0.3, 1) * 0.013 * height))
        brightness = rng.uniform(0.3, 1)
        if picture[y, x].sum() >= min_brightness:
            draw_point(picture, x, y, side, STARLIGHT, brightness)
    return picture


def draw_rain(picture: Pixels, rng: random.Random) -> Pixels:
    """Return the picture behind streaks of rain."""
    from PIL import Image, ImageDraw

    height, width = picture.shape[:2]
    streaks = Image.new("L", (width, height))
    pen, unit = ImageDraw.Draw(streaks), min(width, height)
    for _ in range(round(170 * width * height / unit**2)):
        x, y = rng.uniform(0, 1.1) * width, rng.uniform(-0.1, 1) * height
        length = rng.uniform(0.03, 0.07) * unit
        ends = (x, y, x - 0.22 * length, y + length)
        pen.line(ends, fill=rng.randint(70, 150), width=max(1, unit // 320))
    alpha = np.asarray(streaks, np.float32)[..., None] / 255
    wet = picture + (np.array((225, 235, 248), np.float32) - picture) * alpha
    return np.asarray(wet.round(), np.uint8)
