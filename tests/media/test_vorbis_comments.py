"""Vorbis comments in FLAC and Ogg, also in files that are laid out oddly, as others read them."""

import io
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from hypothesis import example, given
from hypothesis import strategies as st

from miaobi.core.errors import MediaError
from miaobi.media import audio, id3, ogg
from miaobi.media import vorbis_comments as comments
from tests.media.tag_readers import ffmpeg_tags, tinytag_tags

RATE = 24_000
WAVE = (0.3 * np.sin(np.arange(3 * RATE) / 9)).astype(np.float32)
LABEL = '{"Label":"1"}'
PICTURE = "QUJD" * 50_000  # 200 KB, as METADATA_BLOCK_PICTURE in Base64


def vorbis() -> bytes:
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", RATE, 1, format="OGG", subtype="VORBIS") as file:
        for start in range(0, len(WAVE), 1 << 14):
            file.write(WAVE[start : start + (1 << 14)])
    return buffer.getvalue()


FLAC = audio.encode(WAVE, RATE, "flac")
OPUS = audio.encode(WAVE, RATE, "ogg")
VORBIS = vorbis()
FILES = {"flac": FLAC, "opus": OPUS, "vorbis": VORBIS}
ENDINGS = {"flac": "flac", "opus": "ogg", "vorbis": "ogg"}


# what others would do, written once more


def crc(data: bytes) -> int:
    """The CRC of Ogg, bit by bit."""
    register = 0
    for byte in data:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x04C11DB7 if register & 0x80000000 else 0)
        register &= 0xFFFFFFFF
    return register


def page(
    segments: Sequence[bytes], flags: int = 0, granule: int = 0, serial: int = 7, sequence: int = 0
) -> bytes:
    head = struct.pack("<4sBBQIIIB", b"OggS", 0, flags, granule, serial, sequence, 0, len(segments))
    data = head + bytes(map(len, segments)) + b"".join(segments)
    return data[:22] + struct.pack("<I", crc(data)) + data[26:]


def check_pages(data: bytes) -> list[tuple[int, int]]:
    """[(serial, sequence)] of all pages: whole, with the right CRC, numbered without a gap."""
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(data):
        assert data[place : place + 4] == b"OggS"
        serial, sequence, told, count = struct.unpack_from("<IIIB", data, place + 14)
        end = place + 27 + count + sum(data[place + 27 : place + 27 + count])
        zeroed = data[place : place + 22] + bytes(4) + data[place + 26 : end]
        assert ogg.checksum(zeroed) == told
        before = [number for other, number in found if other == serial]
        assert sequence == (before[-1] + 1 if before else 0)
        found.append((serial, sequence))
        place = end
    assert place == len(data)
    return found


def block(entries: Sequence[bytes], vendor: bytes = b"someone") -> bytes:
    texts = [struct.pack("<I", len(text)) + text for text in (vendor, *entries)]
    return texts[0] + struct.pack("<I", len(entries)) + b"".join(texts[1:])


def flac_blocks(data: bytes) -> list[tuple[int, bytes]]:
    found, place, last = [], data.index(b"fLaC") + 4, 0
    while not last:
        last, length = data[place] & 0x80, int.from_bytes(data[place + 1 : place + 4])
        found.append((data[place] & 0x7F, data[place + 4 : place + 4 + length]))
        place += 4 + length
    assert data[place] == 0xFF and data[place + 1] & 0xFC == 0xF8  # a frame of sound
    return found


def flac(blocks: Sequence[tuple[int, bytes]]) -> bytes:
    """Insert these metadata blocks after STREAMINFO."""
    rows = [flac_blocks(FLAC)[0], *blocks]
    length = 4 + sum(4 + len(body) for _, body in flac_blocks(FLAC))
    packed = [bytes((kind | (0x80 if number == len(rows) - 1 else 0),)) + len(body).to_bytes(3) + body
              for number, (kind, body) in enumerate(rows)]  # fmt: skip
    return b"fLaC" + b"".join(packed) + FLAC[length:]


