"""Convolutions and linear layers with weights prepacked for oneDNN, for inference on a CPU.

Otherwise oneDNN reorders a weight in every call, which for small pictures takes as long as the
multiplication. 3 x 3 convolutions in float32 use Winograd's algorithm (nn/winograd.py). The plain
weights are kept next to the packed ones, so `restore` can undo it.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from miaobi.nn.winograd import is_winograd_conv, winograd_forward

OPS = torch.ops.mkldnn
FREE_MEMORY = 2  # required free memory, as a multiple of the float32 weights

Forward = Callable[[Tensor], Tensor]


def has_fast_bfloat16() -> bool:
    """Return True if the GPU or CPU multiplies bfloat16 faster than float32."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return bool(OPS._is_mkldnn_bf16_supported())


def prepack(network: nn.Module, tokens: int) -> int:
    """Pack all eligible layers for inputs of about `tokens` rows; return their number."""
    count = 0
    for module in network.modules():
        if "forward" in vars(module):
            continue
        if forward := _packed_forward(module, tokens):
            vars(module)["forward"] = forward
            count += 1
    return count


def _packed_forward(module: nn.Module, tokens: int) -> Forward | None:
    """Return a forward on packed weights for an eligible layer, else None."""
    if is_winograd_conv(module):
        return winograd_forward(module)
    if not _eligible(module):
        return None
    if type(module) is nn.Linear:
        return _linear(module, tokens)
    if type(module) is not nn.Conv2d:
        return None
    if _is_pointwise(module):
        return _pointwise(module, tokens)
    return _conv(module) if module.weight.dtype == torch.bfloat16 else None


def restore(network: nn.Module) -> None:
    """Undo `prepack`."""
    for module in network.modules():
        if type(module) in (nn.Linear, nn.Conv2d):
            vars(module).pop("forward", None)


def can_prepack(network: nn.Module) -> bool:
    """Return True on a CPU, for bfloat16 if supported, for float32 if enough memory is free.

    Packed float32 weights are up to a half larger than the plain ones.
    """
    import psutil

    first = next(network.parameters())
    if first.device.type != "cpu":
        return False
    if first.dtype == torch.bfloat16:
        return bool(OPS._is_mkldnn_bf16_supported())
    size = sum(parameter.nbytes for parameter in network.parameters())
    return first.dtype == torch.float32 and bool(
        psutil.virtual_memory().available > FREE_MEMORY * size
    )


def _eligible(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor) or weight.dtype not in (torch.bfloat16, torch.float32):
        return False
    if isinstance(module, nn.Conv2d):
        return module.padding_mode == "zeros" and not isinstance(module.padding, str)
    return True


def _linear(module: nn.Linear, tokens: int) -> Forward:
    """Return a forward (..., I) -> (..., O) on a packed weight."""
    packed = OPS._reorder_linear_weight(module.weight.data, tokens)
    bias = module.bias

    def forward(x: Tensor) -> Tensor:
        """Compute x Wᵀ + b of shape (..., O) from x (..., I)."""
        return OPS._linear_pointwise(x, packed, bias, "none", [], "")

    return forward


def _is_pointwise(module: nn.Conv2d) -> bool:
    sizes = (module.kernel_size, module.stride, module.padding)
    return sizes == ((1, 1), (1, 1), (0, 0)) and module.groups == 1


def _pointwise(module: nn.Conv2d, tokens: int) -> Forward:
    """Return a forward (B, C, H, W) -> (B, D, H, W) as a linear layer at every pixel.

    The 1 x 1 convolution of oneDNN in bfloat16 is ten times slower than its matrix product.
    """
    packed = OPS._reorder_linear_weight(module.weight.data.flatten(1), tokens)  # (D, C)
    bias = module.bias

    def forward(x: Tensor) -> Tensor:
        """Convolve (B, C, H, W) -> (B, D, H, W)."""
        rows = x.permute(0, 2, 3, 1).contiguous()  # (B, H, W, C), a view of channels-last x
        return OPS._linear_pointwise(rows, packed, bias, "none", [], "").permute(0, 3, 1, 2)

    return forward


def _conv(module: nn.Conv2d) -> Forward:
    """Return a forward (B, C, H, W) -> (B, D, H', W') on a packed weight, channels last."""
    sizes = list(module.padding), list(module.stride), list(module.dilation), module.groups
    packed = torch._C._nn.mkldnn_reorder_conv2d_weight(module.weight.data.to_mkldnn(), *sizes)
    bias = module.bias
    padding, stride, dilation, groups = sizes

    def forward(x: Tensor) -> Tensor:
        """Convolve (B, C, H, W) -> (B, D, h, w)."""
        x = x.contiguous(memory_format=torch.channels_last)
        return OPS._convolution_pointwise(
            x, packed, bias, padding, stride, dilation, groups, "none", [], ""
        )

    return forward
