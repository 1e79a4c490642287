"""Classifier-free guidance (Ho & Salimans, 2022)."""

import torch
from torch import Tensor

from miaobi.diffusion.schedules import Denoise


def guided(
    denoise: Denoise,
    scale: float,
    interval: tuple[float, float] = (0.0, 1.0),
    rescale: float = 0.0,
) -> Denoise:
    """Wrap a velocity with guidance: uncond + scale * (cond - uncond), in one doubled batch.

    `denoise` gets x (2B, ...): the first half conditional, the second half unconditional. Outside
    the interval of times it gets only the conditional half, at half the cost (Kynkäänniemi et al.,
    2024). `rescale` 0 to 1 restores the contrast of cond (Lin et al., 2023).
    """
    if scale == 1:
        return denoise

    def denoise_guided(x: Tensor, t: Tensor) -> Tensor:
        """Predict the guided velocity (B, ...)."""
        if not interval[0] <= t[0].item() <= interval[1]:
            return denoise(x, t)
        cond, uncond = denoise(torch.cat((x, x)), torch.cat((t, t))).chunk(2)
        v = torch.lerp(uncond, cond, scale)
        if rescale:
            axes = tuple(range(1, x.dim()))
            ratio = cond.std(axes, keepdim=True) / v.std(axes, keepdim=True).clamp(min=1e-8)
            v = v * (1 + rescale * (ratio - 1))
        return v

    return denoise_guided
