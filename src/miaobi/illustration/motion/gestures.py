"""Gestures: the pose of a figure that acts, as a function of time in seconds, by verb."""

import math
from collections.abc import Callable
from dataclasses import replace

from miaobi.actors.pose import POSES, Pose, blend
from miaobi.illustration.motion.keys import aperture, mirrored, through, turned_arm, wave_of

Gesture = Callable[[Pose, float], Pose]
STAND = POSES["stand"]
CROUCH = STAND.but(
    leg_front=(46.0, 84.0),
    leg_back=(40.0, 80.0),
    arm_front=(-30.0, 20.0),
    arm_back=(-44.0, 20.0),
    lean=14.0,
    squash=0.93,
)


def _jump(pose: Pose, t: float) -> Pose:
    period, height = 1.05, 30.0
    q = t % period / period
    if q < 0.24 or q > 0.84:  # anticipation, and the landing
        depth = math.sin(math.pi * (q / 0.24 if q < 0.24 else (q - 0.84) / 0.16))
        return blend(STAND.but(turn=0.5), CROUCH.but(turn=0.5), depth * 0.9)
    air = (q - 0.24) / 0.6
    up = pose.but(lift=height * 4 * air * (1 - air), squash=1.04)
    return blend(CROUCH.but(lift=0.0), up, min(1, air * 4)).but(lift=up.lift) if air < 0.3 else up


def _dance(pose: Pose, t: float) -> Pose:
    beat = 0.46
    low = STAND.but(leg_front=(20.0, 36.0), leg_back=(-4.0, 30.0), eyes="happy", mouth="open")
    keys = [(0.0, pose), (beat, low), (2 * beat, mirrored(pose)), (3 * beat, low)]
    moved = through(keys, t, 4 * beat)
    return moved.but(lift=4 * abs(wave_of(t, 2 * beat)), eyes="happy", mouth="open")


def _wave(pose: Pose, t: float) -> Pose:
    swung = turned_arm(pose, 9 * wave_of(t, 0.55), 24 * wave_of(t, 0.55))
    ready = STAND.but(head=3.0, arm_front=(2.0, 20.0))
    return through([(0, STAND), (0.18, ready), (0.5, swung)], t).but(
        head=pose.head + 3 * wave_of(t, 1.1)
    )


def _talk(pose: Pose, t: float) -> Pose:
    moved = through(
        [
            (0.0, pose),
            (0.5, turned_arm(pose, -14, 30)),
            (1.0, turned_arm(pose, 8, -14)),
            (1.7, STAND.but(turn=pose.turn)),
            (2.3, turned_arm(pose, -6, 10)),
        ],
        t,
        2.9,
    )
    nod = 3.5 * wave_of(t, 0.9) + 1.5 * wave_of(t, 0.37)
    return moved.but(mouth="talk", aperture=aperture(t), head=pose.head + nod)


def _nod(pose: Pose, t: float) -> Pose:
    q = t % 2.0
    down = 15 * max(0.0, math.sin(2 * math.pi * q / 0.62)) if q < 1.24 else 0.0
    return STAND.but(head=down * 0.5, head_y=down * 0.22, gaze=(0.0, down / 30))


def _shake_head(pose: Pose, t: float) -> Pose:
    q = t % 2.2
    side = math.sin(2 * math.pi * q / 0.7) if q < 1.4 else 0.0
    return STAND.but(turn=0.9 * side, gaze=(side * 0.6, 0.0), mouth="flat", brow="sad")


def _read(pose: Pose, t: float) -> Pose:
    line = t % 1.5 / 1.5
    page = t % 3.4
    x, y = pose.hand_front or (11.0, -33.0)
    if page > 2.9:  # turns the page
        q = math.sin(math.pi * (page - 2.9) / 0.5)
        x, y = x - 9 * q, y - 5 * q
    head = pose.head + 1.5 * wave_of(t, 3.0)
    return pose.but(gaze=(1.5 * line - 0.75, 0.9), hand_front=(x, y), head=head)


def _eat(pose: Pose, t: float) -> Pose:
    q = t % 1.9
    low = pose.but(hand_front=(10.0, -35.0), mouth="talk", eyes="open", gaze=(0.2, 0.7))
    bite = pose.but(mouth="talk", eyes="open")
    moved = through([(0.0, low), (0.35, bite), (0.75, bite), (1.1, low)], q, 1.9)
    chew = 0.9 if 0.3 < q < 0.5 else 0.3 * abs(wave_of(t, 0.5)) if q > 0.7 else 0.0
    return moved.but(aperture=chew, eyes="happy" if 0.8 < q < 1.7 else "open")


