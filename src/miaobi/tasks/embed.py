"""Sentences as directions, for search and for what goes together: nothing is made or handed out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from miaobi.core.checks import check_choice, check_whole, check_words
from miaobi.core.errors import TooLargeError
from miaobi.core.events import Progress
from miaobi.engines.registry import POOL
from miaobi.models.zoo import Model, default_model, find_model

MOST = 2048  # texts of one call
LONGEST = 2_000_000  # characters of them together: minutes of work
PURPOSES = ("query", "passage")


@dataclass(frozen=True)
class Embedded:
    """Directions of length 1, one for each text, and how many tokens were read."""

    vectors: list[list[float]]
    tokens: int


def embed(texts: Sequence[str], *, model: str | None = None, purpose: str = "query") -> Embedded:
    """The directions of texts: the dot product of two says how much they mean the same.

    `purpose` is "query" for what is looked for and for comparing, "passage" for what is looked
    through. Raises MiaobiError.
    """
    row = find_model(model, "embedding") if model else default_model("embedding", "en")
    for event in stream_embed(texts, row, purpose):
        if isinstance(event, Embedded):
            return event
    raise AssertionError("the last event is Embedded")


def stream_embed(
    texts: Sequence[str], model: Model, purpose: str = "query"
) -> Iterator[Progress | Embedded]:
    """The same, with Progress on the way; closing it stops the work."""
    check_whole("number of texts", len(texts), 1, MOST)
    check_choice("purpose", purpose, PURPOSES)
    for text in texts:
        check_words("text", text)
    if (length := sum(map(len, texts))) > LONGEST:
        raise TooLargeError(
            "The texts have {length:,} characters together; the limit is {limit:,}.",
            "Send less at once.",
            length=length,
            limit=LONGEST,
        )
    return _embedded(texts, model, purpose)


def _embedded(texts: Sequence[str], model: Model, purpose: str) -> Iterator[Progress | Embedded]:
    vectors: list[list[float]] = []
    tokens = 0
    with POOL.using(model) as entry:
        engine: Any = entry.engine
        for some, read in engine.embed(texts, purpose):
            vectors += some
            tokens += read
            yield Progress("texts", len(vectors), len(texts))
    yield Embedded(vectors, tokens)
