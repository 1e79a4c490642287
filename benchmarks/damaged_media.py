"""Damaged sound, videos, pictures and Markdown: each file ends in a result or one clear message.

    python -m benchmarks.damaged_media [KIND ...]

Each file goes through the reader that uploads go through, and through the verification of labels.
The seeds are small files with our labels; tests read 20 damaged files of each kind, this 2,000.
Results are in results/fuzzing.json; of named kinds alone they are only printed.
"""

import io
import random
import resource
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.fuzzing import damage
from benchmarks.measuring import figure, write
from miaobi.core.errors import MiaobiError
from miaobi.core.requests import SoundRequest
from miaobi.core.text_encoding import decode_text
from miaobi.film.script import script_from_text
from miaobi.media import audio, image, video
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import GENERATED, Record, c2pa_manifest
from miaobi.provenance.verify import verify_bytes
from miaobi.speech.audiobook import read_book

FILES = 2000  # of each kind
RATE, SECONDS = 16_000, 0.3
SHORTEST, LONGEST = 10, 400  # characters of a clear message
MAX_FRAMES = 30  # that are read of a damaged video
NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\xff\xff\xff\x7f")
MARKDOWN = """---
title: The Boat
author: "A. Writer"
---
# The Boat

A small boat *leaves* the harbor. It costs $5-$10[^1]; **12 %** of it is paid.

## Chapter 1

> The sea is grey.

- one
- two `code`
  1. three

| a | b |
|---|---|
| 1 | 2 |

![A fox](fox.png) and [a link](https://example.org "title"). <b>bold</b><br>

```python
print("not read")
```

Chapter 2
=========

Setext, 第一章 小船出海。\\* &amp; &copy; ~~gone~~

[^1]: A note.
"""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its seeds, pieces that its reader may stumble over, and the reader."""

    seeds: Callable[[], list[bytes]]
    pieces: tuple[bytes, ...]
    read: Callable[[bytes], object]
    repair: Callable[[bytes], bytes] | None = None  # of checksums, so that more is read


def _labeled(data: bytes, media_type: str) -> bytes:
    """Return a file with both of our labels."""
    record = Record.of(SoundRequest(model="procedural", prompt="a click"), "MIT", "1", GENERATED)
    embedded = aigc.embed(data, media_type, aigc.label("miaobi", record.id))
    return sign.sign(embedded, media_type, c2pa_manifest(record, "seed"), install_keys())


def _tone() -> np.ndarray:
    return (0.3 * np.sin(np.arange(round(RATE * SECONDS)) / 6)).astype(np.float32)


def _frames(count: int) -> Iterator[np.ndarray]:
    """Yield frames (32, 48, 3) of a bar that moves."""
    for number in range(count):
        frame = np.full((32, 48, 3), (20, 60, 160), np.uint8)
        frame[4:28, 4 * number : 4 * number + 8] = 255
        yield frame


def _sounds(format: str) -> list[bytes]:
    plain = audio.encode(_tone(), RATE, format)
    return [plain, _labeled(plain, audio.FORMATS[format].media_type)]


def _waves() -> list[bytes]:
    import soundfile

    seeds = _sounds("wav")
    for subtype in ("FLOAT", "IMA_ADPCM", "ULAW", "PCM_24"):
        out = io.BytesIO()
        soundfile.write(out, _tone()[:1500], RATE, format="WAV", subtype=subtype)
        seeds.append(out.getvalue())
    return seeds


def _videos() -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="miaobi-") as name:
        folder = Path(name)
        for _ in video.write(_frames(6), folder / "a.mp4", 20, (48, 32)):
            pass
        (folder / "a.wav").write_bytes(audio.encode(_tone(), RATE, "wav"))
        video.concat([folder / "a.mp4"], folder / "b.mp4", folder / "a.wav")
        silent, spoken = (folder / "a.mp4").read_bytes(), (folder / "b.mp4").read_bytes()
    return [silent, spoken, _labeled(spoken, "video/mp4")]


def _pictures(format: str) -> list[bytes]:
    from PIL import Image

    first = next(_frames(1))
    plain = image.encode(first, format)
    seeds = [plain, _labeled(plain, image.MEDIA_TYPES[format])]
    for mode in ("L", "RGBA", "P", "CMYK") if format != "webp" else ("RGBA",):
        if (format, mode) in (("jpeg", "RGBA"), ("jpeg", "P"), ("png", "CMYK")):
            continue
        out = io.BytesIO()
        exif = Image.Exif()
        exif[274] = 6  # turned by a quarter
        Image.fromarray(first).convert(mode).save(out, format.upper(), exif=exif)
        seeds.append(out.getvalue())
    return seeds


def _read_sound(data: bytes) -> None:
    verify_bytes(data)
    samples, rate = audio.decode(data)
    assert len(samples) and rate > 0 and np.isfinite(samples).all()


def _read_video(data: bytes) -> None:
    verify_bytes(data)
    with tempfile.TemporaryDirectory(prefix="miaobi-") as folder:
        path = Path(folder) / "video"
        path.write_bytes(data)
        info = video.probe(path)
        assert info.width > 0 and info.height > 0 and info.fps > 0 and info.seconds >= 0
        for frame in islice(video.read(path), MAX_FRAMES):
            assert frame.shape == (info.height, info.width, 3)
        if info.sound:
            _read_sound(data)


def _read_picture(data: bytes) -> None:
    verify_bytes(data)
    pixels = image.decode(data)
    assert pixels.ndim == 3 and pixels.dtype == np.uint8 and pixels.size


def _read_markdown(data: bytes) -> None:
    text = decode_text(data, "story.md")
    title, turns = read_book(text)
    assert isinstance(title, str)
    assert all(span.text for turn in turns for span in turn.spans)
    assert 1 <= len(script_from_text(text, 5)["scenes"]) <= 5


def _with_checksums(data: bytes) -> bytes:
    """Write the right checksum of every PNG chunk, so that the decoder goes on to its content."""
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        size = int.from_bytes(out[at : at + 4], "big")
        end = at + 8 + size
        if end + 4 > len(out):
            break
        out[end : end + 4] = zlib.crc32(out[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(out)


KINDS = {
    "wav": Kind(
        cache(_waves),
        (
            *(*NUMBERS, b"RIFF", b"RF64", b"WAVE", b"fmt \x10\0\0\0", b"data", b"LIST", b"C2PA"),
            *(b"\1\0\0\0", b"\xfe\xff", b"\3\0\1\0", b"fact\4\0\0\0", b"AIGC\xff\xff\xff\xff"),
        ),
        _read_sound,
    ),
    "mp3": Kind(
        cache(lambda: _sounds("mp3")),
        (
            *(*NUMBERS, b"ID3\4\0\0\x7f\x7f\x7f\x7f", b"\xff\xfb\x90\0", b"\xff\xe3\x18\xc4"),
            *(b"TXXX\0\0\xff\xff\0\0", b"TAG", b"Xing\0\0\0\x0f", b"GEOB", b"APIC\0\0\0\0"),
        ),
        _read_sound,
    ),
    "mp4": Kind(
        cache(_videos),
        (
            *(*NUMBERS, b"moov", b"mdat", b"\0\0\0\x08free", b"\0\0\0\1mdat", b"stsz", b"stco"),
            *(b"\0\0\0\0moov", b"uuid", b"alis", b"url \0\0\0\0file:///etc/passwd", b"dref"),
            *(b"\0\0\0\1\x65", b"avcC", b"esds", b"elst", b"\0\0\0\x10trak"),
        ),
        _read_video,
    ),
    "png": Kind(
        cache(lambda: _pictures("png")),
        (
            *(*NUMBERS, b"IHDR", b"IDAT", b"IEND", b"PLTE", b"tRNS", b"acTL\0\0\0\2\0\0\0\0"),
            *(b"iTXtXML:com.adobe.xmp\0\0\0\0\0", b"zTXt", b"iCCP", b"caBX", b"eXIf"),
        ),
        _read_picture,
        _with_checksums,
    ),
    "jpeg": Kind(
        cache(lambda: _pictures("jpeg")),
        (
            *(*NUMBERS, b"\xff\xd8", b"\xff\xd9", b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\3"),
            *(b"\xff\xc4", b"\xff\xdb", b"\xff\xda", b"\xff\xe1\xff\xffExif\0\0", b"\xff\xdd"),
            *(b"\xff\xebJP", b"MPF\0", b"http://ns.adobe.com/xap/1.0/\0", b"\xff\xc2"),
        ),
        _read_picture,
    ),
    "webp": Kind(
        cache(lambda: _pictures("webp")),
        (
            *(*NUMBERS, b"RIFF", b"WEBP", b"VP8 ", b"VP8L", b"VP8X\x0a\0\0\0", b"ANIM", b"ANMF"),
            *(b"XMP ", b"EXIF", b"C2PA", b"ALPH", b"\x2f\xff\xff\xff\xff", b"\x9d\x01\x2a"),
        ),
        _read_picture,
    ),
    "markdown": Kind(
        lambda: [MARKDOWN.encode(), MARKDOWN.encode("utf-16"), MARKDOWN.encode("gb18030")],
        (
            *(b"#", b"\n# ", b"\n---\n", b"\n===\n", b"|", b"\n|---|\n", b"> ", b"- ", b"1. "),
            *(b"[", b"](", b"![", b"[^1]", b"[^1]: ", b"<", b"<!--", b"-->", b"<br", b"&#0;"),
            *(b"&#x110000;", b"```\n", b"~~~", b"`", b"*", b"**", b"_", b"\\", b"\0", b"\r"),
            *(
                b"\xef\xbb\xbf",
                b"\xff\xfe",
                b"\xe2\x80\xae",
                b"Chapter ",
                b"\n    ",
                b"\t",
                b"  \n",
            ),
        ),
        _read_markdown,
    ),
}


def damaged_files(kind: str, count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged files of a kind: cut, changed, repeated, mixed, grown."""
    rng = random.Random(f"{kind} {seed}")
    row = KINDS[kind]
    originals = row.seeds()
    for _ in range(count):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randint(1, 4)):
            damage(data, rng, originals, row.pieces)
        repaired = row.repair is not None and rng.random() < 0.7
        yield row.repair(bytes(data)) if repaired and row.repair else bytes(data)


