"""Staging: where everything of a scene stands, how large it is, and in which pose.

Positions are units of a place (1280 x 720); the figures' height comes from the shot.
"""

from dataclasses import dataclass, replace
from random import Random

from miaobi.actors.pose import POSES, Pose
from miaobi.catalog.sizes import relative_size
from miaobi.illustration.scene import Action, Scene, Thing
from miaobi.places.place import WIDTH, Place

FIGURE_UNITS = {"wide": 2.75, "medium": 4.0, "close-up": 6.6}  # units of a hundredth of a figure
EXPRESSIONS = {
    "happy": {"eyes": "happy", "mouth": "open"},
    "sad": {"mouth": "sad", "brow": "sad"},
    "angry": {"mouth": "flat", "brow": "angry"},
    "scared": {"eyes": "wide", "mouth": "sad", "brow": "sad"},
    "surprised": {"eyes": "wide", "mouth": "round", "brow": "raised"},
    "sleepy": {"eyes": "closed", "mouth": "asleep"},
    "crying": {"eyes": "closed", "mouth": "sad", "brow": "sad"},
    "laughing": {"eyes": "happy", "mouth": "grin"},
}
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
    """Things that belong together: one that acts, and what it acts on."""

    members: tuple[Placed, ...]  # positions relative to the slot's middle
    width: float


def arrange(scene: Scene, place: Place, rng: Random, width: float = WIDTH) -> list[Placed]:
    """Return everything on the stage, from back to front; width: units that are seen."""
    unit = FIGURE_UNITS.get(scene.shot, FIGURE_UNITS["wide"])
    ground = place.ground + {"wide": 0.0, "medium": 60.0, "close-up": 250.0}.get(scene.shot, 0.0)
    slots, sky = _slots(scene, unit, place, rng)
    total = sum(slot.width for slot in slots) * (1 + GAP)
    shrink = min(1.0, width * 0.92 / total) if total else 1.0
    x = WIDTH / 2 - total * shrink / 2 + _offset(slots, scene, width, rng)
    placed = []
    for slot in slots:
        x += slot.width * shrink * (0.5 + GAP / 2)
        for member in slot.members:
            y = ground + member.y * shrink
            placed.append(
                replace(member, x=x + member.x * shrink, y=y, unit=member.unit * shrink)
            )
        x += slot.width * shrink * (0.5 + GAP / 2)
    placed += _in_the_sky(sky, unit, width, rng)
    return sorted(placed, key=lambda item: (item.layer, item.y))


def _offset(slots: list[_Slot], scene: Scene, width: float, rng: Random) -> float:
    """Return how far a single group stands from the middle, by the rule of thirds."""
    if len(slots) != 1 or scene.shot == "close-up" or slots[0].width > width * 0.5:
        return 0.0
    side = rng.choice((-1, 1))
    return side * min(width / 6, (width - slots[0].width) / 2 - 40) * 0.6


def _slots(
    scene: Scene, unit: float, place: Place, rng: Random
) -> tuple[list[_Slot], list[Thing]]:
    """Group things by their actions; return the groups, and what belongs into the sky."""
    taken: set[int] = set()
    slots: list[_Slot] = []
    sky: list[Thing] = []
    by_subject = {action.subject: action for action in scene.actions}
    for index, thing in enumerate(scene.things):
        if index in taken:
            continue
        action = by_subject.get(index)
        target = None
        if action and action.target is not None and action.target not in taken:
            taken.add(action.target)
            target = scene.things[action.target]
        taken.add(index)
        if thing.character is None and target is None and _is_in_sky(thing):
            sky.append(thing)
            continue
        for number in range(thing.count):
            pose = _pose(thing, action, place, rng)
            partner = target if number == 0 else None
            slots.append(_slot(thing, action, partner, pose, unit, rng))
    for index, action in by_subject.items():
        assert index == action.subject
    return slots, sky


def _pose(thing: Thing, action: Action | None, place: Place, rng: Random) -> Pose:
    if thing.character is None:
        return POSES["stand"]
    if action:
        pose = POSES[action.pose]
    elif place.floating:
        pose = POSES["float"]
    else:
        pose = POSES[rng.choice(("stand", "wave", "walk", "stand"))]
    return pose.but(**EXPRESSIONS.get(thing.expression, {}))


def _slot(
    thing: Thing, action: Action | None, target: Thing | None, pose: Pose, unit: float, rng: Random
) -> _Slot:
    facing = rng.choice((-1, 1))
    own = _placed(thing, unit, pose, facing)
    width = _width(own)
    if action is None or target is None:
        return _Slot((own,), width)
    relation = action.relation
    other = _placed(target, unit, _partner_pose(target, relation), -facing)
    if relation in ("holds", "eats", "wears") and target.character is None:
        return _Slot((replace(own, held=target),), width * 1.25)
    if relation in ("rides", "sits-on", "stands-on"):
        return _on_top(own, other, relation, facing)
    if relation in ("hides-behind", "inside", "under"):
        behind = replace(own, layer=-1)
        return _Slot((behind, replace(other, layer=1, y=8.0, x=-facing * 8.0)), max(width, _width(other)))
    if relation == "above":
        high = replace(own, y=-_height(other) - 30, floats=True)
        return _Slot((other, high), max(width, _width(other)))
    gap = {"hugs": -0.35, "kisses": -0.3, "gives": 0.0, "chases": 0.45, "flees": 0.45}.get(relation, 0.1)
    toward = -facing
    if relation in ("chases", "flees"):
        toward = facing
        own = replace(own, facing=facing if relation == "chases" else facing)
    partner_facing = facing if relation in ("chases", "flees") else toward
    other = replace(other, facing=partner_facing)
    distance = (width + _width(other)) / 2 * (1 + gap)
    sign = facing if relation != "flees" else -facing
    left = replace(own, x=-sign * distance / 2)
    right = replace(other, x=sign * distance / 2)
    return _Slot((left, right), width + _width(other) * (1 + max(gap, 0)))


def _on_top(own: Placed, other: Placed, relation: str, facing: int) -> _Slot:
    """Seat or stand one on the other: a rider at two thirds of its height."""
    height = _height(other)
    share = {"rides": 0.62, "sits-on": 0.72, "stands-on": 0.9}[relation]
    rider = replace(own, y=-height * share, floats=True, layer=0)
    mount = replace(other, facing=facing, layer=-1 if relation != "rides" else 0)
    return _Slot((mount, rider), max(_width(mount), _width(own)))


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
    """Return the width of what is placed, in units."""
    if item.thing.character is None:
        return item.unit * 100
    return item.unit * (96 if item.pose.posture == "lie" else 66)


def _height(item: Placed) -> float:
    return item.unit * 100


def _is_in_sky(thing: Thing) -> bool:
    from miaobi.catalog.sizes import is_airborne

    return is_airborne(thing.drawing)


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
            y = rng.uniform(170, 300) if total > 1 else rng.uniform(190, 260)
            placed.append(Placed(thing, x, y, unit * 0.8 * scale, POSES["stand"], floats=True, layer=-1))
            number += 1
    return placed
