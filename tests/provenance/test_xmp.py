"""The metadata label of pictures: one, where the guide says, read by other means than ours."""

import io
import re
import struct

import numpy as np
import pytest
from PIL import Image

from miaobi.media import animation
from miaobi.media.image import MEDIA_TYPES, decode, encode
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.verify import INTACT, verify_bytes
from tests.provenance.test_sign import manifest

VALUE = aigc.label("miaobi", "0123abc")
OTHER = aigc.label("another-and-longer-name&<", "4567def")
SPACE = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
CLEAR = [("png", 4), ("webp", 4), ("png", 3), ("jpeg", 3), ("webp", 3)]


def drawn(format: str, channels: int = 3) -> bytes:
    y, x = np.mgrid[0:33, 0:47]
    layers = [x * 3, y * 5, x + y, np.full_like(x, 99)]
    return encode(np.stack(layers[:channels], -1).astype(np.uint8), format)


def in_pillow(data: bytes) -> list[str]:
    """The labels of the XMP packet that Pillow finds."""
    with Image.open(io.BytesIO(data)) as picture:
        packet = picture.info.get("xmp", picture.info.get("XML:com.adobe.xmp", b""))
    text = packet.decode() if isinstance(packet, bytes) else packet
    assert not text or SPACE in text
    found = re.findall(r"<TC260:AIGC>(.*?)</TC260:AIGC>", text)
    return [
        value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for value in found
    ]


@pytest.mark.parametrize(("format", "channels"), CLEAR)
def test_one_label_where_the_guide_says(format: str, channels: int) -> None:
    data, media_type = drawn(format, channels), MEDIA_TYPES[format]
    assert aigc.read(data, media_type) == [] == in_pillow(data)
    labeled = aigc.embed(data, media_type, VALUE)
    assert aigc.read(labeled, media_type) == [VALUE] == in_pillow(labeled)
    again = aigc.embed(aigc.embed(labeled, media_type, VALUE), media_type, OTHER)
    assert aigc.read(again, media_type) == [OTHER] == in_pillow(again)
    assert (decode(again) == decode(data)).all()


def test_an_svg_carries_it_in_its_metadata() -> None:
    labeled = aigc.embed(drawn("svg"), "image/svg+xml", VALUE)
    labeled = aigc.embed(labeled, "image/svg+xml", OTHER)
    assert aigc.read(labeled, "image/svg+xml") == [OTHER]
    assert labeled.count(b"<metadata>") == 1
    from xml.etree import ElementTree

    root = ElementTree.fromstring(labeled)
    assert root.find(".//{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC").text == OTHER


def moving(format: str) -> bytes:
    """Five frames with shades of their own."""
    y, x = np.mgrid[0:33, 0:47]
    frames = [np.stack([x * 3, y * 5, (x * n) % 255], -1).astype(np.uint8) for n in range(5)]
    return animation.encode(frames, format)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_an_animation_carries_one_label_and_keeps_its_frames(format: str) -> None:
    data, media_type = moving(format), animation.MEDIA_TYPES[format]
    assert aigc.read(data, media_type) == []
    labeled = aigc.embed(aigc.embed(data, media_type, VALUE), media_type, OTHER)
    assert aigc.read(labeled, media_type) == [OTHER]
    assert aigc.embed(labeled, media_type, VALUE) == aigc.embed(data, media_type, VALUE)
    claim = manifest()
    id = claim["assertions"][-1]["data"]["id"]
    signed = aigc.embed(data, media_type, aigc.label("miaobi", id))
    signed = sign.sign(signed, media_type, claim, install_keys())
    verdict = verify_bytes(signed)
    assert (verdict.status, verdict.media_type) == (INTACT, media_type)
    assert verdict.aigc["ProduceID"] == id
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(signed)) as after:
        assert before.n_frames == after.n_frames == 5
        for number in range(5):
            before.seek(number)
            after.seek(number)
            assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    assert verify_bytes(aigc.embed(signed, media_type, OTHER)).status == "changed"
    assert verify_bytes(signed[: len(signed) // 2]).status == "changed"


def test_a_gif_label_is_a_well_formed_block() -> None:
    """Readers that skip sub-blocks land behind it, wherever the letters of the packet send them."""
    labeled = aigc.embed(moving("gif"), "image/gif", VALUE)
    at = labeled.index(b"XMP DataXMP") + 11
    while labeled[at]:
        at += labeled[at] + 1
    assert labeled[: at + 1].endswith(b"\x02\x01\x00\x00")
    assert labeled[at + 1] in (0x21, 0x2C)


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_signed_over_the_label(format: str) -> None:
    media_type = MEDIA_TYPES[format]
    claim = manifest()
    id = claim["assertions"][-1]["data"]["id"]
    labeled = aigc.embed(drawn(format), media_type, aigc.label("miaobi", id))
    signed = sign.sign(labeled, media_type, claim, install_keys())
    verdict = verify_bytes(signed)
    assert (verdict.status, verdict.media_type) == (INTACT, media_type)
    assert verdict.signer == "this machine" and verdict.aigc["ProduceID"] == id
    without = aigc.embed(signed, media_type, OTHER)  # somebody puts another label in
    assert verify_bytes(without).status == "changed"


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_a_changed_pixel_is_noticed(format: str) -> None:
    media_type = MEDIA_TYPES[format]
    signed = bytearray(sign.sign(drawn(format), media_type, manifest(), install_keys()))
    start = {"png": b"IDAT", "jpeg": b"\xff\xda", "webp": b"VP8 "}[format]
    signed[signed.rindex(start) + 30] ^= 0x10
    assert verify_bytes(bytes(signed)).status == "changed"


def test_labels_of_others_are_read_in_both_forms() -> None:
    wrapped = '{"AIGC":{"Label":"1","ContentProducer":"x"}}'
    attribute = wrapped.replace('"', "&quot;")
    packet = f'<rdf:Description {SPACE} TC260:AIGC="{attribute}"/>'.encode()
    body = b"http://ns.adobe.com/xap/1.0/\0" + packet
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    jpeg = drawn("jpeg")
    (value,) = aigc.read(jpeg[:2] + segment + jpeg[2:], "image/jpeg")
    assert value == wrapped and aigc.parse(value) == {"Label": "1", "ContentProducer": "x"}
