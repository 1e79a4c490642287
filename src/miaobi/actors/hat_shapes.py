"""Everyday hats, and the shapes of all hats; `top`: crown of the head, `half`: its half width."""

from miaobi.drawing.canvas import Canvas, LinearGradient, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle

GOLD: Color = (255.0, 205.0, 70.0)
RED: Color = (220.0, 60.0, 80.0)
STRAW: Color = (238.0, 202.0, 120.0)
SNOW: Color = (250.0, 250.0, 252.0)


def sheen(top: float, half: float, color: Color) -> LinearGradient:
    """Return the shading of a hat, lit from the upper left."""
    return linear(
        (-half, top - half), (half, top + half * 0.4), tint(color, 0.24), color, shade(color, 0.45)
    )


def dome(top: float, half: float, height: float, brim: float) -> Path:
    """Return the outline of a crown `height` high that ends `brim` below the top of the head."""
    y = top + brim
    return (
        Path()
        .move(-half, y)
        .cubic((-half, y - height * 1.25), (half, y - height * 1.25), (half, y))
        .close()
    )


def brimmed(
    canvas: Canvas, top: float, half: float, color: Color, wide: float, band: Color
) -> None:
    """Draw a hat with a brim `wide` times the head and a band."""
    y = top + half * 0.4
    canvas.fill(ellipse(0, y, half * wide, half * 0.34), sheen(top, half, color))
    crown = dome(top, half * 0.86, half * 0.95, half * 0.38)
    canvas.fill(crown, sheen(top, half, tint(color, 0.08)))
    with canvas.grouped(clip=crown):
        canvas.fill(rectangle(-half, y - half * 0.22, half, y + 2), band)


def cap(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a cap."""
    canvas.fill(dome(top, half * 0.98, half * 0.95, half * 0.42), sheen(top, half, color))
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


def straw_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a straw hat."""
    brimmed(canvas, top, half, STRAW, 1.75, RED)


def conical_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a conical hat."""
    y = top + half * 0.45
    cone = (
        Path()
        .move(-half * 1.7, y)
        .quad((0, top - half * 1.15), (half * 1.7, y))
        .quad((0, y + half * 0.34), (-half * 1.7, y))
        .close()
    )
    canvas.fill(cone, sheen(top, half * 1.4, STRAW))


def cowboy_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a cowboy hat."""
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
    canvas.fill(crown, sheen(top, half, color))
    with canvas.grouped(clip=crown):
        canvas.fill(rectangle(-half, y - 4, half, y + 3), shade(color, 0.45))
    canvas.fill(brim, sheen(top, half, tint(color, 0.06)))


def beret(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a beret."""
    with canvas.transformed(-half * 0.15, top + half * 0.2, -10):
        canvas.fill(ellipse(0, 0, half * 1.15, half * 0.42), sheen(0, half, color))
        canvas.stroke(Path().move(0, -half * 0.4).line((1.5, -half * 0.62)), shade(color, 0.3), 1.6)


def hood(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a hood."""
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
    canvas.fill(outer, sheen(top, half, color))


def headscarf(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a headscarf."""
    hood(canvas, top + half * 0.12, half * 0.98, color)


def santa_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a santa hat."""
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
    canvas.fill(path, sheen(top, half, RED))
    canvas.fill(
        rectangle(-half * 1.06, y - 3.6, half * 1.06, y + 3.4, 3.4),
        linear((0, y - 3), (0, y + 3), SNOW, (214.0, 214.0, 228.0)),
    )
    canvas.fill(ellipse(half * 1.36, top - half * 0.02, 4), SNOW)


def bow(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a bow."""
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


def beanie(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a beanie."""
    canvas.fill(dome(top, half * 1.0, half * 1.05, half * 0.42), sheen(top, half, color))
    y = top + half * 0.42
    canvas.fill(rectangle(-half * 1.05, y - 5, half * 1.05, y + 2, 3), mix(color, SNOW, 0.35))
    canvas.fill(ellipse(0, top - half * 0.42, 4), SNOW)


def top_hat(canvas: Canvas, top: float, half: float, color: Color) -> None:
    """Draw a top hat."""
    y = top + half * 0.34
    canvas.fill(ellipse(0, y, half * 1.3, half * 0.26), sheen(top, half, color))
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
