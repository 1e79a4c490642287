"""Motions by rule: pose of a subject, window of the camera and night level at time t of a clip.

Lengths are fractions of the side of the picture, x to the right and y down; t runs from 0 to 1.
The tables also hold the words of captions and the keywords of prompts.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from miaobi.media import camera as camera_motions
from miaobi.media.camera import Window, window_at

# sides of camera windows, as fractions of the side of the world
ZOOM_SIZE = 0.68  # the closest view of a zoom
PAN_SIZE = 0.72
SHAKE_SIZE = 0.9
BOUNCES = 2  # in one clip


@dataclass(frozen=True)
class Pose:
    """Offset, scale and rotation of a subject relative to the middle of its path."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    angle: float = 0.0  # degrees, clockwise


@dataclass(frozen=True)
class Motion:
    """One kind of motion: its rule, its words in captions, and its keywords in prompts."""

    verbs: tuple[tuple[str, str], ...]  # (rises, rising)
    chinese: tuple[str, ...]
    pattern: str  # regular expression of keywords in both languages
    pose: "Callable[[float, float], Pose] | None" = None  # of subjects: (t, reach) -> Pose
    cyclic: bool = False  # the last frame continues with the first


def ease_in_out(t: float) -> float:
    """Map t in [0, 1] to [0, 1]: nearly linear, slower at both ends."""
    t = min(1.0, max(0.0, t))
    return 0.6 * t + 0.4 * (0.5 - 0.5 * math.cos(math.pi * t))


def _rise(t: float, reach: float) -> Pose:
    return Pose(y=reach * (0.5 - ease_in_out(t)))


def _fall(t: float, reach: float) -> Pose:
    return Pose(y=reach * (0.5 * t + 0.5 * t * t - 0.5))  # accelerated


def _left(t: float, reach: float) -> Pose:
    return Pose(x=reach * (0.5 - ease_in_out(t)))


def _right(t: float, reach: float) -> Pose:
    return Pose(x=reach * (ease_in_out(t) - 0.5))


def _bounce(t: float, reach: float) -> Pose:
    within = t * BOUNCES % 1.0
    return Pose(y=-reach * 4 * within * (1 - within))  # parabola of a thrown object


def _spin(t: float, reach: float) -> Pose:
    return Pose(angle=360 * t)


def _grow(t: float, reach: float) -> Pose:
    return Pose(scale=0.5 * (2.2 ** ease_in_out(t)))


def _shrink(t: float, reach: float) -> Pose:
    return _grow(1 - t, reach)


def _orbit(t: float, reach: float) -> Pose:
    turn = 2 * math.pi * t
    return Pose(x=0.5 * reach * math.cos(turn), y=0.38 * reach * math.sin(turn))


