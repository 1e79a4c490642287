"""Scores as tokens: bars of parts of events. Any sampled sequence has exact meter and length.

    <piece> style mode key meter tempo mood voices pickup
    bar:12  part:melody pitch pos:24 pitch …  part:bass …  part:alto …  part:tenor …
    bar:11  …
    bar:1   …  <end>

A bar token counts the remaining bars, itself included. The parts of a bar follow each other, so a
given melody is known before the other voices are generated. An event is a pitch (a note begins), a
rest, or a hold (a note continues over the bar line), and lasts until the position of the next event
or the end of the bar. Durations therefore need no tokens, and no bar is too short or too long.
Pitches are relative to the tonic, which makes the tokens invariant to transposition.
After the bars and positions of REMI (Huang & Yang, 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key
from miaobi.music.score import GRID, Note, Part, Score, bar_ticks, beat_ticks

STYLES = ("chorale", "jig", "reel", "hornpipe", "strathspey", "waltz", "march", "air", "tune")
MOODS = ("calm", "happy", "sad", "dark", "lively")
METERS = ((2, 4), (3, 4), (4, 4), (2, 2), (3, 2), (6, 4), (3, 8), (6, 8), (9, 8), (12, 8))
TEMPOS = (50, 66, 80, 92, 104, 120, 144, 180)  # beats per minute; a tempo takes the nearest
ROLES = ("melody", "bass", "alto", "tenor")  # in the order of their tokens
MAX_BARS = 64  # remaining bars; more are encoded as 64
MIN_PITCH, MAX_PITCH = 24, 108  # MIDI, with the tonic moved to C
MAX_BAR_TICKS = max(map(bar_ticks, METERS))
POSITIONS = tuple(t for t in range(1, MAX_BAR_TICKS) if t % 3 == 0 or t % 4 == 0)
# tick in a bar -> nearest position
NEAREST = tuple(
    min((0, *POSITIONS, MAX_BAR_TICKS), key=lambda position: abs(position - tick))
    for tick in range(MAX_BAR_TICKS)
)
HEAD_LENGTH = 9  # tokens before the first bar

TOKEN_NAMES: tuple[str, ...] = (
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
    *(f"bar:{count}" for count in range(1, MAX_BARS + 1)),
    *(f"part:{role}" for role in ROLES),
    *(f"pos:{tick}" for tick in POSITIONS),
    *(f"pitch:{pitch}" for pitch in range(MIN_PITCH, MAX_PITCH + 1)),
)
TOKEN_IDS = {name: token for token, name in enumerate(TOKEN_NAMES)}
VOCAB_SIZE = len(TOKEN_NAMES)
END, PIECE, REST, HOLD = range(4)
FIRST_KEY, FIRST_BAR = TOKEN_IDS["key:0"], TOKEN_IDS["bar:1"]
FIRST_PITCH, FIRST_PART = TOKEN_IDS[f"pitch:{MIN_PITCH}"], TOKEN_IDS["part:melody"]


@dataclass(frozen=True)
class Control:
    """Conditioning of a piece: the content of the tokens before its first bar."""

    style: str = "chorale"
    key: Key = Key()
    meter: tuple[int, int] = (4, 4)
    tempo: float = 92.0  # beats per minute (dotted quarters in 6/8)
    mood: str = "calm"
    voices: int = 4
    pickup: bool = False

    def tokens(self) -> list[int]:
        """Return the HEAD_LENGTH tokens of the head."""
        nearest = min(TEMPOS, key=lambda tempo: abs(tempo - self.tempo))
        top, bottom = self.meter
        names = (
            "<piece>",
            f"style:{self.style}",
            f"mode:{self.key.mode}",
            f"key:{self.key.tonic}",
            f"meter:{top}/{bottom}",
            f"tempo:{nearest}",
            f"mood:{self.mood}",
            f"voices:{self.voices}",
            "pickup:yes" if self.pickup else "pickup:no",
        )
        return [TOKEN_IDS[name] for name in names]

    @classmethod
    def from_tokens(cls, tokens: Sequence[int]) -> "Control":
        """Read the head of a piece; the tempo is the nearest one of TEMPOS."""
        values = dict(TOKEN_NAMES[token].split(":") for token in tokens[1:HEAD_LENGTH])
        top, bottom = values["meter"].split("/")
        return cls(
            values["style"],
            Key(int(values["key"]), values["mode"]),
            (int(top), int(bottom)),
            float(values["tempo"]),
            values["mood"],
            int(values["voices"]),
            values["pickup"] == "yes",
        )


def tonic_shift(key: Key) -> int:
    """Return the semitones from C to the tonic, -6 to 5."""
    return (key.tonic + 6) % 12 - 6


def part_indices(voices: int) -> tuple[int, ...]:
    """Return the index in a score of the part of each role: 4 voices give (0, 3, 1, 2)."""
    return (0, voices - 1, 1, 2)[:voices]


def encode(score: Score, control: Control) -> list[int]:
    """Encode a score whose parts go from the melody at the top to the bass.

    Of simultaneous notes in a part the highest is kept; times snap to the nearest position.
    Raises MediaError for a meter outside the vocabulary, or too few parts.
    """
    if score.meter not in METERS or len(score.parts) < control.voices:
        raise MediaError(
            "Music in {meter} with {parts} parts is not supported by the model.",
            "Meters: {meters}.",
            meter="/".join(map(str, score.meter)),
            parts=len(score.parts),
            meters=", ".join("/".join(map(str, meter)) for meter in METERS),
        )
    bar, offset = score.bar, score.offset
    bars = -(-(offset + score.ticks) // bar)
    control = replace(control, key=score.key, meter=score.meter, pickup=bool(score.pickup))
    lines = [
        _part_events(score, part, offset, bars * bar, tonic_shift(score.key))
        for part in part_indices(control.voices)
    ]
    tokens = control.tokens()
    for count in range(bars):
        tokens.append(FIRST_BAR + min(bars - count, MAX_BARS) - 1)
        for role, line in enumerate(lines):
            tokens.append(FIRST_PART + role)
            tokens += _bar_tokens(line, count * bar, (count + 1) * bar)
    return [*tokens, END]


def _part_events(
    score: Score, part: int, offset: int, end: int, shift: int
) -> list[tuple[int, int]]:
    """Return (tick, token) of the onsets and rests of one part."""
    top_notes: dict[int, Note] = {}  # by onset
    for note in score.notes:
        if note.part == part:
            start = snap_tick(note.start + offset, score.bar)
            if start not in top_notes or note.pitch > top_notes[start].pitch:
                top_notes[start] = note
    starts = sorted(top_notes)
    events = [(0, REST)] if not starts or starts[0] > 0 else []
    for start, following in zip(starts, [*starts[1:], end], strict=True):
        pitch = top_notes[start].pitch - shift
        while pitch < MIN_PITCH:
            pitch += 12
        while pitch > MAX_PITCH:
            pitch -= 12
        events.append((start, FIRST_PITCH + pitch - MIN_PITCH))
        stop = snap_tick(top_notes[start].end + offset, score.bar)
        if start < stop < following:
            events.append((stop, REST))
    return events


def snap_tick(tick: int, bar: int) -> int:
    """Snap a tick to the nearest position of its bar."""
    inside = tick % bar
    return tick - inside + NEAREST[inside]


def _bar_tokens(line: list[tuple[int, int]], begin: int, end: int) -> list[int]:
    """Return the tokens of one bar of a part; a sounding note becomes a hold."""
    previous = [token for tick, token in line if tick < begin]
    events = [(tick, token) for tick, token in line if begin <= tick < end]
    tokens = []
    if not events or events[0][0] > begin:
        tokens.append(HOLD if previous and previous[-1] != REST else REST)
    for tick, token in events:
        if tick > begin:
            tokens.append(TOKEN_IDS[f"pos:{tick - begin}"])
        tokens.append(token)
    return tokens


def decode(tokens: Sequence[int], tempo: float | None = None) -> Score:
    """Decode tokens that follow the grammar, up to <end> or the last whole bar.

    `tempo` in beats per minute replaces the nearest one of TEMPOS that the head has.
    """
    control = Control.from_tokens(tokens)
    bar, shift = bar_ticks(control.meter), tonic_shift(control.key)
    notes: list[list[int]] = []  # start, part, pitch, end
    begin, part, tick, bars = -bar, 0, 0, 0
    active: dict[int, list[int]] = {}  # note of each part that has not ended
    for token in tokens[HEAD_LENGTH:]:
        kind, _, value = TOKEN_NAMES[token].partition(":")
        if kind == "bar":
            begin, bars = begin + bar, bars + 1
        elif kind == "part":
            part, tick = part_indices(control.voices)[token - FIRST_PART], begin
        elif kind == "pos":
            tick = begin + int(value)
        elif kind in ("pitch", "rest", "hold"):
            if kind != "hold" and part in active:
                active.pop(part)[3] = tick
            if kind == "pitch":
                active[part] = [tick, part, int(value) + shift, 0]
                notes.append(active[part])
        else:
            break
    end = bars * bar
    for note in active.values():
        note[3] = end
    first = min((note[0] for note in notes), default=0)
    offset = first if control.pickup and first < bar else 0
    return Score(
        tuple(sorted(Note(a - offset, part, pitch, b - a) for a, part, pitch, b in notes)),
        tuple(Part(role.capitalize()) for role in _top_down(control.voices)),
        control.meter,
        (tempo or control.tempo) * beat_ticks(control.meter) / GRID,
        control.key,
        (bar - offset) % bar if offset else 0,
        end - offset,
    )


def _top_down(voices: int) -> list[str]:
    """Return the roles in the order of the parts of a score."""
    pairs = zip(part_indices(voices), ROLES[:voices], strict=True)
    return [role for _, role in sorted(pairs)]


def transpose_tokens(tokens: Sequence[int], semitones: int) -> list[int]:
    """Transpose a piece: the key token changes, pitches above the tonic do not.

    Pitch tokens move by an octave where the tonic crosses the tritone from C.
    """
    tonic = tokens[3] - FIRST_KEY
    transposed = (tonic + semitones) % 12
    octave = semitones + tonic_shift(Key(tonic)) - tonic_shift(Key(transposed))  # 0, 12 or -12
    result = [token + octave if token >= FIRST_PITCH else token for token in tokens]
    result[3] = FIRST_KEY + transposed
    return result
