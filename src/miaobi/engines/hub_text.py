"""Language models of the Hub (GPT-2, Llama, Qwen …) through transformers.

    messages --template--> prompt (1, N) --generate--> tokens --Letters--> text --StopStrings-->

What stands between a step's scores and its token is in sampling.py. generate() runs in a thread;
it stops at the next token when the reader closes the generator.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import ContextFull, ModelFileError, OptionError, PromptError
from miaobi.core.streaming import stream
from miaobi.core.types import Event, Output, TextRequest, Token
from miaobi.engines.hub import failures_told, first_line, load, load_model, load_tokenizer
from miaobi.engines.hub_files import checkpoint
from miaobi.engines.sampling import Grammar, processors
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from torch import Tensor

CONTEXT = 8  # tokens of the prompt that are spelled along, so that a first space is not lost
BROKEN = "\ufffd"  # what a tokenizer writes for part of a character


class HubTextEngine:
    """A loaded checkpoint that continues conversations."""

    def __init__(self, model: Model) -> None:
        from transformers import AutoModelForCausalLM, GenerationConfig

        folder = checkpoint(model.place)
        _check_kind(folder)
        self.name = model.name
        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(AutoModelForCausalLM, folder)
        self.ends = _end_tokens(self.network.generation_config.eos_token_id, self.tokenizer)
        # the request's options decide, not those an author left in generation_config.json
        self.network.generation_config = GenerationConfig(
            do_sample=False, num_beams=1, use_cache=True, disable_compile=True,
            eos_token_id=self.ends or None, pad_token_id=self.ends[0] if self.ends else None,
        )  # fmt: skip
        config = self.network.config.get_text_config()
        # 0: the architecture has no limit
        self.context = int(getattr(config, "max_position_embeddings", None) or 0)

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Token events, then the Output. Raises PromptError, OptionError or ContextFull."""
        import torch

        started = time.perf_counter()
        raw = request.raw or not self.tokenizer.chat_template
        prompt = self.prompt(request, raw)
        budget = request.max_tokens
        if self.context:
            budget = min(budget, self.context - len(prompt))
        grammar = None
        if request.json_schema is not None:
            grammar = Grammar(request.json_schema, self.grammar_tokens)

        def work(emit: Callable[[Event], bool]) -> None:
            letters = Letters(self.tokenizer, prompt[-CONTEXT:] if raw else [])
            answer = Answer(emit, letters, StopStrings(request.stop), self.ends, grammar)
            ids = torch.tensor([prompt], device=self.network.device)
            with failures_told():
                self.network.generate(
                    input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=budget,
                    logits_processor=processors(request, len(prompt), grammar),
                    stopping_criteria=[answer],
                )  # fmt: skip
            emit(answer.output(started, len(prompt)))

        with contextlib.closing(stream(work)) as events:  # type: ignore[type-var]
            for event in events:
                if event != Token(""):  # it only asked whether anyone still listens
                    yield event

    def prompt(self, request: TextRequest, raw: bool) -> list[int]:
        """The tokens (N,) to continue. Raises PromptError, OptionError or ContextFull."""
        from jinja2 import TemplateError

        if raw:
            tokens = self.tokenizer(request.messages[-1].content)["input_ids"]
        else:
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
        if not tokens:
            raise PromptError(
                "{model} knows none of the characters of the prompt.", "Use another model.",
                model=self.name,
            )  # fmt: skip
        if self.context and len(tokens) >= self.context:
            raise ContextFull(
                "The prompt has {tokens} tokens and the model holds {context}.",
                "Shorten it, or use a model with a longer context.",
                tokens=len(tokens), context=self.context,
            )  # fmt: skip
        return [int(token) for token in tokens]

    @cached_property
    def grammar_tokens(self) -> Any:
        """The tokenizer as llguidance reads it; takes about a second. Raises OptionError."""
        from llguidance.hf import from_tokenizer

        try:
            return from_tokenizer(self.tokenizer, eos_token=self.ends or None)
        except ValueError as error:
            raise OptionError(
                "json_schema cannot be used with {model}: its tokenizer is of a kind that cannot "
                "be held to a grammar.",
                "Use another model.", model=self.name,
            ) from error  # fmt: skip

    def close(self) -> None:
        del self.network


