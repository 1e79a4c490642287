"""Bytes are known by what they are, whatever they are called."""

import numpy as np
import pytest

from miaobi.media.audio import FORMATS, encode
from miaobi.media.sniff import media_type_of


@pytest.mark.parametrize("format", FORMATS)
def test_what_we_encode_is_recognized(format: str) -> None:
    samples = (0.1 * np.sin(np.arange(12_000) / 9)).astype(np.float32)
    assert media_type_of(encode(samples, 24_000, format)) == FORMATS[format].media_type
    silence = np.zeros(12_000, np.float32)
    assert media_type_of(encode(silence, 24_000, format)) == FORMATS[format].media_type


@pytest.mark.parametrize("format", ["flac", "mp3"])
def test_past_an_id3_tag(format: str) -> None:
    tag = b"ID3\x04\0\0" + bytes([0, 0, 1, 2]) + bytes(130)  # 1 * 128 + 2 bytes follow
    data = tag + encode(np.zeros(4_000, np.float32), 24_000, format)
    assert media_type_of(data) == FORMATS[format].media_type


@pytest.mark.parametrize(
    "words",
    [
        "",
        "hello",
        "ID3 is a kind of tag",
        "OggS",
        "fLaC means lossless",
        "1234 not ftyp, 8 WAVE",
        "12345678WAVE forms",
        "%PDF-1.4",
        "{}",
        "你好",
    ],
)
def test_words_are_words_whatever_they_begin_with(words: str) -> None:
    assert media_type_of(words.encode()) == "text/plain"


def test_other_things() -> None:
    assert media_type_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") == "image/png"
    assert media_type_of(b"\0\0\0\x18ftypmp42") == "video/mp4"
    assert media_type_of(b"\xff\xd8\xff\xe0\0\x10JFIF") == "image/jpeg"
    assert media_type_of(bytes(range(128, 256))) == "application/octet-stream"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xfb\x90\x44" + bytes(200), "audio/mpeg"),
        (b"\xff\xfa\x90\x44" + bytes(200), "audio/mpeg"),  # with a checksum
        (b"\xff\xf3\x40\xc4" + bytes(100), "audio/mpeg"),  # version 2
        (b"\xff\xe3\x18\xc4" + bytes(60), "audio/mpeg"),  # version 2.5
        (b"\xff\xe2\x18\xc4" + bytes(60), "audio/mpeg"),
        (b"\xff\xfd\x90\x44" + bytes(100), "audio/mpeg"),  # layer II
        (b"\xff\xf1\x50\x80" + bytes(60), "audio/aac"),
        (b"\xff\xfb\x90\x44" + bytes(1000), "application/octet-stream"),  # no second frame
        (b"\xff\xfb\xf0\x44" + bytes(100), "application/octet-stream"),  # no such bitrate
        (b"\xff\xeb\x90\x44" + bytes(100), "application/octet-stream"),  # no such version
        ("Straße, naïve".encode("utf-16") * 40, "application/octet-stream"),
        ("Straße".encode("utf-16"), "application/octet-stream"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
        (b"FORM\0\0\1\0AIFCFVER", "audio/aiff"),
        (b"\x0b\x77\x12\x34\x9c" + bytes(9), "audio/ac3"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\1\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\x82\x88matroska", "video/x-matroska"),
        (b"FLV\1\5\0\0\0\x09", "video/x-flv"),
        ((b"\x47" + b"\xff" * 187) * 5, "video/mp2t"),
        ((b"\x47" + b"\xff" * 187) * 2, "application/octet-stream"),
    ],
)
def test_sound_and_video_of_other_programs(data: bytes, media_type: str) -> None:
    assert media_type_of(data) == media_type
