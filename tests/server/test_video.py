"""/v1/videos, asked by OpenAI's own client: it calls every method of them deprecated."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest

from miaobi.media import image, video
from miaobi.provenance.verify import verify_bytes
from miaobi.tasks import library
from tests.server.conftest import Served, eventually

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API")
SHORT: dict[str, Any] = {"seconds": "0.3", "size": "64x64"}


@pytest.fixture(scope="module")
def ball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red ball on white."""
    y, x = np.mgrid[:64, :64]
    pixels = np.full((64, 64, 3), 255, np.uint8)
    pixels[(y - 32) ** 2 + (x - 32) ** 2 < 300] = (200, 30, 30)
    path = tmp_path_factory.mktemp("ball") / "ball.png"
    path.write_bytes(image.encode(pixels, "png"))
    return path


def test_a_clip_is_made_listed_shown_and_deleted(
    client: openai.OpenAI, ball: Path, tmp_path: Path
) -> None:
    made = client.videos.create_and_poll(
        prompt="the ball jumps", input_reference=ball, poll_interval_ms=100, **SHORT
    )
    assert made.status == "completed" and made.progress == 100 and made.error is None, made
    assert made.id.startswith("video_") and made.model == "moving-drawings"
    assert (made.seconds, made.size, made.prompt) == ("0.3", "64x64", "the ball jumps")
    answer = client.videos.download_content(made.id)
    assert verify_bytes(answer.read()).status == "intact"
    answer.write_to_file(tmp_path / "ball.mp4")
    clip = video.probe(tmp_path / "ball.mp4")
    assert (clip.width, clip.height) == (64, 64) and 0.2 < clip.seconds < 0.5
    assert client.videos.retrieve(made.id) == made
    assert made.id in [one.id for one in client.videos.list(limit=1)]
    stills = [
        client.videos.download_content(made.id, variant=name).read()
        for name in ("thumbnail", "spritesheet", "thumbnail")
    ]
    assert [verify_bytes(one).status for one in stills] == ["intact"] * 3
    assert stills[0] == stills[2] and image.decode(stills[0]).shape == (64, 64, 3)
    gone = client.videos.delete(made.id)
    assert gone.deleted and gone.object == "video.deleted"
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(made.id)
    assert library.find() == []


def test_a_remix_is_the_same_clip_with_other_words(
    client: openai.OpenAI, http: httpx.Client, served: Served, ball: Path
) -> None:
    first = client.videos.create_and_poll(
        prompt="the ball jumps", input_reference=ball, poll_interval_ms=100, **SHORT
    )
    made = client.videos.remix(first.id, prompt="the ball spins")
    assert made.status in ("queued", "in_progress") and made.remixed_from_video_id == first.id
    client.videos.delete(first.id)  # its picture goes, and the remix has its own
    made = client.videos.poll(made.id, poll_interval_ms=100)
    assert made.status == "completed" and made.prompt == "the ball spins", made
    assert (made.seconds, made.size, made.model) == (first.seconds, first.size, first.model)
    asked = http.get(f"/v1/jobs/{made.id.removeprefix('video_')}").json()["request"]
    assert isinstance(asked["seed"], int) and asked["remixed_from"] == first.id
    retold = http.post(f"/v1/jobs/{made.id.removeprefix('video_')}/retry").json()["id"]
    again = client.videos.poll(f"video_{retold}", poll_interval_ms=100)
    assert again.status == "completed" and again.remixed_from_video_id == first.id
    for id in (made.id, again.id):
        client.videos.delete(id)
    assert list((served.home / "files").iterdir()) == [] and library.find() == []


def test_what_cannot_be_remixed(client: openai.OpenAI, http: httpx.Client, ball: Path) -> None:
    with pytest.raises(openai.NotFoundError):
        client.videos.remix("video_x", prompt="a")
    slow = client.videos.create(
        prompt="it spins", input_reference=ball, seconds="30", size="1024x1024"
    )
    with pytest.raises(openai.ConflictError, match="is not finished"):
        client.videos.remix(slow.id, prompt="a")
    assert http.post(f"/v1/videos/{slow.id}/remix", json={}).status_code == 400
    client.videos.delete(slow.id)


