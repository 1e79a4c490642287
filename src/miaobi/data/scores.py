"""Scores to learn from: chorales and fiddle tunes as tokens, split by piece, drawn by step number.

    archives, ABC --readers--> Score --labels--> tokens --cache--> pieces --batch--> (B, T + 1)

What the files do not say is told by simple measures: the style by the tune's own name, the mood by
mode and by how many notes a second the melody has.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from miaobi.assets.store import folder
from miaobi.core.errors import DataError
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write, cache_dir
from miaobi.music import abc_notation, musicxml
from miaobi.music.keys import Key
from miaobi.music.score import GRID, Score, beat_ticks, key_of
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD,
    LOWEST,
    METERS,
    MOST_BARS,
    ROLES,
    TOKENS,
    Control,
    encode,
    shift_of,
    transposed,
)

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

SCORES = "scores"  # the asset
LAYOUT = 1  # of the cache file; a change makes it again
LAST_RECORD = b"PK\x05\x06"  # of an archive; 22 bytes with nothing after it
SLOW, FAST = 2.0, 4.2  # notes a second of calm and of lively melodies
KINDS = ("chorales", "tunes")
INCIPIT = 9  # intervals by which two pieces are known to be the same tune
# beats a minute where a tune says nothing
USUAL = {
    "chorale": 72,
    "jig": 116,
    "reel": 104,
    "hornpipe": 88,
    "strathspey": 120,
    "waltz": 144,
    "march": 104,
    "air": 76,
    "tune": 100,
}
NAMED = (
    ("strathspey", "strathspey|fling"),
    ("hornpipe", "hornpipe|clog"),
    ("waltz", "waltz"),
    ("march", "march|quick ?step"),
    ("jig", "jig"),
    ("reel", "reel"),
    ("air", r"\bair\b|lament|slow"),
)
# how far a piece may be moved for its voices to stay where they can be sung or played
HIGHEST_TOP, LOWEST_TOP, LOWEST_BASS = 86, 53, 36
THINNED = 0.25  # share of the chorales that are told with fewer voices


@dataclass(frozen=True)
class Piece:
    """One piece in its own key."""

    tokens: list[int]
    kind: str  # "chorales" or "tunes"
    origin: str  # the same for pieces that begin with the same melody


@dataclass(frozen=True)
class ScoreConfig:
    """How scores become batches."""

    length: int = 512  # T, tokens of a window
    rows: int = 16  # B, windows in a batch
    chorales: float = 0.5  # share of the pieces drawn that are chorales
    keys: int = 6  # semitones that a piece may be moved up or down
    held_out: float = 0.16  # share of the pieces that is never learned
    split: int = 0  # seed of what is held out
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        from miaobi.core.checks import check_range

        check_range("length", self.length, 64, 8192)
        check_range("rows", self.rows, 1, 100_000)
        check_range("chorales", self.chorales, 0, 1)
        check_range("keys", self.keys, 0, 6)
        check_range("held_out", self.held_out, 0.01, 0.5)


@dataclass(frozen=True)
class ScoreReport:
    """What is in the data, said before anything is learned from it."""

    pieces: int
    kinds: dict[str, int]
    bars: int
    tokens: int
    license: str
    origins: list[str] = field(default_factory=list)


def read_pieces() -> Iterator[Progress | list[Piece]]:
    """Progress while the scores are read for the first time, and last all pieces.

    Raises MissingAsset.
    """
    place = folder(SCORES)
    path = cache_dir() / f"scores-{LAYOUT}.json"
    if not path.is_file():
        pieces: list[Piece] = []
        archives = list(_archives((place / "chorales.mxls").read_bytes()))
        text = (place / "tunes.abc").read_bytes().decode("latin-1").replace("\r", "")
        tunes = abc_notation.tunes(text)
        total = len(archives) + len(tunes)
        sources: list[bytes | str] = [*archives, *tunes]
        for number, source in enumerate(sources):
            found = _chorale(source) if isinstance(source, bytes) else _tune(source)
            pieces += [found] if found else []
            yield Progress("scores", number + 1, total)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [[piece.kind, piece.origin, piece.tokens] for piece in pieces]
        atomic_write(path, json.dumps(rows, separators=(",", ":")).encode())
    rows = json.loads(path.read_text(encoding="utf-8"))
    yield [Piece(tokens, kind, origin) for kind, origin, tokens in rows]


def _archives(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        end = data.index(LAST_RECORD, place) + 22
        yield data[place:end]
        place = end


def _chorale(data: bytes) -> Piece | None:
    """A chorale of four voices; what has trumpets too, or is something else, is left out."""
    score = musicxml.read(data, "chorale")
    if len(score.parts) != len(ROLES) or score.meter not in METERS:
        return None
    # signatures of that time leave out a flat: what sounds tells the key
    return _piece(replace(score, key=key_of(score)), "chorale", len(ROLES))


def _tune(text: str) -> Piece | None:
    """A fiddle tune whose bar lines stand where its meter has them."""
    score, fitting = abc_notation.read_tune(text, "tune")
    if fitting < 1 or score.meter not in METERS or len(score.parts) > 1:
        return None
    return _piece(score, _style(text), 1, told="\nQ:" in text)


def _style(text: str) -> str:
    """The style that a tune's rhythm or title names."""
    named = " ".join(re.findall(r"(?m)^[RT]:(.*)$", text)).lower()
    return next((style for style, words in NAMED if re.search(words, named)), "tune")


