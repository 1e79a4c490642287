"""Subtitles: two lines at most, readable, in the order of the words."""

import pytest

from miaobi.core.events import Word
from miaobi.core.sentences import align, join_pieces
from miaobi.media.cues import (
    LINE_LENGTH,
    READING_SPEED,
    cues_to_segments,
    estimate_word_times,
    may_break,
    split_words,
    text_width,
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


MIXED = [
    "A boat sails. 它叫“小船”，价格是¥12.50，百分之百防水。 It comes home.",
    "The word 妙笔 means brush, and “小船” means boat; 海 is sea.",
    "它用 GPT-4 写了一篇 long English article about the sea，然后说：“Hello, my friend!” 就走了——真的走了……",
    "これはペンです。私の名前はスーパーマンです、そして東京に住んでいます。",
    "……他停下。她说 Visual Studio Code 好，C++ & C# 也好。",
    "A family 👨‍👩‍👧‍👦 of 🇫🇷, 👍🏽 and 1️⃣; e\u0301te\u0301.",
    "مرحبا بالعالم and नमस्ते दुनिया — “yes”… 50% of $5, don’t; it’s ’bout (maybe) this.",
    "한국어 문장은 띄어쓰기를 합니다. 그래서 공백이 있습니다.",
    '他说"你好"。She said "no". 然后《书名》（副题）【注】…',
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", MIXED)
def test_mixed_text_keeps_its_spaces(text: str, language: str) -> None:
    words = estimate_word_times(text, 0.0, len(text) / 12)
    assert [word.text for word in words] == split_words(text)
    shown = words_to_cues(words, text=text, language=language)
    rest = text
    for cue in shown:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        for line in lines:
            assert text_width(line, language) <= LINE_LENGTH[language]
            assert rest.startswith(line), (rest, line)
            rest = rest[len(line) :].lstrip()
    assert not rest


def test_a_chinese_run_in_english_has_no_spaces() -> None:
    text = "它叫“小船”，价格是¥12.50。"
    for words in (split_words(text), ["它", "叫", "“小", "船”，", "价", "格", "是", "¥12.50。"]):
        timed = [Word(word, number * 0.4, number * 0.4 + 0.4) for number, word in enumerate(words)]
        [cue] = words_to_cues(timed, 40, text=text, language="en")
        assert cue.text == text
        [cue] = words_to_cues(timed, 40, language="en")  # the source is not known
        assert cue.text == text


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["A", "boat."], "A boat.", "A boat."),
        (["A", "ship."], "A boat.", "A ship."),  # words that the user changed
        (["boat"], "— A boat!", "— A boat!"),
        (["a", "b"], "a\n\nb", "a b"),
        (["一", "二"], "一\n二", "一二"),
        (["一", "b"], "一 b", "一 b"),
        (["一", "b"], "一b", "一b"),
    ],
)
def test_words_are_found_in_their_text(words: list[str], text: str, expected: str) -> None:
    assert join_pieces(align(text, words)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("它", "叫", True),
        ("叫", "“", True),
        ("“", "小", False),
        ("船", "，", False),
        ("，", "价", True),
        ("是", "¥", True),
        ("¥", "1", False),
        ("a", "b", False),
        ("a", " ", True),
        ("a", "\u00a0", False),
        ("パ", "ー", False),
        ("—", "—", False),
        ("👨", "\u200d", False),
        ("\u200d", "👩", False),
        ("👍", "🏽", False),
    ],
)
def test_where_a_line_may_end(before: str, after: str, expected: bool) -> None:
    assert may_break(before + after, 1) is expected


def test_english_lines_of_a_chinese_film_are_measured_by_width() -> None:
    assert text_width("小船", "zh") == text_width("boat", "zh") == 2
    assert text_width("boat", "en") == 4 and text_width("小船", "en") == pytest.approx(40 / 9)
