"""Figures and things of one frame as pixels in the light of their place."""

import math
from dataclasses import dataclass, field

import numpy as np

from miaobi.actors.figure import Held, draw_figure
from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.raster import rasterize
from miaobi.illustration.motion.planes import Camera, Lens
from miaobi.illustration.motion.tracks import Moment, Track
from miaobi.illustration.rendering import FEET, FIGURE_BOX, HELD_SIZE, flip_of
from miaobi.illustration.scene import Thing
from miaobi.illustration.sprites import sprite
from miaobi.places.light import draw_shadow, light_figure
from miaobi.places.place import Place

ONE_HANDED = {"eat", "drink", "smell", "sing", "phone", "take", "give", "feed"}
PICKED, LYING = {"lift", "pick"}, 24.0  # where it lies, in hundredths of the height
LARGER = 1.15  # drawings are rendered larger than they first are, for a camera that comes closer
AMBIENT_STEP = 6.0  # of the ambient color, by which drawings are lit anew
SHADOW_BOX = (84.0, 26.0)  # hundredths of a figure's height


@dataclass
class Cast:
    """Draws tracks onto the canvas of a frame; keeps what does not change."""

    lens: Lens
    _things: dict[tuple[int, int], Pixels] = field(default_factory=dict)
    _shadows: dict[int, Pixels] = field(default_factory=dict)

    def draw(self, canvas: Canvas, track: Track, now: Moment, camera: Camera, place: Place) -> None:
        """Draw a figure or thing where it is at this moment."""
        if track.item.thing.character is None:
            self._draw_thing(canvas, track, now, camera, place)
        else:
            if track.verb in PICKED and now.held is None and track.item.held is not None:
                self._draw_lying(canvas, track.item.held, track, now, camera)
            self._draw_figure(canvas, track, now, camera, place)

    def shadow(
        self, canvas: Canvas, track: Track, now: Moment, camera: Camera, place: Place
    ) -> None:
        """Draw the contact shadow of what stands on the ground or jumps above it."""
        item = track.item
        if item.floats:
            return
        unit = item.unit * (1.0 if item.thing.character else 1.25)
        key = round(unit * 16)
        pixels = self._shadows.get(key)
        if pixels is None:
            pixels = self._shadows[key] = _shadow(place, unit, self.lens.scale)
        x, y, scale = self.lens.to_frame(camera, now.x, item.y)
        lift = now.pose.lift + max(0.0, item.y - now.y) / max(item.unit, 0.01)
        near = 1 - min(0.75, lift / 90)
        width, height = (side * unit * scale * near for side in SHADOW_BOX)
        canvas.bitmap(pixels, x - width / 2, y - height / 2, width, height, near)

    def _draw_figure(
        self, canvas: Canvas, track: Track, now: Moment, camera: Camera, place: Place
    ) -> None:
        unit = track.item.unit
        x, y, scale = self.lens.to_frame(camera, now.x, now.y)
        size = unit * scale
        if not -120 * size < x < self.lens.width + 120 * size:
            return
        width, height = math.ceil(FIGURE_BOX[0] * size), math.ceil(FIGURE_BOX[1] * size)
        left, top = math.floor(x - width / 2), math.floor(y - (height - FEET * size))
        drawing = Canvas()
        held = held_of(now.held, now, track.verb) if now.held else None
        with drawing.transformed(x - left, y - top, scale=size):
            character = track.item.thing.character
            assert character is not None
            draw_figure(drawing, character, now.pose, now.facing, held, now.wind)
        pixels = rasterize(drawing, max(1, width), max(1, height))
        cut = cropped(pixels)
        if cut is None:
            return
        pixels, dx, dy = cut
        left, top = left + dx, top + dy
        corner = now.x + (left - x) / scale, now.y + (top - y) / scale
        lit = light_figure(pixels, place, *corner, scale, size)
        canvas.bitmap(lit, left, top, lit.shape[1], lit.shape[0])

    def _draw_lying(
        self, canvas: Canvas, thing: Thing, track: Track, now: Moment, camera: Camera
    ) -> None:
        """Draw what lies on the ground before it is picked up."""
        held = held_of(thing, now, track.verb)
        x, y, scale = self.lens.to_frame(camera, now.x, now.y)
        size = track.item.unit * scale
        height, width = held.pixels.shape[:2]
        unit = held.size * size / max(height, width)
        left = x + now.facing * LYING * size - width * unit / 2
        canvas.bitmap(held.pixels, left, y - height * unit, width * unit, height * unit)

    def _draw_thing(
        self, canvas: Canvas, track: Track, now: Moment, camera: Camera, place: Place
    ) -> None:
        item, shape = track.item, now.shape
        x, y, scale = self.lens.to_frame(camera, now.x, now.y)
        key = id(track), round(place.colors.ambient[0] / AMBIENT_STEP)
        pixels = self._things.get(key)
        if pixels is None:
            side = max(8, round(item.unit * 100 * self.lens.scale * LARGER))
            pixels = flip_of(sprite(item.thing.drawing, side, item.thing.color), item)
            corner = now.x - item.unit * 50, now.y - item.unit * 100
            own = self.lens.scale * LARGER
            pixels = light_figure(
                np.ascontiguousarray(pixels), place, *corner, own, item.unit * own
            )
            self._things[key] = pixels
        factor = scale / (self.lens.scale * LARGER)
        width, height = pixels.shape[1] * factor, pixels.shape[0] * factor
        pivot = height / 2 if item.floats else 0.0
        with canvas.transformed(x, y - pivot, shape.angle, (shape.sx, shape.sy)):
            canvas.bitmap(pixels, -width / 2, pivot - height, width, height)


def held_of(thing: Thing, now: Moment, verb: str) -> Held:
    """Return the drawing of what a figure holds."""
    targets = now.pose.hand_front is not None and now.pose.hand_back is not None
    size = HELD_SIZE * min(thing.size, 2)
    return Held(sprite(thing.drawing, 256, thing.color), size, targets and verb not in ONE_HANDED)


def cropped(pixels: Pixels) -> tuple[Pixels, int, int] | None:
    """Return the painted part of premultiplied pixels and (left, top) of it, or None."""
    alpha = pixels[..., 3]
    rows = np.flatnonzero(alpha.any(1))
    if not len(rows):
        return None
    y0, y1 = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(alpha[y0:y1].any(0))
    x0, x1 = int(columns[0]), int(columns[-1]) + 1
    return np.ascontiguousarray(pixels[y0:y1, x0:x1]), x0, y0


def _shadow(place: Place, unit: float, scale: float) -> Pixels:
    canvas = Canvas()
    width, height = SHADOW_BOX[0] * unit, SHADOW_BOX[1] * unit
    draw_shadow(canvas, place, width / 2, height / 2, unit, 0.0)
    return rasterize(
        canvas, max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale)), scale
    )
