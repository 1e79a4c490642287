"""Text to token ids and back: the interface that generation needs, and our own checkpoints."""

from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from miaobi.core.errors import ContextFull, OptionError, PromptError
from miaobi.core.requests import TextRequest
from miaobi.models.tokenizer import END, load_tokenizer


class Vocabulary(Protocol):
    """What generation needs to know of a tokenizer."""

    ends: list[int]  # every token that ends an answer

    def prompt(self, request: TextRequest) -> list[int]:
        """The tokens to continue. Raises PromptError or OptionError."""
        ...

    def raw(self, request: TextRequest) -> bool:
        """True when the last message is continued as it stands."""
        ...

    def spell(self, tokens: list[int]) -> str:
        """Tokens as text, without the special ones."""
        ...

    @property
    def grammar_tokens(self) -> Any:
        """The tokenizer as llguidance reads it. Raises OptionError."""
        ...


class OwnVocabulary:
    """The tokenizer of a checkpoint that was trained here; it continues text as it stands."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.tokenizer = load_tokenizer(folder)
        self.ends = [self.tokenizer.token_to_id(END)]

    def raw(self, request: TextRequest) -> bool:
        return True

    def prompt(self, request: TextRequest) -> list[int]:
        return non_empty(list(self.tokenizer.encode(request.messages[-1].content).ids), self.name)

    def spell(self, tokens: list[int]) -> str:
        return str(self.tokenizer.decode(tokens))

    @cached_property
    def grammar_tokens(self) -> Any:
        from llguidance import LLTokenizer

        try:
            return LLTokenizer(self.tokenizer.to_str(), eos_token=self.ends[0])
        except ValueError as error:
            raise no_grammar(self.name) from error


def check_room(prompt: list[int], context: int) -> None:
    """Refuse a prompt that leaves no room for an answer (context 0: no limit)."""
    if context and len(prompt) >= context:
        raise ContextFull(
            "The prompt has {tokens} tokens and the model holds {context}.",
            "Shorten it, or use a model with a longer context.",
            tokens=len(prompt),
            context=context,
        )


def non_empty(tokens: list[int], name: str) -> list[int]:
    """Return the token ids of a prompt. Raises PromptError where there are none."""
    if not tokens:
        raise PromptError(
            "{model} knows none of the characters of the prompt.", "Use another model.", model=name
        )
    return [int(token) for token in tokens]


def no_grammar(name: str) -> OptionError:
    """Return the error for a tokenizer that llguidance cannot read."""
    return OptionError(
        "json_schema cannot be used with {model}: its tokenizer is of a kind that cannot "
        "be held to a grammar.",
        "Use another model.",
        model=name,
    )
