"""Diffusion Transformer (Peebles & Xie, 2022) over the latents of images and of clips.

    z (B, C, *S) --patchify--> x (B, N, D) --L DiT blocks--> (B, N, D) --final layer--> (B, C, *S)

The blocks share one adaLN projection of time and text, plus a table per block (adaLN-single, Chen
et al., 2023); they cross-attend to the text tokens; positions are rotary, with a part of each
head's channels per axis; queries and keys are normalized (Dehghani et al., 2023). The output starts
at zero.
Read downwards: config, presets, parts, network.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.attention import FullAttention
from miaobi.nn.conv import shuffle, unshuffle, zero_init
from miaobi.nn.mlp import MLP
from miaobi.nn.norm import modulate
from miaobi.nn.position import rotary_clip, rotary_grid, sinusoids

TIME_EMBED_DIM = 256  # sinusoids of the time
POSITION_DIM = TIME_EMBED_DIM // 4  # sinusoids of the coordinate along one axis
EPS = 1e-6  # of every LayerNorm


@dataclass(frozen=True)
class DiTConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    channels: int = 16  # C, of the latent
    patch: tuple[int, ...] = (1, 1)  # latents per token along each axis: (H, W), or (F, H, W)
    width: int = 256  # D
    layers: int = 10  # L
    head_width: int = 64  # W
    text: int = 256  # E, width of the text tokens and of the pooled text


# layers, width; about 1, 11, 29, 100 and 404 million parameters
SIZES = {
    "tiny": (3, 128),
    "small": (10, 256),
    "medium": (12, 384),
    "large": (16, 640),
    "xlarge": (26, 1024),
}


def preset(size: str, channels: int, text: int, patch: tuple[int, ...] = (1, 1)) -> DiTConfig:
    """Return the config of one of our own models; `size` is a row of SIZES."""
    layers, width = SIZES[size]
    return DiTConfig(channels=channels, patch=patch, width=width, layers=layers, text=text)


class TimestepEmbedder(nn.Sequential):
    """Sinusoids of the time, then an MLP: (B,) in [0, 1] -> (B, D)."""

    def __init__(self, width: int) -> None:
        super().__init__(nn.Linear(TIME_EMBED_DIM, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, t: Tensor) -> Tensor:
        """Embed times (B,), 0 clean to 1 noise: (B, D)."""
        h = sinusoids(1000 * t, TIME_EMBED_DIM)
        for layer in self:
            h = layer(h)
        return h


class DiTBlock(nn.Module):
    """Self-attention, cross-attention to the text, MLP, adaLN-modulated: (B, N, D) -> (B, N, D)."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.width
        self.attention = FullAttention(width, config.head_width)
        self.cross = FullAttention(width, config.head_width, config.text)
        self.mlp = MLP(width, 4 * width, bias=True)
        self.adaln_table = nn.Parameter(torch.randn(6, width) / width**0.5)

    def forward(
        self,
        x: Tensor,
        adaln_shared: Tensor,
        rotary: tuple[Tensor, Tensor],
        context: Tensor,
        mask: Tensor,
    ) -> Tensor:
        """Compute (B, N, D) from x; `adaln_shared` (B, 6, D) modulates every block.

        `rotary` is cos and sin (N, W); `context` (B, M, E) is text with mask (B, M).
        """
        parts = (adaln_shared + self.adaln_table).to(x.dtype)[:, :, None].unbind(1)  # (B, 1, D)
        scale1, shift1, gate1, scale2, shift2, gate2 = parts
        h = modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale1, shift1)
        x = torch.addcmul(x, gate1, self.attention(h, rotary=rotary).to(x.dtype))
        x = x + self.cross(x, context, mask=mask)
        h = modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale2, shift2)
        return torch.addcmul(x, gate2, self.mlp(h).to(x.dtype))


