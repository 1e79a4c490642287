"""THE table of foreign architectures: configs and tensor names of GPT-2, Llama, Qwen2 and Qwen3.

Our qkv matrix stacks their q, k and v; our gated `up` stacks their gate and up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from miaobi.core.errors import ModelFileError
from miaobi.models.gpt import GPTConfig


@dataclass(frozen=True)
class Entry:
    """One tensor of ours and the tensors of theirs that it stacks."""

    ours: str
    theirs: tuple[str, ...]
    transposed: bool = False  # GPT-2 stores its matrices as (in, out)


@dataclass(frozen=True)
class Family:
    """Conversion of one Hugging Face architecture."""

    to_ours: Callable[[dict[str, Any]], GPTConfig]  # config
    entries: Callable[[GPTConfig], Iterator[Entry]]
    to_theirs: Callable[[GPTConfig], dict[str, Any]]  # config


def _gpt2_config(theirs: dict[str, Any]) -> GPTConfig:
    width, heads = theirs["n_embd"], theirs["n_head"]
    return GPTConfig(
        vocab=theirs["vocab_size"],
        context=theirs["n_positions"],
        width=width,
        layers=theirs["n_layer"],
        heads=heads,
        kv_heads=heads,
        head_width=width // heads,
        hidden=theirs.get("n_inner") or 4 * width,
        eps=theirs.get("layer_norm_epsilon", 1e-5),
        tied=theirs.get("tie_word_embeddings", True),
    )


def _gpt2_entries(config: GPTConfig) -> Iterator[Entry]:
    yield Entry("embed.weight", ("wte.weight",))
    yield Entry("position_embedding.weight", ("wpe.weight",))
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
            transposed = not ours.startswith("norm")
            name = f"blocks.{layer}.{ours}"
            yield Entry(f"{name}.weight", (f"h.{layer}.{theirs}.weight",), transposed)
            yield Entry(f"{name}.bias", (f"h.{layer}.{theirs}.bias",))
    yield Entry("norm.weight", ("ln_f.weight",))
    yield Entry("norm.bias", ("ln_f.bias",))
    if not config.tied:
        yield Entry("head.weight", ("lm_head.weight",))


def _gpt2_to_theirs(config: GPTConfig) -> dict[str, Any]:
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


def _llama_config(theirs: dict[str, Any]) -> GPTConfig:
    heads = theirs["num_attention_heads"]
    name = theirs["model_type"]
    rope = theirs.get("rope_parameters") or theirs.get("rope_scaling") or {}
    return GPTConfig(
        vocab=theirs["vocab_size"],
        context=theirs["max_position_embeddings"],
        width=theirs["hidden_size"],
        layers=theirs["num_hidden_layers"],
        heads=heads,
        kv_heads=theirs.get("num_key_value_heads") or heads,
        head_width=theirs.get("head_dim") or theirs["hidden_size"] // heads,
        hidden=theirs["intermediate_size"],
        positions="rotary",
        norm="rms",
        gated=True,
        qkv_bias=name == "qwen2" or bool(theirs.get("attention_bias")),
        out_bias=False,
        qk_norm=name == "qwen3",
        tied=theirs.get("tie_word_embeddings", False),
        eps=theirs["rms_norm_eps"],
        rotary_base=float(rope.get("rope_theta") or theirs.get("rope_theta", 10_000.0)),
        rotary_scaling=_rotary_scaling(rope),
    )


def _rotary_scaling(rope: dict[str, Any]) -> tuple[float, float, float, int] | None:
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


def _llama_to_theirs(name: str) -> Callable[[GPTConfig], dict[str, Any]]:
    architecture = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}[name] + "ForCausalLM"

    def to_theirs(config: GPTConfig) -> dict[str, Any]:
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

    return to_theirs


FAMILIES: dict[str, Family] = {
    "gpt2": Family(_gpt2_config, _gpt2_entries, _gpt2_to_theirs),
    "llama": Family(_llama_config, _llama_entries, _llama_to_theirs("llama")),
    "qwen2": Family(_llama_config, _llama_entries, _llama_to_theirs("qwen2")),
    "qwen3": Family(_llama_config, _llama_entries, _llama_to_theirs("qwen3")),
}
