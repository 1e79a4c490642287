"""A brush for backgrounds: soft masks over one another, smooth at any size."""

import math
import random
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Canvas = npt.NDArray[np.float32]  # (H, W, 3), 0 to 255
Mask = npt.NDArray[np.float32]  # (H, W), 0 to 1
Color = tuple[int, int, int]

SQUARE = 3  # pixels: up to here a point of light is as round as it can be
FLAT = ("flat", "ink")  # styles without shading


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
            point(self.canvas, x, y, side, color, self.draw.uniform(0.4, 1))


def point(canvas: Canvas, x: int, y: int, side: int, color: Color, bright: float) -> None:
    """Lay one point of light, in place, its upper left corner at x and y."""
    spot = canvas[y : y + side, x : x + side]
    round_ = _disc(side)[: spot.shape[0], : spot.shape[1]] if side > SQUARE else 1
    spot += (np.array(color, np.float32) - spot) * (np.float32(bright) * round_)


@lru_cache(maxsize=64)
def _disc(side: int) -> npt.NDArray[np.float32]:
    """A round point of light, (side, side, 1), 0 to 1."""
    across, down = _axes(side)
    away = np.hypot(across - 0.5, down - 0.5)
    return np.asarray(np.clip((0.5 - away) * side + 0.5, 0, 1)[..., None], np.float32)


@lru_cache(maxsize=64)
def flower(side: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Five petals, and the middle of a flower, (side, side, 1), 0 to 1."""
    across, down = _axes(side)
    away = np.hypot(across - 0.5, down - 0.5)
    petals = 0.38 + 0.11 * np.cos(5 * np.arctan2(down - 0.5, across - 0.5))
    masks = [np.clip((edge - away) * side + 0.5, 0, 1)[..., None] for edge in (petals, 0.13)]
    return np.asarray(masks[0], np.float32), np.asarray(masks[1], np.float32)


@lru_cache(maxsize=8)
def _axes(size: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    middle = ((np.arange(size) + 0.5) / size).astype(np.float32)
    return middle[None, :], middle[:, None]
