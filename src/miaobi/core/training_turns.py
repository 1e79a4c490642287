"""Fields of the rows of training data, their words, and the conversations that they hold."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from miaobi.core.errors import DataError
from miaobi.core.requests import Message

# role of a data set -> ours; "tool" is the call of a tool or its result
ROLES = dict.fromkeys(("user", "human", "prompter", "usr", "question", "q"), "user")
ROLES |= dict.fromkeys(("assistant", "gpt", "chatgpt", "bot", "model", "ai"), "assistant")
ROLES |= dict.fromkeys(("chatbot", "bing", "bard", "claude", "answer", "a"), "assistant")
ROLES |= dict.fromkeys(("system", "developer", "context"), "system")
ROLES |= dict.fromkeys(("tool", "tools", "function", "ipython", "environment"), "tool")
ROLES |= dict.fromkeys(("tool_call", "tool_response", "function_call", "observation"), "tool")
ROLES |= dict.fromkeys(("function_response", "tool_result"), "tool")
ROLE_KEYS = ("role", "from", "speaker", "author")
CONTENT_KEYS = ("content", "value", "text", "message", "utterance")
CALLS = ("tool_calls", "function_call", "tool_call_id")
USER_KEYS = ("user", "human", "prompt", "question", "instruction", "input", "query")
ASSISTANT_KEYS = ("assistant", "gpt", "bot", "answer", "response", "output", "completion")

# why a row is skipped
NO_ANSWER = "rows without an answer"
EMPTY_TURN = "rows with an empty turn"
EMPTY_TEXT = "rows without text"
TOOLS = "rows with calls of tools"
NO_TEXT = "rows with pictures, sound or other parts that are not text"
OTHER_JSON = "JSON files without a list of rows"  # in folders: configurations and the like
REASONS = (NO_ANSWER, EMPTY_TURN, EMPTY_TEXT, TOOLS, NO_TEXT, OTHER_JSON)

SHAPES = (
    "text; messages or conversations; prompt, instruction, question or input with completion, "
    "response, output or answer"
)
HINT = "Understood are: {shapes}."


class SkippedRow(Exception):
    """A row of a shape that is understood, but with nothing to learn; its reason is counted."""


def plain_name(name: object) -> str:
    """Return the name of a field in lower case, with underscores."""
    return re.sub(r"[\s_-]+", "_", str(name).strip()).casefold()


def is_turn(value: object) -> bool:
    """Return if a value is an object with a role and a content."""
    if not isinstance(value, Mapping):
        return False
    names = {plain_name(key) for key in value}
    return bool(names & set(ROLE_KEYS) and names & {*CONTENT_KEYS, *CALLS})


def is_conversation(value: object) -> bool:
    """Return if a value is a list of turns."""
    return isinstance(value, Sequence) and bool(value) and all(map(is_turn, value))


def is_blank(value: object) -> bool:
    """Return if a value is null, empty or only white space."""
    return value is None or value in ("", [], {}) or isinstance(value, str) and not value.strip()


def has_words(value: object) -> bool:
    """Return if a value is text, or may hold some."""
    return isinstance(value, str | list | Mapping) and not is_blank(value)


def read_words(value: object) -> str | None:
    """Return the text of a value: a string, a number, null, or a list of parts; else None.

    Raises SkippedRow for parts that are pictures or sound.
    """
    if value is None or value != value:  # null, or a number that is none
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        words = value.get("text")
        if value["type"] in ("text", "input_text", "output_text") and isinstance(words, str):
            return words
        if value["type"] in ("refusal",) and isinstance(value.get("refusal"), str):
            return str(value["refusal"])
        raise SkippedRow(NO_TEXT)
    if isinstance(value, list) and value and all(isinstance(part, str | Mapping) for part in value):
        parts = [read_words(part) for part in value]
        return None if None in parts else "\n".join(str(part) for part in parts)
    return None


@dataclass
class Row:
    """Fields of a row by their plain names."""

    values: dict[str, object]
    names: dict[str, str]  # plain name -> name in the file
    origin: str
    learned: list[str] = field(default_factory=list)

    def take(self, name: str) -> object:
        """Return the value of a field and mark it as learned."""
        if name not in self.learned:
            self.learned.append(name)
        return self.values[name]

    def words(self, name: str) -> str:
        """Return the text of a field, "" if it has none or another type."""
        value = self.values.get(name)
        words = "" if isinstance(value, Mapping) or is_conversation(value) else read_words(value)
        return words if words and words.strip() else ""


def read_fields(row: object, origin: str) -> Row:
    """Return the fields of a row; a string is a text, and a list of turns a conversation."""
    if isinstance(row, str):
        row = {"text": row}
    elif is_conversation(row):
        row = {"messages": row}
    if not isinstance(row, Mapping):
        raise DataError(
            "{origin} is neither an object nor a text.", HINT, origin=origin, shapes=SHAPES
        )
    values: dict[str, object] = {}
    names: dict[str, str] = {}
    for name, value in row.items():
        plain = plain_name(name)
        if plain in values and values[plain] is not None:
            plain = str(name)
        values[plain], names[plain] = value, str(name)
    return Row(values, names, origin)


def read_turns(value: object, origin: str, field: str) -> list[Message]:
    """Read a conversation: turns with roles, pairs, or strings of alternating speakers.

    Raises DataError for other values, and SkippedRow.
    """
    if isinstance(value, Mapping) and all(isinstance(items, list) for items in value.values()):
        value = _rows_of(value, origin, field)
    if not isinstance(value, list) or not value:
        if value in (None, [], {}):
            raise SkippedRow(NO_ANSWER)
        raise _malformed(origin, field)
    if all(isinstance(item, str) for item in value):
        roles = ("user", "assistant")
        turns = [Message(roles[n % 2], words) for n, words in enumerate(value)]
    else:
        turns = [turn for item in value for turn in _read_item(item, origin, field)]
    turns = [turn for turn in turns if turn.content.strip() or turn.role != "system"]
    if any(not turn.content.strip() for turn in turns):
        raise SkippedRow(EMPTY_TURN)
    return turns


def _rows_of(columns: Mapping[str, list[Any]], origin: str, field: str) -> list[dict[str, Any]]:
    """Turn columns of equal length into rows. Raises DataError."""
    try:
        rows = list(zip(*columns.values(), strict=True))
    except ValueError as error:
        raise _malformed(origin, field) from error
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _read_item(item: object, origin: str, field: str) -> list[Message]:
    """Read one item of a conversation: a turn, or the pair of a question and its answer."""
    if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
        return [Message("user", item[0]), Message("assistant", item[1])]
    if not isinstance(item, Mapping):
        raise _malformed(origin, field)
    values = {plain_name(key): value for key, value in item.items()}
    role = next((values[key] for key in ROLE_KEYS if values.get(key) is not None), None)
    if role is None:
        return _read_pair(values, origin, field)
    known = ROLES.get(plain_name(role)) if isinstance(role, str) else None
    if known == "tool" or any(values.get(key) for key in CALLS):
        raise SkippedRow(TOOLS)
    if known is None:
        raise DataError(
            "{origin} has a turn of the role {role!r}, which is not known.",
            "Known are: {roles}.",
            origin=origin,
            role=role,
            roles="system, user, assistant, human, gpt",
        )
    key = next((key for key in CONTENT_KEYS if values.get(key) is not None), None)
    if key is None and not any(key in values for key in CONTENT_KEYS):
        raise _malformed(origin, field)
    words = read_words(values[key]) if key else ""
    if words is None:
        raise _malformed(origin, field)
    return [Message(known, words)]


def _read_pair(values: Mapping[str, object], origin: str, field: str) -> list[Message]:
    """Read an object with a field for each speaker, such as {"human": …, "assistant": …}."""
    user = next((key for key in USER_KEYS if key in values), None)
    answer = next((key for key in ASSISTANT_KEYS if key in values), None)
    if not user or not answer:
        raise _malformed(origin, field)
    words = read_words(values[user]), read_words(values[answer])
    if words[0] is None or words[1] is None:
        raise _malformed(origin, field)
    return [Message("user", words[0]), Message("assistant", words[1])]


def _malformed(origin: str, field: str) -> DataError:
    return DataError(
        "{origin}: the field {field} holds no conversation that is understood.",
        'Write [{{"role": "user", "content": "…"}}, {{"role": "assistant", "content": "…"}}].',
        origin=origin,
        field=field,
    )


def unknown_shape(row: Row) -> DataError:
    """Return the error for a row without a known shape."""
    return DataError(
        "{origin} has the fields {fields}, and no shape of a row that is understood.",
        HINT,
        origin=row.origin,
        fields=", ".join(row.names.values()) or "—",
        shapes=SHAPES,
    )


def unknown_value(row: Row, name: str) -> DataError:
    """Return the error for a field that is neither text nor a list of texts."""
    return DataError(
        "{origin}: the field {field} holds no text that is understood.",
        HINT,
        origin=row.origin,
        field=row.names[name],
        shapes=SHAPES,
    )
