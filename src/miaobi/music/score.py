"""A score as a plain value: notes on a grid of ticks, parts, meter, tempo and key.

A tick is 1/24 of a quarter note: a sixteenth is 6 ticks, a triplet eighth 8. Pitches are MIDI
numbers (middle C is 60). The tempo is in quarter notes per minute, whatever the meter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypedDict, Unpack

from miaobi.core.arrays import Pixels
from miaobi.core.errors import MediaError
from miaobi.music.keys import Key, find_key

GRID = 24  # ticks per quarter note
WHOLE = 4 * GRID  # ticks per whole note
MAX_NOTES = 200_000
# RGB of the parts in a piano roll, in turn
COLORS = (
    (42, 111, 187),
    (196, 69, 45),
    (58, 143, 77),
    (150, 90, 170),
    (214, 152, 30),
    (80, 80, 80),
)
BLACK_KEYS = (1, 3, 6, 8, 10)  # pitch classes
ROW_HEIGHT = 6  # pixels per semitone of a piano roll
MAX_WIDTH = 2400  # pixels of a piano roll


@dataclass(frozen=True, order=True)
class Note:
    """One note; notes sort by start, part and pitch."""

    start: int  # ticks from the beginning
    part: int  # index into Score.parts
    pitch: int  # 0 to 127
    length: int  # ticks
    velocity: int = 80  # 1 to 127

    @property
    def end(self) -> int:
        """The tick at which the note ends."""
        return self.start + self.length


@dataclass(frozen=True)
class Part:
    """One part of a score and its General MIDI instrument."""

    name: str = ""
    program: int = 0  # 0 to 127; the number of the kit if `drums`
    drums: bool = False


@dataclass(frozen=True)
class Score:
    """A piece in one meter, tempo and key."""

    notes: tuple[Note, ...]  # sorted
    parts: tuple[Part, ...] = (Part(),)
    meter: tuple[int, int] = (4, 4)
    tempo: float = 100.0  # quarter notes per minute
    key: Key = field(default_factory=Key)
    pickup: int = 0  # ticks of an incomplete first bar
    length: int = 0  # minimum length in ticks, for a rest at the end
    title: str = ""
    warnings: tuple[str, ...] = ()  # of the reader: sentences about what it left out

    @property
    def bar(self) -> int:
        """Length of a bar in ticks."""
        return bar_ticks(self.meter)

    @property
    def beat(self) -> int:
        """Length of a beat in ticks."""
        return beat_ticks(self.meter)

    @property
    def offset(self) -> int:
        """Ticks from the first bar line to the beginning, which has no notes before a pickup."""
        return (self.bar - self.pickup) % self.bar

    @property
    def ticks(self) -> int:
        """Length of the piece in ticks."""
        return max(self.length, max((note.end for note in self.notes), default=0))

    @property
    def seconds(self) -> float:
        """Length of the piece in seconds, without the release of its last notes."""
        return self.seconds_at(self.ticks)

    def seconds_at(self, tick: int) -> float:
        """Return the time of a tick in seconds from the beginning."""
        return tick / GRID * 60 / self.tempo


class ScoreHeader(TypedDict, total=False):
    """Fields of a score that a file states before its notes; see Score."""

    meter: tuple[int, int]
    tempo: float
    key: Key
    pickup: int
    title: str
    warnings: tuple[str, ...]


def bar_ticks(meter: tuple[int, int]) -> int:
    """Return the length of a bar in ticks: (3, 4) gives 72."""
    return meter[0] * WHOLE // meter[1]


def beat_ticks(meter: tuple[int, int]) -> int:
    """Return the length of a beat in ticks: a dotted quarter in 6/8, 9/8 and 12/8."""
    unit = WHOLE // meter[1]
    return 3 * unit if meter[1] == 8 and meter[0] % 3 == 0 and meter[0] > 3 else unit


def time_spans(score: Score, length: int) -> list[tuple[int, int]]:
    """Divide a score into (start, end) spans of a length in ticks, aligned with the bar lines."""
    first = score.pickup % length
    edges = [0, *range(first or length, score.ticks, length), score.ticks]
    return list(pairwise(edges))


def make_score(
    notes: Iterable[Note],
    name: object,
    parts: tuple[Part, ...] = (Part(),),
    **header: Unpack[ScoreHeader],
) -> Score:
    """Build a Score from unsorted notes; the key is estimated unless the header has one.

    `name` is the file in error messages. Raises MediaError without notes, or with too many.
    """
    ordered = tuple(sorted(notes))
    if not ordered:
        raise MediaError("{name} has no notes.", "Check that it is the right file.", name=name)
    if len(ordered) > MAX_NOTES:
        raise MediaError(
            "{name} has {count} notes.",
            "The limit is {limit}: cut it into shorter pieces.",
            name=name,
            count=len(ordered),
            limit=MAX_NOTES,
        )
    score = Score(ordered, parts, **header)
    return score if "key" in header else replace(score, key=estimate_key(score))


def estimate_key(score: Score) -> Key:
    """Estimate the key from the pitched notes of a score."""
    pitched = [note for note in score.notes if not score.parts[note.part].drums]
    end = max((note.end for note in pitched), default=0)
    final = min((note.pitch for note in pitched if note.end == end), default=None)
    return find_key(((note.pitch, note.length) for note in pitched), final)


def transpose(score: Score, semitones: int) -> Score:
    """Transpose a score and its key.

    Drums stay; pitches outside 0 to 127 move back by an octave.
    """
    notes = [
        note
        if score.parts[note.part].drums
        else replace(note, pitch=_wrap_octave(note.pitch + semitones))
        for note in score.notes
    ]
    return replace(score, notes=tuple(sorted(notes)), key=score.key.transpose(semitones))


def _wrap_octave(pitch: int) -> int:
    return pitch + 12 if pitch < 0 else pitch - 12 if pitch > 127 else pitch


def piano_roll(score: Score) -> Pixels:
    """Draw a score as a piano roll: uint8 (H, W, 3), one color per part, bar lines in gray.

    H spans the range of the pitches; W is 2 pixels per tick, at most MAX_WIDTH.
    """
    import numpy as np

    pitches = [note.pitch for note in score.notes] or [60]
    low, high = min(pitches) - 2, max(pitches) + 2
    ticks = max(score.ticks, 1)
    scale = min(2.0, MAX_WIDTH / ticks)  # pixels per tick
    width, height = max(1, round(ticks * scale)), (high - low + 1) * ROW_HEIGHT
    picture = np.full((height, width, 3), 255, np.uint8)
    for pitch in range(low, high + 1):
        if pitch % 12 in BLACK_KEYS:
            top = (high - pitch) * ROW_HEIGHT
            picture[top : top + ROW_HEIGHT] = 240
    first = score.pickup % score.bar
    for tick in range(first, ticks + 1, score.bar):
        picture[:, min(width - 1, round(tick * scale))] = 190
    for note in score.notes:
        top = (high - note.pitch) * ROW_HEIGHT
        left = round(note.start * scale)
        right = max(left + 1, round(note.end * scale) - 1)  # a gap between repeated notes
        picture[top + 1 : top + ROW_HEIGHT - 1, left:right] = COLORS[note.part % len(COLORS)]
    return picture
