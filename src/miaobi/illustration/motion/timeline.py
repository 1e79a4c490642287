"""Timeline: where every figure and thing of a clip is at a time, and in which pose."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from miaobi.actors.pose import HALF_STEP, POSES, STRIDE, Pose, blend, walk
from miaobi.illustration.motion.gestures import gesture_of
from miaobi.illustration.motion.idle import alive, blink_times, wind_at
from miaobi.illustration.motion.things import Shape, driving, kind_of, shape_of
from miaobi.illustration.scene import Action, Scene, Thing
from miaobi.illustration.stage import EXPRESSIONS, Placed

RUN_STRIDE = STRIDE * 1.25  # units of ground in one cycle of a run
WALK_RATE, RUN_RATE = 1.0, 1.75  # cycles per second
SNEAK_RATE = 0.6
WALKS = {"walk", "walk-dog", "enter", "leave", "visit", "follow", "cross", "sneak", "sweat"}
RUNS = {"run", "chase", "flee", "rush-to", "race", "pounce"}
SLIDES = {"ski", "skate", "ride", "drive", "row"}
SPEEDS = {"ski": 230.0, "skate": 170.0, "ride": 250.0, "drive": 330.0, "row": 70.0}
MEETS = {"hug", "kiss", "love", "give", "visit", "welcome", "feed"}  # one comes to the other
APPROACH = 0.36  # of the clip, until they are together
GIVES = {"give", "feed"}


@dataclass(frozen=True)
class Moment:
    """A figure or thing at one time; (x, y) in units of the world."""

    pose: Pose
    x: float
    y: float
    facing: int
    shape: Shape = Shape()
    held: Thing | None = None
    wind: float = 0.0
    speed: float = 0.0  # units per second


@dataclass(frozen=True)
class Track:
    """One figure or thing over the whole clip."""

    item: Placed
    verb: str
    moment: Callable[[float], Moment]
    seed: str


@dataclass(frozen=True)
class Pace:
    """How a figure goes: units of its own in one cycle of steps, and cycles per second."""

    stride: float
    rate: float
    run: bool

    def speed(self, unit: float) -> float:
        """Return units of the world per second; unit: a hundredth of the figure's height."""
        return self.stride * self.rate * unit

    def pose(self, distance: float, unit: float) -> Pose:
        """Return the pose after a distance in units of the world, so that no foot slides."""
        return walk(2 * math.pi * distance / (self.stride * unit), self.run)


WALKING = Pace(STRIDE, WALK_RATE, False)
RUNNING = Pace(4 * HALF_STEP * 1.25, RUN_RATE, True)
SNEAKING = Pace(STRIDE, SNEAK_RATE, False)


@dataclass(frozen=True)
class Clip:
    """What all tracks of a clip share."""

    scene: Scene
    seconds: float
    seed: int
    travel: float = 0.0  # units per second by which the world goes back under a traveling hero


def pace_of(verb: str) -> Pace | None:
    """Return the pace of a verb that goes on feet, else None."""
    if verb in RUNS:
        return RUNNING
    if verb == "sneak":
        return SNEAKING
    return WALKING if verb in WALKS else None


def tracks_of(clip: Clip, placed: list[Placed]) -> list[Track]:
    """Return the tracks of everything on the stage, from back to front."""
    placed = _partners_apart(clip.scene, placed)
    tracks = []
    for number, item in enumerate(placed):
        action, as_target = action_of(clip.scene, item.thing)
        seed = f"{clip.seed} {number}"
        if item.thing.character is None:
            tracks.append(_thing_track(clip, item, action, as_target, seed))
        else:
            tracks.append(_figure_track(clip, item, action, as_target, seed))
    return tracks


def action_of(scene: Scene, thing: Thing) -> tuple[Action | None, Action | None]:
    """Return the first action of a thing, and the first one that is done to it."""
    own = target = None
    for action in scene.actions:
        if own is None and scene.things[action.subject] is thing:
            own = action
        if target is None and action.target is not None and scene.things[action.target] is thing:
            target = action
    return own, target


def _partners_apart(scene: Scene, placed: list[Placed]) -> list[Placed]:
    """Let a giver hold the gift that stands beside it, and go to the next figure."""
    for action in scene.actions:
        if action.verb not in GIVES or action.target is None:
            continue
        gift = scene.things[action.target]
        givers = [item for item in placed if item.thing is scene.things[action.subject]]
        takers = [
            item for item in placed if item.thing.character and item.thing is not givers[0].thing
        ] if givers else []  # fmt: skip
        if gift.character is not None or not takers or not givers[0].thing.character:
            continue
        giver, taker = givers[0], takers[0]
        side = 1 if taker.x > giver.x else -1
        near = giver.unit * 54
        moved = {
            id(giver): replace(giver, held=gift, facing=side, pose=POSES["give"]),
            id(taker): replace(
                taker, x=giver.x + side * near, facing=-side, pose=POSES["take"]
            ),
        }  # fmt: skip
        return [moved.get(id(item), item) for item in placed if item.thing is not gift]
    return placed


