"""Clothes of the body, drawn over the torso in its frame; the table of garments."""

from collections.abc import Callable

from miaobi.actors.character import Character
from miaobi.actors.pose import Pose
from miaobi.drawing.canvas import Canvas, linear
from miaobi.drawing.color import WHITE, Color, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle

Drawer = Callable[[Canvas, Color, float, float], None]  # canvas at the hip, color, girth, shift

GOLD: Color = (255.0, 205.0, 70.0)
STEEL: Color = (176.0, 184.0, 202.0)


def draw_clothes(canvas: Canvas, character: Character, pose: Pose) -> None:
    """Draw what the torso wears over its color; the canvas is at the hip and leaned."""
    for garment in character.clothes:
        drawer = CLOTHES.get(garment.kind)
        if drawer:
            drawer(canvas, garment.color, character.girth, 3.6 * pose.turn)


def _skirt_of(color: Color, length: float, flare: float, girth: float) -> tuple[Path, object]:
    top = 9.4 * girth
    path = (
        Path()
        .move(-top, -18)
        .cubic((-top - 1, -8), (-flare + 1, length - 12), (-flare, length))
        .quad((0, length + 4), (flare, length))
        .cubic((flare - 1, length - 12), (top + 1, -8), (top, -18))
        .close()
    )
    return path, linear((-10, -20), (12, length), tint(color, 0.2), color, shade(color, 0.42))


