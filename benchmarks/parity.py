"""Token-for-token parity of our beam search with transformers: `python -m benchmarks.parity`.

Fifty prompts, fifty new tokens, five beams, no repeated bigrams, float32: GPT-2's size with random
weights, SmolLM2, and our own models exported for transformers.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import measuring
from benchmarks.decoding import gpt2_folder, run_search
from benchmarks.gguf_model import from_gguf
from benchmarks.measuring import figure
from miaobi.assets.store import asset_folder
from miaobi.models import checkpoint, convert
from miaobi.models.export import export
from miaobi.models.zoo import find_model
from miaobi.nn.packed import pack

PROMPTS, PROMPT, NEW, BEAMS, PAIR = 50, 8, 50, 5, 2
THREADS = 1


def main() -> None:
    torch.set_num_threads(THREADS)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, load in pairs(Path(folder)).items():
            figures.append(same_tokens(name, *load()))
    measuring.write("parity", "python -m benchmarks.parity", figures)


def pairs(cache: Path) -> dict[str, Callable[[], tuple[Any, Any]]]:
    """Return name -> loader of our network and of theirs."""
    return {
        "GPT-2 size, random weights": lambda: gpt2(cache),
        "SmolLM2-135M": smollm2,
        "shakespeare-gpt": lambda: own("shakespeare-gpt", cache),
        "tang-gpt": lambda: own("tang-gpt", cache),
    }


def gpt2(cache: Path) -> tuple[Any, Any]:
    from transformers import GPT2LMHeadModel

    source = gpt2_folder(cache)
    return convert.from_folder(source), GPT2LMHeadModel.from_pretrained(source)


def smollm2() -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM

    path = asset_folder("smollm2-135m") / "model.gguf"
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )
    return from_gguf(path), theirs


def own(name: str, cache: Path) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM

    source = Path(find_model(name, "text").place)
    theirs = AutoModelForCausalLM.from_pretrained(export(source, cache / name), dtype=torch.float32)
    return checkpoint.load(source).float(), theirs


def same_tokens(name: str, ours: Any, theirs: Any) -> dict[str, Any]:
    """Compute the fraction of prompts with the same best beam; ours is packed as in the engine."""
    ours = pack(ours.requires_grad_(False), "float32")
    same = [
        beam_tokens(ours, prompt) == their_tokens(theirs, prompt)
        for prompt in torch.randint(
            3, ours.config.vocab, (PROMPTS, PROMPT), generator=torch.Generator().manual_seed(5)
        ).tolist()
    ]
    label = f"{name}, {PROMPTS} prompts, {BEAMS} beams: {NEW} tokens identical to transformers"
    return figure(label, "ratio", [sum(same) / PROMPTS], at_least=1)


@torch.inference_mode()
def beam_tokens(network: Any, prompt: list[int]) -> list[int]:
    from miaobi.generation.beam_search import BeamOptions, beam_search
    from miaobi.generation.decoder import decoder_of
    from miaobi.generation.logits import NoRepeatNGram

    decoder = decoder_of(network, PROMPT + NEW)
    first = decoder.prefill([prompt])[0, -1]

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.reorder_cache(parents)
        return decoder.forward(tokens[:, None])[:, -1]

    rows = NoRepeatNGram(PAIR).rows
    search = beam_search(step, first, prompt, BeamOptions(BEAMS), frozenset(), NEW, rows)
    return run_search(search)[0].tokens


@torch.inference_mode()
def their_tokens(model: Any, prompt: list[int]) -> list[int]:
    model.generation_config.eos_token_id = None
    ids = torch.tensor([prompt])
    output = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=NEW,
        do_sample=False,
        num_beams=BEAMS,
        no_repeat_ngram_size=PAIR,
        pad_token_id=0,
    )
    return list(output[0, len(prompt) :].tolist())


if __name__ == "__main__":
    main()
