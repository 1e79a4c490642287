"""Blocks of diffusers' U-Net without the passes over memory that change nothing.

A residual block divides by 1, a Transformer copies its picture into another layout, attention
computes the keys and values of the same words in every step: the numbers stay, the work goes.
"""

from typing import Any

from torch import Tensor
from torch.nn import functional as F


class LeanAttention:
    """Attention of a U-Net; keys and values of the prompt are computed once per picture."""

    def __init__(self) -> None:
        from diffusers.models.attention_processor import AttnProcessor2_0

        self.plain = AttnProcessor2_0()
        self.kept: dict[tuple[int, int], tuple[Tensor, Tensor, Tensor]] = {}

    def forget(self) -> None:
        """A new picture: other words, or other weights."""
        self.kept.clear()

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        **_: Any,
    ) -> Tensor:
        """hidden (B, N, C), words (B, L, D) or None for self-attention -> (B, N, C)."""
        if attention_mask is not None:
            return self.plain(attn, hidden_states, encoder_hidden_states, attention_mask)
        query = _heads(attn.to_q(hidden_states), attn.heads)  # (B, h, N, C / h)
        if encoder_hidden_states is None:
            key = _heads(attn.to_k(hidden_states), attn.heads)
            value = _heads(attn.to_v(hidden_states), attn.heads)
        else:
            key, value = self._of_words(attn, encoder_hidden_states)  # (B, h, L, C / h)
        out = F.scaled_dot_product_attention(query, key, value)  # (B, h, N, C / h)
        made: Tensor = attn.to_out[0](out.transpose(1, 2).flatten(2))  # (B, N, C)
        return made

    def _of_words(self, attn: Any, words: Tensor) -> tuple[Tensor, Tensor]:
        place = (id(attn), len(words))
        if place in self.kept and self.kept[place][0] is words:
            return self.kept[place][1:]
        key, value = _heads(attn.to_k(words), attn.heads), _heads(attn.to_v(words), attn.heads)
        self.kept[place] = (words, key, value)
        return key, value


def make_lean(network: Any) -> None:
    """Put lean forwards on the blocks of a U-Net or a decoder."""
    from diffusers.models.resnet import ResnetBlock2D
    from diffusers.models.transformers.transformer_2d import Transformer2DModel

    for module in network.modules():
        if type(module) is ResnetBlock2D and _plain_residual(module):
            module.forward = _residual(module)
        elif type(module) is Transformer2DModel:
            module._get_output_for_continuous_inputs = _transformed(module)


def lean_attention(unet: Any) -> LeanAttention | None:
    """One for a U-Net whose attention is of the plain kind; None for others."""
    from diffusers.models.attention_processor import Attention

    layers = [module for module in unet.modules() if type(module) is Attention]
    return LeanAttention() if layers and all(map(_plain_attention, layers)) else None


def _heads(tokens: Tensor, heads: int) -> Tensor:
    """(B, N, C) -> (B, h, N, C / h)."""
    return tokens.view(len(tokens), -1, heads, tokens.shape[2] // heads).transpose(1, 2)


def _plain_residual(block: Any) -> bool:
    return (
        block.output_scale_factor == 1
        and block.time_embedding_norm == "default"
        and block.upsample is None
        and block.downsample is None
        and not block.skip_time_act
    )


def _residual(block: Any) -> Any:
    """hidden (B, C, H, W), time (B, E) -> (B, D, H, W)."""

    def forward(hidden: Tensor, time: Tensor | None = None, *_: Any, **__: Any) -> Tensor:
        inner = block.conv1(F.silu(block.norm1(hidden), inplace=True))  # (B, D, H, W)
        if time is not None and block.time_emb_proj is not None:
            inner += block.time_emb_proj(F.silu(time))[:, :, None, None]
        inner = block.conv2(F.silu(block.norm2(inner), inplace=True))
        skip = hidden if block.conv_shortcut is None else block.conv_shortcut(hidden)
        inner += skip
        return inner

    return forward


def _plain_attention(attn: Any) -> bool:
    return (
        attn.rescale_output_factor == 1
        and not attn.residual_connection
        and attn.norm_cross is None
        and attn.spatial_norm is attn.group_norm is attn.norm_q is attn.norm_k is None
        and type(attn.processor).__name__ == "AttnProcessor2_0"
    )


def _transformed(block: Any) -> Any:
    """tokens (B, H W, C) and what they are added to (B, D, H, W) -> (B, D, H, W)."""

    def output(
        hidden_states: Tensor, residual: Tensor, height: int, width: int, **_: Any
    ) -> Tensor:  # called by these names
        if block.use_linear_projection:
            hidden_states = block.proj_out(hidden_states)
        # a view: what follows wants the channels last in memory, as the tokens have them
        picture = hidden_states.view(len(residual), height, width, -1).permute(0, 3, 1, 2)
        return (picture if block.use_linear_projection else block.proj_out(picture)) + residual

    return output
