"""The network of layers: what it is told decides what it makes, and it comes back from a file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.models import checkpoint
from miaobi.models.layers import Layers, LayersConfig, preset, to_sprites

WHICH = torch.tensor([0, 5, 5]), torch.tensor([[0, 0], [2, 1], [2, 0]])
WHERE = torch.tensor([3]), torch.tensor([[1, 1]])


def small() -> LayersConfig:
    config = preset(6, (3, 2), 4, (2, 2), latent=16)
    drawings = replace(config.drawings, context=16, widths=(16, 8), patch=3)
    grounds = replace(config.grounds, context=16, widths=(16, 8), patch=4)
    return replace(config, drawings=drawings, grounds=grounds)


@pytest.fixture
def network() -> Layers:
    torch.manual_seed(0)
    network = Layers(small())
    for weight in network.parameters():  # blocks that begin as the identity would hide faults
        torch.nn.init.normal_(weight, std=0.2)
    return network.eval()


@torch.inference_mode()
def test_code_and_labels_decide(network: Layers) -> None:
    drawn, painted = network(WHICH, WHERE)
    assert drawn.shape == (3, 4, 24, 24) and painted.shape == (1, 3, 32, 32)
    assert drawn.abs().max() <= 1 and painted.abs().max() <= 1
    assert not torch.allclose(drawn[0], drawn[1]) and not torch.allclose(drawn[1], drawn[2])
    other, _ = network((torch.tensor([0, 4, 5]), WHICH[1]), WHERE)
    assert torch.allclose(drawn[0], other[0], atol=1e-5)
    assert not torch.allclose(drawn[1], other[1], atol=1e-3)  # the same labels, another code


def test_colors_never_exceed_their_alpha() -> None:
    x = torch.rand(2, 4, 8, 8) * 2.4 - 1.2
    for sprite in to_sprites(x):
        assert sprite.shape == (8, 8, 4) and sprite.dtype == torch.uint8
        assert (sprite[..., :3] <= sprite[..., 3:]).all()


@torch.inference_mode()
def test_it_comes_back_from_a_folder(network: Layers, tmp_path: Path) -> None:
    checkpoint.save(network, tmp_path, "int8")
    again: Any = checkpoint.load(tmp_path)
    assert again.config == network.config
    apart = (again(WHICH, WHERE)[0] - network(WHICH, WHERE)[0]).abs().mean()
    assert apart < 0.05


def test_our_own_is_of_the_size_that_clips_need() -> None:
    network = Layers(preset(6, (3, 2), 4, (2, 2)))
    assert (network.drawings.side, network.grounds.side) == (96, 128)
