"""Malformed input: damaged uploads and scores, and requests generated from the OpenAPI document.

Tests use a few of them, `make bench` all.
"""

import contextlib
import io
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx

SMALL = "smollm2-135m"
SAMPLES = ("png", "jpeg", "webp", "gif", "wav", "flac", "ogg")
# upload routes: path, name of the file field, other fields
UPLOADS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/v1/images/edits", "image", {"prompt": "a fox", "model": "drawings", "steps": "1"}),
    ("/v1/content_provenance_checks", "file", {}),
    ("/v1/audio/transcriptions", "file", {"model": "whisper-base"}),
    ("/v1/music", "melody", {"response_format": "mid"}),
)
CASES = Path(__file__).parents[1] / "tests" / "music" / "cases"
# kind of score -> folder of CASES, suffixes, and pieces that its reader may stumble over
SCORE_KINDS: dict[str, tuple[str, tuple[str, ...], tuple[bytes, ...]]] = {
    "abc": (
        "abc",
        (".abc",),
        (
            *(b'"', b"{", b"[", b"(", b"!", b"+", b"&", b"|", b":|", b"|1", b"[2", b">", b"<<<"),
            *(b"-", b"C-", b"(9", b"(99:999:999", b"C9999/999", b"Z9999", b"[K:", b"[M:1/1024]"),
            *(
                b"\nK:",
                b"\nV:x\n",
                b"\nL:1/1023\n",
                b"\n%%begintext\n",
                b"\r",
                b"\\",
                b"^/c",
                b"&&",
            ),
            *(b"[L:1/991]C", b"\n\nX:2\nK:D\n", b"9" * 5000, b"\nM:99+99+99/8\n", b"|1 C :|2 D "),
        ),
    ),
    "midi": (
        "midi",
        (".mid",),
        (
            *(b"MTrk", b"MThd", b"\xff\x2f\0", b"\xff\x51\x03", b"\xff\x58\x04", b"\xff\x59\x02"),
            *(b"\xf0\xff\xff\xff\x7f", b"\x90\x3c\x50\0", b"\0\x3c\x50", b"\xff\xff\xff\x7f"),
            *(b"\xff\xff\xff\xff", b"\x80\x80\x80\x80", b"\0", b"\xf7", b"MTrk\xff\xff\xff\xff"),
        ),
    ),
    "musicxml": (
        "xml",
        (".musicxml", ".mxl"),
        (
            *(b"<", b">", b"&", b"&#0;", b"<a>", b"</note>", b"<note>", b"<measure>", b"</part>"),
            *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<![CDATA[", b"<!--", b"<?xml", b"<chord/>"),
            *(
                b"<duration>999999999</duration>",
                b"<duration>-1</duration>",
                b"<divisions>0</divisions>",
            ),
            *(b"<backup><duration>9</duration></backup>", b"<tie type='start'/>", b"PK\x03\x04"),
            *(b"<octave>99</octave>", b"<fifths>99</fifths>", b"<beats>0</beats>", b"<ending"),
        ),
    ),
}
# fields that keep a valid request short
BOUNDS: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"model": SMALL, "max_tokens": 2, "max_completion_tokens": 2, "n": 1},
    "/v1/completions": {"model": SMALL, "max_tokens": 2, "n": 1},
    "/v1/images/generations": {"model": "drawings", "steps": 1, "n": 1, "upscale": 2},
    "/v1/sounds": {"seconds": 0.1},
    "/v1/videos": {"seconds": "1"},
    "/v1/music": {"seconds": 1},
    "/v1/training": {"steps": 1},
}


@cache
def samples() -> dict[str, bytes]:
    """Create a small valid file of each format, by extension."""
    import numpy as np
    import soundfile
    from PIL import Image

    rng = np.random.default_rng(5)
    pixels = Image.fromarray(rng.integers(0, 256, (32, 48, 3), dtype=np.uint8))
    noise = (rng.standard_normal(4000) * 0.1).astype(np.float32)
    files = {}
    for kind in SAMPLES:
        out = io.BytesIO()
        if kind in ("wav", "flac", "ogg"):
            soundfile.write(out, noise, 16_000, format=kind.upper())
        else:
            pixels.save(out, kind)
        files[kind] = out.getvalue()
    return files


