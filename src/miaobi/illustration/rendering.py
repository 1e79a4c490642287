"""Rendering: a scene to pixels. The place, the figures in its light, then the foreground.

Everything is drawn in units of a place and rasterized once at the size of the picture.
"""

import functools
from dataclasses import dataclass
from random import Random

import numpy as np

from miaobi.actors.figure import Held, draw_figure
from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas, Stop, radial
from miaobi.drawing.color import Color
from miaobi.drawing.compositing import paste
from miaobi.drawing.path import rectangle
from miaobi.drawing.raster import rasterize
from miaobi.illustration.scene import Scene, Thing
from miaobi.illustration.sprites import sprite
from miaobi.illustration.stage import Placed, arrange
from miaobi.looks.looks import LOOKS, apply_look
from miaobi.places.light import draw_shadow, light_figure
from miaobi.places.place import HEIGHT, WIDTH, Place
from miaobi.places.table import build_place

FIGURE_BOX = (150.0, 180.0)  # hundredths of a figure's height that its picture takes
FEET = 20.0  # of them below the feet
HELD_SIZE = 26.0
VIGNETTE: Color = (10.0, 8.0, 30.0)


@dataclass(frozen=True)
class View:
    """The part of the world that is seen, and the size of its picture in pixels."""

    left: float
    top: float
    scale: float
    width: int
    height: int


def view_of(size: tuple[int, int]) -> View:
    """Return the view for a picture of (width, height): as high as the world, wider or narrower."""
    width, height = size
    scale = height / HEIGHT
    seen = width / scale
    if seen > WIDTH * 1.5:  # very wide pictures are cut above and below
        scale = width / (WIDTH * 1.5)
        seen = WIDTH * 1.5
    return View((WIDTH - seen) / 2, HEIGHT - height / scale, scale, width, height)


def render_scene(scene: Scene, size: tuple[int, int], seed: int) -> Pixels:
    """Return the picture of a scene, (H, W, 3) uint8."""
    place = build_place(scene.place, scene.when)
    view = view_of(size)
    placed = arrange(scene, place, Random(f"stage {seed}"), view.width / view.scale)
    picture, figures = render_stage(place, placed, view)
    return apply_look(picture, scene.look if scene.look in LOOKS else "vector", figures, seed)


def render_stage(place: Place, placed: list[Placed], view: View) -> tuple[Pixels, Pixels]:
    """Return the picture of a place with everything on its stage, and where its figures are."""
    canvas = Canvas()
    draw_ground(canvas, place, placed)
    picture = _rasterize(canvas, view)[..., :3].copy()
    figures = np.zeros((view.height, view.width, 4), np.uint8)
    for item in placed:
        _paste_item((picture, figures), item, place, view)
    front = Canvas()
    draw_front(front, place)
    paste(picture, _rasterize(front, view), 0, 0)
    return picture, figures[..., 3]


def draw_ground(canvas: Canvas, place: Place, placed: list[Placed]) -> None:
    """Draw the layers of a place up to the ground, and the shadows on it."""
    for layer in place.layers:
        with canvas.grouped(blur=layer.blur):
            layer.paint(canvas)
    for item in placed:
        if not item.floats:
            draw_shadow(canvas, place, item.x, item.y, _shadow_unit(item), item.pose.lift)


def draw_front(canvas: Canvas, place: Place) -> None:
    """Draw the foreground, and darker corners."""
    for layer in place.front:
        with canvas.grouped(blur=layer.blur):
            layer.paint(canvas)
    _draw_vignette(canvas)


def _rasterize(canvas: Canvas, view: View) -> Pixels:
    return rasterize(canvas, view.width, view.height, view.scale, view.left, view.top)


def _shadow_unit(item: Placed) -> float:
    return item.unit * (1.0 if item.thing.character else 1.25)


def _paste_item(targets: tuple[Pixels, Pixels], item: Placed, place: Place, view: View) -> None:
    """Draw a figure or thing over the picture and into the map of figures."""
    if item.thing.character is None:
        pixels, left, top = _drawing(item, view)
    else:
        pixels, left, top = _figure(item, view)
    lit = light_figure(pixels, place, left, top, view.scale, item.unit * view.scale)
    x, y = round((left - view.left) * view.scale), round((top - view.top) * view.scale)
    for target in targets:
        paste(target, lit, x, y)


def _figure(item: Placed, view: View) -> tuple[Pixels, float, float]:
    """Return a figure's pixels and the units of their corner."""
    assert item.thing.character is not None
    width, height = FIGURE_BOX[0] * item.unit, FIGURE_BOX[1] * item.unit
    canvas = Canvas()
    with canvas.transformed(width / 2, height - FEET * item.unit, scale=item.unit):
        draw_posed(canvas, item)
    pixels = rasterize(
        canvas, max(1, round(width * view.scale)), max(1, round(height * view.scale)), view.scale
    )
    return pixels, item.x - width / 2, item.y - (height - FEET * item.unit)


def draw_posed(canvas: Canvas, item: Placed) -> None:
    """Draw a figure in its pose with the things it holds, its feet at the origin."""
    assert item.thing.character is not None
    held = _held(item.held, item) if item.held else None
    draw_figure(canvas, item.thing.character, item.pose, item.facing, held)


def flip_of(pixels: Pixels, item: Placed) -> Pixels:
    """Return a drawing facing as it should: drawings of animals and vehicles face left."""
    return pixels[:, ::-1] if item.facing > 0 else pixels


def _held(thing: Thing, item: Placed) -> Held:
    both = item.pose.hand_front is not None and item.pose.hand_back is not None
    return Held(sprite(thing.drawing, 256, thing.color), HELD_SIZE * min(thing.size, 2), both)


def _drawing(item: Placed, view: View) -> tuple[Pixels, float, float]:
    """Return a drawing's pixels, cropped to its outline, and the units of their corner."""
    side = item.unit * 100
    pixels = sprite(item.thing.drawing, max(8, round(side * view.scale)), item.thing.color)
    pixels = flip_of(pixels, item)
    height, width = pixels.shape[0] / view.scale, pixels.shape[1] / view.scale
    return pixels, item.x - width / 2, item.y - height


@functools.cache
def _vignette() -> object:
    center = WIDTH / 2, HEIGHT * 0.48
    stops = Stop(0.0, VIGNETTE, 0.0), Stop(0.6, VIGNETTE, 0.0), Stop(1.0, VIGNETTE, 0.42)
    return radial(center, WIDTH * 0.78, *stops)


def _draw_vignette(canvas: Canvas) -> None:
    canvas.fill(rectangle(-640, -90, WIDTH + 640, HEIGHT + 90), _vignette())  # type: ignore[arg-type]


def mean_color(pixels: Pixels) -> Color:
    """Return the mean color of a picture."""
    r, g, b = np.asarray(pixels[..., :3], np.float64).reshape(-1, 3).mean(0)
    return float(r), float(g), float(b)
