"""What is laid down before a piece is drawn: notes of its melody, its rhythm, its chords.

A `Bar` fixes what the first part does in one bar: exact events, or only when something is struck.
`Directions` narrows what the grammar allows to that, and makes pitches less likely that chords,
voice leading and ranges speak against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from miaobi.music.chords import Span, chord_at
from miaobi.music.grammar import PITCHES, Grammar
from miaobi.music.tokens import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD,
    HOLD,
    LOWEST,
    MOST_BARS,
    NAMES,
    REST,
    VOCAB,
)
from miaobi.music.voice_leading import Voices

ANY = -1  # an event that may be any pitch
ON_BEAT, BETWEEN = 1.0, 0.3  # how much of a chord's weight counts on a beat, and beside it


@dataclass(frozen=True)
class Bar:
    """Events of the first part by their tick in the bar; ANY is struck at whatever pitch.

    An `open` bar may have more events than these.
    """

    events: Mapping[int, int]
    open: bool = False


@dataclass
class Directions:
    """What is laid down of a piece; `took` is told of every token, in order."""

    bars: Mapping[int, Bar] = field(default_factory=dict)  # by number, from 0
    spans: Sequence[Span] = ()  # chords, in ticks from the first bar line
    weight: float = 0.0  # nats that a pitch outside its chord costs on a beat
    tonic: int = 0  # pitch class that the pitches of tokens are above
    beat: int = 24  # ticks
    voices: Voices | None = None  # rules of voice leading; None: none
    ends: frozenset[int] = frozenset()  # bars that are one note, the tonic
    first: int = 0  # bars of the piece that come before the first one here

    def narrow(self, grammar: Grammar, allowed: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the allowed tokens that what is laid down leaves."""
        if grammar.role or grammar.done == 0 or grammar.last in ("", "bar"):
            return allowed
        number = grammar.done - 1
        if number in self.ends:
            return self._last_note(grammar, allowed)
        bar = self.bars.get(number)
        return allowed if bar is None else _within(bar, grammar, allowed)

    def lean(self, grammar: Grammar) -> Any:
        """What is added to the scores of all tokens now: (V,); None where it is nothing."""
        if grammar.last not in ("part", "pos"):
            return None
        tick = (self.first + grammar.done - 1) * grammar.bar + grammar.tick
        wall: Any = None
        if self.weight and (chord := chord_at(self.spans, tick)):
            tones = {(tone - self.tonic) % 12 for tone in chord.tones}
            much = self.weight * (ON_BEAT if tick % self.beat == 0 else BETWEEN)
            wall = walls(frozenset(range(12)) - tones, much)
        if self.voices and grammar.role:
            told = self.voices.cost(grammar.role, tick)
            wall = told if wall is None else wall + told
        return wall

    def took(self, grammar: Grammar, token: int) -> None:
        """Remember what was drawn."""
        if self.voices and grammar.done and grammar.last == "event":
            tick = (self.first + grammar.done - 1) * grammar.bar + grammar.tick
            self.voices.add(grammar.role, tick, token)

    def _last_note(self, grammar: Grammar, allowed: tuple[int, ...]) -> tuple[int, ...]:
        if grammar.last == "part":
            return tuple(
                token
                for token in allowed
                if token >= FIRST_PITCH and (token - FIRST_PITCH + LOWEST) % 12 == 0
            )
        return grammar.after_part()


def _within(bar: Bar, grammar: Grammar, allowed: tuple[int, ...]) -> tuple[int, ...]:
    if grammar.last in ("part", "pos"):
        event = bar.events.get(grammar.tick)
        if event is None:
            silent = tuple(t for t in allowed if t in (REST, HOLD))
            return allowed if bar.open else silent[-1:] or allowed
        wanted = PITCHES if event == ANY else (event,)
        return tuple(token for token in allowed if token in wanted) or allowed
    later = [tick for tick in bar.events if tick > grammar.tick]
    if not later and not bar.open:
        return grammar.after_part()
    following = min(later, default=grammar.bar)
    places = {
        token: int(name[4:]) for token in allowed if (name := NAMES[token]).startswith("pos:")
    }
    if bar.open:
        found = tuple(t for t in allowed if t not in places or places[t] <= following)
        return tuple(t for t in found if t in places) if later else found
    return tuple(t for t, tick in places.items() if tick == following) or allowed


@cache
def walls(classes: frozenset[int], much: float) -> Any:
    """(V,): so much less for pitches of these classes above the tonic."""
    import numpy as np

    wall = np.zeros(VOCAB)
    for token in range(FIRST_PITCH, VOCAB):
        if (LOWEST + token - FIRST_PITCH) % 12 in classes:
            wall[token] = -much
    return wall


def melody_bars(tokens: Sequence[int]) -> dict[int, Bar]:
    """The first part of a piece, bar by bar, every event of it laid down."""
    found: list[dict[int, int]] = []
    inside, tick = False, 0
    for token in tokens[HEAD:]:
        if FIRST_BAR <= token < FIRST_BAR + MOST_BARS:
            found.append({})
            inside = False
        elif FIRST_PART <= token < FIRST_PART + 4:
            inside, tick = token == FIRST_PART, 0
        elif inside and token != END:
            name = NAMES[token]
            if name.startswith("pos:"):
                tick = int(name[4:])
            else:
                found[-1][tick] = token
    return {number: Bar(events) for number, events in enumerate(found)}
