"""`sound` and `transcribe`: a sound effect from a prompt, and text from a recording.

Their `stream_` variants yield the events of the pipeline; the last one is Done.
"""

from pathlib import Path
from typing import Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_text
from miaobi.core.languages import language_code
from miaobi.core.requests import SoundRequest, TranscriptRequest
from miaobi.engines.registry import choose_model
from miaobi.media.audio import resolve_format
from miaobi.media.subtitles import check_format
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.inputs import existing_file
from miaobi.tasks.options import SoundOptions, without_none
from miaobi.tasks.run import Run, run, wait_for_artifact

SOUND_OPTIONS = tuple(sorted(set(SoundRequest.__dataclass_fields__) - {"prompt", "model"}))


def sound(
    prompt: str, *, model: str | Model | None = None, **options: Unpack[SoundOptions]
) -> Artifact:
    """Generate a sound effect, such as "heavy door closing"; options are fields of SoundRequest.

    seconds is 0.1 to 300, by default the typical length of the sound; loop=True makes it seamless;
    format is wav, flac, mp3 or ogg. `usage` of the artifact lists the sounds found in the prompt.
    Models of the Hub also take steps, guidance and negative. Raises MiaobiError.
    """
    return wait_for_artifact(stream_sound(prompt, model=model, **options))


def stream_sound(
    prompt: str, *, model: str | Model | None = None, **options: Unpack[SoundOptions]
) -> Run:
    """Generate a sound effect and yield the events."""
    check_text("prompt", prompt)
    for name in options:
        check_choice("option", name, SOUND_OPTIONS)
    fields = without_none(options)
    resolve_format(None, fields.get("format"))
    row = find_model(model, "sound") if model else choose_model("sound", prompt)
    return run(SoundRequest(model=row.name, prompt=prompt, **fields), row)


def transcribe(
    audio: str | Path,
    *,
    model: str | Model | None = None,
    language: str = "",
    format: str = "txt",
) -> Artifact:
    """Transcribe a recording as txt, srt, vtt or json (with word times).

    `model` is a size of Whisper (tiny to large-v3, turbo), a folder, or ORG/NAME of the Hub;
    language "" is detected. Raises MiaobiError.
    """
    events = stream_transcript(audio, model=model, language=language, format=format)
    return wait_for_artifact(events)


def stream_transcript(
    audio: str | Path,
    *,
    model: str | Model | None = None,
    language: str = "",
    format: str = "txt",
    translate: bool = False,
) -> Run:
    """Transcribe a recording, or translate it into English, and yield the events."""
    path = existing_file(audio)
    check_format(format)
    row = find_model(model, "transcript") if model else choose_model("transcript")
    request = TranscriptRequest(
        model=row.name,
        audio=path,
        language=language_code(language),
        format=format,
        translate=translate,
    )
    return run(request, row)
