"""`story`: a short story and its narration from one sentence.

A small model writes a better story from an outline: its answer must match a JSON schema whose
fields are the beats of the story, each continuing the one before. A draft that is truncated,
repetitive or in another language is replaced by one with the next seed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from miaobi.core.artifact import Artifact
from miaobi.core.errors import EngineError
from miaobi.core.events import Done, Event, Output, Progress, Token
from miaobi.core.requests import Message, TextRequest
from miaobi.core.sentences import language_of, sentences
from miaobi.engines.registry import choose_model
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.options import TextOptions
from miaobi.tasks.run import publish
from miaobi.tasks.speech import stream_speech
from miaobi.tasks.text import stream_chat

MAX_DRAFTS = 3
MIN_SENTENCES = 5
PLANNING_BEATS = 2  # hero and place, which are not part of the story
DEFAULT_VOICE = {"en": "af_heart", "zh": "zf_xiaoyi"}


@dataclass(frozen=True)
class Outline:
    """Prompts for a story in one language; the beats are the fields of the answer."""

    system: str
    prompt: str
    beats: dict[str, str]  # the first PLANNING_BEATS are left out of the story
    min_length: int  # characters of a beat
    max_length: int
    separator: str  # between beats


OUTLINES = {
    "en": Outline(
        "You write short bedtime stories for children: simple words, clear events, a warm ending.",
        "Plan and tell a bedtime story about this: {idea}\n\n"
        "Answer as JSON with these fields, each continuing the one before:\n{beats}",
        {
            "hero": "the hero's name and what kind of creature it is",
            "place": "where it happens",
            "opening": "one sentence that begins with Once upon a time: the hero and the place",
            "event": "two sentences: what the hero finds or does one day",
            "trouble": "two sentences: what goes wrong and how the hero feels",
            "idea": "one sentence: what the hero tries",
            "turn": "one sentence: how that helps",
            "ending": "one warm sentence that closes the story",
        },
        20,
        260,
        " ",
    ),
    "zh": Outline(
        "你是儿童睡前故事作家。你的故事语言简单，情节清楚，结局温暖。",
        "请构思并讲一个睡前故事：{idea}\n\n"
        "全部用中文回答（名字也用中文），写成 JSON，各个字段前后连贯：\n{beats}",
        {
            "hero": "主角的名字和它是什么",
            "place": "故事发生的地方",
            "opening": "一句话，以“从前”开头，介绍主角和地点",
            "event": "两句话：有一天主角发现了什么、做了什么",
            "trouble": "两句话：遇到了什么困难，主角心情如何",
            "idea": "一句话：主角想出了什么办法",
            "turn": "一句话：这个办法怎样帮上了忙",
            "ending": "一句温暖的结尾",
        },
        8,
        90,
        "",
    ),
}


@dataclass(frozen=True)
class Story:
    """A story and its narration, with their sources in the labels."""

    text: Artifact
    narration: Artifact


def story(
    idea: str, *, seed: int | None = None, model: str | Model | None = None, voice: str = ""
) -> Iterator[Event | Story]:
    """Write a short story in the language of the idea and read it aloud.

    Yields the events; the last item is the Story. Raises MiaobiError.
    """
    language = language_of(idea)
    written: Artifact | None = None
    for event in _write(idea, OUTLINES[language], seed, model):
        if isinstance(event, Done):
            written = event.artifact
        yield event
    assert written is not None
    yield Progress("narration")
    voice = voice or DEFAULT_VOICE[language]
    for event in stream_speech(written.text, voice=voice, seed=seed, parents=(written.id,)):
        if isinstance(event, Done):
            yield Story(written, event.artifact)
        else:
            yield event


def _write(
    idea: str, outline: Outline, seed: int | None, model: str | Model | None
) -> Iterator[Event]:
    """Write drafts until one is good, or use the last complete one; ends with Done."""
    best: tuple[Artifact, str] | None = None
    options = _options(outline)
    for draft in range(MAX_DRAFTS):
        yield Progress("story", draft, MAX_DRAFTS)
        options["seed"] = None if seed is None else seed + draft
        for event in stream_chat(_messages(idea, outline), model=model, **options):
            if not isinstance(event, Done | Token):  # the tokens are JSON
                yield event
            elif isinstance(event, Done) and (text := _join(event.artifact.text, outline)):
                best = event.artifact, text
        if best is not None and _is_good(best[1], idea):
            break
    if best is None:
        raise EngineError("The model could not finish a story.", "Try another sentence or model.")
    script, text = best
    row = find_model(model, "text") if model else choose_model("text", idea)
    request = TextRequest(
        model=row.name,
        messages=(Message("user", idea),),
        seed=script.seed,
        parents=(script.id,),
    )
    yield Token(text)
    yield Done(publish(request, row, Output(text=text), [], script.timings))


def _messages(idea: str, outline: Outline) -> list[Message]:
    beats = "\n".join(f"- {name}: {line}" for name, line in outline.beats.items())
    return [
        Message("system", outline.system),
        Message("user", outline.prompt.format(idea=idea, beats=beats)),
    ]


def _options(outline: Outline) -> TextOptions:
    beat = {"type": "string", "minLength": outline.min_length, "maxLength": outline.max_length}
    short = {"type": "string", "minLength": 2, "maxLength": 40}
    properties = {name: short if name in ("hero", "place") else beat for name in outline.beats}
    schema = {"type": "object", "properties": properties, "required": list(outline.beats)}
    return {"json_schema": schema, "max_tokens": 700, "temperature": 0.7, "repeat_penalty": 1.05}


def _join(answer: str, outline: Outline) -> str:
    """Join the beats of an answer to a story; "" if a beat is missing."""
    try:
        beats = json.loads(answer)
        names = list(outline.beats)[PLANNING_BEATS:]
        parts = [" ".join(str(beats[name]).split()) for name in names]
    except (ValueError, KeyError, TypeError):
        return ""
    return outline.separator.join(parts)


def _is_good(text: str, idea: str) -> bool:
    """Check for enough sentences, no repetition, a complete ending, and a single script."""
    plain = [re.sub(r"\W", "", sentence) for sentence in sentences(text)]
    has_latin = language_of(idea) == "zh" and re.search("[A-Za-z]", text)
    is_complete = text.endswith((".", "!", "?", "。", "！", "？", "”", '"'))
    is_unique = len(set(plain)) == len(plain)
    return len(plain) >= MIN_SENTENCES and is_unique and is_complete and not has_latin
