"""Vocabulary of a Hub checkpoint: its tokenizer and chat template."""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.errors import DataError, OptionError
from miaobi.core.requests import Message, TextRequest
from miaobi.generation.vocabulary import no_grammar, non_empty
from miaobi.hub.inference import first_line
from miaobi.hub.loading import load_tokenizer

if TYPE_CHECKING:
    from llguidance import LLTokenizer
    from transformers import PreTrainedTokenizerBase

THOUGHTS = re.compile(r"<think>.*?</think>", re.S)


class HubVocabulary:
    """Tokenizer of a Hub checkpoint, with its chat template if it has one."""

    def __init__(self, folder: Path, name: str, ends: int | list[int] | None) -> None:
        self.name = name
        self.tokenizer = load_tokenizer(folder)
        self.ends = _end_tokens(ends, self.tokenizer)

    def raw(self, request: TextRequest) -> bool:
        """Return True if the last message is continued without a chat template."""
        return request.raw or not self.tokenizer.chat_template

    def prompt(self, request: TextRequest) -> list[int]:
        """Encode the messages of a request (N,). Raises PromptError or OptionError."""
        from jinja2 import TemplateError

        if self.raw(request):
            return non_empty(self.tokenizer(request.messages[-1].content)["input_ids"], self.name)
        messages = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        try:
            tokens = self.tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, return_dict=True
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
        """Decode tokens to text, without special tokens."""
        return str(
            self.tokenizer.decode(
                tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    @cached_property
    def grammar_tokens(self) -> "LLTokenizer":
        """The tokenizer in the form of llguidance; the first access takes about a second."""
        from llguidance.hf import from_tokenizer

        try:
            return from_tokenizer(self.tokenizer, eos_token=self.ends or None)
        except ValueError as error:
            raise no_grammar(self.name) from error


def apply_template(
    tokenizer: "PreTrainedTokenizerBase", messages: Sequence[Message], origin: str
) -> str:
    """Write a whole conversation with the chat template, for training.

    Where a template has no system turn, its words begin the first turn of the user. Raises
    DataError, which names the origin, for turns that the template refuses or would leave out.
    """
    from jinja2 import TemplateError

    def write(turns: Sequence[Message]) -> str | None:
        try:
            text = str(
                tokenizer.apply_chat_template(
                    [{"role": turn.role, "content": turn.content} for turn in turns],
                    tokenize=False,
                )
            )
        except TemplateError:
            return None
        # templates leave the thoughts of earlier answers out
        has_all = all(THOUGHTS.sub("", turn.content).strip() in text for turn in turns)
        return text if has_all else None

    text = write(messages)
    if text is None and messages[0].role == "system" and len(messages) > 1:
        system, first = messages[:2]
        words = f"{system.content}\n\n{first.content}"
        text = write([Message(first.role, words), *messages[2:]])
    if text is None:
        raise DataError(
            "{origin}: the chat template of the model cannot hold this conversation.",
            "Give turns that alternate between user and assistant.",
            origin=origin,
        )
    return text


def _end_tokens(ends: int | list[int] | None, tokenizer: "PreTrainedTokenizerBase") -> list[int]:
    """Return all tokens that end an answer; a chat model often has several."""
    listed = ends if isinstance(ends, list) else [ends]
    candidates = [*listed, tokenizer.eos_token_id]
    return sorted({end for end in candidates if end is not None and 0 <= end < len(tokenizer)})
