"""From a plan to a piece: how many bars fit, how it ends, which instrument plays what."""

import re
from collections.abc import Sequence
from dataclasses import replace

from miaobi.music.prompt import MusicPlan
from miaobi.music.score import GRID, Part, Score, bar_ticks, beat_ticks
from miaobi.music.tokens import Control

TAIL = 1.8  # seconds in which the last notes die away
TAIL_SHARE = 0.2  # of a short piece, at most
STEP = 6  # ticks: lengths are multiples of it, which every notation can write
SOLO = re.compile(r"\bsolo\b|unaccompanied|melody only|独奏|无伴奏|单旋律", re.I)
CONTINUING = re.compile(r"\bcontinu|\bgo(es)? on\b|\bextend|续写|接着|继续", re.I)
VARYING = re.compile(r"\bvar(y|iation|iations)\b|变奏", re.I)
RHYTHMIC = re.compile(
    r"\brhythm of\b|\bfollow(s|ing)? (the|this) rhythm|按.{0,6}节奏|跟随节奏", re.I
)
# styles that the network knows few pieces of -> what it is told
TOLD = {"waltz": "tune", "air": "tune"}
PLAIN = ((4, 4), (3, 4))  # meters of chorales
QUIET = ("calm", "sad", "dark")  # moods whose melodies go like those of chorales


def use_of(words: str, use: str) -> str:
    """What is to be done with a melody: as told, else as the words say."""
    if use:
        return use
    told = ((CONTINUING, "continue"), (VARYING, "vary"), (RHYTHMIC, "rhythm"))
    return next((name for pattern, name in told if pattern.search(words)), "harmonize")


def measured(plan: MusicPlan, told: bool, loop: bool) -> tuple[int, float, float]:
    """(bars, beats a minute, seconds of the music without its dying away) for a filled plan.

    A tempo that was not `told` gives way a little, so that whole bars fill the time.
    """
    assert plan.meter and plan.tempo and plan.seconds
    bar = bar_ticks(plan.meter) / beat_ticks(plan.meter) * 60 / plan.tempo  # seconds
    room = plan.seconds if loop else plan.seconds - tail_of(plan.seconds)
    if told and not loop:
        return max(1, int(room / bar + 1e-6)), plan.tempo, room
    bars = max(1, round(room / bar))
    if told:
        return bars, plan.tempo, bars * bar
    return bars, plan.tempo * bars * bar / room, room


def tail_of(seconds: float) -> float:
    """How long the last notes of a piece of so many seconds die away."""
    return min(TAIL, TAIL_SHARE * seconds)


def control_of(plan: MusicPlan, tempo: float) -> Control:
    """What the network is told before it writes a melody for a filled plan."""
    assert plan.meter
    style = TOLD.get(plan.style, plan.style)
    if not style:
        style = "chorale" if plan.mood in QUIET and plan.meter in PLAIN else "tune"
    return Control(style, plan.key, plan.meter, tempo, plan.mood, 1)


def chord_length(meter: tuple[int, int]) -> int:
    """Ticks between places where the chord may change: half a bar where a bar has halves."""
    bar = bar_ticks(meter)
    return bar // 2 if meter in ((4, 4), (2, 2), (6, 8), (12, 8), (6, 4)) else bar


def lasting(score: Score, seconds: float) -> Score:
    """The piece with its last notes held (or cut) so that it lasts so many seconds."""
    ticks = max(STEP, round(seconds / 60 * score.tempo * GRID / STEP) * STEP)
    end = score.ticks
    notes = [
        replace(note, length=ticks - note.start if note.end >= min(end, ticks) else note.length)
        for note in score.notes
        if note.start < ticks
    ]
    return replace(score, notes=tuple(notes), length=ticks)


def seated(score: Score, programs: Sequence[int]) -> Score:
    """The parts with their instruments, the melody's first; too few of them play twice."""
    count, told = len(score.parts), list(programs) or [0]
    if len(told) == 1:
        chosen = told * count
    elif count == 4 and len(told) >= 4:
        chosen = told[:4]
    else:
        chosen = [told[0], *[told[1]] * max(0, count - 2), told[-1]][:count]
    parts = tuple(
        Part(part.name, program) for part, program in zip(score.parts, chosen, strict=True)
    )
    return replace(score, parts=parts)
