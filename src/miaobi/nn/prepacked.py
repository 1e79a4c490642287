"""Convolutions and linear layers with their weights laid out for this processor, once.

Otherwise a weight is laid out anew in every call, which at small pictures takes as long as the
multiplication. In float32 3 x 3 convolutions are done with less arithmetic (nn/winograd.py). Only
inference on a processor; the plain weights stay beside the packed ones, so it can be undone.
"""

from typing import Any

import torch
from torch import Tensor, nn

from miaobi.nn.winograd import can_spare, sparing

OPS = torch.ops.mkldnn
ROOM = 2  # times the weights of float32 that have to be free


def fast_at_bfloat16() -> bool:
    """True where bfloat16 is multiplied faster than float32."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return bool(OPS._is_mkldnn_bf16_supported())


def prepack(network: nn.Module, tokens: int) -> int:
    """Pack every eligible layer for about so many rows at once; the number of packed layers."""
    count = 0
    for module in network.modules():
        if "forward" in vars(module):
            continue
        if made := _packed(module, tokens):
            module.forward = made
            count += 1
    return count


def _packed(module: Any, tokens: int) -> Any:
    """Another forward for a layer, or None."""
    if can_spare(module):
        return sparing(module)
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
    """Let go of what `prepack` laid out."""
    for module in network.modules():
        if type(module) in (nn.Linear, nn.Conv2d):
            vars(module).pop("forward", None)


def can_prepack(network: nn.Module) -> bool:
    """True on a processor, for bfloat16 if it multiplies that, and for float32 if memory is free.

    Packed weights of float32 are larger than the plain ones, by up to a half.
    """
    import psutil

    first = next(network.parameters())
    if first.device.type != "cpu":
        return False
    if first.dtype == torch.bfloat16:
        return bool(OPS._is_mkldnn_bf16_supported())
    size = sum(parameter.nbytes for parameter in network.parameters())
    return first.dtype == torch.float32 and bool(psutil.virtual_memory().available > ROOM * size)


def _eligible(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor) or weight.dtype not in (torch.bfloat16, torch.float32):
        return False
    if isinstance(module, nn.Conv2d):
        return module.padding_mode == "zeros" and not isinstance(module.padding, str)
    return True


def _linear(module: nn.Linear, tokens: int) -> Any:
    """(…, in) -> (…, out) on a packed weight."""
    packed = OPS._reorder_linear_weight(module.weight.data, tokens)
    bias = module.bias

    def forward(x: Tensor) -> Tensor:
        return OPS._linear_pointwise(x, packed, bias, "none", [], "")

    return forward


def _is_pointwise(module: nn.Conv2d) -> bool:
    sizes = (module.kernel_size, module.stride, module.padding)
    return sizes == ((1, 1), (1, 1), (0, 0)) and module.groups == 1


def _pointwise(module: nn.Conv2d, tokens: int) -> Any:
    """(B, C, H, W) -> (B, D, H, W), a linear layer at every place.

    oneDNN's own 1 x 1 convolution in bfloat16 reaches a tenth of the speed of its multiplication.
    """
    packed = OPS._reorder_linear_weight(module.weight.data.flatten(1), tokens)  # (D, C)
    bias = module.bias

    def forward(x: Tensor) -> Tensor:
        last = x.permute(0, 2, 3, 1).contiguous()  # (B, H, W, C): a view, with channels last
        return OPS._linear_pointwise(last, packed, bias, "none", [], "").permute(0, 3, 1, 2)

    return forward


def _conv(module: nn.Conv2d) -> Any:
    """(B, C, H, W) -> (B, D, H', W') on a packed weight; channels come last in memory."""
    sizes = list(module.padding), list(module.stride), list(module.dilation), module.groups
    packed = torch._C._nn.mkldnn_reorder_conv2d_weight(module.weight.data.to_mkldnn(), *sizes)
    bias = module.bias
    padding, stride, dilation, groups = sizes

    def forward(x: Tensor) -> Tensor:
        x = x.contiguous(memory_format=torch.channels_last)
        return OPS._convolution_pointwise(
            x, packed, bias, padding, stride, dilation, groups, "none", [], ""
        )

    return forward
