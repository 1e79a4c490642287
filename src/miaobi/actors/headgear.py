"""Crowns, helmets and the hats of trades, in the frame of hat_shapes.py."""

from miaobi.actors.hat_shapes import GOLD, RED, SNOW, dome, sheen
from miaobi.drawing.canvas import Canvas, linear, radial
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle, star


def pirate_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a pirate hat."""
    y = top + half * 0.45
    path = (
        Path()
        .move(-half * 1.5, y)
        .cubic((-half * 1.2, top - half * 0.9), (half * 1.2, top - half * 0.9), (half * 1.5, y))
        .quad((0, y - half * 0.45), (-half * 1.5, y))
        .close()
    )
    canvas.fill(path, sheen(top, half, color))
    canvas.stroke(
        Path().move(-half * 1.5, y).quad((0, y - half * 0.45), (half * 1.5, y)), GOLD, 1.4
    )
    canvas.fill(ellipse(0, top - half * 0.1, 4.0, 3.6), SNOW)
    canvas.fill(rectangle(-2.2, top - half * 0.1 + 2.4, 2.2, top - half * 0.1 + 5.2, 1), SNOW)
    for x in (-1.5, 1.5):
        canvas.fill(ellipse(x, top - half * 0.1, 1.0), (30.0, 26.0, 36.0))


def wizard_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a wizard hat."""
    y = top + half * 0.42
    h = half * 2.0
    canvas.fill(ellipse(0, y, half * 1.5, half * 0.34), sheen(top, half, shade(color, 0.1)))
    cone = (
        Path()
        .move(-half * 0.92, y)
        .cubic(
            (-half * 0.6, y - h * 0.45), (-half * 0.35, y - h * 0.85), (half * 0.35, y - h * 1.12)
        )
        .cubic((half * 0.2, y - h * 0.8), (half * 0.75, y - h * 0.4), (half * 0.92, y))
        .close()
    )
    canvas.fill(cone, sheen(top - half, half, color))
    with canvas.grouped(clip=cone):
        canvas.fill(ellipse(0, y - 1.5, half * 1.2, half * 0.2), GOLD)
    for x, up, r in ((-0.28, 0.45, 2.3), (0.3, 0.3, 1.8), (0.05, 0.78, 1.6)):
        canvas.fill(star(half * x, y - h * up, r), GOLD)


def witch_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a witch hat."""
    y = top + half * 0.42
    h = half * 2.0
    canvas.fill(ellipse(0, y, half * 1.7, half * 0.36), sheen(top, half, shade(color, 0.15)))
    cone = (
        Path()
        .move(-half * 0.9, y)
        .cubic((-half * 0.5, y - h * 0.5), (-half * 0.2, y - h * 0.9), (-half * 0.65, y - h * 1.05))
        .cubic((half * 0.2, y - h * 1.1), (half * 0.6, y - h * 0.5), (half * 0.9, y))
        .close()
    )
    canvas.fill(cone, sheen(top - half, half, color))
    with canvas.grouped(clip=cone):
        canvas.fill(rectangle(-half, y - 6, half, y), (150.0, 90.0, 190.0))
    canvas.stroke(rectangle(-3, y - 5.8, 3, y - 0.6, 1), GOLD, 1.3)


def crown(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a crown."""
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


def tiara(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a tiara."""
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


def phoenix_crown(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a phoenix crown."""
    crown(canvas, top, half, color)
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


def chef_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a chef hat."""
    y = top + half * 0.35
    for x, r in ((-0.62, 0.5), (0.62, 0.5), (0, 0.62)):
        canvas.fill(
            ellipse(half * x, y - half * 0.85, half * r),
            radial((half * x - 3, y - half), half * 0.9, SNOW, SNOW, (206.0, 206.0, 222.0)),
        )
    band = rectangle(-half * 0.82, y - half * 0.75, half * 0.82, y + 1, 2)
    canvas.fill(band, linear((-half, y), (half, y), SNOW, (214.0, 214.0, 228.0)))


def helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a helmet."""
    shell = dome(top, half * 1.06, half * 1.05, half * 0.5)
    canvas.fill(shell, sheen(top, half, color))
    y = top + half * 0.5
    canvas.fill(rectangle(-half * 1.12, y - 2.5, half * 1.12, y + 1.5, 2), shade(color, 0.3))
    canvas.stroke(Path().move(0, y - half * 0.94).line((0, y - 3)), tint(color, 0.4), 1.6)


def hard_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a hard hat."""
    helmet(canvas, top, half, (250.0, 190.0, 40.0))
    y = top + half * 0.5
    canvas.fill(ellipse(0, y + 0.5, half * 1.3, 3.2), (240.0, 176.0, 30.0))


def police_cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a police cap."""
    y = top + half * 0.34
    crown = (
        Path()
        .move(-half * 0.95, y)
        .cubic((-half * 1.4, y - half * 0.9), (half * 1.4, y - half * 0.9), (half * 0.95, y))
        .close()
    )
    canvas.fill(crown, sheen(top, half, color))
    canvas.fill(rectangle(-half * 0.95, y - 2.5, half * 0.95, y + 2), shade(color, 0.4))
    canvas.fill(
        Path().move(-half * 0.7, y + 1).quad((0, y + half * 0.5), (half * 0.7, y + 1)).close(),
        (34.0, 32.0, 44.0),
    )
    canvas.fill(star(0, y - half * 0.3, 3.0), GOLD)


def nurse_cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a nurse cap."""
    y = top + half * 0.2
    path = polygon(
        [(-half * 0.62, y), (-half * 0.74, y - 9), (half * 0.74, y - 9), (half * 0.62, y)]
    )
    canvas.fill(path, linear((0, y - 9), (0, y), SNOW, (222.0, 222.0, 232.0)))
    canvas.fill(rectangle(-1.2, y - 7.5, 1.2, y - 1.5), RED)
    canvas.fill(rectangle(-3, y - 5.7, 3, y - 3.3), RED)


def knight_helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a knight helmet."""
    steel = (176.0, 184.0, 202.0)
    shell = dome(top, half * 1.08, half * 1.1, half * 0.62)
    canvas.fill(
        shell, linear((-half, top), (half, top + half), tint(steel, 0.5), steel, shade(steel, 0.45))
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
    canvas.fill(plume, sheen(top, half, color))


def space_helmet(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a space helmet."""
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


def scholar_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a scholar hat."""
    y = top + half * 0.36
    canvas.fill(
        rectangle(-half * 0.82, y - half * 0.85, half * 0.82, y, 4), sheen(top, half, color)
    )
    canvas.fill(rectangle(-half * 0.82, y - 4, half * 0.82, y), shade(color, 0.3))
    for sign in (-1, 1):  # the wings of an official's hat
        with canvas.transformed(sign * half * 0.8, y - 5, sign * -6):
            canvas.fill(ellipse(sign * half * 0.5, 0, half * 0.52, 2.1), shade(color, 0.1))


def mortarboard(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a mortarboard."""
    y = top + half * 0.05
    canvas.fill(dome(top, half * 0.85, half * 0.6, half * 0.42), shade(color, 0.2))
    canvas.fill(
        polygon([(-half * 1.35, y), (0, y - 8), (half * 1.35, y), (0, y + 8)]),
        sheen(top, half, color),
    )
    canvas.stroke(Path().move(0, y).line((half * 0.95, y + 2), (half * 0.95, y + 13)), GOLD, 1.1)
