"""Transcripts as plain text, SRT, WebVTT or JSON."""

import json
from collections.abc import Callable

from miaobi.core.errors import OptionError
from miaobi.core.events import Segment


def to_text(segments: tuple[Segment, ...], language: str) -> str:
    """Format the plain text, one segment per line."""
    return "".join(f"{segment.text}\n" for segment in segments)


def to_srt(segments: tuple[Segment, ...], language: str) -> str:
    """Format as SubRip: numbered blocks with hours:minutes:seconds,milliseconds."""
    blocks = (
        f"{number}\n{_time_range(segment, ',')}\n{segment.text}\n"
        for number, segment in enumerate(segments, 1)
    )
    return "\n".join(blocks)


def to_vtt(segments: tuple[Segment, ...], language: str) -> str:
    """Format as WebVTT (https://www.w3.org/TR/webvtt1/)."""
    blocks = (f"{_time_range(segment, '.')}\n{segment.text}\n" for segment in segments)
    return "WEBVTT\n\n" + "\n".join(blocks)


def to_json(segments: tuple[Segment, ...], language: str) -> str:
    """Format segments with their words as JSON; times in seconds."""
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
    "txt": ("text/plain", to_text),
    "srt": ("application/x-subrip", to_srt),
    "vtt": ("text/vtt", to_vtt),
    "json": ("application/json", to_json),
}


def write(segments: tuple[Segment, ...], language: str, format: str) -> tuple[str, str]:
    """Return (media type, text) of a transcript. Raises OptionError for an unknown format."""
    check_format(format)
    media_type, writer = WRITERS[format]
    return media_type, writer(segments, language)


def check_format(format: str) -> None:
    """Reject an unknown transcript format. Raises OptionError."""
    if format not in WRITERS:
        raise OptionError(
            "There is no transcript format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(WRITERS),
        )


def _time_range(segment: Segment, separator: str) -> str:
    return f"{format_time(segment.start, separator)} --> {format_time(segment.end, separator)}"


def format_time(seconds: float, separator: str) -> str:
    """Format a time: 3661.5 -> "01:01:01,500"."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{separator}{milliseconds % 1000:03}"
