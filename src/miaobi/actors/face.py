"""Faces: eyes, brows, mouth and blush on the anchors of a head, in units of the figure."""

from dataclasses import dataclass

from miaobi.actors.character import Character
from miaobi.actors.pose import Pose
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import INK, WHITE, Color, mix
from miaobi.drawing.path import Path, ellipse

PUPIL: Color = (38.0, 26.0, 34.0)
IRIS: Color = (120.0, 70.0, 60.0)
LIT: Color = (90.0, 220.0, 255.0)  # eyes of machines
BLUSH: Color = (255.0, 90.0, 110.0)
GUMS: Color = (110.0, 24.0, 44.0)
TONGUE: Color = (240.0, 110.0, 120.0)


@dataclass(frozen=True)
class Anchors:
    """Positions of the features of a face, in units of the figure."""

    left: tuple[float, float]
    right: tuple[float, float]
    eye_width: float  # radii of an eye
    eye_height: float
    mouth: tuple[float, float]
    muzzle: bool  # the mouth of an animal, below a nose

    @property
    def distance(self) -> float:
        """Distance of the eyes."""
        return self.right[0] - self.left[0]


def draw_face(canvas: Canvas, character: Character, pose: Pose, anchors: Anchors) -> None:
    """Draw eyes, brows, blush and mouth; the face moves to the side it turns to."""
    for sign, (x, y) in ((-1, anchors.left), (1, anchors.right)):
        x += pose.gaze[0] * anchors.distance * 0.03
        y += pose.gaze[1] * anchors.distance * 0.02
        _draw_eye(canvas, character, pose, anchors, x, y)
        if pose.brow != "none":
            _draw_brow(canvas, character, pose, anchors, x, y, sign)
        if character.human and character.human.lashes and pose.eyes != "happy":
            _draw_lashes(canvas, anchors, x, y, sign)
        if not character.machine and pose.blush > 0:
            d = anchors.distance
            spot = ellipse(x + sign * d * 0.16, y + anchors.eye_height * 1.6, d * 0.12, d * 0.07)
            canvas.fill(spot, BLUSH, alpha=pose.blush, blur=d * 0.03)
    if not character.machine:
        draw_mouth(canvas, pose, anchors)


def _draw_eye(
    canvas: Canvas, character: Character, pose: Pose, anchors: Anchors, x: float, y: float
) -> None:
    w, h = anchors.eye_width, anchors.eye_height
    grow = {"wide": 1.22, "narrow": 0.7}.get(pose.eyes, 1.0)
    w, h = w * min(grow, 1.15), h * grow
    if pose.eyes == "happy":
        path = Path().move(x - w * 1.25, y + h * 0.4).quad((x, y - h), (x + w * 1.25, y + h * 0.4))
        canvas.stroke(path, PUPIL, w * 0.55)
        return
    if pose.eyes == "closed" or pose.blink > 0.75:
        path = Path().move(x - w * 1.2, y).quad((x, y + h * 0.75), (x + w * 1.2, y))
        canvas.stroke(path, PUPIL, w * 0.5)
        return
    with canvas.transformed(x, y, scale=(1.0, max(0.12, 1 - pose.blink))):
        if character.machine:
            canvas.fill(ellipse(0, 0, w * 1.5, h * 1.3), LIT, alpha=0.45, blur=w * 0.5)
            canvas.fill(ellipse(0, 0, w, h), LIT)
            return
        canvas.fill(ellipse(0, 0, w, h), PUPIL)
        canvas.fill(ellipse(0, h * 0.43, w * 0.62, h * 0.38), IRIS, alpha=0.55)
        gx, gy = w * (pose.gaze[0] * 0.3 - 0.28), h * (pose.gaze[1] * 0.2 - 0.38)
        canvas.fill(ellipse(gx, gy, w * 0.36, h * 0.33), WHITE)
        canvas.fill(ellipse(gx + w * 0.75, gy + h * 0.75, w * 0.17), WHITE, alpha=0.8)


