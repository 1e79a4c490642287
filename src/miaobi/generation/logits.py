"""From the scores of a step to its token: plain callables on tokens (1, N) and scores (1, V).

They come in the same order as in llama.cpp, so that an option means the same with every engine:

    Penalties -> NoRepeat -> Grammar -> top-k -> typical -> top-p -> min-p -> temperature -> Draw

and the largest score is the token.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import EngineError, OptionError
from miaobi.core.requests import TextRequest

if TYPE_CHECKING:
    from torch import Tensor

WINDOW = 64  # tokens the repeat penalty looks back on, as in llama.cpp
NEVER = float("-inf")
# (tokens so far (1, N), scores (1, V)) -> scores (1, V)
Process = Callable[["Tensor", "Tensor"], "Tensor"]


def processors(request: TextRequest, prompt: int, grammar: "Grammar | None") -> list[Process]:
    """What turns the scores (1, V) of a step into ones whose largest is the token."""
    steps: list[Process] = [Penalties(request, prompt)]
    if request.no_repeat_ngram:
        steps.append(NoRepeat(request.no_repeat_ngram))
    if grammar is not None:
        steps.append(grammar)
    if request.temperature > 0:
        filters = (
            (request.top_k > 0, top_k, request.top_k),
            (request.typical < 1, typical, request.typical),
            (request.top_p < 1, top_p, request.top_p),
            (request.min_p > 0, min_p, request.min_p),
        )
        steps += [_on_scores(filter_, value) for used, filter_, value in filters if used]
        steps += [_on_scores(cool, request.temperature), Draw(request.seed)]
    return steps


def choice(steps: Iterable[Process]) -> Callable[["Tensor", "Tensor"], int]:
    """All steps in their order, then the token: (1, N), (1, V) -> number."""
    steps = tuple(steps)

    def choose(tokens: "Tensor", scores: "Tensor") -> int:
        scores = scores.float().cpu()  # where the tokens are
        for step in steps:
            scores = step(tokens, scores)
        return int(scores.argmax())

    return choose


def _on_scores(function: Callable[["Tensor", Any], "Tensor"], value: Any) -> Process:
    return lambda tokens, scores: function(scores, value)


def top_k(scores: "Tensor", count: int) -> "Tensor":
    """Keep the `count` largest of scores (B, V) (Fan et al., 2018)."""
    least = scores.topk(min(count, scores.shape[-1])).values[:, -1:]
    return scores.masked_fill(scores < least, NEVER)


def top_p(scores: "Tensor", share: float) -> "Tensor":
    """Keep the fewest of scores (B, V) that together reach `share` (Holtzman et al., 2020)."""
    values, places = scores.sort(descending=True)
    before = values.softmax(-1).cumsum(-1).roll(1, -1)  # of all that are likelier
    before[:, 0] = -1  # the likeliest stays, also for a share of 0
    return scores.masked_fill(_at(places, before >= share), NEVER)


def min_p(scores: "Tensor", share: float) -> "Tensor":
    """Keep of scores (B, V) what is at least `share` times as likely as the likeliest."""
    chances = scores.softmax(-1)
    return scores.masked_fill(chances < share * chances.amax(-1, keepdim=True), NEVER)


def typical(scores: "Tensor", share: float) -> "Tensor":
    """Keep of scores (B, V) those about as surprising as expected, until their probabilities reach
    `share` (Meister et al., 2022)."""
    logs = scores.log_softmax(-1)
    chances = logs.exp()
    expected = -(chances * logs.masked_fill(chances == 0, 0)).sum(-1, keepdim=True)
    places = (-logs - expected).abs().argsort(-1)
    before = chances.gather(-1, places).cumsum(-1).roll(1, -1)
    before[:, 0] = 0
    return scores.masked_fill(_at(places, before >= share), NEVER)


def _at(places: "Tensor", flags: "Tensor") -> "Tensor":
    """Flags of sorted scores, put back to where the scores stand."""
    import torch

    return torch.zeros_like(flags).scatter(-1, places, flags)


def cool(scores: "Tensor", temperature: float) -> "Tensor":
    """Scores (B, V) over the temperature: below 1 the likely become likelier."""
    return scores / temperature


def repeated(tokens: list[int], size: int) -> list[int]:
    """The tokens that would complete a run of `size` tokens which is there already."""
    if len(tokens) + 1 < size:
        return []
    ending = tokens[len(tokens) - size + 1 :]
    return [
        tokens[start + size - 1]
        for start in range(len(tokens) - size + 1)
        if tokens[start : start + size - 1] == ending
    ]


class NoRepeat:
    """No run of `size` tokens comes twice (Paulus et al., 2017)."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, input_ids: "Tensor", scores: "Tensor") -> "Tensor":
        """(B, N) tokens so far and (B, V) scores -> (B, V) scores."""
        return self.rows(input_ids.tolist(), scores)

    def rows(self, texts: list[list[int]], scores: "Tensor") -> "Tensor":
        """The same for tokens in lists, as beam search keeps them."""
        rows, columns = [], []
        for row, tokens in enumerate(texts):
            banned = repeated(tokens, self.size)
            rows += [row] * len(banned)
            columns += banned
        if columns:
            scores = scores.clone()
            scores[rows, columns] = NEVER
        return scores


class Penalties:
    """Less for what was just said (repeat) and, as OpenAI defines them, for what was answered.

    score - frequency * (times answered) - presence * (1 if answered at all)
    """

    def __init__(self, request: TextRequest, prompt: int) -> None:
        self.repeat, self.prompt = request.repeats_cost, prompt
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
        "json_schema cannot be used: {reason}.",
        "Give a valid JSON Schema.",
        reason=reason.strip().splitlines()[0].rstrip("."),
    )
