"""Words to sounds and sounds to words: `sound` and `transcribe`.

Each has a `stream_` twin that yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_words
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import SoundRequest, TranscriptRequest
from miaobi.core.sentences import language_of
from miaobi.media.audio import format_of
from miaobi.media.subtitles import check_format
from miaobi.models.zoo import default_model, find_model
from miaobi.tasks.run import artifact_of, run

SOUND_OPTIONS = tuple(sorted(set(SoundRequest.__dataclass_fields__) - {"prompt", "model"}))


def sound(
    prompt: str,
    *,
    model: str | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    loop: bool = False,
    format: str = "wav",
    **options: Any,
) -> Artifact:
    """Make a sound effect, such as "heavy door closing"; seconds 0.1 to 300, or as it needs.

    With loop=True its end goes over into its beginning. Format wav, flac, mp3 or ogg. `usage` says
    which sounds were heard in the words. Models of the Hub also take steps, guidance and negative.
    Raises MiaobiError.
    """
    events = stream_sound(
        prompt, model=model, seconds=seconds, seed=seed, loop=loop, format=format, **options
    )
    return artifact_of(events)


def stream_sound(prompt: str, *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event."""
    check_words("prompt", prompt)
    for name in options:
        check_choice("option", name, SOUND_OPTIONS)
    row = find_model(model, "sound") if model else default_model("sound", language_of(prompt))
    given = {name: value for name, value in options.items() if value is not None}
    format_of(None, given.get("format"))
    return run(SoundRequest(model=row.name, prompt=prompt, **given), row)


def transcribe(
    audio: str | Path, *, model: str | None = None, language: str = "", format: str = "txt"
) -> Artifact:
    """Write down a recording as txt, srt, vtt or json (with word times).

    `model` is a size of Whisper (tiny to large-v3, turbo), a folder, or ORG/NAME of the Hub. Raises
    MiaobiError.
    """
    return artifact_of(stream_transcript(audio, model=model, language=language, format=format))


def stream_transcript(
    audio: str | Path,
    *,
    model: str | None = None,
    language: str = "",
    format: str = "txt",
    translate: bool = False,
) -> Iterator[Event]:
    """The same, event by event; with translate=True in English."""
    path = Path(audio).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    check_format(format)
    row = find_model(model, "transcript") if model else default_model("transcript", "")
    request = TranscriptRequest(
        model=row.name, audio=path, language=language, format=format, translate=translate
    )
    return run(request, row)
