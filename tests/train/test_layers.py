"""Layers and poses from a plan to folders: learned, stopped, continued, refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import MissingAsset, OptionError
from miaobi.data.latents import Latents
from miaobi.models import checkpoint, layers
from miaobi.models.layers import Layers
from miaobi.models.tokenizer import load_tokenizer
from miaobi.scenes import layers as data
from miaobi.train.loop import Step
from miaobi.train.objective_layers import LayersLossConfig, LayersObjective, epoch_indices, on_white
from miaobi.train.plan import plan
from miaobi.train.run import run, train

pytestmark = pytest.mark.usefixtures("drawings")
SHORT: dict[str, Any] = {
    "train.steps": 4,
    "train.save_every": 2,
    "train.validate_every": 2,
    "train.warmup": 1,
    "train.log_every": 1,
    "train.ema": 0.8,
}
LAYERS = SHORT | {"data.rows": 2, "data.grounds": 1, "model.latent": 16}
POSES = SHORT | {"data.rows": 4, "data.pool": 40, "data.frames": 6, "model.vocab": 300}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a few channels, which draw at 24 and 32 pixels."""
    monkeypatch.setattr(layers, "DRAWINGS", ((16, 8), 3))
    monkeypatch.setattr(layers, "GROUNDS", ((16, 8), 4))
    for name in ("VALIDATED", "SHOWN"):
        monkeypatch.setattr(f"miaobi.train.objective_layers.{name}", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of layers, hardly trained."""
    options = LAYERS | {"train.steps": 1}
    return train("layers", preset="puppets", output=tmp_path / "known", options=options)


def stopped_and_continued(started: Any, whole: Path, parts: Path) -> None:
    """Run to the end, and again with a stop after three steps: the weights are the same."""
    for _ in run(started(whole)):
        pass
    seen = 0
    for event in (events := run(started(parts))):
        seen += isinstance(event, Step)
        if seen == 3:
            break
    events.close()  # type: ignore[attr-defined]
    for _ in run(started(parts)):
        pass
    first, second = (place / "model.safetensors" for place in (whole, parts))
    assert first.read_bytes() == second.read_bytes()


def test_layers_stopped_and_continued(tmp_path: Path) -> None:
    def started(output: Path) -> Any:
        return plan("layers", preset="puppets", output=output, options=LAYERS)

    stopped_and_continued(started, tmp_path / "whole", tmp_path / "parts")
    network: Any = checkpoint.load(tmp_path / "whole")
    assert isinstance(network, Layers)
    assert network.config.drawn == data.sprite_count() and network.config.painted == len(
        data.background_variants()
    )
    told = json.loads((tmp_path / "whole" / "run.json").read_text(encoding="utf-8"))
    assert told["finished"] and told["layers"]["drawings"] == data.sprite_count()
    card = (tmp_path / "whole" / "README.md").read_text(encoding="utf-8")
    assert "drawings seen | 8, of" in card and "held out" not in card
    names = json.loads((tmp_path / "whole" / "layers.json").read_text(encoding="utf-8"))
    assert names["grounds"][0] == list(vars(data.background_variants()[0]).values())
    assert len(list((tmp_path / "whole" / "samples").iterdir())) == 2


def test_layers_are_learned() -> None:
    torch.manual_seed(0)
    counts = [tuple(map(len, told())) for told in (data.sprite_classes, data.background_classes)]
    config = layers.preset(
        data.sprite_count(), counts[0], len(data.background_variants()), counts[1], latent=16
    )
    network = Layers(config)
    objective = LayersObjective(
        network, data.LayerConfig(rows=4, grounds=2), LayersLossConfig(), "float32"
    )
    adam = torch.optim.AdamW(network.parameters(), lr=3e-3)
    told: list[dict[str, float]] = []
    for _ in range(40):
        [(_, terms)] = objective.losses((0, 0), torch.device("cpu"))  # the same draw every time
        terms["loss"].backward()
        adam.step()
        adam.zero_grad()
        told.append({name: value.item() for name, value in terms.items()})
    for name in ("loss", "drawings", "grounds"):
        assert told[-1][name] < 0.7 * told[0][name], name


def test_all_are_shown_before_any_comes_again() -> None:
    seen = [number for step in range(5) for number in epoch_indices((3, step), 20, 4)]
    assert sorted(seen) == list(range(20))
    second = [number for step in range(5, 10) for number in epoch_indices((3, step), 20, 4)]
    assert sorted(second) == list(range(20)) and second != seen


def test_on_white() -> None:
    x = torch.tensor([[-1.0, -1, -1, -1], [1, -1, -1, 1]])[..., None, None]  # nothing, and red
    white, red = on_white(x).flatten(1).tolist()
    assert white == [1, 1, 1] and red == [1, -1, -1]


def test_poses_stopped_and_continued(folder: Path, tmp_path: Path) -> None:
    def started(output: Path) -> Any:
        options = POSES | {"model.autoencoder": str(folder)}
        return plan("t2v", preset="puppets", output=output, options=options)

    stopped_and_continued(started, tmp_path / "whole", tmp_path / "parts")
    config: Any = checkpoint.load(tmp_path / "whole").config
    assert config.is_video and config.size == (6, 128, 128) and config.fps == 24
    kept = tmp_path / "whole" / "layers"
    for name in ("config.json", "layers.json", "model.safetensors"):
        assert (kept / name).read_bytes() == (folder / name).read_bytes()
    assert load_tokenizer(tmp_path / "whole").get_vocab_size() <= 300
    assert len(list((tmp_path / "whole" / "samples").iterdir())) == 2
    # and on from its weights, layers and words
    again = {key: value for key, value in POSES.items() if not key.startswith("model.")}
    on = train(
        "t2v",
        preset="puppets",
        output=tmp_path / "on",
        start_from=tmp_path / "whole",
        options=again | {"train.steps": 1},
    )
    assert (on / "layers" / "model.safetensors").is_file()


def test_rare_poses_are_not_blown_up() -> None:
    values = np.zeros((100, 2, 3, 1, 1), np.float16)
    values[0, 0] = 1
    values[:, 1] = np.linspace(-1, 1, 100)[:, None, None, None]
    _, (rare, common) = Latents(values, [""] * 100).statistics(min_deviation=0.2)
    assert rare == 5 and common < 2


def test_what_they_cannot_learn_from(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="layers:clips"):
        plan("layers", ["my pictures"], preset="puppets", output=tmp_path / "no")
    with pytest.raises(OptionError, match="clips:composed"):
        options = POSES | {"model.autoencoder": str(folder)}
        plan("t2v", ["my clips"], preset="puppets", output=tmp_path / "no", options=options)
    with pytest.raises(OptionError, match="multiple of 3"):
        options = POSES | {"model.autoencoder": str(folder), "data.frames": 7}
        plan("t2v", preset="puppets", output=tmp_path / "no", options=options)
    with pytest.raises(OptionError, match="family is 'gan'"):
        plan("gan", ["x"], output=tmp_path / "no", start_from=folder)
    assert not (tmp_path / "no").exists()


def test_without_drawings_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(number: int, side: int) -> None:
        raise MissingAsset("scenes-art is missing.")

    folder = tmp_path / "it"
    with monkeypatch.context() as patched, pytest.raises(MissingAsset):
        patched.setattr(data, "sprite_canvas", missing)
        train("layers", preset="puppets", output=folder, options=LAYERS)
    assert not list(folder.iterdir())
    train("layers", preset="puppets", output=folder, options=LAYERS | {"train.steps": 1})
