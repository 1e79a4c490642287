"""The script of a film: scenes with what is said, what is seen, where it is, and what is heard.

idea --a model, held to a JSON schema--> drafts --checked, repaired--> script.json

A small model writes better when it fills in a plan: each scene is a field that says what happens in
it. Long films are written in acts, each told what came before.
"""

import json
import re
from collections.abc import Generator
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import DataError, EngineError
from miaobi.core.events import Done, Event, Progress, Token
from miaobi.core.film import MAX_SCENES, FilmPlan
from miaobi.core.requests import Message
from miaobi.media.text import HAN, language_of, sentences
from miaobi.tasks.templates import Template, find_template
from miaobi.tasks.text import stream_chat

DRAFTS = 3
ACT = 6  # scenes written at once
PACE = {"en": 13.0, "zh": 4.6}  # characters that a voice speaks in a second, marks included
PLACES = ("sky", "night", "sea", "grass", "desert", "room", "snow", "forest", "city")
# letters that a field may hold: a small model else slips into another language
LETTERS = {
    "en": r"[ !',.?A-Za-z0-9:;\-]",
    "zh": "[\u4e00-\u9fff，。！？、：；“”…]",
}
ASK = {
    "en": "{ask}\n\nThe film has {scenes} scenes. {before}Answer as JSON. `hero` is the main "
    "character or thing in two to five words, such as: a small red fox. In each scene, `say` is "
    "what the narrator says ({words} words, complete sentences), going on from the one before; "
    "`show` is what one sees in that moment, in three to eight words; `place` is chosen from a "
    "list. What happens:\n{beats}",
    "zh": "{ask}\n\n影片共 {scenes} 个场景。{before}全部用中文回答，写成 JSON。"
    "`hero` 是主角，用二到八个字，例如“一只红色的小狐狸”。每个场景里，"
    "`say` 是旁白（约 {words} 个字，完整的句子），前后连贯；"
    "`show` 是这一刻看见的画面，四到十二个字；`place` 从列表里选。各场景的内容：\n{beats}",
}  # fmt: skip
BEFORE = {"en": "What was told so far: {told} ", "zh": "前面已经讲了：{told} "}
Script = dict[str, Any]


def write_script(plan: FilmPlan) -> Generator[Event, None, tuple[Script, Artifact]]:
    """Write a script; returns it and the last answer of the model that is in it.

    Raises EngineError when no draft can be used.
    """
    language = plan.language or language_of(plan.idea)
    template = find_template(plan.template)
    beats = template.words[language].beats(plan.scenes)
    script: Script = {}
    last: Artifact | None = None
    for start in range(0, plan.scenes, ACT):
        act = beats[start : start + ACT]
        draft, last = yield from _act(plan, language, template, act, script)
        if not script:
            script = draft
        else:
            script["scenes"] += draft["scenes"]
            if "quiz" in draft:
                script["quiz"] = draft["quiz"]
        yield Progress("script", min(plan.scenes, start + ACT), plan.scenes)
    assert last is not None
    return {"language": language, **script}, last


def read_script(document: Any, name: object) -> Script:
    """A script as a user gives it, checked. Raises DataError that says what is wrong where."""
    if not isinstance(document, dict) or not isinstance(document.get("scenes"), list):
        raise _bad(name, "scenes", "has to be a list")
    scenes = document["scenes"]
    if not 1 <= len(scenes) <= MAX_SCENES:
        raise _bad(name, "scenes", f"has {len(scenes)} entries")
    out = []
    for number, scene in enumerate(scenes, 1):
        if not isinstance(scene, dict) or not isinstance(scene.get("say"), str):
            raise _bad(name, f"scenes[{number}].say", "has to be text")
        told = {key: str(scene.get(key, "")).strip() for key in ("say", "show", "place", "sound")}
        if not told["say"] and not told["show"]:
            raise _bad(name, f"scenes[{number}]", "says and shows nothing")
        out.append(told)
    words = " ".join(scene["say"] for scene in out)
    script: Script = {
        "language": document.get("language") or language_of(words),
        "title": str(document.get("title") or "").strip() or _first_words(words),
        "hero": str(document.get("hero") or "").strip(),
        "scenes": out,
    }
    if isinstance(document.get("quiz"), dict):
        script["quiz"] = _quiz(document["quiz"], name)
    return script


