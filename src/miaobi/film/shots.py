"""The parts of a film that a storyboard asks for: pictures, voices with word times, sounds, music.

Each is a task of its own on the road and a part in the folder; what is there already is not made.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.errors import MediaError, NotFoundError
from miaobi.core.events import Done, Event, Progress, Word
from miaobi.core.film import FilmPlan
from miaobi.film.project import Parts
from miaobi.film.storyboard import Board
from miaobi.media import audio
from miaobi.media.cues import spread
from miaobi.models.zoo import find_model
from miaobi.scenes.captions import PLACE_WORDS, STYLE_WORDS
from miaobi.scenes.prompt import is_known, read_scene, setting
from miaobi.scenes.setting import NOWHERE
from miaobi.scenes.sprites import subjects
from miaobi.tasks.audio import stream_sound
from miaobi.tasks.image import COLLAGE, painter, stream_image
from miaobi.tasks.music import stream_music
from miaobi.tasks.speech import stream_speech

VOICES = {"en": "af_heart", "zh": "zf_xiaoyi"}
LONGEST_SOUND = 12.0  # seconds of a sound under one shot


@dataclass(frozen=True)
class Spoken:
    """A voice of one shot: its file, how long it lasts, and when each word is heard in it."""

    path: Path
    seconds: float
    words: tuple[Word, ...]


def pictures(board: Board, plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Paint every shot; shots of one prompt share a seed, so that the hero stays the same."""
    total = len(board.shots)
    for number, shot in enumerate(board.shots, 1):
        yield Progress("pictures", number - 1, total)
        prompt, options = _painting(shot.picture, board, plan)
        if plan.animate or options["model"] == COLLAGE:  # drawings stay the same by themselves
            options["seed"] += number - 1
        inputs = {"prompt": prompt, **options}
        name = f"pictures/{number:02}"
        if parts.current(name, inputs) is None:
            for event in stream_image(prompt, parents=_parents(parts), **options):
                if isinstance(event, Done):
                    parts.keep(name, "png", inputs, event.artifact)
                elif isinstance(event, Progress) and event.total:
                    yield Progress("pictures", number - 1 + event.done / event.total, total)
    parts.drop("pictures", total)
    yield Progress("pictures", total, total)