class FinalLayer(nn.Module):
    """LayerNorm with adaLN, then a projection to patches: (B, N, D) -> (B, N, C*patch)."""

    def __init__(self, width: int, values: int) -> None:
        super().__init__()
        self.adaln_table = nn.Parameter(torch.randn(2, width) / width**0.5)
        self.head = nn.Linear(width, values)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Compute (B, N, C*patch) from x (B, N, D) and the condition (B, D)."""
        scale, shift = (condition[:, None] + self.adaln_table)[:, :, None].unbind(1)  # (B, 1, D)
        return self.head(modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale, shift))


class DiT(nn.Module):
    """Denoiser that predicts the flow-matching velocity, which points from clean to noise."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config = config
        width, values = config.width, config.channels
        for size in config.patch:
            values *= size
        self.embed = nn.Linear(values, width)
        self.position_embedding = nn.Linear(len(config.patch) * POSITION_DIM, width)
        self.timestep_embedder = TimestepEmbedder(width)
        self.text = nn.Linear(config.text, width)
        self.adaln_shared = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(DiTBlock(config) for _ in range(config.layers))
        self.final_layer = FinalLayer(width, values)
        self.tables: dict[tuple[object, ...], tuple[Tensor, Tensor, Tensor]] = {}  # by grid, device
        self.initialize()

    def initialize(self) -> None:
        """Draw weights; cross-attention and the output start at zero."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for module in self.modules():
            if isinstance(module, DiTBlock):
                zero_init(module.cross.out)
        for part in (*self.timestep_embedder, self.adaln_shared):
            if isinstance(part, nn.Linear):
                nn.init.normal_(part.weight, std=0.02)
        zero_init(self.final_layer.head)

    def forward(
        self, z: Tensor, t: Tensor, context: Tensor, mask: Tensor, pooled: Tensor
    ) -> Tensor:
        """Predict the velocity (B, C, *S) of z (B, C, *S) at times t (B,), 0 clean to 1 noise.

        `context` (B, M, E) is text with mask (B, M), True for tokens to attend to; `pooled` (B, E)
        summarizes it. The sides of S are multiples of config.patch.
        """
        grid = tuple(s // p for s, p in zip(z.shape[2:], self.config.patch, strict=True))
        positions, cos, sin = self._position_tables(grid, z.device)
        x = unshuffle(z, self.config.patch).flatten(2).transpose(1, 2)  # (B, N, C*patch)
        x = self.embed(x) + self.position_embedding(positions)  # (B, N, D)
        condition = self.timestep_embedder(t) + self.text(pooled)  # (B, D)
        adaln_shared = self.adaln_shared(F.silu(condition)).unflatten(-1, (6, -1))  # (B, 6, D)
        for block in self.blocks:
            x = block(x, adaln_shared, (cos, sin), context, mask)
        y = self.final_layer(x, condition).transpose(1, 2).unflatten(2, grid)
        return shuffle(y, self.config.patch)  # from (B, C*patch, *S/patch)

    def _position_tables(
        self, grid: tuple[int, ...], device: torch.device
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return coordinates (N, axes*POSITION_DIM), cos and sin (N, W), built once per grid."""
        key = (grid, device)
        if key not in self.tables:
            rotary_fn = rotary_clip if len(grid) == 3 else rotary_grid
            with torch.inference_mode(False):  # inference tensors could not be used in training
                cos, sin = rotary_fn(grid, self.config.head_width)
                self.tables[key] = (
                    coordinate_features(grid).to(device),
                    cos.to(device),
                    sin.to(device),
                )
        return self.tables[key]


def inflate_weights(weights: dict[str, Tensor], channels: int, frames: int) -> dict[str, Tensor]:
    """Turn the weights of an image DiT into those of a video DiT with `frames` frames per token.

    Inflation as in I3D (Carreira & Zisserman, 2017): a token gets the mean of its frames and
    predicts the same velocity for each; its time has no weight at first. So every frame starts as
    the image that the network would have made. embed.weight becomes (D, C*frames*patch).
    """
    inflated = dict(weights)
    head_key = "final_layer.head"
    embed, head, bias = (
        weights[key] for key in ("embed.weight", f"{head_key}.weight", f"{head_key}.bias")
    )
    width = len(embed)
    wide = embed.view(width, channels, 1, -1).expand(-1, -1, frames, -1) / frames
    inflated["embed.weight"] = wide.reshape(width, -1)  # (D, C * frames * patch)
    inflated[f"{head_key}.weight"] = (
        head.view(channels, 1, -1, width).expand(-1, frames, -1, -1).reshape(-1, width)
    )
    inflated[f"{head_key}.bias"] = bias.view(channels, 1, -1).expand(-1, frames, -1).reshape(-1)
    position = weights["position_embedding.weight"]  # (D, 2*POSITION_DIM); time comes first
    inflated["position_embedding.weight"] = torch.cat(
        (position.new_zeros(width, POSITION_DIM), position), dim=1
    )
    return inflated


def coordinate_features(grid: tuple[int, ...]) -> Tensor:
    """Compute sinusoids (N, axes*POSITION_DIM) of cell centers, from -1 to 1 along each axis.

    Rotary positions only encode distances; these features encode where a cell is in the image.
    """
    axes = [(2 * torch.arange(s, dtype=torch.float32) + 1) / s - 1 for s in grid]
    centers = torch.cartesian_prod(*axes).view(-1, len(grid))  # (N, axes)
    return sinusoids(torch.pi * centers, POSITION_DIM, longest=1 / 32).flatten(1)
