"""The judge learns, writes a folder that can be used, and refuses what it cannot learn from."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.data.image import PictureConfig, SceneSource
from miaobi.data.judge_targets import FIGURES
from miaobi.models import checkpoint
from miaobi.models.judge import Judge, JudgeConfig
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.tokenizer import load_tokenizer, train_tokenizer
from miaobi.train import objective_judge, prepare_judge
from miaobi.train.objective_judge import JudgeLossConfig, JudgeObjective, degrade
from miaobi.train.plan import plan
from miaobi.train.run import run

pytestmark = pytest.mark.usefixtures("drawings")
TINY: dict[str, Any] = {
    "size": "tiny",
    "data.size": 32,
    "data.rows": 4,
    "train.steps": 3,
    "train.validate_every": 3,
    "train.save_every": 3,
    "model.vocab": 300,
}


def test_a_run_leaves_a_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare_judge, "CAPTIONS", 40)
    monkeypatch.setattr(objective_judge, "HELD_OUT", 64)
    folder = tmp_path / "judge"
    *_, last = run(plan("judge", preset="scenes", output=folder, options=TINY))
    assert set(last.validation) == set(FIGURES)
    assert all(0 <= value <= 1 for value in last.validation.values())
    assert len(last.sample.splitlines()) > 2
    network, tokenizer = checkpoint.load(folder), load_tokenizer(folder)
    assert isinstance(network, Judge)
    assert network.config.size == (32, 32)
    assert network.config.text.vocab >= tokenizer.get_vocab_size()
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert told["finished"] and told["pictures"]["size"] == 32 and len(told["data_sha256"]) == 64
    # and another run may begin with its weights and words
    options = {key: value for key, value in TINY.items() if key not in ("size", "model.vocab")}
    *_, step = run(
        plan("judge", preset="scenes", output=tmp_path / "b", start_from=folder, options=options)
    )
    assert step.number == step.total == 3
    kept = (tmp_path / "b" / "tokenizer.json").read_bytes()
    assert kept == (folder / "tokenizer.json").read_bytes()


def test_it_learns_a_batch() -> None:
    data = PictureConfig(size=32, rows=8, subjects=2)
    source = SceneSource("composed", data)
    captions = [source.training.scene(number).caption for number in range(20)]
    tokenizer = train_tokenizer(captions, "bpe", 300)
    torch.manual_seed(0)
    text = TextEncoderConfig(300, 64, 32, 1, 16)
    config = JudgeConfig(widths=(16, 24, 32), blocks=(1, 1, 1), size=(32, 32), text=text)
    network = Judge(config)
    objective = JudgeObjective(network, source, tokenizer, data, JudgeLossConfig(worn=0))
    adam = torch.optim.AdamW(network.parameters(), lr=3e-3)
    told: list[dict[str, float]] = []
    for _ in range(40):
        [(_, terms)] = objective.losses((0, 0), torch.device("cpu"))  # the same draw every time
        terms["loss"].backward()
        adam.step()
        adam.zero_grad()
        told.append({name: value.item() for name, value in terms.items()})
    for name in ("loss", "where", "there", "style", "words"):
        assert told[-1][name] < 0.7 * told[0][name], name


def test_some_pictures_are_worn() -> None:
    torch.manual_seed(0)
    x = torch.rand(200, 3, 8, 8)
    changed = (degrade(x, 0.3) != x).flatten(1).any(1).float().mean().item()
    assert 0.2 < changed < 0.4
    assert (degrade(x, 0.0) == x).all()


@pytest.mark.parametrize(
    ("keywords", "says"),
    [
        ({"data": "scenes:labelled"}, "scenes:composed"),
        ({"data": "pictures"}, "scenes:composed"),
        ({"options": {"data.size": 40}}, "multiple of 16"),
        ({"options": {"size": "vast"}}, "tiny, small, medium"),
        ({"options": {"loss.worn": 2}}, "between 0 and 1"),
    ],
    ids=["kind", "folder", "side", "size", "share"],
)
def test_what_it_cannot_learn_from(keywords: dict[str, Any], says: str, tmp_path: Path) -> None:
    data = [keywords.pop("data")] if "data" in keywords else []
    with pytest.raises(OptionError, match=says):
        plan("judge", data, preset="scenes", output=tmp_path / "it", **keywords)
    assert not (tmp_path / "it").exists()
