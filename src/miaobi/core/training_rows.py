"""Shapes of the rows of training data: texts, conversations, and questions with answers.

    text --parse_json--> rows --read_row--> samples: a text, or the turns of a conversation

A sample holds every word of its shape: `miaobi train`, `miaobi tune` and /v1/fine_tuning read rows
here alone. A shape that is not understood is refused; the rest is counted in a Tally.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from miaobi.core.errors import DataError
from miaobi.core.i18n import tr
from miaobi.core.requests import Message
from miaobi.core.training_turns import (
    EMPTY_TEXT,
    EMPTY_TURN,
    NO_ANSWER,
    Row,
    SkippedRow,
    has_words,
    is_blank,
    is_conversation,
    read_fields,
    read_turns,
    read_words,
    unknown_shape,
    unknown_value,
)

TEXT_FIELDS = ("text", "content", "story", "poem", "article", "body", "sentence")
CONVERSATIONS = ("messages", "conversations", "conversation", "dialog", "dialogue", "turns", "chat")
SYSTEM = ("system", "system_prompt", "system_message")
# what is asked: all of these together, in this order
QUESTIONS = ("instruction", "prompt", "question", "query", "problem", "inputs", "input")
ASKING = (*QUESTIONS[:2], "context", "passage", "document", *QUESTIONS[2:])
SPEAKERS, ANSWERERS = ("user", "human"), ("assistant", "gpt", "bot", "chatgpt", "response")
ALSO_ASKING = ("text", "article", "dialogue", "source", "content", "body")  # without those
# the answer: the first of these that is not empty
ANSWERS = (
    *("completion", "response", "output", "chosen", "solution", "answer", "assistant", "gpt"),
    *("chatgpt", "bot", "reply", "target", "summary", "highlights", "generation"),
    *("expected_output", "answers", "completions", "responses", "outputs", "targets"),
)
DECORATION = 30  # characters before or after the words of a field in a text that repeats it
REPEATED = 20  # characters of a field that do not stand in a text by accident
LONGEST_NAME = 200  # characters of an id, a path or a language
NO_WORDS = re.compile(
    r"(^|_)(id|ids|uuid|url|uri|path|file|filename|hash|date|lang|split|license)$"
)


@dataclass(frozen=True)
class Sample:
    """One document of a row: its text without a chat template, and its turns if it has any."""

    text: str
    messages: tuple[Message, ...] = ()


@dataclass
class Tally:
    """Counts of rows by the fields that are learned, by those that are not, and of skipped ones."""

    learned: Counter[str] = field(default_factory=Counter)  # "prompt + completion" -> rows
    ignored: Counter[str] = field(default_factory=Counter)  # field with text -> rows
    skipped: Counter[str] = field(default_factory=Counter)  # reason -> rows

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the counts for JSON."""
        return {name: dict(counts) for name, counts in vars(self).items()}

    def describe_skipped(self) -> str:
        """Describe the skipped rows by reason, in the language of the user."""
        return list_skipped(self.skipped) or tr("no rows")


def list_skipped(skipped: Mapping[str, int]) -> str:
    """Join counts and reasons, in the language of the user."""
    return ", ".join(f"{count:,} {tr(reason)}" for reason, count in skipped.items())


def list_fields(fields: Mapping[str, int]) -> str:
    """Join the names of fields and their counts of rows: "prompt + completion (400)"."""
    return ", ".join(f"{name} ({count:,})" for name, count in fields.items())


def read_row(row: object, origin: str, tally: Tally) -> list[Sample]:
    """Read the samples of a row, and count it. Raises DataError for an unknown shape."""
    fields = read_fields(row, origin)
    try:
        samples = _samples(fields)
    except SkippedRow as reason:
        tally.skipped[str(reason)] += 1
        return []
    for sample in samples:
        try:
            sample.text.encode()
        except UnicodeEncodeError as error:  # JSON can hold a lone surrogate
            raise DataError(
                "{path} is not text: it holds binary bytes at {place}.",
                "Save it as UTF-8, or leave it out.",
                path=origin,
                place=error.start,
            ) from error
    tally.learned[" + ".join(fields.names[name] for name in fields.learned)] += 1
    text = "\n".join(sample.text for sample in samples)
    turns = {turn.content.strip() for sample in samples for turn in sample.messages}
    for name, value in fields.values.items():
        if name in fields.learned or not has_words(value):
            continue
        words = value.strip() if isinstance(value, str) else None
        if NO_WORDS.search(name) and words is not None and len(words) < LONGEST_NAME:
            continue
        if words is None or words not in turns and (len(words) < REPEATED or words not in text):
            tally.ignored[fields.names[name]] += 1
    return samples


