"""A figure: a character in a pose, drawn on a canvas with its feet at the origin.

100 units are its height. The order of painting puts the far limbs behind and what is held in front.
"""

from dataclasses import dataclass

from miaobi.actors import accessories, body, clothes
from miaobi.actors.character import Character
from miaobi.actors.face import Anchors, draw_face
from miaobi.actors.hats import HATS, draw_hat
from miaobi.actors.heads import crown_of, draw_head, head_anchors, heads
from miaobi.actors.people import TOP, draw_back_hair, draw_person_head, person_anchors
from miaobi.actors.pose import Pose
from miaobi.actors.skeleton import Limb, Skeleton, pose_skeleton
from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas

HOODS = {"hood", "headscarf", "space-helmet"}
RAISED = -62.0  # a hand above this is in front of the head


@dataclass(frozen=True)
class Held:
    """A drawing that is held, premultiplied RGBA, and its size in units."""

    pixels: Pixels
    size: float
    both_hands: bool = False


def draw_figure(
    canvas: Canvas,
    character: Character,
    pose: Pose,
    facing: int = 1,
    held: Held | None = None,
    wind: float = 0.0,
) -> None:
    """Draw a figure; facing 1 to the right, -1 to the left; wind moves scarf and cape."""
    skeleton = pose_skeleton(pose, character.girth)
    with canvas.transformed(0, -pose.lift, scale=(float(facing), 1.0)):
        if pose.posture == "lie":
            with canvas.transformed(-14, -13, -84), canvas.transformed(0, 30):
                _draw_upright(canvas, character, pose, skeleton, held, wind)
            return
        with canvas.transformed(scale=(pose.squash**-0.5, pose.squash)):
            _draw_upright(canvas, character, pose, skeleton, held, wind)


def _draw_upright(
    canvas: Canvas,
    character: Character,
    pose: Pose,
    skeleton: Skeleton,
    held: Held | None,
    wind: float,
) -> None:
    hip_x, hip_y = skeleton.hip
    _draw_behind(canvas, character, pose, skeleton, wind)
    behind = abs(pose.turn) > 0.25
    if behind:
        body.draw_arm(canvas, character, skeleton.arm_back)
    body.draw_leg(canvas, character, pose, skeleton.leg_back, pose.foot_back, -1)
    body.draw_leg(canvas, character, pose, skeleton.leg_front, pose.foot_front, 1)
    with canvas.transformed(hip_x, hip_y, pose.lean):
        body.draw_torso(canvas, character, pose, skeleton)
        clothes.draw_clothes(canvas, character, pose)
        pack = character.wears("backpack")
        if pack:
            accessories.draw_backpack(canvas, pack, front=True)
    over_head, over_body = _arms(skeleton, behind)
    for limb in over_body:
        body.draw_arm(canvas, character, limb)
    _draw_head(canvas, character, pose, skeleton, wind)
    for limb in over_head:
        body.draw_arm(canvas, character, limb)
    if held:
        _draw_held(canvas, character, skeleton, held)


def _arms(skeleton: Skeleton, back_is_drawn: bool) -> tuple[list[Limb], list[Limb]]:
    """Return the arms in front of the head, and those behind it."""
    arms = [skeleton.arm_front] if back_is_drawn else [skeleton.arm_back, skeleton.arm_front]
    drop = skeleton.hip[1] + 22.0
    raised = [limb for limb in arms if limb[2][1] < RAISED + 14 + drop]
    return raised, [limb for limb in arms if limb not in raised]


def _draw_behind(
    canvas: Canvas, character: Character, pose: Pose, skeleton: Skeleton, wind: float
) -> None:
    hip_x, hip_y = skeleton.hip
    if character.human:
        x, y = skeleton.neck
        tilt = pose.head + pose.lean * 0.3
        with canvas.transformed(x + pose.head_x, y + pose.head_y, tilt):
            draw_back_hair(canvas, character.human, -pose.turn * 2.2)
    with canvas.transformed(hip_x, hip_y, pose.lean):
        body.draw_tail(canvas, character, pose)
        cape = character.wears("cape")
        if cape:
            accessories.draw_cape(canvas, cape, wind + 2 * abs(pose.turn))
        pack = character.wears("backpack")
        if pack:
            accessories.draw_backpack(canvas, pack, front=False)


def _draw_head(
    canvas: Canvas, character: Character, pose: Pose, skeleton: Skeleton, wind: float
) -> None:
    x, y = skeleton.neck
    tilt = pose.head + pose.lean * 0.3
    with canvas.transformed(x + pose.head_x, y + pose.head_y, tilt):
        hat = character.hat
        if character.human:
            draw_person_head(canvas, character, pose)
            anchors, top, half = person_anchors(character, pose), TOP + 3, 17.0
        else:
            head = heads()[character.head]
            draw_head(canvas, head, pose, character.fur if character.dyed else None)
            anchors = head_anchors(head, pose)
            top, half = crown_of(head)
        _draw_on_face(canvas, character, pose, anchors)
        if hat and hat.kind in HATS:
            draw_hat(canvas, hat.kind, hat.color, top, half)
    with canvas.transformed(x, y + 1.5, pose.lean):
        scarf, tie = character.wears("scarf"), character.wears("tie")
        if tie:
            accessories.draw_necktie(canvas, tie)
        if scarf:
            accessories.draw_scarf(canvas, scarf, character.girth, wind)


def _draw_on_face(canvas: Canvas, character: Character, pose: Pose, anchors: Anchors) -> None:
    """Draw beard, mask, eyes, mouth and glasses in the order they cover one another."""
    for kind in ("beard", "long-beard"):
        color = character.wears(kind)
        if color:
            accessories.draw_beard(canvas, color, anchors, long=kind == "long-beard")
    mask = character.wears("mask")
    if mask:
        accessories.draw_mask(canvas, mask, anchors)
    draw_face(canvas, character, pose, anchors)
    mustache, patch = character.wears("mustache"), character.wears("eyepatch")
    if mustache:
        accessories.draw_mustache(canvas, mustache, anchors)
    if patch:
        accessories.draw_eyepatch(canvas, patch, anchors)
    for kind in ("glasses", "sunglasses"):
        color = character.wears(kind)
        if color:
            accessories.draw_glasses(canvas, color, anchors, dark=kind == "sunglasses")


def _draw_held(canvas: Canvas, character: Character, skeleton: Skeleton, held: Held) -> None:
    front, back = skeleton.arm_front[2], skeleton.arm_back[2]
    if held.both_hands:
        x, y = (front[0] + back[0]) / 2, (front[1] + back[1]) / 2 - 1
    else:
        x, y = front[0] + 1, front[1] - held.size * 0.2
    height, width = held.pixels.shape[:2]
    scale = held.size / max(height, width)
    w, h = width * scale, height * scale
    canvas.bitmap(held.pixels, x - w / 2, y - h / 2, w, h)
    limbs = [skeleton.arm_front, skeleton.arm_back] if held.both_hands else [skeleton.arm_front]
    for limb in limbs:
        body.draw_hand(canvas, character, limb)
