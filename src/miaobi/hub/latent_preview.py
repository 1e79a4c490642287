"""Latents as small pictures while a picture is being made, without a run of the decoder."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from miaobi.media import image
from miaobi.models.pixels import tensor_to_images

SIDE = 128  # pixels of a preview's longer side


class Previews:
    """The linear map from latents to colors that fits one decoder best, found on first use."""

    def __init__(self, vae: Any) -> None:
        self.vae = vae
        self.colors: Tensor | None = None  # (C + 1, 3)

    @torch.inference_mode()
    def of(self, latents: Any) -> Any:
        """The first latents of (B, C, h, w) as uint8 (H, W, 3); None where they are packed."""
        if self.vae is None or latents is None or latents.dim() != 4:
            return None
        if self.colors is None:
            self.colors = colors_of(self.vae, latents.shape[1])
        _, _, height, width = latents.shape
        flat = latents[0].float().cpu().flatten(1).T  # (h w, C)
        seen = flat @ self.colors[:-1] + self.colors[-1]  # (h w, 3)
        pixels = tensor_to_images(seen.T.reshape(1, 3, height, width))[0]
        scale = SIDE / max(height, width)
        return image.resize(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))


@torch.inference_mode()
def colors_of(vae: Any, channels: int) -> Tensor:
    """The (C + 1, 3) map that fits what a decoder makes of smooth noise."""
    draw = torch.Generator().manual_seed(0)
    noise = torch.randn(1, channels, 4, 4, generator=draw)
    smooth = F.interpolate(noise, size=(16, 16), mode="bicubic")  # (1, C, 16, 16)
    scale = float(vae.config.get("scaling_factor") or 1)
    shift = float(vae.config.get("shift_factor") or 0)
    seen = (smooth / scale + shift).to(vae.device, vae.dtype)
    made = vae.decode(seen, return_dict=False)[0].float().cpu()  # (1, 3, H, W)
    made = F.interpolate(made, size=(16, 16), mode="area")
    known = torch.cat((smooth[0].flatten(1), torch.ones(1, 256))).T  # (256, C + 1)
    return torch.linalg.lstsq(known, made[0].flatten(1).T).solution
