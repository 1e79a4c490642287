"""Heads of animals and machines: drawings whose eyes and mouth are taken out and drawn anew.

heads.json is the reviewed table; `python -m scripts.heads` fills it by actors/face_parts.py.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from miaobi.actors.face import Anchors
from miaobi.actors.pose import Pose
from miaobi.actors.svg_parts import render_parts, take_apart
from miaobi.core.arrays import Pixels
from miaobi.core.paths import atomic_file, cache_dir
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import Color
from miaobi.drawing.compositing import recolor
from miaobi.drawing.icons import drawing_svg

SIDE = 512  # pixels of the side of a head's drawing
HEAD_WIDTH = 50.0  # units; half of a figure is its head
MOST_HEIGHT = 56.0
TURN_SHIFT = 0.045  # of the drawing's side, by which a turned face moves
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Head:
    """A row of the table; anchors and boxes are fractions of the drawing's side."""

    name: str
    box: Box
    eyes: tuple[tuple[float, float], tuple[float, float]]
    eye: tuple[float, float]
    mouth: Box
    nose: Box | None
    hidden: tuple[int, ...]
    features: tuple[int, ...]
    fur: Color
    belly: Color
    dark: Color
    tail: str
    girth: float
    dark_limbs: bool
    dark_hands: bool
    machine: bool

    @property
    def scale(self) -> float:
        """Units of the figure for the side of the drawing."""
        left, top, right, bottom = self.box
        return min(HEAD_WIDTH / (right - left), MOST_HEIGHT / (bottom - top))

    @property
    def middle(self) -> float:
        """Horizontal middle of the head."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def chin(self) -> float:
        """Point at which the neck begins."""
        return self.box[3] - 0.03


@functools.cache
def heads() -> dict[str, Head]:
    """Return the table of heads by name of their drawing."""
    rows = json.loads((files("miaobi.actors") / "heads.json").read_text(encoding="utf-8"))
    return {name: _head(name, row) for name, row in rows.items()}


def _head(name: str, row: dict[str, object]) -> Head:
    frozen = {key: _frozen(value) for key, value in row.items()}
    defaults = {
        "tail": "none",
        "girth": 1.0,
        "dark_limbs": False,
        "dark_hands": False,
        "machine": False,
    }
    return Head(name, **{**defaults, **frozen})  # type: ignore[arg-type]


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def head_anchors(head: Head, pose: Pose) -> Anchors:
    """Return the anchors of the face in the frame of the neck, shifted by the turn of the head."""
    shift = pose.turn * TURN_SHIFT
    (lx, ly), (rx, ry) = (_place(head, x + shift * 1.05, y) for x, y in head.eyes)
    distance = rx - lx
    width = min(max(head.eye[0] * head.scale * 0.66, distance * 0.085), distance * 0.2)
    height = min(max(head.eye[1] * head.scale * 0.62, distance * 0.135), distance * 0.26)
    x, y = _place(head, (head.eyes[0][0] + head.eyes[1][0]) / 2 + shift * 1.1, head.mouth[1])
    unit = distance * 0.17
    if head.nose:
        y = max(y - 0.2 * unit, _place(head, 0, head.nose[3])[1] + 0.55 * unit)
    return Anchors((lx, ly), (rx, ry), width, height, (x, y), head.nose is not None)


def draw_head(canvas: Canvas, head: Head, pose: Pose, dye: Color | None = None) -> None:
    """Draw the head without eyes and mouth, the canvas at the neck; in another color if given."""
    base, features = head_layers(head.name)
    if dye is not None:
        base = _dyed(head.name, dye)
    scale = head.scale
    left, top = -head.middle * scale, -head.chin * scale
    canvas.bitmap(base, left, top, scale, scale)
    if head.features:
        y0, x0, part = features
        shift = pose.turn * TURN_SHIFT * scale
        unit = scale / SIDE
        down = pose.gaze[1] * 0.012 * scale
        canvas.bitmap(
            part,
            left + x0 * unit + shift,
            top + y0 * unit + down,
            part.shape[1] * unit,
            part.shape[0] * unit,
        )


def crown_of(head: Head) -> tuple[float, float]:
    """Return (y of the top of the skull, half its width) in the frame of the neck, for hats."""
    above = max(head.box[1], head.eyes[0][1] - 0.3)  # ears reach higher than the skull
    y = (above - head.chin) * head.scale
    return y, min(HEAD_WIDTH, (head.box[2] - head.box[0]) * head.scale) * 0.36


@functools.lru_cache(maxsize=64)
def head_layers(name: str) -> tuple[Pixels, tuple[int, int, Pixels]]:
    """Return a head without its face, and (top, left, pixels) of nose and muzzle; premultiplied."""
    head = heads()[name]
    svg = drawing_svg(name)
    path = _cache_path(svg, head)
    if not path.exists():
        root, elements = take_apart(svg)
        rest = set(range(len(elements))) - set(head.hidden) - set(head.features)
        base = _premultiplied(render_parts(root, elements, rest, SIDE))
        features = _premultiplied(render_parts(root, elements, head.features, SIDE))
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as file:
            np.savez_compressed(file, base=base, features=features)
    with np.load(path) as layers:
        base, features = layers["base"], layers["features"]
    ys, xs = np.nonzero(features[..., 3])
    if not len(ys):
        return base, (0, 0, features[:1, :1])
    top, left = int(ys.min()), int(xs.min())
    return base, (top, left, features[top : ys.max() + 1, left : xs.max() + 1])


@functools.lru_cache(maxsize=16)
def _dyed(name: str, color: Color) -> Pixels:
    return recolor(head_layers(name)[0], color)


def _place(head: Head, x: float, y: float) -> tuple[float, float]:
    return (x - head.middle) * head.scale, (y - head.chin) * head.scale


def _premultiplied(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3:].astype(np.uint16)
    return np.concatenate([(pixels[..., :3] * alpha // 255).astype(np.uint8), pixels[..., 3:]], 2)


def _cache_path(svg: str, head: Head) -> Path:
    parts = repr((svg, head.hidden, head.features, SIDE)).encode()
    return cache_dir() / "heads" / f"{head.name}-{hashlib.sha256(parts).hexdigest()[:16]}.npz"
