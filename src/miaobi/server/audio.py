"""/v1/audio/speech, /transcriptions, /translations, /v1/sounds and /v1/music."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.events import Done, Event, Sound
from miaobi.http.fields import RequestBody
from miaobi.media import audio as media_audio
from miaobi.models.zoo import Model, find_model
from miaobi.server.auth import Owner
from miaobi.server.concurrency import (
    AsyncStream,
    cancel_on_disconnect,
    prepend,
    sse_response,
    wait_for_artifact,
)
from miaobi.server.files import read_form, require_upload, save_upload
from miaobi.server.jobs import in_background, is_background, store_input, submit
from miaobi.server.requests import MusicBody, SoundBody, SpeechBody, TranscriptionBody
from miaobi.server.responses import Json
from miaobi.server.state import AppState, Generation, State
from miaobi.tasks.audio import stream_sound, stream_transcript
from miaobi.tasks.music import stream_music
from miaobi.tasks.speech import stream_speech

Body = TypeVar("Body", bound=RequestBody)

# response_format -> (our format, media type); pcm is 16-bit mono at 24 kHz, as OpenAI defines it
FORMATS = {
    "mp3": ("mp3", "audio/mpeg"),
    "opus": ("ogg", "audio/ogg"),
    "flac": ("flac", "audio/flac"),
    "wav": ("wav", "audio/wav"),
    "ogg": ("ogg", "audio/ogg"),
    "pcm": ("wav", "audio/pcm"),
}
KOKORO = "kokoro-82m"  # the model that has OpenAI's voices
PCM_RATE = 24_000  # Hz
# OpenAI's voices -> Kokoro's voice of the same name, or a similar one
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
TRANSCRIPT_FORMATS = {
    "json": "json",
    "verbose_json": "json",
    "text": "txt",
    "srt": "srt",
    "vtt": "vtt",
}
CHUNK = 1 << 15  # bytes


async def create_speech(request: Request, body: SpeechBody, state: State) -> Response:
    """Synthesize speech: a labeled file, or PCM while it is synthesized."""
    if job := await in_background(request, "speech", body):
        return job
    events = state.stream(prepare_speech(state, body))
    stream = _pcm_chunks(events) if body.response_format == "pcm" else _file_chunks(events)
    first = await cancel_on_disconnect(request, anext(stream))
    chunks = prepend(first, stream)
    if body.stream_format == "sse":
        return sse_response(_speech_messages(chunks), named=False, done=False)
    return StreamingResponse(chunks, media_type=FORMATS[body.response_format][1])


def prepare_speech(state: AppState, body: SpeechBody) -> Generation:
    """Prepare the synthesis of speech. Raises MiaobiError."""
    check_choice("response_format", body.response_format, tuple(FORMATS))
    format, _ = FORMATS[body.response_format]
    voice = body.voice if isinstance(body.voice, str) else body.voice.id
    model = state.find_model(body.model, "speech")
    if voice in VOICES:  # other models use their own voice instead
        voice = VOICES[voice] if _is_kokoro(model) else ""
    events = stream_speech(
        body.input, model=model, voice=voice, speed=body.speed, format=format, seed=body.seed
    )
    return Generation(
        events, events.model, "speech", body.input, body.model_dump(exclude_unset=True)
    )


def _is_kokoro(model: Model | None) -> bool:
    """Return True if Kokoro speaks: it is named, or no model is and it is installed."""
    kokoro = find_model(KOKORO, "speech")
    return model.name == KOKORO if model is not None else kokoro.is_installed


async def create_sound(request: Request, body: SoundBody, state: State) -> Response:
    """Generate a sound effect: the bytes of a labeled file."""
    return await _respond(request, state, "sound", body, prepare_sound)


def prepare_sound(state: AppState, body: SoundBody) -> Generation:
    """Prepare the generation of a sound effect. Raises MiaobiError."""
    events = stream_sound(
        body.prompt,
        model=state.find_model(body.model, "sound"),
        seconds=body.seconds,
        seed=body.seed,
        loop=body.loop,
        format=body.response_format,
        steps=body.steps,
        guidance=body.guidance,
        negative=body.negative,
    )
    return Generation(
        events, events.model, "sound", body.prompt, body.model_dump(exclude_unset=True)
    )


async def create_music(request: Request, state: State, owner: Owner) -> Response:
    """Compose music from a prompt or around an uploaded melody: audio, notes or a piano roll.

    Takes a form or JSON; the response has the bytes of a labeled file.
    """
    with state.temporary_folder() as folder:
        async with read_form(request, MusicBody) as (body, uploads):
            if "melody" not in uploads:
                return await _respond(request, state, "music", body, prepare_music)
            melody = await save_upload(uploads["melody"], "any", folder, "melody")
        prepare = partial(prepare_music, melody=melody)
        if is_background(request):
            # an invalid request is refused now and not when the job begins
            await asyncio.to_thread(prepare, state, body)
            id = await store_input(state, melody, owner)
            fields = {**body.model_dump(exclude_unset=True), "melody": id}
            return await submit(request, "music", fields)
        return await _respond(request, state, "music", body, prepare)


def prepare_music(state: AppState, body: MusicBody, melody: Path | None = None) -> Generation:
    """Prepare a composition, around the melody of a file if given. Raises MiaobiError."""
    model = state.find_model(body.model, "music")
    options = body.model_dump(exclude={"prompt", "model", "response_format"}, exclude_none=True)
    events = stream_music(
        body.prompt, model=model, format=body.response_format, melody=melody, **options
    )
    return Generation(
        events, events.model, "music", body.prompt, body.model_dump(exclude_unset=True)
    )


async def _respond(
    request: Request,
    state: AppState,
    kind: str,
    body: Body,
    prepare: Callable[[AppState, Body], Generation],
) -> Response:
    """Return the bytes of a labeled file, or the job that generates it."""
    if job := await in_background(request, kind, body):
        return job
    generation = await asyncio.to_thread(prepare, state, body)  # it may read a file
    artifact = await cancel_on_disconnect(request, wait_for_artifact(state.stream(generation)))
    return Response(artifact.data, media_type=artifact.media_type, headers=_headers(artifact))


async def create_transcription(request: Request, state: State, owner: Owner) -> Response:
    """Transcribe a recording: json, text, srt, vtt or verbose_json."""
    return await _transcribe(request, state, owner, "transcribe")


async def create_translation(request: Request, state: State, owner: Owner) -> Response:
    """Transcribe a recording in another language into English text."""
    return await _transcribe(request, state, owner, "translate")


async def _transcribe(request: Request, state: AppState, owner: str, task: str) -> Response:
    with state.temporary_folder() as folder:
        async with read_form(request, TranscriptionBody) as (body, uploads):
            upload = require_upload(uploads, "file")
            path = await save_upload(upload, "audio", folder, "recording")
        generation = prepare_transcript(state, body, path, task)
        if is_background(request):
            id = await store_input(state, path, owner)
            fields = {**body.model_dump(exclude_unset=True), "file": id, "task": task}
            return await submit(request, "transcription", fields)
        artifact = await cancel_on_disconnect(request, wait_for_artifact(state.stream(generation)))
    if body.stream:
        messages = _transcript_messages(json.loads(artifact.text))
        return sse_response(messages, named=False, done=False)
    if body.response_format in ("json", "verbose_json"):
        return JSONResponse(_transcript_json(artifact, body, task), headers=_headers(artifact))
    return PlainTextResponse(artifact.text, headers=_headers(artifact))


def prepare_transcript(
    state: AppState, body: TranscriptionBody, path: Path, task: str
) -> Generation:
    """Prepare the transcription of a recording. Raises MiaobiError."""
    model = state.find_model(body.model, "transcript")
    format = "json" if body.stream else TRANSCRIPT_FORMATS[body.response_format]
    events = stream_transcript(
        path, model=model, language=body.language, format=format, translate=task == "translate"
    )
    return Generation(events, events.model, "transcribe")


def _transcript_json(artifact: Artifact, body: TranscriptionBody, task: str) -> Json:
    transcript = json.loads(artifact.text)
    seconds = max((segment["end"] for segment in transcript["segments"]), default=0.0)
    usage = {"type": "duration", "seconds": seconds}
    if body.response_format == "json":
        return {"text": transcript["text"], "usage": usage}
    segments = [
        {
            "id": index,
            "seek": 0,
            "start": segment["start"],
            "end": segment["end"],
            "text": segment["text"],
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": 0.0,
            "compression_ratio": 0.0,
            "no_speech_prob": 0.0,
        }
        for index, segment in enumerate(transcript["segments"])
    ]
    response = {
        "task": task,
        "language": transcript["language"],
        "duration": seconds,
        "text": transcript["text"],
        "segments": segments,
        "usage": usage,
    }
    if "word" in body.timestamp_granularities:
        response["words"] = [
            word for segment in transcript["segments"] for word in segment["words"]
        ]
    return response


async def _transcript_messages(transcript: Json) -> AsyncStream[Json]:
    for index, segment in enumerate(transcript["segments"]):
        text = (" " if index else "") + segment["text"]
        yield {"type": "transcript.text.delta", "delta": text}
    yield {"type": "transcript.text.done", "text": transcript["text"]}


async def _file_chunks(events: AsyncStream[Event]) -> AsyncStream[bytes]:
    """Yield the finished file in chunks; its signature covers all of it, so none can go earlier."""
    artifact = await wait_for_artifact(events)
    for start in range(0, len(artifact.data), CHUNK):
        yield artifact.data[start : start + CHUNK]


async def _pcm_chunks(events: AsyncStream[Event]) -> AsyncStream[bytes]:
    """Yield samples while they are synthesized: 16-bit little-endian at PCM_RATE."""
    import numpy as np

    async with contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, Sound):
                samples = media_audio.resample(event.samples, event.rate, PCM_RATE)
                yield (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
            elif isinstance(event, Done):
                return


async def _speech_messages(chunks: AsyncStream[bytes]) -> AsyncStream[Json]:
    async with contextlib.aclosing(chunks):
        async for chunk in chunks:
            yield {"type": "speech.audio.delta", "audio": base64.b64encode(chunk).decode()}
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    yield {"type": "speech.audio.done", "usage": usage}


def _headers(artifact: Artifact) -> dict[str, str]:
    return {"x-miaobi-artifact": artifact.id, "x-miaobi-seed": str(artifact.seed)}
