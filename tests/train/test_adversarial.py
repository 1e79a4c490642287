"""What a step of a GAN minimizes, on networks small enough to try."""

from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.data.folders import ArraySource
from miaobi.data.image import PictureConfig, open_pictures
from miaobi.models import checkpoint
from miaobi.models.gan import Discriminator, GANConfig, Generator
from miaobi.train.loop import Step, train
from miaobi.train.objective_gan import LOSSES, SAMPLE_ROWS, SIGMA, GANLossConfig, GANObjective
from miaobi.train.optim import TrainConfig
from tests.scenes.drawn import draw_folder

CPU = torch.device("cpu")
SIDE = 32
CONFIG = GANConfig(
    latent=8, context=16, conditions=(2,), widths=(32, 24, 16), judge_widths=(24, 32)
)


@pytest.fixture
def source(tmp_path: Path) -> ArraySource:
    place = str(draw_folder(tmp_path / "pictures", 24))
    opened, _ = open_pictures((place,), PictureConfig(size=SIDE))
    assert isinstance(opened, ArraySource)
    return opened


def adversarial(source: Any, **loss: Any) -> GANObjective:
    torch.manual_seed(0)
    networks = Generator(CONFIG), Discriminator(CONFIG)
    data = PictureConfig(size=SIDE, rows=8)
    return GANObjective(networks, source, data, GANLossConfig(**loss))


def steps(objective: Any, folder: Path, count: int, **options: Any) -> list[Step]:
    plain = {"warmup": 0, "precision": "float32", "weight_decay": 0.0, "betas": (0.0, 0.99)}
    config: dict[str, Any] = {**plain, "steps": count, "validate_every": count, **options}
    return list(train(objective, TrainConfig(**config), folder))


def terms(objective: GANObjective, step: int = 1) -> dict[str, dict[str, float]]:
    torch.manual_seed(0)
    with torch.no_grad():
        told = dict(objective.losses((0, step, 0, 0), CPU))
    return {name: {key: float(value) for key, value in row.items()} for name, row in told.items()}


def test_terms_carry_the_names_of_both_networks(source: ArraySource, tmp_path: Path) -> None:
    (told,) = steps(adversarial(source), tmp_path, 1)
    assert set(told.terms) == {
        "learning rate",
        "loss of discriminator",
        "real of discriminator",
        "fake of discriminator",
        "loss of generator",
        "gradient of discriminator",
        "gradient of generator",
    }
    assert set(told.validation) == {"advantage"}


def test_the_discriminator_learns_first(source: ArraySource) -> None:
    assert list(terms(adversarial(source))) == ["discriminator", "generator"]


@pytest.mark.parametrize("kind", LOSSES)
def test_both_losses_are_those_of_the_scores(kind: str, source: ArraySource) -> None:
    """Before anything is learned all scores are near zero."""
    told = terms(adversarial(source, kind=kind, r1=0))
    wanted = {"hinge": (2, 0), "non-saturating": (1.386, 0.693)}[kind]
    assert told["discriminator"]["loss"] == pytest.approx(wanted[0], abs=0.5)
    assert told["generator"]["loss"] == pytest.approx(wanted[1], abs=0.5)


def test_each_network_learns_from_its_own_loss(source: ArraySource, tmp_path: Path) -> None:
    objective = adversarial(source)
    before = {
        name: [weight.detach().clone() for weight in network.parameters()]
        for name, network in objective.networks.items()
    }
    (judged, judge), (made, make) = objective.losses((0, 1, 0, 0), CPU)
    assert (judged, made) == ("discriminator", "generator")
    judge["loss"].backward(retain_graph=True)
    assert all(weight.grad is None for weight in objective.networks["generator"].parameters())
    make["loss"].backward()
    assert any(
        weight.grad is not None and weight.grad.abs().max() > 0
        for weight in objective.networks["generator"].parameters()
    )
    objective = adversarial(source)
    steps(objective, tmp_path, 1)
    for name, network in objective.networks.items():
        after = list(network.parameters())
        assert any(not torch.equal(a, b) for a, b in zip(before[name], after, strict=True)), name


