"""Constraints on decoding: fixed notes or a fixed rhythm of the melody, chords, voice leading.

A `BarConstraint` fixes the events of the first part in one bar. `DecodingConstraints` restricts the
tokens that the grammar allows accordingly, and lowers the logits of pitches outside the chords or
against the rules of voice leading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from miaobi.core.arrays import FloatArray
from miaobi.music.chords import ChordSpan, chord_at
from miaobi.music.grammar import PITCH_TOKENS, Grammar
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD_LENGTH,
    HOLD,
    MAX_BARS,
    MIN_PITCH,
    REST,
    TOKEN_NAMES,
    VOCAB_SIZE,
)
from miaobi.music.voice_leading import VoiceLeading

ANY_PITCH = -1  # an event that fixes an onset and leaves its pitch free
ON_BEAT, OFF_BEAT = 1.0, 0.3  # factors on the weight of chords


@dataclass(frozen=True)
class BarConstraint:
    """Fixed events (tokens, or ANY_PITCH) of the first part by tick in the bar.

    An `open` bar may have other events too.
    """

    events: Mapping[int, int]
    open: bool = False


@dataclass
class DecodingConstraints:
    """Constraints on a piece; `update` has to be called with every token in order."""

    bars: Mapping[int, BarConstraint] = field(default_factory=dict)  # by index
    chords: Sequence[ChordSpan] = ()  # in ticks from the first bar line
    chord_weight: float = 0.0  # nats, penalty of a non-chord tone on a beat
    tonic: int = 0  # pitch class of the key; token pitches are relative to it
    beat: int = 24  # ticks
    voice_leading: VoiceLeading | None = None
    final_bars: frozenset[int] = frozenset()  # bars of a single note, the tonic
    first_bar: int = 0  # bars of the piece before bar 0

    def allowed_tokens(self, grammar: Grammar) -> tuple[int, ...]:
        """Return the tokens that both the grammar and the constraints allow."""
        allowed = grammar.allowed_tokens()
        if grammar.role or grammar.bars_begun == 0 or grammar.last_kind in ("", "bar"):
            return allowed
        index = grammar.bars_begun - 1
        if index in self.final_bars:
            return _tonic_tokens(grammar, allowed)
        bar = self.bars.get(index)
        return allowed if bar is None else _bar_tokens(bar, grammar, allowed)

    def logit_bias(self, grammar: Grammar) -> FloatArray | None:
        """Return the bias (V,) of the next token's logits in nats; None if there is none."""
        if grammar.last_kind not in ("part", "pos"):
            return None
        tick = self._tick(grammar)
        bias: FloatArray | None = None
        if self.chord_weight and (chord := chord_at(self.chords, tick)):
            tones = {(tone - self.tonic) % 12 for tone in chord.tones}
            factor = ON_BEAT if tick % self.beat == 0 else OFF_BEAT
            bias = pitch_class_bias(frozenset(range(12)) - tones, self.chord_weight * factor)
        if self.voice_leading and grammar.role:
            penalty = self.voice_leading.penalty(grammar.role, tick)
            bias = penalty if bias is None else bias + penalty
        return bias

    def update(self, grammar: Grammar, token: int) -> None:
        """Record a token after the grammar has advanced by it."""
        if self.voice_leading and grammar.bars_begun and grammar.last_kind == "event":
            self.voice_leading.add(grammar.role, self._tick(grammar), token)

    def _tick(self, grammar: Grammar) -> int:
        """Return the tick of the grammar's position from the first bar line of the piece."""
        return (self.first_bar + grammar.bars_begun - 1) * grammar.bar + grammar.tick


def _tonic_tokens(grammar: Grammar, allowed: tuple[int, ...]) -> tuple[int, ...]:
    """Restrict a bar to one note, the tonic in any octave."""
    if grammar.last_kind != "part":
        return grammar.after_part()
    return tuple(
        token
        for token in allowed
        if token >= FIRST_PITCH and (token - FIRST_PITCH + MIN_PITCH) % 12 == 0
    )


def _bar_tokens(bar: BarConstraint, grammar: Grammar, allowed: tuple[int, ...]) -> tuple[int, ...]:
    """Restrict the tokens of the first part to the fixed events of a bar."""
    if grammar.last_kind in ("part", "pos"):
        event = bar.events.get(grammar.tick)
        if event is None:
            silent = tuple(t for t in allowed if t in (REST, HOLD))
            return allowed if bar.open else silent[-1:] or allowed
        choices = PITCH_TOKENS if event == ANY_PITCH else (event,)
        return tuple(token for token in allowed if token in choices) or allowed
    later = [tick for tick in bar.events if tick > grammar.tick]
    if not later and not bar.open:
        return grammar.after_part()
    following = min(later, default=grammar.bar)
    positions = {
        token: int(name[4:]) for token in allowed if (name := TOKEN_NAMES[token]).startswith("pos:")
    }
    if bar.open:
        reachable = tuple(t for t in allowed if t not in positions or positions[t] <= following)
        return tuple(t for t in reachable if t in positions) if later else reachable
    return tuple(t for t, tick in positions.items() if tick == following) or allowed


@cache
def pitch_class_bias(pitch_classes: frozenset[int], penalty: float) -> FloatArray:
    """Return a logit bias (V,) of -penalty for pitch classes, given relative to the tonic."""
    import numpy as np

    bias = np.zeros(VOCAB_SIZE)
    for token in PITCH_TOKENS:
        if (MIN_PITCH + token - FIRST_PITCH) % 12 in pitch_classes:
            bias[token] = -penalty
    return bias


def melody_constraints(tokens: Sequence[int]) -> dict[int, BarConstraint]:
    """Return constraints that fix every event of the first part of a piece, by bar."""
    bars: list[dict[int, int]] = []
    in_melody, tick = False, 0
    for token in tokens[HEAD_LENGTH:]:
        if FIRST_BAR <= token < FIRST_BAR + MAX_BARS:
            bars.append({})
            in_melody = False
        elif FIRST_PART <= token < FIRST_PART + 4:
            in_melody, tick = token == FIRST_PART, 0
        elif in_melody and token != END:
            name = TOKEN_NAMES[token]
            if name.startswith("pos:"):
                tick = int(name[4:])
            else:
                bars[-1][tick] = token
    return {index: BarConstraint(events) for index, events in enumerate(bars)}
