"""Muon: what it makes orthogonal, which weights it moves, and that a stopped run goes on exactly."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from miaobi.core.errors import TrainingError
from miaobi.models.gan import Discriminator, Generator
from miaobi.models.gan import preset as gan_preset
from miaobi.models.gpt import GPT, preset
from miaobi.train.optim import (
    UPDATE_RMS,
    Muon,
    TrainConfig,
    inner_matrices,
    make_optimizer,
    orthogonalize,
)
from miaobi.train.plan import plan
from miaobi.train.resume import STATE, load_state, save_state
from miaobi.train.run import run, train
from tests.train.conftest import small

MUON = {"train.optimizer": "muon"}


def drawn(rows: int, columns: int, seed: int = 0) -> Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, 8), nn.LayerNorm(8))


@pytest.mark.parametrize("shape", [(24, 24), (16, 64), (64, 16), (1, 9)], ids=str)
def test_singular_values_come_near_one(shape: tuple[int, int]) -> None:
    matrix = drawn(*shape)
    before, after = torch.linalg.svdvals(matrix), torch.linalg.svdvals(orthogonalize(matrix))
    assert len(before) == 1 or before.max() > 1.5 * before.min()
    assert after.shape == before.shape and after.max() < 1.3
    assert after.median() > 0.6 and (after > 0.5).float().mean() > 0.9


def test_directions_stay() -> None:
    """A matrix U S V^T comes out as about U V^T: it never turns against what went in."""
    matrix = drawn(20, 30)
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    made = u.T @ orthogonalize(matrix) @ v.T
    assert (made.diag() > 0.3).all()
    assert (made - made.diag().diag()).abs().max() < 0.1


@pytest.mark.parametrize("scale", [1e-4, 0.5, 2.0, 1e6])
def test_how_long_the_gradient_is_does_not_matter(scale: float) -> None:
    matrix = drawn(12, 40)
    torch.testing.assert_close(
        orthogonalize(scale * matrix), orthogonalize(matrix), atol=0.05, rtol=0
    )


def test_wide_and_tall_are_treated_alike() -> None:
    matrix = drawn(10, 30)
    assert torch.equal(orthogonalize(matrix.T), orthogonalize(matrix).T)


def test_no_gradient_stays_none() -> None:
    assert torch.equal(orthogonalize(torch.zeros(4, 6)), torch.zeros(4, 6))


def test_embeddings_heads_and_norms_are_left_to_adamw() -> None:
    gpt = GPT(preset(50, "tiny", 8))
    moved = set(map(id, inner_matrices(gpt)))
    for name, parameter in gpt.named_parameters():
        inner = name.startswith("blocks") and parameter.dim() > 1
        assert (id(parameter) in moved) == inner, name
    assert id(gpt.embed.weight) not in moved and id(gpt.head.weight) not in moved


def test_of_a_gan_tables_and_heads_are_left() -> None:
    config = gan_preset(64, (5,))
    for part in (Generator(config), Discriminator(config)):
        names = {id(p): name for name, p in part.named_parameters()}
        moved = {names[id(p)] for p in inner_matrices(part)}
        assert moved and not any("labels" in name or "head" in name for name in moved)
        assert any(p.dim() == 4 for p in inner_matrices(part))  # convolutions are matrices too


def test_frozen_weights_are_left() -> None:
    it = network()
    it[0].weight.requires_grad_(False)  # type: ignore[union-attr]
    assert [p.shape for p in inner_matrices(it)] == [(8, 16)]


def test_every_weight_has_one_group() -> None:
    it = network()
    optimizer = make_optimizer(it, TrainConfig(optimizer="muon"))
    assert isinstance(optimizer, Muon)
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(map(id, it.parameters()))
    told = {id(p): g["orthogonal"] for g in optimizer.param_groups for p in g["params"]}
    assert [told[id(p)] for p in it.parameters()] == [True, False, True, False, False, False]


def test_a_step_is_as_long_as_it_says() -> None:
    it = nn.Linear(32, 16, bias=False)
    optimizer = make_optimizer(it, TrainConfig(optimizer="muon", weight_decay=0.0))
    before = it.weight.detach().clone()
    it.weight.grad = 1000 * drawn(16, 32)
    for group in optimizer.param_groups:
        group["lr"] = 0.01
    optimizer.step()
    moved = (it.weight - before).square().mean().sqrt()
    # singular values of about 1 in a 16 x 32 matrix: 1/sqrt(32) each, times sqrt(32) * LENGTH
    assert moved.item() == pytest.approx(0.01 * UPDATE_RMS, rel=0.25)


def test_weights_decay() -> None:
    it = nn.Linear(8, 8, bias=False)
    optimizer = make_optimizer(it, TrainConfig(optimizer="muon", weight_decay=0.5))
    before = it.weight.detach().clone()
    it.weight.grad = torch.zeros(8, 8)
    for group in optimizer.param_groups:
        group["lr"] = 0.1
    optimizer.step()
    torch.testing.assert_close(it.weight.detach(), before * 0.95)


def test_all_groups_are_there_after_a_step() -> None:
    """The loop sets the learning rate of each: a group that was lost would never slow down."""
    it = network()
    optimizer = make_optimizer(it, TrainConfig(optimizer="muon"))
    groups = [id(group) for group in optimizer.param_groups]
    it(torch.randn(2, 3, 4, 4)).square().sum().backward()
    optimizer.step()
    assert [id(group) for group in optimizer.param_groups] == groups and len(groups) == 2


def learned(it: nn.Module, optimizer: torch.optim.AdamW, first: int, count: int) -> None:
    for step in range(first, first + count):
        draw = torch.Generator().manual_seed(step)
        it(torch.randn(4, 3, 4, 4, generator=draw)).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()


def test_the_state_file_holds_all_of_it(tmp_path: Path) -> None:
    whole, parts = network(), network()
    config = TrainConfig(optimizer="muon", learning_rate=0.01)
    first, second = make_optimizer(whole, config), make_optimizer(parts, config)
    learned(whole, first, 0, 7)
    learned(parts, second, 0, 3)
    save_state(tmp_path, 3, {"it": parts}, {"it": second}, {})
    keys = load_file(tmp_path / STATE)
    assert {key for key in keys if "momentum" in key} == {
        "it/momentum/0.weight",
        "it/momentum/2.weight",
    }
    again = nn.Sequential(*network())
    third = make_optimizer(again, config)
    assert load_state(tmp_path, {"it": again}, {"it": third}, {}) == 3
    learned(again, third, 3, 4)
    for a, b in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)


def test_the_other_optimizer_does_not_continue_it(tmp_path: Path) -> None:
    it = network()
    optimizer = make_optimizer(it, TrainConfig(optimizer="muon"))
    learned(it, optimizer, 0, 1)
    save_state(tmp_path, 1, {"it": it}, {"it": optimizer}, {})
    with pytest.raises(TrainingError, match="cannot be continued"):
        load_state(tmp_path, {"it": it}, {"it": make_optimizer(it, TrainConfig())}, {})


def test_a_run_goes_on_to_the_same_weights(words: Path, tmp_path: Path) -> None:
    options = small("gpt", **MUON)
    whole = train("gpt", str(words), output=tmp_path / "whole", options=options)
    for stop in (5, 3):  # of 12 steps, saved every 4
        events = run(plan("gpt", [str(words)], output=tmp_path / "parts", options=options))
        for _ in range(1 + stop):
            next(events)
        events.close()  # type: ignore[attr-defined]
    assert (tmp_path / "parts" / STATE).is_file()
    parts = train("gpt", str(words), output=tmp_path / "parts", options=options)
    plain = train("gpt", str(words), output=tmp_path / "plain", options=small("gpt"))
    first, second, third = ((f / "model.safetensors").read_bytes() for f in (whole, parts, plain))
    assert first == second != third