def tagged(data: bytes, ending: str, folder: Path, *tags: str) -> bytes:
    """Write tags with ffmpeg."""
    source, out = folder / f"source.{ending}", folder / f"tagged.{ending}"
    source.write_bytes(data)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(source), "-c", "copy",
               *(part for tag in tags for part in ("-metadata", tag)), str(out)]  # fmt: skip
    subprocess.run(command, check=True)
    return out.read_bytes()


def same_sound(one: bytes, other: bytes) -> None:
    """Compare by two decoders: each ends a file in its own way where ffmpeg wrote a wrong length."""
    np.testing.assert_array_equal(audio.decode(one)[0], audio.decode(other)[0])
    first, second = (soundfile.read(io.BytesIO(data), dtype="float32") for data in (one, other))
    np.testing.assert_array_equal(first[0], second[0])


# all of them


@pytest.mark.parametrize("kind", FILES)
def test_write_and_read(kind: str, tmp_path: Path) -> None:
    data = FILES[kind]
    assert comments.values(data, "AIGC") == []
    once = comments.write(data, "AIGC", ["old", "older"])
    assert comments.values(once, "aigc") == ["old", "older"]
    again = comments.write(once, "aigc", [LABEL])
    assert comments.values(again, "AIGC") == [LABEL]
    assert tinytag_tags(again)["aigc"] == [LABEL]
    path = tmp_path / f"out.{ENDINGS[kind]}"
    path.write_bytes(again)
    assert ffmpeg_tags(path)[0]["aigc"] == LABEL
    same_sound(again, data)
    assert comments.write(again, "AIGC", []) == comments.write(data, "AIGC", [])
    if kind != "flac":
        check_pages(again)


@pytest.mark.parametrize("kind", FILES)
def test_comments_that_are_there_stay(kind: str, tmp_path: Path) -> None:
    data = tagged(FILES[kind], ENDINGS[kind], tmp_path, "title=星星", "mood=calm")
    before = [row for row in comments.read(data) if row[0].upper() != "AIGC"]
    assert ("title", "星星") in [(name.lower(), value) for name, value in before]
    after = comments.write(data, "AIGC", [LABEL])
    assert comments.read(after) == [*before, ("AIGC", LABEL)]
    assert (tinytag_tags(after)["title"], tinytag_tags(after)["mood"]) == (["星星"], ["calm"])
    same_sound(after, data)


@pytest.mark.parametrize("kind", FILES)
def test_large_comments(kind: str, tmp_path: Path) -> None:
    data = comments.write(FILES[kind], "METADATA_BLOCK_PICTURE", [PICTURE])
    data = comments.write(data, "AIGC", [LABEL])
    assert dict(comments.read(data))["METADATA_BLOCK_PICTURE"] == PICTURE
    assert tinytag_tags(data)["aigc"] == [LABEL]
    path = tmp_path / f"out.{ENDINGS[kind]}"
    path.write_bytes(data)
    assert ffmpeg_tags(path)[0]["aigc"] == LABEL
    same_sound(data, FILES[kind])
    small = comments.write(data, "metadata_block_picture", [])
    assert small == comments.write(FILES[kind], "AIGC", [LABEL])
    if kind != "flac":
        assert len(check_pages(data)) > len(check_pages(small)) + 2


@pytest.mark.parametrize("kind", FILES)
def test_any_length_of_a_comment(kind: str) -> None:
    data = FILES[kind]
    for size in (*range(190, 260), *range(64_760, 65_060, 7)):
        made = comments.write(data, "X", ["x" * size])
        assert comments.values(made, "X") == ["x" * size]
        assert kind == "flac" or check_pages(made)
    same_sound(made, data)


# FLAC


def test_a_flac_file_without_comments() -> None:
    data = flac([(1, bytes(50))])
    assert comments.read(data) == []
    made = comments.write(data, "AIGC", [LABEL])
    assert [kind for kind, _ in flac_blocks(made)] == [0, 4, 1]
    assert tinytag_tags(made)["aigc"] == [LABEL]
    same_sound(made, FLAC)


