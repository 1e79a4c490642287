"""Multilingual E5 (Wang et al., 2024): a BERT encoder that turns sentences into directions.

Sentences that mean the same point the same way, in a hundred languages. Its file holds the words,
how letters are normalized, and the network with matrices in 4 bits, in blocks as GGUF has them:

    "E5S1"  sizes  pieces and scores  letter -> letters  directory of tensors  tensors

    tokens (B, T) --embed--> (B, T, D) --L blocks--> (B, T, D) --mean over T--> (B, D), of length 1
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.core.errors import ModelFileError

MAGIC = b"E5S1"
BLOCK, BLOCK_BYTES = 32, 18  # values, and bytes that hold them: a scale in half precision, nibbles
MATRICES = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True)
class E5Config:
    """Sizes of the network."""

    width: int  # D
    layers: int
    heads: int
    inner: int
    words: int
    longest: int  # tokens
    epsilon: float


@dataclass(frozen=True)
class E5Words:
    """What the tokenizer knows: pieces with their log probabilities, and letters to replace."""

    pieces: list[tuple[str, float]]
    letters: dict[int, str]
    begin: int
    end: int
    unknown: int


class Reader:
    """A file read from its beginning to its end."""

    def __init__(self, data: Any) -> None:
        self.data, self.at = data, 0

    def values(self, layout: str) -> tuple[Any, ...]:
        """The next values of a struct layout, little-endian."""
        found = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def array(self, kind: str, count: int) -> Any:
        """The next `count` numbers of a NumPy kind."""
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


class E5:
    """The network of a file; the table of words stays in 4 bits, since few of them are used."""

    def __init__(self, path: Path) -> None:
        """Raises ModelFileError."""
        try:
            with path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            if bytes(data[:4]) != MAGIC:
                raise ValueError("not E5S1")
            reader = Reader(data)
            reader.values("4si")
            width, layers, heads, inner, words, longest, _, epsilon, _ = reader.values("7ifi")
            self.config = E5Config(width, layers, heads, inner, words, longest, epsilon)
            self.words = _words(reader)
            self._take(reader)
        except (OSError, ValueError, OverflowError, KeyError, struct.error) as error:
            raise ModelFileError(
                "{path} could not be loaded: it is truncated, damaged, or of another kind.",
                "Fetch it again (miaobi models rm NAME, then miaobi pull NAME).",
                path=path,
            ) from error

    def _take(self, reader: Reader) -> None:
        data, places = reader.data, {}
        for _ in range(reader.values("i")[0]):
            name = bytes(reader.array("u1", reader.values("H")[0])).decode()
            _, count, start, size = reader.values("BIQQ")
            places[name] = np.frombuffer(data, np.uint8, size, start)
        width, inner = self.config.width, self.config.inner
        self.table = places.pop("emb.word").reshape(self.config.words, width // BLOCK * BLOCK_BYTES)
        rows = {"fi.w": inner, **{f"{name}.w": width for name in MATRICES if name != "fi"}}
        self.tensors: dict[str, Tensor] = {}
        for name, blob in places.items():
            count = rows.get(name.split(".", 1)[1]) if name[0] == "l" else None
            values = blob.view(np.float32) if count is None else spread(blob.reshape(count, -1))
            self.tensors[name] = torch.from_numpy(np.array(values))
        self.tensors["emb.pos"] = self.tensors["emb.pos"].view(-1, width)

    @torch.inference_mode()
    def __call__(self, tokens: list[list[int]]) -> Tensor:
        """Sentences as tokens -> their directions (B, D), float32, of length 1."""
        longest = max(map(len, tokens))
        there = torch.zeros(len(tokens), longest, dtype=torch.bool)  # (B, T)
        ids = np.zeros((len(tokens), longest), np.int64)
        for row, sentence in enumerate(tokens):
            there[row, : len(sentence)], ids[row, : len(sentence)] = True, sentence
        x = torch.from_numpy(spread(self.table[ids.ravel()])).view(*ids.shape, -1)  # (B, T, D)
        x = self._norm(
            "emb.ln",
            x + self.tensors["emb.pos"][:longest] + self.tensors["emb.type"][: self.config.width],
        )
        for number in range(self.config.layers):
            x = self._block(f"l{number}", x, there)
        weights = there[..., None].float()
        return F.normalize((x * weights).sum(1) / weights.sum(1), dim=-1)

    def _block(self, name: str, x: Tensor, there: Tensor) -> Tensor:
        """One block: (B, T, D) -> (B, T, D)."""
        q, k, v = (
            self._linear(f"{name}.{part}", x)
            .view(*x.shape[:2], self.config.heads, -1)
            .transpose(1, 2)
            for part in "qkv"
        )  # (B, N, T, D / N) each
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=there[:, None, None, :])
        x = self._norm(
            f"{name}.aln", x + self._linear(f"{name}.ao", seen.transpose(1, 2).flatten(2))
        )
        inner = F.gelu(self._linear(f"{name}.fi", x))  # (B, T, inner)
        return self._norm(f"{name}.oln", x + self._linear(f"{name}.fo", inner))

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.tensors[f"{name}.w"], self.tensors[f"{name}.b"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.tensors[f"{name}.w"], self.tensors[f"{name}.b"]
        return F.layer_norm(x, (self.config.width,), weight, bias, self.config.epsilon)


def spread(blocks: Any) -> Any:
    """Rows of blocks (R, bytes) -> float32 (R, values): scale x (nibble - 8), low ones first."""
    parts = np.ascontiguousarray(blocks).reshape(len(blocks), -1, BLOCK_BYTES)
    scale = parts[..., :2].copy().view(np.float16).astype(np.float32)  # (R, N, 1)
    nibbles = np.concatenate([parts[..., 2:] & 15, parts[..., 2:] >> 4], axis=-1)  # (R, N, 32)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(len(blocks), -1)


def _words(reader: Reader) -> E5Words:
    count, begin, end, _, unknown, size = reader.values("5iQ")
    places = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = bytes(reader.array("u1", size))
    pieces = [
        (blob[start:stop].decode("utf-8", "replace"), score)
        for start, stop, score in zip(
            places[:-1].tolist(), places[1:].tolist(), scores.tolist(), strict=True
        )
    ]
    letters = {}
    for _ in range(reader.values("iI")[0]):
        letter, long = reader.values("IB")
        letters[letter] = "".join(map(chr, reader.values(f"{long}I")))
    return E5Words(pieces, letters, begin, end, unknown)
