"""Words from words: `text` answers a prompt, `chat` continues a conversation.

Each has a `stream_` twin that yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_words
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output
from miaobi.core.requests import Message, TextRequest
from miaobi.core.sentences import language_of
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.tasks.run import artifact_of, hand_out, run, run_batch

ROLES = ("system", "user", "assistant")
OPTIONS = tuple(sorted(set(TextRequest.__dataclass_fields__) - {"messages", "model"}))
Turn = Message | dict[str, str]


def text(prompt: str, *, model: str | None = None, **options: Any) -> Artifact:
    """Answer a prompt; options are the fields of TextRequest (max_tokens, temperature, seed …).

    Raises MiaobiError.
    """
    return artifact_of(stream_text(prompt, model=model, **options))


def stream_text(prompt: str, *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event."""
    return stream_chat([Message("user", prompt)], model=model, **options)


def chat(messages: Sequence[Turn], *, model: str | None = None, **options: Any) -> Artifact:
    """Continue a conversation of {"role", "content"} turns; the last one is answered.

    Raises OptionError for a bad turn or an unknown option, and what `run` raises.
    """
    return artifact_of(stream_chat(messages, model=model, **options))


def stream_chat(
    messages: Sequence[Turn], *, model: str | None = None, **options: Any
) -> Iterator[Event]:
    """The same, event by event."""
    turns = [_message(turn) for turn in messages]
    if not turns:
        raise OptionError("The conversation is empty.", "Give at least one message.")
    check_words("prompt", turns[-1].content)
    language = language_of(turns[-1].content)
    row = find_model(model, "text") if model else default_model("text", language)
    return run(_request(turns, row, options), row)


def texts(prompts: Sequence[str], *, model: str, **options: Any) -> list[Artifact]:
    """Continue several prompts at once, in one batch of a model that runs in our own engine.

    Options are those of `text`; prompt number i has the seed `seed` + i. Raises MiaobiError.
    """
    if not prompts:
        raise OptionError("The conversation is empty.", "Give at least one message.")
    row = find_model(model, "text")
    seed = options.pop("seed", None)
    requests = []
    for number, prompt in enumerate(prompts):
        given = options if seed is None else {**options, "seed": seed + number}
        requests.append(_request([Message("user", prompt)], row, given))
    return run_batch(requests, row)


def label_conversation(
    messages: Sequence[Message], parents: tuple[str, ...], model: str | None = None
) -> Artifact:
    """The whole conversation as one labeled text, for keeping; `parents` are its answers' ids."""
    row = find_model(model, "text") if model else default_model("text", "en")
    request = TextRequest(model=row.name, messages=tuple(messages), parents=parents)
    told = "\n\n".join(f"{message.role}: {message.content}" for message in messages) + "\n"
    return hand_out(request, row, Output(text=told), [], {})


def _request(turns: Sequence[Message], row: Model, options: dict[str, Any]) -> TextRequest:
    for name in options:
        check_choice("option", name, OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    if isinstance(stop := given.get("stop", ()), str | list):
        given["stop"] = (stop,) if isinstance(stop, str) else tuple(stop)
    if not row.chats:
        given["raw"] = True
    return TextRequest(model=row.name, messages=tuple(turns), **given)


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
