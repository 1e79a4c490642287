"""Judge: what a picture of a small world shows, where, in which style, and if a caption fits it.

    x (B, 3, H, W) in [-1, 1] --patches, three levels of convolutions--> h (B, D, H/16, W/16)
        --linear--> evidence (B, S, H/16, W/16) of every subject at every place
        --mean, maximum over places--> features --linear--> styles, backgrounds, embedding
    ids, mask (B, N) --text encoder, linear--> embedding

What and where are one distribution: evidence summed (in the exponent) over the places says how
likely a subject is there, and its shares say where its middle is. Pictures and captions meet in
one space, as in CLIP (Radford et al., 2021). It shares nothing with the networks it judges.
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

# size -> widths and blocks of the three levels, width of the text encoder
SIZES = {
    "tiny": ((16, 24, 32), (1, 1, 1), 32),
    "small": ((48, 96, 192), (1, 1, 2), 128),
    "medium": ((64, 128, 256), (1, 2, 3), 192),
}
# relation of a first to a second thing -> axis along which their middles differ, which way.
# What is on another is above it; what is in front has its foot, and so its middle, further down.
RELATIONS = {
    "left of": (0, -1),
    "right of": (0, 1),
    "above": (1, -1),
    "below": (1, 1),
    "on": (1, -1),
    "in front of": (1, 1),
}
HOTTEST = 100.0  # largest factor of similarities in the contrastive loss


@dataclass(frozen=True)
class JudgeConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    subjects: int = 231  # S
    styles: int = 5
    backgrounds: int = 8
    patch: int = 4  # pixels of a side that become one place of the first level
    widths: tuple[int, ...] = SIZES["small"][0]  # of the levels; the last is D
    blocks: tuple[int, ...] = SIZES["small"][1]
    embedding: int = 128  # E
    size: tuple[int, ...] = (128, 128)  # of the pictures it learned from
    text: TextEncoderConfig = field(default_factory=lambda: TextEncoderConfig(2048, 64, 128, 2))


class Seen(NamedTuple):
    """What was seen in B pictures."""

    features: Tensor  # (B, D), to compare sets of pictures by
    evidence: Tensor  # (B, S, h, w) logits of a subject's middle being at a place
    styles: Tensor  # (B, styles) logits
    backgrounds: Tensor  # (B, backgrounds) logits
    embedding: Tensor  # (B, E) of length 1


class Judge(nn.Module):
    """Looks at pictures and reads captions."""

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
        self.heat = nn.Parameter(torch.tensor(math.log(10.0)))
        # a subject at a place is rare: one or two of all, in every picture
        places = math.prod(config.size) // (config.patch * 4) ** 2
        nn.init.constant_(self.subject_head.bias, -math.log(places * config.subjects))
        channels_last(self, 2)

    def forward(self, x: Tensor, ids: Tensor, mask: Tensor) -> tuple[Seen, Tensor]:
        """x (B, 3, H, W), captions (B, N) -> what is seen, embeddings of the captions (B, E)."""
        return self.see(x), self.read(ids, mask)

    def see(self, x: Tensor) -> Seen:
        """x (B, 3, H, W) in [-1, 1] -> Seen."""
        h = self.levels(x.contiguous(memory_format=torch.channels_last))  # (B, D, h, w)
        h = F.silu(self.norm(h))
        evidence = self.subject_head(h.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # (B, S, h, w)
        mean = h.mean((2, 3))  # (B, D)
        pooled = torch.cat((mean, h.amax((2, 3))), dim=1)  # (B, 2D)
        return Seen(
            mean.float(),
            evidence.float(),
            self.style_head(pooled).float(),
            self.background_head(pooled).float(),
            F.normalize(self.picture_head(pooled).float(), dim=1),
        )

    def read(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Captions (B, N) -> embeddings (B, E) of length 1."""
        return F.normalize(self.caption_head(self.encoder(ids, mask).pooled).float(), dim=1)

    def factor(self) -> Tensor:
        """What similarities are multiplied by in the contrastive loss: (), at most HOTTEST."""
        return self.heat.exp().clamp(max=HOTTEST)


def presence(evidence: Tensor) -> Tensor:
    """(B, S, h, w) -> logits (B, S), above 0 where a subject is rather there than not."""
    return evidence.flatten(2).logsumexp(2)


def middles(evidence: Tensor) -> Tensor:
    """(B, S, h, w) -> (B, S, 2): where each subject would be, x and y as shares of the picture."""
    *_, h, w = evidence.shape
    share = evidence.flatten(2).softmax(2).view_as(evidence)  # (B, S, h, w)
    x = share.sum(2) @ place_middles(w).to(share)  # (B, S)
    y = share.sum(3) @ place_middles(h).to(share)
    return torch.stack((x, y), dim=2)


def place_middles(count: int) -> Tensor:
    """(count,): where places along an axis have their middles, as shares of the picture."""
    return (torch.arange(count) + 0.5) / count


def spread(middle: Tensor, h: int, w: int) -> Tensor:
    """Middles (M, 2) as shares over places (M, h, w), whose mean they are: undoes `middles`.

    Only the four nearest places have a share. A middle near or over the border moves to the
    outermost places.
    """
    shares = []
    for axis, count in ((1, h), (0, w)):
        at = (middle[:, axis] * count - 0.5).clamp(0, count - 1)  # (M,)
        apart = (at[:, None] - torch.arange(count)).abs()  # (M, count)
        shares.append((1 - apart).clamp(min=0))
    return shares[0][:, :, None] * shares[1][:, None]  # (M, h, w)


def holds(relation: str, first: Tensor, second: Tensor) -> Tensor:
    """True where the first middles (M, 2) stand in the relation to the second: (M,)."""
    axis, way = RELATIONS[relation]
    return (first[:, axis] - second[:, axis]) * way > 0
