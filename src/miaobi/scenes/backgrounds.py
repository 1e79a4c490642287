"""Backgrounds of composed pictures."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from miaobi.scenes.canvas import SQUARE, Brush, Canvas, Color, flower

# the tints of plain backgrounds, by the word that captions use
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
PAPER, NIGHT_INK = 0.3, 0.45  # how much of the light and shade stays behind an ink drawing
HOUSES: tuple[tuple[Color, Color], ...] = (  # walls and windows of a street
    ((150, 160, 186), (236, 222, 160)),
    ((186, 146, 128), (250, 232, 190)),
    ((140, 166, 170), (244, 240, 214)),
)


@dataclass(frozen=True)
class Place:
    """What a background means for what stands in it."""

    paint: Callable[[Brush], None]
    ground: float | None  # how far down things stand, 0 to 1; None where nothing can stand
    casts: bool = True  # things throw a shadow on it
    dark: bool = False
    sky: float = 0.0  # how much of it is open sky, where stars are seen by night


def paint(
    background: str,
    style: str,
    size: int,
    draw: random.Random,
    tint: str = "",
    dark: bool = False,
) -> Canvas:
    """One background, (size, size, 3) from 0 to 255; `tint` names the color of a plain one.

    `dark` makes the paper of an ink drawing black.
    """
    brush = Brush(size, style, draw, tint)
    place = PLACES[background]
    place.paint(brush)
    if style == "ink" and background != "plain":
        light = brush.canvas.mean(-1, keepdims=True)  # (H, W, 1)
        if place.dark or dark:
            return np.broadcast_to(light * NIGHT_INK, brush.canvas.shape).copy()
        return np.broadcast_to(252 - (252 - light) * PAPER, brush.canvas.shape).copy()
    return brush.canvas


def _sky(brush: Brush) -> None:
    brush.fade((88, 170, 240), (206, 234, 252))
    for _ in range(brush.draw.randint(2, 4)):
        _cloud(brush, brush.draw.random(), brush.draw.uniform(0.06, 0.9))


def _cloud(brush: Brush, x: float, y: float) -> None:
    width = brush.draw.uniform(0.05, 0.09)
    mask = brush.disc(x, y, width, 1.3)
    for side in (-1.2, 1.2):
        mask = np.maximum(mask, brush.disc(x + side * width, y + 0.3 * width, 0.7 * width, 1.3))
    brush.lay(mask, (255, 255, 255), 0.75)


def _night(brush: Brush) -> None:
    brush.fade((14, 18, 58), (62, 58, 120))
    brush.dots(brush.draw.randint(30, 60), 0.85, (255, 250, 220), 0.016)
    brush.under(brush.wave(0.88, 0.03, 1.1), (24, 30, 62), (12, 16, 40))


def _sea(brush: Brush) -> None:
    horizon = brush.draw.uniform(0.4, 0.5)
    brush.fade((150, 208, 246), (236, 244, 248))
    brush.under(np.full_like(brush.across, horizon), (58, 150, 206), (18, 82, 150))
    for number in range(5):
        height = horizon + (1 - horizon) * (number + 0.6) / 5
        ripple = brush.wave(height, 0.008 + 0.004 * number, 0.16 + 0.05 * number)
        thickness = 0.006 + 0.003 * number
        band = 1 - np.abs(brush.down - ripple) / thickness
        brush.lay(np.clip(band * thickness * brush.size, 0, 1), (190, 226, 244), 0.5)


def _grass(brush: Brush) -> None:
    brush.fade((122, 194, 246), (230, 244, 252))
    far = brush.draw.uniform(0.52, 0.6)
    brush.under(brush.wave(far, 0.05, 1.3), (150, 208, 110), (120, 186, 84))
    brush.under(brush.wave(far + 0.13, 0.03, 0.9), (112, 190, 78), (70, 150, 56))
    near = brush.canvas[int(0.75 * brush.size) :]
    flowers = brush.draw.choice(((255, 240, 140), (255, 255, 255), (250, 170, 200)))
    for _ in range(brush.draw.randint(6, 14)):
        y, x = brush.draw.randrange(len(near)), brush.draw.randrange(brush.size)
        side = max(1, brush.size // 64)
        spot = near[y : y + side, x : x + side]
        if side <= SQUARE:
            spot[:] = flowers
        else:
            for mask, color in zip(flower(side), (flowers, (240, 190, 70)), strict=True):
                spot += (np.array(color, np.float32) - spot) * mask[: len(spot), : spot.shape[1]]


def _forest(brush: Brush) -> None:
    """Three rows of firs, the nearer the darker, and a clearing."""
    brush.fade((176, 220, 220), (232, 244, 220))
    ground = brush.draw.uniform(0.58, 0.62)
    rows = ((12, 0.2, (150, 196, 168)), (9, 0.27, (98, 160, 118)), (7, 0.34, (56, 122, 82)))
    for count, tall, color in rows:
        top = np.full_like(brush.across, 1.0)
        for number in range(-1, count + 1):
            x = (number + brush.draw.uniform(0.2, 0.8)) / count
            height = tall * brush.draw.uniform(0.7, 1.1)
            slope = np.abs(brush.across - x) / (0.3 * height)  # 1 at the foot of the fir
            steps = slope - 0.1 * np.modf(slope * 3.5)[0]  # branches hang over those below
            top = np.minimum(top, np.where(slope < 1, ground + 0.02 - height * (1 - steps), 1))
        deeper = (color[0] - 24, color[1] - 34, color[2] - 26)
        brush.under(top, color, deeper)
    brush.under(brush.wave(ground, 0.012, 0.9), (120, 180, 92), (66, 128, 58))
    brush.under(brush.wave(ground + 0.14, 0.02, 1.2), (104, 166, 80), (58, 118, 52))


def _city(brush: Brush) -> None:
    """Two rows of houses with windows, a pavement and a street."""
    brush.fade((150, 198, 238), (236, 240, 240))
    ground = 0.62
    walls, glass = brush.draw.choice(HOUSES)
    for count, tall, color in ((9, 0.36, (190, 208, 226)), (6, 0.28, walls)):
        top = np.full_like(brush.across, ground)
        for number in range(count):
            inside = np.floor(brush.across * count) == number
            top = np.where(inside, ground - tall * brush.draw.uniform(0.5, 1.1), top)
        brush.under(top, color, color)
    across = np.modf(brush.across * 30)[0]
    down = np.modf(brush.down * 22)[0]
    panes = ((across > 0.25) & (across < 0.7) & (down > 0.3) & (down < 0.75)).astype(np.float32)
    inner = (brush.down > top + 0.02) & (brush.down < ground - 0.04)
    edges = np.modf(brush.across * 6)[0]
    brush.lay(panes * inner * ((edges > 0.08) & (edges < 0.92)), glass)
    brush.under(np.full_like(brush.across, ground), (206, 204, 200), (206, 204, 200))
    brush.under(np.full_like(brush.across, ground + 0.05), (112, 116, 124), (84, 88, 98))
    dashes = (np.modf(brush.across * 9)[0] < 0.55).astype(np.float32)
    brush.lay(brush.box(0, ground + 0.125, 1, ground + 0.137) * dashes, (240, 238, 230))


def _desert(brush: Brush) -> None:
    brush.fade((252, 196, 130), (254, 232, 192))
    far = brush.draw.uniform(0.5, 0.58)
    brush.under(brush.wave(far, 0.05, 1.2), (232, 176, 104), (222, 160, 90))
    brush.under(brush.wave(far + 0.12, 0.045, 1.0), (240, 192, 116), (218, 158, 84))
    brush.under(brush.wave(far + 0.26, 0.03, 1.4), (246, 206, 134), (226, 170, 96))


def _room(brush: Brush) -> None:
    wall = brush.draw.choice(WALLS)
    lighter = tuple(min(255, part + 12) for part in wall)
    brush.fade((lighter[0], lighter[1], lighter[2]), wall)
    left = brush.draw.choice((0.08, 0.62))
    for grow, color in ((0.02, (250, 248, 244)), (0.0, (160, 212, 246))):
        brush.lay(brush.box(left - grow, 0.1 - grow, left + 0.3 + grow, 0.42 + grow), color)
    for bar in ((left + 0.143, 0.1, left + 0.157, 0.42), (left, 0.253, left + 0.3, 0.267)):
        brush.lay(brush.box(*bar), (250, 248, 244))
    floor = brush.draw.choice(((196, 146, 100), (170, 122, 84), (208, 172, 130)))
    dark = (floor[0] - 44, floor[1] - 40, floor[2] - 36)
    brush.under(np.full_like(brush.across, 0.7), (250, 246, 240), (250, 246, 240))
    brush.under(np.full_like(brush.across, 0.725), floor, dark)
    rug = brush.draw.choice(((196, 84, 84), (90, 130, 180), (110, 160, 120), (220, 180, 90)))
    brush.lay(brush.disc(0.5, 0.88, 0.38, 3.6), rug, 0.8)


def _snow(brush: Brush) -> None:
    brush.fade((166, 190, 220), (222, 232, 244))
    far = brush.draw.uniform(0.54, 0.62)
    brush.under(brush.wave(far, 0.04, 1.1), (226, 236, 248), (212, 226, 244))
    brush.under(brush.wave(far + 0.14, 0.03, 1.3), (246, 250, 255), (220, 232, 248))
    brush.dots(brush.draw.randint(25, 45), 1.0, (255, 255, 255), 0.018)


def _plain(brush: Brush) -> None:
    tint = TINTS[brush.tint]
    brush.canvas[:] = tint
    if brush.shaded:  # a soft light in the middle
        away = np.hypot(brush.across - 0.5, brush.down - 0.45)
        brush.canvas *= (1.04 - 0.18 * away * away)[..., None]
        np.clip(brush.canvas, 0, 255, out=brush.canvas)


PLACES: dict[str, Place] = {
    "sky": Place(_sky, None, casts=False, sky=0.9),
    "night": Place(_night, None, casts=False, dark=True),
    "sea": Place(_sea, 0.9, casts=False, sky=0.36),
    "grass": Place(_grass, 0.9, sky=0.45),
    "desert": Place(_desert, 0.9, sky=0.42),
    "room": Place(_room, 0.92),
    "snow": Place(_snow, 0.9, sky=0.46),
    "plain": Place(_plain, 0.9),
    "forest": Place(_forest, 0.9, sky=0.22),
    "city": Place(_city, 0.9, sky=0.22),
}
ADDED = ("forest", "city")  # painted by rule; no network of ours has learned them
BACKGROUNDS = tuple(name for name in PLACES if name not in ADDED)
