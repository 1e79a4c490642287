"""`film`: from one sentence to a narrated film with pictures and sound, all parts in a folder.

script -> storyboard -> (pictures | narration -> sounds -> music) -> subtitles -> film -> page

Each stage reads the files of those before it. Files that the user changed are used as they are,
others are made again only when their inputs change, and a stopped film resumes.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Unpack

from miaobi.assets.store import asset_folder
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.errors import DataError, NotFoundError
from miaobi.core.events import Done, Event, Output, Progress
from miaobi.core.film import Cue, FilmPlan
from miaobi.core.paths import atomic_write, home
from miaobi.core.requests import Message, TextRequest
from miaobi.core.sentences import language_of
from miaobi.core.text_encoding import decode_text
from miaobi.film.eta import EtaEstimator
from miaobi.film.inputs import (
    copy_pictures,
    copy_script,
    copy_song,
    import_narration,
    list_pictures,
)
from miaobi.film.music_video import make_music_video
from miaobi.film.options import FilmOptions
from miaobi.film.page import write_page
from miaobi.film.parallel import merge_events
from miaobi.film.project import Project, digest
from miaobi.film.script import Script, read_script, script_from_text
from miaobi.film.shots import (
    make_music,
    make_narration,
    make_pictures,
    make_sounds,
    read_narration,
)
from miaobi.film.storyboard import Storyboard, read_storyboard, storyboard_from_script
from miaobi.film.templates import find_template
from miaobi.film.timeline import CREDITS, FADE, film_request, plan_timeline
from miaobi.film.writer import write_script
from miaobi.media import subtitles
from miaobi.media.cues import cues_to_segments
from miaobi.models.zoo import default_model, find_model
from miaobi.tasks.run import publish, run, wait_for_artifact

USER_FILES = ("script", "pictures", "narration", "song")
OPTIONS = tuple(field.name for field in fields(FilmPlan) if field.name != "idea")
# inputs of the script: another aspect ratio needs no other script
SCRIPT_INPUTS = ("idea", "scenes", "seconds", "language", "template", "seed", "text_model")
FONT_ASSET, VOICE_ASSET = "subtitle-font", "kokoro-82m"


def film(
    idea: str = "", *, folder: str | Path | None = None, **options: Unpack[FilmOptions]
) -> Artifact:
    """Make a film of one sentence; options are the fields of FilmPlan (scenes, language …).

    `script`, `pictures` (a folder), `narration` (a recording) and `song` are files of the user that
    replace a stage. Without a folder the project lies under MIAOBI_HOME, where the same call
    resumes it. Raises MiaobiError.
    """
    return wait_for_artifact(stream_film(idea, folder=folder, **options))


def stream_film(
    idea: str = "", *, folder: str | Path | None = None, **options: Unpack[FilmOptions]
) -> Iterator[Event]:
    """Make a film event by event; Progress has the stage and the remaining seconds."""
    for name in options:
        check_choice("option", name, (*OPTIONS, *USER_FILES))
    values: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    inputs = {name: Path(values.pop(name)).expanduser() for name in USER_FILES if name in values}
    pictures = list_pictures(inputs["pictures"]) if "pictures" in inputs else []
    if pictures and "scenes" not in values:
        values["scenes"] = len(pictures)
    idea = idea.replace("\ufeff", "")
    plan = FilmPlan(idea or next((path.stem for path in inputs.values()), ""), **values)
    find_template(plan.template)
    for name, kind in (("text_model", "text"), ("image_model", "image")):
        if getattr(plan, name):
            find_model(getattr(plan, name), kind)
    _check_assets(plan, inputs)
    default = home() / "films" / digest([asdict(plan), sorted(map(str, inputs.values()))])[:16]
    project = Project(Path(folder).expanduser() if folder else default)
    if "script" in inputs:
        copy_script(inputs["script"], project)
    if "song" in inputs:
        copy_song(inputs["song"], project)
    copy_pictures(pictures, project)
    return _make_film(plan, project, inputs.get("narration"))


def _make_film(plan: FilmPlan, project: Project, recording: Path | None) -> Iterator[Event]:
    eta = EtaEstimator(plan.scenes, plan.seconds)
    if recording is not None:
        yield from import_narration(recording, project, plan.scenes)
    events = make_music_video(plan, project) if plan.animate else _run_stages(plan, project)
    for event in events:
        yield eta.update(event) if isinstance(event, Progress) else event


def _run_stages(plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Run the stages of a narrated film; the last event is Done with the film."""
    script = yield from _script(plan, project)
    board = _storyboard(script, plan, project)
    yield from merge_events(make_pictures(board, plan, project), _make_audio(board, plan, project))
    narration = read_narration(board, project)
    request = film_request(board, narration, plan, project)
    _write_subtitles(request.cues, board, project)
    inputs = [digest(asdict(replace(request, kept=None)))]
    for event in run(request, find_model("cutter", "film")):
        if isinstance(event, Done):
            project.write("film", plan.format, inputs, event.artifact)
            write_page(board, narration, request, project)
        yield event


