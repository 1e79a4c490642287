"""A tiny Transformer learns from a few real pieces, and its folder composes."""

import json
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.data import score_corpus
from miaobi.models import checkpoint
from miaobi.music.tokens import TOKEN_NAMES
from miaobi.train import prepare_music
from miaobi.train.plan import plan
from miaobi.train.run import run
from tests.music.scores import chorale_files, tune_texts

SMALL = {
    "size": "tiny",
    "model.layers": 1,
    "data.length": 64,
    "data.rows": 4,
    "data.keys": 2,
    "train.steps": 12,
    "train.warmup": 2,
    "train.learning_rate": 3e-3,
    "train.validate_every": 6,
    "train.save_every": 6,
    "train.log_every": 2,
}


@pytest.fixture
def few(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An asset of a few pieces."""
    place = own_home / "few"
    place.mkdir()
    (place / "chorales.mxls").write_bytes(b"".join(chorale_files()[::40]))
    (place / "tunes.abc").write_text("\n".join(tune_texts()[:12]), encoding="latin-1")
    monkeypatch.setattr(score_corpus, "asset_folder", lambda name: place)


def test_it_learns_and_leaves_a_folder(few: None, tmp_path: Path) -> None:
    planned = plan("music", preset="scores", output=tmp_path / "m", options=SMALL)
    events = list(run(planned))
    steps = [event for event in events if hasattr(event, "terms")]
    first, last = (step.terms["loss"] for step in (steps[0], steps[-1]))
    assert last < first - 0.5
    told = steps[-1].validation
    assert set(told) == {"loss", "chorales", "tunes"} and told["loss"] < 5.7
    assert steps[-1].sample.ndim == 3
    folder = tmp_path / "m"
    assert (folder / "samples" / "0000012.png").is_file()
    assert json.loads((folder / "events.json").read_text()) == list(TOKEN_NAMES)
    assert checkpoint.load(folder).config.vocab == len(TOKEN_NAMES)
    card = (folder / "README.md").read_text()
    assert "A model of music" in card and "chorales" in card
    assert "events seen" in (folder / "report.html").read_text()


def test_a_run_that_was_stopped_goes_on_the_same(few: None, tmp_path: Path) -> None:
    whole = plan("music", preset="scores", output=tmp_path / "a", options=SMALL)
    for _ in run(whole):
        pass
    halves = plan("music", preset="scores", output=tmp_path / "b", options=SMALL)
    for event in run(halves):
        if getattr(event, "number", 0) == 7:
            break
    for _ in run(plan("music", preset="scores", output=tmp_path / "b", options=SMALL)):
        pass
    ends = [checkpoint.load(tmp_path / name).state_dict() for name in "ab"]
    assert all(torch.equal(ends[0][key], ends[1][key]) for key in ends[0])


def test_the_shipped_size_is_small(tmp_path: Path) -> None:
    planned = plan("music", preset="scores", output=tmp_path / "x")
    from miaobi.models.gpt import GPT

    network = GPT(prepare_music._config(planned.recipe))
    assert sum(p.numel() for p in network.parameters()) < 7e6


@pytest.mark.parametrize(
    ("options", "data", "told"),
    [
        ({"data.length": 10}, (), "length is 10"),
        ({}, ("poems/",), "data is 'poems/'"),
        ({"model.cell": "gru"}, (), "no option 'model.cell'"),
    ],
)
def test_what_cannot_be(tmp_path: Path, options: dict, data: tuple[str, ...], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        plan("music", data, preset="scores", output=tmp_path / "x", options=options)
