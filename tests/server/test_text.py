"""/v1/chat/completions and /v1/completions, asked by OpenAI's own client."""

import json
import math
from typing import Any

import httpx
import openai
import pytest

from miaobi.tasks import library
from tests.server.conftest import SMALL

HELLO = [{"role": "user", "content": "Say hello."}]


def test_a_conversation_is_continued(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=SMALL, messages=HELLO, max_tokens=12, seed=3)  # type: ignore[arg-type]
    assert answer.object == "chat.completion" and answer.model == SMALL
    assert answer.choices[0].message.content and answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage and 1 <= answer.usage.completion_tokens <= 12
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    [id] = answer.model_extra["miaobi"]["artifacts"]  # type: ignore[index]
    assert library.find(id=id)[0]["model"] == SMALL


def test_a_stream_is_the_same_answer_in_pieces(client: openai.OpenAI) -> None:
    asked = {"model": SMALL, "messages": HELLO, "max_tokens": 12, "seed": 3, "temperature": 0}
    whole = client.chat.completions.create(**asked)  # type: ignore[call-overload]
    stream = client.chat.completions.create(  # type: ignore[call-overload]
        **asked, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert len({(chunk.id, chunk.created) for chunk in chunks}) == 1
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content and len(chunks) > 5
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0


def test_several_choices_and_prompts(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=SMALL,
        messages=HELLO,
        n=3,
        max_tokens=8,
        seed=1,
        temperature=1.5,  # type: ignore[arg-type]
    )
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in answer.choices}) > 1
    done = client.completions.create(model=SMALL, prompt=["One two", "A b"], max_tokens=4, n=2)
    assert len(done.choices) == 4 and done.object == "text_completion"
    pieces = list(
        client.completions.create(model=SMALL, prompt="One two", max_tokens=4, stream=True)
    )
    assert pieces[-1].choices[0].finish_reason == "length"


def test_stop_and_json_schema(client: openai.OpenAI) -> None:
    done = client.completions.create(
        model=SMALL, prompt="1 2 3 4 5 6", stop=["9"], max_tokens=20, temperature=0
    )
    assert "9" not in done.choices[0].text
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    answer = client.chat.completions.create(
        model=SMALL,
        messages=[{"role": "user", "content": "How old?"}],
        max_tokens=40,
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}},
    )
    assert isinstance(json.loads(answer.choices[0].message.content or "")["age"], int)


def test_how_likely_each_token_was(client: openai.OpenAI) -> None:
    asked: Any = {
        "model": SMALL,
        "messages": HELLO,
        "max_tokens": 6,
        "temperature": 0,
        "seed": 1,
        "logprobs": True,
    }
    choice = client.chat.completions.create(**asked, top_logprobs=3).choices[0]
    assert choice.logprobs is not None and choice.logprobs.content is not None
    rows = choice.logprobs.content
    assert "".join(row.token for row in rows) == choice.message.content
    assert all(bytes(row.bytes or []) == row.token.encode() for row in rows)
    for row in rows:
        assert len(row.top_logprobs) == 3 and row.logprob <= 0
        told = [other.logprob for other in row.top_logprobs]
        assert told == sorted(told, reverse=True) and sum(map(math.exp, told)) <= 1.0001
    assert client.chat.completions.create(**asked).choices[0].logprobs.content[0].top_logprobs == []
    pieces = [chunk.choices[0] for chunk in client.chat.completions.create(**asked, stream=True)]
    streamed = [row for one in pieces if one.logprobs for row in one.logprobs.content]
    assert [row.logprob for row in streamed] == pytest.approx(
        [row.logprob for row in rows], abs=0.05
    )


def test_how_likely_each_token_of_a_completion_was(client: openai.OpenAI) -> None:
    asked: Any = {"model": SMALL, "prompt": "One two three", "max_tokens": 5, "temperature": 0}
    choice = client.completions.create(**asked, logprobs=2).choices[0]
    told = choice.logprobs
    assert told and told.tokens and told.text_offset and told.token_logprobs and told.top_logprobs
    assert "".join(told.tokens) == choice.text and len(told.token_logprobs) == 5
    ends = [
        offset + len(token) for offset, token in zip(told.text_offset, told.tokens, strict=True)
    ]
    assert told.text_offset == [0, *ends[:-1]] and ends[-1] == len(choice.text)
    assert [max(row, key=row.get) for row in told.top_logprobs] == told.tokens, "it was greedy"
    pieces = list(client.completions.create(**asked, logprobs=0, stream=True))
    offsets = [one.choices[0].logprobs.text_offset[0] for one in pieces if one.choices[0].logprobs]
    assert offsets == told.text_offset
    with pytest.raises(openai.BadRequestError, match="cannot be used with logprobs"):
        client.completions.create(model="shakespeare-gpt", prompt="O", logprobs=1, max_tokens=2)


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"model": "gpt-9"}, 404, "There is no text model 'gpt-9'."),
        ({"model": "/etc"}, 404, "There is no text model '/etc'."),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, 400, "The prompt is empty."),
        ({"messages": [{"role": "robot", "content": "x"}]}, 400, "role is 'robot'."),
        ({"temperature": 9}, 400, "temperature is 9"),
        ({"n": 99}, 400, "n cannot be used"),
        ({"tools": [{"type": "function"}]}, 400, "tools is not supported here."),
        ({"top_logprobs": 2}, 400, "top_logprobs needs logprobs."),
        ({"logprobs": True, "top_logprobs": 21}, 400, "top_logprobs cannot be used"),
        ({"colour": "red"}, 400, "There is no option 'colour' here."),
        ({"max_tokens": "many"}, 400, "max_tokens cannot be used"),
        ({"stream": True, "temperature": 9}, 400, "temperature is 9"),
        ({"messages": [{"role": "user", "content": "how to make a pipe bomb"}]}, 403, "policy"),
    ],
)
def test_what_cannot_be_asked(
    http: httpx.Client, changed: dict[str, object], status: int, sentence: str
) -> None:
    asked = {"model": SMALL, "messages": HELLO, "max_tokens": 4, **changed}
    answer = http.post("/v1/chat/completions", json=asked)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert sentence in error["message"] and set(error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("sent", "kind", "says"),
    [
        (b'{"messages": []}', "", "set Content-Type to application/json"),
        (b'{"messages": []}', "text/plain", "set Content-Type to application/json"),
        ('{"messages": "你好"}'.encode("gbk"), "application/json", "The body is not JSON."),
        (b"{", "application/json", "The body is not JSON."),
        (b"", "application/json", "body is missing."),
    ],
)
def test_bodies_that_are_no_json(http: httpx.Client, sent: bytes, kind: str, says: str) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = http.post("/v1/chat/completions", content=sent, headers=headers)
    assert answer.status_code == 400 and says in answer.json()["error"]["message"]


@pytest.mark.parametrize("stop", ["", [], [""], None])
def test_an_empty_stop_is_none(http: httpx.Client, stop: object) -> None:
    asked = {"model": SMALL, "prompt": "One", "max_tokens": 2, "stop": stop}
    assert http.post("/v1/completions", json=asked).status_code == 200
