"""Decoding speed compared with transformers, CTranslate2 and llama.cpp.

`python -m benchmarks.decoding`: same weights, prompts and threads, with GPT-2's size and random
weights (no Hub access needed), and with SmolLM2. Implementations take turns, and a speedup is
computed within a round, because the load of a shared machine varies.
"""

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from benchmarks import measuring
from benchmarks.comparison import fastest, rates, speedup
from benchmarks.measuring import figure

if TYPE_CHECKING:
    from miaobi.generation.beam_search import Finished, Search

PROMPT, NEW, BEAMS, ROUNDS = 11, 100, 5, 4
THREADS = 2
BYTES = {"float32": 4, "bfloat16": 2, "int8": 1}
Generate = Callable[[list[int]], int]  # prompt -> number of new tokens


def main() -> None:
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as place:
        folder = gpt2_folder(Path(place))
        figures = beams(folder) + greedy(folder)
    figures += smollm2()
    measuring.write("decoding", "python -m benchmarks.decoding", figures)


def gpt2_folder(place: Path) -> Path:
    """Save GPT-2 (124 M) with random weights, and a tokenizer, which CTranslate2 requires."""
    from tokenizers import Tokenizer, models
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    folder = place / "gpt2"
    GPT2LMHeadModel(GPT2Config()).save_pretrained(folder)
    names = {word(number): number for number in range(GPT2Config().vocab_size)}
    words = Tokenizer(models.BPE(names, [], unk_token=word(0)))
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token=word(0), bos_token=word(1), eos_token=word(2)
    ).save_pretrained(folder)
    return folder


def word(number: int) -> str:
    """Return the name of a meaningless token."""
    return f"<{number}>"


def prompts() -> list[list[int]]:
    """Draw a random prompt for each round."""
    rng = torch.Generator().manual_seed(7)
    return torch.randint(300, 50_000, (ROUNDS, PROMPT), generator=rng).tolist()


