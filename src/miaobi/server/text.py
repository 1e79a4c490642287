"""/v1/chat/completions, /v1/completions and /v1/embeddings."""

import base64
import contextlib
import struct
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.errors import OptionError
from miaobi.core.requests import Message
from miaobi.engines.registry import choose_model
from miaobi.models.zoo import Model
from miaobi.server.concurrency import cancel_on_disconnect, iterate_in_thread
from miaobi.server.jobs import in_background
from miaobi.server.messages import to_message
from miaobi.server.requests import ChatCompletionBody, CompletionBody, EmbeddingBody, TextBody
from miaobi.server.state import AppState, Generation, State
from miaobi.server.text_generation import ChatFormat, CompletionFormat, Prompt, TextResponder
from miaobi.tasks.embed import Embeddings, stream_embed
from miaobi.tasks.options import TextOptions, without_none
from miaobi.tasks.text import stream_chat

# fields of the body that are passed on under their own name
OPTIONS = (
    "max_tokens",
    "temperature",
    "top_p",
    "stop",
    "presence_penalty",
    "frequency_penalty",
    "top_k",
    "min_p",
    "typical",
    "repeat_penalty",
    "no_repeat_ngram",
    "beams",
)
MAX_STOPS = 4
MAX_PROMPTS = 64


async def create_chat_completion(
    request: Request, body: ChatCompletionBody, state: State
) -> Response:
    """Continue a conversation: one JSON object, or server-sent chunks with "stream": true."""
    if job := await in_background(request, "chat", body):
        return job
    return await TextResponder(request, state, body, _chat_prompts(body), ChatFormat()).respond()


async def create_completion(request: Request, body: CompletionBody, state: State) -> Response:
    """Continue plain text; each prompt adds n choices."""
    if job := await in_background(request, "completion", body):
        return job
    prompts = _completion_prompts(body)
    return await TextResponder(request, state, body, prompts, CompletionFormat()).respond()


def prepare_chat(state: AppState, body: ChatCompletionBody) -> Generation:
    """Prepare one answer to a conversation. Raises MiaobiError."""
    return _prepare(state, body, _chat_prompts(body)[0])


def prepare_completion(state: AppState, body: CompletionBody) -> Generation:
    """Prepare one continuation of the first prompt. Raises MiaobiError."""
    return _prepare(state, body, _completion_prompts(body)[0])


def _prepare(state: AppState, body: TextBody, prompt: Prompt) -> Generation:
    model = state.find_model(body.model, "text")
    events = stream_chat(prompt.messages, model=model, **prompt.options)
    return Generation(
        events, events.model, "text", prompt.text, body.model_dump(exclude_unset=True)
    )


def _chat_prompts(body: ChatCompletionBody) -> list[Prompt]:
    options = _options(body)
    if body.max_completion_tokens is not None:
        options["max_tokens"] = body.max_completion_tokens
    if body.response_format is not None:
        options["json_schema"] = body.response_format.schema_of
    if body.top_logprobs is not None and not body.logprobs:
        raise OptionError("top_logprobs needs logprobs.", "Set it to true.", name="top_logprobs")
    if body.logprobs:
        options["logprobs"] = body.top_logprobs or 0
    return [Prompt([to_message(message) for message in body.messages], options)]


def _completion_prompts(body: CompletionBody) -> list[Prompt]:
    options = _options(body)
    options["raw"] = True
    if body.logprobs is not None:
        options["logprobs"] = body.logprobs
    prompts = [body.prompt] if isinstance(body.prompt, str) else body.prompt
    if not 1 <= len(prompts) <= MAX_PROMPTS:
        raise OptionError(
            "{name} is {value}.", "Give 1 to 64 prompts.", name="prompt", value=f"[{len(prompts)}]"
        )
    return [Prompt([Message("user", prompt)], options) for prompt in prompts]


def _options(body: TextBody) -> TextOptions:
    if isinstance(body.stop, list) and len(body.stop) > MAX_STOPS:
        raise OptionError(
            "{name} is {value}.", "Give 1 to 4 strings.", name="stop", value=body.stop
        )
    values = without_none({name: getattr(body, name) for name in OPTIONS})
    if not body.stop or body.stop == [""]:  # some clients send an empty one
        values.pop("stop", None)
    options = cast(TextOptions, {**values, "may_be_empty": True})
    if body.seed is None:  # speed matters more than reproducibility
        options["reuse_cache"] = True
    else:
        options["seed"] = body.seed
    return options


async def create_embeddings(request: Request, body: EmbeddingBody, state: State) -> Response:
    """Embed texts as unit vectors: similar meanings have a high dot product."""
    model = state.find_model(body.model, "embedding") or choose_model("embedding")
    texts = [body.input] if isinstance(body.input, str) else body.input
    result = await cancel_on_disconnect(request, _embed(state, model, texts, body.purpose))
    size = len(result.vectors[0])
    if body.dimensions not in (None, size):
        raise OptionError(
            "{name} is {value}.",
            "{model} has {size} dimensions.",
            name="dimensions",
            value=body.dimensions,
            model=model.name,
            size=size,
        )
    data = [
        {"object": "embedding", "index": index, "embedding": _encode(vector, body.encoding_format)}
        for index, vector in enumerate(result.vectors)
    ]
    usage = {"prompt_tokens": result.tokens, "total_tokens": result.tokens}
    content = {"object": "list", "data": data, "model": model.name, "usage": usage}
    return JSONResponse(content)


async def _embed(state: AppState, model: Model, texts: list[str], purpose: str) -> Embeddings:
    events = iterate_in_thread(stream_embed(texts, model, purpose), state.executor)
    async with state.limiters.of(model).slot(), contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, Embeddings):
                return event
    raise AssertionError("the last event is Embeddings")


def _encode(vector: list[float], encoding: str) -> list[float] | str:
    """Return the numbers, or base64 of their little-endian float32."""
    if encoding == "float":
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