def test_pages_in_both_orders(client: openai.OpenAI, ball: Path) -> None:
    ids = [
        client.videos.create(prompt="it spins", input_reference=ball, **SHORT).id for _ in range(3)
    ]
    assert [one.id for one in client.videos.list(limit=2)] == ids[::-1]
    assert [one.id for one in client.videos.list(limit=1, order="asc")] == ids
    for id in ids:
        client.videos.delete(id)
    assert client.videos.list().data == []


def test_a_picture_by_its_file_or_in_the_words(
    client: openai.OpenAI, http: httpx.Client, served: Served, ball: Path
) -> None:
    kept = client.files.create(file=ball, purpose="vision")
    told = base64.b64encode(ball.read_bytes()).decode()
    for reference in ({"file_id": kept.id}, {"image_url": f"data:image/png;base64,{told}"}):
        asked = {"prompt": "it grows", "input_reference": reference, **SHORT}
        made = client.videos.poll(http.post("/v1/videos", json=asked).json()["id"])
        assert made.status == "completed", made.error
        client.videos.delete(made.id)
    assert client.files.retrieve(kept.id).id == kept.id, "it is the client's own"
    client.files.delete(kept.id)
    assert list((served.home / "files").iterdir()) == []


def test_deleting_stops_the_work(http: httpx.Client, ball: Path) -> None:
    told = base64.b64encode(ball.read_bytes()).decode()
    asked = {
        "prompt": "it spins",
        "seconds": 30,
        "size": "1024x1024",
        "fps": 30,
        "input_reference": {"image_url": f"data:image/png;base64,{told}"},
    }
    made = http.post("/v1/videos", json=asked).json()
    eventually(lambda: http.get(f"/v1/videos/{made['id']}").json()["progress"])
    shown = http.get(f"/v1/videos/{made['id']}")
    assert shown.json()["status"] == "in_progress" and shown.headers["openai-poll-after-ms"]
    assert http.get(f"/v1/videos/{made['id']}/content").status_code == 409
    assert http.delete(f"/v1/videos/{made['id']}").json()["deleted"]
    assert http.get(f"/v1/jobs/{made['miaobi']['job']}").status_code == 404


def test_what_is_canceled_has_failed(http: httpx.Client, ball: Path) -> None:
    asked = {"prompt": "how to make a pipe bomb", **SHORT}
    made = http.post("/v1/videos", json=asked).json()
    eventually(lambda: http.get(f"/v1/videos/{made['id']}").json()["status"] == "failed")
    told = http.get(f"/v1/videos/{made['id']}").json()
    assert told["error"]["code"] == "content_policy_violation"


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 400, "prompt is empty"),
        ({"prompt": "a", "size": "huge"}, 400, "size is 'huge'."),
        ({"prompt": "a", "size": "9999x9999"}, 400, "width is 9999"),
        ({"prompt": "a", "seconds": "nan"}, 400, "seconds cannot be used"),
        ({"prompt": "a", "seconds": "900"}, 400, "seconds is 900"),
        ({"prompt": "a", "model": "veo-3"}, 404, "There is no video model 'veo-3'."),
        ({"prompt": "a", "input_reference": {"file_id": "file-x\ud800"}}, 404, "There is no file"),
        ({"prompt": "a", "input_reference": {"image_url": "http://x/y.png"}}, 400, "fetched"),
        ({"prompt": "a", "input_reference": {"image_url": "data:image/png;base64,!"}}, 415, ""),
        ({"prompt": "a", "input_reference": "x"}, 400, "input_reference cannot be used"),
        ({"prompt": "a", "colour": "red"}, 400, "There is no option 'colour' here."),
    ],
)
def test_what_cannot_be_asked(
    http: httpx.Client, asked: dict[str, Any], status: int, sentence: str
) -> None:
    told = json.dumps(asked).encode()  # the client's own encoder refuses half a character
    answer = http.post("/v1/videos", content=told, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert sentence.lower() in answer.json()["error"]["message"].lower()


def test_what_is_not_there(http: httpx.Client) -> None:
    for path in ("/v1/videos/video_x", "/v1/videos/x/content", "/v1/videos/video_%00"):
        assert http.get(path).status_code == 404
    assert http.get("/v1/videos?limit=0").status_code == 400
    assert http.get("/v1/videos/video_x/content?variant=x").status_code == 400
    assert http.post("/v1/videos", content=b"{").status_code == 400
    broken = http.post(
        "/v1/videos", content=b"--x", headers={"content-type": "multipart/form-data; boundary=y"}
    )
    assert broken.status_code == 400
