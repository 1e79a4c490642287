"""Previews of latents as small images, by a linear map in place of the decoder."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from miaobi.core.arrays import Pixels
from miaobi.media import image
from miaobi.models.pixels import tensor_to_images

if TYPE_CHECKING:
    from diffusers import AutoencoderKL

SIDE = 128  # pixels of a preview's longer side


class LatentPreview:
    """Linear map from latents to RGB, fitted to one decoder on first use."""

    def __init__(self, vae: "AutoencoderKL | None") -> None:
        self.vae = vae
        self.weights: Tensor | None = None  # (C + 1, 3)

    @torch.inference_mode()
    def decode(self, latents: Tensor | None) -> Pixels | None:
        """Decode the first of latents (B, C, h, w) to uint8 (H, W, 3); None for packed latents."""
        if self.vae is None or latents is None or latents.dim() != 4:
            return None
        if self.weights is None:
            self.weights = fit_linear_decoder(self.vae, latents.shape[1])
        _, _, height, width = latents.shape
        flat = latents[0].float().cpu().flatten(1).T  # (h w, C)
        colors = flat @ self.weights[:-1] + self.weights[-1]  # (h w, 3)
        pixels = tensor_to_images(colors.T.reshape(1, 3, height, width))[0]
        scale = SIDE / max(height, width)
        return image.resize(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))


@torch.inference_mode()
def fit_linear_decoder(vae: "AutoencoderKL", channels: int) -> Tensor:
    """Fit a map (C + 1, 3), with bias, to the decoder's output for smooth noise (least squares)."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(1, channels, 4, 4, generator=generator)
    smooth = F.interpolate(noise, size=(16, 16), mode="bicubic")  # (1, C, 16, 16)
    scale = float(vae.config.get("scaling_factor") or 1)
    shift = float(vae.config.get("shift_factor") or 0)
    latents = (smooth / scale + shift).to(vae.device, vae.dtype)
    decoded = vae.decode(latents, return_dict=False)[0].float().cpu()  # (1, 3, H, W)
    decoded = F.interpolate(decoded, size=(16, 16), mode="area")
    inputs = torch.cat((smooth[0].flatten(1), torch.ones(1, 256))).T  # (256, C + 1)
    return torch.linalg.lstsq(inputs, decoded[0].flatten(1).T).solution
