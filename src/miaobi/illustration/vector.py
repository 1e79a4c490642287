"""Illustrations as SVG: places and figures stay vectors; drawings of the catalog are embedded."""

from random import Random

from miaobi.drawing.canvas import Canvas
from miaobi.drawing.svg import to_svg
from miaobi.illustration.rendering import (
    View,
    draw_front,
    draw_ground,
    draw_posed,
    flip_of,
    view_of,
)
from miaobi.illustration.scene import Scene
from miaobi.illustration.sprites import sprite
from miaobi.illustration.stage import Placed, arrange
from miaobi.places.table import build_place

EMBEDDED = 512  # pixels of the longer side of embedded drawings


def scene_svg(scene: Scene, size: tuple[int, int], seed: int) -> str:
    """Return the SVG of a scene; it lacks the light on figures, which is computed from pixels."""
    place = build_place(scene.place, scene.when)
    view = view_of(size)
    placed = arrange(scene, place, Random(f"stage {seed}"), view.width / view.scale)
    canvas = Canvas()
    draw_ground(canvas, place, placed)
    for item in placed:
        if item.thing.character is None:
            _draw_drawing(canvas, item)
        else:
            with canvas.transformed(item.x, item.y, scale=item.unit):
                draw_posed(canvas, item)
    draw_front(canvas, place)
    return to_svg(canvas, view.width, view.height, _box(view))


def _draw_drawing(canvas: Canvas, item: Placed) -> None:
    pixels = flip_of(sprite(item.thing.drawing, EMBEDDED, item.thing.color), item)
    side = item.unit * 100 / max(pixels.shape[:2])
    height, width = pixels.shape[0] * side, pixels.shape[1] * side
    canvas.bitmap(pixels, item.x - width / 2, item.y - height, width, height)


def _box(view: View) -> tuple[float, float, float, float]:
    return view.left, view.top, view.width / view.scale, view.height / view.scale
