"""/v1/images/generations and /edits, asked by OpenAI's own client."""

import base64
import io
import json

import httpx
import numpy as np
import openai
import pytest
from PIL import Image

from miaobi.engines import registry
from miaobi.models import zoo
from miaobi.places.table import PLACES
from miaobi.provenance.verify import verify_bytes
from miaobi.server import state
from miaobi.tasks import library
from tests.server.test_jobs import ended

ASKED = {"model": "drawings", "prompt": "a red balloon over the sea", "size": "128x128"}
QUICK = {"steps": 4, "seed": 7}


def png(size: tuple[int, int], hole: bool = False) -> bytes:
    """A gray picture, or a mask that is transparent in its left half."""
    pixels = np.full((size[1], size[0], 4), 255, np.uint8)
    if hole:
        pixels[:, : size[0] // 2, 3] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels if hole else pixels[..., :3] // 2).save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures(client: openai.OpenAI) -> None:
    made = client.images.generate(**ASKED, n=2, output_format="webp", extra_body=QUICK)  # type: ignore[call-overload]
    assert len(made.data) == 2 and made.size == "128x128" and made.output_format == "webp"
    first, second = (base64.b64decode(one.b64_json) for one in made.data)
    assert first != second
    assert Image.open(io.BytesIO(first)).format == "WEBP"
    assert verify_bytes(first).status == "intact"
    assert made.model_extra["miaobi"]["seeds"] == [7, 8]


@pytest.mark.parametrize("name", ["drawings", ""])
def test_a_request_resolves_its_model_once(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lookups = []
    table = zoo.all_models()

    def counted() -> tuple[zoo.Model, ...]:
        lookups.append(1)
        return table

    for module in (zoo, registry, state):
        monkeypatch.setattr(module, "all_models", counted)
    answer = http.post("/v1/images/generations", json={**ASKED, **QUICK, "model": name})
    assert answer.status_code == 200 and answer.json()["miaobi"]["model"] == "drawings"
    assert len(lookups) == (1 if name else 2)  # engines that accept the prompt, then the default


def test_a_picture_by_its_address(client: openai.OpenAI, http: httpx.Client) -> None:
    made = client.images.generate(**ASKED, response_format="url", extra_body=QUICK)  # type: ignore[call-overload]
    url = made.data[0].url
    assert url.startswith(str(http.base_url)) and url.endswith("/content")
    assert library.find(id=url.split("/")[-2])[0]["media_type"] == "image/png"


def test_partial_pictures_come_before_the_finished_one(client: openai.OpenAI) -> None:
    stream = client.images.generate(  # type: ignore[call-overload]
        **ASKED, stream=True, partial_images=2, extra_body={"steps": 9, "seed": 7}
    )
    events = list(stream)
    assert [event.type.rpartition(".")[2] for event in events] == [
        "partial_image",
        "partial_image",
        "completed",
    ]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert verify_bytes(base64.b64decode(events[2].b64_json)).status == "intact"


def test_edits(client: openai.OpenAI) -> None:
    made = client.images.edit(
        model="drawings",
        image=("x.png", png((128, 128))),
        mask=("m.png", png((128, 128), True)),
        prompt="a red apple",
        extra_body=QUICK,
    )
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json or ""))))  # type: ignore[index]
    right = pixels[:, 80:].astype(int)
    assert abs(np.median(right) - 127) < 12, "what the mask keeps stays gray"


def test_an_edit_in_the_background(http: httpx.Client) -> None:
    files = {"image": png((128, 128)), "mask": png((128, 128), True)}
    asked = {"prompt": "a red apple", "model": "drawings", **QUICK}
    answer = http.post("/v1/images/edits?background=true", files=files, data=asked)
    assert answer.status_code == 202, answer.text
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done", job
    made = http.get(f"/v1/artifacts/{job['artifacts'][0]}/content").content
    pixels = np.asarray(Image.open(io.BytesIO(made)))[:, 80:].astype(int)
    assert abs(np.median(pixels) - 127) < 12, "what the mask keeps stays gray"
    wrong = http.post("/v1/images/edits?background=true", files=files, data={**asked, "steps": 0})
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"size": "7x7"}, "width is 7"),
        ({"size": "big"}, "size is 'big'"),
        ({"prompt": ""}, "The prompt is empty."),
        ({"n": 0}, "n cannot be used"),
        ({"output_format": "bmp"}, "output_format cannot be used"),
        ({"steps": 0}, "steps is 0"),
        ({"quality": "ultra"}, "quality is not supported here"),
    ],
)
def test_bad_pictures(http: httpx.Client, changed: dict[str, object], sentence: str) -> None:
    answer = http.post("/v1/images/generations", json={**ASKED, **changed})
    assert answer.status_code == 400 and sentence in json.loads(answer.text)["error"]["message"]