def _samples(row: Row) -> list[Sample]:
    """Read a row by the first shape that fits. Raises DataError or SkippedRow."""
    for name in CONVERSATIONS:
        if row.values.get(name) is not None and not isinstance(row.values[name], str):
            return [_conversation(row, name)]
    samples = _pair(row)
    if samples is None:
        samples = _plain(row)
    if samples is None and any(is_blank(row.values.get(name, 0)) for name in CONVERSATIONS):
        raise SkippedRow(NO_ANSWER)
    if samples is None:
        raise unknown_shape(row)
    return samples


def _conversation(row: Row, name: str) -> Sample:
    turns = read_turns(row.take(name), row.origin, row.names[name])
    return _to_sample([*_before(row, turns), *turns])


def _before(row: Row, turns: Sequence[Message]) -> list[Message]:
    """Return the system turn and the history that stand in fields of their own."""
    first: list[Message] = []
    system = next((name for name in SYSTEM if row.words(name)), None)
    if system and not any(turn.role == "system" for turn in turns):
        row.take(system)
        first = [Message("system", row.words(system))]
    if row.values.get("history") and isinstance(row.values["history"], list):
        first += read_turns(row.take("history"), row.origin, row.names["history"])
    return first


def _to_sample(turns: list[Message], separator: str = "\n") -> Sample:
    """Return a conversation as a sample, the last turn after a separator. Raises SkippedRow."""
    if not any(turn.role == "assistant" for turn in turns):
        raise SkippedRow(NO_ANSWER)
    if any(not turn.content.strip() for turn in turns):
        raise SkippedRow(EMPTY_TURN)
    contents = [turn.content for turn in turns]
    text = "\n".join(contents[:-1]) + (separator if contents[1:] else "") + contents[-1]
    return Sample(text, tuple(turns))


def _pair(row: Row) -> list[Sample] | None:
    """Read a question and its answers; None if the row has no such fields."""
    names = _pair_names(row)
    if names is None:
        return None
    asking, answer = names
    options = _alternatives(row.values[answer], row, answer)
    if all(is_blank(row.values[name]) for name in asking):
        return _answers_alone(row, answer, options)
    for name in [name for name in asking if name in QUESTIONS]:
        items = row.values[name]
        if isinstance(items, list) and items and all(isinstance(item, str) for item in items):
            return _parallel(row, [name, *(n for n in asking if n != name)], answer)
    turns = _asked(row, asking)
    row.take(answer)
    is_legacy = row.learned == ["prompt", "completion"] and len(turns) == 1
    samples = []
    for option in options:
        shared = len(turns) if option[: len(turns)] == turns else 0
        samples.append(_to_sample([*turns, *option[shared:]], "" if is_legacy else "\n"))
    return samples


def _pair_names(row: Row) -> tuple[list[str], str] | None:
    """Return the fields of the question, and that of the answer; None without an answer."""
    answers = [name for name in ANSWERS if name in row.values]
    asking = [name for name in ASKING if name in row.values]
    asking += [name for name in SPEAKERS if name in row.values and {*answers} & {*ANSWERERS}]
    if not answers and {*asking} & {*QUESTIONS}:  # a story to a prompt
        prompt = next(name for name in asking if name in QUESTIONS)
        answers = [name for name in TEXT_FIELDS if name in row.values]
        if any(_begins(row.words(name), row.words(prompt)) for name in answers):
            return None  # the text has it all
    if not answers:
        return None
    answer = next((name for name in answers if not is_blank(row.values[name])), answers[0])
    if not asking:
        asking = [name for name in ALSO_ASKING if row.words(name) and name != answer][:1]
        if asking == ["source"] and answer not in ("target", "targets"):
            asking = []
        if asking == ["text"] and _ends(row.words("text"), row.words(answer)):
            return None
    return asking, answer


