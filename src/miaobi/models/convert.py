"""Foreign checkpoints to ours and back: GPT-2, Llama (SmolLM2), Qwen2 and Qwen3, in safetensors.

A family is a function from its config to ours and one from its layer's names to ours. Our
qkv matrix is theirs stacked: q, k, v; our gated `up` is theirs stacked: gate, up.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.core.errors import ModelFileError
from miaobi.models.gpt import GPT, GPTConfig
from miaobi.models.zoo import PICKLES

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Entry:
    """One tensor of ours and the tensors of theirs that it stacks."""

    ours: str
    theirs: tuple[str, ...]
    turned: bool = False  # GPT-2 keeps its matrices as (in, out)


@dataclass(frozen=True)
class Family:
    """How one foreign architecture reads as ours."""

    config: Callable[[dict[str, Any]], GPTConfig]
    entries: Callable[[GPTConfig], Iterator[Entry]]
    foreign: Callable[[GPTConfig], dict[str, Any]]


def from_folder(folder: Path) -> GPT:
    """A Hugging Face folder (one safetensors file or shards) as our network, in eval mode.

    Raises ModelFileError for pickled weights, an unknown architecture or a missing tensor.
    """
    config, family = read_config(folder)
    theirs = _strip(read_safetensors(folder))
    return build(config, family, theirs, folder)


def read_config(folder: Path) -> tuple[GPTConfig, Family]:
    """The config of a Hugging Face folder as ours, and its family. Raises ModelFileError."""
    foreign = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    family = family_of(foreign, folder)
    return family.config(foreign), family


def build(config: GPTConfig, family: Family, theirs: Weights, place: Path) -> GPT:
    """Our network with their tensors in place."""
    ours: Weights = {}
    for entry in family.entries(config):
        missing = [name for name in entry.theirs if name not in theirs]
        if missing:
            raise ModelFileError("{path} lacks the tensor {name}.", path=place, name=missing[0])
        parts = [theirs[name].T if entry.turned else theirs[name] for name in entry.theirs]
        ours[entry.ours] = torch.cat(parts).float().contiguous()
    with torch.device("meta"):
        model = GPT(config)
    model.load_state_dict(ours, strict=False, assign=True)
    if config.tied:
        model.head.weight = model.embed.weight
    return _with_rotary(model).eval()


def to_folder(model: GPT, family_name: str, folder: Path) -> None:
    """Write our network as a folder that transformers' `from_pretrained` loads."""
    from safetensors.torch import save_file

    family, config = FAMILIES[family_name], model.config
    state, theirs = model.state_dict(), {}
    sizes = (config.heads, config.kv_heads, config.kv_heads)
    for entry in family.entries(config):
        whole = state[entry.ours]
        if len(entry.theirs) == 3:
            parts = whole.split([size * config.head_width for size in sizes])
        else:
            parts = whole.chunk(len(entry.theirs))
        for name, part in zip(entry.theirs, parts, strict=True):
            theirs[_prefix(family_name) + name] = (part.T if entry.turned else part).contiguous()
    if not config.tied:
        theirs["lm_head.weight"] = theirs.pop(_prefix(family_name) + "lm_head.weight")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(theirs, folder / "model.safetensors", metadata={"format": "pt"})
    text = json.dumps(family.foreign(config), indent=1)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def family_of(foreign: dict[str, Any], place: Path) -> Family:
    """The row of FAMILIES for a foreign config. Raises ModelFileError."""
    name = foreign.get("model_type", "")
    if name not in FAMILIES:
        raise ModelFileError(
            "{path} is a {name!r} model, which our own engine does not read.",
            "It reads: {known}. Other models run through transformers.",
            path=place,
            name=name,
            known=", ".join(FAMILIES),
        )
    return FAMILIES[name]