# motions of subjects; the keywords of the last row include unspecific movement
MOTIONS: dict[str, Motion] = {
    "rise": Motion(
        (("rises", "rising"), ("floats up", "floating up"), ("goes up", "going up")),
        ("升起", "慢慢升起", "向上飘"),
        r"\b(ris(e|es|ing)|(float|go|fly|drift)(s|es|ing)? up(wards?)?|climb(s|ing)?"
        r"|lift(s|ing)? off"
        r"|ascend(s|ing)?|tak(es?|ing) off|soar(s|ing)?)\b|(?<!直)升|飞起"
        r"|飘起|向上|往上|起飞",
        _rise,
    ),
    "fall": Motion(
        (("falls", "falling"), ("drops", "dropping"), ("falls down", "falling down")),
        ("落下", "慢慢落下", "往下掉"),
        r"\b(fall(s|ing)?|(?<!\bwater )(?<!\brain )(?<!\bdew )drop(s|ping)?"
        r"|sink(s|ing)?|descend(s|ing)?|(float|go|com)(e?s|es|ing)? down)\b"
        r"|落下|下落|降落|飘落|坠|往下|向下|下沉",
        _fall,
    ),
    "orbit": Motion(
        (
            ("moves in a circle", "moving in a circle"),
            ("circles", "circling"),
            ("goes round and round", "going round and round"),
        ),
        ("绕圈", "转着圈移动", "一圈一圈地绕"),
        r"\b(orbit(s|ing)?|circl(e|es|ing)|round and round|in a circle|revolv(e|es|ing))\b"
        r"|绕|盘旋|转着圈|一圈",
        _orbit,
        cyclic=True,
    ),
    "bounce": Motion(
        (
            ("bounces", "bouncing"),
            ("jumps", "jumping"),
            ("hops up and down", "hopping up and down"),
        ),
        ("跳动", "一蹦一跳", "上下弹跳"),
        r"\b(bounc(e|es|ing)|jump(s|ing)?|hop(s|ping)?|leap(s|ing)?)\b|跳|蹦|弹",
        _bounce,
        cyclic=True,
    ),
    "spin": Motion(
        (("spins", "spinning"), ("turns around", "turning around"), ("rotates", "rotating")),
        ("旋转", "转动", "不停地旋转"),
        r"\b(spin(s|ning)?|rotat(e|es|ing)|turn(s|ing)? (around|round)|twirl(s|ing)?"
        r"|whirl(s|ing)?)\b|旋转|自转|转动|转圈",
        _spin,
        cyclic=True,
    ),
    "grow": Motion(
        (
            ("grows", "growing"),
            ("gets bigger", "getting bigger"),
            ("becomes larger", "becoming larger"),
        ),
        ("变大", "慢慢长大", "越来越大"),
        r"\b(grow(s|ing)?|(get|becom)(e?s|e|t?ing) (bigger|larger)|swell(s|ing)?"
        r"|inflat(e|es|ing))\b|变大|长大|越来越大|膨胀",
        _grow,
    ),
    "shrink": Motion(
        (
            ("shrinks", "shrinking"),
            ("gets smaller", "getting smaller"),
            ("becomes smaller", "becoming smaller"),
        ),
        ("变小", "慢慢缩小", "越来越小"),
        r"\b(shrink(s|ing)?|(get|becom)(e?s|e|t?ing) smaller)\b|变小|缩小|越来越小",
        _shrink,
    ),
    "slide left": Motion(
        (
            ("slides left", "sliding left"),
            ("moves to the left", "moving to the left"),
            ("goes from right to left", "going from right to left"),
        ),
        ("向左滑动", "往左移动", "从右往左走"),
        r"\b(to the left(?! of)|leftwards?|(slid(es?|ing)|mov(es?|ing)|go(es|ing)?) left"
        r"|(from )?right to left)\b|从右[往向到]左走?|[向往]左",
        _left,
    ),
    "slide right": Motion(
        (
            ("slides right", "sliding right"),
            ("moves to the right", "moving to the right"),
            ("goes from left to right", "going from left to right"),
        ),
        ("向右滑动", "往右移动", "从左往右走"),
        r"\b(to the right(?! of)|rightwards?|(slid(es?|ing)|mov(es?|ing)|go(es|ing)?) right"
        r"|(from )?left to right)\b|从左[往向到]右走?|[向往]右"
        # movement without a direction
        r"|\b(slid(es?|ing)|cross(es|ing)?|pass(es|ing)|sail(s|ing)|driv(es|ing)|swim(s|ming)"
        r"|runs|running|walk(s|ing)|mov(es|ing)|fl(ies|ying)|rid(es|ing)|roll(s|ing)|glid(es|ing)"
        r"|float(s|ing)|drift(s|ing)|travel(s|ing))\b|滑行|滑动|驶过|游|奔|跑|走过|移动|飞过|飞行|漂|滚",
        _right,
    ),
}

# "the camera moves left", but not "a camera moves left"
_MOVING_CAMERA = r"(?<!\ba )\bcamera (slowly |quickly )?(mov|slid|go)(e?s|ing) {}\b"

# motions of the camera
CAMERAS: dict[str, Motion] = {
    "zoom in": Motion(
        (("zooms in", "zooming in"), ("moves closer", "moving closer")),
        ("推近", "慢慢放大"),
        r"\bzoom(s|ing)? in\b|\b(mov|com|get)(e?s|e|t?ing) closer\b"
        r"|\bclose-?up\b|推近|拉近|推进|放大",
    ),
    "zoom out": Motion(
        (("zooms out", "zooming out"), ("pulls back", "pulling back")),
        ("拉远", "慢慢缩小"),
        r"\bzoom(s|ing)? out\b|\bpull(s|ing)? (back|away|out)\b|拉远|拉开|镜头(慢慢)?缩小",
    ),
    "pan left": Motion(
        (("pans left", "panning left"), ("moves to the left", "moving to the left")),
        ("向左摇", "向左移动"),
        r"\bpan(s|ning)? (to the )?left\b|镜头(慢慢)?(向|往)左(移动?|摇)?|"
        + _MOVING_CAMERA.format("(to the )?left"),
    ),
    "pan right": Motion(
        (("pans right", "panning right"), ("moves to the right", "moving to the right")),
        ("向右摇", "向右移动"),
        r"\bpan(s|ning)? (to the )?right\b|镜头(慢慢)?(向|往)右(移动?|摇)?|\bpan(s|ning)?\b|摇镜|"
        + _MOVING_CAMERA.format("(to the )?right"),
    ),
    "pan up": Motion(
        (("tilts up", "tilting up"), ("moves up", "moving up")),
        ("向上摇", "向上移动"),
        r"\b(pan|tilt)(s|ning|ing)? up(wards?)?\b|镜头(慢慢)?(向|往)上(移动?|摇)?|"
        + _MOVING_CAMERA.format("up(wards?)?"),
    ),
    "pan down": Motion(
        (("tilts down", "tilting down"), ("moves down", "moving down")),
        ("向下摇", "向下移动"),
        r"\b(pan|tilt)(s|ning|ing)? down(wards?)?\b|镜头(慢慢)?(向|往)下(移动?|摇)?|"
        + _MOVING_CAMERA.format("down(wards?)?"),
    ),
    "shake": Motion(
        (("shakes", "shaking"), ("trembles", "trembling")),
        ("晃动", "抖动"),
        r"\b(shak(e|es|ing|y)|trembl(e|es|ing)|handheld)\b|晃|抖|摇晃",
    ),
}

