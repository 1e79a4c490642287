"""What lies between two ends, and the labels that a picture is best read with."""

import math

import pytest
import torch

from miaobi.engines.morph import best_labels, slerp
from miaobi.models.vae import VAE
from tests.tiny.generators import CONDITIONS, VECTOR


def test_along_a_circle() -> None:
    one, other = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 2.0]])
    half = slerp(one, other, 0.5)
    assert half.tolist()[0] == pytest.approx([math.sqrt(2)] * 2)  # as long as its ends
    third = slerp(one, other, 1 / 3)
    assert math.degrees(math.atan2(*third[0].flip(0).tolist())) == pytest.approx(30)
    for share, end in ((0, one), (1, other)):
        assert torch.equal(slerp(one, other, share), end)


@pytest.mark.parametrize("other", [[[1.0, 2.0]], [[-1.0, -2.0]]])
def test_where_there_is_no_circle_it_is_straight(other: list[list[float]]) -> None:
    one, end = torch.tensor([[1.0, 2.0]]), torch.tensor(other)
    assert torch.allclose(slerp(one, end, 0.25), torch.lerp(one, end, 0.25))
    assert torch.equal(slerp(one, one, 0.3), one)


def test_the_best_labels_are_those_of_the_least_error() -> None:
    """A network of which the labels alone decide what it draws: the search finds them."""
    torch.manual_seed(0)
    network = VAE(VECTOR).eval()
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if "modulation" in name or name.startswith("labels"):
                weights.normal_(std=0.7)
            elif name.startswith("decoder.stem.weight") or name.startswith("style"):
                weights.zero_()
        for subject, style in ((0, 0), (1, 2), (3, 4)):
            wanted = torch.tensor([[subject, style]])
            x = network.decode(torch.zeros(1, VECTOR.latent), wanted)
            found = best_labels(network, x)
            assert found.shape == (1, len(CONDITIONS))
            errors = [
                (network.decode(torch.zeros(1, VECTOR.latent), torch.tensor([[i, j]])) - x)
                .square()
                .mean()
                .item()
                for i in range(CONDITIONS[0])
                for j in range(CONDITIONS[1])
            ]
            got = network.decode(torch.zeros(1, VECTOR.latent), found) - x
            assert got.square().mean().item() <= sorted(errors)[2]
