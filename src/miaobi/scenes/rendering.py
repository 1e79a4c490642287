"""A plan as a picture: the ground, then its things from the hindmost to the first."""

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.scenes.backgrounds import PLACES, TINTS, paint
from miaobi.scenes.compositing import UNCHANGED, Look, stamp
from miaobi.scenes.layout import Shape, arrange
from miaobi.scenes.plan import Plan
from miaobi.scenes.sprites import SIDE, STYLES, open_art, sharp, subjects
from miaobi.scenes.weather import DAY, HERO_LIGHT, Air, lit, rained_on

SHARP = 1.2 * SIDE  # pixels: larger drawings are rendered again
AIRBORNE = {"above": 0, "below": 1, "on": 0}  # which of a pair throws no shadow on the ground

Picture = npt.NDArray[np.uint8]  # (H, W, 3)


@dataclass(frozen=True)
class Composition:
    """A picture of a plan, where its things lie, and the color of a plain background, or ""."""

    picture: Picture
    boxes: tuple[tuple[int, int, int, int], ...]
    tint: str


def compose(
    plan: Plan,
    size: tuple[int, int],
    draw: random.Random,
    tint: str = "",
    air: Air = DAY,
    portrait: bool = False,
) -> Composition:
    """A picture of a plan, (height, width) of `size` = (width, height); any tint where it is "".

    Things lie in the largest square; that of a portrait in its very middle. Raises
    MissingAsset while the drawings are not pulled.
    """
    art, table, unit = open_art(), subjects(), min(size)
    if plan.background == "plain" and not tint:
        tint = draw.choice(list(TINTS))
    picture = _ground(plan, size, draw, tint, air)
    items = plan.items * plan.count
    style, place = STYLES.index(plan.style), PLACES[plan.background]
    sprites = [art.sprite(item.subject, style) for item in items]
    shapes = [
        Shape(s.shape[0] / SIDE, s.shape[1] / SIDE, item.size, table[item.subject].floats)
        for s, item in zip(sprites, items, strict=True)
    ]
    kind = plan.relation or ("alone" if len(items) == 1 else "row")
    kind = "portrait" if portrait else kind
    placed = arrange(kind, shapes, place.ground, draw) if items else []
    corner = _corner(size, place.ground is not None)
    boxes = [_pixels(box, unit, corner) for box in placed]
    for n in reversed(range(len(items))):  # the first one is in front
        stands = not shapes[n].floats and AIRBORNE.get(plan.relation) != n
        look = Look(
            items[n].color,
            ink=plan.style == "ink",
            light=place.dark or air.dark,
            shadow=plan.style == "3d" and place.casts and stands,
            covers=plan.style == "ink" and plan.relation == "in front of" and n == 0,
            tone=HERO_LIGHT if air.dark and plan.style != "ink" else UNCHANGED,
        )
        large = max(boxes[n][2] - boxes[n][0], boxes[n][3] - boxes[n][1]) > SHARP
        sprite = sharp(items[n].subject, style) if large else sprites[n]
        stamp(picture, sprite, boxes[n], look)
    if air.rain:
        picture = rained_on(picture, draw)
    return Composition(picture, tuple(boxes), tint)


def _ground(plan: Plan, size: tuple[int, int], draw: random.Random, tint: str, air: Air) -> Picture:
    """The background: of a picture that is no square, the middle of one."""
    side, place = max(size), PLACES[plan.background]
    whole = paint(plan.background, plan.style, side, draw, tint, air.dark)
    left, top = ((side - length) // 2 for length in size)
    seen = lit(whole[top : top + size[1], left : left + size[0]], air, place.sky, draw)
    return np.ascontiguousarray(seen.clip(0, 255).astype(np.uint8))


def _corner(size: tuple[int, int], grounded: bool) -> tuple[int, int]:
    """The upper left corner of the square in which things lie."""
    width, height = size
    if height <= width:
        return (width - height) // 2, 0
    low = round(0.78 * height - 0.9 * width)  # a tall picture has its ground higher up
    return 0, max(0, min(low, height - width)) if grounded else (height - width) // 2


def _pixels(
    box: tuple[float, float, float, float], size: int, corner: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, top = corner[0] + round(box[0] * size), corner[1] + round(box[1] * size)
    width, height = round((box[2] - box[0]) * size), round((box[3] - box[1]) * size)
    return left, top, left + max(3, width), top + max(3, height)
