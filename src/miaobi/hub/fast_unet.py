"""A U-Net of diffusers, made to do less per picture; the pipeline around it does not notice.

    forward(sample, t) = everything | without the unguided half | outer layers on kept deep features

Guidance in an interval: Kynkäänniemi et al. (2024). Deep features change slowly from step to step:
DeepCache (Ma et al., 2023). Neither is on unless it is asked for; layout and precision always are.
"""

from typing import Any

import torch
from torch import Tensor

from miaobi.hub.unet_blocks import lean_attention, make_lean
from miaobi.nn.prepacked import can_prepack, prepack, restore

TOKENS = 512  # rows for which linear layers are laid out: about the middle of a U-Net
Interval = tuple[float, float]


class FastUNet:
    """Stands in for the forward of one UNet2DConditionModel; `begin` before every picture."""

    def __init__(self, unet: Any) -> None:
        self.unet, self.whole = unet, unet.forward
        unet.to(memory_format=torch.channels_last)
        make_lean(unet)
        self.attention = lean_attention(unet)
        self.use_lean_attention()
        unet.forward = self.forward
        self.begin(1)

    def use_lean_attention(self) -> None:
        """Put our attention back, after something put another one there."""
        if self.attention is not None:
            self.unet.set_attn_processor(self.attention)

    def pack(self, packed: bool) -> None:
        """Lay the weights out for this processor, or (for less memory) let go of that."""
        if not packed:
            restore(self.unet)
        elif can_prepack(self.unet):
            prepack(self.unet, TOKENS)

    def begin(self, steps: int, guided: Interval = (0.0, 1.0), reuse: int = 1) -> None:
        """A picture of `steps` calls: guide in an interval of them, compute all every `reuse`th."""
        self.call, self.steps, self.guided, self.reuse = 0, steps, guided, reuse
        self.kept: Tensor | None = None  # what enters the last up layer but one
        self.halved: tuple[Tensor, Tensor] | None = None  # the words, and their second half
        if self.attention is not None:
            self.attention.forget()

    def forward(
        self, sample: Tensor, timestep: Any, encoder_hidden_states: Tensor, **options: Any
    ) -> tuple[Tensor]:
        """sample (B, C, H, W), words (B, L, D) -> the prediction (B, C, H, W), in a tuple.

        With guidance the first half of B is without the prompt, the second with it.
        """
        share = self.call / self.steps
        whole = self.call % self.reuse == 0
        guided = self.guided[0] <= share < self.guided[1] or self.guided[1] == share == 1
        self.call += 1
        sample = sample.contiguous(memory_format=torch.channels_last)
        if guided or len(sample) % 2:
            return (self._predict(sample, timestep, encoder_hidden_states, options, whole),)
        half = len(sample) // 2
        halved = _second_half(options, half)
        if self.halved is None or self.halved[0] is not encoder_hidden_states:
            self.halved = (encoder_hidden_states, encoder_hidden_states[half:])
        words = self.halved[1]
        out = self._predict(sample[half:], timestep, words, halved, whole)
        return (torch.cat((out, out)),)  # guided by nothing: the formula gives the second half

    def _predict(
        self, sample: Tensor, timestep: Any, words: Tensor, options: dict[str, Any], whole: bool
    ) -> Tensor:
        if self.reuse == 1:
            return self.whole(sample, timestep, words, **{**options, "return_dict": False})[0]
        if whole or self.kept is None:
            return self._keeping(sample, timestep, words, options)
        return self._outer(sample, timestep, words, options)

    def _keeping(
        self, sample: Tensor, timestep: Any, words: Tensor, options: dict[str, Any]
    ) -> Tensor:
        """The whole forward, keeping what leaves the last up block's third layer from its end."""
        hook = self._last_deep().register_forward_hook(self._keep)
        try:
            return self.whole(sample, timestep, words, **{**options, "return_dict": False})[0]
        finally:
            hook.remove()

    def _keep(self, _: Any, __: Any, output: Any) -> None:
        self.kept = output if isinstance(output, Tensor) else output[0]

    def _last_deep(self) -> Any:
        """The module whose output enters the two outer layers."""
        block = self.unet.up_blocks[-1]
        number = len(block.resnets) - 3
        if number < 0:  # two layers in all: what the block before hands up
            return self.unet.up_blocks[-2]
        return (getattr(block, "attentions", None) or block.resnets)[number]

    def _outer(
        self, sample: Tensor, timestep: Any, words: Tensor, options: dict[str, Any]
    ) -> Tensor:
        """The first down layer and the last two up layers, on deep features of an earlier step."""
        unet, kept = self.unet, self.kept
        assert kept is not None
        kept = kept[-len(sample) :]  # a guided step kept both halves, this one may have one
        if len(kept) < len(sample):
            kept = torch.cat((kept, kept))
        added = options.get("added_cond_kwargs")
        time = unet.get_time_embed(sample=sample, timestep=timestep)  # (B, C)
        time = unet.time_embedding(time, options.get("timestep_cond"))  # (B, 4 C)
        extra = unet.get_aug_embed(emb=time, encoder_hidden_states=words, added_cond_kwargs=added)
        time = time if extra is None else time + extra
        time = time if unet.time_embed_act is None else unet.time_embed_act(time)
        words = unet.process_encoder_hidden_states(
            encoder_hidden_states=words, added_cond_kwargs=added
        )
        first = unet.conv_in(sample)  # (B, C, H, W)
        second = _layer(unet.down_blocks[0], 0, first, time, words)  # (B, C, H, W)
        up = unet.up_blocks[-1]
        count = len(up.resnets)
        hidden = torch.cat((kept, second), dim=1)  # (B, 2 C, H, W)
        hidden = _layer(up, count - 2, hidden, time, words)  # (B, C, H, W)
        hidden = torch.cat((hidden, first), dim=1)
        hidden = _layer(up, count - 1, hidden, time, words)
        out: Tensor = unet.conv_out(unet.conv_act(unet.conv_norm_out(hidden)))
        return out


def make_fast_decoder(vae: Any, packed: bool) -> None:
    """The same for the decoder of an autoencoder: layout, lean blocks, packed weights."""
    if not hasattr(vae, "decoder"):
        return
    vae.decoder.to(memory_format=torch.channels_last)
    make_lean(vae.decoder)
    if not packed:
        restore(vae.decoder)
    elif can_prepack(vae.decoder):
        prepack(vae.decoder, TOKENS)


def can_reuse(unet: Any) -> bool:
    """True when deep features can be kept: an ordinary U-Net whose blocks have layers."""
    return (
        len(unet.up_blocks) > 1
        and len(unet.up_blocks[-1].resnets) > 1
        and not unet.up_blocks[-1].upsamplers
        and unet.config.addition_embed_type in (None, "text_time", "text")
        and unet.config.class_embed_type is None
        and not unet.config.center_input_sample
    )


def _layer(block: Any, number: int, hidden: Tensor, time: Tensor, words: Tensor) -> Tensor:
    """One residual layer of a block, and its attention where it has one."""
    hidden = block.resnets[number](hidden, time)
    if attentions := getattr(block, "attentions", None):
        hidden = attentions[number](hidden, encoder_hidden_states=words, return_dict=False)[0]
    return hidden


def _second_half(options: dict[str, Any], half: int) -> dict[str, Any]:
    """The same options for the second half of a batch."""

    def cut(value: Any) -> Any:
        if isinstance(value, Tensor) and value.dim() and len(value) == 2 * half:
            return value[half:]
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items()}
        return value

    return {name: cut(value) for name, value in options.items()}
