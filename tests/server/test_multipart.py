"""Multipart forms as real clients send them."""

import asyncio
import base64
import random
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from miaobi.core.errors import OptionError
from miaobi.http import multipart
from miaobi.http.multipart import Splitter, parse_header
from miaobi.server import requests
from miaobi.server.files import FileUploadBody, read_form

SOUND = b"RIFF\r\n--not the boundary\r\n\r\n--b\n" + bytes(range(256))
HEAD = 'Content-Disposition: form-data; name="{}"'


def part(disposition: str, data: bytes, *headers: str, line: bytes = b"\r\n") -> bytes:
    head = [f"Content-Disposition: form-data; {disposition}".encode(), *map(str.encode, headers)]
    return b"--boundary" + line + line.join(head) + line * 2 + data + line


def form(*parts: bytes, line: bytes = b"\r\n") -> bytes:
    return b"".join(parts) + b"--boundary--" + line


def sent(
    body: bytes,
    schema: Any = requests.TranscriptionBody,
    kind: str = "multipart/form-data; boundary=boundary",
    size: int = 0,
) -> tuple[Any, dict[str, tuple[str, bytes]]]:
    """The body and the files of a form, received in pieces of `size` bytes."""
    size = size or len(body) or 1
    pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def read() -> tuple[Any, dict[str, tuple[str, bytes]]]:
        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
        async with read_form(Request(scope, receive), schema) as (fields, uploads):
            files = {
                name: (file.filename or "", await file.read()) for name, file in uploads.items()
            }
            return fields, files

    return asyncio.run(read())


FILE = part('name="file"; filename="a.wav"', SOUND, "Content-Type: audio/wav")
PLAIN = form(FILE, part('name="language"', b"en"))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 0])
@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
def test_any_pieces_and_any_line_ends(size: int, line: bytes) -> None:
    body = form(
        part('name="file"; filename="a.wav"', SOUND, "Content-Type: audio/wav", line=line),
        part('name="language"', b"en", line=line),
        part('name="prompt"', b"a\r\nb", line=line),
        line=line,
    )
    fields, files = sent(body, size=size)
    assert files == {"file": ("a.wav", SOUND)}
    assert (fields.language, fields.prompt) == ("en", "a\r\nb")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"This is a message with parts.\r\n\r\n" + PLAIN, "a.wav"),
        (b"\r\n" + PLAIN, "a.wav"),
        (b"--boundaries are not it\r\n" + PLAIN, "a.wav"),
        (PLAIN + b"An epilogue\r\n--boundary\r\nnobody reads", "a.wav"),
        (PLAIN[:-2], "a.wav"),  # no last line end
        (PLAIN.replace(b"--boundary\r\n", b"--boundary \t\r\n"), "a.wav"),
        (PLAIN.replace(b'; filename="a.wav"', b""), ""),
        (PLAIN.replace(b'; filename="a.wav"\r\nContent-Type: audio/wav', b""), ""),
        (PLAIN.replace(b'filename="a.wav"', b"filename=a.wav"), "a.wav"),
        (PLAIN.replace(b'filename="a.wav"', b"filename*=UTF-8''%E7%8B%90.wav"), "狐.wav"),
        (PLAIN.replace(b'filename="', b"filename*=utf-8''%e7%8b%90; filename=\""), "狐"),
        (PLAIN.replace(b'"a.wav"', '"狐狸 é.wav"'.encode()), "狐狸 é.wav"),
        (PLAIN.replace(b'"a.wav"', '"é.wav"'.encode("latin-1")), "é.wav"),
        (PLAIN.replace(b'"a.wav"', rb'"a\"b;c.wav"'), 'a"b;c.wav'),
        (PLAIN.replace(b'"a.wav"', rb'"C:\sounds\a.wav"'), "a.wav"),
        (PLAIN.replace(b'"a.wav"', b'"../../a.wav"'), "a.wav"),
        (
            PLAIN.replace(b"Content-Disposition: form-data", b"content-disposition:form-data"),
            "a.wav",
        ),
        (PLAIN.replace(b'; filename="a.wav"', b';\r\n filename="a.wav"'), "a.wav"),
        (PLAIN.replace(b'name="file"; filename="a.wav"', b'filename="a.wav"; name=file'), "a.wav"),
    ],
)
def test_forms_of_real_clients(body: bytes, name: str) -> None:
    fields, files = sent(body)
    assert files == {"file": (name, SOUND)} and fields.language == "en"


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/form-data; boundary="boundary"',
        "Multipart/Form-Data; Boundary=boundary; charset=utf-8",
        "multipart/form-data;boundary=boundary",
        "multipart/form-data",  # set by hand
    ],
)
def test_the_boundary(kind: str) -> None:
    assert sent(PLAIN, kind=kind, size=5)[1] == {"file": ("a.wav", SOUND)}


def test_contents_in_base64() -> None:
    encoded = base64.encodebytes(SOUND)
    body = form(
        part('name="file"; filename="a"', encoded, "Content-Transfer-Encoding: BASE64"),
        part('name="prompt"', base64.b64encode("狐".encode()), "Content-Transfer-Encoding: base64"),
    )
    fields, files = sent(body)
    assert files == {"file": ("a", SOUND)} and fields.prompt == "狐"


