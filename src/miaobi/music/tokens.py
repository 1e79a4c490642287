"""Music as tokens: bars of parts of events, whose meter and length are exact whatever is sampled.

    <piece> style mode key meter tempo mood voices pickup
    bar:12  part:melody pitch pos:24 pitch …  part:bass …  part:alto …  part:tenor …
    bar:11  …
    bar:1   …  <end>

A bar says how many are to go, itself included. Inside a bar the parts come one after the other,
so that a given melody is known before the others are written to it. An event is a pitch (struck
now), a rest, or a hold (the note goes on over the bar line); it lasts until the position of the
next one, or the end of the bar: durations need no tokens, and no bar can be too short or too long.
Pitches are relative to the tonic: what is learned in one key is known in all of them.
(After the positions and bars of REMI, Huang & Yang, 2020.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key
from miaobi.music.score import GRID, Note, Part, Score, bar_ticks, beat_ticks

STYLES = ("chorale", "jig", "reel", "hornpipe", "strathspey", "waltz", "march", "air", "tune")
MOODS = ("calm", "happy", "sad", "dark", "lively")
METERS = ((2, 4), (3, 4), (4, 4), (2, 2), (3, 2), (6, 4), (3, 8), (6, 8), (9, 8), (12, 8))
TEMPOS = (50, 66, 80, 92, 104, 120, 144, 180)  # beats a minute: the nearest one is told
ROLES = ("melody", "bass", "alto", "tenor")  # in the order they are told
MOST_BARS = 64  # to go; more are told as so many
LOWEST, HIGHEST = 24, 108  # pitches with the tonic moved to C
LONGEST = max(map(bar_ticks, METERS))
POSITIONS = tuple(t for t in range(1, LONGEST) if t % 3 == 0 or t % 4 == 0)
NEAREST = tuple(
    min((0, *POSITIONS, LONGEST), key=lambda place: abs(place - tick)) for tick in range(LONGEST)
)
HEAD = 9  # tokens before the first bar

NAMES: tuple[str, ...] = (
    "<end>",
    "<piece>",
    "rest",
    "hold",
    *(f"style:{style}" for style in STYLES),
    *(f"mode:{mode}" for mode in ("major", "minor")),
    *(f"key:{tonic}" for tonic in range(12)),
    *(f"meter:{top}/{bottom}" for top, bottom in METERS),
    *(f"tempo:{tempo}" for tempo in TEMPOS),
    *(f"mood:{mood}" for mood in MOODS),
    *(f"voices:{count}" for count in range(1, len(ROLES) + 1)),
    "pickup:no",
    "pickup:yes",
    *(f"bar:{count}" for count in range(1, MOST_BARS + 1)),
    *(f"part:{role}" for role in ROLES),
    *(f"pos:{tick}" for tick in POSITIONS),
    *(f"pitch:{pitch}" for pitch in range(LOWEST, HIGHEST + 1)),
)
TOKENS = {name: number for number, name in enumerate(NAMES)}
VOCAB = len(NAMES)
END, PIECE, REST, HOLD = range(4)
FIRST_KEY, FIRST_BAR = TOKENS["key:0"], TOKENS["bar:1"]
FIRST_PITCH, FIRST_PART = TOKENS[f"pitch:{LOWEST}"], TOKENS["part:melody"]


@dataclass(frozen=True)
class Control:
    """What is told before the first bar."""

    style: str = "chorale"
    key: Key = Key()
    meter: tuple[int, int] = (4, 4)
    tempo: float = 92.0  # beats a minute (dotted quarters in 6/8)
    mood: str = "calm"
    voices: int = 4
    pickup: bool = False

    def tokens(self) -> list[int]:
        """The head of a piece: HEAD tokens."""
        near = min(TEMPOS, key=lambda tempo: abs(tempo - self.tempo))
        top, bottom = self.meter
        names = (
            "<piece>",
            f"style:{self.style}",
            f"mode:{self.key.mode}",
            f"key:{self.key.tonic}",
            f"meter:{top}/{bottom}",
            f"tempo:{near}",
            f"mood:{self.mood}",
            f"voices:{self.voices}",
            "pickup:yes" if self.pickup else "pickup:no",
        )
        return [TOKENS[name] for name in names]

    @classmethod
    def of(cls, tokens: Sequence[int]) -> "Control":
        """The control of a head; the tempo is the one told."""
        told = dict(NAMES[token].split(":") for token in tokens[1:HEAD])
        top, bottom = told["meter"].split("/")
        return cls(
            told["style"],
            Key(int(told["key"]), told["mode"]),
            (int(top), int(bottom)),
            float(told["tempo"]),
            told["mood"],
            int(told["voices"]),
            told["pickup"] == "yes",
        )


def shift_of(key: Key) -> int:
    """Semitones from C to the tonic, -6 to 5."""
    return (key.tonic + 6) % 12 - 6


def roles(voices: int) -> tuple[str, ...]:
    """The parts of so many voices, in the order they are told."""
    return ROLES[:voices]


def places(voices: int) -> tuple[int, ...]:
    """Where each of `roles` stands in a score, melody on top and bass below: 4 -> (0, 3, 1, 2)."""
    return (0, voices - 1, 1, 2)[:voices]


def encode(score: Score, control: Control) -> list[int]:
    """All tokens of a score whose parts are melody … bass.

    One note at a time is kept of each part, the highest; times are moved to the nearest position.
    Raises MediaError for a meter that the vocabulary does not have.
    """
    if score.meter not in METERS or len(score.parts) < control.voices:
        raise MediaError(
            "Music in {meter} with {parts} parts cannot be told to the model.",
            "Meters: {meters}.",
            meter="/".join(map(str, score.meter)),
            parts=len(score.parts),
            meters=", ".join("/".join(map(str, meter)) for meter in METERS),
        )
    bar = score.bar
    before = (bar - score.pickup) % bar  # the rest before a pickup
    bars = -(-(before + score.ticks) // bar)
    control = replace(control, key=score.key, meter=score.meter, pickup=bool(score.pickup))
    lines = [
        _events(score, place, before, bars * bar, shift_of(score.key))
        for place in places(control.voices)
    ]
    tokens = control.tokens()
    for count in range(bars):
        tokens.append(FIRST_BAR + min(bars - count, MOST_BARS) - 1)
        for role, line in enumerate(lines):
            tokens.append(FIRST_PART + role)
            tokens += _bar(line, count * bar, (count + 1) * bar)
    return [*tokens, END]


def _events(score: Score, part: int, before: int, end: int, shift: int) -> list[tuple[int, int]]:
    """(tick, token) of one part, its changes from pitch to pitch or rest."""
    told: dict[int, Note] = {}
    for note in score.notes:
        if note.part == part:
            start = snapped(note.start + before, score.bar)
            if start not in told or note.pitch > told[start].pitch:
                told[start] = note
    starts = sorted(told)
    events = [(0, REST)] if not starts or starts[0] > 0 else []
    for start, following in zip(starts, [*starts[1:], end], strict=True):
        pitch = told[start].pitch - shift
        while pitch < LOWEST:
            pitch += 12
        while pitch > HIGHEST:
            pitch -= 12
        events.append((start, FIRST_PITCH + pitch - LOWEST))
        stop = snapped(told[start].end + before, score.bar)
        if start < stop < following:
            events.append((stop, REST))
    return events


def snapped(tick: int, bar: int) -> int:
    """The nearest tick that has a position in its bar."""
    inside = tick % bar
    return tick - inside + NEAREST[inside]


def _bar(line: list[tuple[int, int]], begin: int, end: int) -> list[int]:
    """The events of one bar; what goes on from before is held."""
    before = [token for tick, token in line if tick < begin]
    inside = [(tick, token) for tick, token in line if begin <= tick < end]
    tokens = []
    if not inside or inside[0][0] > begin:
        tokens.append(HOLD if before and before[-1] != REST else REST)
    for tick, token in inside:
        if tick > begin:
            tokens.append(TOKENS[f"pos:{tick - begin}"])
        tokens.append(token)
    return tokens


def decode(tokens: Sequence[int], tempo: float | None = None) -> Score:
    """The score of tokens that follow the grammar, up to <end> or the last whole bar.

    `tempo` in beats a minute is exact where the head tells only the nearest one.
    """
    control = Control.of(tokens)
    bar, shift = bar_ticks(control.meter), shift_of(control.key)
    notes: list[list[int]] = []  # start, place, pitch, end
    begin, part, tick, bars = -bar, 0, 0, 0
    sounding: dict[int, list[int]] = {}
    for token in tokens[HEAD:]:
        kind, _, value = NAMES[token].partition(":")
        if kind == "bar":
            begin, bars = begin + bar, bars + 1
        elif kind == "part":
            part, tick = places(control.voices)[token - FIRST_PART], begin
        elif kind == "pos":
            tick = begin + int(value)
        elif kind in ("pitch", "rest", "hold"):
            if kind != "hold" and part in sounding:
                sounding.pop(part)[3] = tick
            if kind == "pitch":
                sounding[part] = [tick, part, int(value) + shift, 0]
                notes.append(sounding[part])
        else:
            break
    end = bars * bar
    for note in sounding.values():
        note[3] = end
    first = min((note[0] for note in notes), default=0)
    before = first if control.pickup and first < bar else 0
    told = tuple(sorted(Note(a - before, p, n, b - a) for a, p, n, b in notes))
    beats = tempo or control.tempo
    return Score(
        told,
        tuple(Part(role.capitalize()) for role in _top_down(control.voices)),
        control.meter,
        beats * beat_ticks(control.meter) / GRID,
        control.key,
        (bar - before) % bar if before else 0,
        end - before,
    )


def _top_down(voices: int) -> list[str]:
    """The names of so many voices as they stand in a score."""
    pairs = zip(places(voices), roles(voices), strict=True)
    return [role for _, role in sorted(dict(pairs).items())]


def transposed(tokens: Sequence[int], semitones: int) -> list[int]:
    """The tokens of the piece so much higher: another key, and the same pitches above its tonic.

    Only where the tonic passes the tritone from C do the pitches move, by an octave.
    """
    tonic = tokens[3] - FIRST_KEY
    moved = (tonic + semitones) % 12
    octave = semitones + shift_of(Key(tonic)) - shift_of(Key(moved))  # 0, 12 or -12
    told = [token + octave if token >= FIRST_PITCH else token for token in tokens]
    told[3] = FIRST_KEY + moved
    return told
