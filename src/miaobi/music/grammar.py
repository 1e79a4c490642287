"""Which token may follow: music that ends where it should, with every bar and part in its place."""

from miaobi.music.score import bar_ticks
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD,
    HOLD,
    METERS,
    MOODS,
    MOST_BARS,
    NAMES,
    PIECE,
    POSITIONS,
    REST,
    STYLES,
    TEMPOS,
    TOKENS,
    VOCAB,
    Control,
)

HEADS = (
    (PIECE,),
    tuple(TOKENS[f"style:{style}"] for style in STYLES),
    (TOKENS["mode:major"], TOKENS["mode:minor"]),
    tuple(TOKENS[f"key:{tonic}"] for tonic in range(12)),
    tuple(TOKENS[f"meter:{top}/{bottom}"] for top, bottom in METERS),
    tuple(TOKENS[f"tempo:{tempo}"] for tempo in TEMPOS),
    tuple(TOKENS[f"mood:{mood}"] for mood in MOODS),
    tuple(TOKENS[f"voices:{count}"] for count in range(1, 5)),
    (TOKENS["pickup:no"], TOKENS["pickup:yes"]),
)
PITCHES = tuple(range(FIRST_PITCH, VOCAB))
BARS = tuple(range(FIRST_BAR, FIRST_BAR + MOST_BARS))
PLACES = tuple((tick, TOKENS[f"pos:{tick}"]) for tick in POSITIONS)


class Grammar:
    """The state of a piece that is being written, token by token.

    Every way through it decodes: `bars` bars (if given) that are as long as the meter says, each
    with all parts.
    """

    def __init__(self, bars: int = 0, grid: int = 0) -> None:
        """`bars` fixes the length; with a `grid`, events start only at its multiples (in ticks)."""
        self.bars, self.grid = bars, grid
        self.head: list[int] = []
        self.bar = 0  # ticks of a bar
        self.left = 0  # bars to go, as the last one told
        self.done = 0  # bars begun
        self.role, self.tick = 0, 0
        self.last = ""  # kind of the last token: "bar", "part", "pos" or "event"
        self.sounding: dict[int, bool] = {}  # role -> a note goes on
        self.voices = 1
        self.upbeat = 0  # of a piece with a pickup: where in its first bar the melody begins
        self.ended = False

    def allowed(self) -> tuple[int, ...]:
        """The tokens that may come now; () after the end."""
        if self.ended:
            return ()
        if len(self.head) < HEAD:
            return HEADS[len(self.head)]
        if self.done == 0:
            return (FIRST_BAR + min(self.bars, MOST_BARS) - 1,) if self.bars else BARS
        if self.last == "bar":
            return (FIRST_PART,)
        waits = self.upbeat > 0 and self.done == 1  # nothing sounds before the pickup
        if self.last == "part" and waits:
            return (REST,)
        if self.last == "part":
            return (*PITCHES, REST, *((HOLD,) if self.sounding.get(self.role) else ()))
        if self.last == "pos":
            return (*PITCHES, *((REST,) if self.sounding[self.role] else ()))
        later = tuple(
            token
            for tick, token in PLACES
            if self.tick < tick < self.bar
            and (not self.grid or tick % self.grid == 0)
            and (not waits or not self.role or tick >= self.upbeat)
        )
        return later + self.after_part()

    def after_part(self) -> tuple[int, ...]:
        """What comes when a part's bar is full: the next part, the next bar, or the end."""
        if self.role + 1 < self.voices:
            return (FIRST_PART + self.role + 1,)
        if self.bars:
            left = self.bars - self.done
            return (FIRST_BAR + min(left, MOST_BARS) - 1,) if left else (END,)
        if self.left == 1:
            return (END,)
        fewer = FIRST_BAR + self.left - 2
        return (fewer, fewer + 1) if self.left == MOST_BARS else (fewer,)

    def take(self, token: int) -> bool:
        """Move on by a token that was allowed; True when the piece is complete."""
        kind, _, value = NAMES[token].partition(":")
        if len(self.head) < HEAD:
            self.head.append(token)
            if len(self.head) == HEAD:
                control = Control.of(self.head)
                self.bar, self.voices = bar_ticks(control.meter), control.voices
                self.upbeat = self.bar if control.pickup else 0
        elif kind == "bar":
            self.left, self.done, self.last = int(value), self.done + 1, kind
        elif kind == "part":
            self.role, self.tick, self.last = token - FIRST_PART, 0, kind
        elif kind == "pos":
            self.tick, self.last = int(value), kind
        elif kind in ("pitch", "rest", "hold"):
            self.sounding[self.role] = kind != "rest"
            if kind == "pitch" and self.done == 1 and self.upbeat and not self.role:
                self.upbeat = min(self.upbeat, self.tick)
            self.last = "event"
        else:
            self.ended = True
        return self.ended


def follows(tokens: list[int], bars: int = 0) -> bool:
    """True when a whole piece keeps the grammar."""
    grammar = Grammar(bars)
    for token in tokens:
        if token not in grammar.allowed():
            return False
        grammar.take(token)
    return grammar.ended