def run_search(search: "Search") -> "list[Finished]":
    """Run a search to its end."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            finished: list[Finished] = end.value
            return finished


def ours(folder: Path, precision: str, beams: int) -> Generate:
    """Load our decoder on a folder or a GGUF file."""
    from benchmarks.gguf_model import from_gguf
    from miaobi.generation.beam_search import BeamOptions, beam_search
    from miaobi.generation.decoder import decoder_of
    from miaobi.generation.decoding import decode
    from miaobi.generation.logits import NoRepeatNGram
    from miaobi.models.convert import from_folder
    from miaobi.nn.packed import pack

    load = from_gguf if folder.suffix == ".gguf" else from_folder
    torch.set_num_threads(THREADS)
    network: Any = pack(load(folder).requires_grad_(False), precision)

    def search(prompt: list[int]) -> int:
        decoder = decoder_of(network, PROMPT + NEW)
        first = decoder.prefill([prompt])[0, -1]

        def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
            decoder.reorder_cache(parents)
            return decoder.forward(tokens[:, None])[:, -1]

        options = BeamOptions(beams)
        rows = NoRepeatNGram(2).rows
        finished = run_search(beam_search(step, first, prompt, options, frozenset(), NEW, rows))
        return len(finished[0].tokens)

    def decode_greedily(prompt: list[int]) -> int:
        decoder = decoder_of(network, len(prompt) + NEW)
        tokens = decode(decoder, prompt, lambda _, scores: int(scores.argmax()), NEW)
        return sum(1 for _ in tokens)

    return search if beams > 1 else decode_greedily


def transformers_model(folder: Path, kind: torch.dtype, beams: int) -> Generate:
    from transformers import GPT2LMHeadModel

    torch.set_num_threads(THREADS)
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=kind).eval()
    options = {"num_beams": beams, "no_repeat_ngram_size": 2} if beams > 1 else {}
    model.generation_config.eos_token_id = None

    def generate(prompt: list[int]) -> int:
        ids = torch.tensor([prompt])
        with torch.inference_mode():
            output = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=NEW,
                do_sample=False,
                pad_token_id=0,
                **options,
            )
        return output.shape[1] - len(prompt)

    return generate


def ctranslate2_model(folder: Path, kind: str, beams: int) -> Generate:
    import ctranslate2

    converted = folder.parent / f"ctranslate2-{kind}"
    if not converted.is_dir():
        converter = ctranslate2.converters.TransformersConverter(str(folder))
        converter.convert(str(converted), quantization=kind)
    generator = ctranslate2.Generator(
        str(converted), device="cpu", compute_type=kind, intra_threads=THREADS, inter_threads=1
    )
    options = {"beam_size": beams, "no_repeat_ngram_size": 2} if beams > 1 else {"beam_size": 1}

    def generate(prompt: list[int]) -> int:
        results = generator.generate_batch(
            [[word(number) for number in prompt]],
            max_length=NEW,
            min_length=NEW,
            include_prompt_in_result=False,
            **options,
        )
        return len(results[0].sequences_ids[0])

    return generate


def bandwidth() -> float:
    """Measure the read bandwidth of memory in bytes per second, on all threads."""
    block = torch.ones(1 << 28)
    elapsed = min(measuring.seconds(lambda: block.sum()) for _ in range(3))
    return block.numel() * 4 / elapsed


def beams(folder: Path) -> list[dict[str, Any]]:
    """Compare beam search with five beams and no repeated bigrams."""
    from miaobi.nn.prepacked import has_fast_bfloat16

    contestants = {
        "Miaobi float32": partial(ours, folder, "float32", BEAMS),
        "Miaobi bfloat16": partial(ours, folder, "bfloat16", BEAMS),
        "Miaobi int8": partial(ours, folder, "int8", BEAMS),
        "transformers float32": partial(transformers_model, folder, torch.float32, BEAMS),
        "transformers bfloat16": partial(transformers_model, folder, torch.bfloat16, BEAMS),
        "CTranslate2 float32": partial(ctranslate2_model, folder, "float32", BEAMS),
        "CTranslate2 int8": partial(ctranslate2_model, folder, "int8", BEAMS),
    }
    if not has_fast_bfloat16():  # not the fastest peer, and takes minutes
        del contestants["transformers bfloat16"]
    measured = rates(contestants, prompts())
    peer = fastest(measured, list(contestants)[4:])  # without transformers in float32
    ours_fastest = fastest(measured, list(contestants)[:3])
    label = f"GPT-2 size, {BEAMS} beams: "
    rows = [figure(label + name, "tokens/s", values) for name, values in measured.items()]
    same = speedup(measured, "Miaobi float32", "transformers float32")
    rows.append(figure(label + "speedup over transformers, float32", "ratio", same, at_least=3))
    name = label + f"{ours_fastest}, speedup over the best peer ({peer})"
    overall = speedup(measured, ours_fastest, peer)
    rows.append(figure(name, "ratio", overall, at_least=2.5))
    return rows


def greedy(folder: Path) -> list[dict[str, Any]]:
    """Compare greedy decoding of one sequence, also with the limit set by memory bandwidth."""
    from miaobi.models.convert import from_folder

    matrices = sum(p.numel() for p in from_folder(folder).parameters() if p.dim() > 1)
    matrices -= 1024 * 768  # position embeddings are not multiplied
    contestants = {f"Miaobi {kind}": partial(ours, folder, kind, 1) for kind in BYTES}
    for kind in ("float32", "int8"):
        contestants[f"CTranslate2 {kind}"] = partial(ctranslate2_model, folder, kind, 1)
    before = bandwidth()
    measured = rates(contestants, prompts())
    speed = statistics.mean((before, bandwidth()))
    label = "GPT-2 size, greedy: "
    rows = [figure("memory read bandwidth", "GB/s", [speed / 1e9])]
    rows += [figure(label + name, "tokens/s", values) for name, values in measured.items()]
    for kind, size in BYTES.items():
        fractions = [rate * matrices * size / speed for rate in measured[f"Miaobi {kind}"]]
        name = label + f"{kind}, fraction of the bandwidth limit"
        rows.append(figure(name, "ratio", fractions, at_least=0.6))
    for kind in ("float32", "int8"):
        ratios = speedup(measured, f"Miaobi {kind}", f"CTranslate2 {kind}")
        rows.append(
            figure(label + f"speedup over CTranslate2, {kind}", "ratio", ratios, at_least=1)
        )
    return rows


def llamacpp_model(path: Path) -> Generate:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.n_ctx, parameters.n_parallel = str(path), 512, 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = THREADS
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)

    def generate(prompt: list[int]) -> int:
        pieces: list[Any] = []
        body = {
            "prompt": prompt,
            "n_predict": NEW,
            "temperature": 0,
            "stream": True,
            "cache_prompt": False,
            "ignore_eos": True,
        }
        server.handle_completions(body, lambda chunk: pieces.append(chunk) and False)
        return NEW

    return generate


def smollm2() -> list[dict[str, Any]]:
    """Compare SmolLM2-135M: our 8-bit weights with the 4-bit weights of llama.cpp."""
    from miaobi.assets.store import asset_folder

    path = asset_folder("smollm2-135m") / "model.gguf"
    contestants = {
        "Miaobi int8": partial(ours, path, "int8", 1),
        "Miaobi bfloat16": partial(ours, path, "bfloat16", 1),
        "llama.cpp Q4_1": partial(llamacpp_model, path),
    }
    measured = rates(contestants, prompts())
    label = "SmolLM2-135M, greedy: "
    rows = [figure(label + name, "tokens/s", values) for name, values in measured.items()]
    ratios = speedup(measured, "Miaobi int8", "llama.cpp Q4_1")
    return [*rows, figure(label + "speedup over llama.cpp, int8", "ratio", ratios, at_least=0.9)]


if __name__ == "__main__":
    main()
