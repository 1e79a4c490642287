"""What a label says is read back as it was written, in every format that holds a signature."""

import contextlib
import io
import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from miaobi.core.events import Output
from miaobi.media import animation
from miaobi.media.audio import encode
from miaobi.provenance import aigc, sign
from miaobi.provenance.cbor import decode, find_assertion
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import COMPUTED, RECORD, Record, c2pa_manifest
from miaobi.provenance.verify import INTACT, verify, verify_bytes
from miaobi.speech import audiobook

OLD = Path(__file__).parent / "cases" / "size300x200.png"  # as earlier versions signed
PARAMETERS: dict[str, Any] = {
    "size": [300, 200],
    "square": [1024, 1024],
    "small": [1, 2, 3],
    "nested": [[1, 2], [300, [400, 256]], {"a": [1, 2, 3], "b": [0.5, 1]}],
    "negative": [-1, -300],
    "large": [2**40, -(2**63), 2**63 - 1],
    "floats": [1.0, 0.1, 1e300, 5e-324],
    "mixed": [1, "a", None, 2.5, True, False],
    "none": None,
    "one": 1.0,
    "words": "一只红色的狐狸 🦊",
    "names": ["楷体", "b"],
    "empty": [[], {}, ""],
}


def record(**changes: Any) -> Record:
    fields: dict[str, Any] = {
        "id": "0123",
        "model": "collage",
        "model_license": "MIT",
        "version": "1",
        "prompt_sha256": "",
        "seed": 2**32 - 2,
        "parameters": PARAMETERS,
        "parents": ("a", "b"),
        "when": "2026-01-01T00:00:00+00:00",
        "source_type": COMPUTED,
        "made_of": ({"kind": "image", "model": "a", "source_type": COMPUTED, "count": 300},),
    }
    return Record(**{**fields, **changes})


@cache
def files() -> dict[str, bytes]:
    """One small file of each type that holds a signature."""
    pixels = np.full((48, 64, 3), 90, np.uint8)
    samples = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    made = {f"audio/{kind}": encode(samples, 24_000, kind) for kind in ("wav", "flac")}
    made["audio/mpeg"] = encode(samples, 24_000, "mp3")
    made["audio/mp4"] = audiobook.encode(Output(samples=samples, rate=24_000), "m4b", "", "")
    made["video/mp4"] = animation.encode([pixels] * 4, "mp4", 8)
    for kind in ("png", "jpeg", "webp", "gif"):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind)
        made[f"image/{kind}"] = buffer.getvalue()
    made["image/svg+xml"] = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>'
    return made


@pytest.mark.parametrize("media_type", sign.EMBEDDABLE)
def test_all_values_come_back(media_type: str) -> None:
    made, keys = record(), install_keys()
    labeled = aigc.embed(files()[media_type], media_type, aigc.label("miaobi", made.id))
    signed = sign.sign(labeled, media_type, c2pa_manifest(made, "a"), keys)
    verdict = verify_bytes(signed)
    assert (verdict.status, verdict.source_type) == (INTACT, COMPUTED)
    assert verdict.record == made.as_dict()
    read = verdict.record["parameters"]
    assert read == PARAMETERS and type(read["one"]) is float and type(read["size"][0]) is int
    assert verdict.record["made_of"][0]["count"] == 300 and verdict.record["parents"] == ["a", "b"]


def test_beside_the_file() -> None:
    sidecar = sign.sign_detached(b"words", c2pa_manifest(record(), "a"), install_keys())
    assert verify_bytes(b"words", sidecar).record == record().as_dict()


def test_a_file_of_an_earlier_version() -> None:
    verdict = verify(OLD)
    assert verdict.status == INTACT and verdict.record["parameters"] == {"size": [300, 200]}
    assert verdict.record["seed"] == 650876943 and "made_of" not in verdict.record


def test_numbers_that_no_manifest_holds_become_text() -> None:
    odd = {"huge": 2**63, "less": -(2**63) - 1, "nan": float("nan"), "path": Path("a"), "t": (1,)}
    made = record(parameters=odd)
    sidecar = sign.sign_detached(b"words", c2pa_manifest(made, "a"), install_keys())
    expected = {"huge": str(2**63), "less": str(-(2**63) - 1), "nan": "nan", "path": "a", "t": [1]}
    assert verify_bytes(b"words", sidecar).record["parameters"] == expected
    assert made.as_dict()["parameters"] == expected


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("00", 0),
        ("1903e8", 1000),
        ("1bffffffffffffffff", 2**64 - 1),
        ("3903e7", -1000),
        ("f93e00", 1.5),
        ("fa47c35000", 100_000.0),
        ("fb3ff199999999999a", 1.1),
        ("f4", False),
        ("f6", None),
        ("f7", None),
        ("4401020304", "AQIDBA=="),
        ("62c3bc", "ü"),
        ("83010203", [1, 2, 3]),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("7f657374726561646d696e67ff", "streaming"),
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
        ("a10102", {"1": 2}),
    ],
)
def test_examples_of_the_standard(data: str, value: object) -> None:
    read = decode(bytes.fromhex(data))
    assert read == value and type(read) is type(value)


def test_damage_is_an_error_and_never_another_one() -> None:
    """Of any bytes: ValueError, or a value."""
    rng = random.Random(1)
    whole = bytes.fromhex("bf61610161629f0203ff6163fb3ff199999999999aff")
    for _ in range(3000):
        data = bytearray(whole[: rng.randrange(len(whole) + 1)])
        for _ in range(rng.randrange(4)):
            data.insert(rng.randrange(len(data) + 1), rng.randrange(256))
        for read in (decode, lambda data: find_assertion(data, "a", RECORD)):
            with contextlib.suppress(ValueError):
                read(bytes(data))
    for deep in (b"\x81" * 200_000, b"\x9f" * 200_000, b"\xc0" * 200_000, b"\x7f" * 200_000):
        with pytest.raises(ValueError, match="nested"):
            decode(deep)
    with pytest.raises(ValueError, match="cut off"):
        decode(b"\x9b" + b"\xff" * 8)
