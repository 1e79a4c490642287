"""The OpenAPI document describes every route, and the answers are what it says."""

import re
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from miaobi.server.app import ROUTES, create_app
from miaobi.server.openapi import document


def test_every_route_says_what_it_takes_and_answers() -> None:
    schema = document(create_app())
    without_body = {
        "/v1/jobs/{id}/cancel",
        "/v1/jobs/{id}/retry",
        "/v1/training/{name}/cancel",
        "/v1/fine_tuning/jobs/{id}/cancel",
    }
    for route in ROUTES:
        method, path = route.method, route.path
        one = schema["paths"][path.replace(":path", "")][method.lower()]
        assert one["summary"].strip() and one["responses"]["4XX"], path
        good = [code for code in one["responses"] if code.startswith("2")]
        for code in good:
            content = one["responses"][code]["content"]
            assert content and all(kind["schema"] for kind in content.values()), (path, code)
        assert "422" not in one["responses"]
        assert (method == "POST" and path not in without_body) == ("requestBody" in one), path
        if route.operation.background:
            names = {row["name"] for row in one["parameters"]}
            assert names == {"background", "priority"} and "202" in good
        if (form := route.operation.form) is not None:
            body = one["requestBody"]["content"]["multipart/form-data"]
            for name in form.files:
                assert body["schema"]["properties"][name]["format"] == "binary"
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(schema)))
    assert references <= set(schema["components"]["schemas"])


def checked(http: httpx.Client, method: str, path: str, **sent: Any) -> Any:
    """The answer of a route, which has all the fields that the document names, and no others."""
    answer = http.request(method, path, **sent)
    assert answer.status_code in (200, 202), answer.text
    model: Any = next(
        route.response_model
        for route in ROUTES
        if route.method == method
        and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", route.path), path.split("?")[0])
    )
    TypeAdapter(model).validate_python(answer.json(), strict=True, extra="forbid")
    assert issubclass(model, BaseModel)
    return answer.json()


def test_answers_are_what_the_document_says(http: httpx.Client) -> None:
    words = {"model": "smollm2-135m", "max_tokens": 2}
    checked(http, "POST", "/v1/completions", json={**words, "prompt": "a", "logprobs": 1})
    turns = [{"role": "user", "content": "a"}]
    checked(http, "POST", "/v1/chat/completions", json={**words, "messages": turns})
    checked(http, "POST", "/v1/embeddings", json={"input": "a", "encoding_format": "base64"})
    checked(http, "POST", "/v1/moderations", json={"input": "a"})
    kept = checked(http, "POST", "/v1/files", files={"file": b"words"}, data={"purpose": "vision"})
    sound = http.post("/v1/sounds", json={"prompt": "rain", "seconds": 0.2})
    checked(http, "POST", "/v1/content_provenance_checks", files={"file": sound.content})
    artifact = checked(http, "GET", "/v1/artifacts")["data"][0]
    job = http.post("/v1/sounds?background=true", json={"prompt": "zzz"}).json()
    video = checked(http, "POST", "/v1/videos", json={"prompt": "a", "seconds": 30})
    checked(http, "DELETE", f"/v1/videos/{video['id']}")
    for path in (
        "/healthz",
        "/v1/models",
        "/v1/models/smollm2-135m",
        "/v1/machine",
        "/v1/voices",
        "/v1/training",
        "/v1/files",
        f"/v1/files/{kept['id']}",
        "/v1/videos",
        "/v1/fine_tuning/jobs",
        "/v1/jobs",
        f"/v1/jobs/{job['id']}",
        f"/v1/artifacts/{artifact['id']}",
    ):
        checked(http, "GET", path)
    checked(http, "DELETE", f"/v1/artifacts/{artifact['id']}")
    checked(http, "DELETE", f"/v1/files/{kept['id']}")


@pytest.mark.parametrize("path", ["/openapi.json"])
def test_the_document_is_served(http: httpx.Client, path: str) -> None:
    assert http.get(path).json()["info"]["title"] == "Miaobi"
