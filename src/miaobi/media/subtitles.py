"""A transcript as plain text, SRT, WebVTT or JSON."""

import json
from collections.abc import Callable

from miaobi.core.errors import OptionError
from miaobi.core.events import Segment


def as_text(segments: tuple[Segment, ...], language: str) -> str:
    """The words alone, a segment a line."""
    return "\n".join(segment.text for segment in segments) + "\n"


def as_srt(segments: tuple[Segment, ...], language: str) -> str:
    """SubRip: numbered blocks, hours:minutes:seconds,milliseconds."""
    blocks = (
        f"{number}\n{clock(segment.start, ',')} --> {clock(segment.end, ',')}\n{segment.text}\n"
        for number, segment in enumerate(segments, 1)
    )
    return "\n".join(blocks)


def as_vtt(segments: tuple[Segment, ...], language: str) -> str:
    """WebVTT (https://www.w3.org/TR/webvtt1/)."""
    blocks = (
        f"{clock(segment.start, '.')} --> {clock(segment.end, '.')}\n{segment.text}\n"
        for segment in segments
    )
    return "WEBVTT\n\n" + "\n".join(blocks)


def as_json(segments: tuple[Segment, ...], language: str) -> str:
    """Segments with their words; times in seconds."""
    rows = [
        {
            "start": round(segment.start, 3),
            "end": round(segment.end, 3),
            "text": segment.text,
            "words": [
                {"word": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
                for word in segment.words
            ],
        }
        for segment in segments
    ]
    text = " ".join(segment.text for segment in segments)
    return json.dumps({"language": language, "text": text, "segments": rows}, ensure_ascii=False)


Writer = Callable[[tuple[Segment, ...], str], str]
WRITERS: dict[str, tuple[str, Writer]] = {  # format -> (media type, writer)
    "txt": ("text/plain", as_text),
    "srt": ("application/x-subrip", as_srt),
    "vtt": ("text/vtt", as_vtt),
    "json": ("application/json", as_json),
}


def write(segments: tuple[Segment, ...], language: str, format: str) -> tuple[str, str]:
    """(media type, text) of a transcript. Raises OptionError for an unknown format."""
    check_format(format)
    media_type, writer = WRITERS[format]
    return media_type, writer(segments, language)


def check_format(format: str) -> None:
    """Raises OptionError for an unknown format."""
    if format not in WRITERS:
        raise OptionError(
            "There is no transcript format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(WRITERS),
        )


def clock(seconds: float, point: str) -> str:
    """3661.5 -> "01:01:01,500"."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
