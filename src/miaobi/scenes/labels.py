"""What a labeled network knows by name, found in the words of a prompt.

"a fox in 3d style" --> labels (1, 2): the number of the subject, the number of the style
"""

import json
import re
from pathlib import Path

import torch
from torch import Tensor

from miaobi.core.checks import check_choice
from miaobi.core.errors import ModelFileError, NotFoundError
from miaobi.scenes.captions import STYLE_WORDS
from miaobi.scenes.sprites import subjects

CLASSES = "classes.json"  # the names of the classes, column by column
SHOWN = 8  # classes that an error names


class Classes:
    """The classes of one model, column by column: subjects, then styles where there are any."""

    def __init__(self, model: str, folder: Path) -> None:
        """Raises ModelFileError."""
        self.model = model
        self.names = read_classes(folder)

    @property
    def styles(self) -> list[str]:
        """The names of the styles, where there are any."""
        return self.names[1] if len(self.names) > 1 else []

    def labels(self, prompt: str, style: str, seed: int) -> Tensor:
        """(1, columns) of class numbers. Raises NotFoundError for a subject it does not know."""
        labels = [self._subject(prompt)]
        if len(self.names) > 1:
            styles = self.names[1]
            check_choice("style", style, ("", *styles))
            chosen = style or style_in(prompt, styles)
            # a mean of all styles looks like none: one of them, by the seed
            labels.append(styles.index(chosen) if chosen else seed % len(styles))
        return torch.tensor([labels])

    def changed(self, labels: Tensor, word: str) -> Tensor | None:
        """Labels (1, columns) with the class that a word names; None where it names none."""
        other = labels.clone()
        if len(self.names) > 1 and (style := style_in(f"{word} style", self.names[1])):
            other[0, 1] = self.names[1].index(style)
        elif (subject := class_in(word, self.names[0])) is not None:
            other[0, 0] = subject
        else:
            return None
        return other

    def unknown(self, words: str) -> NotFoundError:
        """The error for words that name nothing it knows."""
        names = self.names[0]
        some = ", ".join(names[:: max(1, len(names) // SHOWN)][:SHOWN])
        return NotFoundError(
            "{model} knows nothing that is named in {prompt!r}.",
            "It knows {count} subjects: {names} …",
            model=self.model,
            prompt=words[:80],
            count=len(names),
            names=some,
        )

    def _subject(self, prompt: str) -> int:
        if len(self.names[0]) == 1:
            return 0  # there is nothing to choose from
        found = class_in(prompt, self.names[0])
        if found is None:
            raise self.unknown(prompt)
        return found


def read_classes(folder: Path) -> list[list[str]]:
    """The names of the classes of a model, column by column. Raises ModelFileError."""
    path = folder / CLASSES
    try:
        told: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFileError(
            "{path} cannot be loaded: {reason}.",
            "It is truncated, or of another model.",
            path=path,
            reason=error,
        ) from error
    return told


def class_in(prompt: str, names: list[str]) -> int | None:
    """The number of the class whose name is the longest in the prompt, in either language."""
    known = {subject.name: subject for subject in subjects()}
    words = prompt.casefold()
    best, length = None, 0
    for number, name in enumerate(names):
        calls = [name.replace("-", " "), name]
        if (subject := known.get(name)) is not None:
            calls += [subject.english, subject.plural, *subject.synonyms]
            calls += [subject.chinese, *subject.chinese_synonyms]
        for call in calls:
            if len(call) > length and _says(words, call.casefold()):
                best, length = number, len(call)
    return best


def style_in(prompt: str, styles: list[str]) -> str:
    """The style that the prompt names, or ""."""
    words = prompt.casefold()
    for style in styles:
        for call in (style, *(word for told in STYLE_WORDS.get(style, ()) for word in told)):
            if _says(words, f"{call.casefold()} style") or f"{call}风格".casefold() in words:
                return style
    return ""


def _says(words: str, call: str) -> bool:
    """Whole words where there are spaces, anything between other characters."""
    if not call.isascii():
        return call in words
    return re.search(rf"(?<![a-z0-9]){re.escape(call)}(?:e?s)?(?![a-z0-9])", words) is not None