def test_empty_contents() -> None:
    body = form(part('name="file"; filename=""', b""), part('name="prompt"', b""))
    assert sent(body) == (requests.TranscriptionBody(), {})
    at_once = body.replace(b"\r\n\r\n\r\n", b"\r\n\r\n")  # the boundary right after the headers
    assert sent(at_once) == (requests.TranscriptionBody(), {})
    assert sent(form(part('name="file"; filename="a.wav"', b"")))[1] == {"file": ("a.wav", b"")}
    assert sent(b"--boundary--") == (requests.TranscriptionBody(), {})


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("timestamp_granularities", "word")], {"timestamp_granularities": ["word"]}),
        ([("timestamp_granularities[]", "word")], {"timestamp_granularities": ["word"]}),
        (
            [("timestamp_granularities", "word"), ("timestamp_granularities", "segment")],
            {"timestamp_granularities": ["word", "segment"]},
        ),
        (
            [("timestamp_granularities[0]", "word"), ("timestamp_granularities[1]", "segment")],
            {"timestamp_granularities": ["word", "segment"]},
        ),
        (
            [("timestamp_granularities", "word, segment")],
            {"timestamp_granularities": ["word", "segment"]},
        ),
        (
            [("timestamp_granularities[]", "word"), ("timestamp_granularities", "segment")],
            {"timestamp_granularities": ["word", "segment"]},
        ),
        ([("timestamp_granularities", '["word"]')], {"timestamp_granularities": ["word"]}),
        ([("temperature", ""), ("language", ""), ("timestamp_granularities[]", "")], {}),
        ([("temperature", "0"), ("stream", "false")], {"temperature": 0.0, "stream": False}),
        ([("model", "whisper-1"), ("response_format", "vtt")], {"response_format": "vtt"}),
    ],
)
def test_fields(pairs: list[tuple[str, str]], expected: dict[str, Any]) -> None:
    fields, _ = sent(form(*(part(f'name="{name}"', value.encode()) for name, value in pairs)))
    assert fields.model_dump(exclude_unset=True, exclude={"model"}) == expected


def test_objects_in_fields() -> None:
    for pairs in (
        [("expires_after", '{"anchor": "created_at", "seconds": 3600}')],
        [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600")],
    ):
        parts = [part(f'name="{name}"', value.encode()) for name, value in pairs]
        body, _ = sent(form(*parts, part('name="purpose"', b"vision")), FileUploadBody)
        assert body.expires_after.seconds == 3600


def test_urlencoded_and_json_bodies() -> None:
    kind = "application/x-www-form-urlencoded"
    assert sent(b"language=en&prompt=", kind=kind)[0].language == "en"
    assert sent(b'{"language": "en"}', kind="Application/JSON;charset=utf-8")[0].language == "en"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (PLAIN[: len(PLAIN) // 2], "it ends within a part"),
        (PLAIN[:-15], "it ends within a part"),
        (b"", "it ends within a part"),
        (b"x" * 200_000, "its boundary is missing"),
        (b"--boundary\r\n" + b"X" * 20_000, "the headers of a part are too long"),
        (form(part("size=4", b"x")), "a part has no name"),
        (form(part('name="prompt"', b"x" * 1_100_000)), "the field prompt is too long"),
        (form(*[part(f'name="a{n}"', b"x") for n in range(61)]), "it has too many fields"),
        (form(*[part('name="file"; filename="a"', b"x")] * 17), "it has too many files"),
        (form(part('name="a"', b"a", "Content-Transfer-Encoding: base64")), "a part is no base64"),
        (form(FILE, FILE), "file was sent more than once. Send one file."),
        (form(*[part('name="language"', b"en")] * 2), "language was sent more than once."),
        (form(part('name="language[a]"', b"x"), part('name="language"', b"y")), "more than once"),
    ],
)
def test_forms_that_cannot_be_read(body: bytes, says: str) -> None:
    with pytest.raises(OptionError) as told:
        sent(body, size=4096)
    assert says in str(told.value)


def test_damage_is_a_refusal_and_never_another_error() -> None:
    rng = random.Random(1)
    refused = 0
    for _ in range(400):
        data = bytearray(PLAIN[: rng.randrange(len(PLAIN) + 1)])
        for _ in range(rng.randrange(4)):
            data[rng.randrange(len(data) + 1) :][:1] = b""
            data.insert(rng.randrange(len(data) + 1), rng.choice(b'\r\n-";=\0\xffb'))
        try:
            sent(bytes(data), size=rng.choice((3, 50, 10_000)))
        except (OptionError, RequestValidationError):
            refused += 1
    assert refused > 200


def test_memory_is_bounded() -> None:
    splitter = Splitter(b"boundary")
    for _ in range(300):
        list(splitter.feed(b"--boundary\r\nA: b\r\n\r\n" + b"x" * 10_000 + b"\r\n"))
        assert len(splitter.buffer) < 30_000
    list(splitter.feed(b"--boundary--\r\n" + b"x" * 50_000))
    assert len(splitter.buffer) == 0 and multipart.MAX_IN_MEMORY <= 1 << 20


def test_headers_with_parameters() -> None:
    assert parse_header("") == ("", {})
    assert parse_header("a; b") == ("a", {})
    assert parse_header('form-data; NAME="x"; name=y') == ("form-data", {"name": "x"})
    assert parse_header("a; filename*=nonsense''%e7%8b%90")[1]["filename"] == "ç\x8b\x90"
    assert parse_header("a; filename*=plain")[1]["filename"] == ""
