"""THE table of kinds of jobs: from the body of a request, kept in the database, to the work."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_words
from miaobi.core.paths import atomic_write, home
from miaobi.film.pipeline import stream_film
from miaobi.film.script import read_script
from miaobi.models.zoo import find_model
from miaobi.server import schemas
from miaobi.server.audio import music_work, sound_work, speech_work, transcript_work
from miaobi.server.image import edit_work, image_work
from miaobi.server.service import Service, Work
from miaobi.server.text import chat_work, completion_work
from miaobi.server.tuning import KIND as TUNE
from miaobi.server.tuning import tune_work
from miaobi.server.video import request_of, video_work


def film_work(service: Service, asked: dict[str, Any]) -> Work:
    """The road to a film. Raises MiaobiError."""
    request = schemas.FilmRequest.model_validate(asked)
    options = request.model_dump(exclude_unset=True, exclude={"prompt", "script"})
    prompt = request.prompt
    if request.script is not None:
        options["script"] = _script(request.script)
        prompt = prompt or title_of(request.script)
    source = stream_film(prompt, **options)
    return Work(source, find_model("cutter", "film"), "film", prompt, asked)


def _script(script: str | dict[str, Any]) -> Path:
    """The script as a file, the same one for the same words: a film goes on where it was.

    Raises DataError or PromptError.
    """
    text, ending = script, ".md"
    if not isinstance(text, str):
        read_script(script, "script")
        text, ending = json.dumps(script, ensure_ascii=False, sort_keys=True), ".json"
    check_words("script", text)
    place = home() / "films" / "scripts"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}{ending}"
    atomic_write(path, text.encode())
    return path


def title_of(script: str | dict[str, Any]) -> str:
    """What a film of a script is called where nobody said: its title, or its first line."""
    if isinstance(script, dict):
        return str(script.get("title") or script["scenes"][0]["say"])[:200]
    return script.strip().splitlines()[0].lstrip("# ")[:200]


def _edit(service: Service, asked: dict[str, Any]) -> Work:
    kept: dict[str, Any] = {
        name: service.files.path(asked[name]) for name in ("init", "mask") if name in asked
    }
    rest = {name: value for name, value in asked.items() if name not in kept}
    return edit_work(service, schemas.EditRequest.model_validate(rest), kept)


def _transcription(service: Service, asked: dict[str, Any]) -> Work:
    rest = {name: value for name, value in asked.items() if name not in ("file", "task")}
    path = service.files.path(asked["file"])
    options = schemas.TranscriptionRequest.model_validate(rest)
    return transcript_work(service, options, path, asked["task"])


def _music(service: Service, asked: dict[str, Any]) -> Work:
    melody = service.files.path(asked["melody"]) if "melody" in asked else None
    rest = {name: value for name, value in asked.items() if name != "melody"}
    return music_work(service, schemas.MusicRequest.model_validate(rest), melody)


# kind of a job -> the work, made of the body of its request
KINDS: dict[str, Callable[[Service, dict[str, Any]], Work]] = {
    "chat": lambda s, asked: chat_work(s, schemas.ChatRequest.model_validate(asked)),
    "completion": lambda s, asked: completion_work(
        s, schemas.CompletionRequest.model_validate(asked)
    ),
    "image": lambda s, asked: image_work(s, schemas.ImageRequest.model_validate(asked), {}),
    "edit": _edit,
    "transcription": _transcription,
    "speech": lambda s, asked: speech_work(s, schemas.SpeechRequest.model_validate(asked)),
    "sound": lambda s, asked: sound_work(s, schemas.SoundRequest.model_validate(asked)),
    "music": _music,
    "video": lambda s, asked: video_work(s, request_of(asked)),
    "film": film_work,
    TUNE: tune_work,
}
