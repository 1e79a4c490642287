"""Scripts written by a chat model whose output a JSON schema constrains.

idea --prompt with a plan of beats--> draft --repaired by rule--> lines --poor ones again--> script

A small model writes better along a plan: each scene is a field whose beat is given. Long films are
written in acts of ACT scenes, each with the narration before it in the prompt. A second draft costs
as much as the first, so only the lines that film/line_quality.py rates as poor are written again.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property

from miaobi.core.artifact import Artifact
from miaobi.core.errors import DataError, EngineError
from miaobi.core.events import Done, Event, Progress, Token
from miaobi.core.film import FilmPlan
from miaobi.core.requests import Message
from miaobi.core.sentences import language_of
from miaobi.film.line_quality import (
    POOR,
    choose_title,
    drop_truncated,
    find_names,
    quality_penalty,
    repair,
    trim_phrase,
)
from miaobi.film.script import Script, read_quiz, read_script
from miaobi.film.templates import Template, find_template
from miaobi.film.writer_prompts import (
    ASK,
    BEFORE,
    HERO,
    NEXT,
    QUIZ,
    SHOW,
    TITLE,
    JsonSchema,
    object_schema,
    phrase_field,
    quiz_schema,
    scene_fields,
)
from miaobi.tasks.text import stream_chat

DRAFTS = 3  # of an act at most
REWRITES = 2  # lines of an act that are written again at most
ACT = 6  # scenes per draft
CHARACTERS_PER_SECOND = {"en": 13.0, "zh": 4.6}  # of a voice, punctuation included
CHARACTERS_PER_WORD = {"en": 5.6, "zh": 1.1}
CONTEXT_LINES = 3  # lines of the narration before, in a prompt


def write_script(plan: FilmPlan) -> Generator[Event, None, tuple[Script, Artifact]]:
    """Write a script and return it with the last answer of the model that it contains.

    Raises EngineError if no draft is usable.
    """
    writer = _Writer(plan, plan.language or language_of(plan.idea), find_template(plan.template))
    language = writer.language
    beats = writer.template.words[language].beats(plan.scenes)
    script: Script | None = None
    last: Artifact | None = None
    for start in range(0, plan.scenes, ACT):
        act = beats[start : start + ACT]
        draft, answer = yield from writer.draft(act, script)
        rewritten = yield from writer.rewrite_poor_lines(act, script, draft)
        last = rewritten or answer
        if script is None:
            script = draft
        else:
            script["scenes"] += draft["scenes"]
            if "quiz" in draft:
                script["quiz"] = draft["quiz"]
        yield Progress("script", min(plan.scenes, start + ACT), plan.scenes)
    assert script is not None and last is not None
    title = trim_phrase(script["title"], TITLE[language][1])
    script["title"] = choose_title(title, plan.idea, script["hero"])
    script["language"] = language
    return script, last


@dataclass(frozen=True)
class _Writer:
    """Prompts the model for an act, or for one line."""

    plan: FilmPlan
    language: str
    template: Template

    @cached_property
    def line_length(self) -> float:
        """Characters that a voice speaks in one scene, without cards and fades."""
        seconds = max(2.0, (self.plan.seconds - 4.5) / self.plan.scenes - 0.8)
        return seconds * CHARACTERS_PER_SECOND[self.language]

    @property
    def max_length(self) -> float:
        """Characters of the longest line that is kept whole."""
        return 1.5 * self.line_length + 15

    def draft(
        self, beats: list[str], before: Script | None
    ) -> Generator[Event, None, tuple[Script, Artifact]]:
        """Write drafts of an act until one is good, and return the best one.

        Raises EngineError if none is usable.
        """
        best: tuple[int, Script, Artifact] | None = None
        messages = self._messages(beats, before)
        schema = self._schema(len(beats), before)
        start = len(_lines(before))
        for number in range(DRAFTS):
            seed = self.plan.seed + number + 101 * start
            tokens = 0
            for event in self._chat(messages, schema, 150 * len(beats) + 300, seed):
                if isinstance(event, Token):
                    tokens += 1
                    if tokens % 10 == 0:
                        fraction = min(0.98, tokens / (56 * len(beats) + 25))
                        yield Progress("script", start + fraction * len(beats), self.plan.scenes)
                elif isinstance(event, Done):
                    text = event.artifact.text
                    penalty, script = parse_draft(text, self.language, before, self.max_length)
                    if script is not None and (best is None or penalty < best[0]):
                        best = penalty, script, event.artifact
            if best is not None and best[0] < POOR * len(beats):
                break
        if best is None:
            raise EngineError(
                "The model could not finish a story.", "Try another sentence or model."
            )
        return best[1], best[2]

    def rewrite_poor_lines(
        self, beats: list[str], before: Script | None, draft: Script
    ) -> Generator[Event, None, Artifact | None]:
        """Write poor lines of a draft again, in place, and return the last answer used."""
        used = None
        scenes, lines = draft["scenes"], _lines(before)
        done = len(lines) + len(beats) - 0.02
        names = find_names((lines or [scenes[0]["say"]])[0])
        attempts = REWRITES
        for number, scene in enumerate(scenes):
            penalty = quality_penalty(scene["say"], self.language, lines, names)
            if penalty >= POOR and attempts:
                attempts -= 1
                yield Progress("script", done, self.plan.scenes)
                line, answer = self._line(beats[number], lines, number)
                if line and quality_penalty(line["say"], self.language, lines, names) < penalty:
                    scene |= line
                    used = answer
            lines.append(scene["say"])
        return used

    def _line(
        self, beat: str, lines: list[str], number: int
    ) -> tuple[dict[str, str], Artifact | None]:
        """Write the narration and picture of one scene; empty if the answer cannot be parsed."""
        words = self.template.words[self.language]
        prompt = NEXT[self.language].format(
            ask=words.ask.format(idea=self.plan.idea),
            beat=beat,
            words=self._word_count,
            told=" ".join(lines[-CONTEXT_LINES:]) or "-",
        )
        messages = [Message("system", words.writer), Message("user", prompt)]
        fields = scene_fields(self.line_length, self.language)
        del fields["place"]
        seed = self.plan.seed + 7 + number
        for event in self._chat(messages, object_schema(fields), 200, seed):
            if isinstance(event, Done):
                try:
                    answer = json.loads(event.artifact.text)
                    say = repair(str(answer["say"]), self.language, self.max_length, lines)
                    show = trim_phrase(str(answer["show"]), SHOW[self.language][1])
                    return {"say": say, "show": show}, event.artifact
                except (ValueError, KeyError, TypeError):
                    break
        return {}, None

    def _chat(
        self, messages: list[Message], schema: JsonSchema, max_tokens: int, seed: int
    ) -> Iterator[Event]:
        return stream_chat(
            messages,
            model=self.plan.text_model or None,
            json_schema=schema,
            max_tokens=max_tokens,
            temperature=0.7,
            repeat_penalty=1.05,
            seed=seed,
        )

    @property
    def _word_count(self) -> int:
        """Words of the narration of a scene; Chinese characters count as words."""
        return round(self.line_length / CHARACTERS_PER_WORD[self.language])

    def _messages(self, beats: list[str], before: Script | None) -> list[Message]:
        words = self.template.words[self.language]
        lines = _lines(before)
        context = " ".join(lines[-CONTEXT_LINES:])
        prompt = ASK[self.language].format(
            ask=words.ask.format(idea=self.plan.idea),
            scenes=self.plan.scenes,
            before=BEFORE[self.language].format(told=context) if before else "",
            words=self._word_count,
            quiz=QUIZ[self.language] if self._has_quiz(len(lines) + len(beats)) else "",
            beats="\n".join(
                f"- scene_{len(lines) + number}: {beat}" for number, beat in enumerate(beats, 1)
            ),
        )
        return [Message("system", words.writer), Message("user", prompt)]

    def _schema(self, count: int, before: Script | None) -> JsonSchema:
        fields: dict[str, JsonSchema] = {}
        if not before:
            fields["title"] = phrase_field(TITLE, self.language)
            fields["hero"] = phrase_field(HERO, self.language)
        scene = object_schema(scene_fields(self.line_length, self.language))
        fields |= {f"scene_{number}": scene for number in range(1, count + 1)}
        if self._has_quiz(len(_lines(before)) + count):
            fields["quiz"] = quiz_schema(self.language)
        return object_schema(fields)

    def _has_quiz(self, scenes: int) -> bool:
        """Return True if a quiz follows after so many scenes."""
        return self.template.quiz and scenes == self.plan.scenes


def parse_draft(
    answer: str, language: str, before: Script | None, max_length: float
) -> tuple[int, Script | None]:
    """Parse and repair an answer: its quality penalty and the script, None if it is invalid."""
    try:
        document = json.loads(answer)
        scenes = [document[name] for name in document if name.startswith("scene_")]
        context = before or {"title": None, "hero": None}
        script = read_script(
            {
                "language": language,
                "title": document.get("title", context["title"]),
                "hero": document.get("hero", context["hero"]),
                "scenes": scenes,
            },
            "script",
        )
        if quiz := document.get("quiz"):
            choices = [quiz["right"], quiz["wrong"], quiz["also_wrong"]]
            row = {"question": quiz["question"], "choices": choices, "answer": quiz["right"]}
            script["quiz"] = read_quiz(row, "script")
    except (ValueError, KeyError, TypeError, DataError):
        return 0, None
    penalty, lines = 0, _lines(before)
    for scene in script["scenes"]:
        line = " ".join(scene["say"].split())
        scene["say"] = repair(line, language, max_length, lines)
        scene["show"] = trim_phrase(scene["show"], SHOW[language][1])
        penalty += drop_truncated(line, language) != line
        penalty += quality_penalty(scene["say"], language, lines)
        lines.append(scene["say"])
    return penalty, script


def _lines(script: Script | None) -> list[str]:
    """Return the narration of each scene of a script."""
    return [scene["say"] for scene in script["scenes"]] if script else []
