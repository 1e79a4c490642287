"""Plan to picture: the background, then its sprites from back to front."""

import random
from dataclasses import dataclass

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.scenes.backgrounds import BACKGROUND_TABLE, TINTS, paint_background
from miaobi.scenes.compositing import NEUTRAL, SpriteStyle, alpha_composite
from miaobi.scenes.layout import Shape, arrange
from miaobi.scenes.plan import ScenePlan
from miaobi.scenes.sprites import SIDE, STYLES, open_atlas, render_large, subjects
from miaobi.scenes.weather import (
    CLEAR_DAY,
    SPRITE_NIGHT_TONE,
    Conditions,
    apply_lighting,
    draw_rain,
)

MAX_UPSCALED = 1.2 * SIDE  # pixels; larger sprites are rendered again
NO_SHADOW = {"above": 0, "below": 1, "on": 0}  # index of the item of a pair that is off the ground


@dataclass(frozen=True)
class Composition:
    """A rendered picture, the boxes of its items, and the color of a plain background or ""."""

    picture: Pixels  # (H, W, 3)
    boxes: tuple[tuple[int, int, int, int], ...]
    tint: str


def compose(
    plan: ScenePlan,
    size: tuple[int, int],
    rng: random.Random,
    tint: str = "",
    conditions: Conditions = CLEAR_DAY,
    portrait: bool = False,
) -> Composition:
    """Render a plan at `size` = (width, height); an empty `tint` is drawn at random.

    Items lie in the largest square of the picture, that of a portrait in its very middle. Raises
    MissingAsset while the sprites are not pulled.
    """
    atlas, table, side = open_atlas(), subjects(), min(size)
    if plan.background == "plain" and not tint:
        tint = rng.choice(list(TINTS))
    picture = _background(plan, size, rng, tint, conditions)
    items = plan.items * plan.count
    style, background = STYLES.index(plan.style), BACKGROUND_TABLE[plan.background]
    sprites = [atlas.sprite(item.subject, style) for item in items]
    shapes = [
        Shape(s.shape[0] / SIDE, s.shape[1] / SIDE, item.size, table[item.subject].floats)
        for s, item in zip(sprites, items, strict=True)
    ]
    kind = plan.relation or ("alone" if len(items) == 1 else "row")
    kind = "portrait" if portrait else kind
    layout = arrange(kind, shapes, background.ground, rng) if items else []
    corner = _square_corner(size, background.ground is not None)
    boxes = [_pixels(box, side, corner) for box in layout]
    for n in reversed(range(len(items))):  # the first item is in front
        stands = not shapes[n].floats and NO_SHADOW.get(plan.relation) != n
        sprite_style = SpriteStyle(
            items[n].color,
            ink=plan.style == "ink",
            light=background.dark or conditions.dark,
            shadow=plan.style == "3d" and background.casts and stands,
            covers=plan.style == "ink" and plan.relation == "in front of" and n == 0,
            tone=SPRITE_NIGHT_TONE if conditions.dark and plan.style != "ink" else NEUTRAL,
        )
        large = max(boxes[n][2] - boxes[n][0], boxes[n][3] - boxes[n][1]) > MAX_UPSCALED
        sprite = render_large(items[n].subject, style) if large else sprites[n]
        alpha_composite(picture, sprite, boxes[n], sprite_style)
    if conditions.rain:
        picture = draw_rain(picture, rng)
    return Composition(picture, tuple(boxes), tint)


def _background(
    plan: ScenePlan, size: tuple[int, int], rng: random.Random, tint: str, conditions: Conditions
) -> Pixels:
    """Paint the background: for a picture that is not square, the middle of a square one."""
    side, background = max(size), BACKGROUND_TABLE[plan.background]
    square = paint_background(plan.background, plan.style, side, rng, tint, conditions.dark)
    left, top = ((side - length) // 2 for length in size)
    view = apply_lighting(
        square[top : top + size[1], left : left + size[0]], conditions, background.sky, rng
    )
    return np.ascontiguousarray(view.clip(0, 255).astype(np.uint8))


def _square_corner(size: tuple[int, int], grounded: bool) -> tuple[int, int]:
    """Return the upper left corner of the square that contains the items."""
    width, height = size
    if height <= width:
        return (width - height) // 2, 0
    low = round(0.78 * height - 0.9 * width)  # the ground of a portrait format is higher up
    return 0, max(0, min(low, height - width)) if grounded else (height - width) // 2


def _pixels(
    box: tuple[float, float, float, float], size: int, corner: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, top = corner[0] + round(box[0] * size), corner[1] + round(box[1] * size)
    width, height = round((box[2] - box[0]) * size), round((box[3] - box[1]) * size)
    return left, top, left + max(3, width), top + max(3, height)
