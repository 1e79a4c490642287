"""Heads of people as vectors: face, ears, nose and hair in any color, on the units of the figure.

The head's frame has its origin at the neck; a face is HEAD_WIDTH wide and HEAD_HEIGHT high.
"""

from miaobi.actors.character import Character, Human
from miaobi.actors.face import Anchors
from miaobi.actors.pose import Pose
from miaobi.drawing.canvas import Canvas, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, smooth

HEAD_WIDTH, HEAD_HEIGHT = 40.0, 42.0
TOP = -46.0  # of the skull
EYE_Y = -21.0
# hair styles with a ball of hair behind the head: (y, half width, half height)
BALLS = {"bun": (-46.0, 8.5, 8.5), "topknot": (-49.0, 6.5, 6.5), "afro": (-32.0, 29.0, 25.0)}
WHITE_HAIR: Color = (232.0, 232.0, 240.0)


def person_anchors(character: Character, pose: Pose) -> Anchors:
    """Return the anchors of a person's face, shifted by the turn of the head."""
    human = character.human
    assert human is not None
    child = human.age == "child"
    apart = 9.4 if child else 8.8
    x, y = pose.turn * 4.2, EYE_Y + (2.5 if child else 0.0) + pose.gaze[1] * 0.5
    size = (2.5, 3.3) if child else (2.2, 2.9)
    mouth = x * 1.1, y + (11.4 if child else 12.4)
    return Anchors((x - apart, y), (x + apart, y), *size, mouth, muzzle=False)


def draw_person_head(canvas: Canvas, character: Character, pose: Pose) -> None:
    """Draw a head and the hair in front, without eyes and mouth; the canvas is at the neck."""
    human = character.human
    assert human is not None
    shift = pose.turn * 2.2
    skin = human.skin
    for sign in (-1, 1):
        x = sign * 19.4 - shift * 0.8
        canvas.fill(
            ellipse(x, -19, 4.6, 5.6),
            radial((x - 1, -21), 7, tint(skin, 0.15), skin, shade(skin, 0.3)),
        )
        canvas.fill(ellipse(x, -18.6, 2.3, 3.2), shade(skin, 0.32), alpha=0.7)
    canvas.fill(
        _face_outline(human), radial((-7, -32), 44, tint(skin, 0.32), skin, shade(skin, 0.36))
    )
    nose = pose.turn * 5.0
    canvas.fill(
        ellipse(nose, -15.6, 2.7, 2.1),
        radial((nose - 0.8, -16.6), 4, tint(skin, 0.25), shade(skin, 0.14)),
    )
    _draw_front_hair(canvas, human, shift)
    if human.age == "old":
        line = shade(skin, 0.3)
        for sign in (-1, 1):
            path = (
                Path()
                .move(sign * 4.4 + nose, -12.5)
                .quad((sign * 7.4 + nose, -10.5), (sign * 7.6 + nose, -7))
            )
            canvas.stroke(path, line, 0.7, alpha=0.6)


def _face_outline(human: Human) -> Path:
    w = HEAD_WIDTH / 2
    jaw = 13.0 if human.age != "child" else 15.5
    return (
        Path()
        .move(-w, -25)
        .cubic((-w, -40), (-11, -45), (0, -45))
        .cubic((11, -45), (w, -40), (w, -25))
        .cubic((w, -12), (jaw, -1.5), (0, -1.5))
        .cubic((-jaw, -1.5), (-w, -12), (-w, -25))
        .close()
    )


def _strands(canvas: Canvas, path: Path, color: Color) -> None:
    """Fill a shape of hair, lit from the upper left."""
    canvas.fill(path, radial((-9, -44), 42, tint(color, 0.3), color, shade(color, 0.4)))


def draw_back_hair(canvas: Canvas, human: Human, shift: float) -> None:
    """Draw the hair behind head and body; the canvas is at the neck."""
    color = shade(human.hair_color, 0.22)
    with canvas.transformed(shift, 0):
        if human.hair in BALLS:
            y, rx, ry = BALLS[human.hair]
            light = radial(
                (-rx * 0.35, y - ry * 0.4), rx * 1.4, tint(color, 0.25), color, shade(color, 0.4)
            )
            canvas.fill(ellipse(0, y, rx, ry), light)
        for path in _falling_hair(human.hair):
            _strands(canvas, path, color)