def script_of_text(text: str, scenes: int) -> Script:
    """Prose or a Markdown article as a script: a heading is the title, paragraphs are scenes.

    Raises DataError when there is nothing to say.
    """
    title, paragraphs = "", []
    for block in re.split(
        r"\n\s*\n", re.sub(r"(?s)^---\n.*?\n---\n|<!--.*?-->|```.*?```", "", text)
    ):
        for line in block.strip().splitlines()[:1]:
            if head := re.match(r"#+\s*(.+)", line):
                title = title or head.group(1).strip()
                block = block.strip()[len(line) :]
        plain = re.sub(r"!\[[^\]]*\]\([^)]*\)|[*_`>#|]|^\s*[-+\d.]+\s", "", block, flags=re.M)
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", plain)
        joint = "" if language_of(plain) == "zh" else " "
        if said := joint.join(plain.split()) if joint else "".join(plain.split()):
            paragraphs.append(said)
    if not paragraphs:
        raise DataError("The {name} is empty.", "Give it some words.", name="script")
    shared = _shared_out(paragraphs, scenes)
    rows = [{"say": words, "show": "", "place": "", "sound": ""} for words in shared]
    return read_script({"title": title, "scenes": rows}, "script")


def _act(
    plan: FilmPlan, language: str, template: Template, beats: list[str], before: Script
) -> Generator[Event, None, tuple[Script, Artifact]]:
    """Draft until a draft is sound, or take the best of those that can be read."""
    best: tuple[int, Script, Artifact] | None = None
    messages = _messages(plan, language, template, beats, before)
    final = len(before.get("scenes", ())) + len(beats) == plan.scenes
    schema = _schema(plan, language, len(beats), first=not before, quiz=template.quiz and final)
    longest = 1.5 * _letters(plan, language) + 15
    for draft in range(DRAFTS):
        seed = plan.seed + draft + 101 * len(before.get("scenes", ()))
        how = {"json_schema": schema, "max_tokens": 150 * len(beats) + 300, "temperature": 0.7,
               "repeat_penalty": 1.05, "seed": seed}  # fmt: skip
        written = 0
        for event in stream_chat(messages, model=plan.text_model or None, **how):
            if isinstance(event, Token):
                written += 1
                if written % 10 == 0:
                    share = min(0.98, written / (62 * len(beats) + 25))
                    done = len(before.get("scenes", ())) + share * len(beats)
                    yield Progress("script", done, plan.scenes)
            elif isinstance(event, Done):
                faults, script = _read(event.artifact.text, language, before, longest)
                if script and (best is None or faults < best[0]):
                    best = faults, script, event.artifact
        if best is not None and best[0] == 0:
            break
    if best is None:
        raise EngineError("The model could not finish a story.", "Try another sentence or model.")
    return best[1], best[2]


def _messages(
    plan: FilmPlan, language: str, template: Template, beats: list[str], before: Script
) -> list[Message]:
    words = template.words[language]
    start = len(before.get("scenes", ()))
    lines = "\n".join(f"- scene_{start + n}: {beat}" for n, beat in enumerate(beats, 1))
    told = ""
    if before:
        said = [scene["say"] for scene in before["scenes"][-3:]]
        told = BEFORE[language].format(told=" ".join(said))
    count = round(_letters(plan, language) / (5.6 if language == "en" else 1.1))
    ask = ASK[language].format(
        ask=words.ask.format(idea=plan.idea), scenes=plan.scenes, before=told, words=count,
        beats=lines,
    )  # fmt: skip
    return [Message("system", words.writer), Message("user", ask)]


def _schema(plan: FilmPlan, language: str, count: int, first: bool, quiz: bool) -> dict[str, Any]:
    letters = _letters(plan, language)

    def text(low: float, high: float) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{LETTERS[language]}{{{low:.0f},{high:.0f}}}$"}

    scene = {
        # room to end a sentence: a model that reaches the limit ends it with any letter that fits
        "say": text(0.5 * letters, 2.5 * letters + 30),
        "show": text(3, 30) if language == "zh" else text(8, 110),
        "place": {"enum": list(PLACES)},
    }
    row = {"type": "object", "properties": scene, "required": list(scene)}
    short = text(2, 16) if language == "zh" else text(4, 40)
    fields: dict[str, Any] = {"title": short, "hero": short} if first else {}
    fields |= {f"scene_{number}": row for number in range(1, count + 1)}
    if quiz:
        answers = {name: short for name in ("question", "right", "wrong", "also_wrong")}
        answers["question"] = text(4, 30) if language == "zh" else text(10, 80)
        fields["quiz"] = {"type": "object", "properties": answers, "required": list(answers)}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _letters(plan: FilmPlan, language: str) -> float:
    """How many characters a voice speaks in one scene, without cards and fades."""
    return max(2.0, (plan.seconds - 4.5) / plan.scenes - 0.8) * PACE[language]