@pytest.mark.parametrize(
    ("file", "status", "sentence"),
    [
        (b"", 415, "is empty"),
        (b"just words", 415, "is text/plain"),
        (b"\x89PNG\r\n\x1a\nrubbish", 415, "image is not a picture"),
        (png((128, 128))[:200], 415, "damaged"),
    ],
)
def test_bad_uploads(http: httpx.Client, file: bytes, status: int, sentence: str) -> None:
    answer = http.post(
        "/v1/images/edits",
        data={"prompt": "x", "steps": "4"},
        files={"image": ("../../a.png", file)},
    )
    assert answer.status_code == status and sentence in answer.json()["error"]["message"]
    assert "uploads" not in answer.json()["error"]["message"]


def test_a_label_is_read_with_all_its_values(http: httpx.Client) -> None:
    asked = {"prompt": "a red fox", "size": "320x200", "seed": 4, "output_format": "webp"}
    made = http.post("/v1/images/generations", json=asked).json()["data"][0]["b64_json"]
    read = http.post("/v1/content_provenance_checks", files={"file": base64.b64decode(made)}).json()
    assert read["status"] == "intact" and read["source_type"].endswith("/algorithmicMedia")
    assert read["record"]["parameters"] == {"size": [320, 200]}
    assert read["record"]["seed"] == 4


def test_what_a_prompt_is_understood_as(http: httpx.Client) -> None:
    asked = {"prompt": "a knight plays the piano in a forest at night, watercolor, a zorg"}
    told = http.post("/v1/images/understanding", json=asked).json()
    things = [(row["phrase"], row["drawing"], row["match"], row["count"]) for row in told["things"]]
    assert things == [
        ("knight", "role:knight", "alias", 1),
        ("piano", "musical-keyboard", "near", 1),
    ]
    [action] = told["actions"]
    assert (action["verb"], action["subject"], action["target"]) == ("play", 0, 1)
    assert (told["place"], told["hour"], told["look"]) == ("forest", "night", "watercolor")
    assert told["left_out"] == ["zorg"] and told["excluded"] == []


@pytest.mark.parametrize("body", [{"prompt": " "}, {"prompt": "a fox", "seed": -1}, {}])
def test_what_cannot_be_understood(http: httpx.Client, body: dict[str, object]) -> None:
    answer = http.post("/v1/images/understanding", json=body)
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_the_catalog_is_searched_by_name(http: httpx.Client) -> None:
    first = http.get("/v1/catalog", params={"query": "fox", "limit": 2}).json()
    assert first["has_more"] and len(first["data"]) == 2
    assert first["data"][0]["id"] == "fox" and "狐狸" in first["data"][0]["chinese"]
    places = http.get("/v1/catalog", params={"kind": "place", "limit": 1000}).json()["data"]
    assert {row["id"] for row in places} == set(PLACES)


@pytest.mark.parametrize(
    ("name", "value", "choice"),
    [
        ("hour", "noon", "dusk"),
        ("weather", "hail", "storm"),
        ("season", "monsoon", "autumn"),
        ("place", "atlantis", "forest"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_choices(
    http: httpx.Client, name: str, value: str, choice: str
) -> None:
    asked = {"model": "illustration", "prompt": "a fox", name: value}
    answer = http.post("/v1/images/generations", json=asked)
    assert answer.status_code == 400
    message = answer.json()["error"]["message"]
    assert value in message and choice in message


def test_networks_take_no_setting(http: httpx.Client) -> None:
    answer = http.post("/v1/images/generations", json={**ASKED, "hour": "night"})
    assert answer.status_code == 400 and "hour" in answer.json()["error"]["message"]


def test_a_picture_in_another_light(http: httpx.Client) -> None:
    asked = {"model": "illustration", "prompt": "a fox and a zorg", "size": "160x90", "seed": 3}
    light = {"hour": "night", "weather": "snow", "season": "winter", "place": "forest"}
    plain, lit = (
        http.post("/v1/images/generations", json=body).json() for body in (asked, asked | light)
    )
    assert plain["data"] != lit["data"] and lit["miaobi"]["left_out"] == ["zorg"]
    assert {"phrase": "forest", "drawing": "place:forest", "match": "name"} in lit["miaobi"][
        "drawn"
    ]
    row = http.get(f"/v1/artifacts/{lit['miaobi']['artifacts'][0]}").json()
    assert light.items() <= row["parameters"].items()