def _falling_hair(style: str) -> list[Path]:
    """Return the outlines of hair that falls behind the head; none for short hair."""
    if style == "long":
        path = Path().move(-22, -30).cubic((-28, -10), (-27, 8), (-21, 14)).quad((0, 9), (21, 14))
        return [path.cubic((27, 8), (28, -10), (22, -30)).close()]
    if style == "bob":
        path = Path().move(-22.5, -30).cubic((-27, -14), (-25, -4), (-19, -1)).line((19, -1))
        return [path.cubic((25, -4), (27, -14), (22.5, -30)).close()]
    if style in ("ponytail", "braid"):
        path = Path().move(6, -42).cubic((30, -46), (36, -24), (27, -2))
        return [path.cubic((26, -16), (22, -26), (8, -30)).close()]
    if style == "pigtails":
        return [
            Path()
            .move(sign * 18, -30)
            .cubic((sign * 36, -36), (sign * 36, -10), (sign * 25, -1))
            .cubic((sign * 27, -14), (sign * 24, -22), (sign * 17, -22))
            .close()
            for sign in (-1, 1)
        ]
    return []


def _draw_front_hair(canvas: Canvas, human: Human, shift: float) -> None:
    color, style = human.hair_color, human.hair
    if style == "bald":
        return
    with canvas.transformed(shift * 0.5, 0):
        if style == "receding":
            for sign in (-1, 1):
                path = (
                    Path()
                    .move(sign * 21, -14)
                    .cubic((sign * 25, -26), (sign * 21, -36), (sign * 15, -38))
                    .cubic((sign * 18, -30), (sign * 18, -22), (sign * 18, -15))
                    .close()
                )
                _strands(canvas, path, color)
            return
        if style in ("curly", "afro"):
            _draw_curls(canvas, color)
            return
        _strands(canvas, _fringe(style), color)
        if style in ("pigtails", "ponytail", "braid"):
            band = mix(color, (230.0, 70.0, 110.0), 0.9)
            for x in (-19, 19) if style == "pigtails" else (16,):
                canvas.fill(ellipse(x, -30 if style == "pigtails" else -39, 2.6), band)


def _draw_curls(canvas: Canvas, color: Color) -> None:
    spots = [
        (-19, -24, 6),
        (-20, -33, 7),
        (-14, -41, 7.5),
        (-4, -45, 8),
        (7, -45, 8),
        (16, -40, 7.5),
        (20, -32, 7),
        (19.5, -24, 6),
        (-9, -37, 6),
        (2, -39, 6),
        (11, -36, 6),
    ]
    for x, y, r in spots:
        canvas.fill(
            ellipse(x, y, r),
            radial(
                (x - r * 0.3, y - r * 0.4), r * 1.5, tint(color, 0.22), color, shade(color, 0.35)
            ),
        )


def _fringe(style: str) -> Path:
    """Return the hair over the forehead."""
    outer = [(-21.5, -17), (-24, -30), (-18, -44), (0, -50), (18, -44), (24, -30), (21.5, -17)]
    if style == "spiky":
        spikes = [
            (-22, -16),
            (-27, -32),
            (-21, -34),
            (-22, -48),
            (-12, -43),
            (-6, -55),
            (2, -45),
            (11, -54),
            (14, -43),
            (23, -46),
            (21, -33),
            (27, -30),
            (22, -16),
            (17, -30),
            (8, -33),
            (2, -29),
            (-6, -34),
            (-14, -29),
        ]
        return smooth([(float(x), float(y)) for x, y in spikes], closed=True)
    inner = {
        "short": [(18.5, -22), (15, -33), (5, -36), (-6, -36), (-15, -33), (-18.5, -22)],
        "side": [(18.5, -20), (17, -32), (4, -29), (-8, -34), (-15, -30), (-18.5, -20)],
        "bob": [(18.5, -14), (18, -29), (9, -32), (0, -31), (-9, -32), (-18, -29), (-18.5, -14)],
    }.get(style, [(18.5, -18), (16, -30), (6, -36), (0, -39), (-6, -36), (-16, -30), (-18.5, -18)])
    return smooth([(float(x), float(y)) for x, y in [*outer, *inner]], closed=True)


SKINS: tuple[Color, ...] = (
    (255.0, 222.0, 196.0),
    (246.0, 204.0, 168.0),
    (232.0, 184.0, 142.0),
    (208.0, 152.0, 108.0),
    (164.0, 110.0, 74.0),
    (112.0, 72.0, 50.0),
)
HAIR_COLORS: dict[str, Color] = {
    "black": (44.0, 36.0, 46.0),
    "brown": (104.0, 66.0, 44.0),
    "chestnut": (140.0, 78.0, 46.0),
    "blond": (240.0, 196.0, 96.0),
    "red": (206.0, 92.0, 44.0),
    "gray": (150.0, 150.0, 160.0),
    "white": WHITE_HAIR,
}
