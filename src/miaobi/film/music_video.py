"""An animation to music: pictures cut on its beats, for `film` with animate=True.

A prompt is painted several times, or the pictures are given; the music is composed, or a song.
"""

from collections.abc import Iterator
from pathlib import Path

from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event
from miaobi.core.film import FPS, Card, Cut, FilmPlan, FilmRequest, Track
from miaobi.core.sentences import language_of
from miaobi.film import page
from miaobi.film import shots as shooting
from miaobi.film.parallel import side_by_side
from miaobi.film.project import Parts
from miaobi.film.shots import picture_of, sound_of
from miaobi.film.storyboard import Board, Shot
from miaobi.film.templates import find_template
from miaobi.film.timeline import NOTICE, credits
from miaobi.media import audio
from miaobi.models.zoo import find_model
from miaobi.music.beat_tracking import beats
from miaobi.tasks.run import run

MOVES = ("zoom in", "pan right", "zoom out", "pan left", "pan up", "pan down")
SHORTEST = 1.1  # seconds of a cut: one beat, two or four, whichever is the first this long
BLINK = 2 / FPS  # seconds in which one picture becomes the next
CREDITS = 2.0


def animate(plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Pictures beside the music, then the cuts; the last event is Done with the film."""
    template = find_template(plan.template)
    language = plan.language or language_of(plan.idea)
    words = "" if plan.music == "none" else plan.music or template.music[language]
    shots = tuple(
        Shot(plan.idea, MOVES[number % len(MOVES)], seconds=2.0) for number in range(plan.scenes)
    )
    board = Board("", language, plan.style or template.style, words, shots)
    yield from side_by_side(
        shooting.pictures(board, plan, parts), shooting.music(words, plan.seconds, plan, parts)
    )
    song = sound_of(parts, "music")
    if song is None:
        raise OptionError("An animation needs music.", "Give a song, or words for the music.")
    request = _request(board, plan, parts, song)
    for event in run(request, find_model("cutter", "film")):
        if isinstance(event, Done):
            parts.keep("film", plan.format, [plan.seconds], event.artifact)
            page.write(board, [None] * len(shots), request, parts)
        yield event


def beat_cuts(song: Path, seconds: float) -> list[float]:
    """Seconds at which a picture gives way to the next: on beats, never too quickly.

    The first is 0, and the last is the end.
    """
    samples, rate = audio.decode(song, mono=False)
    end = min(seconds, len(samples) / rate)
    tempo, found = beats(samples[: round(end * rate)], rate)
    step = next((n for n in (1, 2, 4) if n * 60 / tempo >= SHORTEST), 4)
    inside = [beat for beat in found[::step] if SHORTEST / 2 < beat < end - SHORTEST]
    return [0.0, *inside, end]


def _request(board: Board, plan: FilmPlan, parts: Parts, song: Path) -> FilmRequest:
    """Pictures in turn, each seen from one cut to the next; another move each time it comes."""
    frames = [round(at * FPS) for at in beat_cuts(song, plan.seconds)]
    total = len(board.shots)
    cuts = []
    for number, (first, last) in enumerate(zip(frames, frames[1:], strict=False)):
        final = number == len(frames) - 2
        seconds = (last - first) / FPS + (0.0 if final else BLINK)
        motion = MOVES[(number + number // total) % len(MOVES)]
        fade = BLINK if number else 0.0
        cuts.append(Cut(picture_of(parts, number % total + 1), seconds, motion, fade))
    end = frames[-1] / FPS
    return FilmRequest(
        model="cutter",
        seed=plan.seed,
        parents=parts.ids(),
        cuts=tuple(cuts),
        tracks=(Track(song, "music", seconds=end),),
        notice=NOTICE[board.language],
        cards=(Card(credits(board, parts), max(0.0, end - CREDITS), end, "credits"),),
        size=plan.size,
        language=board.language,
        kept=parts.folder / "cuts",
        format=plan.format,
    )
