"""DeepCache (Ma et al., 2023) for a UNet of diffusers, with guidance in an interval of the steps.

    forward(sample, t) = all blocks | without the unconditional half | outer layers, cached features

Deep features change slowly between steps: all blocks run every `cache_interval` steps, and only
the outer layers in between. Limited guidance interval: Kynkäänniemi et al. (2024). The pipeline
needs no changes; layout, fused blocks and packed weights (unet_blocks, nn/prepacked) are always on.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor, nn

from miaobi.hub.unet_blocks import cached_attention, fuse_blocks
from miaobi.nn.prepacked import can_prepack, prepack, restore

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from diffusers.models.unets.unet_2d_blocks import CrossAttnDownBlock2D, CrossAttnUpBlock2D

    Block: TypeAlias = CrossAttnDownBlock2D | CrossAttnUpBlock2D

TOKENS = 512  # rows that linear layers are packed for: typical of the middle of a UNet
Interval = tuple[float, float]  # of the steps, in [0, 1]
Options = dict[str, Any]  # keyword arguments of UNet2DConditionModel.forward


class DeepCacheUNet:
    """Replacement of the forward of one UNet2DConditionModel; call `start` before every image."""

    def __init__(self, unet: "UNet2DConditionModel") -> None:
        self.unet, self.full_forward = unet, unet.forward
        unet.to(memory_format=torch.channels_last)
        fuse_blocks(unet)
        self.attention = cached_attention(unet)
        self.set_attention()
        unet.forward = self.forward
        self.start(1)

    def set_attention(self) -> None:
        """Set the cached attention processor, after a pipeline has replaced it."""
        if self.attention is not None:
            self.unet.set_attn_processor(self.attention)

    def pack(self, packed: bool) -> None:
        """Pack the weights for this processor, or restore them to save memory."""
        _pack(self.unet, packed)

    def start(self, steps: int, guided: Interval = (0.0, 1.0), cache_interval: int = 1) -> None:
        """Reset the caches for an image of `steps` calls."""
        self.call, self.steps = 0, steps
        self.guided, self.cache_interval = guided, cache_interval
        self.deep_features: Tensor | None = None  # input of the last but one up layer
        self.conditional: tuple[Tensor, Tensor] | None = None  # prompt states, their second half
        if self.attention is not None:
            self.attention.clear()

    def forward(
        self,
        sample: Tensor,
        timestep: Tensor | float,
        encoder_hidden_states: Tensor,
        **options: Any,
    ) -> tuple[Tensor]:
        """Predict noise: sample (B, C, H, W), prompt states (B, L, D) -> ((B, C, H, W),).

        With guidance the first half of B is unconditional, the second half conditional.
        """
        t = self.call / self.steps
        run_all = self.call % self.cache_interval == 0
        guided = self.guided[0] <= t < self.guided[1] or self.guided[1] == t == 1
        self.call += 1
        sample = sample.contiguous(memory_format=torch.channels_last)
        if guided or len(sample) % 2:
            return (self._predict(sample, timestep, encoder_hidden_states, options, run_all),)
        half = len(sample) // 2
        second_half = _second_half(options, half)
        if self.conditional is None or self.conditional[0] is not encoder_hidden_states:
            self.conditional = (encoder_hidden_states, encoder_hidden_states[half:])
        context = self.conditional[1]
        output = self._predict(sample[half:], timestep, context, second_half, run_all)
        return (torch.cat((output, output)),)  # equal halves: guidance has no effect

    def _predict(
        self,
        sample: Tensor,
        timestep: Tensor | float,
        context: Tensor,
        options: Options,
        run_all: bool,
    ) -> Tensor:
        if self.cache_interval == 1:
            return self._run_all(sample, timestep, context, options)
        if not run_all and self.deep_features is not None:
            return self._run_outer(sample, timestep, context, options)
        hook = self._deep_module().register_forward_hook(self._cache_features)
        try:
            return self._run_all(sample, timestep, context, options)
        finally:
            hook.remove()

    def _run_all(
        self, sample: Tensor, timestep: Tensor | float, context: Tensor, options: Options
    ) -> Tensor:
        return self.full_forward(sample, timestep, context, **{**options, "return_dict": False})[0]

    def _cache_features(
        self, module: nn.Module, inputs: object, output: Tensor | tuple[Tensor, ...]
    ) -> None:
        self.deep_features = output if isinstance(output, Tensor) else output[0]

    def _deep_module(self) -> nn.Module:
        """Return the module whose output is the input of the two outer layers."""
        block = self.unet.up_blocks[-1]
        index = len(block.resnets) - 3
        if index < 0:  # only two layers: the output of the block before
            return self.unet.up_blocks[-2]
        return (getattr(block, "attentions", None) or block.resnets)[index]

    def _run_outer(
        self, sample: Tensor, timestep: Tensor | float, context: Tensor, options: Options
    ) -> Tensor:
        """Run the first down layer and the last two up layers on cached deep features."""
        unet, features = self.unet, self.deep_features
        assert features is not None
        features = features[-len(sample) :]  # a guided step cached both halves
        if len(features) < len(sample):
            features = torch.cat((features, features))
        added = options.get("added_cond_kwargs")
        time = unet.get_time_embed(sample=sample, timestep=timestep)  # (B, C)
        time = unet.time_embedding(time, options.get("timestep_cond"))  # (B, 4 C)
        extra = unet.get_aug_embed(emb=time, encoder_hidden_states=context, added_cond_kwargs=added)
        time = time if extra is None else time + extra
        time = time if unet.time_embed_act is None else unet.time_embed_act(time)
        context = unet.process_encoder_hidden_states(
            encoder_hidden_states=context, added_cond_kwargs=added
        )
        first = unet.conv_in(sample)  # (B, C, H, W)
        second = _run_layer(unet.down_blocks[0], 0, first, time, context)  # (B, C, H, W)
        up = unet.up_blocks[-1]
        layers = len(up.resnets)
        hidden = torch.cat((features, second), dim=1)  # (B, 2 C, H, W)
        hidden = _run_layer(up, layers - 2, hidden, time, context)  # (B, C, H, W)
        hidden = torch.cat((hidden, first), dim=1)
        hidden = _run_layer(up, layers - 1, hidden, time, context)
        output: Tensor = unet.conv_out(unet.conv_act(unet.conv_norm_out(hidden)))
        return output


def optimize_decoder(vae: "AutoencoderKL", packed: bool) -> None:
    """Set the layout of an autoencoder's decoder, fuse its blocks, and pack or restore weights."""
    if not hasattr(vae, "decoder"):
        return
    vae.decoder.to(memory_format=torch.channels_last)
    fuse_blocks(vae.decoder)
    _pack(vae.decoder, packed)


