"""UNet and decoder blocks of diffusers, without memory passes that change nothing.

A residual block divides by 1, a transformer copies its image to another layout, attention computes
the keys and values of the same prompt at every step. Skipping them leaves the outputs unchanged.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from diffusers import UNet2DConditionModel
    from diffusers.models.attention_processor import Attention
    from diffusers.models.autoencoders.vae import Decoder
    from diffusers.models.resnet import ResnetBlock2D
    from diffusers.models.transformers.transformer_2d import Transformer2DModel


class CachedAttnProcessor:
    """Attention processor of a UNet that computes keys and values of the prompt once per image."""

    def __init__(self) -> None:
        from diffusers.models.attention_processor import AttnProcessor2_0

        self.fallback = AttnProcessor2_0()  # for masked attention
        # (layer, rows) -> prompt states, keys, values
        self.cache: dict[tuple[int, int], tuple[Tensor, Tensor, Tensor]] = {}

    def clear(self) -> None:
        """Clear the cache, before another prompt or with other weights."""
        self.cache.clear()

    def __call__(
        self,
        attn: "Attention",
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        **_: object,
    ) -> Tensor:
        """Attend: hidden (B, N, C), prompt (B, L, D) or None for self-attention -> (B, N, C)."""
        if attention_mask is not None:
            return self.fallback(attn, hidden_states, encoder_hidden_states, attention_mask)
        query = _split_heads(attn.to_q(hidden_states), attn.heads)  # (B, h, N, C / h)
        if encoder_hidden_states is None:
            key = _split_heads(attn.to_k(hidden_states), attn.heads)
            value = _split_heads(attn.to_v(hidden_states), attn.heads)
        else:
            key, value = self._prompt_kv(attn, encoder_hidden_states)  # (B, h, L, C / h)
        output = F.scaled_dot_product_attention(query, key, value)  # (B, h, N, C / h)
        projected: Tensor = attn.to_out[0](output.transpose(1, 2).flatten(2))  # (B, N, C)
        return projected

    def _prompt_kv(self, attn: "Attention", context: Tensor) -> tuple[Tensor, Tensor]:
        index = (id(attn), len(context))
        if index in self.cache and self.cache[index][0] is context:
            return self.cache[index][1:]
        key = _split_heads(attn.to_k(context), attn.heads)
        value = _split_heads(attn.to_v(context), attn.heads)
        self.cache[index] = (context, key, value)
        return key, value


def fuse_blocks(network: "UNet2DConditionModel | Decoder") -> None:
    """Replace the forwards of blocks of a UNet or a decoder by fused ones."""
    from diffusers.models.resnet import ResnetBlock2D
    from diffusers.models.transformers.transformer_2d import Transformer2DModel

    for module in network.modules():
        if type(module) is ResnetBlock2D and _is_plain_residual(module):
            module.forward = _residual_forward(module)
        elif type(module) is Transformer2DModel:
            module._get_output_for_continuous_inputs = _transformer_output(module)


def cached_attention(unet: "UNet2DConditionModel") -> CachedAttnProcessor | None:
    """Return a processor for a UNet with standard attention; None for others."""
    from diffusers.models.attention_processor import Attention

    layers = [module for module in unet.modules() if type(module) is Attention]
    return CachedAttnProcessor() if layers and all(map(_is_plain_attention, layers)) else None


def _split_heads(tokens: Tensor, heads: int) -> Tensor:
    """Reshape (B, N, C) to (B, h, N, C / h)."""
    return tokens.view(len(tokens), -1, heads, tokens.shape[2] // heads).transpose(1, 2)


def _is_plain_residual(block: "ResnetBlock2D") -> bool:
    return (
        block.output_scale_factor == 1
        and block.time_embedding_norm == "default"
        and block.upsample is None
        and block.downsample is None
        and not block.skip_time_act
    )


def _residual_forward(block: "ResnetBlock2D") -> Callable[..., Tensor]:
    """Build a forward: hidden (B, C, H, W), time (B, E) -> (B, D, H, W)."""

    def forward(hidden: Tensor, time: Tensor | None = None, *_: object, **__: object) -> Tensor:
        """Compute (B, D, H, W) from hidden (B, C, H, W) and time (B, E)."""
        inner = block.conv1(F.silu(block.norm1(hidden), inplace=True))  # (B, D, H, W)
        if time is not None and block.time_emb_proj is not None:
            inner += block.time_emb_proj(F.silu(time))[:, :, None, None]
        inner = block.conv2(F.silu(block.norm2(inner), inplace=True))
        skip = hidden if block.conv_shortcut is None else block.conv_shortcut(hidden)
        inner += skip
        return inner

    return forward


def _is_plain_attention(attn: "Attention") -> bool:
    return (
        attn.rescale_output_factor == 1
        and not attn.residual_connection
        and attn.norm_cross is None
        and attn.spatial_norm is attn.group_norm is attn.norm_q is attn.norm_k is None
        and type(attn.processor).__name__ == "AttnProcessor2_0"
    )


def _transformer_output(block: "Transformer2DModel") -> Callable[..., Tensor]:
    """Build the output projection: tokens (B, H W, C) and residual (B, D, H, W) -> (B, D, H, W)."""

    def output(  # diffusers passes these names
        hidden_states: Tensor, residual: Tensor, height: int, width: int, **_: object
    ) -> Tensor:
        """Project tokens (B, H W, C) and add the residual (B, D, H, W)."""
        if block.use_linear_projection:
            hidden_states = block.proj_out(hidden_states)
        # a view: the next block wants channels last, which is the layout of the tokens
        image = hidden_states.view(len(residual), height, width, -1).permute(0, 3, 1, 2)
        return (image if block.use_linear_projection else block.proj_out(image)) + residual

    return output
