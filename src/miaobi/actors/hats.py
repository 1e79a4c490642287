"""The table of hats; all are drawn in the frame of a head: origin at the neck, y down."""

from collections.abc import Callable

from miaobi.actors import hat_shapes, headgear
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import Color

Drawer = Callable[[Canvas, float, float, Color], None]


def draw_hat(canvas: Canvas, kind: str, color: Color, top: float, half: float) -> None:
    """Draw a hat. Raises KeyError where there is none of this kind."""
    HATS[kind](canvas, top, half, color)


HATS: dict[str, Drawer] = {
    "cap": hat_shapes.cap,
    "straw-hat": hat_shapes.straw_hat,
    "conical-hat": hat_shapes.conical_hat,
    "chef-hat": headgear.chef_hat,
    "crown": headgear.crown,
    "tiara": headgear.tiara,
    "wizard-hat": headgear.wizard_hat,
    "witch-hat": headgear.witch_hat,
    "helmet": headgear.helmet,
    "hard-hat": headgear.hard_hat,
    "police-cap": headgear.police_cap,
    "nurse-cap": headgear.nurse_cap,
    "pirate-hat": headgear.pirate_hat,
    "top-hat": hat_shapes.top_hat,
    "beret": hat_shapes.beret,
    "hood": hat_shapes.hood,
    "headscarf": hat_shapes.headscarf,
    "santa-hat": hat_shapes.santa_hat,
    "cowboy-hat": hat_shapes.cowboy_hat,
    "knight-helmet": headgear.knight_helmet,
    "space-helmet": headgear.space_helmet,
    "scholar-hat": headgear.scholar_hat,
    "mortarboard": headgear.mortarboard,
    "phoenix-crown": headgear.phoenix_crown,
    "bow": hat_shapes.bow,
    "beanie": hat_shapes.beanie,
}
