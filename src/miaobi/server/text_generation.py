"""Responses of the text routes: n choices generated concurrently, as JSON or as chunks."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.artifact import Artifact
from miaobi.core.events import Done, Event, Token, TokenLogprob
from miaobi.core.requests import Message
from miaobi.core.version import VERSION
from miaobi.engines.registry import choose_model
from miaobi.server.concurrency import AsyncStream, cancel_on_disconnect, prepend, sse_response
from miaobi.server.requests import TextBody
from miaobi.server.responses import Json
from miaobi.server.state import AppState, Generation
from miaobi.tasks.options import TextOptions
from miaobi.tasks.text import stream_chat

Logprobs: TypeAlias = Sequence[TokenLogprob]
SEEDS = 2**32 - 256  # seeds of the first choice; choice i has the seed + i


@dataclass(frozen=True)
class Prompt:
    """Messages to continue, and the options of the task."""

    messages: list[Message]
    options: TextOptions

    @property
    def text(self) -> str:
        """Contents of all messages, for the library."""
        return "\n".join(message.content for message in self.messages)

    @property
    def last(self) -> str:
        """Content of the message that is answered."""
        return self.messages[-1].content


class ChatFormat:
    """JSON format of /v1/chat/completions."""

    id_prefix = "chatcmpl-"
    object = "chat.completion"
    chunk_object = "chat.completion.chunk"

    def choice(self, index: int, artifact: Artifact, logprobs: Logprobs) -> Json:
        """Format a finished choice."""
        message = {"role": "assistant", "content": artifact.text, "refusal": None}
        return {
            "index": index,
            "message": message,
            "logprobs": chat_logprobs(logprobs),
            "finish_reason": artifact.finish_reason,
        }

    def first_delta(self, index: int) -> Json | None:
        """Format the chunk with the role."""
        return self._chunk(index, {"role": "assistant", "content": ""}, None)

    def delta(self, index: int, token: Token) -> Json:
        """Format a token."""
        chunk = self._chunk(index, {"content": token.text}, None)
        return {**chunk, "logprobs": chat_logprobs(token.logprobs)}

    def last_delta(self, index: int, artifact: Artifact) -> Json:
        """Format the chunk with the finish reason."""
        return self._chunk(index, {}, artifact.finish_reason)

    def _chunk(self, index: int, delta: Json, reason: str | None) -> Json:
        return {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}


class CompletionFormat:
    """JSON format of /v1/completions."""

    id_prefix = "cmpl-"
    object = "text_completion"
    chunk_object = "text_completion"

    def __init__(self) -> None:
        self.lengths: dict[int, int] = {}  # choice -> characters sent so far

    def choice(self, index: int, artifact: Artifact, logprobs: Logprobs) -> Json:
        """Format a finished choice."""
        choice = self._choice(index, artifact.text, artifact.finish_reason)
        return {**choice, "logprobs": completion_logprobs(logprobs, 0)}

    def first_delta(self, index: int) -> Json | None:
        """Return None: completions have no chunk before the first token."""
        return None

    def delta(self, index: int, token: Token) -> Json:
        """Format a token."""
        start = self.lengths.get(index, 0)
        self.lengths[index] = start + len(token.text)
        choice = self._choice(index, token.text, None)
        return {**choice, "logprobs": completion_logprobs(token.logprobs, start)}

    def last_delta(self, index: int, artifact: Artifact) -> Json:
        """Format the chunk with the finish reason."""
        return self._choice(index, "", artifact.finish_reason)

    def _choice(self, index: int, text: str, reason: str | None) -> Json:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": reason}


def chat_logprobs(logprobs: Logprobs) -> Json | None:
    """Format log-probabilities for /v1/chat/completions; None if none were requested."""
    if not logprobs:
        return None
    content = [
        {**_token_logprob(token), "top_logprobs": [_token_logprob(other) for other in token.top]}
        for token in logprobs
    ]
    return {"content": content, "refusal": None}


def _token_logprob(token: TokenLogprob) -> Json:
    return {"token": token.text, "logprob": token.logprob, "bytes": list(token.data)}


def completion_logprobs(logprobs: Logprobs, start: int) -> Json | None:
    """Format log-probabilities for /v1/completions; None if none were requested.

    `start` is the offset of the first token in characters of the answer.
    """
    if not logprobs:
        return None
    offsets = [start]
    for token in logprobs[:-1]:
        offsets.append(offsets[-1] + len(token.text))
    return {
        "tokens": [token.text for token in logprobs],
        "token_logprobs": [token.logprob for token in logprobs],
        "top_logprobs": [{other.text: other.logprob for other in token.top} for token in logprobs],
        "text_offset": offsets,
    }


class TextResponder:
    """Response to one text request: its choices are generated concurrently."""

    def __init__(
        self,
        request: Request,
        state: AppState,
        body: TextBody,
        prompts: list[Prompt],
        format: ChatFormat | CompletionFormat,
    ) -> None:
        self.request, self.state, self.body, self.format = request, state, body, format
        self.model = state.find_model(body.model, "text") or choose_model("text", prompts[0].last)
        self.prompts = [
            self._with_seed(prompt, choice) for prompt in prompts for choice in range(body.n)
        ]
        self.head = {
            "id": f"{format.id_prefix}{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": self.model.name,
            # equal seeds give equal answers only under the same fingerprint
            "system_fingerprint": f"miaobi-{VERSION}-{self.model.name}",
        }

    async def respond(self) -> Response:
        """Generate the choices and return them. Raises MiaobiError or ClientDisconnected."""
        if self.body.stream:
            chunks = self.chunks()
            # an error before the first chunk has a status of its own
            first = await cancel_on_disconnect(self.request, anext(chunks))
            return sse_response(prepend(first, chunks), named=False, done=True)
        results = await cancel_on_disconnect(self.request, self.generate())
        choices = [
            self.format.choice(index, artifact, logprobs)
            for index, (artifact, logprobs) in enumerate(results)
        ]
        artifacts = [artifact for artifact, _ in results]
        return JSONResponse(
            {
                **self.head,
                "object": self.format.object,
                "choices": choices,
                "usage": usage(artifacts),
                "miaobi": {
                    "artifacts": [artifact.id for artifact in artifacts],
                    "seeds": [artifact.seed for artifact in artifacts],
                },
            }
        )

    async def generate(self) -> list[tuple[Artifact, list[TokenLogprob]]]:
        """Generate every choice; return artifacts and log-probabilities."""
        if len(self.prompts) == 1:
            return [await self._generate_choice(0)]
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._generate_choice(index))
                for index in range(len(self.prompts))
            ]
        return [task.result() for task in tasks]

    async def _generate_choice(self, index: int) -> tuple[Artifact, list[TokenLogprob]]:
        logprobs: list[TokenLogprob] = []
        only = (Token, Done) if "logprobs" in self.prompts[index].options else (Done,)
        async with contextlib.aclosing(self._events(index, only)) as events:
            async for event in events:
                if isinstance(event, Token):
                    logprobs += event.logprobs
                elif isinstance(event, Done):
                    return event.artifact, logprobs
        raise AssertionError("the last event is Done, unless an error was raised")

    async def chunks(self) -> AsyncStream[Json]:
        """Yield the chunks of all choices as they come, then the usage if requested."""
        head: Json = {**self.head, "object": self.format.chunk_object}
        include_usage = bool(self.body.stream_options and self.body.stream_options.include_usage)
        if include_usage:
            head["usage"] = None
        artifacts: list[Artifact] = []
        opened: set[int] = set()
        async with contextlib.aclosing(self._merged_events()) as merged:
            async for index, event in merged:
                first = None if index in opened else self.format.first_delta(index)
                opened.add(index)
                if first is not None:
                    yield {**head, "choices": [first]}
                if isinstance(event, Token):
                    yield {**head, "choices": [self.format.delta(index, event)]}
                elif isinstance(event, Done):
                    artifacts.append(event.artifact)
                    yield {**head, "choices": [self.format.last_delta(index, event.artifact)]}
        if include_usage:
            yield {**head, "choices": [], "usage": usage(artifacts)}

    def _events(self, index: int, only: tuple[type, ...]) -> AsyncStream[Event]:
        prompt = self.prompts[index]
        events = stream_chat(prompt.messages, model=self.model, **prompt.options)
        request = self.body.model_dump(exclude_unset=True)
        return self.state.stream(Generation(events, self.model, "text", prompt.text, request), only)

    async def _merged_events(self) -> AsyncStream[tuple[int, Event]]:
        """Yield (choice, event) of all choices in the order in which they happen."""
        if len(self.prompts) == 1:
            async with contextlib.aclosing(self._events(0, (Token, Done))) as events:
                async for event in events:
                    yield 0, event
            return
        queue: asyncio.Queue[tuple[int, Event] | None] = asyncio.Queue()

        async def put_choice(index: int) -> None:
            async with contextlib.aclosing(self._events(index, (Token, Done))) as events:
                async for event in events:
                    await queue.put((index, event))

        async def put_all() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    for index in range(len(self.prompts)):
                        group.create_task(put_choice(index))
            finally:
                queue.put_nowait(None)

        task = asyncio.create_task(put_all())
        try:
            while (item := await queue.get()) is not None:
                yield item
            await task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ExceptionGroup):
                await task

    def _with_seed(self, prompt: Prompt, choice: int) -> Prompt:
        if self.body.seed is None:
            return prompt
        options = prompt.options.copy()
        options["seed"] = self.body.seed % SEEDS + choice
        return replace(prompt, options=options)


def usage(artifacts: list[Artifact]) -> Json:
    """Sum the tokens of all choices; the prompt counts once per choice, as it is processed."""
    prompt = int(sum(artifact.usage.get("prompt_tokens", 0) for artifact in artifacts))
    answer = int(sum(artifact.usage.get("completion_tokens", 0) for artifact in artifacts))
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
