"""The pipeline from a request to a labeled file; every output of every model passes through it.

    request -> policy -> engine -> policy -> label -> signature -> file -> read back -> index

Events of the engine pass through as they come. Closing the generator cancels between any two of
them; a crash leaves no half-written file, since a file appears whole or not at all.
"""

import contextlib
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Done, Event, Output, Progress
from miaobi.core.requests import ImageRequest, Request, SpeechRequest
from miaobi.core.version import VERSION
from miaobi.engines.registry import POOL, engine_for, engine_row, in_turn
from miaobi.models.zoo import Model
from miaobi.provenance.manifest import GENERATED, REPAINTED, Record
from miaobi.safety import policy
from miaobi.tasks import library
from miaobi.tasks.encoding import contact_sheet, encoding_of
from miaobi.tasks.labeling import label_and_store


class Run(Generator[Event, None, None]):
    """The events of one request in the pipeline; `close` stops the work.

    Its request and model are resolved before the first event, so that a server, the command line
    and a program can see what would run.
    """

    def __init__(self, request: Request, model: Model) -> None:
        self.request, self.model = request, model
        self._events = _run(request, model)

    def send(self, value: None) -> Event:
        """Return the next event."""
        return self._events.send(value)

    def throw(self, *error: Any) -> Event:
        """Raise an error inside the work."""
        return self._events.throw(*error)

    def close(self) -> None:
        """Stop the work."""
        self._events.close()


def run(request: Request, model: Model) -> Run:
    """Run one request through the pipeline; the last event is Done with the artifact.

    Raises PolicyRefusal, AssetError, EngineError, MediaError, LabelError or DiskFull.
    """
    return Run(request, model)


def _run(request: Request, model: Model) -> Generator[Event, None, None]:
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
    if output is None or (output.text == "" and not encoding_of(request).may_be_empty(request)):
        raise EngineError(
            "{model} ended without an answer.",
            "Try another seed, or other words.",
            model=model.name,
        )
    generated = time.perf_counter()
    rules += policy.check(_text_of(output), "output")
    timings = {"load": loaded - started, "generate": generated - loaded}
    yield Done(_publish_all(request, model, output, rules, timings))


def run_batch(requests: Sequence[Request], model: Model) -> list[Artifact]:
    """Run several requests that the engine answers together through the same pipeline.

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
    for logged, output in zip(rules, outputs, strict=True):
        logged += policy.check(_text_of(output), "output")
    return [
        publish(request, model, output, logged, timings)
        for request, output, logged in zip(requests, outputs, rules, strict=True)
    ]


def wait_for_artifact(events: Iterator[Event]) -> Artifact:
    """Consume the events of `run` and return the artifact of the last one."""
    for event in events:
        if isinstance(event, Done):
            return event.artifact
    raise AssertionError("the pipeline always ends in Done or an error")


def publish(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Encode, label, sign, store, index and read back one output. Raises LabelError or DiskFull."""
    started = time.perf_counter()
    made_of = library.ingredients(request.parents)
    record = Record.of(request, model.license, VERSION, _source_type(request, model), made_of)
    record = replace(record, drawn=output.drawn, left_out=output.left_out, credits=output.credits)
    media_type, ending, data = encoding_of(request).encode(request, output)
    data, beside = label_and_store(record, media_type, f"{record.id}.{ending}", data, rules)
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
        left_out=output.left_out,
    )


def _publish_all(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Publish an output and the parts that belong to it: subtitles, or each image of a sheet."""
    row = encoding_of(request)
    if row.sheet(request, output):
        return _publish_sheet(request, model, output, rules, timings)
    if subtitles := row.subtitles(request):
        return _publish_subtitled(request, subtitles, model, output, rules, timings)
    return publish(request, model, output, rules, timings)


def _publish_subtitled(
    request: Request,
    subtitles: str,
    model: Model,
    output: Output,
    rules: list[str],
    timings: dict[str, float],
) -> Artifact:
    """Publish speech and, as a part of it with a label of its own, its subtitles."""
    whole = publish(request, model, output, rules, timings)
    changes: dict[str, Any] = {"format": subtitles, "parents": (*request.parents, whole.id)}
    try:
        part = publish(replace(request, **changes), model, output, rules, timings)
    except BaseException:
        library.forget(whole.id)  # both or none
        raise
    return replace(whole, parts=(part,))


def _publish_sheet(
    request: Request, model: Model, output: Output, rules: list[str], timings: dict[str, float]
) -> Artifact:
    """Publish several images or frames one by one, then a contact sheet of all of them.

    Image number i has the seed `seed` + i; a frame has the seed of its clip.
    """
    parts: list[Artifact] = []
    try:
        for number, pixels in enumerate(output.pictures):
            single = request
            if isinstance(request, ImageRequest):
                single = replace(request, seed=request.seed + number, n=1)
            frame = replace(output, pictures=(pixels,))
            parts.append(publish(single, model, frame, rules, timings))
        plain, sheet = contact_sheet(request, output)
        plain = replace(plain, parents=(*request.parents, *(part.id for part in parts)))
        whole = publish(plain, model, replace(output, pictures=(sheet,)), rules, timings)
    except BaseException:
        for part in parts:  # all of them or none
            library.forget(part.id)
        raise
    return replace(whole, parts=tuple(parts))


def _source_type(request: Request, model: Model) -> str:
    """Return the IPTC digital source type: the engine's own, or REPAINTED over a user's file."""
    origin = engine_row(model.engine).origin
    return REPAINTED if origin == GENERATED and encoding_of(request).source(request) else origin


def _text_of(output: Output) -> str:
    if output.segments is not None:
        return "\n".join(segment.text for segment in output.segments)
    return "\n".join((output.text or "", *output.alternatives))
