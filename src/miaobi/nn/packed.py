"""Linear layers with prepacked or quantized weights, for decoding on a CPU.

Decoding reads every weight for every token, so its speed is memory bandwidth. `pack` uses the
native kernels (nn/step.cpp) if they can be built; otherwise it reorders each matrix for oneDNN
(float32, bfloat16) or quantizes it for FBGEMM (int8). int8 has one scale per output channel, and
dynamically quantized inputs (per row in the native kernels) if the processor supports it.
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
BYTES = {"float32": 4, "bfloat16": 2, "int8": 1}  # per weight
LANES = 16  # input widths of the native kernels are multiples of it
HUGE_PAGE = 2 << 20  # bytes
CACHE_LINE = 64  # bytes
MAX_KERNEL_ROWS = 4 * MOST_ROWS  # with more rows, a plain matrix product is faster
BLOCK = 4096  # outputs whose weights are converted to float32 at a time
MIN_ROWS = 4  # oneDNN is faster with four rows than with one


def pack(model: nn.Module, precision: str, device: str = "cpu") -> nn.Module:
    """Move a model to its device and replace every nn.Linear in place.

    On a GPU, without oneDNN, and for bfloat16 on CPUs that do not support it, only the dtype of
    the weights changes (int8 becomes bfloat16).
    """
    if device == "cpu" and (library := kernels()) and _is_aligned(model):
        arena = WeightArena(sum(_weight_bytes(linear, precision) for linear in _linears(model)))
        make = partial(NativeLinear, precision=precision, library=library, arena=arena)
        return _replace_linears(model, make).float()
    packs = device == "cpu" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    use_bfloat16 = precision == "bfloat16" or (precision == "int8" and not packs)
    model = model.to(device, torch.bfloat16 if use_bfloat16 else torch.float32)
    if not packs or (use_bfloat16 and not can_prepack(model)):
        return model
    return _replace_linears(model, Int8Linear if precision == "int8" else PackedLinear)


def _replace_linears(model: nn.Module, make: Callable[[nn.Linear], nn.Module]) -> nn.Module:
    """Replace every nn.Linear by make(linear), in place; return the model."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, make(child))
    return model


def _linears(model: nn.Module) -> list[nn.Linear]:
    return [module for module in model.modules() if isinstance(module, nn.Linear)]


def _is_aligned(model: nn.Module) -> bool:
    """Return True if all input widths are multiples of LANES."""
    return all(linear.in_features % LANES == 0 for linear in _linears(model))


def _weight_bytes(linear: nn.Linear, precision: str) -> int:
    """Return the aligned size of the weight in a WeightArena."""
    size = linear.weight.numel() * BYTES[precision]
    return size + -size % CACHE_LINE


class WeightArena:
    """Memory for all weights of a network, in huge pages if available.

    Reading is a tenth faster with them, because of fewer TLB misses.
    """

    def __init__(self, size: int) -> None:
        block = mmap.mmap(-1, size + HUGE_PAGE)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            with contextlib.suppress(OSError):  # a kernel without huge pages
                block.madvise(mmap.MADV_HUGEPAGE)
        whole = torch.frombuffer(block, dtype=torch.uint8)
        self.free = whole[-whole.data_ptr() % HUGE_PAGE :]

    def copy(self, tensor: Tensor) -> Tensor:
        """Copy a tensor into the arena; same shape and dtype."""
        size = tensor.numel() * tensor.element_size()
        copied = self.free[:size].view(tensor.dtype).view(tensor.shape)
        self.free = self.free[size + -size % CACHE_LINE :]
        return copied.copy_(tensor)


class NativeLinear(nn.Module):
    """Linear layer (..., I) -> (..., O) with the native kernel for few rows, PyTorch for many."""

    def __init__(
        self, linear: nn.Linear, precision: str, library: ctypes.CDLL, arena: WeightArena
    ) -> None:
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
        self.weight = arena.copy(weight)
        if precision == "float32":
            linear.weight.data = self.weight  # stays shared with a tied embedding
        self.bias = None if linear.bias is None else linear.bias.detach().float()
        self.matrix = Matrix(
            self.weight.data_ptr(),
            data_address(self.scale),
            data_address(self.sums),
            data_address(self.bias),
            *self.weight.shape,
            KINDS[precision],
        )

    def forward(self, x: Tensor) -> Tensor:
        """Compute x Wᵀ + b of shape (..., O) from x (..., I)."""
        rows = x.reshape(-1, x.shape[-1]).contiguous()
        y = rows.new_empty(len(rows), len(self.weight))
        if len(rows) > MAX_KERNEL_ROWS:
            return self._forward_many(rows, y).view(*x.shape[:-1], -1)
        threads = torch.get_num_threads()
        scratch = rows.new_empty(threads * (MOST_ROWS + rows.shape[1] * MOST_ROWS // 2))
        for start in range(0, len(rows), MOST_ROWS):
            part, output = rows[start : start + MOST_ROWS], y[start : start + MOST_ROWS]
            self.library.rows(
                ctypes.byref(self.matrix),
                part.data_ptr(),
                output.data_ptr(),
                scratch.data_ptr(),
                len(part),
                threads,
            )
        return y.view(*x.shape[:-1], -1)

    def _forward_many(self, rows: Tensor, y: Tensor) -> Tensor:
        """Multiply with weights converted to float32, a block of outputs at a time."""
        for start in range(0, len(self.weight), BLOCK):
            block = self.weight[start : start + BLOCK].float()
            torch.mm(rows, block.T, out=y[:, start : start + BLOCK])
        if self.scale is not None:
            y *= self.scale
        return y if self.bias is None else y.add_(self.bias)


def _scale(weight: Tensor) -> Tensor:
    """Return the int8 scale of each output channel: (O, I) -> (O,)."""
    return weight.abs().amax(dim=1).clamp(min=1e-8) / 127


def data_address(tensor: Tensor | None) -> int | None:
    """Return the address of the data of a tensor of any shape; None for None."""
    return None if tensor is None else tensor.data_ptr()


class PackedLinear(nn.Module):
    """Linear layer (..., I) -> (..., O) with the weight in the blocked layout of oneDNN."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        self.width = len(weight)
        self.bias = None if linear.bias is None else linear.bias.detach()
        self.weight: Any = torch.ops.mkldnn._reorder_linear_weight(weight, MIN_ROWS)

    def forward(self, x: Tensor) -> Tensor:
        """Compute x Wᵀ + b of shape (..., O) from x (..., I)."""
        rows = x.reshape(-1, x.shape[-1])
        count = len(rows)
        if count < MIN_ROWS:
            rows = F.pad(rows, (0, 0, 0, MIN_ROWS - count))
        y: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "none", [], "")
        return y[:count].view(*x.shape[:-1], self.width)


class Int8Linear(nn.Module):
    """Linear layer (..., I) -> (..., O) with int8 weights; error about 1 %."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = _scale(weight)
        zero = torch.zeros(len(weight), dtype=torch.long)
        bias = None if linear.bias is None else linear.bias.detach().float()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecated, but its successor has no CPU kernel
            quantized = torch.quantize_per_channel(weight, scale, zero, 0, torch.qint8)
        self.packed: Any = torch.ops.quantized.linear_prepack(quantized, bias)
        # without VNNI the sums of 8-bit products overflow, so inputs are reduced to 7 bits
        self.reduce_range = not torch.cpu._is_vnni_supported()

    def forward(self, x: Tensor) -> Tensor:
        """Compute x Wᵀ + b of shape (..., O) from x (..., I)."""
        y: Tensor = torch.ops.quantized.linear_dynamic(x, self.packed, self.reduce_range)
        return y
