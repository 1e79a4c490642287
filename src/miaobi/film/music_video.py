"""A music video for `film` with animate=True: pictures cut on the beats of the music.

The prompt gives several pictures, or the user does; the music is composed, or a song of the user.
"""

from collections.abc import Iterator
from pathlib import Path

from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event
from miaobi.core.film import FPS, Card, Cut, FilmPlan, FilmRequest, Track
from miaobi.core.sentences import language_of
from miaobi.film.page import write_page
from miaobi.film.parallel import merge_events
from miaobi.film.project import Project
from miaobi.film.shots import make_music, make_pictures
from miaobi.film.storyboard import Shot, Storyboard
from miaobi.film.templates import find_template
from miaobi.film.timeline import NOTICE, credit_lines
from miaobi.media import audio
from miaobi.models.zoo import find_model
from miaobi.music.beat_tracking import track_beats
from miaobi.tasks.run import run

CAMERA_MOTIONS = ("zoom in", "pan right", "zoom out", "pan left", "pan up", "pan down")
MIN_CUT_SECONDS = 1.1  # a cut lasts 1, 2 or 4 beats, the fewest that take as long
FADE = 2 / FPS  # seconds
CREDITS = 2.0  # seconds


def make_music_video(plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Make pictures and music in parallel, then cut; the last event is Done with the film."""
    template = find_template(plan.template)
    language = plan.language or language_of(plan.idea)
    prompt = "" if plan.music == "none" else plan.music or template.music[language]
    motions = (CAMERA_MOTIONS[number % len(CAMERA_MOTIONS)] for number in range(plan.scenes))
    shots = tuple(Shot(plan.idea, motion, seconds=2.0) for motion in motions)
    board = Storyboard("", language, plan.style or template.style, prompt, shots)
    yield from merge_events(
        make_pictures(board, plan, project), make_music(prompt, plan.seconds, plan, project)
    )
    song = project.audio_path("music")
    if song is None:
        raise OptionError("An animation needs music.", "Give a song, or a prompt for the music.")
    request = _request(board, plan, project, song)
    for event in run(request, find_model("cutter", "film")):
        if isinstance(event, Done):
            project.write("film", plan.format, [plan.seconds], event.artifact)
            write_page(board, [None] * len(shots), request, project)
        yield event


def beat_cuts(song: Path, seconds: float) -> list[float]:
    """Return the seconds of the cuts, on beats and at least MIN_CUT_SECONDS apart.

    The first is 0, and the last is the end.
    """
    samples, rate = audio.decode(song, mono=False)
    end = min(seconds, len(samples) / rate)
    tempo, beats = track_beats(samples[: round(end * rate)], rate)
    step = next((n for n in (1, 2, 4) if n * 60 / tempo >= MIN_CUT_SECONDS), 4)
    first, last = MIN_CUT_SECONDS / 2, end - MIN_CUT_SECONDS
    return [0.0, *(beat for beat in beats[::step] if first < beat < last), end]


def _request(board: Storyboard, plan: FilmPlan, project: Project, song: Path) -> FilmRequest:
    """Show the pictures in turn, each time with another camera motion."""
    frames = [round(second * FPS) for second in beat_cuts(song, plan.seconds)]
    total = len(board.shots)
    cuts = []
    for number, (first, last) in enumerate(zip(frames, frames[1:], strict=False)):
        final = number == len(frames) - 2
        seconds = (last - first) / FPS + (0.0 if final else FADE)
        motion = CAMERA_MOTIONS[(number + number // total) % len(CAMERA_MOTIONS)]
        picture = project.picture_path(number % total + 1)
        cuts.append(Cut(picture, seconds, motion, FADE if number else 0.0))
    end = frames[-1] / FPS
    return FilmRequest(
        model="cutter",
        seed=plan.seed,
        parents=project.artifact_ids(),
        cuts=tuple(cuts),
        tracks=(Track(song, "music", seconds=end),),
        notice=NOTICE[board.language],
        cards=(Card(credit_lines(board, project), max(0.0, end - CREDITS), end, "credits"),),
        size=plan.size,
        language=board.language,
        kept=project.folder / "cuts",
        format=plan.format,
    )
