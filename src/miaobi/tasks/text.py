"""`text` answers a prompt, `chat` a conversation, and `texts` a batch of prompts.

The `stream_` variants yield the events of the pipeline; the last one is Done.
"""

from collections.abc import Sequence
from typing import Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_text
from miaobi.core.errors import OptionError
from miaobi.core.events import Output
from miaobi.core.requests import Message, TextRequest
from miaobi.engines.registry import choose_model
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.options import TextOptions, without_none
from miaobi.tasks.run import Run, publish, run, run_batch, wait_for_artifact

ROLES = ("system", "user", "assistant")
OPTIONS = tuple(sorted(set(TextRequest.__dataclass_fields__) - {"messages", "model"}))
Turn = Message | dict[str, str]


def text(
    prompt: str, *, model: str | Model | None = None, **options: Unpack[TextOptions]
) -> Artifact:
    """Answer a prompt; options are the fields of TextRequest (max_tokens, temperature, seed …).

    Raises MiaobiError.
    """
    return wait_for_artifact(stream_text(prompt, model=model, **options))


def stream_text(
    prompt: str, *, model: str | Model | None = None, **options: Unpack[TextOptions]
) -> Run:
    """Answer a prompt and yield the events."""
    return stream_chat([Message("user", prompt)], model=model, **options)


def chat(
    messages: Sequence[Turn], *, model: str | Model | None = None, **options: Unpack[TextOptions]
) -> Artifact:
    """Answer the last turn of a conversation of {"role", "content"} turns.

    Raises OptionError for a malformed turn or an unknown option, and what `run` raises.
    """
    return wait_for_artifact(stream_chat(messages, model=model, **options))


def stream_chat(
    messages: Sequence[Turn], *, model: str | Model | None = None, **options: Unpack[TextOptions]
) -> Run:
    """Answer the last turn of a conversation and yield the events."""
    turns = [_to_message(turn) for turn in messages]
    if not turns:
        raise OptionError("The conversation is empty.", "Give at least one message.")
    check_text("prompt", turns[-1].content)
    row = find_model(model, "text") if model else choose_model("text", turns[-1].content)
    return run(_to_request(turns, row, options), row)


def texts(
    prompts: Sequence[str], *, model: str | Model, **options: Unpack[TextOptions]
) -> list[Artifact]:
    """Answer several prompts in one batch of a model that runs in Miaobi's own engine.

    Options are those of `text`; prompt number i has the seed `seed` + i. Raises MiaobiError.
    """
    if not prompts:
        raise OptionError("The conversation is empty.", "Give at least one message.")
    row = find_model(model, "text")
    seed = options.pop("seed", None)
    requests = []
    for number, prompt in enumerate(prompts):
        own = options.copy()
        if seed is not None:
            own["seed"] = seed + number
        requests.append(_to_request([Message("user", prompt)], row, own))
    return run_batch(requests, row)


def label_conversation(
    messages: Sequence[Message], parents: tuple[str, ...], model: str | Model | None = None
) -> Artifact:
    """Publish a conversation as one labeled text; `parents` are the ids of its answers."""
    row = find_model(model, "text") if model else choose_model("text")
    request = TextRequest(model=row.name, messages=tuple(messages), parents=parents)
    transcript = "\n\n".join(f"{message.role}: {message.content}" for message in messages)
    return publish(request, row, Output(text=f"{transcript}\n"), [], {})


def _to_request(turns: Sequence[Message], row: Model, options: TextOptions) -> TextRequest:
    for name in options:
        check_choice("option", name, OPTIONS)
    fields = without_none(options)
    stop = fields.get("stop", ())
    fields["stop"] = (stop,) if isinstance(stop, str) else tuple(stop)
    if not row.chats:
        fields["raw"] = True
    return TextRequest(model=row.name, messages=tuple(turns), **fields)


def _to_message(turn: Turn) -> Message:
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
