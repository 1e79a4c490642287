"""GGUF language models through llama.cpp (xllamacpp), in this process.

llama.cpp's server class also listens on a loopback port; it gets a random key, so that no other
program and no web page can use it.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from miaobi.assets.store import folder
from miaobi.core.checks import check_able
from miaobi.core.errors import ContextFull, EngineError, ModelFileError, OptionError
from miaobi.core.events import Chance, Event, Output, Token
from miaobi.core.requests import TextRequest
from miaobi.core.settings import slots, threads
from miaobi.core.streaming import stream
from miaobi.media.sniff import GGUF, PICKLED
from miaobi.models.zoo import Model

LARGE = 400_000_000  # bytes of a model of which a second copy is too many


class LlamaCppEngine:
    """A loaded GGUF file that continues conversations."""

    def __init__(self, model: Model) -> None:
        import xllamacpp

        path = Path(model.place) if model.place else folder(model.asset or "") / "model.gguf"
        check_gguf(path)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = model.context * slots()
        parameters.n_parallel = slots()
        parameters.kv_unified = False  # each slot has the whole context of the model
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads()
        parameters.warmup = False  # the first prompt warms it as well
        parameters.no_extra_bufts = _stays_mapped(path)
        parameters.fit_params = _has_devices()  # reads the model twice to see what fits
        parameters.verbosity = -1
        parameters.ui = False
        parameters.api_keys = [secrets.token_hex(32)]
        parameters.cache_ram_mib = 0
        parameters.endpoint_metrics = True

        def started(emit: Callable[[Any], bool]) -> None:
            server = xllamacpp.Server(parameters)
            server.handle_metrics()  # its loop answers; freed before that runs, it never ends
            emit(server)

        try:
            # in a thread of its own: a Ctrl-C raised inside would free the server too early
            self.server: Any = next(stream(started))
        except RuntimeError as error:
            raise ModelFileError(
                "{path} could not be loaded: it is truncated, damaged, or of a kind llama.cpp "
                "does not know.",
                "Fetch it again (miaobi models rm NAME, then miaobi pull NAME).",
                path=path,
            ) from error

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Token events, then the Output. Raises ContextFull, OptionError or EngineError."""
        check_able(
            request.model,
            {
                "beams": request.beams > 1,
                "no_repeat_ngram": request.no_repeat_ngram > 0,
                "lookup": request.lookup,
                "precision": bool(request.precision),
            },
        )
        body = request_body(request)
        call = (
            self.server.handle_completions if request.raw else self.server.handle_chat_completions
        )

        def work(emit: Callable[[dict[str, Any]], bool]) -> None:
            call(body, emit)  # a true return value makes llama.cpp stop

        text: list[str] = []
        finish_reason = "stop"
        usage: dict[str, Any] = {}
        try:
            for chunk in stream(work):
                if "error" in chunk:
                    raise _failure(chunk["error"])
                choice = chunk["choices"][0]
                piece = choice["text"] if request.raw else choice["delta"].get("content")
                chances = _chances(choice.get("logprobs"), request.logprobs or 0)
                if piece or chances:
                    text.append(piece or "")
                    yield Token(piece or "", chances)
                finish_reason = choice["finish_reason"] or finish_reason
                usage = chunk.get("timings", usage)
        except ValueError as error:
            raise OptionError(
                "json_schema cannot be used: {reason}.",
                "Give a valid JSON Schema.",
                reason=str(error).rsplit(": ", 1)[-1],
            ) from error
        yield Output(text="".join(text), finish_reason=finish_reason, usage=_usage(usage))

    def close(self) -> None:
        del self.server


def _stays_mapped(path: Path) -> bool:
    """True for a large model on an x86 processor without AVX-512: its weights are not reordered.

    There the other order makes answers about 5 % faster and prompts 15 % slower, and costs a second
    copy of much of the weights and nearly twice the time to load.
    """
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return path.stat().st_size > LARGE and "avx2" in told and "avx512f" not in told


def _has_devices() -> bool:
    """True where llama.cpp was built for an accelerator and found one."""
    import xllamacpp

    return len(xllamacpp.get_device_info()) > 1  # the processor is the first


def request_body(request: TextRequest) -> dict[str, Any]:
    """The request in llama.cpp's OpenAI-style JSON."""
    body: dict[str, Any] = {
        **request.parameters(),
        "typical_p": request.typical,
        "seed": request.seed,
        "stop": list(request.stop),
        "stream": True,
        "cache_prompt": request.reuse_cache,
    }
    if request.raw:
        body["prompt"] = request.messages[-1].content
    else:
        body["messages"] = [{"role": m.role, "content": m.content} for m in request.messages]
    if request.logprobs is not None:  # asked for none besides, llama.cpp tells none at all
        most = max(1, request.logprobs)
        body |= {"logprobs": most} if request.raw else {"logprobs": True, "top_logprobs": most}
    if request.json_schema is not None and request.raw:
        body["json_schema"] = request.json_schema
    elif request.json_schema is not None:
        wrapped = {"name": "answer", "schema": request.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": wrapped}
    return body


def check_gguf(path: Path) -> None:
    """Refuse what is not a GGUF file before a loader sees it. Raises ModelFileError."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == GGUF:
        return
    if head.startswith(PICKLED):
        raise ModelFileError(
            "{path} is a pickled file, and opening one can run any program it holds.",
            "Use the model's GGUF or safetensors files.",
            path=path,
        )
    raise ModelFileError(
        "{path} is not a GGUF model file.", "Give a .gguf file or a model folder.", path=path
    )


def _failure(error: dict[str, Any]) -> EngineError:
    if error.get("type") == "exceed_context_size_error":
        return ContextFull(
            "The prompt has {tokens} tokens and the model holds {context}.",
            "Shorten it, or use a model with a longer context.",
            tokens=error["n_prompt_tokens"],
            context=error["n_ctx"],
        )
    message = error.get("message") or json.dumps(error)
    return EngineError("The model stopped: {reason}.", reason=message)


def _chances(told: dict[str, Any] | None, most: int) -> tuple[Chance, ...]:
    """The chances of a chunk's tokens, with those of at most so many likeliest ones."""
    return tuple(
        Chance(
            row["token"],
            bytes(row["bytes"]),
            row["logprob"],
            tuple(
                Chance(other["token"], bytes(other["bytes"]), other["logprob"])
                for other in row["top_logprobs"][:most]
            ),
        )
        for row in (told or {}).get("content") or ()
    )


def _usage(timings: dict[str, Any]) -> dict[str, float]:
    if not timings:
        return {}
    return {
        "prompt_tokens": timings["prompt_n"] + timings.get("cache_n", 0),
        "completion_tokens": timings["predicted_n"],
        "prompt_seconds": timings["prompt_ms"] / 1000,
        "seconds": timings["predicted_ms"] / 1000,
    }