def voices(board: Board, plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Speak every line, and note when each word is heard."""
    total = len(board.shots)
    voice = plan.voice or VOICES[board.language]
    for number, shot in enumerate(board.shots, 1):
        yield Progress("narration", number - 1, total)
        name = f"narration/{number:02}"
        inputs = {"text": shot.narration, "voice": voice}
        if not shot.narration or parts.current(name, inputs) is not None:
            continue
        for event in stream_speech(
            shot.narration, voice=voice, seed=plan.seed, parents=_parents(parts)
        ):
            if isinstance(event, Done):
                path = parts.keep(name, "wav", inputs, event.artifact)
                heard = event.artifact.segments
                words = tuple(word for segment in heard for word in segment.words)
                parts.keep(f"words/{number:02}", "json", {"voice": path}, _as_json(words))
    parts.drop("narration", total)
    parts.drop("words", total)
    yield Progress("narration", total, total)


def spoken(board: Board, parts: Parts) -> list[Spoken | None]:
    """The voice of each shot; None where nothing is said. Raises MediaError."""
    out: list[Spoken | None] = []
    for number, shot in enumerate(board.shots, 1):
        path = _file(parts, f"narration/{number:02}", ("wav", "flac", "mp3", "ogg"))
        if path is None:
            out.append(None)
            continue
        samples, rate = audio.decode(path)
        seconds = len(samples) / rate
        known = parts.current(f"words/{number:02}", {"voice": path})
        words = _read_words(known) if known else spread(shot.narration, 0.0, seconds)
        out.append(Spoken(path, seconds, words))
    return out


def sounds(board: Board, plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Make the sound of every shot that has one, as long as the shot."""
    from miaobi.film.timeline import lengths

    total = len(board.shots)
    long = lengths(board, spoken(board, parts))
    for number, shot in enumerate(board.shots, 1):
        yield Progress("sounds", number - 1, total)
        name = f"sounds/{number:02}"
        seconds = min(LONGEST_SOUND, float(math.ceil(long[number - 1])))
        inputs: dict[str, Any] = {"seconds": seconds, "seed": plan.seed + number}
        inputs["prompt"] = shot.sound
        if not shot.sound or parts.current(name, inputs) is not None:
            continue
        for event in stream_sound(**inputs, parents=_parents(parts)):
            if isinstance(event, Done):
                parts.keep(name, "wav", inputs, event.artifact)
    parts.drop("sounds", total)
    yield Progress("sounds", total, total)


def music(words: str, seconds: float, plan: FilmPlan, parts: Parts) -> Iterator[Event]:
    """Compose what lies under the whole film, as long as it is."""
    long = float(max(2, math.ceil(seconds)))
    inputs: dict[str, Any] = {"prompt": words, "seconds": long, "seed": plan.seed}
    if not words or parts.current("music", inputs) is not None:
        return
    yield Progress("music", 0, 1)
    for event in stream_music(**inputs, parents=_parents(parts)):
        if isinstance(event, Done):
            parts.keep("music", "wav", inputs, event.artifact)
        elif isinstance(event, Progress) and event.total:
            yield Progress("music", event.done, event.total)


def picture_of(parts: Parts, number: int) -> Path:
    """The picture of a shot. Raises MediaError when it has gone."""
    name = f"pictures/{number:02}"
    path = _file(parts, name, ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"))
    if path is None:
        raise MediaError(
            "There is no file {path}.", "Check the name.", path=parts.folder / f"{name}.png"
        )
    return path


def sound_of(parts: Parts, name: str) -> Path | None:
    """The sound file of a part, or None."""
    return _file(parts, name, ("wav", "flac", "mp3", "ogg"))


def _file(parts: Parts, name: str, endings: tuple[str, ...]) -> Path | None:
    """The file of a part: the user's before ours."""
    found = [parts.folder / f"{name}.{ending}" for ending in endings]
    there = [path for path in found if path.is_file()]
    return next((path for path in there if parts.owned(name, path)), next(iter(there), None))


def _painter(picture: str) -> str:
    """Who paints a shot where nobody is named: drawings by rule, also of a place alone."""
    can = is_known(picture) or setting(picture) != NOWHERE
    if can and find_model(COLLAGE, "image").here:
        return COLLAGE
    return painter(picture, {}).name


def _painting(picture: str, board: Board, plan: FilmPlan) -> tuple[str, dict[str, Any]]:
    """The prompt with its style, and the options of a picture."""
    model = plan.image_model or _painter(picture)
    options: dict[str, Any] = {"model": model, "seed": plan.seed}
    if model == "drawings":
        picture = _simply(picture, board.language)
    elif model == COLLAGE:  # sharp also where the camera comes near
        width, height = plan.size
        options["size"] = (width * 5 // 4, height * 5 // 4)
    style = board.style
    if style in STYLE_WORDS:
        english, chinese = STYLE_WORDS[style]
        style = f"{chinese[0]}风格" if board.language == "zh" else f"{english[0]} style"
    joint = "，" if board.language == "zh" else ", "
    return (f"{picture}{joint}{style}" if style else picture), options


def _simply(picture: str, language: str) -> str:
    """What a small model has words for: the first two things, and the place; else all of it."""
    try:
        asked = read_scene(picture)
    except NotFoundError:
        return picture
    scene, chinese = asked.plan, language == "zh"
    learned = (
        "night" if asked.air.dark else {"forest": "grass"}.get(scene.background, scene.background)
    )
    things = [subjects()[item.subject] for item in scene.items[:2]]
    place = PLACE_WORDS[learned][chinese][0] if learned not in ("plain", "city") else ""
    if chinese:
        return place + "和".join(f"一{thing.measure}{thing.chinese}" for thing in things)
    names = " and ".join(f"a {thing.english}" for thing in things)
    return " ".join(part for part in (names, place) if part)


def _as_json(words: tuple[Word, ...]) -> bytes:
    rows = [{"word": w.text, "start": round(w.start, 3), "end": round(w.end, 3)} for w in words]
    return json.dumps(rows, ensure_ascii=False).encode()


def _read_words(path: Path) -> tuple[Word, ...]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Word(str(row["word"]), float(row["start"]), float(row["end"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(
            "{path} cannot be read: {reason}.",
            "Delete it, and it is made again.",
            path=path,
            reason=str(error)[:80],
        ) from error


def _parents(parts: Parts) -> tuple[str, ...]:
    id = parts.id("script")
    return (id,) if id else ()