# changes of light
LIGHTS: dict[str, Motion] = {
    "day to night": Motion(
        (("day turns to night", ""), ("night falls", ""), ("it gets dark", "")),
        ("白天变成黑夜", "天色渐渐变黑", "夜幕降临"),
        r"\b(day (turns|goes|fades|changes) (in)?to night|day to night|night (falls|comes)"
        r"|nightfall|(it )?(gets|grows|is getting) dark|sunset)\b"
        r"|变黑|天黑|夜幕|日落|白天(到|变成?)黑?夜",
    ),
    "night to day": Motion(
        (("night turns to day", ""), ("the day breaks", ""), ("it gets light", "")),
        ("黑夜变成白天", "天渐渐亮了", "天亮起来"),
        r"\b(night (turns|goes|fades|changes) (in)?to day|night to day|(the )?day (breaks|comes)"
        r"|dawn|daybreak|sunrise|(it )?(gets|is getting) (light|bright))\b"
        r"|天亮|渐渐亮|日出|黑?夜(到|变成?)白天",
    ),
}


def match_keyword(text: str, table: dict[str, Motion]) -> str:
    """Return the first row of a table whose pattern a text matches, or ""."""
    words = text.lower()
    return next((name for name, row in table.items() if re.search(row.pattern, words, re.I)), "")


def strip_keywords(text: str, tables: tuple[dict[str, Motion], ...]) -> str:
    """Remove the keywords of some tables and "the camera"; the rest describes the picture."""
    for table in tables:
        for row in table.values():
            text = re.sub(row.pattern, " ", text, flags=re.I)
    # "a camera" is a subject
    text = re.sub(
        r"\bthe camera\b|(?<![^,:;] )(?<!\w)camera\b|镜头|慢慢|渐渐|\b(slowly|quickly)\b",
        " ",
        text,
        flags=re.I,
    )
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"(\s*[,，;:：]\s*)+$|^(\s*[,，;:：]\s*)+", "", text).strip()


def camera_window(camera: str, t: float, shake_seed: int = 0) -> Window:
    """Return the window of the camera in fractions of the world; `shake_seed` varies a shake."""
    if camera == "shake":
        x, y = (0.5 + 0.5 * _shake_noise(t, shake_seed + axis) for axis in (0, 1))
        return window_at(SHAKE_SIZE, x, y)
    return camera_motions.camera_window(camera, ease_in_out(t), ZOOM_SIZE, PAN_SIZE, geometric=True)


def min_window_size(camera: str) -> float:
    """Return the smallest side of the windows of a camera motion."""
    if camera.startswith("zoom"):
        return ZOOM_SIZE
    return {"": 1.0, "shake": SHAKE_SIZE}.get(camera, PAN_SIZE)


def night_level(light: str, t: float) -> float:
    """Return the level of night at time t, in [0, 1]."""
    return {"day to night": ease_in_out(t), "night to day": 1 - ease_in_out(t)}.get(light, 0.0)


def _shake_noise(t: float, seed: int) -> float:
    """Return a sum of three incommensurable waves, in [-1, 1]."""
    phases = [(seed * 7919 + 104729 * n) % 997 / 997 * 2 * math.pi for n in range(3)]
    waves = (math.sin(2 * math.pi * f * t + p) for f, p in zip((5, 3, 7), phases, strict=True))
    return sum(w * a for w, a in zip(waves, (0.5, 0.3, 0.2), strict=True))
