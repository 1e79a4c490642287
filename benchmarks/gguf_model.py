"""Reader of GGUF files of the Llama family (SmolLM2) as our network; tensors are dequantized.

llama.cpp rotates neighboring channels (2 i, 2 i + 1) of a head together, we rotate (i, i + W/2):
the rows of its query and key matrices are in another order, and are permuted back.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.core.errors import ModelFileError
from miaobi.models.convert import build
from miaobi.models.convert_families import FAMILIES
from miaobi.models.gpt import GPT, GPTConfig

# name in llama.cpp -> name in transformers
NAMES = {
    "token_embd": "embed_tokens",
    "output_norm": "norm",
    "output": "lm_head",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def from_gguf(path: Path) -> GPT:
    """Load the network of a GGUF file, float32, in eval mode. Raises ModelFileError."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    try:
        reader = GGUFReader(path)
    except (OSError, ValueError, IndexError) as error:
        raise ModelFileError(
            "{path} is not a GGUF model file.", "Give a .gguf file or a model folder.", path=path
        ) from error
    config = _config(reader, path)
    theirs: dict[str, Tensor] = {}
    for tensor in reader.tensors:
        name = _foreign_name(tensor.name)
        weight = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            weight = _unpermute(weight, config.head_width)
        theirs[name] = weight
    return build(config, FAMILIES["llama"], theirs, path)


def _config(reader: Any, path: Path) -> GPTConfig:
    def value(key: str) -> Any:
        field = reader.fields.get(key)
        if field is None:
            raise ModelFileError("{path} lacks the entry {name}.", path=path, name=key)
        return field.contents()

    architecture = value("general.architecture")
    if architecture != "llama":
        raise ModelFileError(
            "{path} is a {name!r} model, which our own engine does not read.",
            "It reads: {known}. Other models run through transformers.",
            path=path,
            name=architecture,
            known="llama",
        )
    shapes = {tensor.name: tensor.shape.tolist() for tensor in reader.tensors}
    width, heads = value("llama.embedding_length"), value("llama.attention.head_count")
    return GPTConfig(
        vocab=shapes["token_embd.weight"][1],
        context=value("llama.context_length"),
        width=width,
        layers=value("llama.block_count"),
        heads=heads,
        kv_heads=value("llama.attention.head_count_kv"),
        head_width=width // heads,
        hidden=value("llama.feed_forward_length"),
        positions="rotary",
        norm="rms",
        gated=True,
        qkv_bias=False,
        out_bias=False,
        tied="output.weight" not in shapes,
        eps=value("llama.attention.layer_norm_rms_epsilon"),
        rotary_base=float(value("llama.rope.freq_base")),
    )


def _foreign_name(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "blk":
        return f"layers.{parts[1]}.{NAMES[parts[2]]}.{parts[3]}"
    return f"{NAMES[parts[0]]}.{parts[1]}"


def _unpermute(weight: Tensor, head_width: int) -> Tensor:
    """Order the rows of each head of (heads * W, D) as ours: first halves, then second ones."""
    pairs = weight.view(-1, head_width // 2, 2, weight.shape[1])
    return pairs.transpose(1, 2).reshape(weight.shape)
