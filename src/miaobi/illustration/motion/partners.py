"""Partners of an action: who does it, to what, and where both are before the clip begins."""

from dataclasses import replace

from miaobi.actors.pose import POSES
from miaobi.illustration.scene import Action, Scene, Thing
from miaobi.illustration.stage import Placed

GIVES = {"give", "feed"}


def action_of(scene: Scene, thing: Thing) -> tuple[Action | None, Action | None]:
    """Return the first action of a thing, and the first one that is done to it."""
    own = target = None
    for action in scene.actions:
        if own is None and scene.things[action.subject] is thing:
            own = action
        if target is None and action.target is not None and scene.things[action.target] is thing:
            target = action
    return own, target


def partners_apart(scene: Scene, placed: list[Placed]) -> list[Placed]:
    """Let a giver hold the gift and go to the next figure, and a climber be at its tree."""
    for action in scene.actions:
        if action.verb in ("climb", "climb-down") and action.target is not None:
            placed = _at_tree(placed, scene.things[action.subject], scene.things[action.target])
        if action.verb not in GIVES or action.target is None:
            continue
        gift = scene.things[action.target]
        subject = scene.things[action.subject]
        givers = [item for item in placed if item.thing is subject]
        takers = [item for item in placed if item.thing.character and item.thing is not subject]
        if gift.character is not None or not (takers and givers and subject.character):
            continue
        giver, taker = givers[0], takers[0]
        side = 1 if taker.x > giver.x else -1
        near = giver.unit * 54
        moved = {
            id(giver): replace(giver, held=gift, facing=side, pose=POSES["give"]),
            id(taker): replace(taker, x=giver.x + side * near, facing=-side, pose=POSES["take"]),
        }
        return [moved.get(id(item), item) for item in placed if item.thing is not gift]
    return placed


def _at_tree(placed: list[Placed], climber: Thing, tree: Thing) -> list[Placed]:
    trees = [item for item in placed if item.thing is tree]
    climbers = [item for item in placed if item.thing is climber and climber.character]
    if not trees:
        return placed
    x, side = trees[0].x, 6 * trees[0].unit
    moved = [replace(item, x=x - item.facing * side, layer=1) for item in climbers]
    return [item for item in placed if item not in climbers] + moved
