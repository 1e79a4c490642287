"""Logits processors: callables on tokens (1, N) and logits (1, V) that implement sampling options.

They run in the order of llama.cpp, so that an option means the same with every engine:

    Penalties -> NoRepeatNGram -> Grammar -> top-k -> typical -> top-p -> min-p -> temperature
    -> GumbelNoise

and the token with the largest logit is chosen.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from miaobi.core.errors import EngineError, OptionError
from miaobi.core.requests import TextRequest

if TYPE_CHECKING:
    from llguidance import LLTokenizer
    from torch import Tensor

V = TypeVar("V", int, float)
WINDOW = 64  # tokens that the repeat penalty looks back on, as in llama.cpp
BANNED = float("-inf")
# (tokens so far (1, N), logits (1, V)) -> logits (1, V)
LogitsProcessor = Callable[["Tensor", "Tensor"], "Tensor"]


def processors(
    request: TextRequest, prompt: int, grammar: "Grammar | None"
) -> list[LogitsProcessor]:
    """Return the processors of a request whose prompt has `prompt` tokens."""
    steps: list[LogitsProcessor] = [Penalties(request, prompt)]
    if request.no_repeat_ngram:
        steps.append(NoRepeatNGram(request.no_repeat_ngram))
    if grammar is not None:
        steps.append(grammar)
    if request.temperature > 0:
        if request.top_k > 0:
            steps.append(_with_value(top_k, request.top_k))
        if request.typical < 1:
            steps.append(_with_value(typical, request.typical))
        if request.top_p < 1:
            steps.append(_with_value(top_p, request.top_p))
        if request.min_p > 0:
            steps.append(_with_value(min_p, request.min_p))
        steps += [_with_value(apply_temperature, request.temperature), GumbelNoise(request.seed)]
    return steps


def token_chooser(steps: Iterable[LogitsProcessor]) -> Callable[["Tensor", "Tensor"], int]:
    """Return a function of tokens (1, N) and logits (1, V) that chooses the next token."""
    steps = tuple(steps)

    def choose(tokens: "Tensor", logits: "Tensor") -> int:
        """Choose a token after tokens (1, N), given logits (1, V)."""
        logits = logits.float().cpu()  # where the tokens are
        for step in steps:
            logits = step(tokens, logits)
        return int(logits.argmax())

    return choose


def _with_value(function: Callable[["Tensor", V], "Tensor"], value: V) -> LogitsProcessor:
    return lambda tokens, logits: function(logits, value)


def top_k(logits: "Tensor", count: int) -> "Tensor":
    """Keep the `count` largest of logits (B, V) (Fan et al., 2018)."""
    least = logits.topk(min(count, logits.shape[-1])).values[:, -1:]
    return logits.masked_fill(logits < least, BANNED)


def top_p(logits: "Tensor", mass: float) -> "Tensor":
    """Keep the fewest of logits (B, V) with a total probability `mass` (Holtzman et al., 2020)."""
    values, indices = logits.sort(descending=True)
    before = values.softmax(-1).cumsum(-1).roll(1, -1)  # of all that are more likely
    before[:, 0] = -1  # the most likely one stays, also for a mass of 0
    return logits.masked_fill(_unsort(indices, before >= mass), BANNED)


def min_p(logits: "Tensor", fraction: float) -> "Tensor":
    """Keep logits (B, V) with at least a `fraction` of the largest probability."""
    probabilities = logits.softmax(-1)
    least = fraction * probabilities.amax(-1, keepdim=True)
    return logits.masked_fill(probabilities < least, BANNED)


def typical(logits: "Tensor", mass: float) -> "Tensor":
    """Keep logits (B, V) nearest to the expected information, up to a probability `mass`.

    Locally typical sampling (Meister et al., 2022).
    """
    logs = logits.log_softmax(-1)
    probabilities = logs.exp()
    entropy = -(probabilities * logs.masked_fill(probabilities == 0, 0)).sum(-1, keepdim=True)
    indices = (-logs - entropy).abs().argsort(-1)
    before = probabilities.gather(-1, indices).cumsum(-1).roll(1, -1)
    before[:, 0] = 0
    return logits.masked_fill(_unsort(indices, before >= mass), BANNED)


def _unsort(indices: "Tensor", flags: "Tensor") -> "Tensor":
    """Move flags of sorted logits back to their `indices`; both (B, V)."""
    import torch

    return torch.zeros_like(flags).scatter(-1, indices, flags)


def apply_temperature(logits: "Tensor", temperature: float) -> "Tensor":
    """Divide logits (B, V) by the temperature: below 1 sharpens the distribution."""
    return logits / temperature


def banned_tokens(tokens: list[int], size: int) -> list[int]:
    """Return tokens that would complete an n-gram of `size` tokens for a second time."""
    if len(tokens) + 1 < size:
        return []
    ending = tokens[len(tokens) - size + 1 :]
    return [
        tokens[start + size - 1]
        for start in range(len(tokens) - size + 1)
        if tokens[start : start + size - 1] == ending
    ]


class NoRepeatNGram:
    """Ban on n-grams of `size` tokens that occur twice (Paulus et al., 2017)."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """Process logits (B, V) after tokens (B, N): (B, V)."""
        return self.rows(input_ids.tolist(), scores)

    def rows(self, sequences: list[list[int]], scores: "Tensor") -> "Tensor":
        """Process logits (B, V) after B lists of tokens, as beam search has them: (B, V)."""
        rows, columns = [], []
        for row, tokens in enumerate(sequences):
            banned = banned_tokens(tokens, self.size)
            rows += [row] * len(banned)
            columns += banned
        if columns:
            scores = scores.clone()
            scores[rows, columns] = BANNED
        return scores


class Penalties:
    """Repetition penalty, and presence and frequency penalties as OpenAI defines them.

    logit - frequency * (times generated) - presence * (1 if generated at all)
    """

    def __init__(self, request: TextRequest, prompt: int) -> None:
        self.repeat, self.prompt = request.effective_repeat_penalty, prompt
        self.presence, self.frequency = request.presence_penalty, request.frequency_penalty

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """Process logits (1, V) after tokens (1, N): (1, V)."""
        if self.repeat != 1:
            recent = input_ids[:, -WINDOW:]
            penalized = scores.gather(1, recent)
            penalized = (penalized * self.repeat).where(penalized < 0, penalized / self.repeat)
            scores = scores.scatter(1, recent, penalized)
        if self.presence or self.frequency:
            counts = input_ids[0, self.prompt :].bincount(minlength=scores.shape[1])  # (V,)
            scores = scores - self.frequency * counts - self.presence * (counts > 0)
        return scores


class Grammar:
    """Restriction to the tokens that a JSON Schema allows next."""

    def __init__(self, schema: dict[str, object], tokenizer: "LLTokenizer") -> None:
        """Compile the schema for llguidance's tokenizer. Raises OptionError for a bad schema."""
        from llguidance import LLMatcher

        # whitespace is fixed: otherwise a weak model fills its answer with it
        layout = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
        try:
            rules = LLMatcher.grammar_from_json_schema(schema, overrides=layout)
        except ValueError as error:
            raise _bad_schema(str(error)) from error
        self.matcher = LLMatcher(tokenizer, rules, log_level=0)
        if self.matcher.is_error():
            raise _bad_schema(self.matcher.get_error())

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """Process logits (1, V) after tokens (1, N): (1, V), -inf for tokens not allowed."""
        import numpy as np
        import torch

        # not llguidance.torch: that module compiles C++ on first use
        bits = np.frombuffer(self.matcher.compute_bitmask(), np.uint8)
        allowed = np.zeros(scores.shape[1], bool)  # networks often have more rows than tokens
        flags = np.unpackbits(bits, bitorder="little")[: scores.shape[1]]
        allowed[: len(flags)] = flags
        return scores.masked_fill(~torch.from_numpy(allowed).to(scores.device), BANNED)

    def accept(self, token: int) -> bool:
        """Advance by a chosen token; return True when the text is complete. Raises EngineError."""
        self.matcher.consume_token(token)
        if self.matcher.is_error():
            raise EngineError("The model stopped: {reason}.", reason=self.matcher.get_error())
        return bool(self.matcher.is_stopped())


class GumbelNoise:
    """Gumbel-max sampling: noise that makes the argmax a sample of softmax(logits) (Gumbel, 1954).

    The noise has its own generator, so that the same seed gives the same text whatever else this
    process samples.
    """

    def __init__(self, seed: int) -> None:
        import torch

        self.generator = torch.Generator().manual_seed(seed)  # on the CPU: same on every device

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """Process logits (1, V) after tokens (1, N): (1, V)."""
        import torch

        noise = torch.empty(scores.shape).exponential_(generator=self.generator)
        return scores - noise.log().to(scores.device)


def _bad_schema(reason: str) -> OptionError:
    return OptionError(
        "json_schema cannot be used: {reason}.",
        "Give a valid JSON Schema.",
        reason=reason.strip().splitlines()[0].rstrip("."),
    )