def _thing_track(
    clip: Clip, item: Placed, action: Action | None, as_target: Action | None, seed: str
) -> Track:
    verb = action.verb if action else ""
    ridden = as_target is not None and as_target.relation in ("rides",)
    drives = verb in SLIDES or ridden
    speed = clip.travel if drives else 0.0

    def moment(t: float) -> Moment:
        shape = shape_of(item, "drive" if drives else verb, t, seed, clip)
        x = item.x + speed * t * item.facing + shape.dx
        return Moment(item.pose, x, item.y + shape.dy, item.facing, shape, speed=speed)

    return Track(item, "ride" if ridden else verb, moment, seed)


def _figure_track(
    clip: Clip, item: Placed, action: Action | None, as_target: Action | None, seed: str
) -> Track:
    verb, pose_name = _verb_of(item, action, as_target)
    blinks = blink_times(clip.seconds, seed)
    expression = EXPRESSIONS.get(item.thing.expression, {})
    weather = clip.scene.when.weather
    act = _act(clip, item, verb, pose_name, seed)

    def moment(t: float) -> Moment:
        now = act(t)
        pose = now.pose.but(**expression) if expression else now.pose
        free = verb in ("", "stand", "walk") or pose.gaze == (0.0, 0.0)
        pose = alive(pose, t, blinks, seed, free)
        return replace(now, pose=pose, wind=wind_at(t, now.speed, weather))

    return Track(item, verb, moment, seed)


def _verb_of(item: Placed, action: Action | None, as_target: Action | None) -> tuple[str, str]:
    """Return the verb and the pose of a figure; of one that something is done to, the answer."""
    if action is not None:
        return action.verb, action.pose
    if as_target is not None:
        answers = {
            "hugs": ("hug", "hug"),
            "chases": ("run", "run"),
            "flees": ("run", "run"),
            "gives": ("take", "take"),
        }
        answer = answers.get(as_target.relation)
        if answer:
            return answer
        if as_target.verb in ("talk", "speech", "teach", "whisper", "sing"):
            return "nod", "stand"
        if as_target.verb in ("fight", "wave", "kiss"):
            return as_target.verb, as_target.pose
        return "", "stand"
    if item.pose == POSES["wave"]:
        return "wave", "wave"
    if item.pose == POSES["take"]:
        return "take", "take"
    return "", "walk" if item.pose == POSES["walk"] else "stand"


def _act(
    clip: Clip, item: Placed, verb: str, pose_name: str, seed: str
) -> Callable[[float], Moment]:
    pace = pace_of(verb)
    meeting = verb in MEETS and not item.floats
    if item.floats and item.layer == 1:  # sits or rides on something
        return _riding(clip, item, verb, pose_name)
    if pace is not None and not meeting:
        return functools.partial(_going, clip, item, pace, verb)
    if meeting:
        return functools.partial(_meeting, clip, item, verb, pose_name)
    if verb in SLIDES:
        return functools.partial(_sliding, clip, item, verb, pose_name)
    return functools.partial(_staying, clip, item, verb, pose_name, _offset(seed))


def _offset(seed: str) -> float:
    """Return seconds by which a figure is later than others that do the same."""
    number = int(seed.split()[-1])
    return (number * 0.37) % 0.9


def _going(clip: Clip, item: Placed, pace: Pace, verb: str, t: float) -> Moment:
    """Walk or run through the picture, its middle at the place on the stage."""
    unit = item.unit
    speed = pace.speed(unit)
    if clip.travel:  # the world goes by; partners fall back and catch up a little
        own = 0.9 + 0.16 * math.sin(2 * math.pi * t / 3.1 + item.x / 97)
        distance = clip.travel * t + (own - 0.9) * unit * 60
        x = item.x + item.facing * distance
        speed = clip.travel
    else:
        distance = speed * (t - clip.seconds / 2)
        x = item.x + item.facing * distance
    pose = pace.pose(distance, unit)
    if verb == "sneak":
        pose = pose.but(lean=16.0, arm_front=(60.0, 60.0), arm_back=(30.0, 70.0), mouth="flat")
    if verb in ("flee",):
        pose = pose.but(mouth="open", eyes="wide", brow="sad")
    elif pace.run:
        pose = pose.but(mouth="open")
    return Moment(pose, x, item.y, item.facing, held=item.held, speed=speed)


