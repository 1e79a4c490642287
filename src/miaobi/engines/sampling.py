"""From the scores of a step to its token: plain callables on tokens (1, N) and scores (1, V).

They come in the same order as in llama.cpp, so that an option means the same with every engine:

    Penalties -> Grammar -> top-k -> top-p -> min-p -> temperature -> Draw -> largest score
"""

from typing import TYPE_CHECKING, Any

from miaobi.core.errors import EngineError, OptionError
from miaobi.core.types import TextRequest

if TYPE_CHECKING:
    from torch import Tensor

WINDOW = 64  # tokens the repeat penalty looks back on, as in llama.cpp


def processors(request: TextRequest, prompt: int, grammar: "Grammar | None") -> list[Any]:
    """What turns the scores (1, V) of a step into ones whose largest is the token."""
    from transformers import (
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    steps: list[Any] = [Penalties(request, prompt)]
    if grammar is not None:
        steps.append(grammar)
    if request.temperature > 0:
        if request.top_k > 0:
            steps.append(TopKLogitsWarper(request.top_k))
        if request.top_p < 1:
            steps.append(TopPLogitsWarper(request.top_p))
        if request.min_p > 0:
            steps.append(MinPLogitsWarper(request.min_p))
        steps += [TemperatureLogitsWarper(float(request.temperature)), Draw(request.seed)]
    return steps


class Penalties:
    """Less for what was just said (repeat) and, as OpenAI defines them, for what was answered.

    score - frequency * (times answered) - presence * (1 if answered at all)
    """

    def __init__(self, request: TextRequest, prompt: int) -> None:
        self.repeat, self.prompt = request.repeat_penalty, prompt
        self.presence, self.frequency = request.presence_penalty, request.frequency_penalty

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """(1, N) tokens so far and (1, V) scores -> (1, V) scores."""
        if self.repeat != 1:
            recent = input_ids[:, -WINDOW:]
            score = scores.gather(1, recent)
            score = (score * self.repeat).where(score < 0, score / self.repeat)
            scores = scores.scatter(1, recent, score)
        if self.presence or self.frequency:
            counts = input_ids[0, self.prompt :].bincount(minlength=scores.shape[1])  # (V,)
            scores = scores - self.frequency * counts - self.presence * (counts > 0)
        return scores


class Grammar:
    """Only tokens that a JSON Schema allows at this place of the answer."""

    def __init__(self, schema: dict[str, Any], tokenizer: Any) -> None:
        """`tokenizer` is llguidance's own reading of one. Raises OptionError for a bad schema."""
        from llguidance import LLMatcher

        # spaces are fixed: a weak model would else write them until its tokens are used up
        layout = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
        try:
            rules = LLMatcher.grammar_from_json_schema(schema, overrides=layout)
        except ValueError as error:
            raise _bad_schema(str(error)) from error
        self.matcher = LLMatcher(tokenizer, rules, log_level=0)
        if self.matcher.is_error():
            raise _bad_schema(self.matcher.get_error())

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """(1, N) tokens so far and (1, V) scores -> (1, V) scores, -inf where not allowed."""
        import numpy as np
        import torch

        # not llguidance.torch: that one compiles C++ on first use
        bits = np.frombuffer(self.matcher.compute_bitmask(), np.uint8)
        allowed = np.zeros(scores.shape[1], bool)  # networks are often wider than their tokenizer
        known = np.unpackbits(bits, bitorder="little")[: scores.shape[1]]
        allowed[: len(known)] = known
        return scores.masked_fill(~torch.from_numpy(allowed).to(scores.device), float("-inf"))

    def take(self, token: int) -> bool:
        """Move on by the token that was chosen; True when the text is complete."""
        self.matcher.consume_token(token)
        if self.matcher.is_error():
            raise EngineError("The model stopped: {reason}.", reason=self.matcher.get_error())
        return bool(self.matcher.is_stopped())


class Draw:
    """Noise that makes the largest score a fair draw from softmax(scores) (Gumbel, 1954).

    The noise has a generator of its own: the same seed gives the same text whatever else this
    process draws, and nothing else is disturbed.
    """

    def __init__(self, seed: int) -> None:
        import torch

        self.generator = torch.Generator().manual_seed(seed)  # the same numbers on every device

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """(1, N) tokens so far and (1, V) scores -> (1, V) scores."""
        import torch

        noise = torch.empty(scores.shape).exponential_(generator=self.generator)
        return scores - noise.log().to(scores.device)


def _bad_schema(reason: str) -> OptionError:
    return OptionError(
        "json_schema cannot be used: {reason}.", "Give a valid JSON Schema.",
        reason=reason.strip().splitlines()[0].rstrip("."),
    )  # fmt: skip
