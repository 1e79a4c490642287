"""The writing of a script by a chat model that is held to a JSON schema.

idea --a plan to fill in--> draft --mended by rule--> lines --poor ones asked for again--> script

A small model writes better when it fills in a plan: each scene is a field that says what happens in
it. Long films are written in acts, each told what came before. A second draft costs as much as the
first one; so only lines that film/line_quality.py finds poor are asked for again.
"""

import json
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import DataError, EngineError
from miaobi.core.events import Done, Event, Progress, Token
from miaobi.core.film import FilmPlan
from miaobi.core.requests import Message
from miaobi.core.sentences import language_of
from miaobi.film import line_quality as lines
from miaobi.film.script import Script, quiz_of, read_script
from miaobi.film.templates import Template, find_template
from miaobi.tasks.text import stream_chat

DRAFTS = 3
AGAIN = 2  # lines of an act that are asked for again at most
ACT = 6  # scenes written at once
PACE = {"en": 13.0, "zh": 4.6}  # characters that a voice speaks in a second, marks included
PLACES = ("sky", "night", "sea", "grass", "desert", "room", "snow", "forest", "city")
# letters that a field may hold: a small model else slips into another language
LETTERS = {
    "en": r"[ !',.?A-Za-z0-9:;\-]",
    "zh": "[\u4e00-\u9fff，。！？、：；“”…]",
}
# letters of a few words: a name, what is seen, an answer
FEW = {"en": "[ A-Za-z'\\-]", "zh": "[\u4e00-\u9fff]"}
TITLE, HERO, SHOW, ANSWER = (  # the fewest and the most letters
    {"en": (4, 34), "zh": (2, 8)},
    {"en": (4, 34), "zh": (2, 10)},
    {"en": (8, 64), "zh": (3, 14)},
    {"en": (2, 34), "zh": (1, 10)},
)
ASK = {
    "en": "{ask}\n\nThe film has {scenes} scenes. {before}Answer as JSON. `title` is two to four "
    "words. `hero` is whom or what it is about, in two to five words. "
    "In each scene, `say` is what the narrator says ({words} words, complete sentences): it goes "
    "on from the scene before and tells something new; `show` is what one sees in that moment, in "
    "three to seven words: who or what, and where; `place` is chosen from a list.{quiz} What "
    "happens:\n{beats}",
    "zh": "{ask}\n\n影片共 {scenes} 个场景。{before}全部用中文回答，写成 JSON。"
    "`title` 是二到八个字的题目。`hero` 是影片所讲的人、动物或东西，用二到八个字。"
    "每个场景里，`say` 是旁白（约 {words} 个字，完整通顺的句子），"
    "承接上一个场景，讲新的内容，不重复；"
    "`show` 是这一刻看得见的东西，四到十二个字；`place` 从列表里选。{quiz}"
    "各场景的内容：\n{beats}",
}
QUIZ = {
    "en": " `quiz` asks about what was told: one right answer, two wrong ones, each of one to four "
    "words.",
    "zh": "`quiz` 就讲过的内容提一个问题：一个正确答案，两个错误答案，每个二到八个字。",
}
BEFORE = {"en": "What was told so far: {told} ", "zh": "前面已经讲了：{told} "}
NEXT = {
    "en": "{ask}\n\nThis was told so far: {told}\n\nWrite only the next sentence or two as JSON: "
    "{beat}. `say` is what the narrator says ({words} words), something new that was not told yet; "
    "`show` is what one sees in that moment, in three to seven words.",
    "zh": "{ask}\n\n前面已经讲了：{told}\n\n用中文只写接下来的一两句，写成 JSON：{beat}。"
    "`say` 是旁白（约 {words} 个字），讲还没有讲过的新内容；`show` 是看得见的东西，四到十二个字。",
}