def test_a_flac_file_of_nothing_but_its_first_block() -> None:
    made = comments.write(flac([]), "AIGC", [LABEL])
    assert [kind for kind, _ in flac_blocks(made)] == [0, 4]
    same_sound(made, FLAC)


def test_other_blocks_of_flac_stay() -> None:
    others = [
        (1, bytes(100)),
        (2, b"test" + b"\1\2"),
        (6, struct.pack(">8I", 3, *[0] * 7)),
        (3, bytes(18)),
    ]
    data = flac([others[0], (4, block([b"title=Stars", b"broken", b"\xff=\xfe"])), *others[1:]])
    made = comments.write(data, "AIGC", [LABEL])
    assert [row for row in flac_blocks(made) if row[0] not in (0, 4)] == others
    assert block([b"title=Stars", b"broken", b"\xff=\xfe", b"AIGC=" + LABEL.encode()]) in made
    assert comments.read(made)[1] == ("broken", "")
    same_sound(made, FLAC)


def test_two_comment_blocks_are_both_searched() -> None:
    data = flac([(4, block([b"AIGC=1"])), (4, block([b"aigc=2", b"mood=calm"]))])
    assert comments.values(data, "AIGC") == ["1", "2"]
    made = comments.write(data, "AIGC", [LABEL])
    assert comments.read(made) == [("AIGC", LABEL), ("mood", "calm")]


def test_an_id3_tag_before_flac_stays() -> None:
    data = id3.write(id3.Tag(frames=(id3.text("TIT2", "Stars"),)), FLAC)
    made = comments.write(data, "AIGC", [LABEL])
    assert id3.read(made)[0] == id3.read(data)[0]
    assert comments.values(made, "AIGC") == [LABEL]
    assert tinytag_tags(id3.read(made)[1])["aigc"] == [LABEL]


def test_comments_too_large_for_flac() -> None:
    with pytest.raises(MediaError, match="too large"):
        comments.write(FLAC, "X", ["x" * (1 << 24)])


# Ogg


def test_the_crc_is_that_of_ogg() -> None:
    for data in (b"", b"\0", b"123456789", bytes(range(256)) * 3):
        assert ogg.checksum(data) == crc(data)


def pages_of(data: bytes) -> list[ogg.Page]:
    return list(ogg.pages(data))


def segments_of(packet: bytes) -> list[bytes]:
    return [packet[at : at + 255] for at in range(0, len(packet) + 1, 255)]


