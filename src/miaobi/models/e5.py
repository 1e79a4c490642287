"""Multilingual E5 (Wang et al., 2024): a BERT encoder of sentences as unit vectors.

Sentences with similar meanings in a hundred languages get similar vectors. The file holds the
vocabulary, the normalization of characters, and 4-bit matrices in the blocks of GGUF's Q4_0:

    "E5S1"  sizes  pieces and scores  character -> characters  directory of tensors  tensors

    tokens (B, T) --embed--> (B, T, D) --L blocks--> (B, T, D) --mean over T--> (B, D), of length 1
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.core.arrays import FloatArray
from miaobi.core.errors import ModelFileError

MAGIC = b"E5S1"
BLOCK, BLOCK_BYTES = 32, 18  # values per block, and its bytes: a float16 scale and 32 nibbles
MATRICES = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True)
class E5Config:
    """Sizes of the network."""

    width: int  # D
    layers: int  # L
    heads: int
    hidden: int  # width of the MLP's hidden layer
    vocab: int
    context: int  # tokens
    eps: float


@dataclass(frozen=True)
class E5Vocabulary:
    """Unigram vocabulary: pieces with log probabilities, and characters to normalize."""

    pieces: list[tuple[str, float]]
    normalization: dict[int, str]  # code point -> replacement
    begin: int  # token ids of special tokens
    end: int
    unknown: int


class E5Reader:
    """Sequential reader of a binary file."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.offset = data, 0

    def values(self, layout: str) -> tuple[Any, ...]:
        """Read the next values of a struct layout, little-endian."""
        values = struct.unpack_from(f"<{layout}", self.data, self.offset)
        self.offset += struct.calcsize(f"<{layout}")
        return values

    def array(self, dtype: str, count: int) -> "npt.NDArray[Any]":
        """Read the next `count` numbers of a NumPy dtype: (count,)."""
        numbers = np.frombuffer(self.data, dtype, count, self.offset)
        self.offset += numbers.nbytes
        return numbers


class E5:
    """Network of a file; token embeddings stay in 4 bits, since a text uses few of them."""

    def __init__(self, path: Path) -> None:
        """Load a file. Raises ModelFileError."""
        try:
            with path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            if bytes(data[:4]) != MAGIC:
                raise ValueError("not E5S1")
            reader = E5Reader(data)
            reader.values("4si")
            width, layers, heads, hidden, vocab, context, _, eps, _ = reader.values("7ifi")
            self.config = E5Config(width, layers, heads, hidden, vocab, context, eps)
            self.vocabulary = _read_vocabulary(reader)
            self._read_tensors(reader)
        except (OSError, ValueError, OverflowError, KeyError, struct.error) as error:
            raise ModelFileError(
                "{path} could not be loaded: it is truncated, damaged, or of another kind.",
                "Fetch it again (miaobi models rm NAME, then miaobi pull NAME).",
                path=path,
            ) from error

    def _read_tensors(self, reader: E5Reader) -> None:
        blobs = {}
        for _ in range(reader.values("i")[0]):
            name = bytes(reader.array("u1", reader.values("H")[0])).decode()
            _, count, start, size = reader.values("BIQQ")
            blobs[name] = np.frombuffer(reader.data, np.uint8, size, start)
        width, hidden = self.config.width, self.config.hidden
        self.table = blobs.pop("emb.word").reshape(self.config.vocab, width // BLOCK * BLOCK_BYTES)
        rows = {"fi.w": hidden, **{f"{name}.w": width for name in MATRICES if name != "fi"}}
        self.tensors: dict[str, Tensor] = {}
        for name, blob in blobs.items():
            count = rows.get(name.split(".", 1)[1]) if name[0] == "l" else None
            values = (
                blob.view(np.float32) if count is None else dequantize_rows(blob.reshape(count, -1))
            )
            self.tensors[name] = torch.from_numpy(np.array(values))
        self.tensors["emb.pos"] = self.tensors["emb.pos"].view(-1, width)

    @torch.inference_mode()
    def __call__(self, tokens: list[list[int]]) -> Tensor:
        """Encode B sentences, given as token ids, as unit vectors (B, D), float32."""
        longest = max(map(len, tokens))
        mask = torch.zeros(len(tokens), longest, dtype=torch.bool)  # (B, T)
        ids = np.zeros((len(tokens), longest), np.int64)
        for row, sentence in enumerate(tokens):
            mask[row, : len(sentence)], ids[row, : len(sentence)] = True, sentence
        x = torch.from_numpy(dequantize_rows(self.table[ids.ravel()])).view(
            *ids.shape, -1
        )  # (B, T, D)
        x = self._norm(
            "emb.ln",
            x + self.tensors["emb.pos"][:longest] + self.tensors["emb.type"][: self.config.width],
        )
        for layer in range(self.config.layers):
            x = self._block(f"l{layer}", x, mask)
        weights = mask[..., None].float()
        return F.normalize((x * weights).sum(1) / weights.sum(1), dim=-1)

    def _block(self, name: str, x: Tensor, mask: Tensor) -> Tensor:
        """Apply a Transformer block, post-norm, to x (B, T, D) with mask (B, T): (B, T, D)."""
        q, k, v = (
            self._linear(f"{name}.{part}", x)
            .view(*x.shape[:2], self.config.heads, -1)
            .transpose(1, 2)
            for part in "qkv"
        )  # (B, N, T, D / N) each
        h = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = self._norm(f"{name}.aln", x + self._linear(f"{name}.ao", h.transpose(1, 2).flatten(2)))
        h = F.gelu(self._linear(f"{name}.fi", x))  # (B, T, hidden)
        return self._norm(f"{name}.oln", x + self._linear(f"{name}.fo", h))

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.tensors[f"{name}.w"], self.tensors[f"{name}.b"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.tensors[f"{name}.w"], self.tensors[f"{name}.b"]
        return F.layer_norm(x, (self.config.width,), weight, bias, self.config.eps)


def dequantize_rows(blocks: "npt.NDArray[np.uint8]") -> FloatArray:
    """Dequantize rows of Q4_0 blocks (R, bytes) to float32 (R, values): scale * (nibble - 8).

    The low nibbles of a block come before the high ones.
    """
    parts = np.ascontiguousarray(blocks).reshape(len(blocks), -1, BLOCK_BYTES)
    scale = parts[..., :2].copy().view(np.float16).astype(np.float32)  # (R, N, 1)
    nibbles = np.concatenate([parts[..., 2:] & 15, parts[..., 2:] >> 4], axis=-1)  # (R, N, 32)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(len(blocks), -1)


def _read_vocabulary(reader: E5Reader) -> E5Vocabulary:
    count, begin, end, _, unknown, size = reader.values("5iQ")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    blob = bytes(reader.array("u1", size))
    pieces = [
        (blob[start:stop].decode("utf-8", "replace"), score)
        for start, stop, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    normalization = {}
    for _ in range(reader.values("iI")[0]):
        code_point, length = reader.values("IB")
        normalization[code_point] = "".join(map(chr, reader.values(f"{length}I")))
    return E5Vocabulary(pieces, normalization, begin, end, unknown)
