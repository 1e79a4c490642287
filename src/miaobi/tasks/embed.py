"""Text embeddings for search and clustering; returns vectors and stores no artifact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from miaobi.core.checks import check_choice, check_integer, check_text
from miaobi.core.errors import TooLargeError
from miaobi.core.events import Progress
from miaobi.engines.registry import POOL, choose_model
from miaobi.models.zoo import Model, find_model

MAX_TEXTS = 2048  # per call
MAX_CHARACTERS = 2_000_000  # of all texts together: minutes of work
PURPOSES = ("query", "passage")


@dataclass(frozen=True)
class Embeddings:
    """One unit vector per text, and the number of tokens read."""

    vectors: list[list[float]]
    tokens: int


def embed(
    texts: Sequence[str], *, model: str | Model | None = None, purpose: str = "query"
) -> Embeddings:
    """Embed texts as unit vectors, whose dot product is the similarity of meaning.

    `purpose` is "query" for search queries and comparison, "passage" for texts to search through.
    Raises MiaobiError.
    """
    row = find_model(model, "embedding") if model else choose_model("embedding")
    for event in stream_embed(texts, row, purpose):
        if isinstance(event, Embeddings):
            return event
    raise AssertionError("the last event is Embeddings")


def stream_embed(
    texts: Sequence[str], model: Model, purpose: str = "query"
) -> Iterator[Progress | Embeddings]:
    """Embed texts and yield Progress, then the Embeddings; closing the generator stops the work."""
    check_integer("number of texts", len(texts), 1, MAX_TEXTS)
    check_choice("purpose", purpose, PURPOSES)
    for text in texts:
        check_text("text", text)
    if (length := sum(map(len, texts))) > MAX_CHARACTERS:
        raise TooLargeError(
            "The texts have {length:,} characters together; the limit is {limit:,}.",
            "Send less at once.",
            length=length,
            limit=MAX_CHARACTERS,
        )
    return _embed_batches(texts, model, purpose)


def _embed_batches(
    texts: Sequence[str], model: Model, purpose: str
) -> Iterator[Progress | Embeddings]:
    vectors: list[list[float]] = []
    tokens = 0
    with POOL.using(model) as entry:
        engine: Any = entry.engine
        for batch, batch_tokens in engine.embed(texts, purpose):
            vectors += batch
            tokens += batch_tokens
            yield Progress("texts", len(vectors), len(texts))
    yield Embeddings(vectors, tokens)