def _piece(score: Score, style: str, voices: int, told: bool = False) -> Piece:
    """The tokens of a score with what is told of it; `told` if its own tempo is meant."""
    melody = [note for note in score.notes if note.part == 0]
    beat = beat_ticks(score.meter)
    tempo = score.tempo * GRID / beat if told else USUAL[style]
    seconds = score.ticks / beat * 60 / tempo
    mood = mood_of(score.key, len(melody) / max(seconds, 1e-6))
    steps = [b.pitch - a.pitch for a, b in zip(melody, melody[1:], strict=False)]
    control = Control(style, tempo=tempo, mood=mood, voices=voices)
    kind = "chorales" if style == "chorale" else "tunes"
    return Piece(encode(score, control), kind, ",".join(map(str, steps[:INCIPIT])))


def mood_of(key: Key, pace: float) -> str:
    """The mood of a piece whose melody has so many notes a second."""
    if pace >= FAST:
        return "lively"
    if key.mode == "minor":
        return "sad" if pace < SLOW else "dark"
    return "calm" if pace < SLOW else "happy"


def split(pieces: list[Piece], share: float, seed: int) -> tuple[list[Piece], list[Piece]]:
    """Pieces to learn from and held-out ones, of each kind its share; the same melody is on one
    side only."""
    import random

    held: set[str] = set()
    for kind in KINDS:
        origins = sorted({piece.origin for piece in pieces if piece.kind == kind})
        random.Random(seed).shuffle(origins)
        held.update(origins[: max(1, round(share * len(origins)))])
    return (
        [piece for piece in pieces if piece.origin not in held],
        [piece for piece in pieces if piece.origin in held],
    )


def moves(tokens: list[int], most: int) -> list[int]:
    """The semitones, up to `most` either way, by which a piece may be moved for its voices."""
    key = Key(tokens[3] - TOKENS["key:0"])
    tops: list[int] = []
    lows: list[int] = []
    lines = {FIRST_PART: tops, FIRST_PART + 1: lows}
    line = tops
    for token in tokens[HEAD:]:
        line = lines.get(token, line if not FIRST_PART <= token < FIRST_PART + 4 else [])
        if token >= FIRST_PITCH:
            line.append(token - FIRST_PITCH + LOWEST + shift_of(key))
    top, low, bass = max(tops, default=60), min(tops, default=60), min(lows, default=60)
    found = [
        step
        for step in range(-most, most + 1)
        if top + step <= HIGHEST_TOP and low + step >= LOWEST_TOP and bass + step >= LOWEST_BASS
    ]
    return found or [0]


