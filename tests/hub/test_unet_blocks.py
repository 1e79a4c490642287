"""Lean blocks are diffusers' own blocks, number for number."""

from typing import Any

import pytest
import torch

from miaobi.hub.unet_blocks import CachedAttnProcessor, cached_attention, fuse_blocks
from tests.hub.test_deep_cache import OPTIONS, Counted, inputs
from tests.tiny.pipelines import unet, vae


@torch.inference_mode()
@pytest.mark.parametrize("options", [{}, {"use_linear_projection": True}], ids=str)
def test_a_unet_gives_the_same(options: dict[str, Any]) -> None:
    network = unet(**options)
    plain = network(*inputs(), **OPTIONS)[0]
    fuse_blocks(network)
    attention = cached_attention(network)
    assert attention is not None
    network.set_attn_processor(attention)
    for _ in range(2):  # the second with what was kept of the words
        assert torch.allclose(network(*inputs(), **OPTIONS)[0], plain, atol=1e-5)


@torch.inference_mode()
def test_a_decoder_gives_the_same() -> None:
    network = vae()
    latents = torch.randn(1, 4, 6, 5)
    plain = network.decode(latents, return_dict=False)[0]
    fuse_blocks(network.decoder)
    assert torch.allclose(network.decode(latents, return_dict=False)[0], plain, atol=1e-5)


@torch.inference_mode()
def test_keys_of_the_same_words_are_computed_once() -> None:
    network = unet()
    attention = CachedAttnProcessor()
    network.set_attn_processor(attention)
    keys = Counted(network.down_blocks[0].attentions[0].transformer_blocks[0].attn2.to_k)
    sample, time, words = inputs()
    for _ in range(3):
        network(sample, time, words, **OPTIONS)
    assert keys.count == 1
    other = network(sample, time, words + 1, **OPTIONS)[0]
    assert keys.count == 2 and not torch.allclose(other, network(sample, time, words, **OPTIONS)[0])
    attention.clear()
    assert attention.cache == {}


@torch.inference_mode()
def test_masked_words_are_left_to_diffusers() -> None:
    network = unet()
    sample, time, words = inputs()
    mask = torch.ones(2, 77)
    mask[:, 9:] = 0
    plain = network(sample, time, words, encoder_attention_mask=mask, return_dict=False)[0]
    network.set_attn_processor(CachedAttnProcessor())
    made = network(sample, time, words, encoder_attention_mask=mask, return_dict=False)[0]
    assert torch.allclose(made, plain, atol=1e-5)
    assert not torch.allclose(made, network(sample, time, words, **OPTIONS)[0], atol=1e-3)


def test_attention_of_another_kind_is_left_alone() -> None:
    from diffusers.models.attention_processor import AttnProcessor

    network = unet()
    network.set_attn_processor(AttnProcessor())
    assert cached_attention(network) is None