def test_slopes_are_looked_at_now_and_then(source: ArraySource) -> None:
    """In step 0, 4, 8 … only, and then as heavily as if it were always."""
    without, with_it = adversarial(source, r1=0), adversarial(source, r1=5, every=4)
    for step in (1, 2, 3, 5):
        first, second = (terms(it, step)["discriminator"]["loss"] for it in (without, with_it))
        assert first == second
    apart = [
        terms(adversarial(source, r1=r1, every=every), 4)["discriminator"]["loss"]
        - terms(without, 4)["discriminator"]["loss"]
        for r1, every in ((5, 4), (10, 2), (5, 2))
    ]
    assert min(apart) > 0
    assert apart[0] == pytest.approx(apart[1], rel=1e-3) == pytest.approx(2 * apart[2], rel=1e-3)
    assert SIGMA < 0.1


def test_the_pull_to_drawings_of_the_same_labels_lets_go(source: ArraySource) -> None:
    free, pulled = adversarial(source), adversarial(source, near=10, near_steps=8)
    extra = {}
    for step in (2, 6, 8, 9):
        plain, told = terms(free, step)["generator"], terms(pulled, step)["generator"]
        extra[step] = told["loss"] - plain["loss"]
        assert ("apart" in told) == (step < 8)
        assert extra[step] == pytest.approx(10 * (1 - step / 8) * told.get("apart", 0), abs=1e-4)
    assert extra[2] > extra[6] > extra[8] == extra[9] == 0


def test_the_discriminator_comes_to_tell_them_apart(source: ArraySource, tmp_path: Path) -> None:
    """While the generator stands still."""
    objective = adversarial(source, r1=0.01)
    objective.networks["generator"].requires_grad_(False)
    judge, batch = objective.networks["discriminator"], source.pictures(list(range(8)))
    optimizer = torch.optim.Adam(judge.parameters(), 2e-3)
    advantages = []
    for step in range(30):
        torch.manual_seed(step)
        name, told = next(iter(objective.losses((0, step, 0, 0), CPU)))
        assert name == "discriminator"
        optimizer.zero_grad()
        told["loss"].backward()
        optimizer.step()
        advantages.append((told["real"] - told["fake"]).item())
    assert advantages[-1] > advantages[0] + 1 and len(batch.captions) == 8
    with torch.no_grad():
        assert objective.validate(CPU)["advantage"] > 1


def test_validation_and_samples_repeat_themselves(source: ArraySource) -> None:
    objective = adversarial(source)
    with torch.no_grad():
        first, sheet = objective.validate(CPU), objective.sample()
        torch.rand(3)
        assert objective.validate(CPU) == first and (objective.sample() == sheet).all()
    assert sheet.shape == (SAMPLE_ROWS * SIDE, 8 * SIDE, 3)


def test_only_the_generator_is_kept(source: ArraySource, tmp_path: Path) -> None:
    objective = adversarial(source)
    objective.save(tmp_path)
    assert {path.name for path in tmp_path.glob("*.*")} == {"config.json", "model.safetensors"}
    kept = checkpoint.load(tmp_path)
    assert isinstance(kept, Generator)
    z, labels = torch.randn(2, 8), torch.tensor([[0], [1]])
    with torch.no_grad():
        assert torch.equal(kept(z, labels), objective.networks["generator"].eval()(z, labels))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "squares"}, "kind is 'squares'"),
        ({"r1": -1}, "r1 is -1"),
        ({"every": 0}, "every is 0"),
        ({"limit": 0}, "limit is 0"),
    ],
    ids=str,
)
def test_options_that_make_no_sense(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        GANLossConfig(**values)


def test_a_generator_alone_learns_from_drawings_only(source: ArraySource, tmp_path: Path) -> None:
    objective = adversarial(source, near=10.0, near_steps=10, alone=2)
    assert list(terms(objective, 1)) == ["generator"]
    assert list(terms(objective, 2)) == ["discriminator", "generator"]
    told = terms(objective, 1)["generator"]
    assert told["loss"] == pytest.approx(10 * 0.9 * told["apart"])
    first, *_, last = steps(adversarial(source, near=10.0, near_steps=90, alone=30), tmp_path, 30)
    assert last.terms["apart of generator"] < first.terms["apart of generator"]


@pytest.mark.parametrize("values", [{"alone": 5}, {"alone": 5, "near": 10.0, "near_steps": 4}])
def test_alone_without_anything_to_learn_from_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="loss.near"):
        GANLossConfig(**values)
    assert GANLossConfig(alone=5, near=10, near_steps=5).alone == 5