def _dress(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path, paint = _skirt_of(color, 11, 18, girth)
    canvas.fill(path, paint)  # type: ignore[arg-type]
    canvas.stroke(
        Path().move(-11 * girth, -5).quad((shift, -2), (11 * girth, -5)), shade(color, 0.3), 1.6
    )


def _skirt(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path = (
        Path()
        .move(-12 * girth, -5)
        .quad((-16, 4), (-17, 9))
        .quad((0, 13), (17, 9))
        .quad((16, 4), (12 * girth, -5))
        .close()
    )
    canvas.fill(path, linear((-10, -6), (10, 10), tint(color, 0.2), color, shade(color, 0.4)))


def _robe(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path, paint = _skirt_of(color, 16, 16, girth)
    canvas.fill(path, paint)  # type: ignore[arg-type]
    canvas.stroke(Path().move(shift, -24).line((shift, 17)), shade(color, 0.4), 1.0, alpha=0.7)
    _belt(canvas, shade(color, 0.45), girth, shift)


def _hanfu(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path, paint = _skirt_of(color, 16, 17, girth)
    canvas.fill(path, paint)  # type: ignore[arg-type]
    collar = tint(color, 0.75)
    canvas.stroke(Path().move(-6 + shift, -26).quad((shift, -14), (6 + shift, -8)), collar, 2.6)
    canvas.stroke(
        Path().move(6 + shift, -26).quad((2 + shift, -18), (-2 + shift, -13)), collar, 2.6
    )
    sash = rectangle(-12.5 * girth, -8, 12.5 * girth, -2, 2)
    canvas.fill(sash, linear((-10, -8), (10, -2), tint(GOLD, 0.2), shade(GOLD, 0.3)))


def _coat(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path, paint = _skirt_of(color, 9, 14.5, girth)
    canvas.fill(path, paint)  # type: ignore[arg-type]
    canvas.stroke(Path().move(shift, -24).line((shift, 10)), shade(color, 0.35), 0.9)
    for sign in (-1, 1):
        lapel = polygon([(shift, -15), (shift + sign * 7, -27), (shift + sign * 8.5, -17)])
        canvas.fill(lapel, tint(color, 0.22))
    for y in (-10, -4, 2):
        canvas.fill(ellipse(shift + 2.4, y, 0.9), shade(color, 0.5))


def _suit(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    canvas.fill(polygon([(shift - 5, -27), (shift + 5, -27), (shift, -8)]), WHITE)
    for sign in (-1, 1):
        lapel = polygon([(shift, -7), (shift + sign * 6, -28), (shift + sign * 8.6, -19)])
        canvas.fill(lapel, shade(color, 0.16))
    canvas.fill(
        polygon(
            [
                (shift - 1.4, -24),
                (shift + 1.4, -24),
                (shift + 1.1, -12),
                (shift, -9),
                (shift - 1.1, -12),
            ]
        ),
        (200.0, 50.0, 70.0),
    )
    canvas.fill(ellipse(shift, -3, 0.9), shade(color, 0.5))


def _shirt(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    for sign in (-1, 1):
        canvas.fill(
            polygon([(shift, -22), (shift + sign * 5.4, -26), (shift + sign * 5, -20)]),
            tint(color, 0.35),
        )
    for y in (-17, -11, -5):
        canvas.fill(ellipse(shift, y, 0.9), tint(color, 0.6))


def _sweater(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    for y in (-15, -9):
        canvas.stroke(
            Path().move(-12 * girth, y).quad((shift, y + 3), (12 * girth, y)),
            tint(color, 0.55),
            1.6,
        )
    canvas.stroke(
        Path().move(-12.5 * girth, 3).quad((0, 6), (12.5 * girth, 3)), shade(color, 0.25), 2.4
    )


def _apron(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    path = (
        Path()
        .move(shift - 6, -24)
        .line((shift + 6, -24), (shift + 7, -11), (shift + 11, -9), (shift + 12, 8))
        .quad((shift, 12), (shift - 12, 8))
        .line((shift - 11, -9), (shift - 7, -11))
        .close()
    )
    canvas.fill(path, linear((-8, -24), (8, 10), tint(color, 0.4), color, shade(color, 0.16)))
    canvas.stroke(rectangle(shift - 5, -4, shift + 5, 3, 1.5), shade(color, 0.28), 0.8)


def _overalls(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    canvas.fill(
        rectangle(-12 * girth, -6, 12 * girth, 7, 4),
        linear((-8, -6), (8, 8), tint(color, 0.15), shade(color, 0.35)),
    )
    canvas.fill(
        rectangle(shift - 7, -17, shift + 7, -4, 2),
        linear((-8, -17), (8, 0), tint(color, 0.2), color, shade(color, 0.2)),
    )
    for sign in (-1, 1):
        canvas.stroke(
            Path().move(shift + sign * 5.5, -16).line((shift + sign * 7.5, -27)),
            shade(color, 0.1),
            2.4,
        )
        canvas.fill(ellipse(shift + sign * 5.5, -15.5, 1.2), GOLD)


def _lab_coat(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    canvas.fill(polygon([(shift - 5, -27), (shift + 5, -27), (shift, -12)]), (120.0, 180.0, 220.0))
    _coat(canvas, color, girth, shift)
    canvas.stroke(rectangle(shift + 4, -14, shift + 9, -9, 0.8), shade(color, 0.3), 0.7)


def _uniform(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    _shirt(canvas, color, girth, shift)
    _belt(canvas, shade(color, 0.6), girth, shift)
    canvas.fill(ellipse(shift - 5, -15, 1.7), GOLD)
    for sign in (-1, 1):
        canvas.fill(rectangle(sign * 8 * girth - 2.6, -26, sign * 8 * girth + 2.6, -23.6, 1), GOLD)


def _armor(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    plate = (
        Path()
        .move(-10 * girth, -23)
        .quad((0, -28), (10 * girth, -23))
        .quad((13 * girth, -10), (8, -2))
        .quad((0, 3), (-8, -2))
        .quad((-13 * girth, -10), (-10 * girth, -23))
        .close()
    )
    canvas.fill(plate, linear((-9, -24), (9, 0), tint(STEEL, 0.6), STEEL, shade(STEEL, 0.45)))
    canvas.stroke(Path().move(shift, -25).line((shift, 0)), shade(STEEL, 0.4), 0.9)
    for y in (3, 7):
        canvas.stroke(Path().move(-12 * girth, y).quad((0, y + 4), (12 * girth, y)), STEEL, 2.6)
    canvas.fill(polygon([(shift, -19), (shift + 4, -15), (shift, -9), (shift - 4, -15)]), color)


def _swimsuit(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    for sign in (-1, 1):
        canvas.stroke(Path().move(shift + sign * 4, -16).line((shift + sign * 6, -27)), color, 2.0)


def _spacesuit(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    canvas.fill(rectangle(shift - 7, -17, shift + 7, -7, 2.5), (196.0, 204.0, 220.0))
    for x, light in (
        (-4, (240.0, 80.0, 80.0)),
        (0, (250.0, 200.0, 70.0)),
        (4, (80.0, 190.0, 250.0)),
    ):
        canvas.fill(ellipse(shift + x, -12, 1.4), light)
    canvas.stroke(
        Path().move(-12 * girth, 2).quad((0, 5), (12 * girth, 2)), (90.0, 140.0, 220.0), 2.2
    )


def _vest(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    for sign in (-1, 1):
        side = (
            Path()
            .move(shift + sign * 1.5, 5)
            .line((shift + sign * 1.5, -16), (shift + sign * 6, -27))
            .quad((sign * 15 * girth, -12), (sign * 12.5 * girth, 4))
            .close()
        )
        canvas.fill(side, linear((-10, -26), (10, 6), tint(color, 0.2), shade(color, 0.3)))


def _belt(canvas: Canvas, color: Color, girth: float, shift: float) -> None:
    canvas.stroke(Path().move(-12.6 * girth, -2).quad((shift, 1.5), (12.6 * girth, -2)), color, 2.8)
    canvas.stroke(rectangle(shift - 2.2, -2.4, shift + 2.2, 1.8, 0.8), GOLD, 1.0)


CLOTHES: dict[str, Drawer] = {
    "dress": _dress,
    "skirt": _skirt,
    "robe": _robe,
    "hanfu": _hanfu,
    "coat": _coat,
    "suit": _suit,
    "shirt": _shirt,
    "sweater": _sweater,
    "apron": _apron,
    "overalls": _overalls,
    "lab-coat": _lab_coat,
    "uniform": _uniform,
    "armor": _armor,
    "swimsuit": _swimsuit,
    "spacesuit": _spacesuit,
    "vest": _vest,
    "belt": _belt,
}
