"""Runs are refused in words before anything is written."""

import httpx


def test_what_cannot_be_trained(http: httpx.Client) -> None:
    asked = {"name": "../away", "text": "The river runs.", "steps": 10}
    assert http.post("/v1/training", json=asked).status_code == 400
    assert http.post("/v1/training", json=asked | {"name": "x", "text": ""}).status_code == 400
    assert http.get("/v1/training").json()["data"] == []
    assert http.get("/v1/training/nothing").status_code == 404
