"""The script of a film: scenes with narration, picture, place and sound.

A language model writes it (film/writer.py), or the user gives it as JSON, prose or Markdown.
"""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from miaobi.core.errors import DataError
from miaobi.core.film import MAX_SCENES
from miaobi.core.sentences import align, join_pieces, language_of, line_gap, sentences
from miaobi.media.markdown import read_markdown

SCENE_FIELDS = ("say", "show", "place", "sound")  # narration, picture, place, sound


class Quiz(TypedDict):
    """A multiple-choice question; `answer` is one of the choices."""

    question: str
    choices: list[str]
    answer: str


class Script(TypedDict):
    """A script as its JSON document."""

    language: str
    title: str
    hero: str
    scenes: list[dict[str, str]]  # with SCENE_FIELDS
    quiz: NotRequired[Quiz]


def read_script(document: object, name: object) -> Script:
    """Read a script from its JSON document. Raises DataError with the field at fault."""
    if not isinstance(document, dict) or not isinstance(document.get("scenes"), list):
        raise _error(name, "scenes", "has to be a list")
    rows = document["scenes"]
    if not 1 <= len(rows) <= MAX_SCENES:
        raise _error(name, "scenes", f"has {len(rows)} entries")
    scenes = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("say"), str):
            raise _error(name, f"scenes[{number}].say", "has to be text")
        scene = {key: _plain(row.get(key)) for key in SCENE_FIELDS}
        if not scene["say"] and not scene["show"]:
            raise _error(name, f"scenes[{number}]", "has neither narration nor picture")
        scenes.append(scene)
    narration = " ".join(scene["say"] for scene in scenes)
    script: Script = {
        "language": document.get("language") or language_of(narration),
        "title": _plain(document.get("title")) or _first_words(narration),
        "hero": _plain(document.get("hero")),
        "scenes": scenes,
    }
    if isinstance(document.get("quiz"), dict):
        script["quiz"] = read_quiz(document["quiz"], name)
    return script


def script_from_text(text: str, scenes: int) -> Script:
    """Turn prose or a Markdown article into a script.

    Its title is that of the front matter, or else the first heading. Sentences are distributed over
    at most `scenes` scenes. Raises DataError for an empty text.
    """
    document = read_markdown(text)
    title = document.title or next((block.text for block in document.blocks if block.level), "")
    paragraphs = [block.text for block in document.blocks if not block.level]
    if not paragraphs:
        raise DataError("The {name} is empty.", "Give it some text.", name="script")
    rows = [
        {"say": words, "show": "", "place": "", "sound": ""}
        for words in _distribute(paragraphs, scenes)
    ]
    return read_script({"title": title, "scenes": rows}, "script")


def read_quiz(row: Mapping[str, object], name: object) -> Quiz:
    """Read a question, its choices, sorted, and the answer. Raises DataError."""
    choices = row.get("choices")
    texts = [str(choice).strip() for choice in choices] if isinstance(choices, list) else []
    texts = [text for text in texts if text]
    question, answer = (str(row.get(key, "")).strip() for key in ("question", "answer"))
    if not question or len(texts) < 2 or answer not in texts:
        raise _error(name, "quiz", "needs a question, choices, and an answer that is one of them")
    return {"question": question, "choices": sorted(texts), "answer": answer}


def _plain(value: object) -> str:
    """Return the text of a field, without byte order marks and spaces around it."""
    return ("" if value is None else str(value)).replace("\ufeff", "").strip()


def _first_words(text: str) -> str:
    first = next(sentences(text), "").strip(" .。!！?？")
    return first[:12] if language_of(text) == "zh" else " ".join(first.split()[:6])


def _distribute(paragraphs: list[str], scenes: int) -> list[str]:
    """Distribute sentences over at most `scenes` texts of similar length."""
    parts: list[tuple[str, str]] = []  # (space before, sentence)
    for paragraph in paragraphs:
        pieces = align(paragraph, list(sentences(paragraph)))
        gap = line_gap(parts[-1][1], paragraph) if parts else ""
        parts += [(gap, pieces[0][1]), *pieces[1:]]
    scenes = max(1, min(scenes, len(parts)))
    total = sum(len(part) for _, part in parts)
    groups: list[list[tuple[str, str]]] = [[] for _ in range(scenes)]
    done = 0
    for number, (gap, part) in enumerate(parts):
        index = min(scenes - 1, int((done + len(part) / 2) * scenes / total))
        index = max(index, scenes - (len(parts) - number), 0)
        groups[index].append((gap, part))
        done += len(part)
    return [join_pieces(group) for group in groups if group]


def _error(name: object, field: str, reason: str) -> DataError:
    return DataError(
        "{name} is not a valid script: {field} {reason}.",
        "Fix it, or delete it to have it written again.",
        name=name,
        field=field,
        reason=reason,
    )
