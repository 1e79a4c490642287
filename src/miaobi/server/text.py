"""/v1/chat/completions, /v1/completions."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.artifact import Artifact
from miaobi.core.errors import OptionError
from miaobi.core.events import Chance, Done, Event, Token
from miaobi.core.requests import Message
from miaobi.models.zoo import Model
from miaobi.server.background import in_background
from miaobi.server.logprobs import chat_logprobs, text_logprobs
from miaobi.server.schemas import ChatRequest, CompletionRequest, TextOptions
from miaobi.server.service import Service, Work, service_of
from miaobi.server.stream import Flow, after, sse, unless_gone
from miaobi.tasks.text import stream_chat

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
ROLES = {"developer": "system", "system": "system", "user": "user", "assistant": "assistant"}
MAX_STOPS = 4


async def chat(request: Request, asked: ChatRequest) -> Response:
    """Continue a conversation: one JSON, or server-sent chunks with "stream": true."""
    if job := await in_background(request, "chat", asked):
        return job
    return await Answer(request, asked, _chat_prompts(asked), ChatShape()).respond()


def chat_work(service: Service, asked: ChatRequest) -> Work:
    """The road to one answer of a conversation. Raises MiaobiError."""
    return _one_work(service, asked, *_chat_prompts(asked)[0])


def completion_work(service: Service, asked: CompletionRequest) -> Work:
    """The road to one continuation. Raises MiaobiError."""
    return _one_work(service, asked, *_completion_prompts(asked)[0])


def _one_work(
    service: Service, asked: TextOptions, turns: list[Message], options: dict[str, Any]
) -> Work:
    row = service.model(asked.model, "text", turns[-1].content)
    source = stream_chat(turns, model=service.place(row), seed=asked.seed, **options)
    words = "\n".join(turn.content for turn in turns)
    return Work(source, row, "text", words, asked.model_dump(exclude_unset=True))


Prompts = list[tuple[list[Message], dict[str, Any]]]


def _chat_prompts(asked: ChatRequest) -> Prompts:
    options = _options(asked)
    if asked.max_completion_tokens is not None:
        options["max_tokens"] = asked.max_completion_tokens
    if asked.response_format is not None:
        options["json_schema"] = asked.response_format.schema_of()
    if asked.top_logprobs is not None and not asked.logprobs:
        raise OptionError("top_logprobs needs logprobs.", "Set it to true.", name="top_logprobs")
    if asked.logprobs:
        options["logprobs"] = asked.top_logprobs or 0
    return [([_turn(message) for message in asked.messages], options)]


async def complete(request: Request, asked: CompletionRequest) -> Response:
    """Continue plain text; several prompts give several choices."""
    if job := await in_background(request, "completion", asked):
        return job
    return await Answer(request, asked, _completion_prompts(asked), CompletionShape()).respond()


def _completion_prompts(asked: CompletionRequest) -> Prompts:
    options = {**_options(asked), "raw": True}
    if asked.logprobs is not None:
        options["logprobs"] = asked.logprobs
    prompts = [asked.prompt] if isinstance(asked.prompt, str) else asked.prompt
    if not 1 <= len(prompts) <= 64:
        raise OptionError(
            "{name} is {value}.", "Give 1 to 64 prompts.", name="prompt", value=f"[{len(prompts)}]"
        )
    return [([Message("user", prompt)], options) for prompt in prompts]


Chances = Sequence[Chance]
Finished = tuple[Artifact, list[Chance]]


class ChatShape:
    """The JSON of /v1/chat/completions."""

    prefix, whole, chunk = "chatcmpl-", "chat.completion", "chat.completion.chunk"

    def choice(self, index: int, artifact: Artifact, chances: Chances) -> dict[str, Any]:
        """A finished answer."""
        message = {"role": "assistant", "content": artifact.text, "refusal": None}
        return {
            "index": index,
            "message": message,
            "logprobs": chat_logprobs(chances),
            "finish_reason": artifact.finish_reason,
        }

    def opening(self, index: int) -> dict[str, Any] | None:
        """The chunk before the first piece."""
        return self._delta(index, {"role": "assistant", "content": ""}, None)

    def piece(self, index: int, token: Token) -> dict[str, Any]:
        """A piece of the answer."""
        told = chat_logprobs(token.chances)
        return {**self._delta(index, {"content": token.text}, None), "logprobs": told}

    def end(self, index: int, artifact: Artifact) -> dict[str, Any]:
        """What comes after the last piece."""
        return self._delta(index, {}, artifact.finish_reason)

    def _delta(self, index: int, delta: dict[str, Any], reason: str | None) -> dict[str, Any]:
        return {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}


class CompletionShape:
    """The JSON of /v1/completions, whole and in chunks."""

    prefix, whole, chunk = "cmpl-", "text_completion", "text_completion"

    def __init__(self) -> None:
        self.told: dict[int, int] = {}  # choice -> characters of the pieces so far

    def choice(self, index: int, artifact: Artifact, chances: Chances) -> dict[str, Any]:
        """A finished answer."""
        told = text_logprobs(chances, 0)
        return {**self._choice(index, artifact.text, artifact.finish_reason), "logprobs": told}

    def opening(self, index: int) -> dict[str, Any] | None:
        """There is none."""
        return None

    def piece(self, index: int, token: Token) -> dict[str, Any]:
        """A piece of the answer."""
        told = text_logprobs(token.chances, self.told.get(index, 0))
        self.told[index] = self.told.get(index, 0) + len(token.text)
        return {**self._choice(index, token.text, None), "logprobs": told}

    def end(self, index: int, artifact: Artifact) -> dict[str, Any]:
        """What comes after the last piece."""
        return self._choice(index, "", artifact.finish_reason)

    def _choice(self, index: int, text: str, reason: str | None) -> dict[str, Any]:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": reason}


class Answer:
    """The choices of one request, made side by side, as JSON or as a stream."""

    def __init__(
        self,
        request: Request,
        asked: TextOptions,
        prompts: list[tuple[list[Message], dict[str, Any]]],
        shape: ChatShape | CompletionShape,
    ) -> None:
        self.service: Service = service_of(request)
        self.request, self.asked, self.shape = request, asked, shape
        self.model: Model = self.service.model(asked.model, "text", prompts[0][0][-1].content)
        self.work = [
            (turns, self._seeded(options, number))
            for turns, options in prompts
            for number in range(asked.n)
        ]
        self.head = {
            "id": f"{shape.prefix}{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": self.model.name,
        }

    async def respond(self) -> Response:
        """Raises what the road raises."""
        if self.asked.stream:
            chunks = self.chunks()
            # until the first chunk is there a failure has a status of its own
            first = await unless_gone(self.request, anext(chunks))
            return sse(after(first, chunks), named=False, done=True)
        finished: list[Finished] = await unless_gone(self.request, self.all())
        choices = [
            self.shape.choice(index, artifact, chances)
            for index, (artifact, chances) in enumerate(finished)
        ]
        made = [artifact for artifact, _ in finished]
        told = {
            **self.head,
            "object": self.shape.whole,
            "choices": choices,
            "usage": usage(made),
            "system_fingerprint": self.service.fingerprint(self.model),
            "miaobi": {"artifacts": [one.id for one in made], "seeds": [one.seed for one in made]},
        }
        return JSONResponse(told)

    async def all(self) -> list[Finished]:
        """Every choice, finished, and the chances of its tokens."""

        async def one(number: int) -> Finished:
            chances: list[Chance] = []
            wanted = (Token, Done) if "logprobs" in self.work[number][1] else (Done,)
            async with contextlib.aclosing(self._events(number, wanted)) as events:
                async for event in events:
                    if isinstance(event, Token):
                        chances += event.chances
                    elif isinstance(event, Done):
                        return event.artifact, chances
            raise AssertionError("the road always ends in Done or an error")

        if len(self.work) == 1:
            return [await one(0)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in range(len(self.work))]
        return [task.result() for task in tasks]

    async def chunks(self) -> Flow[dict[str, Any]]:
        """The chunks of all choices as they come, then the usage where it was asked for."""
        told = {
            **self.head,
            "object": self.shape.chunk,
            "system_fingerprint": self.service.fingerprint(self.model),
        }
        with_usage = bool(self.asked.stream_options and self.asked.stream_options.include_usage)
        if with_usage:
            told["usage"] = None
        made: list[Artifact] = []
        opened: set[int] = set()
        async with contextlib.aclosing(self._merged()) as merged:
            async for index, event in merged:
                choices = []
                opening = self.shape.opening(index)
                if opening is not None and index not in opened:
                    choices.append(opening)
                opened.add(index)
                if isinstance(event, Token):
                    choices.append(self.shape.piece(index, event))
                elif isinstance(event, Done):
                    made.append(event.artifact)
                    choices.append(self.shape.end(index, event.artifact))
                for choice in choices:
                    yield {**told, "choices": [choice]}
        if with_usage:
            yield {**told, "choices": [], "usage": usage(made)}

    def _events(self, number: int, only: tuple[type, ...]) -> Flow[Event]:
        turns, options = self.work[number]
        words = "\n".join(turn.content for turn in turns)
        source = stream_chat(turns, model=self.service.place(self.model), **options)
        asked = self.asked.model_dump(exclude_unset=True)
        return self.service.flow(Work(source, self.model, "text", words, asked), only)

    async def _merged(self) -> Flow[tuple[int, Event]]:
        """(choice, event) of all choices in the order in which they happen."""
        if len(self.work) == 1:
            async with contextlib.aclosing(self._events(0, (Token, Done))) as events:
                async for event in events:
                    yield 0, event
            return
        came: asyncio.Queue[tuple[int, Event] | None] = asyncio.Queue()

        async def one(number: int) -> None:
            async with contextlib.aclosing(self._events(number, (Token, Done))) as events:
                async for event in events:
                    await came.put((number, event))

        async def every() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    for number in range(len(self.work)):
                        group.create_task(one(number))
            finally:
                came.put_nowait(None)

        task = asyncio.create_task(every())
        try:
            while (item := await came.get()) is not None:
                yield item
            await task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ExceptionGroup):
                await task

    def _seeded(self, options: dict[str, Any], number: int) -> dict[str, Any]:
        if self.asked.seed is None:
            return options
        return {**options, "seed": self.asked.seed % (2**32 - 256) + number}


def usage(made: list[Artifact]) -> dict[str, Any]:
    """Tokens of all choices; a prompt of several choices counts once for each, as it is read."""
    prompt = int(sum(one.usage.get("prompt_tokens", 0) for one in made))
    answer = int(sum(one.usage.get("completion_tokens", 0) for one in made))
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


def _options(asked: TextOptions) -> dict[str, Any]:
    given = {name: getattr(asked, name) for name in OPTIONS}
    if isinstance(asked.stop, list) and len(asked.stop) > MAX_STOPS:
        raise OptionError(
            "{name} is {value}.", "Give 1 to 4 strings.", name="stop", value=asked.stop
        )
    given["may_be_empty"] = True
    if asked.seed is None:  # whoever names none wants an answer soon, not the same one again
        given["reuse_cache"] = True
    return {name: value for name, value in given.items() if value is not None}


def _turn(message: dict[str, Any]) -> Message:
    """A message of OpenAI's kinds as ours. Raises OptionError for what no model here reads."""
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        raise OptionError(
            "{name} is {value!r}.",
            "Choose one of: {choices}.",
            name="role",
            value=role,
            choices=", ".join(ROLES),
        )
    if isinstance(content, list):
        kinds = [part.get("type") if isinstance(part, dict) else part for part in content]
        if any(kind != "text" for kind in kinds):
            raise OptionError(
                "{name} is {value!r}.",
                "The models here read text alone.",
                name="content",
                value=kinds,
            )
        content = "".join(str(part.get("text", "")) for part in content)
    if not isinstance(content, str):
        raise OptionError(
            "{name} is {value!r}.",
            "The models here read text alone.",
            name="content",
            value=content,
        )
    return Message(ROLES[role], content)
