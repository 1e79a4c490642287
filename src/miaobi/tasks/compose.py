"""From one sentence to something whole. So far: a short story and its narration.

A small model tells a better story when it fills in a plan: the answer is held to a JSON schema
whose fields are the beats of a story, each continuing the one before. A draft that breaks off,
repeats itself or falls into another language is written again with the next seed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import EngineError
from miaobi.core.events import Done, Event, Output, Progress, Token
from miaobi.core.requests import Message, TextRequest
from miaobi.core.sentences import language_of, sentences
from miaobi.models.zoo import default_model, find_model
from miaobi.tasks.run import hand_out
from miaobi.tasks.speech import stream_speech
from miaobi.tasks.text import stream_chat

DRAFTS = 3
DEFAULT_VOICE = {"en": "af_heart", "zh": "zf_xiaoyi"}


@dataclass(frozen=True)
class Plan:
    """How to ask for a story in one language: the beats are the fields of the answer."""

    system: str
    ask: str
    beats: dict[str, str]  # the first two are for the model alone; the rest is the story
    shortest: int  # characters of a beat
    longest: int
    joint: str  # between beats


PLANS = {
    "en": Plan(
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
    "zh": Plan(
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
    """A story and the file that tells it; each names what it was made from."""

    text: Artifact
    narration: Artifact


def story(
    idea: str, *, seed: int | None = None, model: str | None = None, voice: str = ""
) -> Iterator[Event | Story]:
    """Write a short story in the language of the idea and speak it; the last item is a Story.

    Raises MiaobiError.
    """
    language = language_of(idea)
    written: Artifact | None = None
    for event in _write(idea, PLANS[language], seed, model):
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


def _write(idea: str, plan: Plan, seed: int | None, model: str | None) -> Iterator[Event]:
    """Draft until a draft is sound, or take the last one that is whole; ends in Done."""
    best: tuple[Artifact, str] | None = None
    for draft in range(DRAFTS):
        yield Progress("story", draft, DRAFTS)
        next_seed = None if seed is None else seed + draft
        for event in stream_chat(_messages(idea, plan), model=model, seed=next_seed, **_how(plan)):
            if not isinstance(event, Done | Token):  # tokens are JSON: not for the reader
                yield event
            elif isinstance(event, Done) and (told := _tell(event.artifact.text, plan)):
                best = event.artifact, told
        if best is not None and _is_sound(best[1], idea):
            break
    if best is None:
        raise EngineError("The model could not finish a story.", "Try another sentence or model.")
    script, told = best
    row = find_model(model, "text") if model else default_model("text", language_of(idea))
    request = TextRequest(
        model=row.name,
        messages=(Message("user", idea),),
        seed=script.seed,
        parents=(script.id,),
    )
    yield Token(told)
    yield Done(hand_out(request, row, Output(text=told), [], script.timings))


def _messages(idea: str, plan: Plan) -> list[Message]:
    beats = "\n".join(f"- {name}: {line}" for name, line in plan.beats.items())
    return [
        Message("system", plan.system),
        Message("user", plan.ask.format(idea=idea, beats=beats)),
    ]


def _how(plan: Plan) -> dict[str, Any]:
    beat = {"type": "string", "minLength": plan.shortest, "maxLength": plan.longest}
    short = {"type": "string", "minLength": 2, "maxLength": 40}
    properties = {name: short if name in ("hero", "place") else beat for name in plan.beats}
    schema = {"type": "object", "properties": properties, "required": list(plan.beats)}
    return {"json_schema": schema, "max_tokens": 700, "temperature": 0.7, "repeat_penalty": 1.05}


def _tell(answer: str, plan: Plan) -> str:
    """The story in a filled-in plan; "" when the plan is not whole."""
    try:
        beats = json.loads(answer)
        told = [" ".join(str(beats[name]).split()) for name in list(plan.beats)[2:]]
    except (ValueError, KeyError, TypeError):
        return ""
    return plan.joint.join(told)


def _is_sound(told: str, idea: str) -> bool:
    """At least five sentences, no sentence twice, every beat ended, one script only."""
    parts = [re.sub(r"\W", "", sentence) for sentence in sentences(told)]
    latin_in_chinese = language_of(idea) == "zh" and re.search("[A-Za-z]", told)
    ended = told.endswith((".", "!", "?", "。", "！", "？", "”", '"'))
    return len(parts) >= 5 and len(set(parts)) == len(parts) and ended and not latin_in_chinese
