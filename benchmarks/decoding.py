"""`make bench`: tokens per second of our decoding beside transformers, CTranslate2 and llama.cpp.

The same weights, the same prompts, the same threads: GPT-2's size with random weights (no hub is
needed), and the real SmolLM2. Everyone takes a turn in every round, and a ratio is taken within its
round, since a shared machine is not the same from one minute to the next.
"""

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks import measuring
from benchmarks.contest import best, rates, ratio
from benchmarks.measuring import figure

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
    """GPT-2 (124 M) with random weights and a tokenizer, which CTranslate2 wants."""
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
    """The name of a token, which stands for nothing."""
    return f"<{number}>"


def prompts() -> list[list[int]]:
    draw = torch.Generator().manual_seed(7)
    return torch.randint(300, 50_000, (ROUNDS, PROMPT), generator=draw).tolist()


def ours(folder: Path, precision: str, beams: int) -> Generate:
    """Our engine's own parts on the network of a folder or a GGUF file."""
    from miaobi.generation.beam_search import BeamOptions, beam_search, to_the_end
    from miaobi.generation.decoder import decoder_of
    from miaobi.generation.decoding import decode
    from miaobi.generation.logits import NoRepeat
    from miaobi.models.convert import from_folder
    from miaobi.models.gguf import from_gguf
    from miaobi.nn.packed import pack

    load = from_gguf if folder.suffix == ".gguf" else from_folder
    torch.set_num_threads(THREADS)
    network: Any = pack(load(folder).requires_grad_(False), precision)

    def search(prompt: list[int]) -> int:
        decoder = decoder_of(network, PROMPT + NEW)
        first = decoder.start([prompt])[0, -1]

        def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
            decoder.continue_from(parents)
            return decoder.feed(tokens[:, None])[:, -1]

        options = BeamOptions(beams)
        rows = NoRepeat(2).rows
        found = to_the_end(beam_search(step, first, prompt, options, frozenset(), NEW, rows))
        return len(found[0].tokens)

    def follow(prompt: list[int]) -> int:
        decoder = decoder_of(network, len(prompt) + NEW)
        told = decode(decoder, prompt, lambda _, scores: int(scores.argmax()), NEW)
        return sum(1 for _ in told)

    return search if beams > 1 else follow


def transformers_model(folder: Path, kind: torch.dtype, beams: int) -> Generate:
    from transformers import GPT2LMHeadModel

    torch.set_num_threads(THREADS)
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=kind).eval()
    options = {"num_beams": beams, "no_repeat_ngram_size": 2} if beams > 1 else {}
    model.generation_config.eos_token_id = None

    def generate(prompt: list[int]) -> int:
        ids = torch.tensor([prompt])
        with torch.inference_mode():
            told = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=NEW,
                do_sample=False,
                pad_token_id=0,
                **options,
            )
        return told.shape[1] - len(prompt)

    return generate


def ctranslate2_model(folder: Path, kind: str, beams: int) -> Generate:
    import ctranslate2

    place = folder.parent / f"ctranslate2-{kind}"
    if not place.is_dir():
        converter = ctranslate2.converters.TransformersConverter(str(folder))
        converter.convert(str(place), quantization=kind)
    generator = ctranslate2.Generator(
        str(place), device="cpu", compute_type=kind, intra_threads=THREADS, inter_threads=1
    )
    options = {"beam_size": beams, "no_repeat_ngram_size": 2} if beams > 1 else {"beam_size": 1}

    def generate(prompt: list[int]) -> int:
        told = generator.generate_batch(
            [[word(number) for number in prompt]],
            max_length=NEW,
            min_length=NEW,
            include_prompt_in_result=False,
            **options,
        )
        return len(told[0].sequences_ids[0])

    return generate


def bandwidth() -> float:
    """Bytes per second of reading 1 GB once, both cores together."""
    block = torch.ones(1 << 28)
    took = min(measuring.seconds(lambda: block.sum()) for _ in range(3))
    return block.numel() * 4 / took


