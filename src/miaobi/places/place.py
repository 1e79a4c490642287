"""Places: what a painter returns, in a world 1280 units wide and 720 high, with margins around.

Layers are painted from far to near. A layer of depth d moves by 1/d of the camera's way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import Color
from miaobi.places.conditions import Conditions, Palette

WIDTH, HEIGHT = 1280.0, 720.0
MARGIN_X, MARGIN_Y = 360.0, 90.0
LEFT, RIGHT = -MARGIN_X, WIDTH + MARGIN_X
TOP, BOTTOM = -MARGIN_Y, HEIGHT + MARGIN_Y

Paint = Callable[[Canvas], None]


@dataclass(frozen=True)
class Layer:
    """Everything at one depth; 1 is where the figures stand, below 1 is in front of them."""

    depth: float
    paint: Paint
    blur: float = 0.0


@dataclass(frozen=True)
class Light:
    """A lamp, window or moon that lights figures near it."""

    x: float
    y: float
    radius: float
    color: Color
    strength: float = 0.6  # 0 to 1


@dataclass(frozen=True)
class Place:
    """A painted place."""

    layers: tuple[Layer, ...]
    colors: Palette
    horizon: float  # y where the ground begins
    ground: float = 668.0  # y of the feet of figures
    front: tuple[Layer, ...] = ()
    lights: tuple[Light, ...] = field(default=())
    key_side: int = -1  # where the strongest light comes from: -1 left, 1 right
    floating: bool = False  # nothing stands: the sky, the sea's depth, space


Painter = Callable[[Conditions], Place]
