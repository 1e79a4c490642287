"""Decoding steps of a GPT in our own compiled code (nn/step.cpp), with PyTorch's results.

PyTorch needs about a third of a millisecond per layer to launch its operations; with small models
that is longer than the work. Here one call computes a whole step.
"""

import ctypes
from typing import Any, cast
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from miaobi.models.gpt import GPT
from miaobi.nn.native import MOST_ROWS, Layer, Network
from miaobi.nn.packed import LANES, NativeLinear, data_address


class CompiledDecoder:
    """C structs of a packed GPT; they point into the model, which must outlive them."""

    instances: "WeakKeyDictionary[GPT, CompiledDecoder]" = WeakKeyDictionary()  # one per model

    def __init__(self, model: GPT) -> None:
        config = model.config
        head: Any = model.head
        self.library = head.library
        self.layers = (Layer * config.layers)(*(_layer(block) for block in model.blocks))
        norm: Any = model.norm
        learned = model.position_embedding is not None
        self.network = Network(
            self.layers,
            config.layers,
            config.width,
            config.heads,
            config.kv_heads,
            config.head_width,
            config.hidden,
            config.norm == "rms",
            config.gated,
            config.eps,
            None if learned else data_address(model.cos),
            None if learned else data_address(model.sin),
            data_address(norm.weight),
            data_address(getattr(norm, "bias", None)),
            head.matrix,
        )

    @classmethod
    def for_model(cls, model: GPT) -> "CompiledDecoder | None":
        """Return the compiled decoder of a model; None if it is not packed for our kernels."""
        head = cast(nn.Module, model.head)
        if not isinstance(head, NativeLinear) or model.config.head_width % LANES:
            return None
        if model not in cls.instances:
            cls.instances[model] = cls(model)
        return cls.instances[model]

    def step(
        self, model: GPT, tokens: Tensor, store: Tensor, length: int, begin: Tensor | None
    ) -> Tensor:
        """Compute logits (R, 1, V) of tokens (R, 1) after `length` others in the KV cache.

        `store` (L, 2, R, K, S, W) is the KV cache; `begin` (R,) is the index of each row's first
        token where rows were padded.
        """
        config, rows = model.config, len(tokens)
        assert rows <= MOST_ROWS and store.is_contiguous()
        first = torch.zeros(rows, dtype=torch.long) if begin is None else begin
        x = model.embed(tokens[:, 0])  # (R, D)
        if model.position_embedding is not None:
            x = x + model.position_embedding(length - first)
        logits = x.new_empty(rows, config.vocab)
        capacity, threads = store.shape[4], torch.get_num_threads()
        network = ctypes.byref(self.network)
        scratch = x.new_empty(self.library.scratch(network, rows, capacity, threads))
        self.library.step(
            network,
            x.data_ptr(),
            store.data_ptr(),
            first.data_ptr(),
            logits.data_ptr(),
            scratch.data_ptr(),
            rows,
            length,
            capacity,
            threads,
        )
        return logits[:, None]


def _layer(block: nn.Module) -> Layer:
    part: Any = block
    attention, mlp = part.attention, part.mlp
    return Layer(
        data_address(part.norm1.weight),
        data_address(getattr(part.norm1, "bias", None)),
        data_address(part.norm2.weight),
        data_address(getattr(part.norm2, "bias", None)),
        data_address(getattr(attention.q_norm, "weight", None)),
        data_address(getattr(attention.k_norm, "weight", None)),
        attention.qkv.matrix,
        attention.out.matrix,
        mlp.up.matrix,
        mlp.down.matrix,
    )
