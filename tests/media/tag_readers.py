"""Tags and chapters of sound files as others read them: ffmpeg and tinytag."""

import io
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import imageio_ffmpeg
from tinytag import TinyTag


class Chapter(NamedTuple):
    """A chapter as ffmpeg read it; times in seconds."""

    title: str
    start: float
    end: float


def ffmpeg_tags(path: Path) -> tuple[dict[str, str], list[Chapter]]:
    """({name in lower case: value} of the file and its streams, chapters), as ffmpeg reads them."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-hide_banner",
        "-nostdin",
        "-loglevel",
        "error",
        "-copyts",
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-c",
        "copy",
        "-f",
        "ffmetadata",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    tags: dict[str, str] = {}
    chapters: list[Chapter] = []
    for section in re.split(r"^\[(?=CHAPTER\]|STREAM\])", done.stdout.decode(), flags=re.M):
        rows = _rows(section)
        if section.startswith("CHAPTER]"):
            above, below = map(int, rows["timebase"].split("/"))
            times = (int(rows[name]) * above / below for name in ("start", "end"))
            chapters.append(Chapter(rows.get("title", ""), *times))
        else:
            tags |= rows
    return tags, chapters


def _rows(section: str) -> dict[str, str]:
    found = re.findall(r"^((?:\\.|[^=\\\n])+)=((?:\\[\s\S]|[^\\\n])*)$", section, re.M)
    return {
        re.sub(r"\\([\s\S])", r"\1", key).lower(): re.sub(r"\\([\s\S])", r"\1", value)
        for key, value in found
    }


def tinytag_tags(data: bytes) -> dict[str, list[str]]:
    """{name in lower case: values}, as tinytag reads them."""
    tags: dict[str, Any] = TinyTag.get(file_obj=io.BytesIO(data)).as_dict()
    return {
        name.lower(): [str(value) for value in (values if isinstance(values, list) else [values])]
        for name, values in tags.items()
    }