def header_of(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """(first page, the other packets of the header, pages of sound) of an Ogg file."""
    rows = pages_of(data)
    count = 1 if b"OpusHead" in rows[0].body else 2
    for end in range(2, len(rows)):
        found = ogg.packets(rows[1:end]) if rows[end - 1].lacing[-1] < 255 else []
        if len(found) == count:
            return data[: rows[0].end], found, data[rows[end - 1].end :]
    raise AssertionError


def renumbered(sound: bytes, first: int) -> bytes:
    parts = [page([row.body[start : start + length] for start, length in laced(row)],
                  row.flags, row.granule, row.serial, first + number)
             for number, row in enumerate(pages_of(sound))]  # fmt: skip
    return b"".join(parts)


def laced(row: ogg.Page) -> list[tuple[int, int]]:
    starts = np.cumsum([0, *row.lacing])
    return [(int(start), length) for start, length in zip(starts, row.lacing, strict=False)]


@pytest.mark.parametrize("kind", ["opus", "vorbis"])
@pytest.mark.parametrize("each", [1, 2, 7])
def test_headers_on_many_small_pages(kind: str, each: int) -> None:
    first, packets, sound = header_of(FILES[kind])
    serial = pages_of(first)[0].serial
    segments = [segment for packet in packets for segment in segments_of(packet)]
    pages, going_on = [], 0
    for start in range(0, len(segments), each):
        part = segments[start : start + each]
        granule = 0 if len(part[-1]) < 255 else (1 << 64) - 1
        pages.append(page(part, going_on, granule, serial, len(pages) + 1))
        going_on = 1 if len(part[-1]) == 255 else 0
    data = first + b"".join(pages) + renumbered(sound, len(pages) + 1)
    check_pages(data)
    same_sound(data, FILES[kind])
    made = comments.write(data, "AIGC", [LABEL])
    assert made == comments.write(FILES[kind], "AIGC", [LABEL])


def test_what_follows_the_comments_of_opus_stays() -> None:
    first, (packet,), sound = header_of(OPUS)
    serial = pages_of(first)[0].serial
    data = first + page(segments_of(packet + b"\1keep"), 0, 0, serial, 1) + sound
    made = comments.write(data, "AIGC", [LABEL])
    assert header_of(made)[1][0].endswith(b"\1keep")
    assert comments.read(made) == [("AIGC", LABEL)]


def test_two_streams_side_by_side() -> None:
    """Pages of another stream lie between ours: they stay as they are."""
    other = [page([b"fishead\0" + bytes(56)], 2, 0, 99, 0), page([b"more"], 4, 0, 99, 1)]
    rows = pages_of(OPUS)
    cuts = [OPUS[: rows[0].end], OPUS[rows[0].end : rows[1].end], OPUS[rows[1].end :]]
    data = other[0] + cuts[0] + other[1] + cuts[1] + cuts[2]
    made = comments.write(data, "X", ["x" * 200_000])
    assert made.startswith(other[0] + cuts[0] + other[1])
    assert comments.values(made, "X") == ["x" * 200_000]
    numbers = check_pages(made)
    assert [row for row in numbers if row[0] == 99] == [(99, 0), (99, 1)]


def test_a_chained_stream_keeps_its_numbers() -> None:
    """Also one that wrongly has the same serial number."""
    grown = comments.write(OPUS, "X", ["x" * 200_000])
    assert comments.write(OPUS + OPUS, "X", ["x" * 200_000]) == grown + OPUS
    assert comments.write(OPUS + VORBIS, "X", ["x" * 200_000]) == grown + VORBIS


def test_an_end_on_the_header_stays() -> None:
    first, (packet,), _ = header_of(OPUS)
    serial = pages_of(first)[0].serial
    data = first + page(segments_of(packet), 4, 0, serial, 1)
    rows = pages_of(comments.write(data, "X", ["x" * 200_000]))
    assert [row.flags & 4 for row in rows] == [0] * (len(rows) - 1) + [4]


def changed(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def with_header(kind: str, packets: Callable[[list[bytes]], list[bytes]]) -> bytes:
    first, found, sound = header_of(FILES[kind])
    rows = ogg.paginate(packets(found), pages_of(first)[0].serial, 1)
    return first + b"".join(row.to_bytes() for row in rows) + sound


DAMAGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "another format": lambda: b"RIFF" + bytes(100),
    "FLAC without a block": lambda: b"fLaC",
    "FLAC cut off in a block": lambda: FLAC[:60],
    "FLAC without STREAMINFO": lambda: b"fLaC\x84" + len(block([])).to_bytes(3) + block([]),
    "FLAC with two STREAMINFO": lambda: flac([(0, bytes(34))]),
    "FLAC with a forbidden block": lambda: flac([(127, bytes(34))]),
    "FLAC with a cut vendor": lambda: flac([(4, b"\xff\0\0\0some")]),
    "FLAC with half a length": lambda: flac([(4, b"\xff\0")]),
    "FLAC with endless comments": lambda: flac([(4, bytes(4) + b"\xff\xff\xff\xff" + bytes(40))]),
    "FLAC after a cut ID3 tag": lambda: b"ID3\4\0\0\0\0\x7f\0" + FLAC[:100],
    "Ogg cut off in its first page": lambda: OPUS[:30],
    "Ogg cut off in a header of a page": lambda: OPUS[: pages_of(OPUS)[0].end + 20],
    "Ogg cut off in its comments": lambda: OPUS[: pages_of(OPUS)[1].end - 1],
    "Ogg of one page": lambda: OPUS[: pages_of(OPUS)[0].end],
    "Ogg of a later version": lambda: changed(OPUS, 4, b"\1"),
    "Ogg with another codec": lambda: page([b"Speex   "], 2) + page([b"x"], 0, 0, 7, 1),
    "Ogg with a wrong CRC": lambda: changed(OPUS, pages_of(OPUS)[1].start + 22, b"\1\2\3\4"),
    "Ogg that begins twice": lambda: OPUS[: pages_of(OPUS)[0].end] * 2,
    "Ogg that begins in the middle": lambda: OPUS[pages_of(OPUS)[0].end :],
    "Ogg without comments": lambda: with_header("opus", lambda rows: [b"OpusTagz" + rows[0][8:]]),
    "Ogg with sound in its header": lambda: with_header("opus", lambda rows: [*rows, b"sound"]),
    "Ogg Vorbis with three more packets": lambda: with_header("vorbis", lambda rows: [*rows, b""]),
    "Ogg with endless comments": lambda: with_header(
        "opus", lambda rows: [b"OpusTags" + bytes(4) + b"\xff\xff\xff\xff"]
    ),
    "Ogg with a packet out of nowhere": lambda: (
        OPUS[: pages_of(OPUS)[0].end] + page([b"x"], 1, 0, pages_of(OPUS)[0].serial, 1)
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files(name: str) -> None:
    data = DAMAGED[name]()
    with pytest.raises(MediaError, match="damaged"):
        comments.read(data)
    with pytest.raises(MediaError, match="damaged"):
        comments.write(data, "AIGC", [LABEL])


@pytest.mark.parametrize("kind", ["opus", "vorbis"])
def test_damaged_sound_is_not_given_a_new_crc(kind: str) -> None:
    data = FILES[kind]
    last = pages_of(data)[-1]
    wrong = changed(data, last.end - 3, b"xyz")
    assert comments.read(wrong) == comments.read(data)  # the head is sound
    for broken in (wrong, data[:-1], data + b"more", data + b"OggS" + bytes(30)):
        with pytest.raises(MediaError, match="damaged"):
            comments.write(broken, "AIGC", [LABEL])


NAME = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7D, exclude_characters="="), min_size=1
)


@given(st.sampled_from(sorted(FILES)), NAME, st.lists(st.text(max_size=2000), max_size=4))
def test_any_comments_come_back(kind: str, name: str, texts: list[str]) -> None:
    made = comments.write(FILES[kind], name, texts)
    if name.upper() not in {other.upper() for other, _ in comments.read(FILES[kind])}:
        assert comments.values(made, name) == texts
    else:
        assert [value for key, value in comments.read(made) if key == name] == texts
    assert kind == "flac" or check_pages(made)


@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True))
def test_what_is_cut_off_is_read_or_refused(kind: str, share: float) -> None:
    data = FILES[kind]
    cut = data[: int(len(data) * share)]
    try:
        assert comments.values(comments.write(cut, "AIGC", [LABEL]), "AIGC") == [LABEL]
    except MediaError:
        return
    assert kind == "flac" or cut in {data[: row.end] for row in pages_of(data)}


@given(st.sampled_from(sorted(FILES)), st.integers(0, 5000), st.integers(0, 255))
def test_one_wrong_byte_is_read_or_refused(kind: str, place: int, byte: int) -> None:
    data = bytearray(FILES[kind])
    data[place % len(data)] = byte
    try:
        comments.read(bytes(data))
        comments.write(bytes(data), "AIGC", [LABEL])
    except MediaError:
        return


@given(st.sampled_from([b"fLaC", b"OggS", b"OggS\0\2", b"ID3\4\0\0", b""]), st.binary(max_size=300))
@example(b"fLaC", b"\0\0\0\0" * 50)
@example(b"OggS", bytes(22) + b"\0" * 200)
def test_garbage_is_read_or_refused(start: bytes, body: bytes) -> None:
    for work in (comments.read, lambda data: comments.write(data, "AIGC", [LABEL])):
        try:
            work(start + body)
        except MediaError:
            continue
