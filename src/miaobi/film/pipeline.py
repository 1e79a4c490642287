"""`film`: one sentence in, a narrated, illustrated, scored film out, with every part in a folder.

idea -> script -> storyboard -> (pictures | voices -> sounds -> music) -> subtitles -> film -> page

Each stage reads the files of those before it. What the user changed is taken as it is; what it was
made from decides if a part is made again; a stopped film goes on where it was.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from miaobi.assets import store
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.errors import DataError, NotFoundError
from miaobi.core.events import Done, Event, Output, Progress
from miaobi.core.film import FilmPlan
from miaobi.core.paths import atomic_write, home
from miaobi.core.requests import Message, TextRequest
from miaobi.core.sentences import language_of
from miaobi.film import inputs as material
from miaobi.film import page as film_page
from miaobi.film import shots
from miaobi.film import timeline as editing
from miaobi.film.eta import Forecast
from miaobi.film.music_video import animate
from miaobi.film.parallel import side_by_side
from miaobi.film.project import Parts, digest
from miaobi.film.script import Script, read_script, script_of_text
from miaobi.film.storyboard import Board, board_of, read_board
from miaobi.film.templates import find_template
from miaobi.film.writer import write_script
from miaobi.media import subtitles as subtitle_files
from miaobi.media.cues import as_segments
from miaobi.models.zoo import default_model, find_model
from miaobi.tasks.run import artifact_of, hand_out, run

MATERIAL = ("script", "pictures", "narration", "song")
OPTIONS = tuple(field.name for field in fields(FilmPlan) if field.name != "idea")
# what each stage is made from: another aspect asks for no other script
FOR_SCRIPT = ("idea", "scenes", "seconds", "language", "template", "seed", "text_model")


def film(idea: str = "", *, folder: str | Path | None = None, **options: Any) -> Artifact:
    """Make a film of one sentence; options are the fields of FilmPlan (scenes, language …).

    `script`, `pictures` (a folder), `narration` (a recording) and `song` are files of yours that
    take the place of a stage. Without a folder the parts lie under MIAOBI_HOME, and the same call
    goes on there. Raises MiaobiError.
    """
    return artifact_of(stream_film(idea, folder=folder, **options))


def stream_film(
    idea: str = "", *, folder: str | Path | None = None, **options: Any
) -> Iterator[Event]:
    """The same, event by event; Progress names the stage, and how many seconds are left."""
    for name in options:
        check_choice("option", name, (*OPTIONS, *MATERIAL))
    given = {name: value for name, value in options.items() if value is not None}
    files = {name: Path(given.pop(name)).expanduser() for name in MATERIAL if name in given}
    pictures = material.pictures_in(files["pictures"]) if "pictures" in files else []
    if pictures and "scenes" not in given:
        given["scenes"] = len(pictures)
    named = next((path.stem for path in files.values()), "")
    plan = FilmPlan(idea or named, **given)
    find_template(plan.template)
    for name, kind in (("text_model", "text"), ("image_model", "image")):
        if getattr(plan, name):
            find_model(getattr(plan, name), kind)
    _check_here(plan, files)
    place = home() / "films" / digest([asdict(plan), sorted(map(str, files.values()))])[:16]
    parts = Parts(Path(folder).expanduser() if folder else place)
    if "script" in files:
        material.take_script(files["script"], parts)
    if "song" in files:
        material.take_song(files["song"], parts)
    material.take_pictures(pictures, parts)
    return _film(plan, parts, files.get("narration"))


def _film(plan: FilmPlan, parts: Parts, recording: Path | None) -> Iterator[Event]:
    forecast = Forecast(plan.scenes, plan.seconds)
    if recording is not None:
        yield from material.take_voice(recording, parts, plan.scenes)
    for event in animate(plan, parts) if plan.animate else _stages(plan, parts):
        yield forecast.told(event) if isinstance(event, Progress) else event


def _stages(plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Every stage in turn; the last event is Done with the film."""
    script = yield from _script(plan, parts)
    board = _board(script, plan, parts)
    yield from side_by_side(shots.pictures(board, plan, parts), _heard(board, plan, parts))
    voices = shots.spoken(board, parts)
    request = editing.request(board, voices, plan, parts)
    _subtitles(request.cues, board, parts)
    inputs = [digest(asdict(replace(request, kept=None)))]
    for event in run(request, find_model("cutter", "film")):
        if isinstance(event, Done):
            parts.keep("film", plan.format, inputs, event.artifact)
            film_page.write(board, voices, request, parts)
        yield event


def _heard(board: Board, plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """All that is heard: the length of sounds and music follows from the words."""
    yield from shots.voices(board, plan, parts)
    yield from shots.sounds(board, plan, parts)
    when = editing.timeline(board, shots.spoken(board, parts))
    seconds = when.starts[-1] + when.lengths[-1] - editing.FADE + editing.CREDITS
    yield from shots.music(board.music, seconds, plan, parts)


def _check_here(plan: FilmPlan, files: dict[str, Path]) -> None:
    """Say now, and not after minutes of work, what is missing. Raises MissingAsset."""
    language = plan.language or language_of(plan.idea)
    needed = ["subtitle-font"]
    if plan.music != "none" and "song" not in files:
        needed.append(find_model("music", "music").asset or "subtitle-font")
    if not plan.animate and "narration" not in files:
        needed.append("kokoro-82m")
    if not plan.animate and not plan.text_model and not {"script", "narration"} & set(files):
        needed.append(default_model("text", language).asset or "subtitle-font")
    for name in needed:
        store.folder(name)


def _script(plan: FilmPlan, parts: Parts) -> Generator[Event, None, Script]:
    """script.json: the user's, the one from before, or a new one; returned at the end."""
    inputs = {name: getattr(plan, name) for name in FOR_SCRIPT}
    path = parts.current("script", inputs)
    if path is not None and path.suffix in (".md", ".txt", ".markdown"):
        return script_of_text(_text(path), plan.scenes)
    if path is not None:
        return read_script(_document(path), path.name)
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
    parts.keep("script", "json", inputs, hand_out(request, row, Output(text=text), [], {}))
    return script


def _board(script: Script, plan: FilmPlan, parts: Parts) -> Board:
    """storyboard.json: the one the user edited, or what follows from the script."""
    board = board_of(script, plan)
    path = parts.current("storyboard", board.as_dict())
    if path is None:
        text = json.dumps(board.as_dict(), ensure_ascii=False, indent=1)
        parts.keep("storyboard", "json", board.as_dict(), text.encode())
        return board
    return read_board(_document(path), path.name)


def _subtitles(cues: Any, board: Board, parts: Parts) -> None:
    """film.srt and film.vtt beside the film, labeled as the words of its narration."""
    model = default_model("text", board.language)
    for format in ("srt", "vtt"):
        path = parts.folder / f"film.{format}"
        _, text = subtitle_files.write(as_segments(cues), board.language, format)
        if not cues:
            path.unlink(missing_ok=True)
        elif parts.id("script"):
            words = "\n".join(cue.text for cue in cues)
            request = TextRequest(
                model=model.name,
                messages=(Message("user", words),),
                seed=0,
                parents=(parts.id("script"),),
            )
            hand_out(request, model, Output(text=text), [], {}).save(path)
        else:  # the user's own words need no label
            atomic_write(path, text.encode())


def _document(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            "Correct it, or delete it: then it is made again.",
            path=path,
            reason=str(error)[:80],
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path) from error
    except (OSError, ValueError) as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            "Give plain UTF-8 text.",
            path=path,
            reason=str(error)[:80],
        ) from error