def outcome(kind: str, data: bytes) -> str:
    """Read a file: "read", "refused", or what is wrong with the reader or its message."""
    try:
        KINDS[kind].read(data)
    except MiaobiError as error:
        is_clear = SHORTEST <= len(str(error)) <= LONGEST and "\n" not in str(error)
        return "refused" if is_clear else f"failed: message {str(error)[:80]!r}"
    except Exception as error:  # the fault that is looked for
        return f"failed: {type(error).__name__} {str(error)[:80]}"
    return "read"


def read_damaged(kind: str, count: int) -> dict[str, float]:
    """Read damaged files: how many were read and refused, the longest time, and memory."""
    results: Counter[str] = Counter()
    slowest, before = 0.0, _peak_mb(resource.RUSAGE_SELF)
    for number, data in enumerate(damaged_files(kind, count)):
        started = time.perf_counter()
        result = outcome(kind, data)
        slowest = max(slowest, time.perf_counter() - started)
        results[result] += 1
        if result.startswith("failed"):
            print(f"{kind} {number}: {result}", flush=True)
    more = _peak_mb(resource.RUSAGE_SELF) - before
    # a process of ffmpeg, the largest so far
    memory = {"more_memory_mb": round(more), "ffmpeg_mb": round(_peak_mb(resource.RUSAGE_CHILDREN))}
    return {"slowest_seconds": round(slowest, 3), **memory, **results}


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main(kinds: list[str]) -> None:
    """Measure, and write results/fuzzing.json."""
    started = time.perf_counter()
    figures = []
    for kind in kinds or KINDS:
        results = read_damaged(kind, FILES)
        failed = sum(count for name, count in results.items() if name.startswith("failed"))
        name = f"damaged files of {kind} that end in neither a result nor a clear message"
        figures.append(figure(name, "files", [failed], at_most=0, files=FILES, **results))
        print(results, flush=True)
    figures.append(figure("duration of this measurement", "s", [time.perf_counter() - started]))
    if not kinds:
        write("fuzzing", "python -m benchmarks.damaged_media", figures)


if __name__ == "__main__":
    main(sys.argv[1:])
