"""Night and rain over composed pictures: what light is left, stars, streaks of rain."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.scenes.canvas import point

Light = npt.NDArray[np.float32]  # (H, W, 3), 0 to 255
Pixels = npt.NDArray[np.uint8]  # (H, W, 3)

MOONLIGHT = (0.2, 0.26, 0.48)  # what is left of a background's red, green and blue at night
LAMPLIGHT = (0.5, 0.44, 0.46)  # the same indoors
HERO_LIGHT = (0.82, 0.84, 0.96)  # what is left of a drawing's, so that it is still told apart
GRAY_DAY = (0.74, 0.79, 0.84)  # what is left of a background's when it rains
STARLIGHT = (255, 250, 220)


@dataclass(frozen=True)
class Air:
    """What light and weather there is, besides that of the place."""

    dark: bool = False
    rain: bool = False


DAY = Air()


def lit(picture: Light, air: Air, open_sky: float, draw: random.Random) -> Light:
    """A background by night, with stars over the upper share of it that is open sky; or in rain.

    What has no colors, such as an ink drawing on black paper, keeps its grays.
    """
    colored = bool(np.ptp(picture[:: max(1, len(picture) // 16)], axis=-1).max() > 1)
    if air.dark:
        left = MOONLIGHT if open_sky else LAMPLIGHT
        dark = picture * _deeper(len(picture), open_sky)
        dark = dark * np.array(left, np.float32) if colored else dark
        return dark if air.rain else starry(dark, open_sky, draw)
    left = GRAY_DAY if colored else (0.85, 0.85, 0.85)
    return picture * np.array(left, np.float32) if air.rain else picture


def _deeper(height: int, open_sky: float) -> Light:
    """What is left of a sky's light towards the zenith, (H, 1, 1): ground is lighter by night."""
    if not open_sky:
        return np.ones((1, 1, 1), np.float32)
    down = np.arange(height, dtype=np.float32)[:, None, None] / (height * open_sky)
    return np.asarray(np.clip(0.6 + 0.4 * down, 0, 1.2), np.float32)


def starry(picture: Light, open_sky: float, draw: random.Random) -> Light:
    """Stars over the upper share of a dark picture, in place, but not before what is darker."""
    height, width = picture.shape[:2]
    least = 0.8 * float(picture[:1].sum(-1).mean())
    for _ in range(round(60 * open_sky * max(1.0, width / height))):
        x, y = draw.randrange(width), int(draw.random() * open_sky * height)
        side = max(1, round(draw.uniform(0.3, 1) * 0.013 * height))
        bright = draw.uniform(0.3, 1)
        if picture[y, x].sum() >= least:
            point(picture, x, y, side, STARLIGHT, bright)
    return picture


def rained_on(picture: Pixels, draw: random.Random) -> Pixels:
    """A picture seen through rain."""
    from PIL import Image, ImageDraw

    height, width = picture.shape[:2]
    streaks = Image.new("L", (width, height))
    pen, unit = ImageDraw.Draw(streaks), min(width, height)
    for _ in range(round(170 * width * height / unit**2)):
        x, y = draw.uniform(0, 1.1) * width, draw.uniform(-0.1, 1) * height
        long = draw.uniform(0.03, 0.07) * unit
        ends = (x, y, x - 0.22 * long, y + long)
        pen.line(ends, fill=draw.randint(70, 150), width=max(1, unit // 320))
    share = np.asarray(streaks, np.float32)[..., None] / 255
    wet = picture + (np.array((225, 235, 248), np.float32) - picture) * share
    return np.asarray(wet.round(), np.uint8)
