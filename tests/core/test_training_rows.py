"""Rows of training data are learned whole, counted, or refused by name."""

import math
from typing import Any

import pytest

from miaobi.core.errors import DataError
from miaobi.core.training_rows import TEXT_FIELDS, Sample, Tally, read_row

USER, BOT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yo"}
SHAPES = (
    "Understood are: text; messages or conversations; prompt, instruction, question or input with "
    "completion, response, output or answer."
)


def read(row: Any) -> tuple[list[Sample], Tally]:
    tally = Tally()
    return read_row(row, "a.jsonl:1", tally), tally


def turns(sample: Sample) -> list[str]:
    return [f"{turn.role[0]}: {turn.content}" for turn in sample.messages]


# row, its text without a chat template, its turns, the learned fields, the others
CHATS: list[tuple[Any, str, list[str], str, list[str]]] = [
    ({"prompt": "Q?", "completion": " A."}, "Q? A.", ["u: Q?", "a:  A."], "prompt + completion", []),
    ({"prompt": "Q?", "response": "A."}, "Q?\nA.", ["u: Q?", "a: A."], "prompt + response", []),
    ({"Prompt": "Q?", "Answer": "A."}, "Q?\nA.", ["u: Q?", "a: A."], "Prompt + Answer", []),
    ({"question": "6*7", "answer": 42}, "6*7\n42", ["u: 6*7", "a: 42"], "question + answer", []),
    ({"input": "Q", "output": "A"}, "Q\nA", ["u: Q", "a: A"], "input + output", []),
    ({"problem": "p", "solution": "s", "level": 3}, "p\ns", ["u: p", "a: s"], "problem + solution", []),
    ({"text": "Long.", "summary": "L."}, "Long.\nL.", ["u: Long.", "a: L."], "text + summary", []),
    ({"prompt": "Write.", "story": "It ran."}, "Write.\nIt ran.", ["u: Write.", "a: It ran."], "prompt + story", []),
    ({"user": "Q", "assistant": "A"}, "Q\nA", ["u: Q", "a: A"], "user + assistant", []),
    (
        {"instruction": "Add.", "input": "1 2", "output": "3"},
        "Add.\n1 2\n3",
        ["u: Add.\n1 2", "a: 3"],
        "instruction + input + output",
        [],
    ),
    ({"instruction": "Add.", "input": "", "output": "3"}, "Add.\n3", ["u: Add.", "a: 3"], "instruction + output", []),
    ({"instruction": "Add.", "input": None, "output": "3"}, "Add.\n3", ["u: Add.", "a: 3"], "instruction + output", []),
    (
        {"output": "o", "instruction": "i", "input": "x", "system": "S", "history": [["q", "a"]]},
        "S\nq\na\ni\nx\no",
        ["s: S", "u: q", "a: a", "u: i\nx", "a: o"],
        "instruction + input + system + history + output",
        [],
    ),
    (
        {"id": "7", "title": "A title", "context": "C.", "question": "Q?", "answers": {"text": ["A", "A"], "answer_start": [0, 0]}},
        "C.\nQ?\nA",
        ["u: C.\nQ?", "a: A"],
        "context + question + answers",
        ["title"],
    ),
    ({"prompt": "Q", "chosen": "A", "rejected": "Z"}, "Q\nA", ["u: Q", "a: A"], "prompt + chosen", ["rejected"]),
    ({"prompt": "Hi", "chosen": [USER, BOT]}, "Hi\nYo", ["u: Hi", "a: Yo"], "prompt + chosen", []),
    ({"prompt": [USER], "completion": [BOT]}, "HiYo", ["u: Hi", "a: Yo"], "prompt + completion", []),
    ({"question": "Q", "reasoning": "R", "answer": "A"}, "Q\nA", ["u: Q", "a: A"], "question + answer", ["reasoning"]),
    ({"messages": [USER, BOT], "prompt": "Hi"}, "Hi\nYo", ["u: Hi", "a: Yo"], "messages", []),
    ({"messages": [USER, BOT], "source": "web"}, "Hi\nYo", ["u: Hi", "a: Yo"], "messages", ["source"]),
    ({"messages": [{"role": "system", "content": "S"}, USER, BOT]}, "S\nHi\nYo", ["s: S", "u: Hi", "a: Yo"], "messages", []),
    ({"messages": [{"role": "system", "content": ""}, USER, BOT]}, "Hi\nYo", ["u: Hi", "a: Yo"], "messages", []),
    ({"messages": [USER, BOT, USER]}, "Hi\nYo\nHi", ["u: Hi", "a: Yo", "u: Hi"], "messages", []),
    (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, BOT | {"tool_calls": None}]},
        "a\nb\nYo",
        ["u: a\nb", "a: Yo"],
        "messages",
        [],
    ),
    ({"messages": {"role": ["user", "assistant"], "content": ["Hi", "Yo"]}}, "Hi\nYo", ["u: Hi", "a: Yo"], "messages", []),
    (
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yo"}], "system": "S"},
        "S\nHi\nYo",
        ["s: S", "u: Hi", "a: Yo"],
        "conversations + system",
        [],
    ),
    ({"conversation": [{"human": "Hi", "assistant": "Yo"}]}, "Hi\nYo", ["u: Hi", "a: Yo"], "conversation", []),
    ({"conversations": [["Hi", "Yo"]]}, "Hi\nYo", ["u: Hi", "a: Yo"], "conversations", []),
    ({"dialog": ["Hi", "Yo", "Hm"]}, "Hi\nYo\nHm", ["u: Hi", "a: Yo", "u: Hm"], "dialog", []),
    ([USER, BOT], "Hi\nYo", ["u: Hi", "a: Yo"], "messages", []),
    ({"dialogue": "A: Hi\nB: Yo", "summary": "greet"}, "A: Hi\nB: Yo\ngreet", ["u: A: Hi\nB: Yo", "a: greet"], "dialogue + summary", []),
    ({"messages": None, "prompt": "a", "completion": "b"}, "ab", ["u: a", "a: b"], "prompt + completion", []),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text", "messages", "learned", "ignored"), CHATS)
