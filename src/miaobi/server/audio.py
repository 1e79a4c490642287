"""/v1/audio/speech, /transcriptions, /translations, and our own /v1/sounds and /v1/music."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.events import Done, Event, Sound
from miaobi.media import audio as sounds
from miaobi.server.auth import owner_of
from miaobi.server.background import as_input, in_background, is_background, submit
from miaobi.server.forms import form_of, needed
from miaobi.server.schemas import MusicRequest, SoundRequest, SpeechRequest, TranscriptionRequest
from miaobi.server.service import Service, Work, service_of
from miaobi.server.stream import Flow, after, artifact_from, sse, unless_gone
from miaobi.server.uploads import keep
from miaobi.tasks.audio import stream_sound, stream_transcript
from miaobi.tasks.music import stream_music
from miaobi.tasks.speech import stream_speech

# response_format -> (our format, media type); pcm is 16-bit mono at 24 kHz, as OpenAI has it
FORMATS = {
    "mp3": ("mp3", "audio/mpeg"),
    "opus": ("ogg", "audio/ogg"),
    "flac": ("flac", "audio/flac"),
    "wav": ("wav", "audio/wav"),
    "ogg": ("ogg", "audio/ogg"),
    "pcm": ("wav", "audio/pcm"),
}
PCM_RATE = 24_000
# OpenAI's voices -> those of Kokoro that bear the name, or come near
VOICES = {
    "alloy": "af_alloy",
    "ash": "am_adam",
    "ballad": "bm_george",
    "cedar": "am_michael",
    "coral": "af_bella",
    "echo": "am_echo",
    "fable": "bm_fable",
    "marin": "af_heart",
    "nova": "af_nova",
    "onyx": "am_onyx",
    "sage": "af_sarah",
    "shimmer": "af_sky",
    "verse": "am_puck",
}
TRANSCRIPTS = {"json": "json", "verbose_json": "json", "text": "txt", "srt": "srt", "vtt": "vtt"}
CHUNK = 1 << 15


async def speech(request: Request, asked: SpeechRequest) -> Response:
    """Speak words: the bytes of a labeled file, or pcm as it is spoken."""
    service = service_of(request)
    if job := await in_background(request, "speech", asked):
        return job
    work = speech_work(service, asked)
    events = service.flow(work)
    pieces = _pcm(events) if asked.response_format == "pcm" else _whole(events)
    first = await unless_gone(request, anext(pieces))
    coming = after(first, pieces)
    if asked.stream_format == "sse":
        return sse(_deltas(coming), named=False, done=False)
    return StreamingResponse(coming, media_type=FORMATS[asked.response_format][1])


def speech_work(service: Service, asked: SpeechRequest) -> Work:
    """The road to spoken words. Raises MiaobiError."""
    check_choice("response_format", asked.response_format, tuple(FORMATS))
    format, _ = FORMATS[asked.response_format]
    voice = asked.voice if isinstance(asked.voice, str) else asked.voice.id
    name = asked.model
    if voice in VOICES:  # a model that has no such voice speaks with its own
        voice = VOICES[voice] if name in ("", "kokoro-82m") else ""
    if name:
        service.model(name, "speech")
    row = service.speaker(name, voice, asked.input)
    source = stream_speech(
        asked.input,
        model=service.place(row),
        voice=voice,
        speed=asked.speed,
        format=format,
        seed=asked.seed,
    )
    return Work(source, row, "speech", asked.input, asked.model_dump(exclude_unset=True))


async def sound(request: Request, asked: SoundRequest) -> Response:
    """Make a sound effect: the bytes of a labeled file."""
    return await _made(request, "sound", asked, sound_work)


def sound_work(service: Service, asked: SoundRequest) -> Work:
    """The road to a sound effect. Raises MiaobiError."""
    row = service.model(asked.model, "sound", asked.prompt)
    source = stream_sound(
        asked.prompt,
        model=service.place(row),
        seconds=asked.seconds,
        seed=asked.seed,
        loop=asked.loop,
        format=asked.response_format,
        steps=asked.steps,
        guidance=asked.guidance,
        negative=asked.negative,
    )
    return Work(source, row, "sound", asked.prompt, asked.model_dump(exclude_unset=True))


async def music(request: Request) -> Response:
    """Compose music of words, or around a melody that is sent: sound, notes or a picture of them.

    A form or JSON; the answer is the bytes of a labeled file.
    """
    service = service_of(request)
    with service.scratch() as folder:
        async with form_of(request, MusicRequest) as (asked, sent):
            if "melody" not in sent:
                return await _made(request, "music", asked, music_work)
            melody = await keep(sent["melody"], "any", folder, "melody")
        work = partial(music_work, melody=melody)
        if is_background(request):
            # what cannot be made is said now, and not when the job begins
            await asyncio.to_thread(work, service, asked)
            id = await as_input(service, melody, owner_of(request))
            told = {**asked.model_dump(exclude_unset=True), "melody": id}
            return await submit(request, "music", told)
        return await _made(request, "music", asked, work)


def music_work(service: Service, asked: MusicRequest, melody: Path | None = None) -> Work:
    """The road to music, around the melody of a file where one is given. Raises MiaobiError."""
    row = service.model(asked.model, "music", asked.prompt)
    given = asked.model_dump(exclude={"prompt", "model", "response_format"}, exclude_none=True)
    source = stream_music(
        asked.prompt, model=service.place(row), format=asked.response_format, melody=melody, **given
    )
    return Work(source, row, "music", asked.prompt, asked.model_dump(exclude_unset=True))


async def _made(
    request: Request, kind: str, asked: BaseModel, work: Callable[[Service, Any], Work]
) -> Response:
    """The bytes of a labeled file, or the job that makes it."""
    service = service_of(request)
    if job := await in_background(request, kind, asked):
        return job
    road = await asyncio.to_thread(work, service, asked)  # it may read a file
    made = artifact_from(service.flow(road))
    artifact: Artifact = await unless_gone(request, made)
    return Response(artifact.data, media_type=artifact.media_type, headers=_headers(artifact))


async def transcribe(request: Request) -> Response:
    """Write down a recording: json, text, srt, vtt or verbose_json."""
    return await _written(request, "transcribe")


async def translate(request: Request) -> Response:
    """Write down in English what is said in another language."""
    return await _written(request, "translate")


async def _written(request: Request, task: str) -> Response:
    service = service_of(request)
    with service.scratch() as folder:
        async with form_of(request, TranscriptionRequest) as (asked, sent):
            path = await keep(needed(sent, "file"), "audio", folder, "recording")
        work = transcript_work(service, asked, path, task)
        if is_background(request):
            id = await as_input(service, path, owner_of(request))
            told = {**asked.model_dump(exclude_unset=True), "file": id, "task": task}
            return await submit(request, "transcription", told)
        artifact: Artifact = await unless_gone(request, artifact_from(service.flow(work)))
    if asked.stream:
        return sse(_transcript_deltas(json.loads(artifact.text)), named=False, done=False)
    if asked.response_format in ("json", "verbose_json"):
        return JSONResponse(_transcript(artifact, asked, task), headers=_headers(artifact))
    return PlainTextResponse(artifact.text, headers=_headers(artifact))


def transcript_work(service: Service, asked: TranscriptionRequest, path: Path, task: str) -> Work:
    """The road to the words of a recording. Raises MiaobiError."""
    row = service.model(asked.model, "transcript")
    format = "json" if asked.stream else TRANSCRIPTS[asked.response_format]
    source = stream_transcript(
        path, model=row.name, language=asked.language, format=format, translate=task == "translate"
    )
    return Work(source, row, "transcribe")


def _transcript(artifact: Artifact, asked: TranscriptionRequest, task: str) -> dict[str, Any]:
    told = json.loads(artifact.text)
    seconds = max((row["end"] for row in told["segments"]), default=0.0)
    usage = {"type": "duration", "seconds": seconds}
    if asked.response_format == "json":
        return {"text": told["text"], "usage": usage}
    segments = [
        {
            "id": number,
            "seek": 0,
            "start": row["start"],
            "end": row["end"],
            "text": row["text"],
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": 0.0,
            "compression_ratio": 0.0,
            "no_speech_prob": 0.0,
        }
        for number, row in enumerate(told["segments"])
    ]
    shown = {
        "task": task,
        "language": told["language"],
        "duration": seconds,
        "text": told["text"],
        "segments": segments,
        "usage": usage,
    }
    if "word" in asked.timestamp_granularities:
        shown["words"] = [word for row in told["segments"] for word in row["words"]]
    return shown


async def _transcript_deltas(told: dict[str, Any]) -> Flow[dict[str, Any]]:
    for number, row in enumerate(told["segments"]):
        yield {"type": "transcript.text.delta", "delta": (" " if number else "") + row["text"]}
    yield {"type": "transcript.text.done", "text": told["text"]}


async def _whole(events: Flow[Event]) -> Flow[bytes]:
    """The finished file: its signature covers all of it, so nothing of it can go out before."""
    artifact = await artifact_from(events)
    for start in range(0, len(artifact.data), CHUNK):
        yield artifact.data[start : start + CHUNK]


async def _pcm(events: Flow[Event]) -> Flow[bytes]:
    """Samples as they are spoken, 16-bit little-endian at PCM_RATE."""
    import numpy as np

    async with contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, Sound):
                samples = sounds.resample(event.samples, event.rate, PCM_RATE)
                yield (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
            elif isinstance(event, Done):
                return


async def _deltas(pieces: Flow[bytes]) -> Flow[dict[str, Any]]:
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            yield {"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()}
    yield {
        "type": "speech.audio.done",
        "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
    }


def _headers(artifact: Artifact) -> dict[str, str]:
    return {"x-miaobi-artifact": artifact.id, "x-miaobi-seed": str(artifact.seed)}
