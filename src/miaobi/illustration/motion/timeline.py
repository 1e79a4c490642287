"""Timeline: where every figure and thing of a clip is at a time, and in which pose."""

import functools
import math
from collections.abc import Callable
from dataclasses import replace

from miaobi.actors.pose import POSES, blend
from miaobi.illustration.motion.gestures import gesture_of
from miaobi.illustration.motion.idle import alive, blink_times, wind_at
from miaobi.illustration.motion.partners import GIVES, action_of, partners_apart
from miaobi.illustration.motion.things import driving, kind_of, shape_of
from miaobi.illustration.motion.tracks import (
    SLIDES,
    SPEEDS,
    WALKING,
    Clip,
    Moment,
    Pace,
    Track,
    pace_of,
)
from miaobi.illustration.scene import Action, Thing
from miaobi.illustration.stage import EXPRESSIONS, Placed

MEETS = {"hug", "kiss", "love", "give", "visit", "welcome", "feed"}  # one comes to the other
APPROACH = 0.36  # of the clip, until they are together


def tracks_of(clip: Clip, placed: list[Placed]) -> list[Track]:
    """Return the tracks of everything on the stage, from back to front."""
    placed = partners_apart(clip.scene, placed)
    tracks = []
    for number, item in enumerate(placed):
        action, as_target = action_of(clip.scene, item.thing)
        seed = f"{clip.seed} {number}"
        if item.thing.character is None:
            tracks.append(_thing_track(clip, item, action, as_target, seed))
        else:
            tracks.append(_figure_track(clip, item, action, as_target, seed))
    return tracks


def _thing_track(
    clip: Clip, item: Placed, action: Action | None, as_target: Action | None, seed: str
) -> Track:
    verb = action.verb if action else ""
    ridden = as_target is not None and as_target.relation == "rides"
    if not verb and as_target is not None and as_target.verb == "fight":
        verb = "fight"
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
    """Return a moment on foot through the picture; halfway it is at its spot of the stage."""
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
    pose = pace.pose(distance + 1.7 * item.x, unit)  # neighbors are out of step
    if verb == "sneak":
        pose = pose.but(lean=16.0, arm_front=(60.0, 60.0), arm_back=(30.0, 70.0), mouth="flat")
    if verb in ("flee",):
        pose = pose.but(mouth="open", eyes="wide", brow="sad")
    elif pace.run:
        pose = pose.but(mouth="open")
    return Moment(pose, x, item.y, item.facing, held=item.held, speed=speed)


def _meeting(clip: Clip, item: Placed, verb: str, pose_name: str, t: float) -> Moment:
    """Return a moment of coming to the other figure on foot, stopping, and acting."""
    meets = clip.seconds * APPROACH
    way = WALKING.speed(item.unit) * meets
    if t < meets:
        # the last steps get shorter; the phase follows the way, so the feet stand
        q = t / meets
        left = way * (1 - q) ** 1.4
        pose = blend(WALKING.pose(-left, item.unit), POSES["stand"].but(turn=0.7), (q - 0.9) * 10)
        return Moment(
            pose,
            item.x - item.facing * left,
            item.y,
            item.facing,
            held=item.held,
            speed=way / meets,
        )
    since = t - meets
    before = POSES["stand"].but(turn=0.7, arm_front=(24.0, 30.0))
    goal = POSES.get(pose_name, item.pose)
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


def _riding(clip: Clip, item: Placed, verb: str, pose_name: str) -> Callable[[float], Moment]:
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
) -> Moment:
    """Return a moment of an action in place, with the drift of flying, swimming or falling."""
    base = item.pose if pose_name != "walk" or verb else POSES["stand"]
    if pose_name in POSES and pose_name not in ("walk", "run", "sneak"):
        base = POSES[pose_name]
    pose = gesture_of(verb, pose_name)(base, t + offset)
    drift = DRIFTS.get(verb) or DRIFTS.get(pose_name)
    across, up = drift(t, t / clip.seconds) if drift else (0.0, 0.0)
    if verb == "swim" and clip.scene.place.startswith("underwater"):
        up += 150
    held = item.held
    if verb in ("lift", "pick") and t + offset < 1.0:
        held = None
    if verb == "take" and item.pose == POSES["take"]:
        held = _taken(clip, t)
    speed = 70.0 if verb == "dance" else 0.0
    x = item.x + item.facing * across
    return Moment(pose, x, item.y - up, item.facing, held=held, speed=speed)


def _flying(t: float, q: float) -> tuple[float, float]:
    return 420 * (q - 0.5), 60 + 16 * math.sin(2 * math.pi * t / 2.3)


def _floating(t: float, q: float) -> tuple[float, float]:
    return 10 * math.sin(2 * math.pi * t / 4.7), 40 + 14 * math.sin(2 * math.pi * t / 3.3)


def _rising(t: float, q: float) -> tuple[float, float]:
    return 0.0, 40 + 14 * math.sin(2 * math.pi * t / 3.3) + 260 * q


def _falling(t: float, q: float) -> tuple[float, float]:
    return 0.0, max(0.0, 330 * (1 - (q / 0.75) ** 2))


def _swimming(t: float, q: float) -> tuple[float, float]:
    return 200 * (q - 0.5), 9 * math.sin(2.4 * t)


# verb or pose -> (units forward, units up) at a time in seconds and as a fraction of the clip
DRIFTS: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "fly": _flying,
    "swim": _swimming,
    "rise": _rising,
    "fall": _falling,
    "float": _floating,
    "climb": lambda t, q: (0.0, 150 * q),
    "climb-down": lambda t, q: (0.0, 150 * (1 - q)),
    "dance": lambda t, q: (14 * math.sin(2 * math.pi * t / 1.84), 0.0),
    "crawl": lambda t, q: (90 * (q - 0.5), 0.0),
}


def _taken(clip: Clip, t: float) -> Thing | None:
    """Return the gift once it was handed over."""
    for action in clip.scene.actions:
        if action.verb in GIVES and action.target is not None:
            gift = clip.scene.things[action.target]
            if gift.character is None and t - clip.seconds * APPROACH > 0.9:
                return gift
    return None
