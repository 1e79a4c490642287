"""Staging: where everything of a scene stands, how large it is, and in which pose.

Positions are units of a place (1280 x 720); the figures' height comes from the shot.
"""

from dataclasses import dataclass, replace
from random import Random

from miaobi.actors.pose import POSES, Pose
from miaobi.catalog.sizes import is_airborne, relative_size
from miaobi.illustration.scene import Action, Scene, Thing
from miaobi.illustration.sprites import sprite
from miaobi.places.place import WIDTH, Place

FIGURE_UNITS = {"wide": 2.75, "medium": 3.9, "close-up": 6.6}  # units of a hundredth of a figure
EXPRESSIONS: dict[str, dict[str, str]] = {
    "happy": {"eyes": "happy", "mouth": "open"},
    "excited": {"eyes": "wide", "mouth": "grin", "brow": "raised"},
    "laughing": {"eyes": "happy", "mouth": "grin"},
    "love": {"eyes": "happy", "mouth": "smile"},
    "sad": {"mouth": "sad", "brow": "sad"},
    "sick": {"eyes": "narrow", "mouth": "sad", "brow": "sad"},
    "crying": {"eyes": "closed", "mouth": "sad", "brow": "sad"},
    "angry": {"mouth": "flat", "brow": "angry"},
    "evil": {"mouth": "grin", "brow": "angry", "eyes": "narrow"},
    "brave": {"mouth": "smile", "brow": "angry"},
    "proud": {"eyes": "closed", "mouth": "smile", "brow": "raised"},
    "serious": {"mouth": "flat"},
    "thinking": {"mouth": "flat", "brow": "raised"},
    "scared": {"eyes": "wide", "mouth": "sad", "brow": "sad"},
    "surprised": {"eyes": "wide", "mouth": "round", "brow": "raised"},
    "shy": {"eyes": "closed", "mouth": "smile"},
    "calm": {"eyes": "closed", "mouth": "smile"},
    "silly": {"eyes": "wide", "mouth": "grin"},
    "hungry": {"mouth": "open"},
    "sleepy": {"eyes": "closed", "mouth": "asleep"},
}
Partner = tuple[Action, Thing | None]
SMALLEST_MOUNT = 1.05  # size of what is ridden, of the rider's
USED_WIDTH = 0.84  # of the picture: plants in front stand at its sides
LARGE = 1.6  # of the height of a figure; what is as large stands behind the figures
TOP_MARGIN = 26.0  # units above the tallest figure
HOLDING = ("holds", "eats", "wears")
GAP = 0.12  # between neighbors, of their widths


@dataclass(frozen=True)
class Placed:
    """One figure or drawing on the stage; (x, y) is where its feet or its bottom is."""

    thing: Thing
    x: float
    y: float
    unit: float  # units of a hundredth of its height
    pose: Pose
    facing: int = 1
    held: Thing | None = None
    floats: bool = False  # throws no shadow where it is
    layer: int = 0  # -1 behind the figures, 1 in front of them


@dataclass(frozen=True)
class _Slot:
    """One or two things that stand together, such as a rider and a horse."""

    members: tuple[Placed, ...]  # positions relative to the slot's middle
    width: float


def arrange(scene: Scene, place: Place, rng: Random, width: float = WIDTH) -> list[Placed]:
    """Return everything on the stage, from back to front; width: units that are seen."""
    unit = FIGURE_UNITS.get(scene.shot, FIGURE_UNITS["wide"])
    ground = place.ground + {"wide": 0.0, "medium": 20.0, "close-up": 250.0}.get(scene.shot, 0.0)
    slots, sky = _slots(scene, unit, place, rng)
    slots, large = _behind(slots)
    total = sum(slot.width for slot in slots) * (1 + GAP)
    shrink = min(1.0, width * USED_WIDTH / total) if total else 1.0
    tallest = max((_height(item) - item.y for slot in slots for item in slot.members), default=1.0)
    shrink = min(shrink, (ground - TOP_MARGIN) / max(tallest, 1.0))
    x = WIDTH / 2 - total * shrink / 2 + _offset(slots, scene, width, rng)
    placed = []
    for slot in slots:
        x += slot.width * shrink * (0.5 + GAP / 2)
        for member in slot.members:
            y = ground + member.y * shrink
            placed.append(replace(member, x=x + member.x * shrink, y=y, unit=member.unit * shrink))
        x += slot.width * shrink * (0.5 + GAP / 2)
    placed += _in_the_back(large, ground, width)
    placed += _in_the_sky(sky, unit, width, rng)
    return sorted(placed, key=lambda item: (item.layer, item.y))


