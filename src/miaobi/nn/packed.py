"""Linear layers whose weights are laid out for a processor that reads them once for a few rows.

Decoding reads every weight for every token: what counts is bytes. `pack` takes our own kernels
(nn/step.cpp) where they can be built. Elsewhere it rewrites each matrix into blocks for oneDNN
(float32, bfloat16), or into int8 for FBGEMM. int8 means a scale per output channel in both, and
mostly inputs rounded to 8 bits as well: row by row in ours, where the processor multiplies those.
"""

import contextlib
import ctypes
import mmap
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.native import KINDS, MOST_ROWS, Matrix, kernels
from miaobi.nn.prepacked import can_prepack

PRECISIONS = ("float32", "bfloat16", "int8")
BYTES = {"float32": 4, "bfloat16": 2, "int8": 1}
LANES = 16  # widths that our kernels take are multiples of it
HUGE = 2 << 20  # bytes of a huge page
ALIGNED = 64  # bytes of a cache line
FEW = 4 * MOST_ROWS  # rows: with more, plain multiplication is faster
BLOCK = 4096  # outputs whose weights are spread out at a time
LEAST = 4  # rows: oneDNN is faster with four rows than with one


def pack(model: nn.Module, precision: str, device: str = "cpu") -> nn.Module:
    """Move a model to its device and replace every nn.Linear, in place.

    On a GPU, on processors without oneDNN, and for bfloat16 on those that do not multiply it, only
    the type of the weights changes (int8: to bfloat16).
    """
    if device == "cpu" and (library := kernels()) and _fits(model):
        room = Room(sum(_bytes(linear, precision) for linear in _linears(model)))
        make = partial(NativeLinear, precision=precision, library=library, room=room)
        return _replaced(model, make).float()
    packs = device == "cpu" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    half = precision == "bfloat16" or (precision == "int8" and not packs)
    model = model.to(device, torch.bfloat16 if half else torch.float32)
    if not packs or (half and not can_prepack(model)):
        return model
    return _replaced(model, Int8Linear if precision == "int8" else PackedLinear)


def _replaced(model: nn.Module, make: Callable[[nn.Linear], nn.Module]) -> nn.Module:
    """The model with every nn.Linear replaced by what `make` makes of it, in place."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, make(child))
    return model


def _linears(model: nn.Module) -> list[nn.Linear]:
    return [module for module in model.modules() if isinstance(module, nn.Linear)]


def _fits(model: nn.Module) -> bool:
    """True when all inputs are whole vectors wide."""
    return all(linear.in_features % LANES == 0 for linear in _linears(model))


def _bytes(linear: nn.Linear, precision: str) -> int:
    """What its weight takes in a Room."""
    size = linear.weight.numel() * BYTES[precision]
    return size + -size % ALIGNED


class Room:
    """Memory for all weights of a network, in huge pages where the system has them.

    Reading through them is a tenth faster: the processor looks up 512 times fewer addresses.
    """

    def __init__(self, size: int) -> None:
        block = mmap.mmap(-1, size + HUGE)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            with contextlib.suppress(OSError):  # a kernel without them
                block.madvise(mmap.MADV_HUGEPAGE)
        whole = torch.frombuffer(block, dtype=torch.uint8)
        self.left = whole[-whole.data_ptr() % HUGE :]

    def keep(self, tensor: Tensor) -> Tensor:
        """A copy of a tensor that lies in this room."""
        size = tensor.numel() * tensor.element_size()
        kept = self.left[:size].view(tensor.dtype).view(tensor.shape)
        self.left = self.left[size + -size % ALIGNED :]
        return kept.copy_(tensor)


class NativeLinear(nn.Module):
    """(..., I) -> (..., O) by our own kernel for a few rows; plain multiplication for many."""

    def __init__(self, linear: nn.Linear, precision: str, library: Any, room: Room) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        self.library = library
        self.scale: Tensor | None = None
        self.sums: Tensor | None = None
        if precision == "int8":
            self.scale = _scale(weight)
            weight = (weight / self.scale[:, None]).round().to(torch.int8)
            self.sums = weight.sum(dim=1, dtype=torch.int32)
        elif precision == "bfloat16":
            weight = weight.to(torch.bfloat16)
        self.weight = room.keep(weight)
        if precision == "float32":
            linear.weight.data = self.weight  # an embedding that shares it goes on sharing it
        self.bias = None if linear.bias is None else linear.bias.detach().float()
        self.matrix = Matrix(
            self.weight.data_ptr(),
            address(self.scale),
            address(self.sums),
            address(self.bias),
            *self.weight.shape,
            KINDS[precision],
        )

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1]).contiguous()
        y = rows.new_empty(len(rows), len(self.weight))
        if len(rows) > FEW:
            return self._many(rows, y).view(*x.shape[:-1], -1)
        threads = torch.get_num_threads()
        room = rows.new_empty(threads * (MOST_ROWS + rows.shape[1] * MOST_ROWS // 2))
        for start in range(0, len(rows), MOST_ROWS):
            part, target = rows[start : start + MOST_ROWS], y[start : start + MOST_ROWS]
            self.library.rows(
                ctypes.byref(self.matrix),
                part.data_ptr(),
                target.data_ptr(),
                room.data_ptr(),
                len(part),
                threads,
            )
        return y.view(*x.shape[:-1], -1)

    def _many(self, rows: Tensor, y: Tensor) -> Tensor:
        """A long prompt: weights are spread out to float32, a block of outputs at a time."""
        for start in range(0, len(self.weight), BLOCK):
            block = self.weight[start : start + BLOCK].float()
            torch.mm(rows, block.T, out=y[:, start : start + BLOCK])
        if self.scale is not None:
            y *= self.scale
        return y if self.bias is None else y.add_(self.bias)


def _scale(weight: Tensor) -> Tensor:
    """(O, I) -> (O,): what one step of 8 bits is worth to each output."""
    return weight.abs().amax(dim=1).clamp(min=1e-8) / 127


def address(tensor: Tensor | None) -> int | None:
    """Where a tensor's numbers begin, for C."""
    return None if tensor is None else tensor.data_ptr()


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
        scale = _scale(weight)
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
