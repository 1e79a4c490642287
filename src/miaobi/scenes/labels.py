"""Class labels of a labeled network, found in the words of a prompt.

"a fox in 3d style" --> labels (1, 2): index of the subject, index of the style
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
MAX_SUGGESTIONS = 8  # classes named in an error


class Classes:
    """Class names of one model by label column: subjects, then styles if there are any."""

    def __init__(self, model: str, folder: Path) -> None:
        """Read the class names of a model. Raises ModelFileError."""
        self.model = model
        self.names = read_classes(folder)

    @property
    def styles(self) -> list[str]:
        """Names of the styles, empty where there are none."""
        return self.names[1] if len(self.names) > 1 else []

    def labels(self, prompt: str, style: str, seed: int) -> Tensor:
        """Return class indices (1, columns). Raises NotFoundError for an unknown subject."""
        labels = [self._subject(prompt)]
        if len(self.names) > 1:
            styles = self.names[1]
            check_choice("style", style, ("", *styles))
            chosen = style or find_style(prompt, styles)
            # the mean of all styles looks like no style: choose one by the seed
            labels.append(styles.index(chosen) if chosen else seed % len(styles))
        return torch.tensor([labels])

    def with_class(self, labels: Tensor, word: str) -> Tensor | None:
        """Return labels (1, columns) with the class that a word names, or None."""
        changed = labels.clone()
        if len(self.names) > 1 and (style := find_style(f"{word} style", self.names[1])):
            changed[0, 1] = self.names[1].index(style)
        elif (subject := find_class(word, self.names[0])) is not None:
            changed[0, 0] = subject
        else:
            return None
        return changed

    def unknown_error(self, words: str) -> NotFoundError:
        """Build the error for words that name no class."""
        names = self.names[0]
        examples = ", ".join(names[:: max(1, len(names) // MAX_SUGGESTIONS)][:MAX_SUGGESTIONS])
        return NotFoundError(
            "{model} knows nothing that is named in {prompt!r}.",
            "It knows {count} subjects: {names} …",
            model=self.model,
            prompt=words[:80],
            count=len(names),
            names=examples,
        )

    def _subject(self, prompt: str) -> int:
        if len(self.names[0]) == 1:
            return 0  # there is nothing to choose from
        label = find_class(prompt, self.names[0])
        if label is None:
            raise self.unknown_error(prompt)
        return label


def read_classes(folder: Path) -> list[list[str]]:
    """Read the class names of a model, column by column. Raises ModelFileError."""
    path = folder / CLASSES
    try:
        names: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFileError(
            "{path} cannot be loaded: {reason}.",
            "It is truncated, or of another model.",
            path=path,
            reason=error,
        ) from error
    return names


def find_class(prompt: str, names: list[str]) -> int | None:
    """Return the index of the class with the longest name in the prompt, in English or Chinese."""
    by_name = {subject.name: subject for subject in subjects()}
    words = prompt.casefold()
    best, length = None, 0
    for index, name in enumerate(names):
        phrases = [name.replace("-", " "), name]
        if (subject := by_name.get(name)) is not None:
            phrases += [subject.english, subject.plural, *subject.synonyms]
            phrases += [subject.chinese, *subject.chinese_synonyms]
        for phrase in phrases:
            if len(phrase) > length and _contains(words, phrase.casefold()):
                best, length = index, len(phrase)
    return best


def find_style(prompt: str, styles: list[str]) -> str:
    """Return the style a prompt names, or ""."""
    words = prompt.casefold()
    for style in styles:
        for phrase in (style, *(word for names in STYLE_WORDS.get(style, ()) for word in names)):
            if (
                _contains(words, f"{phrase.casefold()} style")
                or f"{phrase}风格".casefold() in words
            ):
                return style
    return ""


def _contains(words: str, phrase: str) -> bool:
    """Return True if a text contains a phrase: English as whole words, Chinese anywhere."""
    if not phrase.isascii():
        return phrase in words
    return re.search(rf"(?<![a-z0-9]){re.escape(phrase)}(?:e?s)?(?![a-z0-9])", words) is not None
