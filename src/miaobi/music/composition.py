"""From a request to a score: melody, harmony and accompaniment, given a network of music tokens.

request --words, options--> plan --theme, network--> melody --voices, chords--> score

A chorale has four voices, all written by the network. Other pieces have its melody, and chords and
bass by rule. Key, meter, tempo and length are exact whatever is drawn.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from miaobi.core.events import Progress
from miaobi.core.music import MusicRequest
from miaobi.music import arrangement
from miaobi.music.accompaniment import FIGURES, accompanied, shaded
from miaobi.music.chords import Span, find_chords, laid_out, read_chords
from miaobi.music.constraints import ANY, Bar, melody_bars
from miaobi.music.harmonization import beats, harmonize
from miaobi.music.keys import Key
from miaobi.music.melodies import Wanted, write_melody
from miaobi.music.melody_input import read_theme
from miaobi.music.prompt import MusicPlan, find_meter, plan_music
from miaobi.music.score import GRID, Note, Part, Score, bar_ticks, beat_ticks
from miaobi.music.tokens import HOLD, REST, Control, encode

FURTHER = 8  # bars that are written to a melody where nothing says how many
Tick = Callable[[Progress], None]


@dataclass(frozen=True)
class Task:
    """A request, read."""

    request: MusicRequest
    plan: MusicPlan  # filled
    told: MusicPlan  # as words and options say
    use: str  # "" from nothing, else one of core.music.USES
    theme: Score | None
    chords: list[list[Any]]


def read_task(request: MusicRequest) -> Task:
    """What a request asks for. Raises OptionError and MediaError."""
    told = plan_music(
        request.prompt,
        key=request.key,
        meter=request.meter,
        tempo=request.tempo,
        mood=request.mood,
        instruments=request.instruments,
        seconds=request.seconds,
    )
    chords = read_chords(request.chords) if request.chords else []
    if request.melody is None:
        return Task(request, told.filled(), told, "", None, chords)
    use = arrangement.use_of(request.prompt, request.use)
    key = Key(told.tonic, told.mode or "major") if told.tonic is not None else None
    meter = find_meter(request.meter) if request.meter else told.meter
    theme = read_theme(request.melody, key, meter, told.tempo, drums=use == "rhythm")
    encode(theme, Control(voices=1))  # a meter that the network does not know is refused here
    if use == "rhythm" and key is None:
        key = told.key
    known = key or theme.key
    plan = replace(
        told,
        tonic=known.tonic,
        mode=known.mode,
        meter=theme.meter,
        tempo=theme.tempo * GRID / beat_ticks(theme.meter),
    )
    return Task(request, plan.filled(), told, use, replace(theme, key=known), chords)


def written(network: Any, task: Task, tick: Tick) -> Score:
    """The whole score of a task, its parts seated."""
    programs = task.plan.instruments
    if task.use == "harmonize" and task.told.style in ("", "chorale"):
        assert task.theme
        spans = _asked(task, task.theme)
        score = harmonize(
            network,
            task.theme,
            task.request.seed,
            spans,
            lambda *at: tick(Progress("harmony", *at)),
        )
        return arrangement.seated(shaded(score), programs)
    if task.theme is None:
        melody, seconds = _composed(network, task, tick)
    elif task.use == "harmonize":
        melody, seconds = task.theme, 0.0
    elif task.use == "continue":
        melody, seconds = _continued(network, task, tick)
    else:
        melody, seconds = _rewritten(network, task, tick), 0.0
    if arrangement.SOLO.search(task.request.prompt):
        score = shaded(melody)
    elif task.plan.style == "chorale":
        score = shaded(
            harmonize(
                network,
                melody,
                task.request.seed,
                _asked(task, melody),
                lambda *at: tick(Progress("harmony", *at)),
            )
        )
    else:
        spans = _asked(task, melody) or find_chords(
            melody.notes,
            melody.key,
            beats(melody, arrangement.chord_length(melody.meter)),
            melody.bar,
            melody.pickup,
        )
        score = accompanied(melody, spans, _figure(task))
    if seconds and not task.request.loop:
        score = arrangement.lasting(score, seconds)
    return arrangement.seated(score, programs)


def _figure(task: Task) -> str:
    plan = task.plan
    choice = FIGURES.get(plan.style) or FIGURES[plan.mood]
    figure = random.Random(task.request.seed).choice(choice)
    three = plan.meter in ((3, 4), (3, 8))
    return "waltz" if figure == "stride" and three else figure


def _asked(task: Task, melody: Score) -> list[Span]:
    """The chords that were asked for, bar by bar under a melody; [] where none were."""
    if not task.chords:
        return []
    first = melody.pickup % melody.bar
    bars = -(-(melody.ticks - first) // melody.bar)
    return laid_out(task.chords, bars, melody.bar, first)


def _composed(network: Any, task: Task, tick: Tick) -> tuple[Score, float]:
    """A melody from nothing, and how long it is to be."""
    plan = task.plan
    bars, tempo, seconds = arrangement.measured(
        plan, task.told.tempo is not None, task.request.loop
    )
    control = arrangement.control_of(plan, tempo)
    assert plan.meter
    spans = laid_out(task.chords, bars, bar_ticks(plan.meter)) if task.chords else ()
    wanted = Wanted(control, bars, None, spans)
    melody = write_melody(
        network, wanted, task.request.seed, lambda *at: tick(Progress("melody", *at))
    )
    return melody, seconds


def _continued(network: Any, task: Task, tick: Tick) -> tuple[Score, float]:
    """A melody and what follows it."""
    theme, plan = task.theme, task.plan
    assert theme and plan.tempo
    tokens = encode(theme, Control(voices=1))
    given = melody_bars(tokens)
    bars, seconds = len(given) + FURTHER, 0.0
    if task.told.seconds is not None:
        fitting, _, seconds = arrangement.measured(plan, True, task.request.loop)
        bars = max(fitting, len(given) + 1)
        seconds = max(seconds, (len(given) + 1) * theme.bar / GRID * 60 / theme.tempo)
    control = replace(
        arrangement.control_of(plan, plan.tempo), pickup=bool(theme.pickup), meter=theme.meter
    )
    wanted = Wanted(control, bars, given, sections=False)
    melody = write_melody(
        network, wanted, task.request.seed, lambda *at: tick(Progress("melody", *at))
    )
    kept = [replace(note, part=0) for note in theme.notes]
    rest = [note for note in melody.notes if note.start >= theme.ticks]
    return replace(melody, notes=tuple(sorted(kept + rest)), tempo=theme.tempo), seconds


def _rewritten(network: Any, task: Task, tick: Tick) -> Score:
    """A variation of a theme, or another melody in its rhythm."""
    theme, plan = task.theme, task.plan
    assert theme and plan.tempo
    given = melody_bars(encode(theme, Control(voices=1)))
    if task.use == "rhythm":
        given = {number: _rhythm(bar) for number, bar in given.items()}
    else:
        last = max(given)
        given = {n: bar if n == last else _skeleton(bar, theme) for n, bar in given.items()}
    mood = plan.mood if task.use == "rhythm" else "lively"
    control = Control("tune", theme.key, theme.meter, plan.tempo, mood, 1, bool(theme.pickup))
    wanted = Wanted(control, len(given), given, sections=False, ends=False)
    melody = write_melody(
        network, wanted, task.request.seed, lambda *at: tick(Progress("melody", *at))
    )
    melody = replace(melody, tempo=theme.tempo, key=theme.key, parts=(Part("Melody"),))
    return _home(melody) if task.use == "rhythm" else melody


def _rhythm(bar: Bar) -> Bar:
    """When something is struck, at whatever pitch."""
    return Bar({t: event if event in (REST, HOLD) else ANY for t, event in bar.events.items()})


def _skeleton(bar: Bar, theme: Score) -> Bar:
    """The notes on strong beats; what lies between is free."""
    beat = beat_ticks(theme.meter)
    strong = 2 * beat if theme.meter[0] % 4 == 0 else beat if beat % 36 == 0 else theme.bar
    return Bar({t: event for t, event in bar.events.items() if t % strong == 0}, open=True)


def _home(melody: Score) -> Score:
    """The melody with its last note on the nearest tonic."""
    *notes, last = melody.notes
    near = min(
        range(-6, 7), key=lambda step: ((last.pitch + step - melody.key.tonic) % 12, abs(step))
    )
    return replace(melody, notes=(*notes, Note(last.start, 0, last.pitch + near, last.length)))