def _make_audio(board: Storyboard, plan: FilmPlan, project: Project) -> Iterator[Event]:
    """Make narration, sounds and music in turn: the narration decides how long the others are."""
    yield from make_narration(board, plan, project)
    yield from make_sounds(board, plan, project)
    times = plan_timeline(board, read_narration(board, project))
    seconds = times.starts[-1] + times.lengths[-1] - FADE + CREDITS
    yield from make_music(board.music, seconds, plan, project)


def _check_assets(plan: FilmPlan, inputs: dict[str, Path]) -> None:
    """Check all assets before the first stage. Raises MissingAsset."""
    language = plan.language or language_of(plan.idea)
    needed = [FONT_ASSET]
    if plan.music != "none" and "song" not in inputs:
        needed.append(find_model("music", "music").asset or FONT_ASSET)
    if not plan.animate and "narration" not in inputs:
        needed.append(VOICE_ASSET)
    if not plan.animate and not plan.text_model and not {"script", "narration"} & set(inputs):
        needed.append(default_model("text", language).asset or FONT_ASSET)
    for name in needed:
        asset_folder(name)


def _script(plan: FilmPlan, project: Project) -> Generator[Event, None, Script]:
    """Read or write script.json and return the script."""
    inputs = {name: getattr(plan, name) for name in SCRIPT_INPUTS}
    path = project.current("script", inputs)
    if path is not None and path.suffix in (".md", ".txt", ".markdown"):
        return script_from_text(_read_text(path), plan.scenes)
    if path is not None:
        return read_script(_read_json(path), path.name)
    yield Progress("script", 0, plan.scenes)
    script, answer = yield from write_script(plan)
    text = json.dumps(script, ensure_ascii=False, indent=1)
    row = find_model(answer.model, "text")
    request = TextRequest(
        model=row.name,
        messages=(Message("user", plan.idea),),
        seed=answer.seed,
        parents=(answer.id,),
    )
    project.write("script", "json", inputs, publish(request, row, Output(text=text), [], {}))
    return script


def _storyboard(script: Script, plan: FilmPlan, project: Project) -> Storyboard:
    """Read storyboard.json if the user edited it, else write that of the script."""
    board = storyboard_from_script(script, plan)
    path = project.current("storyboard", board.as_dict())
    if path is None:
        text = json.dumps(board.as_dict(), ensure_ascii=False, indent=1)
        project.write("storyboard", "json", board.as_dict(), text.encode())
        return board
    return read_storyboard(_read_json(path), path.name, board)


def _write_subtitles(cues: Sequence[Cue], board: Storyboard, project: Project) -> None:
    """Write film.srt and film.vtt; those of a generated script carry a label."""
    model = default_model("text", board.language)
    for format in ("srt", "vtt"):
        path = project.folder / f"film.{format}"
        _, text = subtitles.write(cues_to_segments(cues), board.language, format)
        if not cues:
            path.unlink(missing_ok=True)
        elif parents := project.script_parents:
            words = "\n".join(cue.text for cue in cues)
            request = TextRequest(
                model=model.name, messages=(Message("user", words),), seed=0, parents=parents
            )
            publish(request, model, Output(text=text), [], {}).save(path)
        else:  # the user's own words need no label
            atomic_write(path, text.encode())


def _read_json(path: Path) -> object:
    try:
        return json.loads(_read_text(path).replace("\ufeff", ""))
    except ValueError as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            "Fix it, or delete it to have it made again.",
            path=path,
            reason=str(error)[:80],
        ) from error


def _read_text(path: Path) -> str:
    try:
        text = decode_text(path.read_bytes(), path)
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError as error:
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path) from error
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            "Give plain UTF-8 text.",
            path=path,
            reason=str(error)[:80],
        ) from error