def thinned(tokens: list[int], voices: int) -> list[int]:
    """The piece with only its first so many voices."""
    kept, told = True, []
    for token in tokens:
        if FIRST_PART <= token < FIRST_PART + len(ROLES):
            kept = token - FIRST_PART < voices
        elif token == END or FIRST_BAR <= token < FIRST_BAR + MOST_BARS:
            kept = True
        if kept:
            told.append(token)
    told[7] = TOKENS[f"voices:{voices}"]
    return told


@dataclass(frozen=True)
class ScoreData:
    """Pieces to learn from and held-out ones, and how batches are drawn from them."""

    training: list[Piece]
    held_out: list[Piece]
    config: ScoreConfig

    @classmethod
    def of(cls, pieces: list[Piece], config: ScoreConfig) -> "ScoreData":
        """Split the pieces. Raises DataError for fewer than four."""
        training, held_out = split(pieces, config.held_out, config.split)
        if len(training) < 2 or not held_out:
            raise DataError("The data has only {count} pieces.", "Add more.", count=len(pieces))
        return cls(training, held_out, config)

    def batch(self, draw: tuple[int, ...]) -> "Tensor":
        """(B, T + 1) tokens, of (seed, step, …) alone: pieces from their start or from a bar."""
        import numpy as np
        import torch

        random = np.random.default_rng(draw)
        kinds = {kind: [p for p in self.training if p.kind == kind] for kind in KINDS}
        rows = [self._row(random, kinds) for _ in range(self.config.rows)]
        return torch.tensor(rows, dtype=torch.int64)

    def _row(self, random: "np.random.Generator", kinds: dict[str, list[Piece]]) -> list[int]:
        told: list[int] = []
        while len(told) < self.config.length + 1:
            kind = "chorales" if random.random() < self.config.chorales else "tunes"
            choice = kinds[kind] or self.training
            tokens = choice[int(random.integers(len(choice)))].tokens
            steps = moves(tokens, self.config.keys)
            tokens = transposed(tokens, steps[int(random.integers(len(steps)))])
            if kind == "chorales" and random.random() < THINNED:
                tokens = thinned(tokens, int(random.integers(1, len(ROLES))))
            if random.random() < 0.5:
                bars = [n for n, t in enumerate(tokens) if FIRST_BAR <= t < FIRST_BAR + MOST_BARS]
                tokens = tokens[:HEAD] + tokens[bars[int(random.integers(len(bars)))] :]
            told += tokens
        return told[: self.config.length + 1]

    def validation(self, kind: str, most: int) -> "Iterator[Tensor]":
        """Up to `most` batches (B, T + 1) of held-out pieces of a kind, each from its start."""
        import torch

        length = self.config.length + 1
        stream: list[int] = []
        for piece in self.held_out:
            if piece.kind == kind:
                stream += piece.tokens
        rows = [stream[n : n + length] for n in range(0, len(stream) - length + 1, length)]
        for first in range(0, min(len(rows), most * self.config.rows), self.config.rows):
            yield torch.tensor(rows[first : first + self.config.rows], dtype=torch.int64)


def report(pieces: list[Piece], license: str) -> ScoreReport:
    """What there is, in numbers."""
    kinds = {kind: sum(piece.kind == kind for piece in pieces) for kind in KINDS}
    bars = sum(
        FIRST_BAR <= token < FIRST_BAR + MOST_BARS for piece in pieces for token in piece.tokens
    )
    tokens = sum(len(piece.tokens) for piece in pieces)
    return ScoreReport(len(pieces), kinds, bars, tokens, license or "not stated", [SCORES])
