"""GB 45438-2025: exactly one label, in the right place of each container, of allowed characters."""

import io
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from miaobi.core.errors import LabelError, MediaError
from miaobi.media import animation
from miaobi.media.audio import FORMATS, decode, encode
from miaobi.media.image import MEDIA_TYPES
from miaobi.provenance import aigc
from tests.media.tag_readers import ffmpeg_tags, tinytag_tags

TYPES = {format: row.media_type for format, row in FORMATS.items()}
KEYS = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
]
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


def in_tags(data: bytes) -> list[str]:
    return tinytag_tags(data).get("aigc", [])


INDEPENDENT: dict[str, Callable[[bytes], list[str]]] = {
    "wav": in_riff,
    "mp3": in_tags,
    "flac": in_tags,
    "ogg": in_tags,
}


def test_every_format_has_a_writer_a_reader_and_a_check() -> None:
    pictures = {*MEDIA_TYPES.values(), *animation.MEDIA_TYPES.values()}  # checked in test_xmp.py
    films = {"audio/mp4", "video/mp4", "video/webm"}  # test_audiobook.py, test_mp4.py, test_webm.py
    copies = {"video/quicktime", "video/x-matroska"}  # as other programs copy them; test_webm.py
    assert set(aigc.WRITERS) == set(TYPES.values()) | pictures | films
    assert set(aigc.READERS) == set(aigc.WRITERS) | copies
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


@pytest.mark.parametrize("format", ["mp3", "flac", "ogg"])
def test_ffmpeg_finds_the_label_and_tags_that_were_there(format: str, tmp_path: Path) -> None:
    plain, tagged, labeled = (tmp_path / f"{name}.{format}" for name in ("plain", "tagged", "out"))
    plain.write_bytes(sound(format))
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(plain),
        "-c",
        "copy",
        "-metadata",
        "title=星星",
        "-metadata",
        "AIGC=old",
        str(tagged),
    ]
    subprocess.run(command, check=True)
    before, _ = ffmpeg_tags(tagged)
    assert before["title"] == "星星" and before["aigc"] == "old"
    labeled.write_bytes(aigc.embed(tagged.read_bytes(), TYPES[format], VALUE))
    assert ffmpeg_tags(labeled)[0] == before | {"aigc": VALUE}
    np.testing.assert_array_equal(decode(labeled.read_bytes())[0], decode(tagged.read_bytes())[0])


@pytest.mark.parametrize("format", ["mp3", "flac", "ogg"])
def test_a_damaged_file_is_refused(format: str) -> None:
    data = aigc.embed(sound(format), TYPES[format], VALUE)
    for place in (12, 60, 100):
        with pytest.raises(MediaError, match="damaged"):
            aigc.read(data[:place], TYPES[format])


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
