"""Grammar of music tokens: a state machine of the tokens that may follow.

Every sequence that it accepts decodes to bars of exact length, each with all parts.
"""

from miaobi.music.score import bar_ticks
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD_LENGTH,
    HOLD,
    MAX_BARS,
    METERS,
    MOODS,
    PIECE,
    POSITIONS,
    REST,
    STYLES,
    TEMPOS,
    TOKEN_IDS,
    TOKEN_NAMES,
    VOCAB_SIZE,
    Control,
)

# allowed tokens at each position of the head
HEAD_TOKENS = (
    (PIECE,),
    tuple(TOKEN_IDS[f"style:{style}"] for style in STYLES),
    (TOKEN_IDS["mode:major"], TOKEN_IDS["mode:minor"]),
    tuple(TOKEN_IDS[f"key:{tonic}"] for tonic in range(12)),
    tuple(TOKEN_IDS[f"meter:{top}/{bottom}"] for top, bottom in METERS),
    tuple(TOKEN_IDS[f"tempo:{tempo}"] for tempo in TEMPOS),
    tuple(TOKEN_IDS[f"mood:{mood}"] for mood in MOODS),
    tuple(TOKEN_IDS[f"voices:{count}"] for count in range(1, 5)),
    (TOKEN_IDS["pickup:no"], TOKEN_IDS["pickup:yes"]),
)
PITCH_TOKENS = tuple(range(FIRST_PITCH, VOCAB_SIZE))
BAR_TOKENS = tuple(range(FIRST_BAR, FIRST_BAR + MAX_BARS))
POSITION_TOKENS = tuple((tick, TOKEN_IDS[f"pos:{tick}"]) for tick in POSITIONS)


class Grammar:
    """State of a piece that is generated token by token."""

    def __init__(self, bars: int = 0, grid: int = 0) -> None:
        """Begin a piece of `bars` bars (0: any number) with onsets on multiples of `grid` ticks."""
        self.bars, self.grid = bars, grid
        self.head: list[int] = []
        self.bar = 0  # ticks of a bar
        self.bars_left = 0  # count in the last bar token
        self.bars_begun = 0
        self.role, self.tick = 0, 0  # of the last event
        self.last_kind = ""  # of the last token: "bar", "part", "pos" or "event"
        self.sounding: dict[int, bool] = {}  # role -> a note may be held
        self.voices = 1
        self.upbeat = 0  # tick of the first bar at which the melody begins after a rest
        self.ended = False

    def allowed_tokens(self) -> tuple[int, ...]:
        """Return the tokens that may follow; () after the end."""
        if self.ended:
            return ()
        if len(self.head) < HEAD_LENGTH:
            return HEAD_TOKENS[len(self.head)]
        if self.bars_begun == 0:
            return (FIRST_BAR + min(self.bars, MAX_BARS) - 1,) if self.bars else BAR_TOKENS
        if self.last_kind == "bar":
            return (FIRST_PART,)
        in_pickup_bar = self.upbeat > 0 and self.bars_begun == 1  # it begins with a rest
        if self.last_kind == "part" and in_pickup_bar:
            return (REST,)
        if self.last_kind == "part":
            return (*PITCH_TOKENS, REST, *((HOLD,) if self.sounding.get(self.role) else ()))
        if self.last_kind == "pos":
            return (*PITCH_TOKENS, *((REST,) if self.sounding[self.role] else ()))
        later = tuple(
            token
            for tick, token in POSITION_TOKENS
            if self.tick < tick < self.bar
            and (not self.grid or tick % self.grid == 0)
            and (not in_pickup_bar or not self.role or tick >= self.upbeat)
        )
        return later + self.after_part()

    def after_part(self) -> tuple[int, ...]:
        """Return the tokens that may follow a complete part: next part, next bar, or the end."""
        if self.role + 1 < self.voices:
            return (FIRST_PART + self.role + 1,)
        if self.bars:
            left = self.bars - self.bars_begun
            return (FIRST_BAR + min(left, MAX_BARS) - 1,) if left else (END,)
        if self.bars_left == 1:
            return (END,)
        fewer = FIRST_BAR + self.bars_left - 2
        return (fewer, fewer + 1) if self.bars_left == MAX_BARS else (fewer,)

    def advance(self, token: int) -> bool:
        """Advance by an allowed token; returns True when the piece is complete."""
        kind, _, value = TOKEN_NAMES[token].partition(":")
        if len(self.head) < HEAD_LENGTH:
            self.head.append(token)
            if len(self.head) == HEAD_LENGTH:
                control = Control.from_tokens(self.head)
                self.bar, self.voices = bar_ticks(control.meter), control.voices
                self.upbeat = self.bar if control.pickup else 0
        elif kind == "bar":
            self.bars_left, self.last_kind = int(value), kind
            self.bars_begun += 1
        elif kind == "part":
            self.role, self.tick, self.last_kind = token - FIRST_PART, 0, kind
        elif kind == "pos":
            self.tick, self.last_kind = int(value), kind
        elif kind in ("pitch", "rest", "hold"):
            self.sounding[self.role] = kind != "rest"
            if kind == "pitch" and self.bars_begun == 1 and self.upbeat and not self.role:
                self.upbeat = min(self.upbeat, self.tick)
            self.last_kind = "event"
        else:
            self.ended = True
        return self.ended


def accepts(tokens: list[int], bars: int = 0) -> bool:
    """Check that a sequence of tokens is a complete piece of the grammar."""
    grammar = Grammar(bars)
    for token in tokens:
        if token not in grammar.allowed_tokens():
            return False
        grammar.advance(token)
    return grammar.ended
