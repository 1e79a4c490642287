"""Backgrounds of composed pictures, painted by rule."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from miaobi.scenes.canvas import MAX_SQUARE, Brush, Canvas, Color, flower

# colors of plain backgrounds, by their names in captions
TINTS: dict[str, Color] = {
    "white": (250, 250, 250),
    "gray": (176, 180, 186),
    "red": (226, 92, 92),
    "orange": (248, 172, 98),
    "yellow": (250, 224, 120),
    "green": (150, 208, 140),
    "blue": (142, 190, 240),
    "purple": (184, 160, 228),
    "pink": (248, 182, 208),
}
WALLS: tuple[Color, ...] = (
    (240, 222, 196),
    (206, 224, 214),
    (214, 218, 238),
    (244, 212, 206),
    (232, 230, 218),
)
INK_CONTRAST, NIGHT_INK_CONTRAST = 0.3, 0.45  # contrast of the background of an ink drawing
HOUSES: tuple[tuple[Color, Color], ...] = (  # colors of walls and windows in the city
    ((150, 160, 186), (236, 222, 160)),
    ((186, 146, 128), (250, 232, 190)),
    ((140, 166, 170), (244, 240, 214)),
)


@dataclass(frozen=True)
class Background:
    """One background: its painter, and its ground, light and shadows for sprites."""

    paint: Callable[[Brush], None]
    ground: float | None  # y of the ground as a fraction of the height; None: nothing can stand
    casts: bool = True  # sprites cast shadows on it
    dark: bool = False
    sky: float = 0.0  # fraction of the height that is open sky, where stars shine at night


def paint_background(
    background: str,
    style: str,
    size: int,
    rng: random.Random,
    tint: str = "",
    dark: bool = False,
) -> Canvas:
    """Paint a background (size, size, 3) in [0, 255]; `tint` is the color of a plain one.

    `dark` makes the paper of an ink drawing black.
    """
    brush = Brush(size, style, rng, tint)
    row = BACKGROUND_TABLE[background]
    row.paint(brush)
    if style == "ink" and background != "plain":
        light = brush.canvas.mean(-1, keepdims=True)  # (H, W, 1)
        if row.dark or dark:
            return np.broadcast_to(light * NIGHT_INK_CONTRAST, brush.canvas.shape).copy()
        return np.broadcast_to(252 - (252 - light) * INK_CONTRAST, brush.canvas.shape).copy()
    return brush.canvas


def _sky(brush: Brush) -> None:
    brush.fill_gradient((88, 170, 240), (206, 234, 252))
    for _ in range(brush.rng.randint(2, 4)):
        _cloud(brush, brush.rng.random(), brush.rng.uniform(0.06, 0.9))


def _cloud(brush: Brush, x: float, y: float) -> None:
    width = brush.rng.uniform(0.05, 0.09)
    mask = brush.ellipse(x, y, width, 1.3)
    for side in (-1.2, 1.2):
        mask = np.maximum(mask, brush.ellipse(x + side * width, y + 0.3 * width, 0.7 * width, 1.3))
    brush.fill(mask, (255, 255, 255), 0.75)


def _night(brush: Brush) -> None:
    brush.fill_gradient((14, 18, 58), (62, 58, 120))
    brush.scatter_points(brush.rng.randint(30, 60), 0.85, (255, 250, 220), 0.016)
    brush.fill_below(brush.wave(0.88, 0.03, 1.1), (24, 30, 62), (12, 16, 40))


def _sea(brush: Brush) -> None:
    horizon = brush.rng.uniform(0.4, 0.5)
    brush.fill_gradient((150, 208, 246), (236, 244, 248))
    brush.fill_below(np.full_like(brush.across, horizon), (58, 150, 206), (18, 82, 150))
    for number in range(5):
        height = horizon + (1 - horizon) * (number + 0.6) / 5
        ripple = brush.wave(height, 0.008 + 0.004 * number, 0.16 + 0.05 * number)
        thickness = 0.006 + 0.003 * number
        band = 1 - np.abs(brush.down - ripple) / thickness
        brush.fill(np.clip(band * thickness * brush.size, 0, 1), (190, 226, 244), 0.5)


def _grass(brush: Brush) -> None:
    brush.fill_gradient((122, 194, 246), (230, 244, 252))
    far = brush.rng.uniform(0.52, 0.6)
    brush.fill_below(brush.wave(far, 0.05, 1.3), (150, 208, 110), (120, 186, 84))
    brush.fill_below(brush.wave(far + 0.13, 0.03, 0.9), (112, 190, 78), (70, 150, 56))
    near = brush.canvas[int(0.75 * brush.size) :]
    flowers = brush.rng.choice(((255, 240, 140), (255, 255, 255), (250, 170, 200)))
    for _ in range(brush.rng.randint(6, 14)):
        y, x = brush.rng.randrange(len(near)), brush.rng.randrange(brush.size)
        side = max(1, brush.size // 64)
        area = near[y : y + side, x : x + side]
        if side <= MAX_SQUARE:
            area[:] = flowers
        else:
            for mask, color in zip(flower(side), (flowers, (240, 190, 70)), strict=True):
                area += (np.array(color, np.float32) - area) * mask[: len(area), : area.shape[1]]


def _forest(brush: Brush) -> None:
    """Paint three rows of firs, darker when nearer, and a clearing."""
    brush.fill_gradient((176, 220, 220), (232, 244, 220))
    ground = brush.rng.uniform(0.58, 0.62)
    rows = ((12, 0.2, (150, 196, 168)), (9, 0.27, (98, 160, 118)), (7, 0.34, (56, 122, 82)))
    for count, tall, color in rows:
        top = np.full_like(brush.across, 1.0)
        for number in range(-1, count + 1):
            x = (number + brush.rng.uniform(0.2, 0.8)) / count
            height = tall * brush.rng.uniform(0.7, 1.1)
            slope = np.abs(brush.across - x) / (0.3 * height)  # 1 at the foot of the fir
            steps = slope - 0.1 * np.modf(slope * 3.5)[0]  # branches hang over those below
            top = np.minimum(top, np.where(slope < 1, ground + 0.02 - height * (1 - steps), 1))
        deeper = (color[0] - 24, color[1] - 34, color[2] - 26)
        brush.fill_below(top, color, deeper)
    brush.fill_below(brush.wave(ground, 0.012, 0.9), (120, 180, 92), (66, 128, 58))
    brush.fill_below(brush.wave(ground + 0.14, 0.02, 1.2), (104, 166, 80), (58, 118, 52))


def _city(brush: Brush) -> None:
    """Paint two rows of houses with windows, a sidewalk and a street."""
    brush.fill_gradient((150, 198, 238), (236, 240, 240))
    ground = 0.62
    walls, glass = brush.rng.choice(HOUSES)
    for count, tall, color in ((9, 0.36, (190, 208, 226)), (6, 0.28, walls)):
        top = np.full_like(brush.across, ground)
        for number in range(count):
            inside = np.floor(brush.across * count) == number
            top = np.where(inside, ground - tall * brush.rng.uniform(0.5, 1.1), top)
        brush.fill_below(top, color, color)
    across = np.modf(brush.across * 30)[0]
    down = np.modf(brush.down * 22)[0]
    panes = ((across > 0.25) & (across < 0.7) & (down > 0.3) & (down < 0.75)).astype(np.float32)
    inner = (brush.down > top + 0.02) & (brush.down < ground - 0.04)
    edges = np.modf(brush.across * 6)[0]
    brush.fill(panes * inner * ((edges > 0.08) & (edges < 0.92)), glass)
    brush.fill_below(np.full_like(brush.across, ground), (206, 204, 200), (206, 204, 200))
    brush.fill_below(np.full_like(brush.across, ground + 0.05), (112, 116, 124), (84, 88, 98))
    dashes = (np.modf(brush.across * 9)[0] < 0.55).astype(np.float32)
    brush.fill(brush.rectangle(0, ground + 0.125, 1, ground + 0.137) * dashes, (240, 238, 230))


def _desert(brush: Brush) -> None:
    brush.fill_gradient((252, 196, 130), (254, 232, 192))
    far = brush.rng.uniform(0.5, 0.58)
    brush.fill_below(brush.wave(far, 0.05, 1.2), (232, 176, 104), (222, 160, 90))
    brush.fill_below(brush.wave(far + 0.12, 0.045, 1.0), (240, 192, 116), (218, 158, 84))
    brush.fill_below(brush.wave(far + 0.26, 0.03, 1.4), (246, 206, 134), (226, 170, 96))


def _room(brush: Brush) -> None:
    wall = brush.rng.choice(WALLS)
    lighter = tuple(min(255, part + 12) for part in wall)
    brush.fill_gradient((lighter[0], lighter[1], lighter[2]), wall)
    left = brush.rng.choice((0.08, 0.62))
    for grow, color in ((0.02, (250, 248, 244)), (0.0, (160, 212, 246))):
        brush.fill(brush.rectangle(left - grow, 0.1 - grow, left + 0.3 + grow, 0.42 + grow), color)
    for bar in ((left + 0.143, 0.1, left + 0.157, 0.42), (left, 0.253, left + 0.3, 0.267)):
        brush.fill(brush.rectangle(*bar), (250, 248, 244))
    floor = brush.rng.choice(((196, 146, 100), (170, 122, 84), (208, 172, 130)))
    dark = (floor[0] - 44, floor[1] - 40, floor[2] - 36)
    brush.fill_below(np.full_like(brush.across, 0.7), (250, 246, 240), (250, 246, 240))
    brush.fill_below(np.full_like(brush.across, 0.725), floor, dark)
    rug = brush.rng.choice(((196, 84, 84), (90, 130, 180), (110, 160, 120), (220, 180, 90)))
    brush.fill(brush.ellipse(0.5, 0.88, 0.38, 3.6), rug, 0.8)


def _snow(brush: Brush) -> None:
    brush.fill_gradient((166, 190, 220), (222, 232, 244))
    far = brush.rng.uniform(0.54, 0.62)
    brush.fill_below(brush.wave(far, 0.04, 1.1), (226, 236, 248), (212, 226, 244))
    brush.fill_below(brush.wave(far + 0.14, 0.03, 1.3), (246, 250, 255), (220, 232, 248))
    brush.scatter_points(brush.rng.randint(25, 45), 1.0, (255, 255, 255), 0.018)


def _plain(brush: Brush) -> None:
    tint = TINTS[brush.tint]
    brush.canvas[:] = tint
    if brush.shaded:  # brighter in the middle
        distance = np.hypot(brush.across - 0.5, brush.down - 0.45)
        brush.canvas *= (1.04 - 0.18 * distance * distance)[..., None]
        np.clip(brush.canvas, 0, 255, out=brush.canvas)


BACKGROUND_TABLE: dict[str, Background] = {
    "sky": Background(_sky, None, casts=False, sky=0.9),
    "night": Background(_night, None, casts=False, dark=True),
    "sea": Background(_sea, 0.9, casts=False, sky=0.36),
    "grass": Background(_grass, 0.9, sky=0.45),
    "desert": Background(_desert, 0.9, sky=0.42),
    "room": Background(_room, 0.92),
    "snow": Background(_snow, 0.9, sky=0.46),
    "plain": Background(_plain, 0.9),
    "forest": Background(_forest, 0.9, sky=0.22),
    "city": Background(_city, 0.9, sky=0.22),
}
UNLEARNED = ("forest", "city")  # not in the training data of our networks
BACKGROUNDS = tuple(name for name in BACKGROUND_TABLE if name not in UNLEARNED)
