"""Bodies of requests: null is left out, unknown options are refused by name, at any depth."""

import json
import typing
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from miaobi.core.errors import OptionError
from miaobi.core.requests import Message
from miaobi.http.fields import Options, RequestBody
from miaobi.server import app, requests
from miaobi.server.errors import error_response
from miaobi.server.files import validate
from miaobi.server.messages import ChatMessage, to_message
from miaobi.server.responses import Json

# required fields of all bodies, by name
REQUIRED: Json = {
    "messages": [{"role": "user", "content": "x"}],
    "prompt": "x",
    "input": "x",
    "name": "x",
    "role": "user",
    "id": "x",
    "schema": {"type": "object"},
    "function": {"name": "x"},
    "purpose": "vision",
    "seconds": 4000,
    "text": "x",
    "model": "x",
    "training_file": "x",
    "type": "text",
}


def bodies() -> list[type[Options]]:
    """Every class of objects that clients send."""
    found: list[type[Options]] = []
    todo: list[type[Options]] = [Options]
    while todo:
        todo += (new := todo.pop().__subclasses__())
        found += [kind for kind in new if kind.__module__.startswith("miaobi.")]
    return sorted(set(found), key=lambda kind: kind.__name__)


def names_of(kind: type[BaseModel]) -> dict[str, bool]:
    """Field -> whether it is required, by the names that clients send."""
    return {
        str(field.alias or name): field.is_required() for name, field in kind.model_fields.items()
    }


def smallest(kind: type[BaseModel]) -> Json:
    return {name: REQUIRED[name] for name, required in names_of(kind).items() if required}


CASES = [(kind, name) for kind in bodies() for name in names_of(kind)]


def test_every_object_of_a_request_has_these_rules() -> None:
    assert app.ROUTES and len(bodies()) > 20 and len(CASES) > 150
    for kind in bodies():
        for field in kind.model_fields.values():
            for inner in (field.annotation, *typing.get_args(field.annotation)):
                if isinstance(inner, type) and issubclass(inner, BaseModel):
                    assert issubclass(inner, Options), f"{kind.__name__} holds {inner.__name__}"


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_null_is_left_out(kind: type[Options], name: str) -> None:
    plain = smallest(kind)
    if names_of(kind)[name]:
        with pytest.raises(ValidationError) as told:
            kind.model_validate({**plain, name: None})
        assert told.value.errors()[0]["type"] == "missing"
        return
    with_null = kind.model_validate({**plain, name: None})
    assert with_null == kind.model_validate(plain)
    assert with_null.model_dump(exclude_unset=True, by_alias=True) == plain


@pytest.mark.parametrize("kind", bodies())
def test_all_optional_fields_null_at_once(kind: type[Options]) -> None:
    plain = smallest(kind)
    nulls: Json = dict.fromkeys(names_of(kind))
    unknown = {"reasoning_effort": None, "some_new_option": None}
    assert kind.model_validate({**nulls, **unknown, **plain}) == kind.model_validate(plain)


@pytest.mark.parametrize("kind", bodies())
def test_unknown_options_are_refused(kind: type[Options]) -> None:
    with pytest.raises(RequestValidationError) as told:
        validate(kind, {**smallest(kind), "bogus": 1})
    message = error_response(told.value).body["error"]["message"]
    assert message == "There is no option 'bogus' here."


CHAT = {"model": "smollm2-135m", "messages": [{"role": "user", "content": "x"}]}
SCHEMA = {"type": "object"}


def refusal(kind: type[RequestBody], fields: object) -> str:
    with pytest.raises((RequestValidationError, OptionError)) as told:
        validate(kind, fields)
    status, body, _ = error_response(told.value)
    assert status == 400
    return str(body["error"]["message"])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema is missing."),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
            "response_format.json_schema.schema is missing.",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": None}}},
            "response_format.json_schema.schema is missing.",
        ),
        (
            {"response_format": {"type": "json_schema", "schema": SCHEMA}},
            "There is no option 'response_format.schema' here.",
        ),
        (
            {"response_format": {"type": "json_object", "schema": SCHEMA}},
            "There is no option 'response_format.schema' here.",
        ),
        (
            {"response_format": {"type": "json_object", "json_schema": {"schema": SCHEMA}}},
            "response_format.json_schema cannot be used with the type json_object.",
        ),
        (
            {"response_format": {"json_schema": {"schema": SCHEMA}}},
            "response_format.json_schema cannot be used with the type text.",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": {}, "a": 1}}},
            "There is no option 'response_format.json_schema.a' here.",
        ),
        ({"stream_options": {"usage": True}}, "There is no option 'stream_options.usage' here."),
        ({"messages": [{"role": "user", "a": 1}]}, "There is no option 'messages.0.a' here."),
        ({"messages": ["x"]}, "messages.0 cannot be used: Input should be an object."),
        ({"messages": "x"}, "messages cannot be used: Input should be a list."),
        ({"messages": None}, "messages is missing."),
        ({"stop": 5}, "stop cannot be used: Input should be a string or a list."),
        ({"stop": ["a", 5]}, "stop.1 cannot be used: Input should be a string."),
    ],
)
def test_chat_bodies(fields: Json, says: str) -> None:
    assert refusal(requests.ChatCompletionBody, {**CHAT, **fields}).startswith(says)


