"""Sentences: nothing lost, nothing too long, nothing torn apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.core.sentences import join_lines, language_of, language_runs, sentences

# letters, marks and signs that meet each other in real texts
PROSE = st.text(
    alphabet="aZé3你好世界 \n\t.,!?;:—，。！？…；、：“”‘’\"'()（）「」😀-", max_size=400
)


def joined(words: str) -> str:
    return "".join(words.split())


@given(PROSE | st.text(max_size=200), st.integers(5, 200))
def test_no_character_is_lost_or_doubled(words: str, longest: int) -> None:
    assert joined("".join(sentences(words, longest))) == joined(words)


@given(PROSE | st.text(max_size=200), st.integers(5, 60))
def test_pieces_are_never_empty_never_long(words: str, longest: int) -> None:
    for piece in sentences(words, longest):
        assert piece == piece.strip() != ""
        assert len(piece) <= 2 * longest + 1


@pytest.mark.parametrize(
    "filler", ["a" * 5000, "word " * 1000, "字" * 5000, "x" * 200 + " " + "y" * 900]
)
def test_a_long_way_without_a_comma(filler: str) -> None:
    pieces = list(sentences(filler, 200))
    assert joined("".join(pieces)) == joined(filler)
    assert all(0 < len(piece) <= 400 for piece in pieces)


def test_words_stay_whole_where_there_are_spaces() -> None:
    pieces = list(sentences("antidisestablishment " * 60, 100))
    assert {word for piece in pieces for word in piece.split()} == {"antidisestablishment"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Pi is about 3.14 and not 3.15.",
        "Bring fruit, e.g. this apple, i.e. the red one.",
        "The file is called story.txt today.",
        "Dr. Smith met Mrs. Jones and Prof. J. R. Fox.",
        "She lives in the U.S. and likes it.",
        "Well... maybe not.",
    ],
)
def test_a_full_stop_inside_an_english_sentence(sentence: str) -> None:
    assert list(sentences(f"{sentence} Then we left.")) == [sentence, "Then we left."]


def test_english_sentences_and_quotes() -> None:
    words = 'He said "Go!" Then he left. (It rained.) Was it cold? 7 days passed.'
    assert list(sentences(words)) == [
        'He said "Go!"',
        "Then he left.",
        "(It rained.)",
        "Was it cold?",
        "7 days passed.",
    ]


def test_chinese_sentences_need_no_space() -> None:
    words = "从前有一只狐狸。它问：“你是谁？”星星说：“我是星星！”（真的。）完"
    assert list(sentences(words)) == [
        "从前有一只狐狸。",
        "它问：“你是谁？”",
        "星星说：“我是星星！”",
        "（真的。）",
        "完",
    ]


def test_doubled_chinese_marks_stay_together() -> None:
    assert list(sentences("等等……什么？！好。")) == ["等等……", "什么？！", "好。"]


def test_a_line_break_ends_a_sentence() -> None:
    assert list(sentences("A title\n\nand a line")) == ["A title", "and a line"]


def test_long_sentences_break_at_commas_but_not_inside_numbers() -> None:
    words = "we counted sheep, " * 12 + "1,000,000 of them at 10:30 sharp."
    pieces = list(sentences(words, 100))
    assert len(pieces) > 1
    assert all(piece.endswith((",", ".")) for piece in pieces)
    assert "1,000,000 of them at 10:30 sharp." in pieces[-1]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("", "en"),
        ("12345 !?", "en"),
        ("Hello", "en"),
        ("你好", "zh"),
        ("Miaobi 妙笔生花", "zh"),
        ("The word 妙笔 means a wonderful brush", "en"),
        ("请把 README 翻译成中文", "zh"),
        ("Привет", "en"),
        ("。，！", "en"),
    ],
)
def test_language_of(words: str, language: str) -> None:
    assert language_of(words) == language


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "A boat sails.", [("en", "A boat sails.")]),
        ("en", "它叫“小船”，价格是¥12.50。", [("zh", "它叫“小船”，价格是¥12.50。")]),
        (
            "en",
            "He paid ¥12.50 for 小船，价格是¥9，and left in 2024年.",
            [
                ("en", "He paid ¥12.50 for "),
                ("zh", "小船，价格是¥9，"),
                ("en", "and left in "),
                ("zh", "2024年."),
            ],
        ),
        ("en", "GPT 是一个很好的模型", [("zh", "GPT 是一个很好的模型")]),
        (
            "en",
            "“你好,” he said. (你好)",
            [("zh", "“你好,” "), ("en", "he said. "), ("zh", "(你好)")],
        ),
        ("zh", "用 Visual Studio Code 写，OK？", [("zh", "用 Visual Studio Code 写，OK？")]),
        ("zh", "Only English words here.", [("en", "Only English words here.")]),
        ("zh", "12 !?", [("zh", "12 !?")]),
        ("en", "", [("en", "")]),
    ],
)
def test_language_runs(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert language_runs(text, language) == expected


@given(PROSE, st.sampled_from(["en", "zh"]))
def test_runs_are_the_text(text: str, language: str) -> None:
    assert "".join(run for _, run in language_runs(text, language)) == text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["café", "the"], "café the"),
        (["天亮了，", "船走了"], "天亮了，船走了"),
        (["他说", "“好”", "吗"], "他说“好”吗"),
        (["大海", "GPT"], "大海 GPT"),
        (["“yes”", "Then"], "“yes” Then"),
        (["", "a", ""], "a"),
    ],
)
def test_lines_are_joined(lines: list[str], expected: str) -> None:
    assert join_lines(lines) == expected


def test_a_sentence_ends_before_a_chinese_one() -> None:
    assert list(sentences("It sails. 它走了。So?")) == ["It sails.", "它走了。", "So?"]


def test_spaces_stay_where_a_long_sentence_is_cut() -> None:
    assert list(sentences("it said “no”, and “yes”, and then “maybe”, and so on", 30)) == [
        "it said “no”, and “yes”,",
        "and then “maybe”, and so on",
    ]
