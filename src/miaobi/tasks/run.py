"""The only road from a prompt to something handed out.

    request -> policy -> engine -> policy -> label -> signature -> file -> read back -> index

Events of the engine pass through as they come. Closing the generator cancels between any two of
them; a crash leaves no half file, since a file appears whole or not at all.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import EngineError, OptionError, PromptError
from miaobi.core.events import Done, Event, Output, Progress
from miaobi.core.film import FilmRequest
from miaobi.core.morph import MorphRequest
from miaobi.core.music import MusicRequest
from miaobi.core.requests import (
    ImageRequest,
    Request,
    SoundRequest,
    SpeechRequest,
    TextRequest,
    TranscriptRequest,
)
from miaobi.core.version import VERSION
from miaobi.core.video import VideoRequest
from miaobi.engines.registry import POOL, engine_for, in_turn
from miaobi.media import animation, audio, cues, image, subtitles, video
from miaobi.models.zoo import Model
from miaobi.music import formats
from miaobi.music.score import piano_roll
from miaobi.provenance.manifest import (
    COMPOSED,
    COMPUTED,
    GENERATED,
    REPAINTED,
    TRANSCRIBED,
    Record,
)
from miaobi.safety import policy
from miaobi.speech import audiobook
from miaobi.tasks import library
from miaobi.tasks.labeling import keep

BY_RULE = ("procedural", "collage")  # engines without a trained network


def run(request: Request, model: Model) -> Iterator[Event]:
    """Walk the road; the last event is Done with the artifact.

    Raises PolicyRefusal, AssetError, EngineError, MediaError, LabelError or DiskFull.
    """
    started = time.perf_counter()
    rules = policy.check(request.words(), "prompt")
    yield Progress("load")
    output: Output | None = None
    with POOL.using(model) as entry:
        engine, loaded = entry.engine, time.perf_counter()
        # closing() also when the reader closes us: the engine must stop at once, not at collection
        turn = in_turn(model, entry, engine.generate(request))
        with contextlib.closing(turn) as events:  # type: ignore[type-var]
            for event in events:
                if isinstance(event, Output):
                    output = event
                else:
                    yield event
    may_be_empty = isinstance(request, TextRequest) and request.may_be_empty
    if output is None or (output.text == "" and not may_be_empty):
        raise EngineError(
            "{model} ended without an answer.",
            "Try another seed, or other words.",
            model=model.name,
        )
    made = time.perf_counter()
    rules += policy.check(_words(output), "output")
    timings = {"load": loaded - started, "generate": made - loaded}
    give = hand_out
    several = isinstance(request, ImageRequest) and len(output.pictures) > 1
    if several or (isinstance(request, VideoRequest) and request.format == "png"):
        give = _hand_out_sheet
    elif isinstance(request, SpeechRequest) and request.subtitles:
        give = _hand_out_subtitled
    yield Done(give(request, model, output, rules, timings))


def run_batch(requests: Sequence[Request], model: Model) -> list[Artifact]:
    """The same road for several requests that the engine answers together.

    Raises OptionError when the engine answers one at a time, and what `run` raises.
    """
    started = time.perf_counter()
    rules = [policy.check(request.words(), "prompt") for request in requests]
    engine: Any = engine_for(model)
    if not hasattr(engine, "generate_batch"):
        raise OptionError(
            "{model} answers one prompt at a time.",
            "Models of the GPT-2, Llama and Qwen families can, and those trained here.",
            model=model.name,
        )
    loaded = time.perf_counter()
    outputs = engine.generate_batch(requests)
    timings = {"load": loaded - started, "generate": time.perf_counter() - loaded}
    for told, output in zip(rules, outputs, strict=True):
        told += policy.check(_words(output), "output")
    return [
        hand_out(request, model, output, told, timings)
        for request, output, told in zip(requests, outputs, rules, strict=True)
    ]


def artifact_of(events: Iterator[Event]) -> Artifact:
    """Walk to the end of the road and take what lies there."""
    for event in events:
        if isinstance(event, Done):
            return event.artifact
    raise AssertionError("the road always ends in Done or an error")


def hand_out(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Label, sign, store, index and read back one output. Raises LabelError or DiskFull."""
    started = time.perf_counter()
    record = Record.of(request, model.license, VERSION, _source_type(request, model))
    media_type, ending, data = _encode(request, output)
    data, beside = keep(record, media_type, f"{record.id}.{ending}", data, rules)
    return Artifact(
        record.id,
        media_type,
        data,
        model.name,
        request.seed,
        {**timings, "label": time.perf_counter() - started},
        record.as_dict(),
        beside,
        output.usage,
        output.finish_reason,
        output.alternatives,
        segments=(output.segments or ()) if isinstance(request, SpeechRequest) else (),
    )


