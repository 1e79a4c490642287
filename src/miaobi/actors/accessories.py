"""Things worn besides clothes: cape, scarf, backpack, glasses and beards."""

from miaobi.actors.face import Anchors
from miaobi.drawing.canvas import Canvas, linear, radial
from miaobi.drawing.color import WHITE, Color, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle


def draw_cape(canvas: Canvas, color: Color, wind: float) -> None:
    """Draw a cape behind the body; the canvas is at the hip."""
    path = (
        Path()
        .move(-8, -25)
        .cubic((-16 - wind, -10), (-20 - wind * 2, 8), (-19 - wind * 2.4, 17))
        .quad((-4 - wind, 22), (13 - wind, 17))
        .cubic((14, 4), (11, -14), (8, -25))
        .close()
    )
    canvas.fill(path, linear((-12, -24), (10, 18), tint(color, 0.1), color, shade(color, 0.5)))


def draw_backpack(canvas: Canvas, color: Color, front: bool) -> None:
    """Draw a backpack behind the body, or its straps in front; the canvas is at the hip."""
    if front:
        for sign in (-1, 1):
            strap = Path().move(sign * 6, -27).quad((sign * 9.5, -16), (sign * 8.5, -6))
            canvas.stroke(strap, shade(color, 0.15), 2.4)
        return
    bag = rectangle(-20, -25, -3, -2, 6)
    canvas.fill(bag, linear((-20, -25), (-6, -2), tint(color, 0.15), shade(color, 0.45)))
    canvas.fill(rectangle(-20.5, -13, -9, -5, 3), shade(color, 0.2))


def draw_scarf(canvas: Canvas, color: Color, girth: float, wind: float) -> None:
    """Draw a scarf; the canvas is at the neck."""
    end = (
        Path()
        .move(-5, 0)
        .cubic((-13, 2), (-14, 6 + wind * 0.4), (-21, 8 + wind))
        .line((-19, 14 + wind))
        .cubic((-12, 11 + wind * 0.4), (-9, 8), (-1, 5))
        .close()
    )
    canvas.fill(end, linear((-20, 0), (0, 12), shade(color, 0.1), shade(color, 0.35)))
    ring = rectangle(-12.5 * girth, -3.6, 12.5 * girth, 3.9, 3.8)
    canvas.fill(ring, linear((-8, -4), (8, 6), tint(color, 0.18), shade(color, 0.36)))
    for x in (-6, 0, 6):
        canvas.stroke(
            Path().move(x - 1, -2.4).line((x + 0.8, 2.8)), shade(color, 0.3), 0.8, alpha=0.5
        )


def draw_necktie(canvas: Canvas, color: Color) -> None:
    """Draw a tie or bow tie; the canvas is at the neck."""
    canvas.fill(
        polygon([(-2, 2), (2, 2), (2.6, 14), (0, 18), (-2.6, 14)]),
        linear((-2, 2), (2, 18), tint(color, 0.2), shade(color, 0.3)),
    )


def draw_glasses(canvas: Canvas, color: Color, anchors: Anchors, dark: bool = False) -> None:
    """Draw glasses or sunglasses on the anchors of a face."""
    d = anchors.distance
    r = d * 0.36
    for x, y in (anchors.left, anchors.right):
        lens = ellipse(x, y, r)
        canvas.fill(lens, (24.0, 22.0, 34.0) if dark else WHITE, alpha=0.92 if dark else 0.18)
        canvas.stroke(lens, color, d * 0.055)
        shine = Path().move(x - r * 0.5, y - r * 0.1).line((x - r * 0.05, y - r * 0.55))
        canvas.stroke(shine, WHITE, d * 0.05, alpha=0.65)
    bridge = (
        Path()
        .move(anchors.left[0] + r, anchors.left[1])
        .line((anchors.right[0] - r, anchors.right[1]))
    )
    canvas.stroke(bridge, color, d * 0.055)


def draw_beard(canvas: Canvas, color: Color, anchors: Anchors, long: bool) -> None:
    """Draw a beard below the mouth's corners, short or long."""
    d = anchors.distance
    x = (anchors.left[0] + anchors.right[0]) / 2
    y = anchors.left[1] + d * 0.42
    chin = y + d * (2.0 if long else 0.95)
    path = (
        Path()
        .move(x - d * 0.98, y)
        .cubic((x - d * 1.1, chin - d * 0.5), (x - d * 0.6, chin - d * 0.1), (x, chin))
        .cubic((x + d * 0.6, chin - d * 0.1), (x + d * 1.1, chin - d * 0.5), (x + d * 0.98, y))
        .cubic((x + d * 0.75, y + d * 0.36), (x + d * 0.45, y + d * 0.3), (x, y + d * 0.26))
        .cubic((x - d * 0.45, y + d * 0.3), (x - d * 0.75, y + d * 0.36), (x - d * 0.98, y))
        .close()
    )
    canvas.fill(
        path, radial((x - d * 0.4, y), d * 2.4, tint(color, 0.35), color, shade(color, 0.3))
    )


def draw_mustache(canvas: Canvas, color: Color, anchors: Anchors) -> None:
    """Draw a mustache above the mouth."""
    d = anchors.distance
    x, y = anchors.mouth[0], anchors.mouth[1] - d * 0.12
    for sign in (-1, 1):
        half = (
            Path()
            .move(x, y - d * 0.06)
            .cubic(
                (x + sign * d * 0.2, y - d * 0.2),
                (x + sign * d * 0.46, y - d * 0.06),
                (x + sign * d * 0.56, y + d * 0.12),
            )
            .cubic(
                (x + sign * d * 0.3, y + d * 0.13),
                (x + sign * d * 0.1, y + d * 0.13),
                (x, y - d * 0.06),
            )
            .close()
        )
        canvas.fill(half, color)


def draw_eyepatch(canvas: Canvas, color: Color, anchors: Anchors) -> None:
    """Draw a patch over one eye with its band."""
    d = anchors.distance
    x, y = anchors.right
    band = Path().move(x - d * 1.75, y - d * 0.7).line((x + d * 0.62, y + d * 0.1))
    canvas.stroke(band, color, d * 0.07)
    canvas.fill(ellipse(x, y, d * 0.3, d * 0.32), color)


def draw_mask(canvas: Canvas, color: Color, anchors: Anchors) -> None:
    """Draw a mask around the eyes."""
    d = anchors.distance
    x, y = (anchors.left[0] + anchors.right[0]) / 2, anchors.left[1]
    path = rectangle(x - d * 1.0, y - d * 0.34, x + d * 1.0, y + d * 0.34, d * 0.34)
    canvas.fill(path, color)
    for eye_x, eye_y in (anchors.left, anchors.right):
        canvas.fill(ellipse(eye_x, eye_y, d * 0.26, d * 0.22), WHITE)
