"""One answer for any file: intact, changed or unlabeled, and who signed."""

import random
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import NotFoundError
from miaobi.core.requests import Message, TextRequest
from miaobi.media.audio import FORMATS, decode, encode
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import GENERATED, Record, c2pa_manifest
from miaobi.provenance.verify import CHANGED, INTACT, UNLABELED, verify, verify_bytes

INSIDE = ["wav", "flac", "mp3"]


def record() -> Record:
    request = TextRequest(model="smollm2-135m", messages=(Message("user", "hello"),), seed=7)
    return Record.of(request, "Apache-2.0", "0.0.1", GENERATED)


def sound(format: str) -> bytes:
    noise = np.random.default_rng(0).normal(0, 0.1, 12_000).astype(np.float32)
    return encode(noise, 24_000, format)


def labeled(format: str, of: Record | None = None) -> tuple[bytes, bytes | None]:
    """(file, sidecar) as the road makes them."""
    of = of or record()
    media_type = FORMATS[format].media_type
    data = aigc.embed(sound(format), media_type, aigc.label("miaobi", of.id))
    manifest = c2pa_manifest(of, f"a.{format}")
    if format in INSIDE:
        return sign.sign(data, media_type, manifest, install_keys()), None
    return data, sign.sign_detached(data, manifest, install_keys())


@pytest.mark.parametrize("format", FORMATS)
def test_intact(format: str) -> None:
    made = record()
    verdict = verify_bytes(*labeled(format, made))
    assert (verdict.status, verdict.signer, verdict.problems) == (INTACT, "this machine", ())
    assert verdict.record == made.as_dict()
    assert verdict.aigc["ProduceID"] == made.id
    assert verdict.source_type == GENERATED
    assert verdict.media_type == FORMATS[format].media_type


@pytest.mark.parametrize("format", FORMATS)
def test_one_flipped_bit_of_the_sound(format: str) -> None:
    data, sidecar = labeled(format)
    size = len(sound(format))
    # the sound lies after the labels in FLAC and MP3, before them in WAV
    start, end = (100, size) if format == "wav" else (len(data) - size // 2, len(data))
    for at in random.Random(1).sample(range(start, end), 25):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (at % 8)
        verdict = verify_bytes(bytes(flipped), sidecar)
        assert verdict.status == CHANGED, f"byte {at}"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("cut", [1, 100, 3000])
def test_cut_off_or_grown(format: str, cut: int) -> None:
    data, sidecar = labeled(format)
    assert verify_bytes(data[:-cut], sidecar).status == CHANGED
    assert verify_bytes(data + b"\0" * cut, sidecar).status == CHANGED


@pytest.mark.parametrize("format", FORMATS)
def test_no_label(format: str) -> None:
    verdict = verify_bytes(sound(format))
    assert (verdict.status, verdict.signer, verdict.record) == (UNLABELED, "", {})


@pytest.mark.parametrize("data", [b"", b"plain words\n", "你好".encode(), bytes(range(256))])
def test_other_files_have_no_label(data: bytes) -> None:
    verdict = verify_bytes(data)
    assert (verdict.status, verdict.problems) == (UNLABELED, ())


@pytest.mark.parametrize("format", FORMATS)
def test_a_broken_file_without_a_label_is_not_called_changed(format: str) -> None:
    data = sound(format)
    for cut in (10, 40, 200, len(data) - 10):
        assert verify_bytes(data[:cut]).status == UNLABELED
    assert verify_bytes(b"%PDF-1.4\n").status == UNLABELED


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("to", ["wav", "mp3"])
def test_recoding_loses_the_label(format: str, to: str) -> None:
    samples, rate = decode(labeled(format)[0])
    assert verify_bytes(encode(samples, rate, to)).status == UNLABELED


@pytest.mark.parametrize("format", FORMATS)
def test_the_signature_taken_out_and_the_other_label_left(format: str) -> None:
    media_type = FORMATS[format].media_type
    data = aigc.embed(sound(format), media_type, aigc.label("miaobi", "0123"))
    verdict = verify_bytes(data)
    assert verdict.status == CHANGED
    assert verdict.aigc["ProduceID"] == "0123"


def test_labels_that_disagree() -> None:
    data = aigc.embed(sound("wav"), "audio/wav", aigc.label("miaobi", "0123"))
    signed = sign.sign(data, "audio/wav", c2pa_manifest(record(), "a.wav"), install_keys())
    verdict = verify_bytes(signed)
    assert verdict.status == CHANGED
    assert verdict.problems == ("the two labels name different ids",)


def test_two_labels_of_one_kind() -> None:
    made = record()
    data = aigc.embed(sound("wav"), "audio/wav", aigc.label("miaobi", made.id))
    chunk = data[data.index(b"AIGC") :]
    size = (len(data) + len(chunk) - 8).to_bytes(4, "little")
    twice = data[:4] + size + data[8:] + chunk
    signed = sign.sign(twice, "audio/wav", c2pa_manifest(made, "a.wav"), install_keys())
    verdict = verify_bytes(signed)
    assert verdict.status == CHANGED
    assert "more than one AIGC label" in verdict.problems


def test_text_with_its_sidecar(tmp_path: Path) -> None:
    words, path = "从前有一只狐狸。\n", tmp_path / "story.txt"
    path.write_text(words, encoding="utf-8")
    assert verify(path).status == UNLABELED
    beside = tmp_path / "story.txt.c2pa"
    beside.write_bytes(
        sign.sign_detached(words.encode(), c2pa_manifest(record(), "story.txt"), install_keys())
    )
    verdict = verify(path)
    assert (verdict.status, verdict.signer) == (INTACT, "this machine")
    path.write_text(words.replace("狐狸", "老虎"), encoding="utf-8")
    assert verify(str(path)).status == CHANGED
    beside.write_bytes(b"")
    assert verify(path).status == CHANGED


def test_a_flipped_bit_of_the_sidecar_is_seen_or_means_nothing() -> None:
    data, made = b"some words", record()
    sidecar = sign.sign_detached(data, c2pa_manifest(made, "a.txt"), install_keys())
    seen = 0
    for at in range(0, len(sidecar), 37):
        flipped = bytearray(sidecar)
        flipped[at] ^= 1 << (at % 8)
        verdict = verify_bytes(data, bytes(flipped))  # raises nothing, whatever it finds
        seen += verdict.status == CHANGED
        if verdict.status == INTACT:  # padding, or a name outside the signature
            assert (verdict.record, verdict.signer) == (made.as_dict(), "this machine"), (
                f"byte {at}"
            )
            assert verdict.source_type == GENERATED
    assert seen > 50


def test_another_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, sidecar = labeled("wav")
    theirs = install_keys().authority
    assert verify_bytes(data, sidecar, theirs).signer == "this machine"
    monkeypatch.setenv("MIAOBI_HOME", str(tmp_path / "elsewhere"))  # with no keys yet
    for _ in range(2):
        verdict = verify_bytes(data, sidecar)
        assert (verdict.status, verdict.signer) == (INTACT, "not verified")
        verdict = verify_bytes(data, sidecar, theirs)
        assert (verdict.status, verdict.signer) == (INTACT, "a known authority")
        mine = install_keys().authority  # with keys of its own
        assert verify_bytes(data, sidecar, mine).signer == "not verified"
        assert verify_bytes(data, sidecar, mine + theirs).signer == "a known authority"


def test_looking_makes_no_keys(own_home: Path) -> None:
    verify_bytes(sound("wav"))
    assert not (own_home / "keys").exists()


@pytest.mark.parametrize("name", ["nothing.wav", "."])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        verify(tmp_path / name)
