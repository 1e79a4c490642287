"""Foreign checkpoints give the same logits as transformers, and go back unchanged."""

from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import ModelFileError
from miaobi.models import checkpoint, convert
from miaobi.nn.attention import KVCache

SMALL = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "gpt2": (
        "gpt2",
        {"vocab_size": 300, "n_positions": 128, "n_embd": 64, "n_layer": 3, "n_head": 4},
    ),
    "llama": ("llama", {**SMALL, "tie_word_embeddings": False}),
    "llama 3, tied": ("llama", {**SMALL, "tie_word_embeddings": True, "rope_parameters": LLAMA3}),
    "qwen2": ("qwen2", SMALL),
    "qwen3": ("qwen3", {**SMALL, "head_dim": 32}),
}


@pytest.fixture(params=FAMILIES)
def theirs(request: pytest.FixtureRequest) -> Any:
    """A random network of transformers whose norms and biases are not at their start values."""
    from transformers import AutoConfig, AutoModelForCausalLM

    kind, options = FAMILIES[request.param]
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **options)).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.data += 0.1 * torch.randn_like(parameter)
    return model


@pytest.mark.parametrize("shard", ["5GB", "50KB"], ids=["one file", "shards"])
def test_same_logits_there_and_back(theirs: Any, shard: str, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    theirs.save_pretrained(tmp_path / "theirs", max_shard_size=shard)
    assert len(list((tmp_path / "theirs").glob("*.safetensors"))) == 1 or shard == "50KB"
    ours = convert.from_folder(tmp_path / "theirs")
    tokens = torch.randint(0, 300, (2, 100))
    with torch.no_grad():
        expected = theirs(tokens).logits
        assert (ours(tokens) - expected).abs().max() <= 1e-4
        convert.to_folder(ours, theirs.config.model_type, tmp_path / "back")
        again = AutoModelForCausalLM.from_pretrained(tmp_path / "back").eval()
        assert (again(tokens).logits - expected).abs().max() <= 1e-4
        checkpoint.save(ours, tmp_path / "ours")
        assert torch.equal(checkpoint.load(tmp_path / "ours")(tokens), ours(tokens))


def test_a_cached_step_gives_the_logits_of_the_whole(theirs: Any, tmp_path: Path) -> None:
    theirs.save_pretrained(tmp_path)
    ours = convert.from_folder(tmp_path)
    tokens = torch.randint(0, 300, (2, 40))
    caches = KVCache.views(ours.new_kv_cache(2, 64))
    with torch.no_grad():
        parts = [ours(part, caches) for part in tokens.split([17, 1, 1, 21], dim=1)]
        assert (torch.cat(parts, 1) - ours(tokens)).abs().max() <= 1e-4


def test_pickled_weights_are_refused_by_name(theirs: Any, tmp_path: Path) -> None:
    theirs.config.save_pretrained(tmp_path)
    torch.save(theirs.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match="pytorch_model.bin is pickled"):
        convert.from_folder(tmp_path)


def test_a_truncated_file_is_refused(theirs: Any, tmp_path: Path) -> None:
    theirs.save_pretrained(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelFileError, match="is damaged"):
        convert.from_folder(tmp_path)


def test_a_foreign_kind_names_what_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "mamba"}')
    with pytest.raises(ModelFileError, match="'mamba' model.*gpt2, llama, qwen2, qwen3"):
        convert.from_folder(tmp_path)
