"""Transcripts, to the letter."""

import json

import pytest

from miaobi.core.errors import OptionError
from miaobi.core.events import Segment, Word
from miaobi.media.subtitles import WRITERS, check_format, format_time, write

SEGMENTS = (
    Segment("Once upon a time.", 0.0, 1.5, (Word("Once", 0.0, 0.4), Word("upon", 0.4, 0.7))),
    Segment("完。", 3661.5, 3662.0004, ()),
)


def test_plain_text() -> None:
    assert write(SEGMENTS, "en", "txt") == ("text/plain", "Once upon a time.\n完。\n")


def test_srt() -> None:
    expected = (
        "1\n00:00:00,000 --> 00:00:01,500\nOnce upon a time.\n\n"
        "2\n01:01:01,500 --> 01:01:02,000\n完。\n"
    )
    assert write(SEGMENTS, "en", "srt") == ("application/x-subrip", expected)


def test_vtt() -> None:
    expected = (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nOnce upon a time.\n\n"
        "01:01:01.500 --> 01:01:02.000\n完。\n"
    )
    assert write(SEGMENTS, "en", "vtt") == ("text/vtt", expected)


def test_json() -> None:
    media_type, text = write(SEGMENTS, "en", "json")
    assert media_type == "application/json"
    assert json.loads(text) == {
        "language": "en",
        "text": "Once upon a time. 完。",
        "segments": [
            {
                "start": 0.0,
                "end": 1.5,
                "text": "Once upon a time.",
                "words": [
                    {"word": "Once", "start": 0.0, "end": 0.4},
                    {"word": "upon", "start": 0.4, "end": 0.7},
                ],
            },
            {"start": 3661.5, "end": 3662.0, "text": "完。", "words": []},
        ],
    }
    assert "完" in text  # readable, not \u5b8c


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "00:00:00,000"),
        (59.9996, "00:01:00,000"),
        (3599.9999, "01:00:00,000"),
        (0.0005, "00:00:00,000"),
        (360_000, "100:00:00,000"),
    ],
)
def test_the_clock_carries_over(seconds: float, expected: str) -> None:
    assert format_time(seconds, ",") == expected


def test_unknown_formats_name_the_known_ones() -> None:
    for format in WRITERS:
        check_format(format)
    with pytest.raises(OptionError, match=r"'docx'. Choose one of: txt, srt, vtt, json\."):
        write(SEGMENTS, "en", "docx")