def _drink(pose: Pose, t: float) -> Pose:
    low = STAND.but(hand_front=(10.0, -36.0), arm_back=pose.arm_back, gaze=(0.2, 0.6))
    sip = pose.but(head=-10.0)
    return through([(0.0, low), (0.6, pose), (1.1, sip), (1.7, sip), (2.2, low)], t, 2.8)


def _laugh(pose: Pose, t: float) -> Pose:
    shake = abs(wave_of(t, 0.44))
    return pose.but(
        lift=1.2 * shake, head=pose.head + 4 * wave_of(t, 1.3), squash=0.985 + 0.025 * shake
    )


def _cry(pose: Pose, t: float) -> Pose:
    sob = max(0.0, wave_of(t, 0.8)) ** 3
    return pose.but(
        head=pose.head + 4 * wave_of(t, 1.6), head_y=pose.head_y - 1.4 * sob, squash=1 + 0.02 * sob
    )


def _cheer(pose: Pose, t: float) -> Pose:
    up = abs(wave_of(t, 0.9))
    moved = turned_arm(turned_arm(pose, 14 * wave_of(t, 0.45)), 14 * wave_of(t, 0.45), back=True)
    return moved.but(lift=10 * up, squash=0.95 + 0.07 * up, head=4 * wave_of(t, 0.9))


def _fight(pose: Pose, t: float) -> Pose:
    ready = pose.but(arm_front=(44.0, 104.0), arm_back=(52.0, 96.0), lean=2.0)
    wind = ready.but(arm_front=(-6.0, 120.0), lean=-8.0)
    hit = pose.but(arm_front=(88.0, 2.0), arm_back=(30.0, 100.0), lean=16.0, mouth="grin")
    return through([(0, ready), (0.28, wind), (0.42, hit), (0.58, hit), (0.85, ready)], t, 1.1)


def _cast(pose: Pose, t: float) -> Pose:
    gather = pose.but(
        arm_front=(30.0, 120.0), arm_back=(10.0, 110.0), lean=-7.0, mouth="flat", eyes="narrow"
    )
    over = pose.but(arm_front=(160.0, 10.0), lean=-4.0)
    hold = pose.but(lean=8.0, arm_front=(96 + 2 * wave_of(t, 0.16), 2.0))
    return through([(0, gather), (0.5, gather), (0.85, over), (1.05, hold), (2.3, hold)], t, 2.8)


def _climb(pose: Pose, t: float) -> Pose:
    other = replace(
        pose,
        arm_front=pose.arm_back,
        arm_back=pose.arm_front,
        leg_front=pose.leg_back,
        leg_back=pose.leg_front,
    )
    return through([(0, pose), (0.5, other)], t, 1.0)


def _swim(pose: Pose, t: float) -> Pose:
    kick = 20 * wave_of(t, 0.7)
    moved = turned_arm(pose, 46 * wave_of(t, 1.4))
    a, b = pose.leg_front[0], pose.leg_back[0]
    return moved.but(leg_front=(a + kick, pose.leg_front[1]), leg_back=(b - kick, pose.leg_back[1]))


def _fly(pose: Pose, t: float) -> Pose:
    kick = 7 * wave_of(t, 0.8)
    a, b = pose.leg_front[0], pose.leg_back[0]
    legs = pose.but(leg_front=(a + kick, pose.leg_front[1]), leg_back=(b - kick, pose.leg_back[1]))
    return legs.but(lean=pose.lean + 3 * wave_of(t, 2.3))


def _float(pose: Pose, t: float) -> Pose:
    moved = turned_arm(turned_arm(pose, 14 * wave_of(t, 2.2)), -14 * wave_of(t, 2.2), back=True)
    a, b = pose.leg_front[0], pose.leg_back[0]
    swung = 9 * wave_of(t, 1.8)
    return moved.but(leg_front=(a + swung, 24.0), leg_back=(b - swung, 24.0), lean=pose.lean)


def _tumble(pose: Pose, t: float) -> Pose:
    flail = 32 * wave_of(t, 0.34)
    moved = turned_arm(turned_arm(pose, flail), flail, back=True)
    return moved.but(lean=pose.lean + 10 * wave_of(t, 1.1))


def _look_around(pose: Pose, t: float) -> Pose:
    head = wave_of(t, 3.2)
    eyes = max(-1.0, min(1.0, 1.6 * wave_of(t + 0.16, 3.2)))  # the eyes move first
    return pose.but(turn=0.8 * head, gaze=(eyes, pose.gaze[1] * 0.5), head=pose.head + 3 * head)


def _hide(pose: Pose, t: float) -> Pose:
    q = through([(0, STAND), (0.9, STAND.but(lift=1.0)), (2.0, STAND.but(lift=1.0))], t, 3.0).lift
    return pose.but(head_x=3 * q, head_y=-1.5 * q, lean=10 + 9 * q, gaze=(0.9 * q, -0.2))


