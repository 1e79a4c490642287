"""The saved state: put back it is bit for bit what it was, and what does not fit is refused."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from miaobi.core.errors import TrainingError
from miaobi.models.gpt import GPT, preset
from miaobi.train.ema import EMA
from miaobi.train.optim import TrainConfig, make_optimizer
from miaobi.train.resume import STATE, load_state, save_state


class Training:
    """A network with all that can be kept: buffers, frozen and tied weights, averages."""

    def __init__(self, seed: int, network: nn.Module | None = None, ema: float = 0.9) -> None:
        torch.manual_seed(seed)
        frozen = nn.Linear(4, 4)
        frozen.weight.requires_grad = False
        self.network = network or nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), frozen)
        self.networks = {"it": self.network}
        self.optimizers = {"it": make_optimizer(self.network, TrainConfig(learning_rate=0.1))}
        self.averages = {"it": EMA(self.network, ema)} if ema else {}

    def learn(self, first: int, count: int) -> None:
        for step in range(first, first + count):
            draw = torch.Generator().manual_seed(step)
            self.network(torch.randn(8, 3, generator=draw)).square().sum().backward()
            self.optimizers["it"].step()
            self.optimizers["it"].zero_grad()
            for average in self.averages.values():
                average.update(step)

    def save(self, folder: Path, step: int) -> None:
        save_state(folder, step, self.networks, self.optimizers, self.averages)

    def load(self, folder: Path) -> int:
        return load_state(folder, self.networks, self.optimizers, self.averages)

    def everything(self) -> dict[str, torch.Tensor]:
        found = dict(self.network.state_dict())
        for number, parameter in enumerate(self.network.parameters()):
            state = self.optimizers["it"].state.get(parameter, {})
            found |= {f"optimizer {number} {part}": value for part, value in state.items()}
        for name, average in self.averages.items():
            found |= {f"average {name} {key}": value for key, value in average.average.items()}
        return found


def same(one: Training, two: Training) -> bool:
    first, second = one.everything(), two.everything()
    assert first.keys() == second.keys()
    return all(torch.equal(first[key], second[key]) for key in first)


def test_what_is_put_back_is_what_was_kept(tmp_path: Path) -> None:
    first, second = Training(0), Training(0)
    first.learn(0, 5)
    first.save(tmp_path, 5)
    second.learn(7, 1)
    assert not same(first, second)
    assert second.load(tmp_path) == 5 and same(first, second)


def test_it_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    whole, before, after = Training(0), Training(0), Training(0)
    whole.learn(0, 9)
    before.learn(0, 4)
    before.save(tmp_path, 4)
    after.learn(0, 2)  # it comes from somewhere else
    assert after.load(tmp_path) == 4
    after.learn(4, 5)
    assert same(whole, after)


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_networks_for_pictures_go_on_exactly_too(optimizer: str, tmp_path: Path) -> None:
    """Their weights keep channels innermost; moments in another order would be mixed up."""

    def training() -> Training:
        torch.manual_seed(0)
        network = nn.Sequential(nn.Unflatten(1, (3, 1, 1)), nn.Conv2d(3, 8, 3, padding=1))
        network = nn.Sequential(*network, nn.Conv2d(8, 4, 3, padding=1))
        network = network.to(memory_format=torch.channels_last)
        it = Training(0, network)
        config = TrainConfig(learning_rate=0.1, optimizer=optimizer)
        it.optimizers = {"it": make_optimizer(network, config)}
        return it

    whole, before, after = training(), training(), training()
    whole.learn(0, 6)
    before.learn(0, 3)
    before.save(tmp_path, 3)
    assert after.load(tmp_path) == 3 and same(before, after)
    after.learn(3, 3)
    assert same(whole, after)


def test_without_a_state_it_begins_at_the_beginning(tmp_path: Path) -> None:
    training = Training(0)
    assert training.load(tmp_path) == 0 and same(training, Training(0))


def test_a_later_state_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    training = Training(0)
    for step in (1, 2, 3):
        training.learn(step, 1)
        training.save(tmp_path, step)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [STATE]
    assert Training(0).load(tmp_path) == 3


def test_tied_weights_are_kept_once(tmp_path: Path) -> None:
    network = GPT(preset(50, "tiny", 8))
    training = Training(0, network)
    network(torch.tensor([[1, 2]]), targets=torch.tensor([[2, 3]])).backward()
    training.optimizers["it"].step()
    training.save(tmp_path, 1)
    keys = load_file(tmp_path / STATE)
    assert "it/weight/embed.weight" in keys and "it/weight/head.weight" not in keys
    other = GPT(preset(50, "tiny", 8))
    assert Training(1, other).load(tmp_path) == 1
    assert torch.equal(other.head.weight, network.embed.weight)
    assert other.head.weight is other.embed.weight


def test_frozen_weights_are_not_kept(tmp_path: Path) -> None:
    training = Training(0)
    training.learn(0, 1)
    training.save(tmp_path, 1)
    keys = load_file(tmp_path / STATE)
    assert "it/weight/2.bias" in keys and not any("2.weight" in key for key in keys)


@pytest.mark.parametrize(
    "other",
    [
        lambda: Training(0, nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 4))),
        lambda: Training(0, nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))),
        lambda: Training(0, nn.Linear(3, 4)),
        lambda: Training(0, nn.Sequential(*Training(0).network, nn.Linear(4, 4))),  # type: ignore
    ],
    ids=["wider", "shorter", "plain", "longer"],
)
def test_another_network_is_refused(other: object, tmp_path: Path) -> None:
    training = Training(0)
    training.learn(0, 1)
    training.save(tmp_path, 1)
    with pytest.raises(TrainingError) as caught:
        other().load(tmp_path)  # type: ignore[operator]
    assert str(caught.value).startswith(f"The run in {tmp_path} cannot be continued: ")


def test_averages_that_were_not_kept_are_refused(tmp_path: Path) -> None:
    training = Training(0, ema=0)
    training.learn(0, 1)
    training.save(tmp_path, 1)
    with pytest.raises(TrainingError, match="cannot be continued"):
        Training(0).load(tmp_path)


def test_averages_that_are_no_longer_wanted_are_refused(tmp_path: Path) -> None:
    training = Training(0)
    training.learn(0, 1)
    training.save(tmp_path, 1)
    with pytest.raises(TrainingError, match="cannot be continued"):
        Training(0, ema=0).load(tmp_path)


@pytest.mark.parametrize("damage", ["empty", "half", "tail", "other", "no step"])
def test_a_damaged_state_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / STATE
    training = Training(0)
    training.learn(0, 1)
    training.save(tmp_path, 1)
    data = path.read_bytes()
    if damage == "no step":
        save_file(load_file(path), path)
    else:
        path.write_bytes(
            {"empty": b"", "half": data[: len(data) // 2], "tail": data[:-1], "other": b"A fox."}[
                damage
            ]
        )
    with pytest.raises(TrainingError) as caught:
        training.load(tmp_path)
    assert "cannot be continued" in str(caught.value) and "\n" not in str(caught.value)