def test_a_conversation_is_learned_whole(
    row: Any, text: str, messages: list[str], learned: str, ignored: list[str]
) -> None:
    [sample], tally = read(row)
    assert (sample.text, turns(sample)) == (text, messages)
    assert tally == Tally({learned: 1}, dict.fromkeys(ignored, 1), {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "text", "learned", "ignored"),
    [
        ("A fox.", "A fox.", "text", []),
        ({"text": "A fox.", "label": 1}, "A fox.", "text", []),
        ({"text": "A fox.", "label": "good", "id": "7", "url": "u"}, "A fox.", "text", ["label"]),
        ({"text": "", "content": "A fox."}, "A fox.", "content", []),
        ({"words": "A fox.", "year": 3}, "A fox.", "words", []),
        ({"prompt": "", "completion": "A fox."}, "A fox.", "completion", []),
        ({"prompt": None, "completion": "A fox."}, "A fox.", "completion", []),
        ({"chosen": "Human: Hi", "rejected": "Human: Ho"}, "Human: Hi", "chosen", ["rejected"]),
        (
            {"prompt": "Where is the fox?", "text": "### Where is the fox?\nHere."},
            "### Where is the fox?\nHere.",
            "text",
            ["prompt"],
        ),
        ({"user": "bob", "text": "A fox."}, "A fox.", "text", ["user"]),
        ({"messages": "A fox."}, "A fox.", "messages", []),
    ],
)
def test_a_text_is_learned_as_it_is(row: Any, text: str, learned: str, ignored: list[str]) -> None:
    samples, tally = read(row)
    assert samples == [Sample(text)]
    assert tally == Tally({learned: 1}, dict.fromkeys(ignored, 1), {})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_known_fields_hold_the_text(field: str) -> None:
    samples, tally = read({"id": "7", field: "the words", "title": "a title"})
    assert samples == [Sample("the words")] and tally.ignored == {"title": 1}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"prompt": ["a", "b"], "completion": ["c", "d"]}, ["ac", "bd"]),
        ({"question": ["a", "b"], "answer": ["c", "d"]}, ["a\nc", "b\nd"]),
        ({"prompt": "a", "responses": ["b", "c", "b"]}, ["a\nb", "a\nc"]),
        ({"question": "a", "answers": {"text": ["b", "c"]}}, ["a\nb", "a\nc"]),
    ],
)
def test_lists_are_several_samples(row: Any, expected: list[str]) -> None:
    samples, tally = read(row)
    assert [sample.text for sample in samples] == expected
    assert sum(tally.learned.values()) == 1 and not tally.ignored


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"prompt": "a", "completion": ""}, "rows without an answer"),
        ({"prompt": "a", "completion": None}, "rows without an answer"),
        ({"prompt": "a", "completion": " \n"}, "rows without an answer"),
        ({"prompt": "a", "score": 1.5, "response": math.nan}, "rows without an answer"),
        ({"question": "a", "answers": {"text": [], "answer_start": []}}, "rows without an answer"),
        ({"prompt": "a", "text": None}, "rows without an answer"),
        ({"messages": []}, "rows without an answer"),
        ({"messages": [USER]}, "rows without an answer"),
        ({"messages": [USER, BOT | {"content": ""}]}, "rows with an empty turn"),
        ({"messages": [USER, BOT | {"content": None}]}, "rows with an empty turn"),
        ({"conversations": [{"from": "human", "value": None}, BOT]}, "rows with an empty turn"),
        ({"text": None}, "rows without text"),
        ({"text": " "}, "rows without text"),
        ({"text": "", "id": "7"}, "rows without text"),
        ({"words": None}, "rows without text"),
        ("", "rows without text"),
        (
            {"messages": [USER, BOT | {"content": None, "tool_calls": [{"id": "1"}]}]},
            "rows with calls of tools",
        ),
        ({"messages": [USER, {"role": "tool", "content": "3"}, BOT]}, "rows with calls of tools"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}, BOT]},
            "rows with pictures, sound or other parts that are not text",
        ),
    ],
)
def test_what_has_nothing_to_learn_is_counted(row: Any, reason: str) -> None:
    samples, tally = read(row)
    assert samples == [] and tally == Tally({}, {}, {reason: 1})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"prompt": "a", "completon": "b"}, "a.jsonl:1 has the fields prompt, completon, and no "),
        ({"prompt": "a"}, "a.jsonl:1 has the fields prompt, and no shape"),
        ({"question": "a", "context": "c"}, "a.jsonl:1 has the fields question, context, and no"),
        ({"title": "a", "author": "b"}, "a.jsonl:1 has the fields title, author, and no shape of"),
        ({"translation": {"en": "a", "fr": "b"}}, "a.jsonl:1 has the fields translation, and no"),
        ({"text": 1}, "a.jsonl:1 has the fields text, and no shape of a row that is understood."),
        ({"year": 7}, "a.jsonl:1 has the fields year, and no shape of a row that is understood."),
        ({}, "a.jsonl:1 has the fields —, and no shape of a row that is understood."),
        (7, "a.jsonl:1 is neither an object nor a text."),
        (None, "a.jsonl:1 is neither an object nor a text."),
        ([1, 2], "a.jsonl:1 is neither an object nor a text."),
        ({"prompt": ["a", "b"], "completion": "c"}, "a.jsonl:1: the field prompt holds no text"),
        ({"prompt": ["a"], "completion": ["c", "d"]}, "a.jsonl:1: the field completion holds no"),
        ({"prompt": [1, 2], "completion": "c"}, "a.jsonl:1: the field prompt holds no text"),
        ({"prompt": "a", "response": {"b": 1}}, "a.jsonl:1: the field response holds no text"),
    ],
)
def test_an_unknown_shape_is_refused_by_its_fields(row: Any, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read(row)
    assert str(caught.value).startswith(says) and str(caught.value).endswith(SHAPES)


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([{"role": "wizard", "content": "a"}], "a.jsonl:1 has a turn of the role 'wizard', which"),
        ([{"role": 3, "content": "a"}], "a.jsonl:1 has a turn of the role 3, which is not known."),
        (3, "a.jsonl:1: the field messages holds no conversation that is understood. Write [{"),
        ([3], "a.jsonl:1: the field messages holds no conversation that is understood."),
        ([{"role": "user"}], "a.jsonl:1: the field messages holds no conversation"),
        ([{"role": "user", "content": {"a": 1}}], "a.jsonl:1: the field messages holds no conver"),
        ({"role": ["user"], "content": []}, "a.jsonl:1: the field messages holds no conversation"),
        ([{"human": "Hi"}], "a.jsonl:1: the field messages holds no conversation"),
    ],
)
def test_an_odd_conversation_is_refused(messages: Any, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read({"messages": messages})
    assert str(caught.value).startswith(says)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(DataError, match="a.jsonl:1 is not text: it holds binary bytes at 6."):
        read({"prompt": "a fox ", "completion": "\ud83e"})
