"""Words from words: `text` answers a prompt, `chat` continues a conversation."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, overload

from miaobi.core.errors import OptionError
from miaobi.core.types import Artifact, Done, Event, Message, TextRequest, check_choice, check_words
from miaobi.media.text import language_of
from miaobi.models.zoo import default_model, find_model
from miaobi.tasks.run import run

ROLES = ("system", "user", "assistant")
Turn = Message | dict[str, str]


@overload
def text(prompt: str, *, model: str | None = ..., stream: Literal[False] = ..., **options: Any) -> Artifact: ...
@overload
def text(prompt: str, *, model: str | None = ..., stream: Literal[True], **options: Any) -> Iterator[Event]: ...


def text(
    prompt: str, *, model: str | None = None, stream: bool = False, **options: Any
) -> Artifact | Iterator[Event]:
    """Answer a prompt; options are the fields of TextRequest (max_tokens, temperature, seed …).

    With stream=True the events come one by one, the last is Done. Raises MiaobiError.
    """
    check_words("prompt", prompt)
    return chat([Message("user", prompt)], model=model, stream=stream, **options)  # type: ignore[call-overload,no-any-return]


@overload
def chat(messages: Sequence[Turn], *, model: str | None = ..., stream: Literal[False] = ..., **options: Any) -> Artifact: ...
@overload
def chat(messages: Sequence[Turn], *, model: str | None = ..., stream: Literal[True], **options: Any) -> Iterator[Event]: ...


def chat(
    messages: Sequence[Turn], *, model: str | None = None, stream: bool = False, **options: Any
) -> Artifact | Iterator[Event]:
    """Continue a conversation of {"role", "content"} turns; the last one is answered.

    Raises OptionError for a bad turn or an unknown option, and what `run` raises.
    """
    turns = tuple(_message(turn) for turn in messages)
    if not turns:
        raise OptionError("The conversation is empty.", "Give at least one message.")
    check_words("prompt", turns[-1].content)
    language = language_of(turns[-1].content)
    row = find_model(model, "text") if model else default_model("text", language)
    known = set(TextRequest.__dataclass_fields__) - {"messages", "model"}
    for name in options:
        check_choice("option", name, tuple(sorted(known)))
    options["stop"] = _stops(options.get("stop", ()))
    request = TextRequest(model=row.name, messages=turns, **_given(options))
    events = run(request, row)
    return events if stream else artifact_of(events)


def artifact_of(events: Iterator[Event]) -> Artifact:
    """Walk to the end of the road and take what lies there."""
    for event in events:
        if isinstance(event, Done):
            return event.artifact
    raise AssertionError("the road always ends in Done or an error")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _stops(stop: str | Sequence[str]) -> tuple[str, ...]:
    return (stop,) if isinstance(stop, str) else tuple(stop or ())


def _message(turn: Turn) -> Message:
    if isinstance(turn, Message):
        return turn
    try:
        message = Message(turn["role"], turn["content"])
    except (KeyError, TypeError) as error:
        raise OptionError(
            "A message is {turn!r}.", 'Write {{"role": "user", "content": "…"}}.', turn=turn
        ) from error
    check_choice("role", message.role, ROLES)
    return message
