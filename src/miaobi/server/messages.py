"""Messages of a conversation in OpenAI's format, converted to those of the engines."""

import json
from typing import Any

from miaobi.core.errors import OptionError
from miaobi.core.requests import Message
from miaobi.http.fields import Options

ROLES = {
    "developer": "system",
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "user",
    "function": "user",
}
PARTS = {"text": "text", "refusal": "refusal"}  # type of a part -> its field with the text


class FunctionCall(Options):
    """Name of a function and its arguments as JSON text."""

    name: str
    arguments: str = ""


class ToolCall(Options):
    """A call that the model made earlier in the conversation."""

    id: str = ""
    type: str = "function"
    function: FunctionCall
    index: int = 0


class ChatMessage(Options):
    """One message; an assistant's content may be missing."""

    unsupported = {
        "annotations": (None, []),
        "audio": (None,),
        "reasoning_content": (None, ""),
    }

    role: str
    content: Any = None  # text, or a list of parts
    name: str = ""
    refusal: str = ""
    tool_calls: list[ToolCall] = []
    tool_call_id: str = ""
    function_call: FunctionCall | None = None


def to_message(message: ChatMessage) -> Message:
    """Convert a message. Raises OptionError for an unknown role and for content other than text."""
    if message.role not in ROLES:
        raise OptionError(
            "{name} is {value!r}.",
            "Choose one of: {choices}.",
            name="role",
            value=message.role,
            choices=", ".join(ROLES),
        )
    text = _text(message.content) if message.content is not None else message.refusal
    if message.content is None and message.role != "assistant":
        raise OptionError("{name} is missing.", name="content")
    if message.role in ("tool", "function"):
        text = f"<tool_response>\n{text}\n</tool_response>"
    calls = [call.function for call in message.tool_calls]
    calls += [message.function_call] if message.function_call is not None else []
    parts = [text, *(f"<tool_call>\n{_call(call)}\n</tool_call>" for call in calls)]
    return Message(ROLES[message.role], "\n".join(part for part in parts if part))


def _text(content: object) -> str:
    """Join the parts of a content. Raises OptionError for parts other than text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise _not_text(content)
    texts = []
    for part in content:
        if isinstance(part, str):
            texts.append(part)
            continue
        kind = part.get("type") if isinstance(part, dict) else part
        field = PARTS.get(kind) if isinstance(kind, str) else None
        if field is None or not isinstance(part.get(field), str):
            kinds = [each.get("type") if isinstance(each, dict) else each for each in content]
            raise _not_text(kinds)
        for name, value in part.items():
            if name not in ("type", field, "cache_control") and value is not None:
                raise OptionError("There is no option {name!r} here.", name=name)
        texts.append(part[field])
    return "".join(texts)


def _call(call: FunctionCall) -> str:
    """Format a call as models with tools write it."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except ValueError:
        arguments = call.arguments
    return json.dumps({"name": call.name, "arguments": arguments}, ensure_ascii=False)


def _not_text(value: object) -> OptionError:
    return OptionError(
        "{name} is {value!r}.", "The models here accept text only.", name="content", value=value
    )
