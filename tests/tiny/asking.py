"""Asking text engines, and what transformers itself answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from miaobi.core.errors import OptionError
from miaobi.core.events import Output, Progress, Token
from miaobi.core.requests import Message, TextRequest
from miaobi.engines.autoregressive import AutoregressiveEngine
from miaobi.engines.folders import open_text_folder
from miaobi.hub.text import HubTextEngine
from miaobi.models.zoo import find_model

TextEngine = AutoregressiveEngine | HubTextEngine
USAGE = {"prompt_tokens", "completion_tokens", "prompt_seconds", "seconds"}
COLOR = {
    "type": "object",
    "properties": {"color": {"enum": ["red", "green", "蓝"]}, "warm": {"type": "boolean"}},
    "required": ["color", "warm"],
    "additionalProperties": False,
}


def open_engine(folder: Path) -> Any:
    """The engine that the table of engines opens for a folder."""
    return open_text_folder(find_model(str(folder), "text"))


def ask(words: str = "the cat sat", **options: Any) -> TextRequest:
    """Greedy and without penalties, unless told otherwise."""
    plain = {"seed": 7, "max_tokens": 24, "temperature": 0, "repeat_penalty": 1}
    messages = options.pop("messages", (Message("user", words),))
    return TextRequest(model="tiny", messages=messages, **{**plain, **options})


def run(engine: Any, request: TextRequest) -> tuple[list[str], Output]:
    """The streamed pieces and the last event."""
    *events, output = engine.generate(request)
    tokens = [event for event in events if not isinstance(event, Progress)]
    assert all(type(token) is Token and token.text for token in tokens)
    assert isinstance(output, Output)
    return [token.text for token in tokens], output


def reference(
    theirs: HubTextEngine, words: str = "the cat sat", raw: bool = False, **options: Any
) -> tuple[str, int]:
    """transformers' own answer to `ask(words)`: (text without half a character at its end, prompt)."""
    tokenizer = theirs.vocabulary.tokenizer
    if raw or not tokenizer.chat_template:
        prompt = tokenizer(words, return_tensors="pt")["input_ids"]
    else:
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": words}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )["input_ids"]
    whole = theirs.network.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=24, **options
    )
    before = tokenizer.decode(prompt[0], skip_special_tokens=True) if raw else ""
    tokens = whole[0] if raw else whole[0, prompt.shape[1] :]
    text = tokenizer.decode(tokens, skip_special_tokens=True)
    return text[len(before) :].rstrip("\ufffd"), prompt.shape[1]


class Numbers:
    """A vocabulary whose words are the tokens' numbers: the text then tells every token."""

    def __init__(self, ends: Sequence[int] = ()) -> None:
        self.ends = list(ends)

    def prompt(self, request: TextRequest) -> list[int]:
        return [int(word) for word in request.messages[-1].content.split()]

    def raw(self, request: TextRequest) -> bool:
        return True

    def spell(self, tokens: list[int]) -> str:
        return "".join(f"{token} " for token in tokens)

    @property
    def grammar_tokens(self) -> Any:
        raise OptionError("json_schema cannot be used: {reason}.", reason="numbers")


def numbers_engine(folder: Path, ends: Sequence[int] = ()) -> AutoregressiveEngine:
    """Our engine on a folder, asked and answering in numbers."""
    return AutoregressiveEngine(find_model(str(folder), "text"), folder, Numbers(ends))


def ask_numbers(tokens: Sequence[int], **options: Any) -> TextRequest:
    return ask(" ".join(map(str, tokens)), **options)


def numbers(text: str | None) -> list[int]:
    return [int(word) for word in (text or "").split()]
