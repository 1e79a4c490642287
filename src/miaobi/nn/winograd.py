"""3 x 3 convolutions in float32 with less arithmetic (Winograd, 1980; Lavin & Gray, 2015).

Four by four outputs come from six by six inputs by 36 products a channel, where the plain sum takes
144; what is added instead costs little where channels are many:

    Y = A' [ (G w G') * (B' x B) ] A      x (6, 6) -> Y (4, 4)

The transformed weights are four times as many, so small pictures, where reading them would take
longer than multiplying, are unrolled into one product of matrices instead. Both differ from the
plain sum by rounding only, by about 1e-5 of the largest output.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

INPUT = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
WEIGHT = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)
OUTPUT = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))
SIDE, REACH = 4, 6  # of a tile of outputs, and of the inputs it is made of
READ = 8 * 2**20  # bytes of transformed weights that a tile may have to pay for
AT_ONCE = 24 * 2**20  # bytes of transformed tiles: what the last cache holds
FEW = 1024  # places of a small picture
NARROW = 160  # channels; with fewer of them the additions take as long as what they spare


def can_spare(module: nn.Module) -> bool:
    """True for a float32 convolution of 3 x 3 places, one apart, that keeps the size."""
    return (
        type(module) is nn.Conv2d
        and module.weight.dtype == torch.float32
        and module.weight.device.type == "cpu"
        and (module.kernel_size, module.stride, module.dilation) == ((3, 3), (1, 1), (1, 1))
        and (module.padding, module.padding_mode, module.groups) == ((1, 1), "zeros", 1)
        and min(module.in_channels, module.out_channels) >= NARROW
    )


def sparing(module: nn.Conv2d) -> Any:
    """A forward for what `can_spare`: (B, C, H, W) -> (B, O, H, W), channels last in memory."""
    plain = module.forward
    kept: dict[str, Tensor] = {}  # weights as each way wants them, from when it is first taken

    def forward(x: Tensor) -> Tensor:
        rows, (height, width) = len(x), x.shape[2:]
        tiles = rows * -(-height // SIDE) * -(-width // SIDE)
        if 4 * module.weight.numel() * REACH**2 // 9 <= READ * tiles:
            if "transformed" not in kept:
                kept["transformed"] = transformed(module.weight.data)
            return winograd(x, kept["transformed"], module.bias)
        if rows * height * width <= FEW:
            if "flat" not in kept:
                kept["flat"] = flattened(module.weight.data, rows * height * width)
            return unrolled(x, kept["flat"], module.bias)
        return plain(x)

    return forward


def transformed(weight: Tensor) -> Tensor:
    """(O, C, 3, 3) -> G w G', a matrix (C, O) for each of 36 places."""
    g = torch.tensor(WEIGHT, dtype=torch.float64)
    whole = torch.einsum("ij,ocjk,lk->ilco", g, weight.double(), g)  # (6, 6, C, O)
    return whole.reshape(REACH**2, *whole.shape[2:]).float().contiguous()


def winograd(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x (B, C, H, W), transformed weights (36, C, O) -> (B, O, H, W)."""
    rows, channels, height, width = x.shape
    down, across, out = -(-height // SIDE), -(-width // SIDE), weight.shape[2]
    edges = (0, 0, 1, SIDE * across - width + 1, 1, SIDE * down - height + 1)
    padded = F.pad(x.permute(0, 2, 3, 1), edges)  # (B, 4 down + 2, 4 across + 2, C)
    made = x.new_empty(rows, down, SIDE, across, SIDE, out)
    line = REACH**2 * 4 * rows * across * (channels + out)  # bytes of one line of tiles
    step = max(1, AT_ONCE // line)
    for first in range(0, down, step):
        part = padded[:, SIDE * first : SIDE * (first + step) + 2]
        made[:, first : first + step] = _tiles(part, weight, across)
    whole = made.view(rows, SIDE * down, SIDE * across, out)[:, :height, :width]
    whole = whole if bias is None else whole + bias
    return whole.permute(0, 3, 1, 2)


def _tiles(padded: Tensor, weight: Tensor, across: int) -> Tensor:
    """Lines of inputs (B, 4 D + 2, W, C) -> their outputs (B, D, 4, across, 4, O)."""
    rows, lines, _, channels = padded.shape
    down, out = (lines - 2) // SIDE, weight.shape[2]
    row, line, place, channel = padded.stride()
    sizes = (REACH, REACH, rows, down, across, channels)
    inputs = padded.as_strided(
        sizes, (line, place, row, SIDE * line, SIDE * place, channel), padded.storage_offset()
    )
    tiles = _INPUTS @ inputs.reshape(REACH**2, -1)  # (36, B D A C)
    made = torch.bmm(tiles.view(REACH**2, -1, channels), weight)  # (36, B D A, O)
    made = _OUTPUTS @ made.view(REACH**2, -1)  # (16, B D A O)
    return made.view(SIDE, SIDE, rows, down, across, out).permute(2, 3, 0, 4, 1, 5)


def _both_ways(matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    """One matrix that does down and across at once what this one does along one axis."""
    one = torch.tensor(matrix, dtype=torch.float32)
    return torch.kron(one, one)


_INPUTS, _OUTPUTS = _both_ways(INPUT), _both_ways(OUTPUT)  # (36, 36) and (16, 36), once


def flattened(weight: Tensor, places: int) -> Tensor:
    """(O, C, 3, 3) -> (O, 9 C), packed for a product with about so many rows."""
    flat = weight.permute(0, 2, 3, 1).reshape(len(weight), -1)
    return torch.ops.mkldnn._reorder_linear_weight(flat.contiguous(), places)


def unrolled(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x (B, C, H, W), packed weights (O, 9 C) -> (B, O, H, W), as one product of matrices."""
    rows, channels, height, width = x.shape
    padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))  # (B, H + 2, W + 2, C)
    row, line, place, channel = padded.stride()
    sizes = (rows, height, width, 3, 3, channels)
    patches = padded.as_strided(sizes, (row, line, place, line, place, channel))
    flat = patches.reshape(rows, height, width, -1)  # (B, H, W, 9 C)
    made = torch.ops.mkldnn._linear_pointwise(flat, weight, bias, "none", [], "")  # (B, H, W, O)
    return made.permute(0, 3, 1, 2)
