"""/v1/embeddings, asked by OpenAI's own client."""

import base64
import json
from typing import Any

import httpx
import numpy as np
import openai
import pytest

from miaobi.tasks import library

TEXTS = ["a fox in the snow", "雪地里的一只狐狸", "pasta with tomatoes", "番茄意大利面"]


def test_what_means_the_same_is_close(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="e5-small", input=TEXTS)  # base64 on the wire
    assert [one.index for one in answer.data] == [0, 1, 2, 3] and answer.model == "e5-small"
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 20
    vectors = np.array([one.embedding for one in answer.data])
    assert vectors.shape == (4, 384) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    close = vectors @ vectors.T - 2 * np.eye(4)
    assert close.argmax(axis=1).tolist() == [1, 0, 3, 2], "each with its translation"
    assert library.find() == [], "nothing was made"


def test_numbers_and_base64_are_the_same(client: openai.OpenAI) -> None:
    plain = client.embeddings.create(model="", input="a fox", encoding_format="float")
    packed = client.embeddings.create(model="", input="a fox", encoding_format="base64")
    raw: Any = packed.data[0].embedding
    assert np.allclose(np.frombuffer(base64.b64decode(raw), "<f4"), plain.data[0].embedding)
    other = client.embeddings.create(model="", input="a fox", extra_body={"purpose": "passage"})
    assert 0.8 < np.dot(other.data[0].embedding, plain.data[0].embedding) < 0.999


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 400, "input is missing."),
        ({"input": []}, 400, "input"),
        ({"input": ""}, 400, "input"),
        ({"input": ["a", " "]}, 400, "The text is empty."),
        ({"input": [1, 2]}, 400, "input"),
        ({"input": "a", "dimensions": 8}, 400, "dimensions is 8."),
        ({"input": "a\ud800"}, 400, "not text"),
        ({"input": ["a " * 90_000] * 12}, 413, "characters together"),
        ({"input": "a", "in\ud800put": "a"}, 400, "unicode"),
        ({"input": "a", "model": "smollm2-135m"}, 404, "There is no embedding model"),
    ],
)
def test_what_cannot_be_asked(
    http: httpx.Client, asked: dict[str, Any], status: int, sentence: str
) -> None:
    told = json.dumps(asked).encode()  # lone surrogates escape the client's own encoder
    answer = http.post("/v1/embeddings", content=told, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["error"]["message"]