def _behind(slots: list[_Slot]) -> tuple[list[_Slot], list[Placed]]:
    """Return the slots in front, and the trees and houses that stand behind their figures."""
    if not any(item.thing.character for slot in slots for item in slot.members):
        return slots, []
    front, behind = [], []
    for slot in slots:
        only = slot.members[0]
        alone = len(slot.members) == 1 and only.thing.character is None
        if alone and relative_size(only.thing.drawing) >= LARGE:
            behind.append(only)
        else:
            front.append(slot)
    return front, behind


def _in_the_back(items: list[Placed], ground: float, width: float) -> list[Placed]:
    """Spread large things over the width, a little farther away than the figures."""
    placed = []
    for number, item in enumerate(items):
        t = (number + 0.5) / len(items) if len(items) > 1 else 0.22
        x = WIDTH / 2 + (t - 0.5) * width * 0.9
        placed.append(replace(item, x=x, y=ground - 34, layer=-1))
    return placed


def _offset(slots: list[_Slot], scene: Scene, width: float, rng: Random) -> float:
    """Return how far a single group stands from the middle, by the rule of thirds."""
    if len(slots) != 1 or scene.shot == "close-up" or slots[0].width > width * 0.5:
        return 0.0
    side = rng.choice((-1, 1))
    return side * min(width / 6, (width - slots[0].width) / 2 - 40) * 0.6


def _slots(scene: Scene, unit: float, place: Place, rng: Random) -> tuple[list[_Slot], list[Thing]]:
    """Group things by their actions; return the groups, and what belongs into the sky."""
    taken: set[int] = set()
    slots: list[_Slot] = []
    sky: list[Thing] = []
    for index, thing in enumerate(scene.things):
        if index in taken or _is_object(index, scene):
            continue
        taken.add(index)
        actions = [action for action in scene.actions if action.subject == index]
        partners: list[Partner] = []
        for action in actions:
            target = None
            if action.target is not None and action.target not in taken:
                taken.add(action.target)
                target = scene.things[action.target]
            partners.append((action, target))
        if (
            thing.character is None
            and not any(target for _, target in partners)
            and is_airborne(thing.drawing)
        ):
            sky.append(thing)
            continue
        grouped = thing.character is None and any(
            target and action.relation == "stands-on" for action, target in partners
        )
        for number in range(1 if grouped else thing.count):
            pose = _pose(thing, actions, place, rng)
            own: list[Partner] = partners if number == 0 else [(action, None) for action in actions]
            slots.append(_slot(thing, own, pose, unit, rng))
    return slots, sky


def _is_object(index: int, scene: Scene) -> bool:
    """Return True for what an earlier or later thing acts on, unless it acts itself."""
    acts = any(action.subject == index for action in scene.actions)
    return not acts and any(action.target == index for action in scene.actions)


def _pose(thing: Thing, actions: list[Action], place: Place, rng: Random) -> Pose:
    if thing.character is None:
        return POSES["stand"]
    poses = [action.pose for action in actions if action.pose not in ("stand", "hold")]
    if poses:
        pose = POSES[poses[0]]
    elif actions:
        pose = POSES[actions[0].pose]
    elif place.floating:
        pose = POSES["float"]
    else:
        pose = POSES[rng.choice(("stand", "wave", "walk", "stand"))]
    return pose.but(**EXPRESSIONS.get(thing.expression, {}))


def _slot(
    thing: Thing,
    partners: list[Partner],
    pose: Pose,
    unit: float,
    rng: Random,
) -> _Slot:
    facing = rng.choice((-1, 1))
    own = _placed(thing, unit, pose, facing)
    slot = _Slot((own,), _width(own))
    for action, target in partners:
        if target and action.relation in HOLDING and target.character is None and thing.character:
            own = replace(own, held=target)
            slot = _Slot((own,), _width(own) * 1.2)
    for action, target in partners:
        if target and (action.relation not in HOLDING or target.character or not thing.character):
            return _related(own, action.relation, target, unit, facing)
    return slot


