"""Text to token ids and back with the tokenizer and the chat template of a Hub checkpoint."""

from functools import cached_property
from pathlib import Path
from typing import Any

from miaobi.core.errors import OptionError
from miaobi.core.requests import TextRequest
from miaobi.generation.vocabulary import no_grammar, non_empty
from miaobi.hub.loading import first_line, load_tokenizer


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
            return non_empty(self.tokenizer(request.messages[-1].content)["input_ids"], self.name)
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        try:
            tokens = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, return_dict=True
            )["input_ids"]
        except TemplateError as error:
            raise OptionError(
                "{model} cannot hold this conversation: {reason}.",
                "Give turns that alternate between user and assistant, without a system one.",
                model=self.name,
                reason=first_line(error),
            ) from error
        return non_empty(tokens, self.name)

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
            raise no_grammar(self.name) from error


def _end_tokens(ends: int | list[int] | None, tokenizer: Any) -> list[int]:
    """Every token that ends an answer; a chat model often has several."""
    listed = ends if isinstance(ends, list) else [ends]
    every = [*listed, tokenizer.eos_token_id]
    known = {end for end in every if end is not None and 0 <= end < len(tokenizer)}
    return sorted(known)
