"""ID3v2 tags: built here byte by byte, read and rewritten by us, and read by ffmpeg and tinytag."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from miaobi.core.errors import MediaError
from miaobi.media import audio, id3
from miaobi.media.id3 import Frame, Tag
from tests.media.tag_readers import ffmpeg_tags, tinytag_tags

SOUND = audio.encode(np.zeros(4800, np.float32), 24_000, "mp3")
LABEL = '{"Label":"1"}'
PICTURE = b"\xff\x00\x00\xff\xe0\xff\xff\xfb" * 40 + b"\xff"  # what unsynchronisation changes
IDS = {2: ("TT2", "PIC", "TXX"), 3: ("TIT2", "APIC", "TXXX"), 4: ("TIT2", "APIC", "TXXX")}
VERSIONS = (2, 3, 4)


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))


def unsynchronised(data: bytes) -> bytes:
    changed = bytearray()
    for place, byte in enumerate(data):
        changed.append(byte)
        following = data[place + 1] if place + 1 < len(data) else 0xFF
        if byte == 0xFF and (following >= 0xE0 or following == 0):
            changed.append(0)
    return bytes(changed)


def tag(version: int, body: bytes, flags: int = 0, footer: bytes = b"") -> bytes:
    return b"ID3" + bytes((version, 0, flags)) + synchsafe(len(body)) + body + footer


def frame(version: int, name: str, body: bytes, flags: int = 0, plain: bool = False) -> bytes:
    if version == 2:
        return name.encode() + len(body).to_bytes(3) + body
    size = synchsafe(len(body)) if version == 4 and not plain else len(body).to_bytes(4)
    return name.encode() + size + flags.to_bytes(2) + body


def picture(version: int) -> bytes:
    kind = b"JPG" if version == 2 else b"image/jpeg\0"
    return b"\0" + kind + b"\3" + b"\0" + PICTURE


def frames(version: int) -> bytes:
    title, image, user = IDS[version]
    return (
        frame(version, title, b"\0Stars")
        + frame(version, image, picture(version))
        + frame(version, user, b"\0AIGC\0old")
        + frame(version, user, b"\0mood\0calm")
    )


def unsynchronised_frames() -> bytes:
    body = unsynchronised(picture(4))
    length = synchsafe(len(picture(4)))
    return (
        frame(4, "TIT2", b"\0Stars")
        + frame(4, "APIC", length + body, 0b11)
        + frame(4, "TXXX", b"\0AIGC\0old")
        + frame(4, "TXXX", b"\0mood\0calm")
    )


FOOTER = b"3DI" + bytes((4, 0, 0x10)) + synchsafe(len(frames(4)))
TAGS = {
    "2.2": tag(2, frames(2)),
    "2.2 unsynchronised": tag(2, unsynchronised(frames(2)), 0x80),
    "2.2 with padding": tag(2, frames(2) + bytes(3)),
    "2.3": tag(3, frames(3)),
    "2.3 unsynchronised": tag(3, unsynchronised(frames(3)), 0x80),
    "2.3 with an extended header": tag(3, struct.pack(">IHI", 6, 0, 20) + frames(3) + bytes(20), 0x40),
    "2.3 with CRC, unsynchronised": tag(
        3, unsynchronised(struct.pack(">IHII", 10, 0x8000, 0, 0xFFFFFFFF) + frames(3)), 0xC0
    ),
    "2.4": tag(4, frames(4)),
    "2.4 with padding": tag(4, frames(4) + bytes(1000)),
    "2.4 with an extended header": tag(4, synchsafe(6) + b"\1\0" + frames(4), 0x40),
    "2.4 with a footer": tag(4, frames(4), 0x10, FOOTER),
    "2.4 unsynchronised": tag(4, unsynchronised_frames(), 0x80),
    "2.4 with plain sizes": tag(
        4,
        frame(4, "APIC", picture(4), plain=True)
        + frame(4, "TIT2", b"\0Stars")
        + frame(4, "TXXX", b"\0AIGC\0old")
        + frame(4, "TXXX", b"\0mood\0calm"),
    ),
}  # fmt: skip


def labeled(data: bytes) -> bytes:
    """The file with its AIGC frame replaced."""
    found, sound = id3.read(data)
    others = id3.without_user_text(found, "AIGC")
    added = id3.user_text("AIGC", LABEL, found.version)
    return id3.write(Tag(found.version, (*others.frames, added)), sound)


@pytest.mark.parametrize("name", TAGS)
def test_reading_and_replacing(name: str, tmp_path: Path) -> None:
    data = TAGS[name] + SOUND
    found, sound = id3.read(data)
    assert sound == SOUND
    assert id3.size(data) == len(TAGS[name])
    assert id3.user_texts(found, "AIGC") == ["old"]
    path = tmp_path / "out.mp3"
    path.write_bytes(labeled(data))
    again, sound = id3.read(path.read_bytes())
    assert sound == SOUND and again.version == found.version == int(name[2])
    assert id3.user_texts(again, "AIGC") == [LABEL]
    assert id3.user_texts(again, "mood") == ["calm"]
    images = [row.body for row in again.frames if row.name in ("PIC", "APIC")]
    assert len(images) == 1 and images[0].endswith(picture(found.version))
    others = tinytag_tags(path.read_bytes())
    assert (others["title"], others["aigc"], others["mood"]) == (["Stars"], [LABEL], ["calm"])
    tags, _ = ffmpeg_tags(path)
    assert (tags["title"], tags["aigc"], tags["mood"]) == ("Stars", LABEL, "calm")


@pytest.mark.parametrize("name", TAGS)
def test_the_picture_survives_for_other_readers(name: str) -> None:
    from io import BytesIO

    from tinytag import TinyTag

    found = TinyTag.get(file_obj=BytesIO(labeled(TAGS[name] + SOUND)), image=True).images.any
    assert found is not None and found.data == PICTURE


@pytest.mark.parametrize("name", TAGS)
def test_the_sound_is_the_same(name: str) -> None:
    np.testing.assert_array_equal(
        audio.decode(labeled(TAGS[name] + SOUND))[0], audio.decode(SOUND)[0]
    )


def test_a_file_without_a_tag() -> None:
    assert id3.read(SOUND) == (Tag(), SOUND)
    assert id3.write(Tag(), SOUND) == SOUND
    assert id3.read(b"") == (Tag(), b"") and id3.size(b"ID") == 0
    assert tinytag_tags(labeled(SOUND))["aigc"] == [LABEL]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("words", ["plain", "星星 😀", "é", ""])
def test_texts_of_each_version(version: int, words: str, tmp_path: Path) -> None:
    made = (
        id3.text("TIT2", words + "!", version),
        id3.text("TPE1", "Somebody", version),
        id3.user_text("mood" + words, words + "?", version),
    )
    data = id3.write(Tag(version, made), SOUND)
    assert id3.user_texts(id3.read(data)[0], "mood" + words) == [words + "?"]
    path = tmp_path / "out.mp3"
    path.write_bytes(data)
    tags, _ = ffmpeg_tags(path)
    assert (tags["title"], tags["artist"]) == (words + "!", "Somebody")
    assert tags["mood" + words.lower()] == words + "?"
    assert tinytag_tags(data)["title"] == [words + "!"]


@pytest.mark.parametrize(
    "body",
    [
        b"\0mood\0calm",
        b"\1" + "mood".encode("utf-16") + b"\0\0" + "calm".encode("utf-16"),
        b"\1\xfe\xff" + "mood".encode("utf-16-be") + b"\0\0\xfe\xff" + "calm".encode("utf-16-be"),
        b"\2" + "mood".encode("utf-16-be") + b"\0\0" + "calm\0".encode("utf-16-be"),
        b"\3mood\0calm\0",
    ],
)
def test_encodings_of_user_texts(body: bytes) -> None:
    found, _ = id3.read(tag(4, frame(4, "TXXX", body)))
    assert id3.user_texts(found, "mood") == ["calm"]


def test_zeros_across_characters_do_not_end_a_text() -> None:
    body = b"\2" + "Ā\u0100".encode("utf-16-be") + b"\0\0" + "\u0100a".encode("utf-16-be")
    found, _ = id3.read(tag(4, frame(4, "TXXX", body)))
    assert id3.user_texts(found, "ĀĀ") == ["Āa"]


def test_several_values_of_one_frame() -> None:
    found, _ = id3.read(tag(4, frame(4, "TXXX", b"\3AIGC\0one\0two")))
    assert id3.user_texts(found, "AIGC") == ["one", "two"]


@pytest.mark.parametrize("body", [b"", b"\0", b"\7mood\0calm", b"\3\xff\xff", b"\1\0"])
def test_odd_user_texts_are_kept_and_not_read(body: bytes) -> None:
    data = tag(4, frame(4, "TXXX", body))
    found, _ = id3.read(data)
    assert id3.user_texts(found, "AIGC") == []
    assert id3.write(id3.without_user_text(found, "AIGC"), b"") == data


def test_compressed_grouped_and_encrypted_frames() -> None:
    text = b"\3AIGC\0" + LABEL.encode() * 30
    packed = zlib.compress(text)
    bodies = [
        (3, 0x80, len(text).to_bytes(4) + packed),
        (3, 0x20, b"G" + text),
        (4, 0b1001, synchsafe(len(text)) + packed),
        (4, 0b01000001, b"G" + synchsafe(len(text)) + text),
    ]
    for version, flags, body in bodies:
        data = tag(version, frame(version, "TXXX", body, flags))
        found, _ = id3.read(data)
        assert id3.user_texts(found, "AIGC") == [LABEL * 30]
        assert id3.write(found, b"") == data  # its bytes and flags are kept
        assert id3.without_user_text(found, "AIGC").frames == ()
    for flags, body in ((0b101, b"E" + bytes(4) + text), (0b1001, bytes(4) + b"no zlib")):
        found, _ = id3.read(tag(4, frame(4, "TXXX", body, flags)))
        assert id3.user_texts(found, "AIGC") == []
        assert len(id3.without_user_text(found, "AIGC").frames) == 1


def test_what_is_compressed_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id3, "LARGEST_TEXT", 1000)
    bomb = zlib.compress(b"\3AIGC\0" + bytes(1 << 22))
    found, _ = id3.read(tag(4, frame(4, "TXXX", bytes(4) + bomb, 0b1001)))
    assert len(id3._content(found.frames[0], 4) or b"") == 1000


def test_frames_that_were_not_unsynchronised_though_the_tag_says_so() -> None:
    data = tag(4, frames(4), 0x80)
    found, _ = id3.read(data)
    assert found.frames[1].body == picture(4)


def test_chapters(tmp_path: Path) -> None:
    names = [f"chp{number}" for number in range(3)]
    rows = [id3.chapter(name, 10 * number, 10 * number + 10, [id3.text("TIT2", f"第{number}章")])
            for number, name in enumerate(names)]  # fmt: skip
    path = tmp_path / "out.mp3"
    path.write_bytes(id3.write(Tag(frames=(*id3.contents(names), *rows)), SOUND))
    _, chapters = ffmpeg_tags(path)
    assert chapters == [(f"第{n}章", n / 100, (n + 1) / 100) for n in range(3)]


def test_more_chapters_than_one_table_holds() -> None:
    names = [f"c{number}" for number in range(600)]
    top, *tables = id3.contents(names)
    assert top.body == b"toc\0\3\3toc-0\0toc-1\0toc-2\0"
    assert [row.body[:8] for row in tables] == [b"toc-0\0\1\xff", b"toc-1\0\1\xff", b"toc-2\0\1Z"]
    listed = [name for row in tables for name in row.body[8:].decode().split("\0") if name]
    assert listed == names
    assert id3.contents([])[0].body == b"toc\0\3\0"


def test_tags_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MediaError, match="too large"):
        id3.write(Tag(2, (Frame("PIC", bytes(1 << 24)),)), SOUND)
    monkeypatch.setattr(id3, "LARGEST", 1 << 10)
    big = Frame("APIC", bytes(1 << 9))
    with pytest.raises(MediaError, match="too large"):
        id3.write(Tag(3, (big, big)), SOUND)


DAMAGED: dict[str, Callable[[], bytes]] = {
    "cut off in the header": lambda: TAGS["2.4"][:7],
    "cut off in a frame": lambda: TAGS["2.4"][:-3],
    "cut off in the footer": lambda: TAGS["2.4 with a footer"][:-1],
    "version 5": lambda: tag(5, frames(4)),
    "revision 255": lambda: b"ID3\x04\xff" + TAGS["2.4"][5:],
    "a size with high bits": lambda: b"ID3\4\0\0\x80\0\0\0" + frames(4),
    "a frame longer than the tag": lambda: tag(3, b"TIT2\0\0\1\0\0\0\0Stars"),
    "a frame of 2.4 longer than the tag": lambda: tag(4, b"TIT2\0\0\1\0\0\0\0Stars"),
    "small letters": lambda: tag(4, frame(4, "tit2", b"\0Stars")),
    "half a header of a frame": lambda: tag(4, frames(4) + b"TIT2\0"),
    "words in the padding": lambda: tag(4, frames(4) + bytes(8) + b"words"),
    "an extended header without its size": lambda: tag(4, b"\0\0", 0x40),
    "an extended header longer than the tag": lambda: tag(3, b"\0\1\0\0" + frames(3), 0x40),
    "a short extended header": lambda: tag(4, synchsafe(2) + frames(4), 0x40),
    "a compressed tag of 2.2": lambda: tag(2, frames(2), 0x40),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_tags(name: str) -> None:
    with pytest.raises(MediaError, match="damaged"):
        id3.read(DAMAGED[name]() + (b"" if "cut" in name else SOUND))


NAMES = {
    2: st.from_regex(r"[A-Z0-9]{3}", fullmatch=True),
    4: st.from_regex(r"[A-Z0-9]{4}", fullmatch=True),
}


@st.composite
def any_tag(draw: st.DrawFn) -> Tag:
    version = draw(st.sampled_from(VERSIONS))
    flags = st.just(0) if version == 2 else st.sampled_from([0, 0x40, 0x8000, 0x4000])
    rows = st.builds(Frame, NAMES[2 if version == 2 else 4], st.binary(max_size=300), flags)
    return Tag(version, tuple(draw(st.lists(rows, min_size=1, max_size=5))))


@given(any_tag(), st.binary(max_size=20))
def test_any_tag_comes_back(made: Tag, sound: bytes) -> None:
    assert id3.read(id3.write(made, sound)) == (made, sound)


@given(any_tag(), st.data())
def test_what_is_cut_off_is_refused(made: Tag, data: st.DataObject) -> None:
    written = id3.write(made, b"")
    with pytest.raises(MediaError):
        id3.read(written[: data.draw(st.integers(3, len(written) - 1))])


@given(st.sampled_from(VERSIONS), st.integers(0, 255), st.binary(max_size=200))
@example(4, 0x40, bytes(10))
@example(3, 0xC0, b"\xff" * 20)
def test_garbage_is_read_or_refused(version: int, flags: int, body: bytes) -> None:
    data = tag(version, body, flags)
    try:
        found, _ = id3.read(data)
    except MediaError:
        return
    id3.user_texts(found, "AIGC")
    again, _ = id3.read(id3.write(found, b""))
    assert again.frames == found.frames


@given(st.sampled_from(sorted(TAGS)), st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_is_read_or_refused(name: str, place: int, byte: int) -> None:
    data = bytearray(TAGS[name])
    data[place % len(data)] = byte
    try:
        assert id3.read(labeled(bytes(data)))[0].frames
    except MediaError:
        return
