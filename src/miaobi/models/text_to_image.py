"""Text to latents of images or clips: text encoder and diffusion Transformer, trained together.

    ids, mask (B, N) --encoder--> TextContext --dit, at every step--> z (B, C, *S)

A checkpoint folder has this network in model.safetensors, its tokenizer beside it, and in vae/ the
autoencoder that decodes the latents; each loads on its own (models/checkpoint.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from miaobi.models.dit import DiT, DiTConfig, inflate_weights
from miaobi.models.text_encoder import TextContext, TextEncoder, TextEncoderConfig


@dataclass(frozen=True)
class TextToImageConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    dit: DiTConfig = field(default_factory=DiTConfig)
    size: tuple[int, ...] = (128, 128)  # (H, W) of the training images, (F, H, W) of clips
    # per channel: (latent - latent_shift) * latent_scale is about unit Gaussian
    latent_shift: tuple[float, ...] = ()  # (): 0
    latent_scale: tuple[float, ...] = ()  # (): 1
    shift: float = 1.0  # of the times in training and sampling: above 1, more noisy ones
    fps: int = 0  # of clips: frames per second

    @property
    def is_video(self) -> bool:
        """True for a model of clips."""
        return len(self.dit.patch) == 3


class TextToImage(nn.Module):
    """Text encoder and DiT: predicts the velocity of a noisy latent, given a caption."""

    def __init__(self, config: TextToImageConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = TextEncoder(config.text)
        self.dit = DiT(config.dit)

    def forward(self, z: Tensor, t: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Predict the velocity (B, C, *S) of z at times t (B,), for captions (B, N)."""
        return self.velocity(z, t, self.encoder(ids, mask))

    def velocity(self, z: Tensor, t: Tensor, context: TextContext) -> Tensor:
        """Predict the velocity (B, C, *S) of z at times t (B,), for encoded captions."""
        return self.dit(z, t, context.tokens, context.mask, context.pooled)

    def denoiser(
        self, ids: Tensor, mask: Tensor, negative: tuple[Tensor, Tensor] | None = None
    ) -> Callable[[Tensor, Tensor], Tensor]:
        """Return a callable (z, t) -> velocity for captions (B, N), which are encoded once.

        z (B, C, *S) gets the velocity of the captions. In z (2B, C, *S), the second half gets that
        of the `negative` captions (B, N), or of empty ones, as classifier-free guidance needs.
        """
        return self.denoiser_for(self.encode(ids, mask, negative))

    def encode(
        self, ids: Tensor, mask: Tensor, negative: tuple[Tensor, Tensor] | None
    ) -> TextContext:
        """Encode captions (B, N) followed by negative or empty ones: 2B rows."""
        other, other_mask = (ids, torch.zeros_like(mask)) if negative is None else negative
        return self.encoder(torch.cat((ids, other)), torch.cat((mask, other_mask)))

    def denoiser_for(self, context: TextContext) -> Callable[[Tensor, Tensor], Tensor]:
        """Return a callable (z, t) -> velocity for 2B encoded rows; z has B or 2B rows."""

        def denoise(z: Tensor, t: Tensor) -> Tensor:
            """Predict the velocity (B, C, *S) of the first rows."""
            rows = slice(len(z))
            part = TextContext(context.tokens[rows], context.mask[rows], context.pooled[rows])
            return self.velocity(z, t, part)

        return denoise

    def normalize_latent(self, latent: Tensor) -> Tensor:
        """Normalize latents (B, C, *S) of the autoencoder to about unit Gaussian."""
        shift, scale = self._statistics(latent)
        return (latent - shift) * scale

    def denormalize_latent(self, z: Tensor) -> Tensor:
        """Undo `normalize_latent`: (B, C, *S) as the autoencoder decodes it."""
        shift, scale = self._statistics(z)
        return z / scale + shift

    def _statistics(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return shift and scale (C, 1, …) on the device and of the dtype of z."""
        axes = [1] * (z.dim() - 2)
        shift = z.new_tensor(self.config.latent_shift or (0.0,))
        scale = z.new_tensor(self.config.latent_scale or (1.0,))
        return shift.view(-1, *axes), scale.view(-1, *axes)


def inflate_to_video(network: TextToImage, frame_patch: int) -> TextToImage:
    """Turn a text-to-image network into a text-to-video one that starts from the same images.

    Each token holds `frame_patch` frames; the caller sets size and frame rate in the config.
    """
    config = network.config
    dit_config = replace(config.dit, patch=(frame_patch, *config.dit.patch))
    video = TextToImage(replace(config, dit=dit_config))
    weights = {
        name.removeprefix("dit."): weight
        for name, weight in network.state_dict().items()
        if name.startswith("dit.")
    }
    video.encoder.load_state_dict(network.encoder.state_dict())
    video.dit.load_state_dict(inflate_weights(weights, config.dit.channels, frame_patch))
    return video
