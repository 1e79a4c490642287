"""Hats, in the frame of a head: origin at the neck, `top` the crown of the head, `half` its half width."""

from collections.abc import Callable

from miaobi.drawing.canvas import Canvas, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle, star

GOLD: Color = (255.0, 205.0, 70.0)
RED: Color = (220.0, 60.0, 80.0)
STRAW: Color = (238.0, 202.0, 120.0)
SNOW: Color = (250.0, 250.0, 252.0)

Drawer = Callable[[Canvas, float, float, Color], None]


def draw_hat(canvas: Canvas, kind: str, color: Color, top: float, half: float) -> None:
    """Draw a hat. Raises KeyError where there is none of this kind."""
    HATS[kind](canvas, top, half, color)


def _sheen(top: float, half: float, color: Color) -> object:
    return linear(
        (-half, top - half), (half, top + half * 0.4), tint(color, 0.24), color, shade(color, 0.45)
    )


def _dome(top: float, half: float, height: float, brim: float) -> Path:
    y = top + brim
    return (
        Path()
        .move(-half, y)
        .cubic((-half, y - height * 1.25), (half, y - height * 1.25), (half, y))
        .close()
    )


def _cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    canvas.fill(_dome(top, half * 0.98, half * 0.95, half * 0.42), _sheen(top, half, color))  # type: ignore[arg-type]
    y = top + half * 0.42
    visor = (
        Path()
        .move(-half * 0.2, y)
        .cubic((half * 0.2, y - 4), (half * 1.1, y - 3), (half * 1.55, y + 4))
        .cubic((half, y + 3.5), (half * 0.3, y + 4), (-half * 0.2, y))
        .close()
    )
    canvas.fill(visor, shade(color, 0.2))
    canvas.fill(ellipse(0, top - half * 0.28, 1.8), shade(color, 0.25))


def _brimmed(
    canvas: Canvas, top: float, half: float, color: Color, wide: float, band: Color
) -> None:
    y = top + half * 0.4
    canvas.fill(ellipse(0, y, half * wide, half * 0.34), _sheen(top, half, color))  # type: ignore[arg-type]
    crown = _dome(top, half * 0.86, half * 0.95, half * 0.38)
    canvas.fill(crown, _sheen(top, half, tint(color, 0.08)))  # type: ignore[arg-type]
    with canvas.grouped(clip=crown):
        canvas.fill(rectangle(-half, y - half * 0.22, half, y + 2), band)


def _straw_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    _brimmed(canvas, top, half, STRAW, 1.75, RED)


def _conical_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.45
    cone = (
        Path()
        .move(-half * 1.7, y)
        .quad((0, top - half * 1.15), (half * 1.7, y))
        .quad((0, y + half * 0.34), (-half * 1.7, y))
        .close()
    )
    canvas.fill(cone, _sheen(top, half * 1.4, STRAW))  # type: ignore[arg-type]


def _cowboy_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.42
    brim = (
        Path()
        .move(-half * 1.8, y - 5)
        .cubic((-half, y + 7), (half, y + 7), (half * 1.8, y - 5))
        .cubic((half, y + 1), (-half, y + 1), (-half * 1.8, y - 5))
        .close()
    )
    crown = (
        Path()
        .move(-half * 0.85, y + 2)
        .cubic(
            (-half * 0.9, top - half * 0.9), (-half * 0.3, top - half * 0.75), (0, top - half * 0.5)
        )
        .cubic(
            (half * 0.3, top - half * 0.75), (half * 0.9, top - half * 0.9), (half * 0.85, y + 2)
        )
        .close()
    )
    canvas.fill(crown, _sheen(top, half, color))  # type: ignore[arg-type]
    with canvas.grouped(clip=crown):
        canvas.fill(rectangle(-half, y - 4, half, y + 3), shade(color, 0.45))
    canvas.fill(brim, _sheen(top, half, tint(color, 0.06)))  # type: ignore[arg-type]


def _pirate_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.45
    path = (
        Path()
        .move(-half * 1.5, y)
        .cubic((-half * 1.2, top - half * 0.9), (half * 1.2, top - half * 0.9), (half * 1.5, y))
        .quad((0, y - half * 0.45), (-half * 1.5, y))
        .close()
    )
    canvas.fill(path, _sheen(top, half, color))  # type: ignore[arg-type]
    canvas.stroke(
        Path().move(-half * 1.5, y).quad((0, y - half * 0.45), (half * 1.5, y)), GOLD, 1.4
    )
    canvas.fill(ellipse(0, top - half * 0.1, 4.0, 3.6), SNOW)
    canvas.fill(rectangle(-2.2, top - half * 0.1 + 2.4, 2.2, top - half * 0.1 + 5.2, 1), SNOW)
    for x in (-1.5, 1.5):
        canvas.fill(ellipse(x, top - half * 0.1, 1.0), (30.0, 26.0, 36.0))


