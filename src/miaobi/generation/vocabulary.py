"""Vocabularies: text to token ids and back, as generation needs it, and for our checkpoints."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from miaobi.core.errors import ContextFull, OptionError, PromptError
from miaobi.core.requests import TextRequest
from miaobi.models.tokenizer import end_token, load_tokenizer

if TYPE_CHECKING:
    from llguidance import LLTokenizer


class Vocabulary(Protocol):
    """Tokenizer with the chat template of its model."""

    ends: list[int]  # every token that ends an answer

    def prompt(self, request: TextRequest) -> list[int]:
        """Tokenize the messages of a request. Raises PromptError or OptionError."""
        ...

    def raw(self, request: TextRequest) -> bool:
        """Check if the last message is continued without a chat template."""
        ...

    def spell(self, tokens: list[int]) -> str:
        """Decode tokens to text, without special tokens."""
        ...

    @property
    def grammar_tokens(self) -> "LLTokenizer":
        """Tokenizer in the form of llguidance. Raises OptionError."""
        ...


class OwnVocabulary:
    """Tokenizer of a checkpoint trained here, which continues text without a chat template."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.tokenizer = load_tokenizer(folder)
        self.ends = [end_token(self.tokenizer)]

    def raw(self, request: TextRequest) -> bool:
        return True

    def prompt(self, request: TextRequest) -> list[int]:
        return non_empty(list(self.tokenizer.encode(request.messages[-1].content).ids), self.name)

    def spell(self, tokens: list[int]) -> str:
        return str(self.tokenizer.decode(tokens))

    @cached_property
    def grammar_tokens(self) -> "LLTokenizer":
        from llguidance import LLTokenizer

        try:
            return LLTokenizer(self.tokenizer.to_str(), eos_token=self.ends[0])
        except ValueError as error:
            raise no_grammar(self.name) from error


def check_room(prompt: list[int], context: int) -> None:
    """Reject a prompt that fills the context of the model (0: no limit). Raises ContextFull."""
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
