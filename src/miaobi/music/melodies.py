"""Melodies from the network: in sections that come back, in the key asked for, ending at home.

bars --sections--> A A' B A' --compose, one section after the other--> the best of several
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from miaobi.generation.decoder import decoder_of
from miaobi.music.chords import Span
from miaobi.music.constraints import Bar, Directions, melody_bars
from miaobi.music.grammar import Grammar
from miaobi.music.keys import key_fits
from miaobi.music.sampling import Taste, compose
from miaobi.music.score import Score, beat_ticks
from miaobi.music.tokens import END, FIRST_BAR, FIRST_PART, MOST_BARS, TOKENS, Control, decode

if TYPE_CHECKING:
    from miaobi.models.gpt import GPT

SECTION = 8  # bars
LEAST = 4  # bars of a section by itself
FORMS = {1: "A", 2: "Aa", 3: "ABa", 4: "AaBa"}  # small: as before, with another ending
LONGER = "AaBaCaDa"
ANEW = 2  # bars at the end of what comes back that are written anew
REMEMBERED = 16  # bars before a section that it is written after
FOREIGN = 6.0  # nats that a pitch outside the scale costs
CHORD = 2.0  # nats that a pitch outside a chord that was asked for costs
SHORTEST = {"calm": 0.22, "sad": 0.22, "dark": 0.16, "happy": 0.14, "lively": 0.11}  # seconds
CANDIDATES = 5
ENOUGH = 0.35  # what a melody has to be worth for no other to be drawn
LOW, HIGH = 57, 84  # MIDI pitches between which a melody is easy on the ear
TEMPERATURE = 0.95
CONTEXT = 384  # tokens: as long as the windows that the network learned from


@dataclass(frozen=True)
class Wanted:
    """A melody that is asked for."""

    control: Control
    bars: int
    given: Mapping[int, Bar] | None = None  # by number; what is laid down of it
    spans: Sequence[Span] = ()  # chords it is to fit
    sections: bool = True  # in a form; else straight on
    ends: bool = True  # on the tonic, held for a bar


def write_melody(
    network: "GPT", wanted: Wanted, seed: int, tick: Callable[[int, int], None] = lambda *_: None
) -> Score:
    """The best of a few melodies; `tick` is told how many are done. One part, whole bars."""
    best: tuple[float, Score] | None = None
    for number in range(CANDIDATES):
        score = _draw(network, wanted, seed * CANDIDATES + number)
        worth = _worth(score, wanted)
        if best is None or worth > best[0]:
            best = worth, score
        tick(number + 1, CANDIDATES)
        if best[0] >= ENOUGH:
            break
    assert best is not None
    return replace(best[1], key=wanted.control.key)


def sections(bars: int) -> list[tuple[str, int]]:
    """Letters and lengths of the sections of so many bars: 30 -> A 8, a 8, B 8, a 6."""
    whole, rest = divmod(bars, SECTION)
    lengths = [SECTION] * whole
    if rest >= LEAST or not lengths:
        lengths.append(rest)
    else:
        lengths[-1] += rest
    letters = (
        FORMS.get(len(lengths))
        or "".join(LONGER[number % len(LONGER)] for number in range(len(lengths) - 1)) + "a"
    )
    return list(zip(letters, lengths, strict=True))


def shortest_notes(meter: tuple[int, int], tempo: float, mood: str) -> int:
    """Ticks of the grid on which notes begin, so that they are not too fast for the mood."""
    tick = 60 / tempo / beat_ticks(meter)  # seconds
    grids = (6, 12, 24) if beat_ticks(meter) % 24 == 0 else (6, 12)
    fitting = [grid for grid in grids if grid * tick >= SHORTEST[mood]]
    return fitting[0] if fitting else grids[-1]


def _draw(network: "GPT", wanted: Wanted, seed: int) -> Score:
    """One melody, section after section."""
    given = wanted.given or {}
    form = sections(wanted.bars) if wanted.sections else [("A", wanted.bars)]
    told: dict[int, Bar] = {}  # the melody so far
    where: dict[str, int] = {}  # letter -> its first bar
    start = 0
    for number, (letter, length) in enumerate(form):
        again = where.get(letter.upper()) if letter.islower() else None
        if again is not None:
            for bar in range(min(length, SECTION) - ANEW):
                told[start + bar] = told[again + bar]
        told |= {bar: given[bar] for bar in range(start, start + length) if bar in given}
        where.setdefault(letter, start)
        _write_section(network, wanted, told, (start, start + length), seed + number)
        start += length
    return decode(tokens_of(wanted.control, told, wanted.bars), wanted.control.tempo)


def _write_section(
    network: "GPT", wanted: Wanted, told: dict[int, Bar], span: tuple[int, int], seed: int
) -> None:
    """Fill `told` from bar span[0] to span[1], after what is told already."""
    control = wanted.control
    first = max(0, span[0] - REMEMBERED)
    last = span[1] - first - 1
    directions = Directions(
        {bar - first: events for bar, events in told.items() if first <= bar < span[1]},
        wanted.spans,
        CHORD if wanted.spans else 0.0,
        control.key.tonic,
        beat_ticks(control.meter),
        first=first,
        ends=frozenset({last} if wanted.ends and span[1] == wanted.bars else ()),
    )
    scale = frozenset((pc - control.key.tonic) % 12 for pc in control.key.scale)
    grammar = Grammar(last + 1, shortest_notes(control.meter, control.tempo, control.mood))
    head = replace(control, voices=1, pickup=control.pickup and first == 0).tokens()
    tokens = compose(
        decoder_of(network, CONTEXT),
        head,
        grammar,
        seed,
        Taste(TEMPERATURE, foreign=FOREIGN, scale=scale),
        directions,
        CONTEXT,
    )
    told |= {bar + first: events for bar, events in melody_bars(tokens).items()}


def tokens_of(control: Control, bars: Mapping[int, Bar], count: int) -> list[int]:
    """The tokens of a melody whose bars are all laid down."""
    tokens = replace(control, voices=1).tokens()
    for number in range(count):
        tokens += [FIRST_BAR + min(count - number, MOST_BARS) - 1, FIRST_PART]
        for tick, event in sorted(bars[number].events.items()):
            tokens += [TOKENS[f"pos:{tick}"], event] if tick else [event]
    return [*tokens, END]


def _worth(score: Score, wanted: Wanted) -> float:
    """How good a melody is: in its key, within reach, moving, neither jumping nor stuck."""
    notes = score.notes
    if len(notes) < 3:
        return -99.0
    key = wanted.control.key
    fits = key_fits((note.pitch, note.length) for note in notes)
    worth = 6 * min(0.1, fits[key] - max(fit for other, fit in fits.items() if other != key))
    steps = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
    worth -= 3 * sum(step > 9 for step in steps) / len(steps)
    worth -= 2 * max(0.0, sum(step == 0 for step in steps) / len(steps) - 0.25)
    worth -= sum(not LOW <= note.pitch <= HIGH for note in notes) / len(notes)
    worth -= 2 * max(0.0, 0.92 - sum(note.length for note in notes) / score.ticks)  # silence
    bars = len({note.start // score.bar for note in notes})
    return worth - 2 * (1 - bars / max(1, score.ticks // score.bar))
