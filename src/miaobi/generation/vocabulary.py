"""Words to a model's tokens and back: a checkpoint of ours, or one of the Hub with its template."""

from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from miaobi.core.errors import ContextFull, OptionError, PromptError
from miaobi.core.requests import TextRequest
from miaobi.hub.loading import first_line, load_tokenizer
from miaobi.models.tokenizer import END
from miaobi.models.tokenizer import load_tokenizer as load_own


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
        self.tokenizer = load_own(folder)
        self.ends = [self.tokenizer.token_to_id(END)]

    def raw(self, request: TextRequest) -> bool:
        return True

    def prompt(self, request: TextRequest) -> list[int]:
        return _known(list(self.tokenizer.encode(request.messages[-1].content).ids), self.name)

    def spell(self, tokens: list[int]) -> str:
        return str(self.tokenizer.decode(tokens))

    @cached_property
    def grammar_tokens(self) -> Any:
        from llguidance import LLTokenizer

        try:
            return LLTokenizer(self.tokenizer.to_str(), eos_token=self.ends[0])
        except ValueError as error:
            raise _no_grammar(self.name) from error


class HubVocabulary:
    """The tokenizer of a Hub checkpoint, with its chat template where it has one."""

    def __init__(self, folder: Path, name: str, ends: int | list[int] | None) -> None:
        self.name = name
        self.tokenizer = load_tokenizer(folder)
        self.ends = _end_tokens(ends, self.tokenizer)

    def raw(self, request: TextRequest) -> bool:
        return request.raw or not self.tokenizer.chat_template

    def prompt(self, request: TextRequest) -> list[int]:
        from jinja2 import TemplateError

        if self.raw(request):
            return _known(self.tokenizer(request.messages[-1].content)["input_ids"], self.name)
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        try:
            tokens = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, return_dict=True
            )["input_ids"]
        except TemplateError as error:
            raise OptionError(
                "{model} cannot hold this conversation: {reason}.",
                "Give turns that alternate between user and assistant, without a system one.",
                model=self.name, reason=first_line(error),
            ) from error  # fmt: skip
        return _known(tokens, self.name)

    def spell(self, tokens: list[int]) -> str:
        return str(
            self.tokenizer.decode(
                tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    @cached_property
    def grammar_tokens(self) -> Any:
        """Takes about a second the first time."""
        from llguidance.hf import from_tokenizer

        try:
            return from_tokenizer(self.tokenizer, eos_token=self.ends or None)
        except ValueError as error:
            raise _no_grammar(self.name) from error


def check_room(prompt: list[int], context: int) -> None:
    """Refuse a prompt that leaves no room for an answer (context 0: no limit)."""
    if context and len(prompt) >= context:
        raise ContextFull(
            "The prompt has {tokens} tokens and the model holds {context}.",
            "Shorten it, or use a model with a longer context.",
            tokens=len(prompt), context=context,
        )  # fmt: skip


def _known(tokens: list[int], name: str) -> list[int]:
    if not tokens:
        raise PromptError(
            "{model} knows none of the characters of the prompt.", "Use another model.", model=name
        )
    return [int(token) for token in tokens]


def _end_tokens(ends: int | list[int] | None, tokenizer: Any) -> list[int]:
    """Every token that ends an answer; a chat model often has several."""
    listed = ends if isinstance(ends, list) else [ends]
    every = [*listed, tokenizer.eos_token_id]
    known = {end for end in every if end is not None and 0 <= end < len(tokenizer)}
    return sorted(known)


def _no_grammar(name: str) -> OptionError:
    return OptionError(
        "json_schema cannot be used with {model}: its tokenizer is of a kind that cannot "
        "be held to a grammar.",
        "Use another model.", model=name,
    )  # fmt: skip