def _read(answer: str, language: str, before: Script, longest: float) -> tuple[int, Script]:
    """(faults, the script in an answer, repaired); an empty one when it cannot be read."""
    try:
        told = json.loads(answer)
        scenes = [told[name] for name in told if name.startswith("scene_")]
        document = {"language": language, "title": told.get("title", before.get("title")),
                    "hero": told.get("hero", before.get("hero")), "scenes": scenes}  # fmt: skip
        script = read_script(document, "script")
        if quiz := told.get("quiz"):
            answers = [quiz["right"], quiz["wrong"], quiz["also_wrong"]]
            script["quiz"] = _quiz({"question": quiz["question"], "choices": answers,
                                    "answer": quiz["right"]}, "script")  # fmt: skip
    except (ValueError, KeyError, TypeError, DataError):
        return 0, {}
    faults = 0
    earlier = [_bare(scene["say"]) for scene in before.get("scenes", ())]
    for scene in script["scenes"]:
        whole = " ".join(scene["say"].split())
        scene["say"] = _shortened(_ended(whole, language), longest)
        faults += _ended(whole, language) != whole
        faults += language == "zh" and bool(re.search("[A-Za-z]{3}", scene["say"]))
        faults += language == "en" and bool(HAN.search(scene["say"]))
        faults += 3 * (_bare(scene["say"]) in earlier)
        earlier.append(_bare(scene["say"]))
    return faults, script


def _ended(said: str, language: str) -> str:
    """Without the sentence that breaks off; with a full stop where none else is whole."""
    marks = "。！？…”" if language == "zh" else '.!?…"”'
    if said.endswith(tuple(marks)):
        return said
    whole = [part for part in sentences(said) if part.endswith(tuple(marks))]
    if whole:
        return ("" if language == "zh" else " ").join(whole)
    return said.rstrip("，,;；:： ") + ("。" if language == "zh" else ".")


def _shortened(said: str, longest: float) -> str:
    """The first sentences of what is far too long; one sentence always stays."""
    parts = list(sentences(said))
    joint = "" if language_of(said) == "zh" else " "
    while len(parts) > 1 and len(joint.join(parts)) > longest:
        parts.pop()
    return joint.join(parts)


def _bare(said: str) -> str:
    return re.sub(r"\W", "", said).lower()


def _quiz(given: dict[str, Any], name: object) -> dict[str, Any]:
    choices = [str(choice).strip() for choice in given.get("choices", []) if str(choice).strip()]
    question, answer = str(given.get("question", "")).strip(), str(given.get("answer", "")).strip()
    if not question or len(choices) < 2 or answer not in choices:
        raise _bad(name, "quiz", "needs a question, choices, and an answer that is one of them")
    return {"question": question, "choices": sorted(choices), "answer": answer}


def _first_words(words: str) -> str:
    first = next(sentences(words), "").strip(" .。!！?？")
    return first[:12] if language_of(words) == "zh" else " ".join(first.split()[:6])


def _shared_out(paragraphs: list[str], scenes: int) -> list[str]:
    """Paragraphs as no more than so many scenes of much the same length."""
    parts = [part for paragraph in paragraphs for part in sentences(paragraph)]
    scenes = max(1, min(scenes, len(parts)))
    joint = "" if language_of(parts[0]) == "zh" else " "
    whole = sum(map(len, parts))
    out: list[list[str]] = [[] for _ in range(scenes)]
    seen = 0
    for number, part in enumerate(parts):
        place = min(scenes - 1, int((seen + len(part) / 2) * scenes / whole))
        place = max(place, scenes - (len(parts) - number), 0)
        out[place].append(part)
        seen += len(part)
    return [joint.join(group) for group in out if group]


def _bad(name: object, field: str, reason: str) -> DataError:
    return DataError(
        "{name} is no script: {field} {reason}.",
        "Correct it, or delete it: then it is written again.",
        name=name, field=field, reason=reason,
    )  # fmt: skip