def beams(folder: Path) -> list[dict[str, Any]]:
    """Five beams, no repeated pair of tokens."""
    from miaobi.nn.prepacked import fast_at_bfloat16

    contestants = {
        "Miaobi float32": partial(ours, folder, "float32", BEAMS),
        "Miaobi bfloat16": partial(ours, folder, "bfloat16", BEAMS),
        "Miaobi int8": partial(ours, folder, "int8", BEAMS),
        "transformers float32": partial(transformers_model, folder, torch.float32, BEAMS),
        "transformers bfloat16": partial(transformers_model, folder, torch.bfloat16, BEAMS),
        "CTranslate2 float32": partial(ctranslate2_model, folder, "float32", BEAMS),
        "CTranslate2 int8": partial(ctranslate2_model, folder, "int8", BEAMS),
    }
    if not fast_at_bfloat16():  # it would not be the best of the peers, and takes minutes
        del contestants["transformers bfloat16"]
    told = rates(contestants, prompts())
    peer = best(told, list(contestants)[4:])  # of all but transformers' float32
    mine = best(told, list(contestants)[:3])
    label = f"GPT-2 size, {BEAMS} beams: "
    rows = [figure(label + name, "tokens/s", values) for name, values in told.items()]
    same = ratio(told, "Miaobi float32", "transformers float32")
    fastest = ratio(told, mine, peer)
    rows.append(figure(label + "float32 over transformers float32", "ratio", same, at_least=3))
    rows.append(
        figure(label + f"{mine} over the best peer ({peer})", "ratio", fastest, at_least=2.5)
    )
    return rows


def greedy(folder: Path) -> list[dict[str, Any]]:
    """One sequence, the likeliest token: the share of the limit that memory sets."""
    from miaobi.models.convert import from_folder

    matrices = sum(p.numel() for p in from_folder(folder).parameters() if p.dim() > 1)
    matrices -= 1024 * 768  # positions are looked up, not multiplied
    contestants = {f"Miaobi {kind}": partial(ours, folder, kind, 1) for kind in BYTES}
    for kind in ("float32", "int8"):
        contestants[f"CTranslate2 {kind}"] = partial(ctranslate2_model, folder, kind, 1)
    before = bandwidth()
    told = rates(contestants, prompts())
    speed = statistics.mean((before, bandwidth()))
    label = "GPT-2 size, greedy: "
    rows = [figure("memory bandwidth, reading", "GB/s", [speed / 1e9])]
    rows += [figure(label + name, "tokens/s", values) for name, values in told.items()]
    for kind, size in BYTES.items():
        shares = [rate * matrices * size / speed for rate in told[f"Miaobi {kind}"]]
        rows.append(
            figure(label + f"{kind}, share of the bandwidth limit", "ratio", shares, at_least=0.6)
        )
    for kind in ("float32", "int8"):
        ahead = ratio(told, f"Miaobi {kind}", f"CTranslate2 {kind}")
        rows.append(figure(label + f"{kind} over CTranslate2", "ratio", ahead, at_least=1))
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
    """The real SmolLM2-135M (4 bits in its file): our 8 bits beside llama.cpp's 4."""
    from miaobi.assets.store import folder

    path = folder("smollm2-135m") / "model.gguf"
    contestants = {
        "Miaobi int8": partial(ours, path, "int8", 1),
        "Miaobi bfloat16": partial(ours, path, "bfloat16", 1),
        "llama.cpp Q4_1": partial(llamacpp_model, path),
    }
    told = rates(contestants, prompts())
    label = "SmolLM2-135M, greedy: "
    rows = [figure(label + name, "tokens/s", values) for name, values in told.items()]
    share = ratio(told, "Miaobi int8", "llama.cpp Q4_1")
    return [*rows, figure(label + "int8 over llama.cpp", "ratio", share, at_least=0.9)]


if __name__ == "__main__":
    main()
