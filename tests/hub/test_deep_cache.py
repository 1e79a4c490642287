"""A U-Net that does less: the same answer where nothing is left out, a near one where it is."""

from typing import Any

import pytest
import torch
from torch import Tensor

from miaobi.hub.deep_cache import DeepCacheUNet, supports_deep_cache
from tests.tiny.pipelines import WORDS, unet

OPTIONS = {"return_dict": False, "cross_attention_kwargs": None, "added_cond_kwargs": None}


class Counted:
    """How often a module is run."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.count = 0
        module.register_forward_hook(self.up)

    def up(self, *_: Any) -> None:
        self.count += 1


def inputs(batch: int = 2, side: int = 8) -> tuple[Tensor, Tensor, Tensor]:
    draw = torch.Generator().manual_seed(5)
    sample = torch.randn(batch // 2 or 1, 4, side, side, generator=draw)
    sample = torch.cat((sample, sample))[:batch]  # a pipeline gives both halves the same
    return sample, torch.tensor(400), torch.randn(batch, 77, WORDS, generator=draw)


@torch.inference_mode()
def test_nothing_left_out_is_the_same() -> None:
    plain, network = unet(), unet()
    fast = DeepCacheUNet(network)
    fast.start(3)
    for _ in range(3):
        ours = network(*inputs(), **OPTIONS)[0]
        theirs = plain(*inputs(), **OPTIONS)[0]
        assert torch.allclose(ours, theirs, atol=1e-5)


@torch.inference_mode()
def test_outside_its_interval_only_the_prompted_half_is_computed() -> None:
    network = unet()
    fast = DeepCacheUNet(network)
    whole = network(*inputs(), **OPTIONS)[0]
    sizes: list[int] = []
    network.conv_in.register_forward_hook(lambda _, given, __: sizes.append(len(given[0])))
    fast.start(10, guided=(0.2, 0.5))
    for number in range(10):
        made = network(*inputs(), **OPTIONS)[0]
        guided = 2 <= number < 5
        assert torch.allclose(made[1], whole[1], atol=1e-5)
        assert torch.allclose(made[0], whole[0 if guided else 1], atol=1e-5)
    assert sizes == [1, 1, 2, 2, 2, 1, 1, 1, 1, 1]


@torch.inference_mode()
def test_a_batch_without_guidance_is_left_alone() -> None:
    network = unet()
    fast = DeepCacheUNet(network)
    fast.start(4, guided=(0.5, 0.5))
    assert network(*inputs(1), **OPTIONS)[0].shape == (1, 4, 8, 8)


@torch.inference_mode()
@pytest.mark.parametrize(
    "options", [{}, {"layers_per_block": 1}, {"use_linear_projection": True}], ids=str
)
def test_deep_layers_run_every_so_many_steps(options: dict[str, Any]) -> None:
    network = unet(**options)
    assert supports_deep_cache(network)
    whole = network(*inputs(), **OPTIONS)[0]
    fast = DeepCacheUNet(network)
    deep, outer = Counted(network.mid_block), Counted(network.conv_out)
    fast.start(7, cache_interval=3)
    made = [network(*inputs(), **OPTIONS)[0] for _ in range(7)]
    assert (deep.count, outer.count) == (3, 7)
    # the same input: kept features are exactly what would be computed again
    assert all(torch.allclose(one, whole, atol=1e-5) for one in made)
    later = (inputs()[0] + 0.1, torch.tensor(380), inputs()[2])
    fast.start(2, cache_interval=2)
    network(*inputs(), **OPTIONS)
    near = network(*later, **OPTIONS)[0]
    assert not torch.allclose(near, whole, atol=1e-4)


@torch.inference_mode()
def test_both_at_once() -> None:
    """Guided and unguided steps take over from each other what the other kept."""
    network = unet()
    fast = DeepCacheUNet(network)
    whole = network(*inputs(), **OPTIONS)[0]
    fast.start(8, guided=(0.25, 0.6), cache_interval=4)
    for _ in range(8):
        made = network(*inputs(), **OPTIONS)[0]
        assert made.shape == whole.shape and torch.allclose(made[1], whole[1], atol=1e-5)


@torch.inference_mode()
def test_sizes_and_crops_are_halved_too() -> None:
    network = unet(
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=WORDS + 6 * 8,
    )
    added = {"text_embeds": torch.randn(2, WORDS), "time_ids": torch.randn(2, 6)}
    whole = network(*inputs(), return_dict=False, added_cond_kwargs=added)[0]
    fast = DeepCacheUNet(network)
    fast.start(2, guided=(0.0, 0.0), cache_interval=2)
    for _ in range(2):
        made = network(*inputs(), return_dict=False, added_cond_kwargs=added)[0]
        assert torch.allclose(made[1], whole[1], atol=1e-5)


def test_a_unet_that_has_no_outer_layers() -> None:
    assert not supports_deep_cache(unet(center_input_sample=True))
