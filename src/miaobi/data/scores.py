"""Scores as training data: tokenized pieces, split by melody, transposed, and drawn as windows.

    pieces --split--> training, held out --transpose, drop voices, cut--> windows (B, T + 1)

A batch is a function of (seed, step), as in data/text.py.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from miaobi.core.checks import check_range
from miaobi.core.errors import DataError
from miaobi.music.keys import Key
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD_LENGTH,
    MAX_BARS,
    MIN_PITCH,
    ROLES,
    TOKEN_IDS,
    tonic_shift,
    transpose_tokens,
)

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

KINDS = ("chorales", "tunes")
# MIDI pitches that keep the voices of a transposed piece singable or playable
MAX_MELODY, MIN_MELODY, MIN_BASS = 86, 53, 36
REDUCED = 0.25  # fraction of chorales from which voices are dropped


@dataclass(frozen=True)
class TokenizedPiece:
    """Piece in its own key."""

    tokens: list[int]
    kind: str  # "chorales" or "tunes"
    origin: str  # first intervals of the melody; pieces with equal ones are held out together


@dataclass(frozen=True)
class ScoreConfig:
    """Options of training scores and their batches. Raises OptionError."""

    length: int = 512  # T, tokens of a window
    rows: int = 16  # B, windows in a batch
    chorales: float = 0.5  # fraction of drawn pieces that are chorales
    keys: int = 6  # semitones, the maximum transposition up or down
    held_out: float = 0.16  # fraction of pieces that is held out
    split: int = 0  # seed of the held-out split
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_range("length", self.length, 64, 8192)
        check_range("rows", self.rows, 1, 100_000)
        check_range("chorales", self.chorales, 0, 1)
        check_range("keys", self.keys, 0, 6)
        check_range("held_out", self.held_out, 0.01, 0.5)


@dataclass(frozen=True)
class ScoreReport:
    """Summary of training scores, shown before training."""

    pieces: int
    kinds: dict[str, int]
    bars: int
    tokens: int
    license: str
    origins: list[str] = field(default_factory=list)


def report_pieces(pieces: list[TokenizedPiece], license: str, origin: str) -> ScoreReport:
    """Count pieces, bars and tokens."""
    kinds = {kind: sum(piece.kind == kind for piece in pieces) for kind in KINDS}
    bars = sum(_is_bar(token) for piece in pieces for token in piece.tokens)
    tokens = sum(len(piece.tokens) for piece in pieces)
    return ScoreReport(len(pieces), kinds, bars, tokens, license or "not stated", [origin])


def split_pieces(
    pieces: list[TokenizedPiece], fraction: float, seed: int
) -> tuple[list[TokenizedPiece], list[TokenizedPiece]]:
    """Split pieces into training and held-out ones, the latter a fraction of each kind.

    Pieces with the same melody are on the same side.
    """
    held_out: set[str] = set()
    for kind in KINDS:
        origins = sorted({piece.origin for piece in pieces if piece.kind == kind})
        random.Random(seed).shuffle(origins)
        held_out.update(origins[: max(1, round(fraction * len(origins)))])
    return (
        [piece for piece in pieces if piece.origin not in held_out],
        [piece for piece in pieces if piece.origin in held_out],
    )


def transpositions(tokens: list[int], max_semitones: int) -> list[int]:
    """Return the semitones, up to `max_semitones` either way, that keep voices in their range."""
    key = Key(tokens[3] - TOKEN_IDS["key:0"])
    melody: list[int] = []
    bass: list[int] = []
    parts = {FIRST_PART: melody, FIRST_PART + 1: bass}
    pitches = melody
    for token in tokens[HEAD_LENGTH:]:
        is_part = FIRST_PART <= token < FIRST_PART + 4
        pitches = parts.get(token, [] if is_part else pitches)
        if token >= FIRST_PITCH:
            pitches.append(token - FIRST_PITCH + MIN_PITCH + tonic_shift(key))
    top, low = max(melody, default=60), min(melody, default=60)
    bottom = min(bass, default=60)
    semitones = [
        step
        for step in range(-max_semitones, max_semitones + 1)
        if top + step <= MAX_MELODY and low + step >= MIN_MELODY and bottom + step >= MIN_BASS
    ]
    return semitones or [0]


def keep_voices(tokens: list[int], voices: int) -> list[int]:
    """Drop all voices of a piece but the first ones."""
    is_kept, kept = True, []
    for token in tokens:
        if FIRST_PART <= token < FIRST_PART + len(ROLES):
            is_kept = token - FIRST_PART < voices
        elif token == END or _is_bar(token):
            is_kept = True
        if is_kept:
            kept.append(token)
    kept[7] = TOKEN_IDS[f"voices:{voices}"]
    return kept


@dataclass(frozen=True)
class ScoreData:
    """Training and held-out pieces, and their batches."""

    training: list[TokenizedPiece]
    held_out: list[TokenizedPiece]
    config: ScoreConfig

    @classmethod
    def from_pieces(cls, pieces: list[TokenizedPiece], config: ScoreConfig) -> "ScoreData":
        """Split the pieces. Raises DataError for fewer than four."""
        training, held_out = split_pieces(pieces, config.held_out, config.split)
        if len(training) < 2 or not held_out:
            raise DataError("The data has only {count} pieces.", "Add more.", count=len(pieces))
        return cls(training, held_out, config)

    def batch(self, seed_path: tuple[int, ...]) -> "Tensor":
        """Draw windows (B, T + 1), as determined by the seed path (seed, step, …).

        A window starts at the head of a piece, followed by its first or a later bar.
        """
        import numpy as np
        import torch

        rng = np.random.default_rng(seed_path)
        kinds = {kind: [p for p in self.training if p.kind == kind] for kind in KINDS}
        rows = [self._window(rng, kinds) for _ in range(self.config.rows)]
        return torch.tensor(rows, dtype=torch.int64)

    def _window(
        self, rng: "np.random.Generator", kinds: dict[str, list[TokenizedPiece]]
    ) -> list[int]:
        window: list[int] = []
        while len(window) < self.config.length + 1:
            kind = "chorales" if rng.random() < self.config.chorales else "tunes"
            pieces = kinds[kind] or self.training
            tokens = pieces[int(rng.integers(len(pieces)))].tokens
            semitones = transpositions(tokens, self.config.keys)
            tokens = transpose_tokens(tokens, semitones[int(rng.integers(len(semitones)))])
            if kind == "chorales" and rng.random() < REDUCED:
                tokens = keep_voices(tokens, int(rng.integers(1, len(ROLES))))
            if rng.random() < 0.5:
                bars = [index for index, token in enumerate(tokens) if _is_bar(token)]
                tokens = tokens[:HEAD_LENGTH] + tokens[bars[int(rng.integers(len(bars)))] :]
            window += tokens
        return window[: self.config.length + 1]

    def validation(self, kind: str, max_batches: int) -> "Iterator[Tensor]":
        """Yield consecutive windows (B, T + 1) of all held-out pieces of a kind."""
        import torch

        length, rows = self.config.length + 1, self.config.rows
        stream: list[int] = []
        for piece in self.held_out:
            if piece.kind == kind:
                stream += piece.tokens
        windows = [stream[n : n + length] for n in range(0, len(stream) - length + 1, length)]
        for first in range(0, min(len(windows), max_batches * rows), rows):
            yield torch.tensor(windows[first : first + rows], dtype=torch.int64)


def _is_bar(token: int) -> bool:
    return FIRST_BAR <= token < FIRST_BAR + MAX_BARS
