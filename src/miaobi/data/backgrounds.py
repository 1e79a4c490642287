"""Backgrounds of composed pictures: soft masks painted over one another, smooth at any size."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Canvas = npt.NDArray[np.float32]  # (H, W, 3), 0 to 255
Mask = npt.NDArray[np.float32]  # (H, W), 0 to 1
Color = tuple[int, int, int]

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
    (240, 222, 196), (206, 224, 214), (214, 218, 238), (244, 212, 206), (232, 230, 218),
)  # fmt: skip
SQUARE = 3  # pixels: up to here a point of light is as round as it can be
FLAT = ("flat", "ink")  # styles without shading
PAPER, NIGHT_INK = 0.3, 0.45  # how much of the light and shade stays behind an ink drawing


@dataclass(frozen=True)
class Place:
    """What a background means for what stands in it."""

    paint: "Callable[[Brush], None]"
    ground: float | None  # how far down things stand, 0 to 1; None where nothing can stand
    casts: bool = True  # things throw a shadow on it
    dark: bool = False


class Brush:
    """A canvas of one picture, its random numbers, and whether it may shade."""

    def __init__(self, size: int, style: str, draw: random.Random, tint: str) -> None:
        self.size, self.draw, self.tint = size, draw, tint
        self.shaded = style not in FLAT
        self.canvas: Canvas = np.empty((size, size, 3), np.float32)
        self.across, self.down = _axes(size)  # (1, W) and (H, 1), 0 to 1

    def fade(self, top: Color, bottom: Color) -> None:
        """Fill everything, from one color at the top to the other at the bottom."""
        share = self.down if self.shaded else (self.down > 0.6) * np.float32(0.4)  # (H, 1)
        ends = np.array([top, bottom], np.float32)
        self.canvas[:] = (ends[0] + (ends[1] - ends[0]) * share)[:, None, :]  # (H, 1, 3)

    def lay(self, mask: Mask, color: Color, strength: float = 1.0) -> None:
        """Cover what the mask shows with a color."""
        share = (mask * np.float32(strength))[..., None]
        self.canvas += (np.array(color, np.float32) - self.canvas) * share

    def under(self, curve: npt.NDArray[np.float32], color: Color, deeper: Color) -> None:
        """Fill below a curve (1, W); a shaded ground gets deeper towards the viewer."""
        mask = np.clip((self.down - curve) * self.size + 0.5, 0, 1)
        if not self.shaded:
            return self.lay(mask, color)
        share = np.clip((self.down - curve.min()) / (1 - curve.min()), 0, 1)[..., None]
        ends = np.array([color, deeper], np.float32)
        self.canvas += (ends[0] + (ends[1] - ends[0]) * share - self.canvas) * mask[..., None]

    def wave(self, height: float, swing: float, length: float) -> npt.NDArray[np.float32]:
        """A curve across the picture, (1, W), in shares of its height."""
        phase = self.draw.uniform(0, 2 * math.pi)
        curve = height + swing * np.sin(self.across * (2 * math.pi / length) + phase)
        return np.asarray(curve, np.float32)

    def disc(self, x: float, y: float, radius: float, flatness: float = 1.0) -> Mask:
        """A soft-edged ellipse."""
        away = np.hypot(self.across - x, (self.down - y) * flatness)
        edge = self.size if not self.shaded else self.size / 3
        return np.asarray(np.clip((radius - away) * edge + 0.5, 0, 1), np.float32)

    def box(self, left: float, top: float, right: float, bottom: float) -> Mask:
        """A rectangle."""
        across = np.clip(
            np.minimum(self.across - left, right - self.across) * self.size + 0.5, 0, 1
        )
        down = np.clip(np.minimum(self.down - top, bottom - self.down) * self.size + 0.5, 0, 1)
        return np.asarray(across * down, np.float32)

    def dots(self, count: int, lowest: float, color: Color, largest: float) -> None:
        """Scatter small bright points: stars, flakes, flowers."""
        for _ in range(count):
            x = self.draw.randrange(self.size)
            y = int(self.draw.random() * lowest * self.size)
            side = max(1, round(self.draw.uniform(0.3, 1) * largest * self.size))
            spot = self.canvas[y : y + side, x : x + side]
            round_ = _disc(side)[: spot.shape[0], : spot.shape[1]] if side > SQUARE else 1
            share = np.float32(self.draw.uniform(0.4, 1)) * round_
            spot += (np.array(color, np.float32) - spot) * share


def paint(background: str, style: str, size: int, draw: random.Random, tint: str = "") -> Canvas:
    """One background, (size, size, 3) from 0 to 255; `tint` names the color of a plain one."""
    brush = Brush(size, style, draw, tint)
    place = PLACES[background]
    place.paint(brush)
    if style == "ink" and background != "plain":
        light = brush.canvas.mean(-1, keepdims=True)  # (H, W, 1)
        if place.dark:
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
        near[y : y + side, x : x + side] = flowers


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


@lru_cache(maxsize=64)
def _disc(side: int) -> npt.NDArray[np.float32]:
    """A round point of light, (side, side, 1), 0 to 1."""
    across, down = _axes(side)
    away = np.hypot(across - 0.5, down - 0.5)
    return np.asarray(np.clip((0.5 - away) * side + 0.5, 0, 1)[..., None], np.float32)


@lru_cache(maxsize=8)
def _axes(size: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    middle = ((np.arange(size) + 0.5) / size).astype(np.float32)
    return middle[None, :], middle[:, None]


PLACES: dict[str, Place] = {
    "sky": Place(_sky, None, casts=False),
    "night": Place(_night, None, casts=False, dark=True),
    "sea": Place(_sea, 0.9, casts=False),
    "grass": Place(_grass, 0.9),
    "desert": Place(_desert, 0.9),
    "room": Place(_room, 0.92),
    "snow": Place(_snow, 0.9),
    "plain": Place(_plain, 0.9),
}
BACKGROUNDS = tuple(PLACES)
