"""Drawing primitives of backgrounds: soft masks over one another, antialiased at any size."""

import math
import random
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Canvas = npt.NDArray[np.float32]  # (H, W, 3) in [0, 255]
Mask = npt.NDArray[np.float32]  # (H, W) in [0, 1]
Color = tuple[int, int, int]

MAX_SQUARE = 3  # pixels; larger points of light are round
FLAT = ("flat", "ink")  # styles without shading


class Brush:
    """Canvas of one picture with its random numbers and its shading."""

    def __init__(self, size: int, style: str, rng: random.Random, tint: str) -> None:
        self.size, self.rng, self.tint = size, rng, tint
        self.shaded = style not in FLAT
        self.canvas: Canvas = np.empty((size, size, 3), np.float32)
        self.across, self.down = _axes(size)  # (1, W) and (H, 1), 0 to 1

    def fill_gradient(self, top: Color, bottom: Color) -> None:
        """Fill the canvas with a vertical gradient of two colors."""
        fraction = self.down if self.shaded else (self.down > 0.6) * np.float32(0.4)  # (H, 1)
        ends = np.array([top, bottom], np.float32)
        self.canvas[:] = (ends[0] + (ends[1] - ends[0]) * fraction)[:, None, :]  # (H, 1, 3)

    def fill(self, mask: Mask, color: Color, strength: float = 1.0) -> None:
        """Blend a color over the area of a mask."""
        fraction = (mask * np.float32(strength))[..., None]
        self.canvas += (np.array(color, np.float32) - self.canvas) * fraction

    def fill_below(self, curve: npt.NDArray[np.float32], color: Color, deeper: Color) -> None:
        """Fill below a curve (1, W); shaded ground darkens towards the viewer."""
        mask = np.clip((self.down - curve) * self.size + 0.5, 0, 1)
        if not self.shaded:
            return self.fill(mask, color)
        fraction = np.clip((self.down - curve.min()) / (1 - curve.min()), 0, 1)[..., None]
        ends = np.array([color, deeper], np.float32)
        self.canvas += (ends[0] + (ends[1] - ends[0]) * fraction - self.canvas) * mask[..., None]

    def wave(self, height: float, swing: float, length: float) -> npt.NDArray[np.float32]:
        """Return a sine curve (1, W) in fractions of the height; its phase is random."""
        phase = self.rng.uniform(0, 2 * math.pi)
        curve = height + swing * np.sin(self.across * (2 * math.pi / length) + phase)
        return np.asarray(curve, np.float32)

    def ellipse(self, x: float, y: float, radius: float, flatness: float = 1.0) -> Mask:
        """Return the mask (H, W) of a soft-edged ellipse."""
        distance = np.hypot(self.across - x, (self.down - y) * flatness)
        edge = self.size if not self.shaded else self.size / 3
        return np.asarray(np.clip((radius - distance) * edge + 0.5, 0, 1), np.float32)

    def rectangle(self, left: float, top: float, right: float, bottom: float) -> Mask:
        """Return the mask (H, W) of a rectangle."""
        across = np.clip(
            np.minimum(self.across - left, right - self.across) * self.size + 0.5, 0, 1
        )
        down = np.clip(np.minimum(self.down - top, bottom - self.down) * self.size + 0.5, 0, 1)
        return np.asarray(across * down, np.float32)

    def scatter_points(self, count: int, lowest: float, color: Color, largest: float) -> None:
        """Draw bright points at random positions above `lowest`: stars, snowflakes, flowers."""
        for _ in range(count):
            x = self.rng.randrange(self.size)
            y = int(self.rng.random() * lowest * self.size)
            side = max(1, round(self.rng.uniform(0.3, 1) * largest * self.size))
            draw_point(self.canvas, x, y, side, color, self.rng.uniform(0.4, 1))


def draw_point(canvas: Canvas, x: int, y: int, side: int, color: Color, brightness: float) -> None:
    """Blend one point of light into the canvas in place; (x, y) is its upper left corner."""
    area = canvas[y : y + side, x : x + side]
    round_ = _round_point(side)[: area.shape[0], : area.shape[1]] if side > MAX_SQUARE else 1
    area += (np.array(color, np.float32) - area) * (np.float32(brightness) * round_)


@lru_cache(maxsize=64)
def _round_point(side: int) -> npt.NDArray[np.float32]:
    """Return the mask of a round point of light, (side, side, 1) in [0, 1]."""
    across, down = _axes(side)
    distance = np.hypot(across - 0.5, down - 0.5)
    return np.asarray(np.clip((0.5 - distance) * side + 0.5, 0, 1)[..., None], np.float32)


@lru_cache(maxsize=64)
def flower(side: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return masks of the petals and of the center of a flower, (side, side, 1) in [0, 1]."""
    across, down = _axes(side)
    distance = np.hypot(across - 0.5, down - 0.5)
    petals = 0.38 + 0.11 * np.cos(5 * np.arctan2(down - 0.5, across - 0.5))
    masks = [np.clip((edge - distance) * side + 0.5, 0, 1)[..., None] for edge in (petals, 0.13)]
    return np.asarray(masks[0], np.float32), np.asarray(masks[1], np.float32)


@lru_cache(maxsize=8)
def _axes(size: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the pixel centers along x (1, W) and along y (H, 1), in [0, 1]."""
    middle = ((np.arange(size) + 0.5) / size).astype(np.float32)
    return middle[None, :], middle[:, None]