def _begins(text: str, words: str) -> bool:
    """Return if a text begins with the words of another field, perhaps after a heading."""
    return 0 <= text.find(words.strip()) < DECORATION


def _ends(text: str, words: str) -> bool:
    """Return if a text ends with the words of another field, perhaps before a mark."""
    return (
        text.rfind(words.strip()) >= len(text) - len(words) - DECORATION and words.strip() in text
    )


def _asked(row: Row, asking: list[str]) -> list[Message]:
    """Return the turns before the answer. Raises DataError or SkippedRow."""
    for name in asking:
        if is_conversation(row.values[name]):
            turns = read_turns(row.take(name), row.origin, row.names[name])
            return [*_before(row, turns), *turns]
    words = {name: row.words(name) for name in asking if row.words(name)}
    if not words:
        raise unknown_value(row, asking[0])
    parts = []
    for name, text in words.items():
        row.take(name)
        # a prompt is often written from the fields beside it
        if text not in parts and (name == "prompt" or text not in words.get("prompt", "")):
            parts.append(text)
    asked = Message("user", "\n".join(parts))
    return [*_before(row, [asked]), asked]


def _alternatives(value: object, row: Row, name: str) -> list[list[Message]]:
    """Return the answers of a field, each as turns. Raises DataError or SkippedRow."""
    if isinstance(value, Mapping) and isinstance(value.get("text"), list):  # SQuAD
        value = value["text"]
    if is_conversation(value):
        return [read_turns(value, row.origin, row.names[name])]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        answers = list(dict.fromkeys(item for item in value if item.strip()))
    else:
        words = read_words(value)
        if words is None:
            raise unknown_value(row, name)
        answers = [words] if words.strip() else []
    if not answers:
        raise SkippedRow(NO_ANSWER)
    return [[Message("assistant", answer)] for answer in answers]


def _answers_alone(row: Row, answer: str, options: list[list[Message]]) -> list[Sample]:
    """Return answers to nothing: texts, or whole conversations."""
    row.take(answer)
    if any(len(option) > 1 for option in options):
        return [_to_sample([*_before(row, option), *option]) for option in options]
    return [Sample(option[0].content) for option in options]


def _parallel(row: Row, asking: list[str], answer: str) -> list[Sample]:
    """Return the samples of a list of prompts with as many answers. Raises DataError."""
    prompts, answers = row.take(asking[0]), row.take(answer)
    has_more = not all(is_blank(row.values[name]) for name in asking[1:])
    if has_more or not isinstance(prompts, list) or not isinstance(answers, list):
        raise unknown_value(row, asking[0])
    if len(prompts) != len(answers) or not all(isinstance(words, str) for words in answers):
        raise unknown_value(row, answer)
    separator = "" if row.learned == ["prompt", "completion"] else "\n"
    return [
        _to_sample([Message("user", question), Message("assistant", words)], separator)
        for question, words in zip(prompts, answers, strict=True)
    ]


def _plain(row: Row) -> list[Sample] | None:
    """Read a row with one text: a known field, or the only field with words."""
    known = [name for name in TEXT_FIELDS if isinstance(row.values.get(name), str)]
    text = next((name for name in known if row.words(name)), None)
    questions = [name for name in QUESTIONS if not is_blank(row.values.get(name))]
    if any(not text or not _begins(row.words(text), row.words(name)) for name in questions):
        return None
    if text:
        return [Sample(str(row.take(text)))]
    others = [
        name for name, value in row.values.items() if has_words(value) and not NO_WORDS.search(name)
    ]
    if not others and any(is_blank(value) for value in row.values.values()):
        raise SkippedRow(EMPTY_TEXT)
    if len(others) != 1 or not isinstance(row.values[others[0]], str):
        return None
    return [Sample(str(row.take(others[0])))]