def read_safetensors(folder: Path) -> Weights:
    """All tensors of a folder: model.safetensors, or the shards its index names."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(json.loads(index.read_text())["weight_map"].values()))
    else:
        names = ["model.safetensors"]
    weights: Weights = {}
    for name in names:
        path = folder / name
        if not path.is_file():
            pickled = sorted(p.name for p in folder.glob("*") if p.suffix in PICKLES)
            detail = f" ({', '.join(pickled)} is pickled and not opened)" if pickled else ""
            raise ModelFileError(
                "{folder} has no {name}{detail}.",
                "Use the model's safetensors files.",
                folder=folder,
                name=name,
                detail=detail,
            )
        try:
            weights |= load_file(path)
        except SafetensorError as error:
            raise ModelFileError("{path} is damaged: {reason}.", path=path, reason=error) from error
    return weights


def _strip(theirs: Weights) -> Weights:
    prefixes = ("transformer.", "model.")
    return {
        next((name[len(p) :] for p in prefixes if name.startswith(p)), name): tensor
        for name, tensor in theirs.items()
    }


def _prefix(family: str) -> str:
    return "transformer." if family == "gpt2" else "model."


def _with_rotary(model: GPT) -> GPT:
    """Buffers are not in checkpoints: make them anew, off the meta device."""
    if model.place is None:
        from miaobi.nn.position import rotary_table

        config = model.config
        model.cos, model.sin = rotary_table(
            config.context, config.head_width, config.rotary_base, config.rotary_scaling
        )
    return model


def _gpt2_config(foreign: dict[str, Any]) -> GPTConfig:
    width, heads = foreign["n_embd"], foreign["n_head"]
    return GPTConfig(
        vocab=foreign["vocab_size"],
        context=foreign["n_positions"],
        width=width,
        layers=foreign["n_layer"],
        heads=heads,
        kv_heads=heads,
        head_width=width // heads,
        hidden=foreign.get("n_inner") or 4 * width,
        eps=foreign.get("layer_norm_epsilon", 1e-5),
        tied=foreign.get("tie_word_embeddings", True),
    )


def _gpt2_entries(config: GPTConfig) -> Iterator[Entry]:
    yield Entry("embed.weight", ("wte.weight",))
    yield Entry("place.weight", ("wpe.weight",))
    pairs = {
        "norm1": "ln_1",
        "norm2": "ln_2",
        "attention.qkv": "attn.c_attn",
        "attention.out": "attn.c_proj",
        "mlp.up": "mlp.c_fc",
        "mlp.down": "mlp.c_proj",
    }
    for layer in range(config.layers):
        for ours, theirs in pairs.items():
            turned = not ours.startswith("norm")
            name = f"blocks.{layer}.{ours}"
            yield Entry(f"{name}.weight", (f"h.{layer}.{theirs}.weight",), turned)
            yield Entry(f"{name}.bias", (f"h.{layer}.{theirs}.bias",))
    yield Entry("norm.weight", ("ln_f.weight",))
    yield Entry("norm.bias", ("ln_f.bias",))
    if not config.tied:
        yield Entry("head.weight", ("lm_head.weight",))


def _gpt2_foreign(config: GPTConfig) -> dict[str, Any]:
    return {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "vocab_size": config.vocab,
        "n_positions": config.context,
        "n_embd": config.width,
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_inner": config.hidden,
        "layer_norm_epsilon": config.eps,
        "activation_function": "gelu_new",
        "tie_word_embeddings": config.tied,
    }


def _llama_config(foreign: dict[str, Any]) -> GPTConfig:
    heads = foreign["num_attention_heads"]
    name = foreign["model_type"]
    rope = foreign.get("rope_parameters") or foreign.get("rope_scaling") or {}
    return GPTConfig(
        vocab=foreign["vocab_size"],
        context=foreign["max_position_embeddings"],
        width=foreign["hidden_size"],
        layers=foreign["num_hidden_layers"],
        heads=heads,
        kv_heads=foreign.get("num_key_value_heads") or heads,
        head_width=foreign.get("head_dim") or foreign["hidden_size"] // heads,
        hidden=foreign["intermediate_size"],
        positions="rotary",
        norm="rms",
        gated=True,
        qkv_bias=name == "qwen2" or bool(foreign.get("attention_bias")),
        out_bias=False,
        qk_norm=name == "qwen3",
        tied=foreign.get("tie_word_embeddings", False),
        eps=foreign["rms_norm_eps"],
        rotary_base=float(rope.get("rope_theta") or foreign.get("rope_theta", 10_000.0)),
        rotary_scaling=_scaling(rope),
    )


def _scaling(rope: dict[str, Any]) -> tuple[float, float, float, int] | None:
    kind = rope.get("rope_type", "default")
    if kind == "default":
        return None
    if kind != "llama3":
        raise ModelFileError("Rotary scaling of the kind {kind!r} is not known.", kind=kind)
    names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
    factor, low, high, context = (rope[name] for name in names)
    return factor, low, high, context


def _llama_entries(config: GPTConfig) -> Iterator[Entry]:
    yield Entry("embed.weight", ("embed_tokens.weight",))
    for layer in range(config.layers):
        ours, theirs = f"blocks.{layer}.", f"layers.{layer}."
        yield Entry(f"{ours}norm1.weight", (f"{theirs}input_layernorm.weight",))
        yield Entry(f"{ours}norm2.weight", (f"{theirs}post_attention_layernorm.weight",))
        for kind in ("weight", "bias") if config.qkv_bias else ("weight",):
            stacked = tuple(f"{theirs}self_attn.{part}_proj.{kind}" for part in "qkv")
            yield Entry(f"{ours}attention.qkv.{kind}", stacked)
        yield Entry(f"{ours}attention.out.weight", (f"{theirs}self_attn.o_proj.weight",))
        if config.qk_norm:
            for part in "qk":
                norm = f"{theirs}self_attn.{part}_norm.weight"
                yield Entry(f"{ours}attention.{part}_norm.weight", (norm,))
        gate_up = tuple(f"{theirs}mlp.{part}_proj.weight" for part in ("gate", "up"))
        yield Entry(f"{ours}mlp.up.weight", gate_up)
        yield Entry(f"{ours}mlp.down.weight", (f"{theirs}mlp.down_proj.weight",))
    yield Entry("norm.weight", ("norm.weight",))
    if not config.tied:
        yield Entry("head.weight", ("lm_head.weight",))


def _llama_foreign(name: str) -> Callable[[GPTConfig], dict[str, Any]]:
    architecture = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}[name] + "ForCausalLM"

    def foreign(config: GPTConfig) -> dict[str, Any]:
        rope: dict[str, Any] = {"rope_type": "default", "rope_theta": config.rotary_base}
        if config.rotary_scaling:
            factor, low, high, context = config.rotary_scaling
            rope |= {
                "rope_type": "llama3",
                "factor": factor,
                "low_freq_factor": low,
                "high_freq_factor": high,
                "original_max_position_embeddings": context,
            }
        return {
            "model_type": name,
            "architectures": [architecture],
            "vocab_size": config.vocab,
            "max_position_embeddings": config.context,
            "hidden_size": config.width,
            "num_hidden_layers": config.layers,
            "num_attention_heads": config.heads,
            "num_key_value_heads": config.kv_heads,
            "head_dim": config.head_width,
            "intermediate_size": config.hidden,
            "rms_norm_eps": config.eps,
            "tie_word_embeddings": config.tied,
            "rope_theta": config.rotary_base,
            "rope_parameters": rope,
            "hidden_act": "silu",
            "attention_bias": name != "qwen2" and config.qkv_bias,
        }

    return foreign


FAMILIES: dict[str, Family] = {
    "gpt2": Family(_gpt2_config, _gpt2_entries, _gpt2_foreign),
    "llama": Family(_llama_config, _llama_entries, _llama_foreign("llama")),
    "qwen2": Family(_llama_config, _llama_entries, _llama_foreign("qwen2")),
    "qwen3": Family(_llama_config, _llama_entries, _llama_foreign("qwen3")),
}
