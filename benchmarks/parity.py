"""`make bench`: is what our beam search writes what transformers writes, token for token?

Fifty prompts each, fifty new tokens, five beams, no pair of tokens twice, float32: GPT-2's size
with random weights, the real SmolLM2, and our own models as transformers loads them.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import measuring
from benchmarks.decoding import gpt2_folder
from benchmarks.measuring import figure
from miaobi.assets.store import folder
from miaobi.models import checkpoint, convert
from miaobi.models.export import export
from miaobi.models.gguf import from_gguf
from miaobi.models.zoo import find_model
from miaobi.nn.packed import pack

PROMPTS, PROMPT, NEW, BEAMS, PAIR = 50, 8, 50, 5, 2
THREADS = 1


def main() -> None:
    torch.set_num_threads(THREADS)
    figures = []
    with tempfile.TemporaryDirectory() as place:
        for name, load in pairs(Path(place)).items():
            figures.append(same_tokens(name, *load()))
    measuring.write("parity", "python -m benchmarks.parity", figures)


def pairs(place: Path) -> dict[str, Callable[[], tuple[Any, Any]]]:
    """Name -> what loads our network and theirs."""
    return {
        "GPT-2 size, random weights": lambda: gpt2(place),
        "SmolLM2-135M": smollm2,
        "shakespeare-gpt": lambda: own("shakespeare-gpt", place),
        "tang-gpt": lambda: own("tang-gpt", place),
    }


def gpt2(place: Path) -> tuple[Any, Any]:
    from transformers import GPT2LMHeadModel

    there = gpt2_folder(place)
    return convert.from_folder(there), GPT2LMHeadModel.from_pretrained(there)


def smollm2() -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM

    path = folder("smollm2-135m") / "model.gguf"
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )
    return from_gguf(path), theirs


def own(name: str, place: Path) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM

    there = Path(find_model(name, "text").place)
    theirs = AutoModelForCausalLM.from_pretrained(export(there, place / name), dtype=torch.float32)
    return checkpoint.load(there).float(), theirs


def same_tokens(name: str, ours: Any, theirs: Any) -> dict[str, Any]:
    """The share of prompts whose best beam is the same; ours is packed, as the engine has it."""
    ours = pack(ours.requires_grad_(False), "float32")
    same = [
        beam_tokens(ours, prompt) == their_tokens(theirs, prompt)
        for prompt in torch.randint(
            3, ours.config.vocab, (PROMPTS, PROMPT), generator=torch.Generator().manual_seed(5)
        ).tolist()
    ]
    label = f"{name}, {PROMPTS} prompts, {BEAMS} beams: the same {NEW} tokens as transformers"
    return figure(label, "share", [sum(same) / PROMPTS], at_least=1)


@torch.inference_mode()
def beam_tokens(network: Any, prompt: list[int]) -> list[int]:
    from miaobi.generation.beam_search import BeamOptions, beam_search, to_the_end
    from miaobi.generation.decoder import decoder_of
    from miaobi.generation.logits import NoRepeat

    decoder = decoder_of(network, PROMPT + NEW)
    first = decoder.start([prompt])[0, -1]

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.continue_from(parents)
        return decoder.feed(tokens[:, None])[:, -1]

    rows = NoRepeat(PAIR).rows
    search = beam_search(step, first, prompt, BeamOptions(BEAMS), frozenset(), NEW, rows)
    return to_the_end(search)[0].tokens


@torch.inference_mode()
def their_tokens(model: Any, prompt: list[int]) -> list[int]:
    model.generation_config.eos_token_id = None
    ids = torch.tensor([prompt])
    told = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=NEW,
        do_sample=False,
        num_beams=BEAMS,
        no_repeat_ngram_size=PAIR,
        pad_token_id=0,
    )
    return list(told[0, len(prompt) :].tolist())


if __name__ == "__main__":
    main()
