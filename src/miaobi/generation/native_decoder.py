"""Decoding steps of a GPT in our own compiled code (nn/step.cpp): the same numbers, less waiting.

PyTorch takes about a third of a millisecond a layer to start its operations; with small models
that is longer than the work. One call does a whole step here.
"""

import ctypes
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from miaobi.models.gpt import GPT
from miaobi.nn.native import MOST_ROWS, Layer, Network
from miaobi.nn.packed import LANES, NativeLinear, address


class CompiledSteps:
    """The network of a packed GPT as C sees it; it points into the model, which has to live."""

    kept: WeakKeyDictionary[GPT, "CompiledSteps"] = WeakKeyDictionary()  # one for every model

    def __init__(self, model: GPT) -> None:
        config = model.config
        head: Any = model.head
        self.library = head.library
        self.layers = (Layer * config.layers)(*(_layer(block) for block in model.blocks))
        norm: Any = model.norm
        learned = model.place is not None
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
            None if learned else address(model.cos),
            None if learned else address(model.sin),
            address(norm.weight),
            address(getattr(norm, "bias", None)),
            head.matrix,
        )

    @classmethod
    def of(cls, model: GPT) -> "CompiledSteps | None":
        """None where the model is not packed for our kernels."""
        head: Any = model.head
        if not isinstance(head, NativeLinear) or model.config.head_width % LANES:
            return None
        if model not in cls.kept:
            cls.kept[model] = cls(model)
        return cls.kept[model]

    def step(
        self, model: GPT, tokens: Tensor, store: Tensor, length: int, begin: Tensor | None
    ) -> Tensor:
        """tokens (R, 1) after `length` others in store (L, 2, R, K, S, W) -> logits (R, 1, V).

        `begin` (R,) is the place of each row's first token where rows were padded.
        """
        config, rows = model.config, len(tokens)
        assert rows <= MOST_ROWS and store.is_contiguous()
        first = torch.zeros(rows, dtype=torch.long) if begin is None else begin
        x = model.embed(tokens[:, 0])  # (R, D)
        if model.place is not None:
            x = x + model.place(length - first)
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
        address(part.norm1.weight),
        address(getattr(part.norm1, "bias", None)),
        address(part.norm2.weight),
        address(getattr(part.norm2, "bias", None)),
        address(getattr(attention.q_norm, "weight", None)),
        address(getattr(attention.k_norm, "weight", None)),
        attention.qkv.matrix,
        attention.out.matrix,
        mlp.up.matrix,
        mlp.down.matrix,
    )
