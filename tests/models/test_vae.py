"""The autoencoder: shapes over 1 to 3 axes, both bottlenecks, its posterior, and that it learns."""

from pathlib import Path

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from miaobi.core.errors import OptionError
from miaobi.models import checkpoint
from miaobi.models.vae import VAE, Posterior, VAEConfig

SMALL = {"widths": (16, 24), "decoder_blocks": 1, "latent": 4}
CONFIGS = {
    "sound": (VAEConfig(dims=1, channels=1, **SMALL), (64,), (4, 8)),
    "picture": (VAEConfig(**SMALL), (32, 48), (4, 4, 6)),
    "clip": (VAEConfig(dims=3, frame_halvings=1, **SMALL), (4, 16, 24), (4, 2, 2, 3)),
    "long clip": (VAEConfig(dims=3, frame_patch=2, **SMALL), (4, 16, 16), (4, 2, 2, 2)),
    "vector": (VAEConfig(bottleneck="vector", size=(16, 32), **SMALL), (16, 32), (4,)),
    "vector of sound": (
        VAEConfig(dims=1, channels=1, bottleneck="vector", size=(64,), **SMALL),
        (64,),
        (4,),
    ),
    "labels": (
        VAEConfig(bottleneck="vector", size=(16, 16), conditions=(5, 3), **SMALL),
        (16, 16),
        (4,),
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_shapes_and_a_round_trip_through_a_folder(name: str, tmp_path: Path) -> None:
    config, size, latent = CONFIGS[name]
    torch.manual_seed(0)
    model, x = VAE(config).eval(), torch.rand(2, config.channels, *size) * 2 - 1
    labels = torch.tensor([[1, 0], [4, 2]]) if config.conditions else None
    posterior = model.encode(x, labels)
    assert posterior.mean.shape == posterior.logvar.shape == (2, *latent)
    assert model.decode(posterior.mode(), labels).shape == x.shape
    y, _ = model(x, labels)
    assert y.shape == x.shape
    checkpoint.save(model, tmp_path)
    again = checkpoint.load(tmp_path)
    assert again.config == config
    assert torch.equal(again.decode(posterior.mean, labels), model.decode(posterior.mean, labels))


def test_the_posterior_is_a_gaussian() -> None:
    torch.manual_seed(0)
    mean, logvar = torch.randn(3, 4, 5, 6), torch.randn(3, 4, 5, 6)
    posterior = Posterior(mean, logvar)
    theirs = kl_divergence(Normal(mean, (logvar / 2).exp()), Normal(0.0, 1.0)).sum((1, 2, 3))
    torch.testing.assert_close(posterior.kl(), theirs)
    wide = Posterior(torch.full((1, 100_000), 2.0), torch.full((1, 100_000), 1.5))
    drawn = wide.sample(torch.Generator().manual_seed(1))
    assert torch.equal(drawn, wide.sample(torch.Generator().manual_seed(1)))
    assert drawn.mean().item() == pytest.approx(2, abs=0.03)
    assert drawn.var().item() == pytest.approx(2.718281828**1.5, rel=0.02)


@pytest.mark.model
@pytest.mark.parametrize("name", ["picture", "labels"])
def test_it_learns_one_batch(name: str) -> None:
    config, size, _ = CONFIGS[name]
    torch.manual_seed(0)
    model = VAE(config)
    x = torch.nn.functional.interpolate(torch.randn(4, 3, 4, 4), size=size).tanh()
    labels = torch.tensor([[i, i % 3] for i in range(4)]) if config.conditions else None
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    errors = []
    for _ in range(150):
        y, posterior = model(x, labels)
        error = (y - x).abs().mean()
        loss = error + 1e-4 * posterior.kl().mean() / x[0].numel()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        errors.append(error.item())
    assert sum(errors[-10:]) / 10 < errors[0] / 4


def test_labels_matter_to_both_halves_and_may_be_left_out() -> None:
    config, size, _ = CONFIGS["labels"]
    torch.manual_seed(0)
    model, x = VAE(config), torch.randn(1, 3, *size)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    one, other, untold = (torch.tensor([row]) for row in ([1, 2], [1, 0], [5, 3]))
    z = torch.randn(1, 4)
    assert not torch.equal(model.encode(x, one).mean, model.encode(x, other).mean)
    assert not torch.equal(model.decode(z, one), model.decode(z, other))
    assert torch.equal(model.decode(z), model.decode(z, untold))


def test_a_size_that_does_not_fit_is_refused() -> None:
    with pytest.raises(OptionError, match=r"\(30, 48\).*multiple of \(8, 8\)"):
        VAE(CONFIGS["picture"][0]).encode(torch.zeros(1, 3, 30, 48))
    with pytest.raises(OptionError, match=r"\(32, 32\).*knows \(16, 32\) only"):
        VAE(CONFIGS["vector"][0]).encode(torch.zeros(1, 3, 32, 32))


def test_every_weight_learns() -> None:
    for config, size, _ in CONFIGS.values():
        model = VAE(config)
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.1)
        labels = torch.tensor([[1, 0]]) if config.conditions else None
        y, posterior = model(torch.randn(1, config.channels, *size), labels)
        (y.square().mean() + posterior.kl().mean()).backward()
        assert [n for n, p in model.named_parameters() if p.grad is None] == []


def test_the_default_is_small_and_shrinks_by_16() -> None:
    model = VAE(VAEConfig())
    assert sum(p.numel() for p in model.parameters()) <= 6e6
    for side in (128, 256):
        posterior = model.encode(torch.zeros(1, 3, side, side))
        assert posterior.mean.shape == (1, 16, side // 16, side // 16)
