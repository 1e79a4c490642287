"""Sentences as speech models read them: English numbers in words, SpeechT5's characters."""

import re
from pathlib import Path

from miaobi.core.errors import ModelFileError, PromptError

NORMAL, UNKNOWN = 1, 2  # kinds of pieces in a sentencepiece file
SPACE = "\u2581"  # sentencepiece's own
NUMBER = re.compile(r"[$€£]?\d+(,\d{3})*(\.\d+)?%?")


class Characters:
    """The letters of SpeechT5, read from their sentencepiece file without sentencepiece.

    In a model of characters its search for pieces is a look-up of each one.
    """

    def __init__(self, path: Path) -> None:
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
        from tokenizers.normalizers import Precompiled
        from transformers.convert_slow_tokenizer import import_protobuf

        if not path.is_file():
            raise ModelFileError(
                "{folder} is not complete: {name} is missing.", "Download it again.",
                folder=path.parent, name=path.name,
            )  # fmt: skip
        try:
            model = import_protobuf().ModelProto.FromString(path.read_bytes())
        except DecodeError as error:
            raise ModelFileError(
                "{path} is truncated or damaged.", "Download it again.", path=path
            ) from error
        kinds = {piece.type: number for number, piece in enumerate(model.pieces)}
        self.unknown = kinds.get(UNKNOWN, 0)
        self.numbers = {
            piece.piece: number for number, piece in enumerate(model.pieces) if piece.type == NORMAL
        }
        table = model.normalizer_spec.precompiled_charsmap
        self.normalizer = Precompiled(table) if table else None

    def read(self, sentence: str) -> list[int]:
        """A sentence -> its characters' numbers (N,), empty when it knows none of them."""
        if "0" not in self.numbers:
            sentence = numbers_as_words(sentence)
        if self.normalizer is not None:
            sentence = self.normalizer.normalize_str(sentence)
        marked = "".join(SPACE + word for word in sentence.split())  # sentencepiece's own space
        numbers = [self.numbers.get(char, self.unknown) for char in marked]
        if not set(numbers) - {self.unknown, self.numbers.get(SPACE)}:
            return []
        # a run of unknown characters is one
        return [
            number
            for number, before in zip(numbers, [None, *numbers], strict=False)
            if number != self.unknown or before != self.unknown
        ]


def numbers_as_words(sentence: str) -> str:
    """Spell numbers out in English, "3 cats" -> "three cats", for models that know no digits."""
    from transformers.models.speecht5.number_normalizer import EnglishNumberNormalizer

    normalizer = EnglishNumberNormalizer()

    def spell(number: re.Match[str]) -> str:
        # one number at a time: in whole sentences it swallows "1,000,000" and "v2.0"
        words = str(normalizer(number[0].replace(",", ""))).strip()
        return f" zero {words} " if not words or words.startswith("point") else f" {words} "

    return re.sub(r" +(?=[ .,;:!?])", "", NUMBER.sub(spell, sentence)).strip()


def unreadable(model: str, sentence: str) -> PromptError:
    """The error of a model that has no letter for anything in a sentence."""
    return PromptError(
        "{model} knows none of the characters of {words!r}.", "Use another model.",
        model=model, words=sentence,
    )  # fmt: skip
