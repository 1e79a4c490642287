"""C2PA: a signature over everything, offline, inside the file or beside it."""

import io
import json
from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import LabelError
from miaobi.core.requests import Message, TextRequest
from miaobi.media.audio import FORMATS, decode, encode
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import GENERATED, RECORD, Record, c2pa_manifest

INSIDE = [format for format, row in FORMATS.items() if row.media_type in sign.EMBEDDABLE]
VALUE = aigc.label("miaobi", "0123abc")


def record() -> Record:
    request = TextRequest(
        model="smollm2-135m", messages=(Message("user", "a secret wish"),), seed=7
    )
    return Record.of(request, "Apache-2.0", "0.0.1", GENERATED)


def manifest() -> dict[str, Any]:
    return c2pa_manifest(record(), "title.wav")


def sound(format: str) -> bytes:
    samples = (0.4 * np.sin(np.arange(6_000) / 7)).astype(np.float32)
    return encode(samples, 24_000, format)


def assertion(store: dict[str, Any], label: str) -> dict[str, Any]:
    active = store["manifests"][store["active_manifest"]]
    return next(a["data"] for a in active["assertions"] if a["label"].startswith(label))


def test_all_formats_but_ogg_hold_the_signature() -> None:
    assert INSIDE == ["wav", "flac", "mp3"]


@pytest.mark.parametrize("format", INSIDE)
def test_inside_the_file(format: str) -> None:
    media_type, keys = FORMATS[format].media_type, install_keys()
    labeled = aigc.embed(sound(format), media_type, VALUE)
    signed = sign.sign(labeled, media_type, manifest(), keys)
    assert aigc.read(signed, media_type) == [VALUE]  # signing keeps the other label
    np.testing.assert_array_equal(decode(signed)[0], decode(labeled)[0])
    assert len(signed) - len(labeled) < 6_000
    store = sign.read(signed, media_type, keys.authority)
    assert store is not None and store["validation_state"] == "Trusted"


@pytest.mark.parametrize("format", INSIDE)
def test_another_library_call_reads_the_same(format: str) -> None:
    import c2pa

    media_type = FORMATS[format].media_type
    signed = sign.sign(sound(format), media_type, manifest(), install_keys())
    with c2pa.Reader(media_type, io.BytesIO(signed)) as reader:  # with the library's own settings
        store = json.loads(reader.json())
    assert store["validation_state"] == "Valid"
    assert assertion(store, RECORD)["model"] == "smollm2-135m"


@pytest.mark.parametrize("format", INSIDE)
def test_changing_the_other_label_afterwards_is_seen(format: str) -> None:
    media_type, keys = FORMATS[format].media_type, install_keys()
    signed = sign.sign(aigc.embed(sound(format), media_type, VALUE), media_type, manifest(), keys)
    edited = aigc.embed(signed, media_type, aigc.label("somebody", "else"))
    try:
        store = sign.read(edited, media_type, keys.authority)
    except LabelError:
        return  # so damaged that it cannot be parsed
    assert store is None or store["validation_state"] == "Invalid"


@pytest.mark.parametrize(
    "data", [b"words", "妙笔生花。\n".encode(), b"\0\xff" * 500_000, sound("ogg")]
)
def test_beside_any_bytes(data: bytes) -> None:
    keys = install_keys()
    media_type = "audio/ogg" if data[:4] == b"OggS" else "text/plain"
    sidecar = sign.sign_detached(data, manifest(), keys)
    assert len(sidecar) < 8_000
    store = sign.read(data, media_type, keys.authority, sidecar)
    assert store is not None and store["validation_state"] == "Trusted"
    for edited in (data[:-1], data + b"!", bytes([data[0] ^ 1]) + data[1:]):
        store = sign.read(edited, media_type, keys.authority, sidecar)
        assert store is not None and store["validation_state"] == "Invalid"


def test_the_manifest_says_what_made_it_and_not_what_was_asked() -> None:
    keys = install_keys()
    signed = sign.sign(sound("wav"), "audio/wav", manifest(), keys)
    store = sign.read(signed, "audio/wav", keys.authority)
    assert store is not None
    action = assertion(store, "c2pa.actions")["actions"][0]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"] == GENERATED
    assert action["softwareAgent"]["name"] == "smollm2-135m"
    entries = assertion(store, "cawg.training-mining")["entries"]
    assert {entry["use"] for entry in entries.values()} == {"notAllowed"}
    ours = assertion(store, RECORD)
    assert (ours["seed"], ours["model_license"], ours["parents"]) == (7, "Apache-2.0", [])
    assert len(ours["prompt_sha256"]) == 64
    assert b"secret" not in signed


def test_without_the_authority_the_signature_is_valid_and_not_trusted() -> None:
    signed = sign.sign(sound("wav"), "audio/wav", manifest(), install_keys())
    store = sign.read(signed, "audio/wav", "")
    assert store is not None and store["validation_state"] == "Valid"


@pytest.mark.parametrize("format", FORMATS)
def test_no_signature_is_none(format: str) -> None:
    assert sign.read(sound(format), FORMATS[format].media_type, "") is None


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream"])
def test_types_that_hold_no_signature_have_none(media_type: str) -> None:
    assert sign.read(b"words", media_type, "") is None


def test_what_cannot_be_signed_is_an_error() -> None:
    with pytest.raises(LabelError, match="could not be signed"):
        sign.sign(b"not a sound", "audio/wav", manifest(), install_keys())


def test_a_broken_sidecar_is_an_error() -> None:
    with pytest.raises(LabelError, match="cannot be read"):
        sign.read(b"words", "text/plain", "", b"no manifest")
