"""Judge: subjects, their positions, style and background of a scene, and its match with a caption.

    x (B, 3, H, W) in [-1, 1] --patches, three levels of convolutions--> h (B, D, H/16, W/16)
        --linear--> evidence (B, S, H/16, W/16), logits of every subject in every cell
        --mean and maximum over cells--> features --linear--> styles, backgrounds, embedding
    ids, mask (B, N) --text encoder, linear--> embedding

Presence and position share one map: the logsumexp of evidence over cells is the logit of a
subject's presence, its softmax the distribution of the subject's center. Images and captions are
embedded in one space, as in CLIP (Radford et al., 2021). The judge shares nothing with the networks
it scores.
"""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.models.text_encoder import TextEncoder, TextEncoderConfig
from miaobi.nn.conv import ConvBlock, Down, channels_last
from miaobi.nn.norm import ChannelNorm

# widths and blocks of the three levels, width of the text encoder
SIZES = {
    "tiny": ((16, 24, 32), (1, 1, 1), 32),
    "small": ((48, 96, 192), (1, 1, 2), 128),
    "medium": ((64, 128, 256), (1, 2, 3), 192),
}
# relation of a first subject to a second -> axis (0 x, 1 y) and sign of the difference of centers.
# A subject "on" another is above it; one "in front of" another stands, and so is centered, lower.
RELATIONS = {
    "left of": (0, -1),
    "right of": (0, 1),
    "above": (1, -1),
    "below": (1, 1),
    "on": (1, -1),
    "in front of": (1, 1),
}
MAX_LOGIT_SCALE = 100.0  # of cosine similarities in the contrastive loss


@dataclass(frozen=True)
class JudgeConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    subjects: int = 231  # S
    styles: int = 5
    backgrounds: int = 8
    patch: int = 4  # pixels of a side of a cell of the first level
    widths: tuple[int, ...] = SIZES["small"][0]  # channels of the levels; the last is D
    blocks: tuple[int, ...] = SIZES["small"][1]
    embedding: int = 128  # E
    size: tuple[int, ...] = (128, 128)  # (H, W) of the training images
    text: TextEncoderConfig = field(default_factory=lambda: TextEncoderConfig(2048, 64, 128, 2))


class JudgeOutput(NamedTuple):
    """Predictions for B images."""

    features: Tensor  # (B, D), for distances between sets of images
    evidence: Tensor  # (B, S, h, w) logits of a subject's center being in a cell
    styles: Tensor  # (B, styles) logits
    backgrounds: Tensor  # (B, backgrounds) logits
    embedding: Tensor  # (B, E) of length 1


class Judge(nn.Module):
    """Classifier of scenes and encoder of captions."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        self.config = config
        levels: list[nn.Module] = []
        channels, factor = 3, config.patch
        for width, blocks in zip(config.widths, config.blocks, strict=True):
            levels.append(Down(channels, width, (factor, factor)))
            levels += [ConvBlock(2, width) for _ in range(blocks)]
            channels, factor = width, 2
        self.levels = nn.Sequential(*levels)
        self.norm = ChannelNorm(channels)
        self.subject_head = nn.Linear(channels, config.subjects)
        self.style_head = nn.Linear(2 * channels, config.styles)
        self.background_head = nn.Linear(2 * channels, config.backgrounds)
        self.picture_head = nn.Linear(2 * channels, config.embedding)
        self.encoder = TextEncoder(config.text)
        self.caption_head = nn.Linear(config.text.width, config.embedding)
        self.heat = nn.Parameter(torch.tensor(math.log(10.0)))  # logarithm of the logit scale
        # a subject in a cell is rare: one or two in all cells of an image
        cells = math.prod(config.size) // (config.patch * 4) ** 2
        nn.init.constant_(self.subject_head.bias, -math.log(cells * config.subjects))
        channels_last(self, 2)

    def forward(self, x: Tensor, ids: Tensor, mask: Tensor) -> tuple[JudgeOutput, Tensor]:
        """Judge images (B, 3, H, W) and embed captions (B, N) as (B, E)."""
        return self.encode_images(x), self.encode_captions(ids, mask)

    def encode_images(self, x: Tensor) -> JudgeOutput:
        """Judge images (B, 3, H, W) in [-1, 1]."""
        h = self.levels(x.contiguous(memory_format=torch.channels_last))  # (B, D, h, w)
        h = F.silu(self.norm(h))
        evidence = self.subject_head(h.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # (B, S, h, w)
        mean = h.mean((2, 3))  # (B, D)
        pooled = torch.cat((mean, h.amax((2, 3))), dim=1)  # (B, 2D)
        return JudgeOutput(
            mean.float(),
            evidence.float(),
            self.style_head(pooled).float(),
            self.background_head(pooled).float(),
            F.normalize(self.picture_head(pooled).float(), dim=1),
        )

    def encode_captions(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Embed captions (B, N) as (B, E) of length 1."""
        return F.normalize(self.caption_head(self.encoder(ids, mask).pooled).float(), dim=1)

    def logit_scale(self) -> Tensor:
        """Return the scalar factor of cosine similarities, at most MAX_LOGIT_SCALE."""
        return self.heat.exp().clamp(max=MAX_LOGIT_SCALE)


def presence(evidence: Tensor) -> Tensor:
    """Reduce evidence (B, S, h, w) to logits (B, S) of a subject being in the image."""
    return evidence.flatten(2).logsumexp(2)


def centers(evidence: Tensor) -> Tensor:
    """Reduce evidence (B, S, h, w) to expected centers (B, S, 2), x and y in [0, 1]."""
    *_, h, w = evidence.shape
    weights = evidence.flatten(2).softmax(2).view_as(evidence)  # (B, S, h, w)
    x = weights.sum(2) @ cell_centers(w).to(weights)  # (B, S)
    y = weights.sum(3) @ cell_centers(h).to(weights)
    return torch.stack((x, y), dim=2)


def cell_centers(count: int) -> Tensor:
    """Return the centers of `count` equal cells along an axis, in [0, 1]; shape (count,)."""
    return (torch.arange(count) + 0.5) / count


def grid_weights(points: Tensor, h: int, w: int) -> Tensor:
    """Distribute points (M, 2), x and y in [0, 1], over cells (M, h, w): the inverse of `centers`.

    Bilinear weights of the four nearest cells. A point near or beyond the border moves to the
    outermost cells.
    """
    weights = []
    for axis, count in ((1, h), (0, w)):
        position = (points[:, axis] * count - 0.5).clamp(0, count - 1)  # (M,)
        distance = (position[:, None] - torch.arange(count)).abs()  # (M, count)
        weights.append((1 - distance).clamp(min=0))
    return weights[0][:, :, None] * weights[1][:, None]  # (M, h, w)


def relation_holds(relation: str, first: Tensor, second: Tensor) -> Tensor:
    """Check a relation of first to second centers (M, 2): bool (M,)."""
    axis, sign = RELATIONS[relation]
    return (first[:, axis] - second[:, axis]) * sign > 0