def _wizard_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.42
    h = half * 2.0
    canvas.fill(ellipse(0, y, half * 1.5, half * 0.34), _sheen(top, half, shade(color, 0.1)))  # type: ignore[arg-type]
    cone = (
        Path()
        .move(-half * 0.92, y)
        .cubic(
            (-half * 0.6, y - h * 0.45), (-half * 0.35, y - h * 0.85), (half * 0.35, y - h * 1.12)
        )
        .cubic((half * 0.2, y - h * 0.8), (half * 0.75, y - h * 0.4), (half * 0.92, y))
        .close()
    )
    canvas.fill(cone, _sheen(top - half, half, color))  # type: ignore[arg-type]
    with canvas.grouped(clip=cone):
        canvas.fill(ellipse(0, y - 1.5, half * 1.2, half * 0.2), GOLD)
    for x, up, r in ((-0.28, 0.45, 2.3), (0.3, 0.3, 1.8), (0.05, 0.78, 1.6)):
        canvas.fill(star(half * x, y - h * up, r), GOLD)


def _witch_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.42
    h = half * 2.0
    canvas.fill(ellipse(0, y, half * 1.7, half * 0.36), _sheen(top, half, shade(color, 0.15)))  # type: ignore[arg-type]
    cone = (
        Path()
        .move(-half * 0.9, y)
        .cubic((-half * 0.5, y - h * 0.5), (-half * 0.2, y - h * 0.9), (-half * 0.65, y - h * 1.05))
        .cubic((half * 0.2, y - h * 1.1), (half * 0.6, y - h * 0.5), (half * 0.9, y))
        .close()
    )
    canvas.fill(cone, _sheen(top - half, half, color))  # type: ignore[arg-type]
    with canvas.grouped(clip=cone):
        canvas.fill(rectangle(-half, y - 6, half, y), (150.0, 90.0, 190.0))
    canvas.stroke(rectangle(-3, y - 5.8, 3, y - 0.6, 1), GOLD, 1.3)