class Letters:
    """Tokens -> text, piece by piece; part of a character is held back until the rest is there."""

    def __init__(self, tokenizer: Any, before: list[int]) -> None:
        self.tokenizer, self.tokens = tokenizer, list(before)
        self.start, self.read = 0, len(before)  # spelled again for context; spelled and handed out

    def add(self, token: int) -> str:
        """The text that this token completes, often one word, sometimes nothing."""
        self.tokens.append(token)
        known, text = self._spell(self.start, self.read), self._spell(self.start, None)
        if text.endswith(BROKEN) or len(text) <= len(known):
            return ""
        self.start, self.read = self.read, len(self.tokens)
        return text[len(known) :]

    def rest(self) -> str:
        """What was held back, without the part of a character that never became whole."""
        known, text = self._spell(self.start, self.read), self._spell(self.start, None)
        return text[len(known) :].rstrip(BROKEN)

    def _spell(self, start: int, end: int | None) -> str:
        text = self.tokenizer.decode(
            self.tokens[start:end], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text)


class StopStrings:
    """Text -> the text before the first stop string; what may begin one is held back."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.stops, self.held, self.found = tuple(filter(None, stops)), "", False

    def add(self, piece: str) -> str:
        """What can be shown now; nothing more comes once `found` is True."""
        text = self.held + piece
        places = [place for stop in self.stops if (place := text.find(stop)) >= 0]
        if places:
            self.found, self.held = True, ""
            return text[: min(places)]
        hold = max(
            (n for stop in self.stops for n in range(1, len(stop)) if text.endswith(stop[:n])),
            default=0,
        )
        self.held = text[len(text) - hold :]
        return text[: len(text) - hold]


class Answer:
    """The text as it comes; called after every token, it also says when to stop."""

    def __init__(
        self,
        emit: Callable[[Event], bool],
        letters: Letters,
        stops: StopStrings,
        ends: list[int],
        grammar: Grammar | None,
    ) -> None:
        self.emit, self.letters, self.stops = emit, letters, stops
        self.ends, self.grammar = ends, grammar
        self.pieces: list[str] = []
        self.tokens, self.first = 0, 0.0  # how many there are; when the first one came
        self.finished = self.gone = False

    def __call__(self, input_ids: "Tensor", scores: Any) -> "Tensor":
        """(1, N) tokens so far -> (1,) True once there shall be no more."""
        import torch

        token = int(input_ids[0, -1])
        self.first = self.first or time.perf_counter()
        self.tokens += 1
        if token in self.ends:
            self.finished = True
        else:
            self.finished = self.grammar is not None and self.grammar.take(token)
            self.show(self.stops.add(self.letters.add(token)))
        done = self.finished or self.stops.found or self.gone
        return torch.tensor([done], device=input_ids.device)

    def show(self, piece: str) -> None:
        self.pieces.append(piece)
        self.gone = self.emit(Token(piece))

    def output(self, started: float, prompt: int) -> Output:
        """What was said, once nothing more comes; `prompt` counts the tokens before it."""
        if not self.stops.found:
            tail = self.stops.add(self.letters.rest())
            self.show(tail + self.stops.held)
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": self.tokens,
            "prompt_seconds": self.first - started,
            "seconds": time.perf_counter() - self.first,
        }
        ended = self.finished or self.stops.found
        return Output(
            text="".join(self.pieces), finish_reason="stop" if ended else "length", usage=usage
        )


def _check_kind(folder: Path) -> None:
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = load(AutoConfig, folder).model_type
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise ModelFileError(
            "{folder} holds a model of the kind {kind}, which does not continue text.",
            "Give a causal language model, such as GPT-2, Llama or Qwen.",
            folder=folder, kind=kind,
        )  # fmt: skip


def _end_tokens(ends: int | list[int] | None, tokenizer: Any) -> list[int]:
    """Every token that ends an answer; a chat model often has several."""
    listed = ends if isinstance(ends, list) else [ends]
    every = [*listed, tokenizer.eos_token_id]
    known = {end for end in every if end is not None and 0 <= end < len(tokenizer)}
    return sorted(known)