def supports_deep_cache(unet: "UNet2DConditionModel") -> bool:
    """Return True for a UNet whose outer layers can run on their own."""
    return (
        len(unet.up_blocks) > 1
        and len(unet.up_blocks[-1].resnets) > 1
        and not unet.up_blocks[-1].upsamplers
        and unet.config.addition_embed_type in (None, "text_time", "text")
        and unet.config.class_embed_type is None
        and not unet.config.center_input_sample
    )


def _pack(network: nn.Module, packed: bool) -> None:
    if not packed:
        restore(network)
    elif can_prepack(network):
        prepack(network, TOKENS)


def _run_layer(block: "Block", index: int, hidden: Tensor, time: Tensor, context: Tensor) -> Tensor:
    """Run one residual layer of a block, and its attention if it has one."""
    hidden = block.resnets[index](hidden, time)
    if attentions := getattr(block, "attentions", None):
        hidden = attentions[index](hidden, encoder_hidden_states=context, return_dict=False)[0]
    return hidden


def _second_half(options: Options, half: int) -> Options:
    """Return the options for the second half of a batch of 2 * `half` rows."""

    def slice_rows(value: Any) -> Any:
        if isinstance(value, Tensor) and value.dim() and len(value) == 2 * half:
            return value[half:]
        if isinstance(value, dict):
            return {name: slice_rows(part) for name, part in value.items()}
        return value

    return {name: slice_rows(value) for name, value in options.items()}