def write_script(plan: FilmPlan) -> Generator[Event, None, tuple[Script, Artifact]]:
    """Write a script; returns it and the last answer of the model that is in it.

    Raises EngineError when no draft can be used.
    """
    writer = _Writer(plan, plan.language or language_of(plan.idea), find_template(plan.template))
    beats = writer.template.words[writer.language].beats(plan.scenes)
    script: Script = {}
    last: Artifact | None = None
    for start in range(0, plan.scenes, ACT):
        act = beats[start : start + ACT]
        draft, answer = yield from writer.draft(act, script)
        again = yield from writer.again(act, script, draft)
        last = again or answer
        if not script:
            script = draft
        else:
            script["scenes"] += draft["scenes"]
            if "quiz" in draft:
                script["quiz"] = draft["quiz"]
        yield Progress("script", min(plan.scenes, start + ACT), plan.scenes)
    assert last is not None
    most = TITLE[writer.language][1]
    title = lines.trimmed(script["title"], most)
    script["title"] = lines.title_of(title, plan.idea, script["hero"])
    return {"language": writer.language, **script}, last


@dataclass(frozen=True)
class _Writer:
    """Asks the model for an act, and for a line."""

    plan: FilmPlan
    language: str
    template: Template

    @cached_property
    def letters(self) -> float:
        """How many characters a voice speaks in one scene, without cards and fades."""
        plan = self.plan
        return max(2.0, (plan.seconds - 4.5) / plan.scenes - 0.8) * PACE[self.language]

    @property
    def longest(self) -> float:
        """How many characters of a line are not yet far too many."""
        return 1.5 * self.letters + 15

    def draft(
        self, beats: list[str], before: Script
    ) -> Generator[Event, None, tuple[Script, Artifact]]:
        """Draft until a draft can be used, or take the best of those that can be read."""
        best: tuple[int, Script, Artifact] | None = None
        messages = self._messages(beats, before)
        schema = self._schema(len(beats), before)
        start = len(before.get("scenes", ()))
        for number in range(DRAFTS):
            seed = self.plan.seed + number + 101 * start
            written = 0
            for event in self._asked(messages, schema, 150 * len(beats) + 300, seed):
                if isinstance(event, Token):
                    written += 1
                    if written % 10 == 0:
                        share = min(0.98, written / (56 * len(beats) + 25))
                        yield Progress("script", start + share * len(beats), self.plan.scenes)
                elif isinstance(event, Done):
                    found = read_answer(event.artifact.text, self.language, before, self.longest)
                    if found[1] and (best is None or found[0] < best[0]):
                        best = *found, event.artifact
            if best is not None and best[0] < lines.POOR * len(beats):
                break
        if best is None:
            raise EngineError(
                "The model could not finish a story.", "Try another sentence or model."
            )
        return best[1], best[2]

    def again(
        self, beats: list[str], before: Script, draft: Script
    ) -> Generator[Event, None, Artifact | None]:
        """Ask for poor lines of a draft once more, in place; returns the last answer used."""
        used = None
        scenes = draft["scenes"]
        told = [scene["say"] for scene in before.get("scenes", ())]
        names = lines.named((told or [scenes[0]["say"]])[0])
        left = AGAIN
        for number, scene in enumerate(scenes):
            poor = lines.faults(scene["say"], self.language, told, names)
            if poor >= lines.POOR and left:
                left -= 1
                done = len(before.get("scenes", ())) + len(beats) - 0.02
                yield Progress("script", done, self.plan.scenes)
                made, answer = self._line(beats[number], told, number)
                if made and lines.faults(made["say"], self.language, told, names) < poor:
                    scene |= made
                    used = answer
            told.append(scene["say"])
        return used

    def _line(
        self, beat: str, told: list[str], number: int
    ) -> tuple[dict[str, str], Artifact | None]:
        """({say, show}, the answer that they are in); nothing where it cannot be read."""
        words = self.template.words[self.language]
        ask = NEXT[self.language].format(
            ask=words.ask.format(idea=self.plan.idea),
            beat=beat,
            words=self._count,
            told=" ".join(told[-3:]) or "-",
        )
        messages = [Message("system", words.writer), Message("user", ask)]
        fields = {name: row for name, row in self._scene().items() if name != "place"}
        seed = self.plan.seed + 7 + number
        for event in self._asked(messages, _object(fields), 200, seed):
            if isinstance(event, Done):
                try:
                    given = json.loads(event.artifact.text)
                    said = lines.mended(str(given["say"]), self.language, self.longest, told)
                    return {
                        "say": said,
                        "show": lines.trimmed(str(given["show"]), SHOW[self.language][1]),
                    }, event.artifact
                except (ValueError, KeyError, TypeError):
                    break
        return {}, None

    def _asked(
        self, messages: list[Message], schema: dict[str, Any], tokens: int, seed: int
    ) -> Any:
        how = {
            "json_schema": schema,
            "max_tokens": tokens,
            "temperature": 0.7,
            "repeat_penalty": 1.05,
            "seed": seed,
        }
        return stream_chat(messages, model=self.plan.text_model or None, **how)

    @property
    def _count(self) -> int:
        """How many words a scene has, in Chinese signs."""
        return round(self.letters / (5.6 if self.language == "en" else 1.1))

    def _messages(self, beats: list[str], before: Script) -> list[Message]:
        words = self.template.words[self.language]
        start = len(before.get("scenes", ()))
        told = ""
        if before:
            said = [scene["say"] for scene in before["scenes"][-3:]]
            told = BEFORE[self.language].format(told=" ".join(said))
        ask = ASK[self.language].format(
            ask=words.ask.format(idea=self.plan.idea),
            scenes=self.plan.scenes,
            before=told,
            words=self._count,
            quiz=QUIZ[self.language] if self._asks(start + len(beats)) else "",
            beats="\n".join(f"- scene_{start + n}: {beat}" for n, beat in enumerate(beats, 1)),
        )
        return [Message("system", words.writer), Message("user", ask)]

    def _scene(self) -> dict[str, Any]:
        """The fields of a scene."""
        return {
            # room to end a sentence: a model that reaches the limit ends it with any letter
            "say": self._text(0.5 * self.letters, 2.5 * self.letters + 30),
            "show": self._few(SHOW),
            "place": {"enum": list(PLACES)},
        }

    def _schema(self, count: int, before: Script) -> dict[str, Any]:
        title, hero = self._few(TITLE), self._few(HERO)
        fields: dict[str, Any] = {} if before else {"title": title, "hero": hero}
        row = _object(self._scene())
        fields |= {f"scene_{number}": row for number in range(1, count + 1)}
        if self._asks(len(before.get("scenes", ())) + count):
            question = self._text(4, 30) if self.language == "zh" else self._text(10, 80)
            answers = dict.fromkeys(("right", "wrong", "also_wrong"), self._few(ANSWER))
            fields["quiz"] = _object({"question": question, **answers})
        return _object(fields)

    def _asks(self, scenes: int) -> bool:
        """True when a quiz is written behind so many scenes."""
        return self.template.quiz and scenes == self.plan.scenes

    def _few(self, long: dict[str, tuple[int, int]]) -> dict[str, Any]:
        """A few words without marks, with room to end them."""
        low, most = long[self.language]
        return {"type": "string", "pattern": f"^{FEW[self.language]}{{{low},{most}}}$"}

    def _text(self, low: float, high: float) -> dict[str, Any]:
        pattern = f"^{LETTERS[self.language]}{{{low:.0f},{high:.0f}}}$"
        return {"type": "string", "pattern": pattern}


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def read_answer(answer: str, language: str, before: Script, longest: float) -> tuple[int, Script]:
    """(faults, the script in an answer, mended); an empty one when it cannot be read."""
    try:
        told = json.loads(answer)
        scenes = [told[name] for name in told if name.startswith("scene_")]
        document = {
            "language": language,
            "title": told.get("title", before.get("title")),
            "hero": told.get("hero", before.get("hero")),
            "scenes": scenes,
        }
        script = read_script(document, "script")
        if quiz := told.get("quiz"):
            answers = [quiz["right"], quiz["wrong"], quiz["also_wrong"]]
            script["quiz"] = quiz_of(
                {"question": quiz["question"], "choices": answers, "answer": quiz["right"]},
                "script",
            )
    except (ValueError, KeyError, TypeError, DataError):
        return 0, {}
    faults = 0
    earlier = [scene["say"] for scene in before.get("scenes", ())]
    for scene in script["scenes"]:
        whole = " ".join(scene["say"].split())
        scene["say"] = lines.mended(whole, language, longest, earlier)
        scene["show"] = lines.trimmed(scene["show"], SHOW[language][1])
        faults += lines.ended(whole, language) != whole
        faults += lines.faults(scene["say"], language, earlier)
        earlier.append(scene["say"])
    return faults, script
