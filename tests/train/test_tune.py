"""LoRA: few weights learn, the others stay, and the folder is a whole model again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.models import checkpoint
from miaobi.tasks.text import text
from miaobi.train.run import train, tune
from tests.tiny.checkpoints import save_gpt2, save_neox, save_qwen2

QUICK = {"train.steps": 6, "train.validate_every": 6, "data.length": 32, "data.rows": 4}
WORDS = "The fox found a fallen star and carried it home through the deep snow. " * 200


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "fox.txt").write_text(WORDS)
    return folder


def test_our_model_is_tuned(data: Path, tmp_path: Path) -> None:
    options = {**QUICK, "size": "tiny", "data.vocab": 300}
    base = train("gpt", str(data), output=tmp_path / "base", options=options)
    tuned = tune(
        str(base),
        str(data),
        output=tmp_path / "tuned",
        options={**QUICK, "train.learning_rate": 1e-2},
    )
    before, after = checkpoint.load(base), checkpoint.load(tuned)
    moved = {
        name
        for (name, old), new in zip(before.named_parameters(), after.parameters(), strict=True)
        if not torch.equal(old, new)
    }
    assert moved and all(name.endswith("weight") and "norm" not in name for name in moved)
    assert "embed.weight" not in moved and "blocks.0.attention.qkv.weight" in moved
    assert text("The fox", model=str(tuned), max_tokens=5, seed=1).text
    card = (tuned / "README.md").read_text()
    assert f"miaobi tune {base}" in card and f"trained on from `{base}`" in card


@pytest.mark.parametrize("save", [save_gpt2, save_qwen2, save_neox])
def test_a_hub_folder_is_tuned_and_its_adapter_fits_it(
    save: Callable[[Path], Path], data: Path, tmp_path: Path
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = save(tmp_path / "base")
    tuned = tune(
        str(base),
        str(data),
        output=tmp_path / "tuned",
        options={**QUICK, "model.rank": 4, "train.learning_rate": 1e-2},
    )
    tokens = torch.randint(0, 90, (1, 12))
    with torch.no_grad():
        plain: Any = AutoModelForCausalLM.from_pretrained(base)
        untouched = plain(tokens).logits
        whole = AutoModelForCausalLM.from_pretrained(tuned)(tokens).logits
        beside = PeftModel.from_pretrained(plain, str(tuned / "adapter"))(tokens).logits
    torch.testing.assert_close(beside, whole, atol=1e-4, rtol=1e-3)
    assert (whole - untouched).abs().max() > 1e-3
    assert text("The fox", model=str(tuned), max_tokens=5, seed=1, raw=True).usage


def test_what_cannot_be_tuned_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="GGUF"):
        tune("smollm2-135m", str(data))
    options = {**QUICK, "size": "tiny", "data.vocab": 300, "train.steps": 1}
    base = train("rnn", str(data), output=tmp_path / "base", options=options)
    with pytest.raises(OptionError, match="recurrent"):
        tune(str(base), str(data), output=tmp_path / "tuned", options=QUICK)
    with pytest.raises(OptionError, match=r"model\.rank"):
        tune(str(base), str(data), options={"size": "tiny"})
