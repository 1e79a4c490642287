"""Engine of GGUF language models: llama.cpp (xllamacpp) in this process.

llama.cpp's server class also opens a loopback port; a random API key keeps other programs and web
pages out.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.assets.store import asset_folder
from miaobi.core.checks import check_supported
from miaobi.core.errors import ContextFull, EngineError, ModelFileError, OptionError
from miaobi.core.events import Event, Output, Token, TokenLogprob
from miaobi.core.requests import TextRequest
from miaobi.core.settings import slots, threads
from miaobi.core.streaming import stream
from miaobi.media.sniff import GGUF, PICKLED
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from xllamacpp import Server

LARGE = 400_000_000  # bytes of a model file whose weights are not copied


class LlamaCppEngine:
    """Loaded GGUF model."""

    def __init__(self, model: Model) -> None:
        import xllamacpp

        path = Path(model.place) if model.place else asset_folder(model.asset or "") / "model.gguf"
        check_gguf(path)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = model.context * slots()
        parameters.n_parallel = slots()
        parameters.kv_unified = False  # every slot has the full context
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads()
        parameters.warmup = False  # the first prompt does the same
        parameters.no_extra_bufts = _keep_layout(path)
        parameters.fit_params = _has_accelerator()  # reads the model twice, to place its layers
        parameters.verbosity = -1
        parameters.ui = False
        parameters.api_keys = [secrets.token_hex(32)]
        parameters.cache_ram_mib = 0
        parameters.endpoint_metrics = True

        def start(emit: Callable[["Server"], bool]) -> None:
            server = xllamacpp.Server(parameters)
            server.handle_metrics()  # waits for its loop: freed before, the server would hang
            emit(server)

        try:
            # in a thread, since a KeyboardInterrupt here would free the server too early
            self.server: Server = next(stream(start))
        except RuntimeError as error:
            raise ModelFileError(
                "{path} could not be loaded: it is truncated, damaged, or its "
                "architecture is not supported by llama.cpp.",
                "Fetch it again (miaobi models rm NAME, then miaobi pull NAME).",
                path=path,
            ) from error

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Yield Token events, then the Output. Raises ContextFull, OptionError or EngineError."""
        check_supported(
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
            call(body, emit)  # llama.cpp stops when emit returns True

        text: list[str] = []
        finish_reason = "stop"
        usage: dict[str, Any] = {}
        try:
            for chunk in stream(work):
                if "error" in chunk:
                    raise _to_error(chunk["error"])
                choice = chunk["choices"][0]
                piece = choice["text"] if request.raw else choice["delta"].get("content")
                logprobs = _to_logprobs(choice.get("logprobs"), request.logprobs or 0)
                if piece or logprobs:
                    text.append(piece or "")
                    yield Token(piece or "", logprobs)
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
        """Stop the server and free the model."""
        del self.server


def _keep_layout(path: Path) -> bool:
    """Return True for a large model on an x86 CPU without AVX-512: its weights stay memory-mapped.

    Repacked weights would make decoding 5 % faster and prefill 15 % slower there, need a second
    copy of most weights, and take nearly twice as long to load.
    """
    try:
        cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return path.stat().st_size > LARGE and "avx2" in cpu and "avx512f" not in cpu


def _has_accelerator() -> bool:
    """Return True if llama.cpp was built for an accelerator and found one."""
    import xllamacpp

    return len(xllamacpp.get_device_info()) > 1  # the CPU is the first


def request_body(request: TextRequest) -> dict[str, Any]:
    """Convert a request to llama.cpp's OpenAI-style JSON."""
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
    if request.logprobs is not None:
        count = max(1, request.logprobs)  # for 0 llama.cpp returns no logprobs at all
        body |= {"logprobs": count} if request.raw else {"logprobs": True, "top_logprobs": count}
    if request.json_schema is not None and request.raw:
        body["json_schema"] = request.json_schema
    elif request.json_schema is not None:
        schema = {"name": "answer", "schema": request.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def check_gguf(path: Path) -> None:
    """Raise ModelFileError for a file that is not GGUF, before a loader opens it."""
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


def _to_error(error: dict[str, Any]) -> EngineError:
    """Convert an error of llama.cpp."""
    if error.get("type") == "exceed_context_size_error":
        return ContextFull(
            "The prompt has {tokens} tokens and the model holds {context}.",
            "Shorten it, or use a model with a longer context.",
            tokens=error["n_prompt_tokens"],
            context=error["n_ctx"],
        )
    message = error.get("message") or json.dumps(error)
    return EngineError("The model stopped: {reason}.", reason=message)


def _to_logprobs(logprobs: dict[str, Any] | None, count: int) -> tuple[TokenLogprob, ...]:
    """Convert the log probabilities of a chunk, with at most `count` alternatives per token."""
    return tuple(
        replace(
            _to_logprob(row), top=tuple(_to_logprob(other) for other in row["top_logprobs"][:count])
        )
        for row in (logprobs or {}).get("content") or ()
    )


def _to_logprob(row: dict[str, Any]) -> TokenLogprob:
    return TokenLogprob(row["token"], bytes(row["bytes"]), row["logprob"])


def _usage(timings: dict[str, Any]) -> dict[str, float]:
    """Convert the timings of llama.cpp to token counts and seconds."""
    if not timings:
        return {}
    return {
        "prompt_tokens": timings["prompt_n"] + timings.get("cache_n", 0),
        "completion_tokens": timings["predicted_n"],
        "prompt_seconds": timings["prompt_ms"] / 1000,
        "seconds": timings["predicted_ms"] / 1000,
    }
