"""The characters of SpeechT5."""

from pathlib import Path

from miaobi.core.errors import ModelFileError, PromptError

NORMAL, UNKNOWN = 1, 2  # kinds of pieces in a sentencepiece file
SPACE = "\u2581"  # sentencepiece's own


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
                "{folder} is not complete: {name} is missing.",
                "Download it again.",
                folder=path.parent,
                name=path.name,
            )
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


def unreadable(model: str, sentence: str) -> PromptError:
    """The error of a model that has no letter for anything in a sentence."""
    return PromptError(
        "{model} knows none of the characters of {words!r}.",
        "Use another model.",
        model=model,
        words=sentence,
    )
