"""Character tokenizer of SpeechT5; reads its .model file without the sentencepiece library."""

from pathlib import Path

from miaobi.core.errors import ModelFileError, PromptError

NORMAL, UNKNOWN = 1, 2  # types of pieces in a sentencepiece file
SPACE = "\u2581"  # sentencepiece's mark of a word boundary


class CharacterTokenizer:
    """Tokenizer of a sentencepiece model of characters, where every piece is one character."""

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
        types = {piece.type: token for token, piece in enumerate(model.pieces)}
        self.unknown = types.get(UNKNOWN, 0)
        self.vocabulary = {
            piece.piece: token for token, piece in enumerate(model.pieces) if piece.type == NORMAL
        }
        charsmap = model.normalizer_spec.precompiled_charsmap
        self.normalizer = Precompiled(charsmap) if charsmap else None

    def encode(self, text: str) -> list[int]:
        """Return the token ids (N,) of a text, or [] if all of its characters are unknown."""
        if self.normalizer is not None:
            text = self.normalizer.normalize_str(text)
        marked = "".join(SPACE + word for word in text.split())
        tokens = [self.vocabulary.get(char, self.unknown) for char in marked]
        if not set(tokens) - {self.unknown, self.vocabulary.get(SPACE)}:
            return []
        # merge consecutive unknown tokens
        return [
            token
            for token, previous in zip(tokens, [None, *tokens], strict=False)
            if token != self.unknown or previous != self.unknown
        ]


def unknown_characters(model: str, text: str) -> PromptError:
    """Return the error for a text without any character of a model's vocabulary."""
    return PromptError(
        "{model} knows none of the characters of {words!r}.",
        "Use another model.",
        model=model,
        words=text,
    )