@pytest.mark.parametrize("tokens", [[15339, 1917], [[15339, 1917]], [[1], [2, 3]], ["a", 5]])
@pytest.mark.parametrize(
    ("kind", "name"), [(requests.EmbeddingBody, "input"), (requests.CompletionBody, "prompt")]
)
def test_token_numbers(kind: type[RequestBody], name: str, tokens: Any) -> None:
    says = refusal(kind, {name: tokens})
    assert says.startswith(f"{name} holds token numbers") and "Send text." in says


def test_no_field_is_named_by_its_type() -> None:
    """Alternatives of a field are no fields: input.str does not exist."""
    odd: list[Any] = [5, {"a": 1}, True, [{"a": 1}], [None], [[]], "x", [5.5], ""]
    seen = 0
    for kind in bodies():
        for name in names_of(kind):
            for value in odd:
                try:
                    validate(kind, {**smallest(kind), name: value})
                except (RequestValidationError, OptionError) as error:
                    told = error_response(error).body["error"]
                    seen += 1
                    assert "Body" not in told["message"] and "[" not in str(told["param"])
                    path = (told["param"] or "").split(".")
                    assert path[0] in ("", name), told
                    assert not {"str", "int", "float", "list", "bool"} & set(path), told
    assert seen > 400


CALL = {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"in": "九"}'}}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "assistant", "content": None}, Message("assistant", "")),
        ({"role": "assistant"}, Message("assistant", "")),
        ({"role": "assistant", "content": "", "tool_calls": None}, Message("assistant", "")),
        ({"role": "assistant", "content": None, "refusal": "No."}, Message("assistant", "No.")),
        (
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            Message(
                "assistant",
                '<tool_call>\n{"name": "weather", "arguments": {"in": "九"}}\n</tool_call>',
            ),
        ),
        (
            {"role": "assistant", "content": "Let me see.", "function_call": {"name": "w"}},
            Message(
                "assistant",
                'Let me see.\n<tool_call>\n{"name": "w", "arguments": {}}\n</tool_call>',
            ),
        ),
        (
            {"role": "tool", "tool_call_id": "a", "content": "sunny"},
            Message("user", "<tool_response>\nsunny\n</tool_response>"),
        ),
        ({"role": "developer", "content": "Be brief."}, Message("system", "Be brief.")),
        ({"role": "user", "name": "ann", "content": "hi"}, Message("user", "hi")),
        (
            {"role": "user", "content": [{"type": "text", "text": "a"}, "b"]},
            Message("user", "ab"),
        ),
        (
            {"role": "assistant", "content": "Hi", "annotations": [], "audio": None},
            Message("assistant", "Hi"),
        ),
    ],
)
def test_messages(message: Json, expected: Message) -> None:
    assert to_message(ChatMessage.model_validate(message)) == expected


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ({"role": "user", "content": None}, "content is missing."),
        ({"role": "system"}, "content is missing."),
        ({"role": "robot", "content": "x"}, "role is 'robot'."),
        ({"role": "user", "content": 5}, "content is 5."),
        ({"role": "user", "content": [{"type": "image_url"}]}, "content is ['image_url']."),
        ({"role": "user", "content": [{"type": "text"}]}, "content is ['text']."),
        (
            {"role": "user", "content": [{"type": "text", "text": "a", "bold": True}]},
            "There is no option 'bold' here.",
        ),
    ],
)
def test_messages_that_are_no_text(message: Json, says: str) -> None:
    with pytest.raises(OptionError) as told:
        to_message(ChatMessage.model_validate(message))
    assert str(told.value).startswith(says)


def test_a_stored_request_can_be_asked_again() -> None:
    """Jobs are kept as JSON and validated again."""
    fields = {
        **CHAT,
        "response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA}},
        "messages": [{"role": "assistant", "content": None, "tool_calls": [CALL]}],
    }
    body = requests.ChatCompletionBody.model_validate(fields)
    stored = json.loads(json.dumps(body.model_dump(exclude_unset=True)))
    assert requests.ChatCompletionBody.model_validate(stored) == body