def _crown(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y, w = top + half * 0.3, half * 0.62
    path = polygon(
        [
            (-w, y),
            (-w * 1.2, y - 11),
            (-w * 0.55, y - 6),
            (0, y - 13),
            (w * 0.55, y - 6),
            (w * 1.2, y - 11),
            (w, y),
        ]
    )
    canvas.fill(path, linear((-w, y - 12), (w, y), (255.0, 232.0, 130.0), (226.0, 150.0, 30.0)))
    canvas.fill(ellipse(0, y - 3.4, 1.7), RED)
    for x in (-w * 1.2, 0, w * 1.2):
        canvas.fill(ellipse(x, y - (13 if x == 0 else 11), 1.5), tint(GOLD, 0.4))


def _tiara(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y, w = top + half * 0.34, half * 0.7
    path = (
        Path()
        .move(-w, y)
        .quad((-w * 0.5, y - 7), (0, y - 11))
        .quad((w * 0.5, y - 7), (w, y))
        .quad((0, y - 6), (-w, y))
        .close()
    )
    canvas.fill(path, linear((-w, y - 10), (w, y), (255.0, 240.0, 170.0), (232.0, 170.0, 60.0)))
    canvas.fill(ellipse(0, y - 6.2, 1.9), color)


def _phoenix_crown(canvas: Canvas, top: float, half: float, color: Color) -> None:
    _crown(canvas, top, half, color)
    for sign in (-1, 1):  # the long pheasant feathers of opera
        path = (
            Path()
            .move(sign * half * 0.5, top - 4)
            .cubic(
                (sign * half, top - 36),
                (sign * half * 1.8, top - 40),
                (sign * half * 2.5, top - 22),
            )
        )
        canvas.stroke(path, RED, 1.8)
        canvas.stroke(path, GOLD, 0.7)


def _chef_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.35
    for x, r in ((-0.62, 0.5), (0.62, 0.5), (0, 0.62)):
        canvas.fill(
            ellipse(half * x, y - half * 0.85, half * r),
            radial((half * x - 3, y - half), half * 0.9, SNOW, SNOW, (206.0, 206.0, 222.0)),
        )
    band = rectangle(-half * 0.82, y - half * 0.75, half * 0.82, y + 1, 2)
    canvas.fill(band, linear((-half, y), (half, y), SNOW, (214.0, 214.0, 228.0)))


def _helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    dome = _dome(top, half * 1.06, half * 1.05, half * 0.5)
    canvas.fill(dome, _sheen(top, half, color))  # type: ignore[arg-type]
    y = top + half * 0.5
    canvas.fill(rectangle(-half * 1.12, y - 2.5, half * 1.12, y + 1.5, 2), shade(color, 0.3))
    canvas.stroke(Path().move(0, y - half * 0.94).line((0, y - 3)), tint(color, 0.4), 1.6)


def _hard_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    _helmet(canvas, top, half, (250.0, 190.0, 40.0))
    y = top + half * 0.5
    canvas.fill(ellipse(0, y + 0.5, half * 1.3, 3.2), (240.0, 176.0, 30.0))


def _police_cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.34
    crown = (
        Path()
        .move(-half * 0.95, y)
        .cubic((-half * 1.4, y - half * 0.9), (half * 1.4, y - half * 0.9), (half * 0.95, y))
        .close()
    )
    canvas.fill(crown, _sheen(top, half, color))  # type: ignore[arg-type]
    canvas.fill(rectangle(-half * 0.95, y - 2.5, half * 0.95, y + 2), shade(color, 0.4))
    canvas.fill(
        Path().move(-half * 0.7, y + 1).quad((0, y + half * 0.5), (half * 0.7, y + 1)).close(),
        (34.0, 32.0, 44.0),
    )
    canvas.fill(star(0, y - half * 0.3, 3.0), GOLD)


def _nurse_cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.2
    path = polygon(
        [(-half * 0.62, y), (-half * 0.74, y - 9), (half * 0.74, y - 9), (half * 0.62, y)]
    )
    canvas.fill(path, linear((0, y - 9), (0, y), SNOW, (222.0, 222.0, 232.0)))
    canvas.fill(rectangle(-1.2, y - 7.5, 1.2, y - 1.5), RED)
    canvas.fill(rectangle(-3, y - 5.7, 3, y - 3.3), RED)


def _top_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.34
    canvas.fill(ellipse(0, y, half * 1.3, half * 0.26), _sheen(top, half, color))  # type: ignore[arg-type]
    body = polygon(
        [
            (-half * 0.72, y),
            (-half * 0.8, y - half * 1.3),
            (half * 0.8, y - half * 1.3),
            (half * 0.72, y),
        ]
    )
    canvas.fill(body, linear((-half, 0), (half, 0), tint(color, 0.22), color, shade(color, 0.4)))
    canvas.fill(
        polygon(
            [
                (-half * 0.73, y - 1),
                (-half * 0.75, y - 6),
                (half * 0.75, y - 6),
                (half * 0.73, y - 1),
            ]
        ),
        RED,
    )


def _beret(canvas: Canvas, top: float, half: float, color: Color) -> None:
    with canvas.transformed(-half * 0.15, top + half * 0.2, -10):
        canvas.fill(ellipse(0, 0, half * 1.15, half * 0.42), _sheen(0, half, color))  # type: ignore[arg-type]
        canvas.stroke(Path().move(0, -half * 0.4).line((1.5, -half * 0.62)), shade(color, 0.3), 1.6)


def _hood(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 2.1
    outer = (
        Path()
        .move(-half * 1.12, y)
        .cubic(
            (-half * 1.5, top - half * 0.3), (-half * 0.4, top - half * 0.55), (0, top - half * 0.7)
        )
        .cubic((half * 0.4, top - half * 0.55), (half * 1.5, top - half * 0.3), (half * 1.12, y))
        .cubic(
            (half * 1.1, top + half * 0.2), (half * 0.5, top + half * 0.12), (0, top + half * 0.12)
        )
        .cubic((-half * 0.5, top + half * 0.12), (-half * 1.1, top + half * 0.2), (-half * 1.12, y))
        .close()
    )
    canvas.fill(outer, _sheen(top, half, color))  # type: ignore[arg-type]


def _headscarf(canvas: Canvas, top: float, half: float, color: Color) -> None:
    _hood(canvas, top + half * 0.12, half * 0.98, color)


def _santa_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.38
    path = (
        Path()
        .move(-half * 0.95, y)
        .cubic(
            (-half * 0.7, top - half * 0.9),
            (half * 0.3, top - half * 1.1),
            (half * 1.35, top - half * 0.1),
        )
        .cubic((half * 0.9, top - half * 0.3), (half * 0.95, y - 4), (half * 0.95, y))
        .close()
    )
    canvas.fill(path, _sheen(top, half, RED))  # type: ignore[arg-type]
    canvas.fill(
        rectangle(-half * 1.06, y - 3.6, half * 1.06, y + 3.4, 3.4),
        linear((0, y - 3), (0, y + 3), SNOW, (214.0, 214.0, 228.0)),
    )
    canvas.fill(ellipse(half * 1.36, top - half * 0.02, 4), SNOW)


def _knight_helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    steel = (176.0, 184.0, 202.0)
    dome = _dome(top, half * 1.08, half * 1.1, half * 0.62)
    canvas.fill(
        dome, linear((-half, top), (half, top + half), tint(steel, 0.5), steel, shade(steel, 0.45))
    )
    canvas.fill(rectangle(-1.5, top - half * 0.35, 1.5, top + half * 1.25, 1), shade(steel, 0.25))
    plume = (
        Path()
        .move(0, top - half * 0.3)
        .cubic(
            (-half * 0.2, top - half * 1.3),
            (-half * 1.4, top - half * 1.2),
            (-half * 1.5, top - half * 0.2),
        )
        .cubic(
            (-half * 1.0, top - half * 0.7), (-half * 0.5, top - half * 0.5), (0, top - half * 0.3)
        )
        .close()
    )
    canvas.fill(plume, _sheen(top, half, color))  # type: ignore[arg-type]


def _space_helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    center = top + half * 1.0
    glass = ellipse(0, center, half * 1.42, half * 1.36)
    canvas.fill(glass, (200.0, 230.0, 255.0), alpha=0.22)
    canvas.stroke(glass, (236.0, 238.0, 246.0), 2.4)
    shine = (
        Path()
        .move(-half * 1.0, center - half * 0.3)
        .quad((-half * 0.85, center - half * 0.95), (-half * 0.2, center - half * 1.12))
    )
    canvas.stroke(shine, SNOW, 2.2, alpha=0.8)


def _scholar_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.36
    canvas.fill(
        rectangle(-half * 0.82, y - half * 0.85, half * 0.82, y, 4), _sheen(top, half, color)
    )  # type: ignore[arg-type]
    canvas.fill(rectangle(-half * 0.82, y - 4, half * 0.82, y), shade(color, 0.3))
    for sign in (-1, 1):  # the wings of an official's hat
        with canvas.transformed(sign * half * 0.8, y - 5, sign * -6):
            canvas.fill(ellipse(sign * half * 0.5, 0, half * 0.52, 2.1), shade(color, 0.1))


def _mortarboard(canvas: Canvas, top: float, half: float, color: Color) -> None:
    y = top + half * 0.05
    canvas.fill(_dome(top, half * 0.85, half * 0.6, half * 0.42), shade(color, 0.2))
    canvas.fill(
        polygon([(-half * 1.35, y), (0, y - 8), (half * 1.35, y), (0, y + 8)]),
        _sheen(top, half, color),
    )  # type: ignore[arg-type]
    canvas.stroke(Path().move(0, y).line((half * 0.95, y + 2), (half * 0.95, y + 13)), GOLD, 1.1)


def _bow(canvas: Canvas, top: float, half: float, color: Color) -> None:
    with canvas.transformed(half * 0.55, top + half * 0.18, 18):
        for sign in (-1, 1):
            wing = (
                Path()
                .move(0, 0)
                .cubic((sign * 3, -7), (sign * 10, -7), (sign * 9.5, 0))
                .cubic((sign * 10, 6), (sign * 3, 6), (0, 0))
                .close()
            )
            canvas.fill(wing, radial((sign * 5, -3), 9, tint(color, 0.3), color, shade(color, 0.3)))
        canvas.fill(ellipse(0, 0, 2.2), shade(color, 0.25))


def _beanie(canvas: Canvas, top: float, half: float, color: Color) -> None:
    canvas.fill(_dome(top, half * 1.0, half * 1.05, half * 0.42), _sheen(top, half, color))  # type: ignore[arg-type]
    y = top + half * 0.42
    canvas.fill(rectangle(-half * 1.05, y - 5, half * 1.05, y + 2, 3), mix(color, SNOW, 0.35))
    canvas.fill(ellipse(0, top - half * 0.42, 4), SNOW)


HATS: dict[str, Drawer] = {
    "cap": _cap,
    "straw-hat": _straw_hat,
    "conical-hat": _conical_hat,
    "chef-hat": _chef_hat,
    "crown": _crown,
    "tiara": _tiara,
    "wizard-hat": _wizard_hat,
    "witch-hat": _witch_hat,
    "helmet": _helmet,
    "hard-hat": _hard_hat,
    "police-cap": _police_cap,
    "nurse-cap": _nurse_cap,
    "pirate-hat": _pirate_hat,
    "top-hat": _top_hat,
    "beret": _beret,
    "hood": _hood,
    "headscarf": _headscarf,
    "santa-hat": _santa_hat,
    "cowboy-hat": _cowboy_hat,
    "knight-helmet": _knight_helmet,
    "space-helmet": _space_helmet,
    "scholar-hat": _scholar_hat,
    "mortarboard": _mortarboard,
    "phoenix-crown": _phoenix_crown,
    "bow": _bow,
    "beanie": _beanie,
}
