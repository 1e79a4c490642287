"""Text to latents of pictures or clips: text encoder and diffusion Transformer, learned together.

    ids, mask (B, N) --encoder--> Words --dit, many times--> z (B, C, *S)

A folder of it has this network in model.safetensors, its tokenizer beside it, and in vae/ the
autoencoder that makes pictures of what comes out; each loads on its own (models/checkpoint.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from miaobi.models.dit import DiT, DiTConfig, with_time
from miaobi.models.text_encoder import TextEncoder, TextEncoderConfig, Words


@dataclass(frozen=True)
class TextToImageConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    dit: DiTConfig = field(default_factory=DiTConfig)
    size: tuple[int, ...] = (128, 128)  # of the pictures (clips: frames first) it learned from
    # what the autoencoder says, a channel each, becomes (said - shift) * scale: about unit Gaussian
    latent_shift: tuple[float, ...] = ()  # (): 0
    latent_scale: tuple[float, ...] = ()  # (): 1
    shift: float = 1.0  # of the times it learned at: above 1 more noisy ones, and so when it draws
    fps: int = 0  # of clips: frames a second

    @property
    def moves(self) -> bool:
        """True for a model of clips."""
        return len(self.dit.patch) == 3


class TextToImage(nn.Module):
    """Reads a caption, and tells how a noisy latent moves if that is what it shows."""

    def __init__(self, config: TextToImageConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = TextEncoder(config.text)
        self.dit = DiT(config.dit)

    def forward(self, z: Tensor, t: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """z (B, C, *S) at times t (B,), captions (B, N) -> velocity (B, C, *S)."""
        return self.velocity(z, t, self.encoder(ids, mask))

    def velocity(self, z: Tensor, t: Tensor, words: Words) -> Tensor:
        """The same for words read before."""
        return self.dit(z, t, words.tokens, words.mask, words.pooled)

    def denoiser(
        self, ids: Tensor, mask: Tensor, against: tuple[Tensor, Tensor] | None = None
    ) -> Callable[[Tensor, Tensor], Tensor]:
        """A callable (z, t) -> velocity for captions (B, N), each read once.

        Given B rows it answers for the captions. Given 2B rows, the second half is answered for
        `against`, captions of the same shape to move away from, or for nothing asked for.
        """
        return self.denoiser_of(self.read(ids, mask, against))

    def read(self, ids: Tensor, mask: Tensor, against: tuple[Tensor, Tensor] | None) -> Words:
        """Captions (B, N), and those to move away from or nothing: 2B rows."""
        other, unread = (ids, torch.zeros_like(mask)) if against is None else against
        return self.encoder(torch.cat((ids, other)), torch.cat((mask, unread)))

    def denoiser_of(self, words: Words) -> Callable[[Tensor, Tensor], Tensor]:
        """The same callable for 2B rows that were read before."""

        def denoise(z: Tensor, t: Tensor) -> Tensor:
            rows = slice(len(z))
            some = Words(words.tokens[rows], words.mask[rows], words.pooled[rows])
            return self.velocity(z, t, some)

        return denoise

    def normalized(self, latent: Tensor) -> Tensor:
        """What the autoencoder says (B, C, *S) -> what this network learns on."""
        shift, scale = self.statistics(latent)
        return (latent - shift) * scale

    def restored(self, z: Tensor) -> Tensor:
        """Undoes `normalized`: what the autoencoder decodes."""
        shift, scale = self.statistics(z)
        return z / scale + shift

    def statistics(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """Shift and scale, each (C, 1, …)."""
        places = [1] * (like.dim() - 2)
        shift = like.new_tensor(self.config.latent_shift or (0.0,))
        scale = like.new_tensor(self.config.latent_scale or (1.0,))
        return shift.view(-1, *places), scale.view(-1, *places)


def grown_to_clips(network: TextToImage, frame_patch: int) -> TextToImage:
    """A text-to-image network as one of clips that begins with what it knows of pictures.

    Each token holds `frame_patch` frames; size and frame rate are the caller's to set.
    """
    config = network.config
    told = replace(config.dit, patch=(frame_patch, *config.dit.patch))
    grown = TextToImage(replace(config, dit=told))
    weights = {
        name.removeprefix("dit."): weight
        for name, weight in network.state_dict().items()
        if name.startswith("dit.")
    }
    grown.encoder.load_state_dict(network.encoder.state_dict())
    grown.dit.load_state_dict(with_time(weights, config.dit.channels, frame_patch))
    return grown
