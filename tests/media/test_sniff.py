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
