"""3 x 3 convolutions in float32 by Winograd's algorithm F(4 x 4, 3 x 3) (Lavin & Gray, 2015).

A tile of 4 x 4 outputs from 6 x 6 inputs takes 36 products per channel instead of 144; the
additional sums are cheap with many channels:

    Y = A' [ (G w G') * (B' x B) ] A      x (6, 6) -> Y (4, 4)

The transformed weights are four times larger. For small pictures, where reading them would
dominate, the convolution is unrolled into one matrix product (im2col) instead. Both differ from
the direct sum by rounding only, about 1e-5 of the largest output.
"""

from collections.abc import Callable
from typing import TypeGuard

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
SIDE, REACH = 4, 6  # side of a tile of outputs, and of its inputs
# bytes of transformed weights per tile up to which Winograd is faster
WEIGHT_BYTES_PER_TILE = 8 * 2**20
MAX_TILE_BYTES = 24 * 2**20  # bytes of transformed tiles at a time, to fit the last-level cache
SMALL_PICTURE = 1024  # pixels of a batch below which it is unrolled
MIN_CHANNELS = 160  # with fewer, the additional sums cost as much as they save


def is_winograd_conv(module: nn.Module) -> TypeGuard[nn.Conv2d]:
    """Return True for a wide float32 convolution 3 x 3 on a CPU, stride 1, padding 1."""
    return (
        type(module) is nn.Conv2d
        and module.weight.dtype == torch.float32
        and module.weight.device.type == "cpu"
        and (module.kernel_size, module.stride, module.dilation) == ((3, 3), (1, 1), (1, 1))
        and (module.padding, module.padding_mode, module.groups) == ((1, 1), "zeros", 1)
        and min(module.in_channels, module.out_channels) >= MIN_CHANNELS
    )


def winograd_forward(module: nn.Conv2d) -> Callable[[Tensor], Tensor]:
    """Return a fast forward (B, C, H, W) -> (B, O, H, W) for a module of `is_winograd_conv`."""
    plain = module.forward
    weights: dict[str, Tensor] = {}  # packed for each algorithm on its first use

    def forward(x: Tensor) -> Tensor:
        """Convolve (B, C, H, W) -> (B, O, H, W)."""
        rows, (height, width) = len(x), x.shape[2:]
        tiles = rows * -(-height // SIDE) * -(-width // SIDE)
        if 4 * module.weight.numel() * REACH**2 // 9 <= WEIGHT_BYTES_PER_TILE * tiles:
            if "winograd" not in weights:
                weights["winograd"] = transform_weight(module.weight.data)
            return winograd(x, weights["winograd"], module.bias)
        if rows * height * width <= SMALL_PICTURE:
            if "unrolled" not in weights:
                weights["unrolled"] = pack_weight(module.weight.data, rows * height * width)
            return unrolled_conv(x, weights["unrolled"], module.bias)
        return plain(x)

    return forward


def transform_weight(weight: Tensor) -> Tensor:
    """Compute G w G': (O, C, 3, 3) -> (36, C, O), a matrix for each position of a tile."""
    g = torch.tensor(WEIGHT, dtype=torch.float64)
    whole = torch.einsum("ij,ocjk,lk->ilco", g, weight.double(), g)  # (6, 6, C, O)
    return whole.reshape(REACH**2, *whole.shape[2:]).float().contiguous()


def winograd(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Convolve x (B, C, H, W) with transformed weights (36, C, O): (B, O, H, W)."""
    rows, channels, height, width = x.shape
    down, across, out = -(-height // SIDE), -(-width // SIDE), weight.shape[2]
    edges = (0, 0, 1, SIDE * across - width + 1, 1, SIDE * down - height + 1)
    padded = F.pad(x.permute(0, 2, 3, 1), edges)  # (B, 4 down + 2, 4 across + 2, C)
    output = x.new_empty(rows, down, SIDE, across, SIDE, out)
    line = REACH**2 * 4 * rows * across * (channels + out)  # bytes of one line of tiles
    step = max(1, MAX_TILE_BYTES // line)
    for first in range(0, down, step):
        part = padded[:, SIDE * first : SIDE * (first + step) + 2]
        output[:, first : first + step] = _convolve_tiles(part, weight, across)
    whole = output.view(rows, SIDE * down, SIDE * across, out)[:, :height, :width]
    whole = whole if bias is None else whole + bias
    return whole.permute(0, 3, 1, 2)


def _convolve_tiles(padded: Tensor, weight: Tensor, across: int) -> Tensor:
    """Convolve D lines of tiles: (B, 4 D + 2, W, C) -> (B, D, 4, across, 4, O)."""
    rows, lines, _, channels = padded.shape
    down, out = (lines - 2) // SIDE, weight.shape[2]
    row, line, pixel, channel = padded.stride()
    sizes = (REACH, REACH, rows, down, across, channels)
    inputs = padded.as_strided(
        sizes, (line, pixel, row, SIDE * line, SIDE * pixel, channel), padded.storage_offset()
    )
    tiles = _INPUTS @ inputs.reshape(REACH**2, -1)  # (36, B D A C)
    output = torch.bmm(tiles.view(REACH**2, -1, channels), weight)  # (36, B D A, O)
    output = _OUTPUTS @ output.view(REACH**2, -1)  # (16, B D A O)
    return output.view(SIDE, SIDE, rows, down, across, out).permute(2, 3, 0, 4, 1, 5)


def _separable(matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    """Return the Kronecker square, which transforms both axes of a tile at once."""
    axis = torch.tensor(matrix, dtype=torch.float32)
    return torch.kron(axis, axis)


_INPUTS, _OUTPUTS = _separable(INPUT), _separable(OUTPUT)  # (36, 36) and (16, 36)


def pack_weight(weight: Tensor, rows: int) -> Tensor:
    """Pack a weight for `unrolled_conv` with about `rows` pixels: (O, C, 3, 3) -> (O, 9*C)."""
    flat = weight.permute(0, 2, 3, 1).reshape(len(weight), -1)
    return torch.ops.mkldnn._reorder_linear_weight(flat.contiguous(), rows)


def unrolled_conv(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Convolve x (B, C, H, W) with packed weights (O, 9*C) in one matrix product: (B, O, H, W)."""
    rows, channels, height, width = x.shape
    padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))  # (B, H + 2, W + 2, C)
    row, line, pixel, channel = padded.stride()
    sizes = (rows, height, width, 3, 3, channels)
    patches = padded.as_strided(sizes, (row, line, pixel, line, pixel, channel))
    flat = patches.reshape(rows, height, width, -1)  # (B, H, W, 9 C)
    output = torch.ops.mkldnn._linear_pointwise(flat, weight, bias, "none", [], "")  # (B, H, W, O)
    return output.permute(0, 3, 1, 2)
