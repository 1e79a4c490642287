"""Conversion between uint8 pixels and the float tensors in [-1, 1] of networks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from miaobi.core.arrays import Pixels

if TYPE_CHECKING:
    from torch import Tensor

    from miaobi.models.vae import VAE

CHUNK = 32  # frames that an autoencoder encodes or decodes at once


def images_to_tensor(images: Sequence[Pixels]) -> "Tensor":
    """Convert uint8 images (H, W, 3) of one size to float32 (B, 3, H, W) in [-1, 1]."""
    import torch

    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)  # memory stays channels-last
    return stacked.float().div_(127.5).sub_(1)


def tensor_to_images(x: "Tensor") -> list[Pixels]:
    """Convert (B, 3, H, W) in [-1, 1] to B uint8 images (H, W, 3); values outside are clipped."""
    images = x.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return list(cast(Pixels, images.permute(0, 2, 3, 1).cpu().contiguous().numpy()))


def clips_to_tensor(clips: Sequence[Pixels]) -> "Tensor":
    """Convert uint8 clips (F, H, W, 3) of one shape to float32 (B, 3, F, H, W) in [-1, 1]."""
    import torch

    stacked = torch.from_numpy(np.stack(clips)).permute(0, 4, 1, 2, 3)
    return stacked.float().div_(127.5).sub_(1)


def tensor_to_clips(x: "Tensor") -> list[Pixels]:
    """Convert (B, 3, F, H, W) in [-1, 1] to B uint8 clips (F, H, W, 3); values are clipped."""
    clips = x.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return list(cast(Pixels, clips.permute(0, 2, 3, 4, 1).cpu().numpy()))


def encode_frames(autoencoder: "VAE", clips: "Tensor") -> "Tensor":
    """Encode clips (B, 3, F, H, W) frame by frame with an image autoencoder: (B, C, F, h, w)."""
    import torch

    frames = clips.transpose(1, 2).flatten(0, 1)  # (B F, 3, H, W)
    latents = torch.cat([autoencoder.encode(part).mode() for part in torch.split(frames, CHUNK)])
    return latents.view(len(clips), -1, *latents.shape[1:]).transpose(1, 2)


def decode_frames(autoencoder: "VAE", latents: "Tensor") -> "Tensor":
    """Decode latents (B, C, F, h, w) frame by frame with an image autoencoder: (B, 3, F, H, W)."""
    import torch

    frames = latents.transpose(1, 2).flatten(0, 1)  # (B F, C, h, w)
    images = torch.cat([autoencoder.decode(part) for part in torch.split(frames, CHUNK)])
    return images.view(len(latents), -1, *images.shape[1:]).transpose(1, 2)
