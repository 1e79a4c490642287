"""GB 45438-2025: exactly one label, in the right place of each container, of allowed characters."""

import io
import json
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from miaobi.core.errors import LabelError
from miaobi.media import animation
from miaobi.media.audio import FORMATS, decode, encode
from miaobi.media.image import MEDIA_TYPES
from miaobi.provenance import aigc

TYPES = {format: row.media_type for format, row in FORMATS.items()}
KEYS = [
    "Label", "ContentProducer", "ProduceID", "ReservedCode1",
    "ContentPropagator", "PropagateID", "ReservedCode2",
]  # fmt: skip
VALUE = aigc.label("miaobi", "0123abc")


def sound(format: str, seconds: float = 0.3) -> bytes:
    samples = (0.4 * np.sin(np.arange(round(24_000 * seconds)) / 7)).astype(np.float32)
    return encode(samples, 24_000, format)


# each container read by other means than ours


def in_riff(data: bytes) -> list[str]:
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8  # a right size, nothing after it
    found, stream = [], io.BytesIO(data[12:])
    while head := stream.read(8):
        name, size = struct.unpack("<4sI", head)
        body = stream.read(size)
        assert len(body) == size
        stream.read(size % 2)
        if name == b"AIGC":
            found.append(body.decode("ascii"))
    return found


def in_id3(data: bytes) -> list[str]:
    from mutagen.mp3 import MP3

    frames = MP3(io.BytesIO(data)).tags.getall("TXXX")
    return [str(text) for frame in frames if frame.desc == "AIGC" for text in frame.text]


def in_flac(data: bytes) -> list[str]:
    from mutagen.flac import FLAC

    return [value for key, value in FLAC(io.BytesIO(data)).tags if key.upper() == "AIGC"]


def in_opus(data: bytes) -> list[str]:
    from mutagen.oggopus import OggOpus

    return [value for key, value in OggOpus(io.BytesIO(data)).tags if key.upper() == "AIGC"]


INDEPENDENT: dict[str, Callable[[bytes], list[str]]] = {
    "wav": in_riff, "mp3": in_id3, "flac": in_flac, "ogg": in_opus
}  # fmt: skip


def test_every_format_has_a_writer_a_reader_and_a_check() -> None:
    pictures = {*MEDIA_TYPES.values(), *animation.MEDIA_TYPES.values()}  # checked in test_xmp.py
    films = {"audio/mp4", "video/mp4", "video/webm"}  # test_books.py, test_mp4.py, test_webm.py
    assert set(aigc.WRITERS) == set(aigc.READERS) == set(TYPES.values()) | pictures | films
    assert set(INDEPENDENT) == set(TYPES)


def test_label_is_the_seven_fields_in_order() -> None:
    assert VALUE == (
        '{"Label":"1","ContentProducer":"miaobi","ProduceID":"0123abc","ReservedCode1":"",'
        '"ContentPropagator":"miaobi","PropagateID":"0123abc","ReservedCode2":""}'
    )


@given(st.text(st.characters(codec="ascii") | st.sampled_from("妙é\u200b😀"), max_size=30))
@example("!#[]~")
@example("\x7f")
@example(" ")
@example('"')
@example("\\")
def test_annex_e_characters(producer: str) -> None:
    allowed = all(0x21 <= ord(c) <= 0x7E and c not in '"\\' for c in producer)
    if not allowed:
        with pytest.raises(LabelError, match="MIAOBI_PRODUCER"):
            aigc.label(producer, "id")
        return
    value = aigc.label(producer, "id")
    assert value.isascii() and " " not in value and "\\" not in value
    fields = json.loads(value)
    assert list(fields) == KEYS
    assert fields["ContentProducer"] == fields["ContentPropagator"] == producer
    assert fields["ProduceID"] == fields["PropagateID"] == "id"
    assert aigc.parse(value) == fields


@pytest.mark.parametrize("format", TYPES)
def test_one_label_where_the_standard_says(format: str) -> None:
    data = sound(format)
    assert aigc.read(data, TYPES[format]) == []
    labeled = aigc.embed(data, TYPES[format], VALUE)
    assert INDEPENDENT[format](labeled) == [VALUE] == aigc.read(labeled, TYPES[format])


@pytest.mark.parametrize("format", TYPES)
def test_embedding_again_replaces(format: str) -> None:
    once = aigc.embed(sound(format), TYPES[format], VALUE)
    other = aigc.label("another-and-longer-name", "4567def")
    twice = aigc.embed(aigc.embed(once, TYPES[format], VALUE), TYPES[format], other)
    assert INDEPENDENT[format](twice) == [other] == aigc.read(twice, TYPES[format])


@pytest.mark.parametrize("format", TYPES)
def test_the_sound_is_untouched(format: str) -> None:
    data = sound(format)
    before, rate = decode(data)
    after, same_rate = decode(aigc.embed(data, TYPES[format], VALUE))
    assert rate == same_rate
    np.testing.assert_array_equal(before, after)


def test_odd_chunks_are_padded() -> None:
    for producer in ("a", "ab"):
        labeled = aigc.embed(sound("wav"), "audio/wav", aigc.label(producer, "x"))
        assert len(labeled) % 2 == 0
        assert len(in_riff(labeled)) == 1


def test_other_tags_stay() -> None:
    from mutagen.flac import FLAC
    from mutagen.id3 import ID3, TIT2

    buffer = io.BytesIO(sound("mp3"))
    tags = ID3()
    tags.add(TIT2(encoding=3, text=["星星"]))
    tags.save(buffer)
    assert ID3(io.BytesIO(aigc.embed(buffer.getvalue(), "audio/mpeg", VALUE)))["TIT2"].text == [
        "星星"
    ]

    buffer = io.BytesIO(sound("flac"))
    flac = FLAC(buffer)
    flac["title"] = "星星"
    buffer.seek(0)
    flac.save(buffer)
    assert FLAC(io.BytesIO(aigc.embed(buffer.getvalue(), "audio/flac", VALUE)))["title"] == ["星星"]


@pytest.mark.parametrize("value", [VALUE, '{"AIGC":' + VALUE + "}"])
def test_parse_reads_bare_and_wrapped(value: str) -> None:
    fields = aigc.parse(value)
    assert fields is not None and fields["ProduceID"] == "0123abc"


@pytest.mark.parametrize("value", ["", "no json", "[]", "5", '{"other": 1}', '{"AIGC": 3}'])
def test_parse_of_what_is_no_label(value: str) -> None:
    assert aigc.parse(value) is None


def test_two_labels_are_both_seen() -> None:
    extra = VALUE.encode() + b"\0" * (len(VALUE) % 2)
    chunk = b"AIGC" + struct.pack("<I", len(VALUE)) + extra
    data = aigc.embed(sound("wav"), "audio/wav", VALUE) + chunk
    assert aigc.read(data, "audio/wav") == [VALUE, VALUE]


def test_types_without_a_place_for_a_label_have_none() -> None:
    assert aigc.read(b"words", "text/plain") == []
