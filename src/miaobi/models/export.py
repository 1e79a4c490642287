"""Export of our checkpoints to folders that transformers' `from_pretrained` loads."""

import json
import shutil
from pathlib import Path
from typing import Any

from miaobi.core.errors import ModelFileError, OutputPathError
from miaobi.models.gpt import GPTConfig

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": "<|end|>",
    "clean_up_tokenization_spaces": False,
}


def export(folder: Path | str, output: Path | str) -> Path:
    """Write the checkpoint `folder` and its tokenizer for transformers, and return `output`.

    Raises ModelFileError for a network without a counterpart (recurrent ones), OutputPathError.
    """
    from miaobi.models import checkpoint, convert

    folder, output = Path(folder).expanduser(), Path(output).expanduser()
    if output.is_file() or (output.is_dir() and any(output.iterdir())):
        raise OutputPathError("{path} is there already.", "Choose another name.", path=output)
    config, _ = checkpoint.read_config(folder)
    if not isinstance(config, GPTConfig):
        raise ModelFileError("{path} is a recurrent network; transformers has none.", path=folder)
    network: Any = checkpoint.load(folder)
    convert.to_folder(network, family_name(config), output)
    shutil.copy(folder / "tokenizer.json", output)
    (output / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG, indent=1) + "\n")
    return output


def family_name(config: GPTConfig) -> str:
    """Return the family of models/convert.py with the features of this config."""
    if config.positions == "learned":
        return "gpt2"
    if config.qk_norm:
        return "qwen3"
    return "qwen2" if config.qkv_bias else "llama"
