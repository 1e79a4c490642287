"""Parameters and FLOPs of a GPT are those that can be counted by hand."""

import dataclasses

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from miaobi.models.gpt import GPT, GPTConfig, preset

PLAIN = GPTConfig(
    vocab=96, context=32, width=64, layers=3, heads=2, kv_heads=2, head_width=32, hidden=256
)


@pytest.mark.parametrize("tied", [True, False])
def test_parameters_are_counted_with_and_without_lookups(tied: bool) -> None:
    model = GPT(dataclasses.replace(PLAIN, tied=tied))
    embedding, positions = 96 * 64, 32 * 64
    block = 4 * (64 + 64) - 2 * 128 + 4 * 64 * 64 + 4 * 64 + 2 * 64 * 256 + 256 + 64
    expected = 3 * block + 2 * 64 + embedding + positions + (0 if tied else embedding)
    assert model.num_parameters() == expected
    left_out = positions if tied else positions + embedding
    assert model.num_parameters(lookups=False) == expected - left_out


@pytest.mark.parametrize("length", [16, 32])
def test_flops_are_those_pytorch_counts(length: int) -> None:
    model = GPT(preset(256, "tiny", 32)).train()
    tokens = torch.zeros(1, length, dtype=torch.long)
    with FlopCounterMode(display=False) as counter:
        model(tokens).sum().backward()
    counted = counter.get_total_flops() / length
    # PyTorch leaves out element-wise work, and the first layer's gradient of its input is needed
    assert model.flops_per_token(length) == pytest.approx(counted, rel=0.1)
