"""What was asked for, said louder: classifier-free guidance (Ho & Salimans, 2022)."""

import torch
from torch import Tensor

from miaobi.diffusion.schedules import Denoise


def guided(
    denoise: Denoise,
    scale: float,
    interval: tuple[float, float] = (0.0, 1.0),
    rescale: float = 0.0,
) -> Denoise:
    """velocity = untold + scale * (told - untold), both from one look at twice the rows.

    `denoise` answers B rows as they were asked for, and of 2B rows the second half as if nothing
    was. Outside the interval of times only the first happens, at half the cost (Kynkäänniemi et
    al., 2024). `rescale` 0 to 1 brings contrast back to what it was (Lin et al., 2023).
    """
    if scale == 1:
        return denoise

    def louder(x: Tensor, t: Tensor) -> Tensor:
        if not interval[0] <= t[0].item() <= interval[1]:
            return denoise(x, t)
        told, untold = denoise(torch.cat((x, x)), torch.cat((t, t))).chunk(2)
        v = torch.lerp(untold, told, scale)
        if rescale:
            axes = tuple(range(1, x.dim()))
            spread = told.std(axes, keepdim=True) / v.std(axes, keepdim=True).clamp(min=1e-8)
            v = v * (1 + rescale * (spread - 1))
        return v

    return louder
