"""/v1/files, asked by OpenAI's own client."""

import io
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from miaobi.tasks.files import Files
from tests.server.conftest import Served

LINES = b'{"prompt": "a", "completion": "b"}\n'


def test_a_file_is_kept_listed_read_and_deleted(client: openai.OpenAI, served: Served) -> None:
    made = client.files.create(
        file=("../lines.jsonl", LINES),
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert made.id.startswith("file-") and (made.bytes, made.object) == (len(LINES), "file")
    assert made.purpose == "fine-tune" and made.expires_at == made.created_at + 3600
    assert client.files.retrieve(made.id) == made
    assert client.files.content(made.id).read() == LINES
    assert client.files.wait_for_processing(made.id).status == "processed"
    more = [client.files.create(file=(f"{n}.txt", b"words"), purpose="user_data") for n in range(3)]
    ids = [one.id for one in more]
    assert [one.id for one in client.files.list(limit=2)] == [*ids[::-1], made.id]
    assert [one.id for one in client.files.list(limit=2, order="asc")] == [made.id, *ids]
    assert [one.id for one in client.files.list(purpose="user_data")] == ids[::-1]
    for id in (made.id, *ids):
        gone = client.files.delete(id)
        assert gone.deleted and gone.object == "file"
    with pytest.raises(openai.NotFoundError):
        client.files.content(made.id)
    assert list((served.home / "files").iterdir()) == []
    assert list((served.home / "cache" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "purpose", "status", "sentence"),
    [
        (b"", "user_data", 415, "is empty"),
        (b"\x80\x04pickled\x00\xff", "user_data", 415, "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n\xff\x00", "fine-tune", 415, "Send text in UTF-8"),
        (
            "Все люди рождаются свободными.".encode("cp1251"),
            "fine-tune",
            400,
            "its encoding is probably Windows-1251",
        ),
        (b"words", "world domination", 400, "purpose cannot be used"),
        (b"words", None, 400, "purpose is missing."),
        (None, "user_data", 400, "file is missing."),
    ],
)
def test_what_is_not_kept(
    http: httpx.Client,
    served: Served,
    file: bytes | None,
    purpose: str | None,
    status: int,
    sentence: str,
) -> None:
    sent: dict[str, Any] = {} if file is None else {"file": ("x", io.BytesIO(file))}
    told = {} if purpose is None else {"purpose": purpose}
    answer = http.post("/v1/files", files=sent or None, data=told)
    assert answer.status_code == status and sentence in answer.json()["error"]["message"]
    assert http.get("/v1/files").json()["data"] == []
    assert not (served.home / "files").is_dir() or not list((served.home / "files").iterdir())


def test_odd_forms(http: httpx.Client) -> None:
    odd = [
        {"purpose": "vision", "purpose[a]": "b"},
        {"purpose[]": "a", "purpose": "b"},
        {"expires_after[seconds]": "1", "purpose": "vision"},
        {"[": "]", "purpose": "vision"},
    ]
    for fields in odd:
        answer = http.post("/v1/files", files={"file": b"x"}, data=fields)
        assert answer.status_code == 400, answer.text
    two = http.post("/v1/files", files=[("file", b"x"), ("file", b"y")], data={"purpose": "vision"})
    assert two.status_code == 400 and "more than once" in two.json()["error"]["message"]


def test_files_of_others_and_of_yesterday(own_home: Path, tmp_path: Path) -> None:
    files, source = Files(), tmp_path / "x"
    kept = {}
    for owner, purpose, seconds in (
        ("one", "vision", 0),
        ("one", "input", 0),
        ("two", "vision", -9),
    ):
        source.write_bytes(b"words")
        kept[owner, purpose] = files.add(
            source, name="x", purpose=purpose, owner=owner, seconds=seconds
        )["id"]
    with pytest.raises(Exception, match="There is no file"):
        files.get(kept["one", "vision"], owner="two")
    with pytest.raises(Exception, match="There is no file"):
        files.path(kept["two", "vision"])
    assert [row["id"] for row in files.find("one")] == [kept["one", "vision"]], "inputs are hidden"
    assert files.path(kept["one", "input"]).read_bytes() == b"words"
    assert files.total_size() == 15
    files.delete_expired()
    assert files.total_size() == 10, "what has expired is gone"
    files.close()
