"""Our checkpoint folders: what is saved is what is loaded, and anything else is refused."""

import json
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import ModelFileError
from miaobi.models import checkpoint
from miaobi.models.gpt import GPT, preset
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.models.zoo import is_ours

MODELS = {
    "gpt": lambda: GPT(preset(100, "tiny", 64)),
    "lstm": lambda: RNN(RNNConfig(vocab=100, width=32, layers=2)),
    "gru": lambda: RNN(RNNConfig(vocab=100, width=32, layers=1, cell="gru", tied=False)),
}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> torch.nn.Module:
    torch.manual_seed(0)
    return MODELS[request.param]().eval()


def test_saved_and_loaded_is_the_same(model: torch.nn.Module, tmp_path: Path) -> None:
    checkpoint.save(model, tmp_path / "it")
    tokens = torch.randint(0, 100, (2, 20))
    assert torch.equal(checkpoint.load(tmp_path / "it")(tokens), model(tokens))
    assert is_ours(tmp_path / "it") and not is_ours(tmp_path)


def test_kept_as_whole_numbers_it_is_nearly_the_same(
    model: torch.nn.Module, tmp_path: Path
) -> None:
    checkpoint.save(model, tmp_path / "half", "float16")
    checkpoint.save(model, tmp_path / "it", "int8")
    half, small = (
        (tmp_path / name / "model.safetensors").stat().st_size for name in ("half", "it")
    )
    assert small < 0.8 * half
    tokens = torch.randint(0, 100, (2, 20))
    made, wanted = checkpoint.load(tmp_path / "it")(tokens), model(tokens)
    assert 0 < (made - wanted).square().mean() < 1e-3 * wanted.square().mean()


def test_rounding_loses_little_and_nothing_of_what_is_small() -> None:
    weights = {"a": torch.randn(64, 128, 3, 3), "b": torch.zeros(96, 64), "c": torch.randn(64)}
    kept = checkpoint.quantize_int8(weights)
    assert {key: value.dtype for key, value in kept.items()} == {
        "a": torch.int8,
        "a.scale": torch.float16,
        "b": torch.int8,
        "b.scale": torch.float16,
        "c": torch.float16,
    }
    told = checkpoint.dequantize_int8(kept)
    assert told.keys() == weights.keys() and torch.equal(told["b"], weights["b"])
    lost = (told["a"] - weights["a"]).square().mean() / weights["a"].square().mean()
    assert lost < 1e-4  # 40 dB


@pytest.mark.model
def test_it_learns_one_batch(model: torch.nn.Module) -> None:
    torch.manual_seed(0)
    tokens = torch.randint(0, 100, (4, 17))
    optimizer = torch.optim.AdamW(model.train().parameters(), lr=1e-2)  # at 2e-2 rounding decides
    first = model(tokens[:, :-1], targets=tokens[:, 1:]).item()
    for _ in range(120):
        loss = model(tokens[:, :-1], targets=tokens[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert first > 4 and loss.item() < first / 4


def test_the_state_carries_all_that_came_before() -> None:
    torch.manual_seed(0)
    model = RNN(RNNConfig(vocab=100, width=32, layers=2)).eval()
    tokens = torch.randint(0, 100, (2, 20))
    first, state = model.step(tokens[:, :9])
    second, _ = model.step(tokens[:, 9:], state)
    torch.testing.assert_close(torch.cat((first, second), 1), model(tokens))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not the config of a Miaobi checkpoint"),
        ('{"architecture": "cat", "config": {}}', "is not the config of a Miaobi checkpoint"),
        ('{"architecture": "gpt", "config": {"wide": 3}}', "has unknown settings: wide"),
    ],
)
def test_a_strange_config_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelFileError, match=sentence):
        checkpoint.load(tmp_path)


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    checkpoint.save(GPT(preset(100, "tiny", 64)), tmp_path)
    document = json.loads((tmp_path / "config.json").read_text())
    document["config"]["layers"] = 5
    (tmp_path / "config.json").write_text(json.dumps(document))
    with pytest.raises(ModelFileError, match="does not fit its config: missing"):
        checkpoint.load(tmp_path)