def _related(own: Placed, relation: str, target: Thing, unit: float, facing: int) -> _Slot:
    """Return a group of two by how they stand to each other."""
    width = _width(own)
    other = _placed(target, unit, _partner_pose(target, relation), -facing)
    if relation in ("rides", "sits-on", "stands-on"):
        return _on_top(own, other, relation, facing)
    if relation in ("hides-behind", "inside", "under"):
        peek = _width(other) * (0.4 if relation == "hides-behind" else 0.0)
        behind = replace(own, layer=-1, x=facing * peek)
        front = replace(other, layer=1, y=8.0, x=-facing * 8.0)
        return _Slot((behind, front), max(width, _width(other)))
    if relation == "above":
        high = replace(own, y=-_height(other) - 30, floats=True)
        return _Slot((other, high), max(width, _width(other)))
    gap = {"hugs": -0.35, "kisses": -0.3, "gives": 0.0, "chases": 0.4, "flees": 0.4}.get(
        relation, 0.08
    )
    chased = relation in ("chases", "flees")
    other = replace(other, facing=facing if chased else -facing)
    distance = (width + _width(other)) / 2 * (1 + gap)
    sign = -facing if relation == "flees" else facing
    pair = replace(own, x=-sign * distance / 2), replace(other, x=sign * distance / 2)
    others = tuple(
        replace(pair[1], x=pair[1].x + sign * (number + 1) * _width(other) * 0.9)
        for number in range(target.count - 1)
    )
    total = width + _width(other) * (1 + max(gap, 0)) + _width(other) * 0.9 * len(others)
    shift = sign * _width(other) * 0.45 * len(others)
    return _Slot(tuple(replace(item, x=item.x - shift) for item in (*pair, *others)), total)


def _on_top(own: Placed, other: Placed, relation: str, facing: int) -> _Slot:
    """Place one or several on the other; a rider sits at two thirds of its height."""
    if relation == "rides" and other.thing.character is None:
        other = replace(other, unit=max(other.unit, own.unit * SMALLEST_MOUNT))
    height = _height(other) * _flatness(other.thing)
    share = {"rides": 0.66, "sits-on": 0.5, "stands-on": 0.92}[relation]
    if own.pose.posture == "lie":
        share = 0.42
    mount = replace(other, facing=facing, layer=-1 if relation != "rides" else 0)
    count = own.thing.count if own.thing.character is None else 1
    step = _width(own) * 0.95
    on_top = tuple(
        replace(own, x=(number - (count - 1) / 2) * step, y=-height * share, floats=True, layer=1)
        for number in range(count)
    )
    return _Slot((mount, *on_top), max(_width(mount), step * count))


def _flatness(thing: Thing) -> float:
    """Return how high the drawing of a thing is, of its longer side."""
    if thing.character is not None:
        return 1.0
    pixels = sprite(thing.drawing, 64)
    result: float = float(pixels.shape[0]) / max(pixels.shape[:2])
    return result


def _partner_pose(target: Thing, relation: str) -> Pose:
    if target.character is None:
        return POSES["stand"]
    names = {"hugs": "hug", "chases": "run", "flees": "run", "gives": "take", "rides": "stand"}
    return POSES[names.get(relation, "stand")].but(**EXPRESSIONS.get(target.expression, {}))


def _placed(thing: Thing, unit: float, pose: Pose, facing: int) -> Placed:
    scale = thing.size * (relative_size(thing.drawing) if thing.character is None else 1.0)
    if thing.character and thing.character.human and thing.character.human.age == "child":
        scale *= 0.8
    return Placed(thing, 0.0, 0.0, unit * scale, pose, facing)


def _width(item: Placed) -> float:
    """Return the width of the placed things, in units."""
    if item.thing.character is None:
        return item.unit * 100
    return item.unit * (96 if item.pose.posture == "lie" else 66)


def _height(item: Placed) -> float:
    return item.unit * 100


def _in_the_sky(things: list[Thing], unit: float, width: float, rng: Random) -> list[Placed]:
    """Spread airborne things over the upper part, largest in the middle height."""
    placed = []
    total = sum(thing.count for thing in things)
    number = 0
    for thing in things:
        for _ in range(thing.count):
            scale = thing.size * min(relative_size(thing.drawing), 1.1)
            t = (number + 0.5) / total
            x = WIDTH / 2 + (t - 0.5) * width * 0.86 + rng.uniform(-30, 30)
            own = unit * 0.8 * scale
            y = rng.uniform(170, 300) if total > 1 else rng.uniform(190, 260)
            y = max(y, own * 100 + TOP_MARGIN)
            placed.append(Placed(thing, x, y, own, POSES["stand"], floats=True, layer=-1))
            number += 1
    return placed