def broken(draw: random.Random) -> tuple[str, bytes]:
    """Create (name, bytes) of a file: truncated, changed, mislabeled, malicious or empty."""
    kind = draw.choice(SAMPLES)
    data = samples()[kind]
    other = draw.choice([name for name in SAMPLES if name != kind])
    head = data[:32]
    cut = draw.randrange(1, len(data))
    flipped = bytearray(data)
    for _ in range(draw.randrange(1, 60)):
        flipped[draw.randrange(len(data))] = draw.randrange(256)
    # the header of a picture of 60,000 x 60,000 pixels
    huge = samples()["png"][:16] + (60_000).to_bytes(4) * 2 + samples()["png"][24:]
    variants = (
        b"",
        b"\0",
        data[:cut],
        data[:24],
        bytes(flipped),
        head + draw.randbytes(4000),
        draw.randbytes(3000),
        huge,
        b"PK\x03\x04" + draw.randbytes(500),
        b"\x80\x04\x95" + draw.randbytes(200),
        b"#EXTM3U\nfile:///etc/passwd\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n" + draw.randbytes(300),
        b"RIFF\xff\xff\xff\xffWAVEfmt " + draw.randbytes(40),
        b"\x7fELF" + draw.randbytes(400),
    )
    name = draw.choice(
        (f"a.{kind}", f"a.{other}", "../../../etc/passwd", "a", "a\n.png", "妙" * 80)
    )
    return name, draw.choice(variants)


def uploads(url: str, count: int, seed: int = 0) -> Iterator[tuple[str, int]]:
    """Send malformed uploads and yield (route, status); every fortieth exceeds the size limit."""
    draw = random.Random(seed)
    with httpx.Client(base_url=url, timeout=120) as client:
        for number in range(count):
            path, field, rest = UPLOADS[number % len(UPLOADS)]
            name, data = broken(draw)
            if number % 40 == 39:
                data = samples()["png"] + bytes(61_000_000)
            response = client.post(path, files={field: (name, data, "image/png")}, data=rest)
            yield path, response.status_code


def drawn(url: str, each: int) -> Iterator[tuple[str, int, str]]:
    """Send valid and invalid requests of the OpenAPI document; yield (operation, status, body).

    `each` is the maximum number of requests per operation and kind.
    """
    import schemathesis
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            yield from _of(operation, mode, each, url)


def _bounds(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return limits for missing fields and numbers; other invalid values stay."""
    return {
        name: value
        for name, value in BOUNDS.get(path, {}).items()
        if name not in body or body[name] == "" or isinstance(body[name], int | float)
    }


def _of(operation: Any, mode: Any, each: int, url: str) -> list[tuple[str, int, str]]:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable

    responses = []

    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if isinstance(case.body, dict):
            case.body = case.body | _bounds(operation.path, case.body)
        response = case.call(timeout=120)
        responses.append((operation.label, response.status_code, repr(response.content[:300])))
        if response.status_code == 202:  # a job: being accepted is enough
            httpx.post(f"{url}/v1/jobs/{response.json()['id']}/cancel", timeout=120)

    with contextlib.suppress(Unsatisfiable):  # the operation has no invalid requests
        send()
    return responses


def damaged_scores(kind: str, count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged score files of a kind of SCORE_KINDS: cut, changed, repeated, mixed, grown."""
    rng = random.Random(f"{kind} {seed}")
    folder, suffixes, pieces = SCORE_KINDS[kind]
    files = [path for path in sorted((CASES / folder).iterdir()) if path.suffix in suffixes]
    originals = [path.read_bytes() for path in files]
    for _ in range(count):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randint(1, 4)):
            damage(data, rng, originals, pieces)
        yield bytes(data)


def damage(
    data: bytearray, rng: random.Random, originals: list[bytes], pieces: tuple[bytes, ...]
) -> None:
    """Damage a file in place, in one of eight ways."""
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.randint(1, 40))
    way = rng.choices(range(8), (1, 2, 2, 2, 4, 3, 2, 0.3))[0]
    if way == 0:
        del data[at:]
    elif way == 1:
        del data[at:end]
    elif way == 2:
        noise = rng.randbytes(end - at)
        data[at:end] = noise if rng.random() < 0.3 else bytes(32 + byte % 95 for byte in noise)
    elif way == 3:
        data[at:at] = data[at:end] * rng.choice((2, 50, 2000))
    elif way == 4:
        data[at:at] = rng.choice(pieces) * rng.choice((1, 1, 1, 3, 3000))
    elif way == 5:
        other = rng.choice(originals)
        start = rng.randrange(len(other) + 1)
        data[at:end] = other[start : start + rng.randint(1, 400)]
    elif way == 6:
        for _ in range(rng.randint(1, 20)):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(rng.choice((128, 256)))
    else:
        data[:] = bytes(data).decode("latin-1").encode(rng.choice(("utf-16", "utf-16-be", "utf-8")))
