"""Body of a figure on two legs: tail, limbs and torso, shaded without blur by nested strokes."""

from miaobi.actors.character import Character
from miaobi.actors.pose import Pose
from miaobi.actors.skeleton import Limb, Skeleton
from miaobi.drawing.canvas import Canvas, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle

LIMB_WIDTH = 7.4
TORSO_TOP, TORSO_HIP, TORSO_WIDTH = 8.6, 13.2, 46.0
HAND, FOOT = 4.2, 4.4
SHADOW: Color = (60.0, 10.0, 50.0)  # of the head on the chest
METAL: Color = (180.0, 172.0, 200.0)
JOINT: Color = (90.0, 88.0, 120.0)


def draw_tube(
    canvas: Canvas, limb: Limb, width: float, color: Color, straight: bool = False
) -> None:
    """Draw a limb as a tube lit from the upper left: five strokes, each narrower and lighter."""
    (ax, ay), (bx, by), (cx, cy) = limb
    path = Path().move(ax, ay)
    if straight:
        path.line((bx, by), (cx, cy))
    else:
        first = ax + (bx - ax) * 0.75, ay + (by - ay) * 0.75
        second = bx + (cx - bx) * 0.25, by + (cy - by) * 0.25
        path.cubic(first, second, (cx, cy))
    dark = shade(color, 0.36)
    canvas.stroke(path, dark, width)
    for q in (0.33, 0.67, 1.0):
        with canvas.transformed(-width * 0.11 * q, -width * 0.08 * q):
            canvas.stroke(path, mix(dark, color, q), width * (1 - 0.36 * q))
    with canvas.transformed(-width * 0.19, -width * 0.11):
        canvas.stroke(path, tint(color, 0.3), width * 0.2, alpha=0.45)


def draw_ball(
    canvas: Canvas, x: float, y: float, rx: float, ry: float, color: Color, degrees: float = 0.0
) -> None:
    """Draw an ellipse lit from the upper left: hands, shoes, noses."""
    with canvas.transformed(x, y, degrees):
        paint = radial(
            (-rx * 0.35, -ry * 0.45),
            max(rx, ry) * 1.75,
            tint(color, 0.28),
            color,
            shade(color, 0.42),
        )
        canvas.fill(ellipse(0, 0, rx, ry), paint)


def draw_leg(
    canvas: Canvas, character: Character, pose: Pose, limb: Limb, foot: float, side: int
) -> None:
    """Draw a leg with its trousers and shoe."""
    width = LIMB_WIDTH * character.girth * 1.12
    draw_tube(canvas, limb, width, _leg_color(character), character.machine)
    bare = character.wears("shorts") is not None or character.wears("skirt") is not None
    if bare and character.human:
        draw_tube(canvas, limb, width * 0.92, character.fur)
        draw_tube(canvas, (limb[0], _along(limb), limb[1]), width, _leg_color(character))
    x, y = limb[2]
    shoe = _shoe_color(character)
    if pose.posture == "sit":
        draw_ball(canvas, x, y - 0.7, 4.6, 5.7, shoe)
        sole = tint(shoe, 0.35) if sum(shoe) > 250 else (190.0, 140.0, 150.0)
        canvas.fill(ellipse(x, y - 0.5, 2.4, 2.5), sole, alpha=0.6)
    elif abs(pose.turn) > 0.25:
        with canvas.transformed(x, y, foot):
            draw_ball(canvas, 1.7, 0.5, 6.9, 3.9, shoe)
    else:
        with canvas.transformed(x, y, foot):
            draw_ball(canvas, 1.2 * side, 0.4, 6.0, 4.0, shoe)


def draw_arm(canvas: Canvas, character: Character, limb: Limb) -> None:
    """Draw an arm with its sleeve and hand."""
    width = LIMB_WIDTH * character.girth * 0.98
    sleeve = _sleeve_color(character)
    bare = character.wears("t-shirt") or character.wears("vest") or character.wears("swimsuit")
    if character.human and bare:
        draw_tube(canvas, limb, width * 0.88, character.fur)
        if not character.wears("swimsuit"):
            draw_tube(canvas, (limb[0], _along(limb), limb[1]), width, sleeve)
    else:
        draw_tube(canvas, limb, width, sleeve, character.machine)
    draw_hand(canvas, character, limb)


def draw_hand(canvas: Canvas, character: Character, limb: Limb) -> None:
    """Draw the hand at the end of an arm."""
    x, y = limb[2]
    gloves = character.wears("gloves")
    color = gloves or _hand_color(character)
    draw_ball(canvas, x, y, HAND, HAND, color)
    if character.human and not gloves:  # a thumb
        draw_ball(canvas, x + 2.4, y - 2.8, 1.5, 1.9, color, 30)


def draw_torso(canvas: Canvas, character: Character, pose: Pose, skeleton: Skeleton) -> None:
    """Draw the torso, with the belly of an animal; the canvas is at the hip and leaned."""
    girth = character.girth
    wide = TORSO_HIP * girth * (0.93 if abs(pose.turn) > 0.25 else 1.0)
    path = torso_path(character, wide)
    color = METAL if character.machine else _torso_color(character)
    canvas.fill(path, radial((-5, -20), 36, tint(color), color, shade(color, 0.42)))
    shift = 3.6 * pose.turn
    with canvas.grouped(clip=path):
        if character.machine:
            _draw_panel(canvas, shift)
        elif not is_clothed(character):
            paint = radial(
                (-3 + shift, -16),
                28,
                tint(character.belly, 0.4),
                character.belly,
                shade(character.belly, 0.28),
            )
            canvas.fill(ellipse(shift, -8.2, 8.4 * girth, 14.8), paint)
        canvas.fill(ellipse(shift, -28.7, 17, 9.2), SHADOW, alpha=0.4, blur=2.2)


