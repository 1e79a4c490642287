"""Subtitles: two lines at most, readable, in the order of the words."""

import pytest

from miaobi.core.events import Word
from miaobi.media.cues import (
    LINE_LENGTH,
    READING_SPEED,
    cues_to_segments,
    estimate_word_times,
    split_words,
    words_to_cues,
    wrap_text,
)

ENGLISH = (
    "Once upon a time, there was a small paper boat. It wanted to see the wide ocean, so it left "
    "the harbor at night, and nobody knew where it had gone until the morning came again."
)
CHINESE = "从前，有一只小小的纸船。它想去看看大海，于是在夜里离开了港口，直到早晨也没有人知道它去了哪里，大家都很着急。"


def test_english_words_keep_their_marks() -> None:
    assert split_words('"No," it said. Don\'t go!') == ['"No,"', "it", "said.", "Don't", "go!"]


def test_chinese_words_are_characters_with_their_marks() -> None:
    assert split_words("从前，有 GPT 船。") == ["从", "前，", "有", "GPT", "船。"]


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_no_cue_is_too_long_or_too_fast(text: str) -> None:
    language = "zh" if text is CHINESE else "en"
    shown = words_to_cues(
        estimate_word_times(text, 1.0, 1.0 + len(text) / (14 if language == "en" else 5))
    )
    assert len(shown) > 1
    for cue, following in zip(shown, [*shown[1:], None], strict=True):
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert all(len(line) <= LINE_LENGTH[language] for line in lines)
        assert len(cue.text) / (cue.end - cue.start) <= READING_SPEED
        assert following is None or cue.end < following.start
    bare = "".join(cue.text for cue in shown).replace("\n", "").replace(" ", "")
    assert bare == text.replace(" ", "")


def test_a_cue_begins_with_its_first_word() -> None:
    words = [Word("Hello", 0.5, 0.8), Word("there.", 0.8, 1.2), Word("Again.", 3.0, 3.5)]
    assert [cue.start for cue in words_to_cues(words)] == [0.5, 3.0]
    assert words_to_cues(words, end=3.6)[-1].end <= 3.6
    assert words_to_cues([]) == []


def test_lines_of_a_cue_are_of_much_the_same_length() -> None:
    lines = wrap_text("the little boat went over the wide and silent sea", 40, "en").split("\n")
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 12


def test_no_chinese_line_begins_with_a_mark() -> None:
    first, second = wrap_text("它想去看看大海上的风，于是出发了，真好", 12, "zh").split("\n")
    assert second[0] not in "，。"
    assert first + second == "它想去看看大海上的风，于是出发了，真好"


def test_cues_are_written_as_segments() -> None:
    segments = cues_to_segments(words_to_cues(estimate_word_times("A boat.", 0.0, 1.0)))
    assert segments[0].text == "A boat."