def _draw_brow(
    canvas: Canvas,
    character: Character,
    pose: Pose,
    anchors: Anchors,
    x: float,
    y: float,
    sign: int,
) -> None:
    w, h = anchors.eye_width, anchors.eye_height
    outer, inner = {"sad": (0.35, -0.5), "angry": (-0.4, 0.35), "raised": (0.0, -0.25)}[pose.brow]
    base = y - h * (2.15 if pose.brow == "raised" else 1.75)
    path = (
        Path()
        .move(x - sign * w * 1.3, base + inner * h)
        .line((x + sign * w * 1.3, base + outer * h))
    )
    color = character.human.hair_color if character.human else character.dark
    canvas.stroke(path, mix(color, (50.0, 30.0, 30.0), 0.5), w * 0.5)


def _draw_lashes(canvas: Canvas, anchors: Anchors, x: float, y: float, sign: int) -> None:
    w, h = anchors.eye_width, anchors.eye_height
    for dx, dy, ex, ey in ((0.8, -0.6, 1.5, -1.05), (0.98, -0.2, 1.75, -0.45)):
        lash = Path().move(x + sign * w * dx, y + h * dy).line((x + sign * w * ex, y + h * ey))
        canvas.stroke(lash, PUPIL, w * 0.28)


def draw_mouth(canvas: Canvas, pose: Pose, anchors: Anchors) -> None:
    """Draw the mouth of a pose; a talking one opens by `aperture`."""
    x, y = anchors.mouth
    u = anchors.distance * 0.17
    mouth = pose.mouth
    if mouth == "smile" or (mouth == "talk" and pose.aperture < 0.12):
        canvas.stroke(_smile(x, y, u, anchors.muzzle), INK, u * 0.26)
    elif mouth in ("open", "talk", "grin"):
        _draw_open_mouth(canvas, x, y, u, pose)
    elif mouth == "round":
        canvas.fill(ellipse(x, y + u * 0.42, u * 0.42, u * 0.52), GUMS)
    elif mouth == "sad":
        path = (
            Path()
            .move(x - u * 0.95, y + u * 0.62)
            .quad((x, y - u * 0.35), (x + u * 0.95, y + u * 0.62))
        )
        canvas.stroke(path, INK, u * 0.26)
    elif mouth == "flat":
        canvas.stroke(
            Path().move(x - u * 0.6, y + u * 0.2).line((x + u * 0.7, y + u * 0.1)), INK, u * 0.26
        )
    elif mouth == "asleep":
        path = (
            Path().move(x - u * 0.6, y + u * 0.1).quad((x, y + u * 0.6), (x + u * 0.6, y + u * 0.1))
        )
        canvas.stroke(path, INK, u * 0.26)


def _smile(x: float, y: float, u: float, muzzle: bool) -> Path:
    if not muzzle:
        return (
            Path().move(x - u * 1.2, y - u * 0.2).quad((x, y + u * 0.9), (x + u * 1.2, y - u * 0.2))
        )
    return (
        Path()
        .move(x - u * 1.25, y - u * 0.1)
        .quad((x - u * 0.9, y + u * 0.75), (x, y - u * 0.12))
        .quad((x + u * 0.9, y + u * 0.75), (x + u * 1.25, y - u * 0.1))
    )


def _draw_open_mouth(canvas: Canvas, x: float, y: float, u: float, pose: Pose) -> None:
    opening = {"open": 1.0, "grin": 1.25}.get(pose.mouth, pose.aperture)
    w, h = u * (1.0 if pose.mouth == "talk" else 1.3), u * (0.35 + 1.25 * opening)
    path = (
        Path()
        .move(x - w, y - u * 0.2)
        .quad((x, y + u * 0.12), (x + w, y - u * 0.2))
        .cubic((x + w * 0.95, y + h), (x - w * 0.95, y + h), (x - w, y - u * 0.2))
        .close()
    )
    canvas.fill(path, GUMS)
    with canvas.grouped(clip=path):
        if pose.mouth == "grin":
            canvas.fill(ellipse(x, y - u * 0.3, w * 0.9, u * 0.5), WHITE)
        canvas.fill(ellipse(x, y + h * 0.79, w * 0.62, h * 0.41), TONGUE)
    canvas.stroke(path, INK, u * 0.18)