def torso_path(character: Character, wide: float) -> Path:
    """Return the outline of the torso about the hip: a pear, or the box of a machine."""
    if character.machine:
        return rectangle(-12.5, -28, 12.5, 6, 6)
    top = TORSO_TOP * character.girth
    return (
        Path()
        .move(-top, -24)
        .cubic((-top - 3, -14), (-wide - 1, -9), (-wide, 0))
        .cubic((-wide + 1, 8.5), (wide - 1, 8.5), (wide, 0))
        .cubic((wide + 1, -9), (top + 3, -14), (top, -24))
        .cubic((top - 2, -31), (-top + 2, -31), (-top, -24))
        .close()
    )


def _draw_panel(canvas: Canvas, shift: float) -> None:
    canvas.fill(rectangle(-8 + shift, -20, 8 + shift, -4, 3), (58.0, 52.0, 90.0))
    for number, light in enumerate(
        ((255.0, 90.0, 90.0), (255.0, 205.0, 80.0), (80.0, 220.0, 150.0))
    ):
        canvas.fill(ellipse(-4.5 + 4.5 * number + shift, -12, 1.6), light)


def draw_tail(canvas: Canvas, character: Character, pose: Pose) -> None:
    """Draw the tail; the canvas is at the hip."""
    color = character.tail_color or character.fur
    with canvas.transformed(-7, 2, -pose.tail * 0.6):
        if character.tail == "bushy":
            _draw_bushy_tail(canvas, character, color)
        elif character.tail in ("thin", "tuft"):
            draw_tube(canvas, ((0, 0), (-20, 10), (-20, -20)), 4.2, color)
            if character.tail == "tuft":
                draw_ball(canvas, -20, -21, 5, 6, character.dark)
        elif character.tail == "puff":
            draw_ball(canvas, -6, -3, 6, 6, tint(color, 0.5))
        elif character.tail == "reptile":
            path = (
                Path()
                .move(4, -8)
                .cubic((-8, -4), (-16, 8), (-30, 12))
                .cubic((-18, 18), (-2, 18), (6, 8))
                .close()
            )
            canvas.fill(path, linear((-20, -6), (0, 18), tint(color, 0.1), shade(color, 0.42)))


def _draw_bushy_tail(canvas: Canvas, character: Character, color: Color) -> None:
    path = (
        Path()
        .move(2, -3)
        .cubic((-14, 6), (-24, -4), (-27, -22))
        .cubic((-29, -33), (-24, -39), (-21, -44))
        .cubic((-13, -37), (-6, -24), (-7, -14))
        .cubic((-4, -6), (2, 3), (4, 4))
        .close()
    )
    canvas.fill(path, linear((-24, -40), (0, 8), tint(color, 0.1), shade(color, 0.42)))
    tip = polygon(
        [(-34, -27), (-27, -31), (-22, -25), (-17, -31), (-11, -26), (-4, -60), (-36, -60)]
    )
    with canvas.grouped(clip=path):
        canvas.fill(tip, character.belly, blur=0.5)


def is_clothed(character: Character) -> bool:
    """Return whether the torso is covered."""
    return bool(character.human) or any(garment.kind in TOPS for garment in character.clothes)


TOPS = (
    "shirt",
    "t-shirt",
    "sweater",
    "dress",
    "robe",
    "hanfu",
    "suit",
    "coat",
    "lab-coat",
    "overalls",
    "uniform",
    "armor",
    "swimsuit",
    "spacesuit",
    "vest",
)
DEFAULT_TOP: Color = (90.0, 150.0, 210.0)
DEFAULT_LEGS: Color = (70.0, 80.0, 130.0)
DEFAULT_SHOES: Color = (150.0, 70.0, 60.0)


def _torso_color(character: Character) -> Color:
    for garment in character.clothes:
        if garment.kind in TOPS:
            return garment.color
    return DEFAULT_TOP if character.human else character.fur


def _sleeve_color(character: Character) -> Color:
    if character.machine:
        return METAL
    if is_clothed(character):
        return _torso_color(character)
    return character.dark if character.dark_limbs else character.fur


def _leg_color(character: Character) -> Color:
    for kind in (
        "trousers",
        "shorts",
        "skirt",
        "overalls",
        "spacesuit",
        "armor",
        "suit",
        "uniform",
    ):
        color = character.wears(kind)
        if color:
            return color if kind not in ("suit", "uniform") else shade(color, 0.15)
    if character.machine:
        return METAL
    if character.human:
        return DEFAULT_LEGS
    return character.dark if character.dark_limbs else character.fur


def _shoe_color(character: Character) -> Color:
    boots = character.wears("boots")
    if boots:
        return boots
    if character.machine:
        return JOINT
    if character.human:
        return DEFAULT_SHOES
    return character.dark if character.dark_hands or character.dark_limbs else character.fur


def _hand_color(character: Character) -> Color:
    if character.machine:
        return JOINT
    if character.human:
        return character.fur
    return character.dark if character.dark_hands or character.dark_limbs else character.fur


def _along(limb: Limb, t: float = 0.5) -> tuple[float, float]:
    (ax, ay), (bx, by), _ = limb
    return ax + (bx - ax) * t, ay + (by - ay) * t
