"""Words to sound and sound to words: `speech` and `transcribe`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, overload

from miaobi.core.errors import NotFoundError
from miaobi.core.types import Artifact, Event, SpeechRequest, TranscriptRequest, check_words
from miaobi.media.audio import format_of
from miaobi.media.subtitles import WRITERS, write
from miaobi.media.text import language_of
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.tasks.run import run
from miaobi.tasks.text import artifact_of


@overload
def speech(words: str, *, model: str | None = ..., voice: str = ..., speed: float = ..., format: str = ..., seed: int | None = ..., parents: tuple[str, ...] = ..., stream: Literal[False] = ...) -> Artifact: ...
@overload
def speech(words: str, *, model: str | None = ..., voice: str = ..., speed: float = ..., format: str = ..., seed: int | None = ..., parents: tuple[str, ...] = ..., stream: Literal[True]) -> Iterator[Event]: ...


def speech(
    words: str,
    *,
    model: str | None = None,
    voice: str = "",
    speed: float = 1.0,
    format: str = "wav",
    seed: int | None = None,
    parents: tuple[str, ...] = (),
    stream: bool = False,
) -> Artifact | Iterator[Event]:
    """Speak words, a sentence at a time; speed 0.5 to 2, format wav, flac, mp3 or ogg.

    With stream=True each sentence comes as a Sound event when it is ready. Raises MiaobiError.
    """
    check_words("text", words)
    row = _speaker(model, voice, words)
    options = {} if seed is None else {"seed": seed}
    request = SpeechRequest(
        model=row.name, text=words, voice=voice, speed=speed, format=format_of(None, format),
        parents=parents, **options,
    )  # fmt: skip
    events = run(request, row)
    return events if stream else artifact_of(events)


def transcribe(
    audio: str | Path,
    *,
    model: str | None = None,
    language: str = "",
    format: str = "txt",
    stream: bool = False,
) -> Artifact | Iterator[Event]:
    """Write down a recording as txt, srt, vtt or json (with word times). Raises MiaobiError."""
    path = Path(audio).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    if format not in WRITERS:
        write((), "", format)  # says which formats there are
    row = find_model(model, "transcript") if model else default_model("transcript", "")
    events = run(TranscriptRequest(model=row.name, audio=path, language=language, format=format), row)
    return events if stream else artifact_of(events)


def _speaker(model: str | None, voice: str, words: str) -> Model:
    """The model asked for; else the one that has the voice; else the default of the language."""
    if model:
        return find_model(model, "speech")
    if voice and voice != "heart":
        return find_model("kokoro-82m", "speech")
    language = "en" if voice == "heart" else language_of(words)
    if language == "en":
        return find_model("hibari", "speech")
    return default_model("speech", language)
