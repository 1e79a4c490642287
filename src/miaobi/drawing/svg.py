"""Canvas to SVG 1.1: paths and gradients stay vectors, bitmaps are embedded as PNG."""

import base64
import io
from collections.abc import Iterator

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import (
    IDENTITY,
    Bitmap,
    Canvas,
    Group,
    LinearGradient,
    Matrix,
    Paint,
    RadialGradient,
    Shape,
)
from miaobi.drawing.color import hex_color
from miaobi.drawing.path import Path

BLENDS = {"multiply": "multiply", "screen": "screen", "add": "plus-lighter"}


def to_svg(canvas: Canvas, width: int, height: int, box: tuple[float, float, float, float]) -> str:
    """Return the SVG of a canvas in pixels; box: (left, top, width, height) in units."""
    writer = _Writer()
    body = "".join(writer.group(canvas.root))
    view = " ".join(_number(value) for value in box)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{view}"><defs>{"".join(writer.definitions)}</defs>{body}</svg>'
    )


class _Writer:
    """Elements of the body, and the definitions they refer to."""

    def __init__(self) -> None:
        self.definitions: list[str] = []
        self._known: dict[object, str] = {}

    def group(self, group: Group) -> Iterator[str]:
        """Yield a group and everything in it."""
        attributes = []
        if group.alpha < 1:
            attributes.append(f'opacity="{_number(group.alpha)}"')
        if group.blur > 0:
            blur = f'<feGaussianBlur stdDeviation="{_number(group.blur)}"/>'
            box = 'x="-50%" y="-50%" width="200%" height="200%"'
            name = self._define(("blur", group.blur), "filter", box, blur)
            attributes.append(f'filter="url(#{name})"')
        if group.blend != "normal":
            attributes.append(f'style="mix-blend-mode:{BLENDS[group.blend]}"')
        if group.clip is not None:
            shape = f'<path d="{_data(group.clip)}"{_transform(group.clip_matrix)}/>'
            name = self._define(shape, "clipPath", "", shape)
            attributes.append(f'clip-path="url(#{name})"')
        opened = f"<g {' '.join(attributes)}>" if attributes else ""
        yield opened
        for item in group.items:
            if isinstance(item, Shape):
                yield self._shape(item)
            elif isinstance(item, Bitmap):
                yield _image(item)
            else:
                yield from self.group(item)
        yield "</g>" if opened else ""

    def _shape(self, shape: Shape) -> str:
        parts = [f'd="{_data(shape.path)}"']
        if shape.stroke is not None:
            parts.append(
                f'fill="none" stroke="{hex_color(shape.stroke)}" stroke-linecap="round" '
                f'stroke-linejoin="round" stroke-width="{_number(shape.width)}"'
            )
        elif shape.fill is not None:
            parts.append(f'fill="{self._paint(shape.fill)}"')
        if shape.even_odd:
            parts.append('fill-rule="evenodd"')
        if shape.alpha < 1:
            parts.append(f'opacity="{_number(shape.alpha)}"')
        return f"<path {' '.join(parts)}{_transform(shape.matrix)}/>"

    def _paint(self, paint: Paint) -> str:
        if isinstance(paint, tuple):
            return hex_color(paint)
        stops = "".join(
            f'<stop offset="{_number(stop.offset)}" stop-color="{hex_color(stop.color)}"'
            + (f' stop-opacity="{_number(stop.alpha)}"/>' if stop.alpha < 1 else "/>")
            for stop in paint.stops
        )
        units = 'gradientUnits="userSpaceOnUse"'
        if isinstance(paint, LinearGradient):
            (x1, y1), (x2, y2) = paint.start, paint.end
            place = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
            name = self._define(paint, "linearGradient", f"{units} {place}", stops)
        else:
            assert isinstance(paint, RadialGradient)
            x, y = paint.center
            place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(paint.radius)}"'
            name = self._define(paint, "radialGradient", f"{units} {place}", stops)
        return f"url(#{name})"

    def _define(self, key: object, tag: str, attributes: str, body: str) -> str:
        """Return the name of a definition, written once."""
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"d{len(self._known)}"
            self.definitions.append(f'<{tag} id="{name}" {attributes}>{body}</{tag}>')
        return name


def _data(path: Path) -> str:
    parts, index = [], 0
    for command in path.commands:
        count = {"M": 1, "L": 1, "C": 3, "Z": 0}[command]
        points = path.points[index : index + count]
        parts.append(command + " ".join(f"{_number(x)} {_number(y)}" for x, y in points))
        index += count
    return "".join(parts)


def _transform(matrix: Matrix) -> str:
    if matrix == IDENTITY:
        return ""
    return f' transform="matrix({" ".join(f"{value:.5g}" for value in matrix)})"'


def _image(item: Bitmap) -> str:
    source = base64.b64encode(_png(item.pixels)).decode()
    alpha = f' opacity="{_number(item.alpha)}"' if item.alpha < 1 else ""
    return (
        f'<image width="1" height="1" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{source}"{alpha}{_transform(item.matrix)}/>'
    )


def _png(pixels: Pixels) -> bytes:
    from PIL import Image

    alpha = np.maximum(pixels[..., 3:].astype(np.uint16), 1)
    straight = np.minimum(pixels[..., :3].astype(np.uint16) * 255 // alpha, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.concatenate([straight, pixels[..., 3:]], 2)).save(buffer, "PNG")
    return buffer.getvalue()


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
