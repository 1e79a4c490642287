"""Linear layers whose weights are laid out for a processor that reads them once for a few rows.

Decoding reads every weight for every token: what counts is bytes. `pack` rewrites each matrix into
blocks for oneDNN (float32, bfloat16), or into int8 with a scale per output channel for FBGEMM,
which then also rounds each input to 8 bits.
"""

import warnings
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PRECISIONS = ("float32", "bfloat16", "int8")
LEAST = 4  # rows: oneDNN is faster with four rows than with one


def pack(model: nn.Module, precision: str, device: str = "cpu") -> nn.Module:
    """Move a model to its device and replace every nn.Linear, in place.

    On a GPU, and on processors without oneDNN, only the type of the weights changes (int8: to
    bfloat16).
    """
    packs = device == "cpu" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    half = precision == "bfloat16" or (precision == "int8" and not packs)
    model = model.to(device, torch.bfloat16 if half else torch.float32)
    if not packs:
        return model
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                kind = Int8Linear if precision == "int8" else PackedLinear
                setattr(module, name, kind(child))
    return model


class PackedLinear(nn.Module):
    """(..., I) -> (..., O) with the weight in oneDNN's own layout; numbers as nn.Linear's."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        self.width = len(weight)
        self.bias = None if linear.bias is None else linear.bias.detach()
        self.weight: Any = torch.ops.mkldnn._reorder_linear_weight(weight, LEAST)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        count = len(rows)
        if count < LEAST:
            rows = F.pad(rows, (0, 0, 0, LEAST - count))
        y: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "none", [], "")
        return y[:count].view(*x.shape[:-1], self.width)


class Int8Linear(nn.Module):
    """(..., I) -> (..., O) with weights of 8 bits; about 1 % off nn.Linear."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-8) / 127  # (O,)
        zero = torch.zeros(len(weight), dtype=torch.long)
        bias = None if linear.bias is None else linear.bias.detach().float()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its successor has no kernel for processors
            rounded = torch.quantize_per_channel(weight, scale, zero, 0, torch.qint8)
        self.packed: Any = torch.ops.quantized.linear_prepack(rounded, bias)
        # without these instructions sums of 8-bit products overflow, and inputs get 7 bits
        self.narrow = not torch.cpu._is_vnni_supported()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = torch.ops.quantized.linear_dynamic(x, self.packed, self.narrow)
        return y
