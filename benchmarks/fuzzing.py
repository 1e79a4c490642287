"""What clients send that they should not: broken uploads, and cases drawn from the API's document.

Used by the tests in small, and by `make bench` in full.
"""

import contextlib
import io
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx

SMALL = "smollm2-135m"
SAMPLES = ("png", "jpeg", "webp", "gif", "wav", "flac", "ogg")
# a route that takes a file: path, name of the file's field, the other fields
UPLOADS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/v1/images/edits", "image", {"prompt": "a fox", "model": "drawings", "steps": "1"}),
    ("/v1/content_provenance_checks", "file", {}),
    ("/v1/audio/transcriptions", "file", {"model": "whisper-base"}),
    ("/v1/music", "melody", {"response_format": "mid"}),
)
# what keeps a case that happens to be right from taking long
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
    """A small sound file of every kind, by its ending."""
    import numpy as np
    import soundfile
    from PIL import Image

    draw = np.random.default_rng(5)
    pixels = Image.fromarray(draw.integers(0, 256, (32, 48, 3), dtype=np.uint8))
    noise = (draw.standard_normal(4000) * 0.1).astype(np.float32)
    made = {}
    for kind in SAMPLES:
        out = io.BytesIO()
        if kind in ("wav", "flac", "ogg"):
            soundfile.write(out, noise, 16_000, format=kind.upper())
        else:
            pixels.save(out, kind)
        made[kind] = out.getvalue()
    return made


def broken(draw: random.Random) -> tuple[str, bytes]:
    """(name, bytes) of a file that is cut, changed, of another kind, a trap, empty or no file."""
    kind = draw.choice(SAMPLES)
    data = samples()[kind]
    other = draw.choice([name for name in SAMPLES if name != kind])
    head = data[:32]
    cut = draw.randrange(1, len(data))
    flipped = bytearray(data)
    for _ in range(draw.randrange(1, 60)):
        flipped[draw.randrange(len(data))] = draw.randrange(256)
    # a picture of 60,000 x 60,000 in a header alone
    huge = samples()["png"][:16] + (60_000).to_bytes(4) * 2 + samples()["png"][24:]
    traps = (
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
    return name, draw.choice(traps)


def uploads(url: str, count: int, seed: int = 0) -> Iterator[tuple[str, int]]:
    """(route, status) of so many broken uploads; every fortieth is larger than may be sent."""
    draw = random.Random(seed)
    with httpx.Client(base_url=url, timeout=120) as client:
        for number in range(count):
            path, field, rest = UPLOADS[number % len(UPLOADS)]
            name, data = broken(draw)
            if number % 40 == 39:
                data = samples()["png"] + bytes(61_000_000)
            answer = client.post(path, files={field: (name, data, "image/png")}, data=rest)
            yield path, answer.status_code


def drawn(url: str, each: int) -> Iterator[tuple[str, int, str]]:
    """(operation, status, body) of cases drawn from the OpenAPI document, right and wrong ones.

    `each` is how many of either kind an operation gets; fewer where there are not as many.
    """
    import schemathesis
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            yield from _of(operation, mode, each, url)


def _bounds(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What is put in the place of nothing and of numbers; what else is wrong stays wrong."""
    return {
        name: value
        for name, value in BOUNDS.get(path, {}).items()
        if name not in body or body[name] == "" or isinstance(body[name], int | float)
    }


def _of(operation: Any, mode: Any, each: int, url: str) -> list[tuple[str, int, str]]:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable

    told = []

    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if isinstance(case.body, dict):
            case.body = case.body | _bounds(operation.path, case.body)
        answer = case.call(timeout=120)
        told.append((operation.label, answer.status_code, repr(answer.content[:300])))
        if answer.status_code == 202:  # a job: that it was taken is enough
            httpx.post(f"{url}/v1/jobs/{answer.json()['id']}/cancel", timeout=120)

    with contextlib.suppress(Unsatisfiable):  # nothing about this operation can be wrong
        ask()
    return told