def _bow(pose: Pose, t: float) -> Pose:
    return through([(0, STAND), (0.6, pose), (1.3, pose), (2.0, STAND)], t, 2.8)


def _shiver(pose: Pose, t: float) -> Pose:
    return pose.but(lean=pose.lean + 1.6 * wave_of(t, 0.12), head=pose.head + 1.5 * wave_of(t, 0.1))


def _sing(pose: Pose, t: float) -> Pose:
    moved = turned_arm(pose, 12 * wave_of(t, 1.8), back=True)
    return moved.but(
        mouth="talk", aperture=0.35 + 0.6 * abs(wave_of(t, 1.3)), lean=4 * wave_of(t, 1.8)
    )


def _shout(pose: Pose, t: float) -> Pose:
    cry = max(0.0, wave_of(t, 1.1))
    return through([(0, STAND), (0.3, pose)], t).but(
        mouth="talk", aperture=0.2 + 0.8 * cry, lean=pose.lean + 6 * cry, brow="angry"
    )


def _sleep(pose: Pose, t: float) -> Pose:
    return pose.but(head_y=pose.head_y - 0.9 * wave_of(t, 3.4), tail=6 * wave_of(t, 3.4))


def _pick_up(pose: Pose, t: float) -> Pose:
    low = POSES["kneel"].but(lean=26.0, hand_front=(15.0, 9.0), gaze=(0.6, 1.0))
    return through(
        [
            (0, STAND),
            (0.3, STAND.but(gaze=(0.5, 1.0), head=8.0)),
            (0.95, low),
            (1.2, low),
            (1.9, pose),
        ],
        t,
    )


def _work(upper: float, lower: float, period: float) -> Gesture:
    """Return the gesture of a work of the arms, which swing by angles in degrees."""

    def gesture(pose: Pose, t: float) -> Pose:
        q = wave_of(t, period)
        a, b = upper * q, lower * q
        moved = turned_arm(turned_arm(pose, a, b), a * 0.7, b * 0.7, back=True)
        for name in ("hand_front", "hand_back"):
            target = getattr(pose, name)
            if target is not None:
                turned = target[0] + 0.1 * upper * q, target[1] + 0.08 * upper * q
                moved = moved.but(**{name: turned})
        return moved.but(lean=pose.lean + 0.16 * upper * q, head=pose.head + 2 * q)

    return gesture


def _held(pose: Pose, t: float) -> Pose:
    """Return the way from standing into the pose, with a small anticipation, and a sway in it."""
    ready = STAND.but(lean=-pose.lean * 0.3, turn=pose.turn * 0.5, gaze=pose.gaze)
    moved = through([(0, STAND), (0.25, ready), (0.7, pose)], t)
    if pose.posture != "stand":
        moved = pose
    return moved.but(head=moved.head + 2.5 * wave_of(t, 2.9), lean=moved.lean + wave_of(t, 3.7))


GESTURES: dict[str, Gesture] = {
    "jump": _jump,
    "dance": _dance,
    "play": _dance,
    "wave": _wave,
    "talk": _talk,
    "whisper": _talk,
    "sing": _sing,
    "shout": _shout,
    "nod": _nod,
    "shake-head": _shake_head,
    "read": _read,
    "eat": _eat,
    "drink": _drink,
    "laugh": _laugh,
    "cry": _cry,
    "cheer": _cheer,
    "fight": _fight,
    "cast-spell": _cast,
    "climb": _climb,
    "swim": _swim,
    "fly": _fly,
    "float": _float,
    "fall": _tumble,
    "search": _look_around,
    "hide": _hide,
    "bow": _bow,
    "shiver": _shiver,
    "scared": _shiver,
    "sleep": _sleep,
    "lift": _pick_up,
    "pick": _pick_up,
    "kick": _work(30, 20, 1.0),
    "throw": _work(48, 10, 1.2),
    "dig": _work(30, 16, 1.1),
    "sweep": _work(24, 6, 1.2),
    "push": _work(6, 4, 0.9),
    "pull": _work(12, 6, 1.0),
    "paint": _work(14, 20, 0.8),
    "write": _work(10, 4, 0.7),
    "cook": _work(16, 12, 0.9),
    "play-instrument": _work(22, 10, 0.6),
    "swing-weapon": _work(52, 10, 1.1),
    "swing": _work(10, 4, 1.8),
    "row": _work(22, 20, 1.4),
    "ride": _work(8, 6, 0.55),
    "drive": _work(5, 4, 1.1),
    "give": _held,
}


def gesture_of(verb: str, pose_name: str) -> Gesture:
    """Return the gesture of a verb, or that of its pose; by default the pose is held."""
    return GESTURES.get(verb) or GESTURES.get(pose_name) or _held
