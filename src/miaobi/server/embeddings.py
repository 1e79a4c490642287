"""/v1/embeddings."""

import base64
import contextlib
import struct
from typing import Any

from starlette.requests import Request

from miaobi.core.errors import OptionError
from miaobi.models.zoo import Model
from miaobi.server.schemas import EmbeddingRequest
from miaobi.server.service import Service, service_of
from miaobi.server.stream import flow, unless_gone
from miaobi.tasks.embed import Embedded, stream_embed


async def embed(request: Request, asked: EmbeddingRequest) -> dict[str, Any]:
    """Turn texts into directions: close ones mean the same."""
    service = service_of(request)
    row = service.model(asked.model, "embedding")
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    made: Embedded = await unless_gone(request, _embedded(service, row, texts, asked.purpose))
    size = len(made.vectors[0])
    if asked.dimensions not in (None, size):
        raise OptionError(
            "{name} is {value}.",
            "{model} has {size}.",
            name="dimensions",
            value=asked.dimensions,
            model=row.name,
            size=size,
        )
    data = [
        {"object": "embedding", "index": index, "embedding": _written(vector, asked)}
        for index, vector in enumerate(made.vectors)
    ]
    usage = {"prompt_tokens": made.tokens, "total_tokens": made.tokens}
    return {"object": "list", "data": data, "model": row.name, "usage": usage}


async def _embedded(service: Service, row: Model, texts: list[str], purpose: str) -> Embedded:
    events = flow(stream_embed(texts, row, purpose), service.pool)
    async with service.lanes.of(row).place(), contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, Embedded):
                return event
    raise AssertionError("the last event is Embedded")


def _written(vector: list[float], asked: EmbeddingRequest) -> list[float] | str:
    """The numbers, or the base64 of their little-endian float32."""
    if asked.encoding_format == "float":
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
