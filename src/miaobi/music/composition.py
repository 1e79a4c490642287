"""Composition: from a request to a score, given a language model of music tokens.

request --prompt, options, melody--> task --network--> melody --harmony, accompaniment--> score

A chorale has four voices, all written by the network. Other pieces have its melody with chords and
a bass by rule. Key, meter, tempo and length are exact, whatever is sampled.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miaobi.core.events import Progress
from miaobi.core.music import MusicRequest
from miaobi.music.accompaniment import FIGURES, accompany, shape_dynamics
from miaobi.music.arrangement import (
    assign_instruments,
    fit_bars,
    harmonic_rhythm,
    melody_control,
    set_duration,
)
from miaobi.music.chords import Chord, ChordSpan, find_chords, read_chords, repeat_progression
from miaobi.music.constraints import ANY_PITCH, BarConstraint, melody_constraints
from miaobi.music.harmonization import harmonize
from miaobi.music.keys import Key
from miaobi.music.melody_generation import MelodySpec, generate_melody
from miaobi.music.melody_input import read_theme
from miaobi.music.prompt import SOLO, MusicPlan, parse_meter, parse_use, plan_music
from miaobi.music.score import GRID, Note, Part, Score, bar_ticks, time_spans
from miaobi.music.tokens import HOLD, REST, Control, encode

if TYPE_CHECKING:
    from miaobi.models.gpt import GPT

CONTINUATION = 8  # bars added to a melody if no length is stated
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class CompositionTask:
    """A parsed request: the plan, a theme to work on, chords to follow."""

    request: MusicRequest
    plan: MusicPlan  # with defaults
    stated: MusicPlan  # only what the prompt and options state
    use: str  # of the theme: one of core.music.MELODY_USES; "" without a theme
    theme: Score | None
    chords: list[list[Chord]]  # by bar; []: none given

    @property
    def is_solo(self) -> bool:
        """True for a melody without accompaniment."""
        return SOLO.search(self.request.prompt) is not None

    @property
    def is_chorale(self) -> bool:
        """True for a piece in four voices."""
        if self.use == "harmonize":
            return self.stated.style in ("", "chorale")
        return self.plan.style == "chorale" and not self.is_solo


def read_task(request: MusicRequest) -> CompositionTask:
    """Parse a request and read its melody. Raises OptionError and MediaError."""
    stated = plan_music(
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
        return CompositionTask(request, stated.with_defaults(), stated, "", None, chords)
    use = parse_use(request.prompt, request.use)
    key = Key(stated.tonic, stated.mode or "major") if stated.tonic is not None else None
    meter = parse_meter(request.meter) if request.meter else stated.meter
    theme = read_theme(request.melody, key, meter, stated.tempo, drums=use == "rhythm")
    encode(theme, Control(voices=1))  # refuses an unsupported meter
    if key is None:  # only the rhythm of a theme leaves its key free
        key = stated.key if use == "rhythm" else theme.key
    plan = replace(
        stated,
        tonic=key.tonic,
        mode=key.mode,
        meter=theme.meter,
        tempo=theme.tempo * GRID / theme.beat,
    )
    theme = replace(theme, key=key)
    return CompositionTask(request, plan.with_defaults(), stated, use, theme, chords)


def compose_score(network: "GPT", task: CompositionTask, on_progress: OnProgress) -> Score:
    """Compose the score of a task, with an instrument for each part."""
    melody, seconds = _melody(network, task, on_progress)
    chords = _given_chords(task, melody)
    if task.is_chorale:

        def on_candidate(done: int, total: int) -> None:
            on_progress(Progress("harmony", done, total))

        harmony = harmonize(network, melody, task.request.seed, chords, on_candidate)
        score = shape_dynamics(harmony)
    elif task.is_solo:
        score = shape_dynamics(melody)
    else:
        score = accompany(melody, chords or _found_chords(melody), _figure(task))
    if seconds and not task.request.loop:
        score = set_duration(score, seconds)
    return assign_instruments(score, task.plan.instruments)


def _melody(network: "GPT", task: CompositionTask, on_progress: OnProgress) -> tuple[Score, float]:
    """Return the melody of a task, and its duration in seconds if that is fixed, else 0."""

    def on_candidate(done: int, total: int) -> None:
        on_progress(Progress("melody", done, total))

    def generate(spec: MelodySpec) -> Score:
        return generate_melody(network, spec, task.request.seed, on_candidate)

    if task.theme is None:
        return _new_melody(task, generate)
    if task.use == "harmonize":
        return task.theme, 0.0
    if task.use == "continue":
        return _continuation(task, task.theme, generate)
    return _variation(task, task.theme, generate), 0.0


def _new_melody(
    task: CompositionTask, generate: Callable[[MelodySpec], Score]
) -> tuple[Score, float]:
    plan, request = task.plan, task.request
    bars, tempo, seconds = fit_bars(plan, task.stated.tempo is not None, request.loop)
    assert plan.meter
    chords = repeat_progression(task.chords, bars, bar_ticks(plan.meter)) if task.chords else ()
    return generate(MelodySpec(melody_control(plan, tempo), bars, None, chords)), seconds


def _continuation(
    task: CompositionTask, theme: Score, generate: Callable[[MelodySpec], Score]
) -> tuple[Score, float]:
    """Continue a theme, by CONTINUATION bars or to the stated duration."""
    plan = task.plan
    assert plan.tempo
    fixed = melody_constraints(encode(theme, Control(voices=1)))
    bars, seconds = len(fixed) + CONTINUATION, 0.0
    if task.stated.seconds is not None:
        fitting, _, seconds = fit_bars(plan, True, task.request.loop)
        bars = max(fitting, len(fixed) + 1)
        seconds = max(seconds, (len(fixed) + 1) * theme.bar / GRID * 60 / theme.tempo)
    control = replace(
        melody_control(plan, plan.tempo), pickup=bool(theme.pickup), meter=theme.meter
    )
    melody = generate(MelodySpec(control, bars, fixed, has_sections=False))
    notes = [replace(note, part=0) for note in theme.notes]
    notes += [note for note in melody.notes if note.start >= theme.ticks]
    return replace(melody, notes=tuple(sorted(notes)), tempo=theme.tempo), seconds


def _variation(
    task: CompositionTask, theme: Score, generate: Callable[[MelodySpec], Score]
) -> Score:
    """Vary a theme between its strong beats, or write another melody in its rhythm."""
    plan, only_rhythm = task.plan, task.use == "rhythm"
    assert plan.tempo
    fixed = melody_constraints(encode(theme, Control(voices=1)))
    if only_rhythm:
        fixed = {index: _rhythm(bar) for index, bar in fixed.items()}
    else:
        final = max(fixed)
        fixed = {n: bar if n == final else _strong_beats(bar, theme) for n, bar in fixed.items()}
    mood = plan.mood if only_rhythm else "lively"
    control = Control("tune", theme.key, theme.meter, plan.tempo, mood, 1, bool(theme.pickup))
    spec = MelodySpec(control, len(fixed), fixed, has_sections=False, final_tonic=False)
    melody = replace(generate(spec), tempo=theme.tempo, key=theme.key, parts=(Part("Melody"),))
    return _end_on_tonic(melody) if only_rhythm else melody


def _rhythm(bar: BarConstraint) -> BarConstraint:
    """Keep the onsets, rests and holds of a bar and free its pitches."""
    events = {t: e if e in (REST, HOLD) else ANY_PITCH for t, e in bar.events.items()}
    return BarConstraint(events)


def _strong_beats(bar: BarConstraint, theme: Score) -> BarConstraint:
    """Keep the events on strong beats and free the ticks between them."""
    beat = theme.beat
    strong = 2 * beat if theme.meter[0] % 4 == 0 else beat if beat % 36 == 0 else theme.bar
    events = {tick: event for tick, event in bar.events.items() if tick % strong == 0}
    return BarConstraint(events, open=True)


def _end_on_tonic(melody: Score) -> Score:
    """Move the last note to the nearest tonic."""
    *notes, final = melody.notes
    interval = min(
        range(-6, 7), key=lambda step: ((final.pitch + step - melody.key.tonic) % 12, abs(step))
    )
    tonic = Note(final.start, 0, final.pitch + interval, final.length)
    return replace(melody, notes=(*notes, tonic))


def _given_chords(task: CompositionTask, melody: Score) -> list[ChordSpan]:
    """Return the chords of the request, bar by bar under a melody; [] if there are none."""
    if not task.chords:
        return []
    first = melody.pickup % melody.bar
    bars = -(-(melody.ticks - first) // melody.bar)
    return repeat_progression(task.chords, bars, melody.bar, first)


def _found_chords(melody: Score) -> list[ChordSpan]:
    spans = time_spans(melody, harmonic_rhythm(melody.meter))
    return find_chords(melody.notes, melody.key, spans, melody.bar, melody.pickup)


def _figure(task: CompositionTask) -> str:
    """Choose a figure of accompaniment for the style, or without one for the mood."""
    plan = task.plan
    figures = FIGURES.get(plan.style) or FIGURES[plan.mood]
    figure = random.Random(task.request.seed).choice(figures)
    return "waltz" if figure == "stride" and plan.meter in ((3, 4), (3, 8)) else figure