def _meeting(clip: Clip, item: Placed, verb: str, pose_name: str, t: float) -> Moment:
    """Come to the other one on foot, stop, and act."""
    meets = clip.seconds * APPROACH
    way = WALKING.speed(item.unit) * meets
    if t < meets:
        # the last steps get shorter; the phase follows the way, so the feet stand
        q = t / meets
        left = way * (1 - q) ** 1.4
        pose = blend(WALKING.pose(-left, item.unit), POSES["stand"].but(turn=0.7), (q - 0.9) * 10)
        return Moment(pose, item.x - item.facing * left, item.y, item.facing, held=item.held,
                      speed=way / meets)  # fmt: skip
    since = t - meets
    before = POSES["stand"].but(turn=0.7, arm_front=(24.0, 30.0))
    goal = POSES[pose_name] if pose_name in POSES else item.pose
    acted = gesture_of(verb, pose_name)(goal, since)
    pose = blend(before, acted, since / 0.5)
    held = item.held
    if verb in GIVES and since > 0.9:
        held, pose = None, blend(pose, POSES["stand"].but(eyes="happy", turn=0.6), since - 1.3)
    return Moment(pose, item.x, item.y, item.facing, held=held)


def _sliding(clip: Clip, item: Placed, verb: str, pose_name: str, t: float) -> Moment:
    speed = clip.travel or SPEEDS[verb]
    start = 0.0 if clip.travel else -clip.seconds / 2
    swing = math.sin(2 * math.pi * t / 1.3)
    pose = POSES[pose_name].but(lean=POSES[pose_name].lean + 4 * swing, lift=1.2 * abs(swing))
    if verb == "skate":
        push = max(0.0, swing)
        pose = pose.but(leg_back=(-44 * push, 14.0), arm_front=(-40 + 60 * push, 10.0))
    x = item.x + item.facing * speed * (t + start)
    return Moment(pose, x, item.y, item.facing, held=item.held, speed=speed)


def _riding(
    clip: Clip, item: Placed, verb: str, pose_name: str
) -> Callable[[float], Moment]:  # fmt: skip
    rides = verb in SLIDES
    gesture = gesture_of(verb, pose_name)
    action, _ = action_of(clip.scene, item.thing)
    mount = clip.scene.things[action.target] if action and action.target is not None else None
    kind = kind_of(mount.drawing) if mount else "thing"

    def moment(t: float) -> Moment:
        bob = -driving(kind, t - 0.04).dy if rides else 0.0
        speed = clip.travel if rides else 0.0
        pose = gesture(item.pose, t)
        x = item.x + item.facing * speed * t
        return Moment(pose, x, item.y - bob, item.facing, held=item.held, speed=speed)

    return moment


def _staying(
    clip: Clip, item: Placed, verb: str, pose_name: str, offset: float, t: float
) -> Moment:  # fmt: skip
    base = item.pose if pose_name != "walk" or verb else POSES["stand"]
    if pose_name in POSES and pose_name not in ("walk", "run", "sneak"):
        base = POSES[pose_name]
    pose = gesture_of(verb, pose_name)(base, t + offset)
    x, y, facing = item.x, item.y, item.facing
    seconds = clip.seconds
    q = t / seconds - 0.5
    if verb in ("fly", "fly-over"):
        x += facing * 420 * q
        y += -60 - 16 * math.sin(2 * math.pi * t / 2.3)
    elif verb == "swim":
        x += facing * 200 * q
        y += -150 * (1 if clip.scene.place == "underwater" else 0.0) - 9 * math.sin(t * 2.4)
    elif verb in ("float", "hang") or pose_name == "float":
        y += -40 - 14 * math.sin(2 * math.pi * t / 3.3)
        if verb == "rise":
            y -= 260 * (q + 0.5)
    elif verb in ("fall", "set"):
        y += min(0.0, -330 * (1 - (t / (0.75 * seconds)) ** 2))
    elif verb == "climb":
        y -= 150 * (t / seconds)
    elif verb == "climb-down":
        y -= 150 * (1 - t / seconds)
    elif verb == "dance":
        x += 14 * math.sin(2 * math.pi * t / 1.84) * item.unit / 2.75
    elif verb == "pet" or verb == "crawl":
        x += facing * 90 * q
    speed = 70.0 if verb == "dance" else 0.0
    held = item.held
    if verb in ("lift", "pick") and t + offset < 1.0:
        held = None
    if verb == "take" and item.pose == POSES["take"]:
        held = _taken(clip, t)
    return Moment(pose, x, y, facing, held=held, speed=speed)


def _taken(clip: Clip, t: float) -> Thing | None:
    """Return the gift once it was handed over."""
    for action in clip.scene.actions:
        if action.verb in GIVES and action.target is not None:
            gift = clip.scene.things[action.target]
            if gift.character is None and t - clip.seconds * APPROACH > 0.9:
                return gift
    return None
