"""Planes: layers of a place rasterized once, with their margins, and seen by a moving camera."""

import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas, Group
from miaobi.drawing.raster import rasterize
from miaobi.places.place import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Layer, Place
from miaobi.places.sky import weather_layers

MERGED, MERGED_INDOORS = 1.5, 1.7  # layers whose depths differ by less than this move as one
PRECISION = ((8.0, 1.0), (2.0, 2.0), (0.0, 4.0))  # (least depth, parts of a pixel)
COPIED = 2.8  # nearer planes move fast enough for whole pixels
SKY_DEPTH = 8.0  # from here on a layer is the sky


@dataclass(frozen=True)
class Camera:
    """Position of the camera, in units away from the middle of the world, and its zoom."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


@dataclass(frozen=True)
class Lens:
    """Size of the frame in pixels, and pixels of a unit where the camera is not zoomed."""

    width: int
    height: int
    scale: float

    def to_frame(
        self, camera: Camera, x: float, y: float, depth: float = 1.0
    ) -> tuple[float, float, float]:
        """Return (x, y) in pixels of the frame of a point of the world, and pixels of a unit."""
        scale = self.scale * zoom_at(camera.zoom, depth)
        left = (x - WIDTH / 2 - camera.x / depth) * scale + self.width / 2
        top = (y - self.middle - camera.y / depth) * scale + self.height / 2
        return left, top, scale

    @property
    def middle(self) -> float:
        """Height of the middle of the frame in the world; very wide frames lose their top."""
        return HEIGHT - self.height / self.scale / 2


def zoom_at(zoom: float, depth: float) -> float:
    """Return the zoom of a layer: far ones grow less."""
    return float(1 + (zoom - 1) * depth**-0.6)


@dataclass(frozen=True)
class Plane:
    """Premultiplied pixels of one depth, as four bands that are resized alike."""

    depth: float
    picture: Image.Image
    left: float  # units of its corner
    top: float
    scale: float  # pixels of a unit
    endless: bool  # continues beyond its sides
    _last: dict[tuple[float, float, float], tuple[Pixels, int, int] | None] = field(
        default_factory=dict
    )

    def seen(self, lens: Lens, camera: Camera) -> tuple[Pixels, int, int] | None:
        """Return the pixels (H, W, 4) that the camera sees, and where they begin in the frame.

        Positions are rounded to parts of a pixel, so that far planes need no new pixels in most
        frames; near ones that keep their size move by whole pixels, and are only copied.
        """
        x, y, scale = lens.to_frame(camera, self.left, self.top, self.depth)
        parts = next(parts for depth, parts in PRECISION if self.depth >= depth)
        steps = parts * self.picture.width / 2
        ratio = round(scale / self.scale * steps) / steps
        if self.depth < COPIED and abs(ratio - 1) < 1e-4:
            parts, ratio = 1.0, 1.0
        key = round(x * parts) / parts, round(y * parts) / parts, ratio
        if key not in self._last:
            self._last.clear()
            self._last[key] = self._resized(lens, *key)
        return self._last[key]

    def _resized(
        self, lens: Lens, x: float, y: float, ratio: float
    ) -> tuple[Pixels, int, int] | None:
        width, height = self.picture.size
        x0 = 0 if self.endless else max(0, math.ceil(x))
        x1 = lens.width if self.endless else min(lens.width, math.floor(x + width * ratio))
        y0 = max(0, math.ceil(y))
        y1 = min(lens.height, math.floor(y + height * ratio))
        if x1 <= x0 or y1 <= y0:
            return None
        start = (x0 - x) / ratio
        source = self.picture
        if self.endless:
            source, start = _unrolled(source, start, (x1 - x0) / ratio)
        box = (
            start,
            (y0 - y) / ratio,
            min(source.width, start + (x1 - x0) / ratio),
            min(height, (y1 - y) / ratio),
        )
        return _cut(source, box, (x1 - x0, y1 - y0)), x0, y0


def _cut(
    source: Image.Image, box: tuple[float, float, float, float], size: tuple[int, int]
) -> Pixels:
    """Return a part of a picture at a size; whole pixels are only copied."""
    whole = round(box[0]), round(box[1])
    copied = whole[0] + size[0] <= source.width and whole[1] + size[1] <= source.height
    same = abs(box[2] - box[0] - size[0]) < 0.02 and abs(box[3] - box[1] - size[1]) < 0.02
    exact = abs(whole[0] - box[0]) < 0.03 and abs(whole[1] - box[1]) < 0.03
    if copied and same and exact:
        return np.asarray(source.crop((*whole, whole[0] + size[0], whole[1] + size[1])))
    return np.asarray(source.resize(size, Image.Resampling.BILINEAR, box))


def _unrolled(source: Image.Image, start: float, width: float) -> tuple[Image.Image, float]:
    """Return a picture that repeats its mirror, and the start in it; it holds width from there."""
    period = source.width
    start %= period
    if start + width <= period:
        return source, start
    first = math.floor(start)
    whole = Image.new(source.mode, (math.ceil(width) + 2, source.height))
    whole.paste(source.crop((first, 0, period, source.height)), (0, 0))
    rest = whole.width - (period - first)
    whole.paste(source.crop((0, 0, rest, source.height)), (period - first, 0))
    return whole, start - first


def bake(place: Place, scale: float, travels: bool = False) -> tuple[list[Plane], list[Plane]]:
    """Return the planes behind the figures, from far to near, and those in front of them."""
    falling = weather_layers.__module__
    behind = _grouped(place.layers)
    if not place.floating:
        behind[-1].depth = 1.0  # the ground, on which no foot may slide
    front = [layer for layer in place.front if layer.paint.__module__ != falling]
    return (
        [_plane(sheet, scale, travels) for sheet in behind],
        [_plane(sheet, scale, travels) for sheet in _grouped(tuple(front))],
    )


def mixed(first: Plane, second: Plane, t: float) -> Plane:
    """Return the plane between two of the same place, as it gets dark."""
    if first.picture.size != second.picture.size:
        return first if t < 0.5 else second
    picture = Image.blend(first.picture, second.picture, t)
    return Plane(first.depth, picture, first.left, first.top, first.scale, first.endless)


@dataclass
class _Sheet:
    """Layers that move as one, painted onto one canvas."""

    canvas: Canvas
    depth: float


def _grouped(layers: tuple[Layer, ...]) -> list[_Sheet]:
    """Return layers as few canvases; one that darkens all behind it joins all of it."""
    sheets: list[_Sheet] = []
    indoors = bool(layers) and layers[0].depth < SKY_DEPTH
    most = MERGED_INDOORS if indoors else MERGED
    first = 0.0  # depth of the first layer on the last canvas
    for layer in layers:
        canvas = Canvas()
        with canvas.grouped(blur=layer.blur):
            layer.paint(canvas)
        darkens = _darkens(canvas.root)
        near = bool(sheets) and first < SKY_DEPTH and 1 / most < first / layer.depth < most
        if darkens:
            canvas.root.items[:0] = [sheet.canvas.root for sheet in sheets]
            sheets = [_Sheet(canvas, layer.depth)]
        elif sheets and near:
            sheets[-1].canvas.root.items.append(canvas.root)
            sheets[-1].depth = layer.depth
        else:
            sheets.append(_Sheet(canvas, layer.depth))
            first = layer.depth
    return sheets


def _darkens(group: Group) -> bool:
    """Return True if a part of a group darkens the layers behind it."""
    return any(
        item.blend == "multiply" or _darkens(item)
        for item in group.items
        if isinstance(item, Group)
    )


def _plane(sheet: _Sheet, scale: float, travels: bool) -> Plane:
    width, height = math.ceil((RIGHT - LEFT) * scale), math.ceil((BOTTOM - TOP) * scale)
    pixels = rasterize(sheet.canvas, width, height, scale, LEFT, TOP)
    rows = np.flatnonzero(pixels[..., 3].any(1))
    columns = np.flatnonzero(pixels[..., 3].any(0))
    if not len(rows):
        rows = columns = np.zeros(1, np.int64)
    y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    endless = travels
    if endless:
        x0 = 0
        pixels = np.concatenate([pixels, pixels[:, ::-1]], 1)
        x1 = pixels.shape[1]
    pixels = np.ascontiguousarray(pixels[y0:y1, x0:x1])
    picture = Image.frombuffer("RGBX", (x1 - x0, y1 - y0), pixels, "raw", "RGBX", 0, 1)
    return Plane(sheet.depth, picture, LEFT + x0 / scale, TOP + y0 / scale, scale, endless)
