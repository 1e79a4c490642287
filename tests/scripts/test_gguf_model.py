"""A GGUF file gives the same logits as transformers reads from it."""

from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.gguf_model import from_gguf
from miaobi.core.errors import ModelFileError
from tests.conftest import REAL_ASSETS

REAL = REAL_ASSETS / "smollm2-135m" / "model.gguf"


@pytest.mark.slow
def test_the_real_smollm2_has_the_logits_of_transformers() -> None:
    from transformers import AutoModelForCausalLM

    theirs: Any = AutoModelForCausalLM.from_pretrained(
        REAL.parent, gguf_file=REAL.name, dtype=torch.float32
    ).eval()
    ours = from_gguf(REAL)
    tokens = torch.randint(0, 49_152, (2, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert (ours(tokens) - theirs(tokens).logits).abs().max() <= 1e-4


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(ModelFileError, match="is not a GGUF model file"):
        from_gguf(path)
    path.write_bytes(REAL.read_bytes()[:5000])
    with pytest.raises(ModelFileError):
        from_gguf(path)


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    from gguf import GGUFWriter

    path = tmp_path / "model.gguf"
    writer = GGUFWriter(path, "bert")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(ModelFileError, match="'bert' model"):
        from_gguf(path)
