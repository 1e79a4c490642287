"""A piece of music as a plain value: notes on a grid of ticks, parts, meter, tempo and key.

A tick is a 24th of a quarter note: sixteenths are 6, triplet eighths 8. Pitches are MIDI numbers
(middle C is 60). The tempo counts quarter notes a minute, whatever the meter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key, find_key

GRID = 24  # ticks of a quarter note
WHOLE = 4 * GRID
MAX_NOTES = 200_000
# of the parts in a picture, in turn
COLORS = (
    (42, 111, 187),
    (196, 69, 45),
    (58, 143, 77),
    (150, 90, 170),
    (214, 152, 30),
    (80, 80, 80),
)
BLACK_KEYS = (1, 3, 6, 8, 10)
ROW = 6  # pixels of a semitone
WIDEST = 2400  # pixels of a picture


@dataclass(frozen=True, order=True)
class Note:
    """One note; order is by start, part and pitch."""

    start: int  # ticks from the beginning
    part: int  # which of the score's parts
    pitch: int  # 0 to 127
    length: int  # ticks
    velocity: int = 80  # how hard it is struck, 1 to 127

    @property
    def end(self) -> int:
        """The tick at which it is let go."""
        return self.start + self.length


@dataclass(frozen=True)
class Part:
    """One line of the score and the General MIDI instrument that plays it."""

    name: str = ""
    program: int = 0  # 0 to 127; of drums, which kit
    drums: bool = False


@dataclass(frozen=True)
class Score:
    """A whole piece in one meter, tempo and key."""

    notes: tuple[Note, ...]  # sorted
    parts: tuple[Part, ...] = (Part(),)
    meter: tuple[int, int] = (4, 4)
    tempo: float = 100.0  # quarter notes a minute
    key: Key = field(default_factory=Key)
    pickup: int = 0  # ticks of an incomplete first bar
    length: int = 0  # ticks in all; less than the notes take: as long as they are
    title: str = ""

    @property
    def bar(self) -> int:
        """Ticks of a bar."""
        return bar_ticks(self.meter)

    @property
    def ticks(self) -> int:
        """Ticks of the whole piece."""
        return max(self.length, max((note.end for note in self.notes), default=0))

    @property
    def seconds(self) -> float:
        """How long the piece is, without the dying away of its last notes."""
        return self.at(self.ticks)

    def at(self, tick: int) -> float:
        """When a tick is heard, in seconds from the beginning."""
        return tick / GRID * 60 / self.tempo


def bar_ticks(meter: tuple[int, int]) -> int:
    """Ticks of a bar: (3, 4) -> 72."""
    return meter[0] * WHOLE // meter[1]


def beat_ticks(meter: tuple[int, int]) -> int:
    """Ticks of what is counted: a dotted quarter in 6/8, 9/8 and 12/8, else the meter's unit."""
    unit = WHOLE // meter[1]
    return 3 * unit if meter[1] == 8 and meter[0] % 3 == 0 and meter[0] > 3 else unit


def make_score(notes: Iterable[Note], name: object, **keywords: Any) -> Score:
    """A Score of sorted notes; without a key given it is found. Raises MediaError for no notes.

    `name` says in errors what was read.
    """
    told = tuple(sorted(notes))
    if not told:
        raise MediaError("{name} has no notes.", "Check that it is the right file.", name=name)
    if len(told) > MAX_NOTES:
        raise MediaError(
            "{name} has {count} notes.",
            "The limit is {limit}: cut it into shorter pieces.",
            name=name,
            count=len(told),
            limit=MAX_NOTES,
        )
    score = Score(told, **{key: value for key, value in keywords.items() if key != "key"})
    return replace(score, key=keywords.get("key") or key_of(score))


def key_of(score: Score) -> Key:
    """The key that the notes are in, drums left out."""
    heard = [note for note in score.notes if not score.parts[note.part].drums]
    end = max((note.end for note in heard), default=0)
    last = min((note.pitch for note in heard if note.end == end), default=None)
    return find_key(((note.pitch, note.length) for note in heard), last)


def transposed(score: Score, semitones: int) -> Score:
    """The piece so much higher; drums stay, and what leaves the range comes back an octave in."""
    notes = [
        note
        if score.parts[note.part].drums
        else replace(note, pitch=_inside(note.pitch + semitones))
        for note in score.notes
    ]
    return replace(score, notes=tuple(sorted(notes)), key=score.key.transposed(semitones))


def _inside(pitch: int) -> int:
    return pitch + 12 if pitch < 0 else pitch - 12 if pitch > 127 else pitch


def piano_roll(score: Score) -> Any:
    """A picture, uint8 (H, W, 3): time to the right, pitch upwards, a color a part, bars as lines.

    Rows are as high as the notes reach, and bars as wide as fits.
    """
    import numpy as np

    pitches = [note.pitch for note in score.notes] or [60]
    low, high = min(pitches) - 2, max(pitches) + 2
    ticks = max(score.ticks, 1)
    wide = min(2.0, WIDEST / ticks)  # pixels of a tick
    width, height = max(1, round(ticks * wide)), (high - low + 1) * ROW
    picture = np.full((height, width, 3), 255, np.uint8)
    for pitch in range(low, high + 1):
        if pitch % 12 in BLACK_KEYS:
            top = (high - pitch) * ROW
            picture[top : top + ROW] = 240
    first = score.pickup % score.bar
    for tick in range(first, ticks + 1, score.bar):
        picture[:, min(width - 1, round(tick * wide))] = 190
    for note in score.notes:
        top = (high - note.pitch) * ROW
        left = round(note.start * wide)
        right = max(left + 1, round(note.end * wide) - 1)  # a gap tells two notes from a long one
        picture[top + 1 : top + ROW - 1, left:right] = COLORS[note.part % len(COLORS)]
    return picture
