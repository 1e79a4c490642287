"""Words to sound and sound to words: `speech`, `sound` and `transcribe`.

Each has a `stream_` twin that yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_words
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import SoundRequest, SpeechRequest, TranscriptRequest
from miaobi.media.audio import format_of
from miaobi.media.subtitles import check_format
from miaobi.media.text import language_of
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.tasks.run import artifact_of, run


def speech(
    words: str,
    *,
    model: str | None = None,
    voice: str = "",
    speed: float = 1.0,
    format: str = "wav",
    seed: int | None = None,
    parents: tuple[str, ...] = (),
) -> Artifact:
    """Speak words; speed 0.5 to 2, format wav, flac, mp3 or ogg. Raises MiaobiError."""
    events = stream_speech(
        words, model=model, voice=voice, speed=speed, format=format, seed=seed, parents=parents
    )
    return artifact_of(events)


def stream_speech(
    words: str, *, model: str | None = None, voice: str = "", **options: Any
) -> Iterator[Event]:
    """The same, event by event: each sentence is a Sound as soon as it is spoken."""
    check_words("text", words)
    row = speaker(model, voice, words)
    given = {name: value for name, value in options.items() if value is not None}
    format_of(None, given.get("format"))
    return run(SpeechRequest(model=row.name, text=words, voice=voice, **given), row)


def sound(
    prompt: str,
    *,
    seconds: float | None = None,
    seed: int | None = None,
    loop: bool = False,
    format: str = "wav",
    parents: tuple[str, ...] = (),
) -> Artifact:
    """Make a sound effect, such as "heavy door closing"; seconds 0.1 to 300, or as it needs.

    With loop=True its end goes over into its beginning. Format wav, flac, mp3 or ogg. `usage` says
    which sounds were heard in the words. Raises MiaobiError.
    """
    events = stream_sound(
        prompt, seconds=seconds, seed=seed, loop=loop, format=format, parents=parents
    )
    return artifact_of(events)


def stream_sound(prompt: str, *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event."""
    check_words("prompt", prompt)
    row = find_model(model, "sound") if model else default_model("sound", language_of(prompt))
    given = {name: value for name, value in options.items() if value is not None}
    format_of(None, given.get("format"))
    return run(SoundRequest(model=row.name, prompt=prompt, **given), row)


def transcribe(
    audio: str | Path, *, model: str | None = None, language: str = "", format: str = "txt"
) -> Artifact:
    """Write down a recording as txt, srt, vtt or json (with word times). Raises MiaobiError."""
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


def speaker(model: str | None, voice: str, words: str) -> Model:
    """The model asked for; else the one that has the voice; else the default of the language."""
    if model:
        return find_model(model, "speech")
    if voice and voice != "heart":
        return find_model("kokoro-82m", "speech")
    if voice == "heart" or language_of(words) == "en":
        return find_model("hibari", "speech")
    return default_model("speech", "zh")
