"""The script of a film: scenes with what is said, what is seen, where it is, and what is heard.

It is written by a model (film/writer.py), or given by the user as JSON, prose or Markdown.
"""

import re
from typing import Any

from miaobi.core.errors import DataError
from miaobi.core.film import MAX_SCENES
from miaobi.core.sentences import language_of, sentences

Script = dict[str, Any]


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
        script["quiz"] = quiz_of(document["quiz"], name)
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


def quiz_of(given: dict[str, Any], name: object) -> dict[str, Any]:
    """A question, its answers in order, and the right one, checked. Raises DataError."""
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
        name=name,
        field=field,
        reason=reason,
    )
