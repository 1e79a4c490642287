"""What a step minimizes where clips are learned: flow matching, with frames that are given."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from miaobi.core.checks import check_range
from miaobi.diffusion.losses import flow_matching
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.tokenizer import caption_ids
from miaobi.train.loop import bare
from miaobi.train.pictures import FlowConfig, FlowMatching

SHOWN, SEEN = 4, 8  # clips of a sample, and frames of each


@dataclass(frozen=True)
class ClipFlowConfig(FlowConfig):
    """How a text-to-video network learns."""

    given: float = 0.3  # share of clips whose first frame, or first and last, are given

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("given", self.given, 0, 1)


class ClipMatching(FlowMatching):
    """Which way a noisy clip moves if it is to show what its caption says.

    Of some clips the first frame, or the first and the last, is seen clean and not asked for: so
    one network makes clips from words, from a picture, and between two pictures.
    """

    config: ClipFlowConfig

    def _loss(
        self, latents: Tensor, captions: list[str], t: Tensor, device: torch.device
    ) -> Tensor:
        network: Any = self.networks["model"]
        ids, mask = caption_ids(self.tokenizer, captions, bare(self.networks).config.text.context)
        clean = bare(self.networks).normalized(latents.to(device))
        noise = torch.randn(clean.shape).to(device)
        kept = given_frames(len(clean), clean.shape[2], self.config.given).to(device)
        noise = torch.where(kept, clean, noise)  # what is given has no noise at any time

        def denoise(z: Tensor, at: Tensor) -> Tensor:
            told: Tensor = network(z, at, ids.to(device), mask.to(device))
            return told.masked_fill(kept, 0)  # its velocity is 0, and nobody asks for it

        share = 1 - kept.float().mean((1, 2, 3, 4))  # of the frames that are asked for
        return (flow_matching(denoise, clean, noise, t.to(device)) / share).mean()

    def sample(self) -> Any:
        """Held-out clips as rows of frames, and below each what its caption becomes."""
        return _rows(self.autoencoder, *self.known_and_made(SHOWN))


def given_frames(rows: int, frames: int, share: float) -> Tensor:
    """True where a frame is given, (rows, 1, F, 1, 1): of half of those also the last one."""
    drawn = torch.rand(rows)
    kept = torch.zeros(rows, 1, frames, 1, 1, dtype=torch.bool)
    kept[drawn < share, :, 0] = True
    kept[drawn < share / 2, :, -1] = True
    return kept


def _rows(autoencoder: Any, known: Tensor, made: Tensor) -> Any:
    import numpy as np

    step = max(1, known.shape[2] // SEEN)
    rows = []
    for pair in zip(*(torch.split(x[:, :, ::step], 1) for x in (known, made)), strict=True):
        for latents in pair:
            frames = tensor_to_clips(decode_frames(autoencoder, latents))[0]
            rows.append(np.concatenate(list(frames), axis=1))
    return np.concatenate(rows)
