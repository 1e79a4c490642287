"""Convolutions and linear layers with their weights laid out for this processor, once.

oneDNN lays a bfloat16 weight out anew in every call, which at small pictures takes as long as the
multiplication. Only inference in bfloat16 on a processor; the plain weights stay beside the packed
ones, so it can be undone.
"""

from typing import Any

import torch
from torch import Tensor, nn

OPS = torch.ops.mkldnn


def fast_at_bfloat16() -> bool:
    """True where bfloat16 is multiplied faster than float32."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return bool(OPS._is_mkldnn_bf16_supported())


def prepack(network: nn.Module, tokens: int) -> int:
    """Pack every eligible layer for about so many rows at once; the number of packed layers."""
    count = 0
    for module in network.modules():
        if "forward" in vars(module) or not _eligible(module):
            continue
        if type(module) is nn.Linear:
            module.forward = _linear(module, tokens)  # type: ignore[method-assign]
            count += 1
        elif type(module) is nn.Conv2d:
            made = _pointwise(module, tokens) if _is_pointwise(module) else _conv(module)
            module.forward = made  # type: ignore[method-assign]
            count += 1
    return count


def restore(network: nn.Module) -> None:
    """Let go of what `prepack` laid out."""
    for module in network.modules():
        if type(module) in (nn.Linear, nn.Conv2d):
            vars(module).pop("forward", None)


def can_prepack(network: nn.Module) -> bool:
    """True for bfloat16 on a processor that multiplies it."""
    first = next(network.parameters())
    on_processor = first.device.type == "cpu" and first.dtype == torch.bfloat16
    return on_processor and bool(OPS._is_mkldnn_bf16_supported())


def _eligible(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor) or weight.dtype != torch.bfloat16:
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
