"""Packed weights give what plain ones give, and can be let go of."""

import pytest
import torch
from torch import nn

from miaobi.nn.prepacked import can_prepack, has_fast_bfloat16, prepack, restore

pytestmark = pytest.mark.skipif(
    torch.cuda.is_available() or not has_fast_bfloat16(),
    reason="this processor does not multiply bfloat16",
)


class Parts(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(6, 16, 3, padding=1)
        self.down = nn.Conv2d(16, 16, 3, stride=2, padding=1, bias=False)
        self.mix = nn.Conv2d(16, 8, 1)
        self.out = nn.Linear(8, 5)
        self.plain = nn.Linear(5, 5, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.mix(self.down(self.first(x)))  # (B, 8, H / 2, W / 2)
        return self.plain(self.out(x.permute(0, 2, 3, 1)))


def parts() -> Parts:
    torch.manual_seed(0)
    return Parts().to(torch.bfloat16).requires_grad_(False)


@torch.inference_mode()
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_the_same_numbers(batch: int) -> None:
    network = parts()
    x = torch.randn(batch, 6, 12, 10).to(torch.bfloat16)
    plain = network(x)
    assert prepack(network, 64) == 5
    packed = network(x)
    assert packed.shape == plain.shape
    assert torch.allclose(packed.float(), plain.float(), atol=0.02, rtol=0.02)
    assert "forward" in vars(network.out)
    assert prepack(network, 64) == 0  # what is packed is not packed again
    restore(network)
    assert "forward" not in vars(network.out) and torch.equal(network(x), plain)


def test_bfloat16_and_float32_on_a_processor() -> None:
    assert can_prepack(parts())
    assert can_prepack(parts().float())  # for wide convolutions, of which it has none
    assert prepack(parts().float(), 64) == 0


def test_unusual_padding_is_left_alone() -> None:
    odd = nn.Sequential(
        nn.Conv2d(4, 4, 3, padding="same"), nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")
    ).to(torch.bfloat16)
    assert prepack(odd, 64) == 0
