"""What the machine has, and its voices."""

import httpx


def test_the_machine_and_its_voices(http: httpx.Client) -> None:
    told = http.get("/v1/machine").json()
    assert told["cores"] >= 1 and 0 < told["free_mb"] <= told["memory_mb"]
    voices = {row["id"]: row for row in http.get("/v1/voices").json()["data"]}
    assert voices["heart"]["here"] and voices["zf_xiaoyi"]["language"] == "zh"


def test_a_model_that_is_here_is_pulled_at_once(http: httpx.Client) -> None:
    told = http.post("/v1/models/pull", json={"name": "smollm2-135m"})
    assert told.status_code == 200 and '"done"' in told.text


def test_there_is_no_such_asset(http: httpx.Client) -> None:
    assert http.post("/v1/models/pull", json={"name": "nothing"}).status_code == 404
