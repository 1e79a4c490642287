"""Generator and discriminator: sizes, labels, draws, losses, and that each can win."""

import math
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.models import checkpoint
from miaobi.models.gan import (
    SIDES,
    Discriminator,
    GANConfig,
    Generator,
    hinge_discriminator,
    hinge_generator,
    logistic_discriminator,
    logistic_generator,
    minibatch_stddev,
    preset,
    r1,
    r1_finite_difference,
    sample_latents,
)

SMALL = GANConfig(
    latent=8,
    context=16,
    conditions=(5, 3),
    widths=(16, 16),
    patch=2,
    judge_widths=(16, 16),
    judge_patch=2,
)


def shaken(network: torch.nn.Module) -> torch.nn.Module:
    """The network with layers that begin as zero saying something."""
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


@pytest.mark.parametrize("side", SIDES)
def test_every_side_and_within_its_budget(side: int) -> None:
    config = preset(side, (12, 4))
    generator, discriminator = Generator(config).eval(), Discriminator(config).eval()
    assert generator.size == (side, side)
    assert sum(p.numel() for p in generator.parameters()) <= 6e6
    with torch.no_grad():
        x = generator(sample_latents(2, config), torch.tensor([[0, 0], [12, 4]]))
        assert x.shape == (2, 3, side, side) and x.abs().max() <= 1
        assert discriminator(x, torch.tensor([[0, 0], [11, 3]])).shape == (2,)


def test_a_side_that_is_not_known_is_refused() -> None:
    with pytest.raises(OptionError, match="100 pixels.*64, 128, 256"):
        preset(100)


def test_labels_matter_to_both_and_may_be_left_out() -> None:
    torch.manual_seed(0)
    generator, discriminator = shaken(Generator(SMALL)), shaken(Discriminator(SMALL))
    z, x = sample_latents(1, SMALL), torch.randn(1, 3, 16, 16)
    one, other, untold = (torch.tensor([row]) for row in ([1, 2], [1, 0], [5, 3]))
    for network, what in ((generator, z), (discriminator, x)):
        assert not torch.allclose(network(what, one), network(what, other))
        assert torch.equal(network(what), network(what, untold))
    assert not torch.allclose(generator(sample_latents(1, SMALL), one), generator(z, one))


def test_without_conditions_there_are_no_labels() -> None:
    config = GANConfig(widths=(16, 16), judge_widths=(16, 16), judge_patch=2)
    x = Generator(config)(sample_latents(3, config))
    assert x.shape == (3, 3, 16, 16) and Discriminator(config)(x).shape == (3,)


def test_draws_are_gaussian_seeded_and_can_be_kept_near() -> None:
    config = GANConfig(latent=500)
    z = sample_latents(100, config, generator=torch.Generator().manual_seed(1))
    assert torch.equal(z, sample_latents(100, config, generator=torch.Generator().manual_seed(1)))
    assert z.mean().abs() < 0.02 and z.std().item() == pytest.approx(1, abs=0.02)
    near = sample_latents(100, config, 0.7, torch.Generator().manual_seed(1))
    assert near.abs().max() <= 0.7 and near.std().item() == pytest.approx(0.389, abs=0.01)


def test_losses_are_their_formulas() -> None:
    real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 1.0])
    assert hinge_discriminator(real, fake).item() == pytest.approx(0.25 + 1)
    assert hinge_generator(fake).item() == pytest.approx(1)
    nats = [math.log(1 + math.exp(v)) for v in (-2.0, -0.5, -3.0, 1.0)]
    assert logistic_discriminator(real, fake).item() == pytest.approx(sum(nats) / 2)
    assert logistic_generator(fake).item() == pytest.approx((3.0486 + 0.3133) / 2, abs=1e-4)


def test_r1_is_the_slope_and_can_be_had_from_a_difference() -> None:
    x = torch.randn(4000, 1, 2, 2, requires_grad=True)
    slope = torch.tensor([[1.0, -2.0], [0.5, 3.0]])

    def judge(x: torch.Tensor) -> torch.Tensor:
        return (x * slope).sum((1, 2, 3))

    expected = 0.5 * slope.square().sum().item()
    assert r1(judge(x), x).item() == pytest.approx(expected, rel=1e-4)
    nearby = judge(x + 0.01 * torch.randn_like(x))
    assert r1_finite_difference(judge(x), nearby, 0.01).item() == pytest.approx(expected, rel=0.1)


def test_r1_reaches_the_weights() -> None:
    torch.manual_seed(0)
    discriminator = shaken(Discriminator(SMALL))
    x = torch.randn(4, 3, 16, 16, requires_grad=True)
    r1(discriminator(x, torch.zeros(4, 2, dtype=torch.long)), x).backward()
    assert discriminator.stem.weight.grad.abs().sum() > 0


def test_variety_is_zero_for_equal_pictures() -> None:
    one = torch.randn(1, 8, 4, 4)
    assert minibatch_stddev(one.expand(8, -1, -1, -1)).max() <= 2e-4
    assert minibatch_stddev(torch.randn(6, 8, 4, 4)).shape == (6, 1, 4, 4)
    assert minibatch_stddev(torch.randn(8, 8, 4, 4)).min() > 0.3


@pytest.mark.model
def test_the_discriminator_learns_to_tell_and_then_the_generator_to_pass() -> None:
    torch.manual_seed(0)
    generator, discriminator = Generator(SMALL), Discriminator(SMALL)
    real = torch.linspace(-1, 1, 16).expand(8, 3, 16, 16).contiguous()
    labels = torch.arange(8)[:, None] % torch.tensor([5, 3])
    judge = torch.optim.Adam(discriminator.parameters(), 2e-3)
    maker = torch.optim.Adam(generator.parameters(), 5e-3)
    losses = []
    for _ in range(40):
        fake = generator(sample_latents(8, SMALL), labels).detach()
        loss = hinge_discriminator(discriminator(real, labels), discriminator(fake, labels))
        judge.zero_grad()
        loss.backward()
        judge.step()
        losses.append(loss.item())
    assert losses[0] > 1.5 and losses[-1] < 0.2
    passed = []
    for _ in range(60):
        loss = logistic_generator(
            discriminator(generator(sample_latents(8, SMALL), labels), labels)
        )
        maker.zero_grad()
        loss.backward()
        maker.step()
        passed.append(loss.item())
    assert passed[-1] < passed[0] / 2


@pytest.mark.parametrize("kind", [Generator, Discriminator])
def test_a_round_trip_through_a_folder(kind: type[torch.nn.Module], tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = shaken(kind(SMALL)).eval()
    what = sample_latents(2, SMALL) if kind is Generator else torch.randn(2, 3, 16, 16)
    checkpoint.save(network, tmp_path)
    again = checkpoint.load(tmp_path)
    assert type(again) is kind and again.config == SMALL
    assert torch.equal(again(what), network(what))