def _hand_out_subtitled(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Speech, and its subtitles as a part of it, each with its own label."""
    assert isinstance(request, SpeechRequest)
    whole = hand_out(request, model, output, rules, timings)
    try:
        words = replace(request, format=request.subtitles, parents=(*request.parents, whole.id))
        part = hand_out(words, model, output, rules, timings)
    except BaseException:
        library.forget(whole.id)  # both or none
        raise
    return replace(whole, parts=(part,))


def _hand_out_sheet(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Several pictures or frames, each by itself, then all on a sheet.

    A picture by itself has its own seed, and a frame that of its clip.
    """
    pictures, plain = list(output.pictures), request
    if isinstance(request, ImageRequest):
        pictures = [_finished(request, pixels) for pixels in pictures]
        plain = replace(request, upscale=0, transparent=False)
    parts: list[Artifact] = []
    try:
        for number, pixels in enumerate(output.pictures):
            alone = request
            if isinstance(request, ImageRequest):
                alone = replace(request, seed=request.seed + number, n=1)
            one = replace(output, pictures=(pixels,))
            parts.append(hand_out(alone, model, one, rules, timings))
        sheet = image.grid(pictures)
        plain = replace(plain, parents=(*request.parents, *(part.id for part in parts)))
        whole = hand_out(plain, model, replace(output, pictures=(sheet,)), rules, timings)
    except BaseException:
        for part in parts:  # all of them or none
            library.forget(part.id)
        raise
    return replace(whole, parts=tuple(parts))


def _source_type(request: Request, model: Model) -> str:
    if isinstance(request, TranscriptRequest):
        return TRANSCRIBED
    if model.engine in BY_RULE:
        return COMPUTED
    if isinstance(request, FilmRequest) or model.engine == "moving":
        return COMPOSED
    given = request.init if isinstance(request, ImageRequest) else None
    if isinstance(request, MusicRequest):
        given = request.melody
    if isinstance(request, MorphRequest | VideoRequest):
        given = next(iter(request.pictures), None)
    return REPAINTED if given else GENERATED


def _words(output: Output) -> str:
    if output.segments is not None:
        return "\n".join(segment.text for segment in output.segments)
    return "\n".join((output.text or "", *output.alternatives))


def _encode(request: Request, output: Output) -> tuple[str, str, bytes]:
    """(media type, file ending, bytes) of what the engine made."""
    if isinstance(request, SpeechRequest | SoundRequest):
        return _encode_sound(request, output)
    if isinstance(request, MusicRequest):
        return _encode_music(request, output)
    if isinstance(request, ImageRequest):
        pixels = _finished(request, output.pictures[0])
        media_type = image.MEDIA_TYPES[request.format]
        return media_type, request.format, image.encode(pixels, request.format)
    if isinstance(request, MorphRequest):
        data = animation.encode(output.pictures, request.format, request.fps, request.back)
        return animation.MEDIA_TYPES[request.format], request.format, data
    if isinstance(request, VideoRequest):
        some = output.pictures[:1] if request.format == "png" else output.pictures
        data = animation.encode(some, request.format, output.rate)
        return video.MEDIA_TYPES[request.format], request.format, data
    if isinstance(request, FilmRequest):
        return video.MEDIA_TYPES[request.format], request.format, output.encoded
    if isinstance(request, TranscriptRequest):
        segments = output.segments or ()
        media_type, text = subtitles.write(segments, output.language, request.format)
        return media_type, request.format, text.encode()
    return "text/plain", "txt", (output.text or "").encode()


def _encode_sound(request: SpeechRequest | SoundRequest, output: Output) -> tuple[str, str, bytes]:
    """Speech as sound, as a book with chapters, or as its subtitles; a sound effect."""
    if isinstance(request, SpeechRequest) and request.format in subtitles.WRITERS:
        segments = cues.captions(output.segments or ())
        media_type, text = subtitles.write(segments, output.language, request.format)
        return media_type, request.format, text.encode()
    if isinstance(request, SpeechRequest) and (output.chapters or request.format in audiobook.ONLY):
        data = audiobook.encode(output, request.format, request.title, request.author)
        return audiobook.MEDIA_TYPES[request.format], request.format, data
    if not len(output.samples):  # pictographs, for one
        raise PromptError("The {name} is empty.", "Give it some words.", name="text")
    data = audio.encode(output.samples, output.rate, request.format)
    return audio.FORMATS[request.format].media_type, request.format, data


def _encode_music(request: MusicRequest, output: Output) -> tuple[str, str, bytes]:
    """Music as sound, as notes, or as a picture of them."""
    format = request.format
    if format == "png":
        return image.MEDIA_TYPES["png"], format, image.encode(piano_roll(output.score), "png")
    if format in formats.FORMATS:
        media_type, write = formats.FORMATS[format]
        return media_type, format, write(output.score)
    data = audio.encode(output.samples, output.rate, format)
    return audio.FORMATS[format].media_type, format, data


def _finished(request: ImageRequest, pixels: Any) -> Any:
    """A picture enlarged and cut out as it was asked for: (H, W, 3), or (H, W, 4) cut out."""
    if request.upscale:
        height, width = pixels.shape[:2]
        pixels = image.resize(pixels, (width * request.upscale, height * request.upscale))
    if request.transparent and pixels.shape[2] == 3:
        pixels = image.cut_out(pixels)
    return pixels
