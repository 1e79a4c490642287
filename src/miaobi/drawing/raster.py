"""Rasterization of a canvas on the CPU by ThorVG, which needs no library of the system."""

import ctypes
import functools
import os
import threading
from typing import Any

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import (
    Bitmap,
    Canvas,
    Group,
    LinearGradient,
    Matrix,
    Paint,
    RadialGradient,
    Shape,
    compose,
    scale_of,
)
from miaobi.drawing.path import Path

COMMANDS = {"Z": 0, "M": 1, "L": 2, "C": 3}
BLENDS = {"normal": 0, "multiply": 1, "screen": 2, "add": 16}
BLUR_QUALITY = 100  # of 100; below, the blur is narrower than its standard deviation says
_lock = threading.RLock()  # ThorVG keeps global state of its loaders


def rasterize(
    canvas: Canvas, width: int, height: int, scale: float = 1.0, x: float = 0.0, y: float = 0.0
) -> Pixels:
    """Render a canvas to (height, width, 4) uint8, premultiplied RGBA.

    scale: pixels of a unit; (x, y): units at the upper left corner.
    """
    tvg, engine = _engine()
    matrix: Matrix = (scale, 0.0, 0.0, scale, -x * scale, -y * scale)
    with _lock:
        target = tvg.SwCanvas(engine)
        target.set_target(width, height, cs=tvg.Colorspace.ABGR8888)
        kept: list[Any] = []  # the bindings free what nobody refers to
        target.add(_scene(canvas.root, matrix, kept))
        target.update()
        target.draw(True)
        target.sync()
        pixels = np.frombuffer(target.buffer_arr, np.uint8).reshape(height, width, 4).copy()
        target.destroy()
    return pixels


@functools.cache
def _engine() -> tuple[Any, Any]:
    import thorvg_python
    from thorvg_python.engine import Engine

    threads = 0 if (os.cpu_count() or 1) < 4 else 2
    return thorvg_python, Engine(threads=threads)


def _scene(group: Group, matrix: Matrix, kept: list[Any]) -> Any:
    tvg, engine = _engine()
    scene = tvg.Scene(engine)
    kept.append(scene)
    for item in group.items:
        if isinstance(item, Shape):
            scene.add(_shape(item, matrix, kept))
        elif isinstance(item, Bitmap):
            scene.add(_bitmap(item, matrix, kept))
        else:
            scene.add(_scene(item, matrix, kept))
    if group.blur > 0:
        sigma = group.blur * scale_of(matrix)
        scene.add_effect_gaussian_blur(sigma, 0, 0, BLUR_QUALITY)
    if group.alpha < 1:
        scene.set_opacity(round(255 * group.alpha))
    if group.blend != "normal":
        scene.set_blend_method(BLENDS[group.blend])
    if group.clip is not None:
        scene.set_clip(_outline(group.clip, compose(matrix, group.clip_matrix), kept))
    return scene


def _outline(path: Path, matrix: Matrix, kept: list[Any]) -> Any:
    tvg, engine = _engine()
    shape = tvg.Shape(engine)
    kept.append(shape)
    commands = [COMMANDS[command] for command in path.commands]
    points = [tvg.PointStruct(x, y) for x, y in path.points]
    shape.append_path(commands, points)
    shape.set_transform(_matrix(matrix))
    return shape


def _shape(item: Shape, matrix: Matrix, kept: list[Any]) -> Any:
    tvg, _ = _engine()
    shape = _outline(item.path, compose(matrix, item.matrix), kept)
    if item.fill is not None:
        _paint(shape, item.fill, item.alpha, kept)
    if item.even_odd:
        shape.set_fill_rule(tvg.FillRule.EVEN_ODD)
    if item.stroke is not None:
        shape.set_stroke_width(item.width)
        shape.set_stroke_color(*_bytes(item.stroke), round(255 * item.alpha))
        shape.set_stroke_cap(tvg.StrokeCap.ROUND)
        shape.set_stroke_join(tvg.StrokeJoin.ROUND)
    return shape


def _paint(shape: Any, paint: Paint, alpha: float, kept: list[Any]) -> None:
    tvg, engine = _engine()
    if isinstance(paint, tuple):
        shape.set_fill_color(*_bytes(paint), round(255 * alpha))
        return
    if isinstance(paint, LinearGradient):
        gradient = tvg.LinearGradient(engine)
        gradient.set(*paint.start, *paint.end)
    else:
        assert isinstance(paint, RadialGradient)
        gradient = tvg.RadialGradient(engine)
        gradient.set(*paint.center, paint.radius, *paint.center, 0.0)
    kept.append(gradient)
    gradient.set_color_stops(
        [
            tvg.ColorStop(stop.offset, *_bytes(stop.color), round(255 * stop.alpha * alpha))
            for stop in paint.stops
        ]
    )
    shape.set_gradient(gradient)


def _bitmap(item: Bitmap, matrix: Matrix, kept: list[Any]) -> Any:
    tvg, engine = _engine()
    picture = tvg.Picture(engine)
    kept.append(picture)
    height, width = item.pixels.shape[:2]
    data = np.ascontiguousarray(item.pixels)
    kept.append(data)  # is not copied
    library = engine.thorvg_lib
    library.tvg_picture_load_raw.argtypes = None
    library.tvg_picture_load_raw.restype = ctypes.c_int
    library.tvg_picture_load_raw(
        picture._paint,
        data.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_uint32(width),
        ctypes.c_uint32(height),
        ctypes.c_uint8(int(tvg.Colorspace.ABGR8888)),
        ctypes.c_bool(False),
    )
    unit: Matrix = (1 / width, 0.0, 0.0, 1 / height, 0.0, 0.0)
    picture.set_transform(_matrix(compose(compose(matrix, item.matrix), unit)))
    if item.alpha < 1:
        picture.set_opacity(round(255 * item.alpha))
    return picture


def _matrix(matrix: Matrix) -> Any:
    tvg, _ = _engine()
    a, b, c, d, e, f = matrix
    return tvg.Matrix(a, c, e, b, d, f, 0.0, 0.0, 1.0)


def _bytes(color: tuple[float, float, float]) -> tuple[int, int, int]:
    r, g, b = (max(0, min(255, round(value))) for value in color)
    return r, g, b
