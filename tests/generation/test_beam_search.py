"""Beam search finds the tokens that transformers' generate finds, on the same weights."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.engines.autoregressive import AutoregressiveEngine
from miaobi.generation.beam_search import BeamOptions, Finished, Search, beam_search, top_scores
from miaobi.generation.decoder import GPTDecoder
from miaobi.generation.logits import banned_tokens
from miaobi.models import checkpoint, convert
from miaobi.models.gpt import GPT
from tests.tiny.asking import ask_numbers, numbers, numbers_engine, run
from tests.tiny.checkpoints import OURS, seeded

LONG, NEW = 30, 16
ENDS = [*range(20, 60), *range(300, 312)]  # many, so that texts do end
PROMPTS = torch.randint(60, 300, (3, 11), generator=torch.Generator().manual_seed(5)).tolist()


def run_search(search: Search) -> list[Finished]:
    """Run a search to its end."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            finished: list[Finished] = end.value
            return finished


def no_repeat(texts: list[list[int]], scores: torch.Tensor) -> torch.Tensor:
    """No pair of tokens twice."""
    for row, text in enumerate(texts):
        again = [b for a, b in zip(text, text[1:], strict=False) if a == text[-1]]
        scores[row, again] = float("-inf")
    return scores


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: Any) -> tuple[Any, GPT]:
    """A network of transformers with sharp opinions, and the same one as ours."""
    from transformers import AutoConfig, AutoModelForCausalLM

    sizes: dict[str, Any] = (
        {"n_positions": 256, "n_embd": 64, "n_layer": 3, "n_head": 4}
        if request.param == "gpt2"
        else {
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 256,
        }
    )
    torch.manual_seed(0)
    config = AutoConfig.for_model(request.param, vocab_size=3000, eos_token_id=7, **sizes)
    theirs = AutoModelForCausalLM.from_config(config).eval()
    for parameter in theirs.parameters():
        parameter.data *= 3
    folder: Path = tmp_path_factory.mktemp(request.param)
    theirs.save_pretrained(folder)
    return theirs, convert.from_folder(folder)


def search(model: GPT, prompt: torch.Tensor, options: BeamOptions, ends: list[int]) -> list[int]:
    decoder = GPTDecoder(model, 64)
    first = decoder.forward(prompt)[0, -1]
    decoder.reorder_cache(torch.zeros(options.beams, dtype=torch.long))

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.reorder_cache(parents)
        return decoder.forward(tokens[:, None])[:, -1]

    tokens, finish = prompt[0].tolist(), frozenset(ends)
    told: list[int] = []
    walk = beam_search(step, first, tokens, options, finish, LONG, no_repeat)
    while True:
        try:
            told += next(walk)
        except StopIteration as end:
            found: list[int] = end.value[0].tokens
            assert told == found[: len(told)]  # what was called certain is so
            return found


@pytest.mark.parametrize("ends", [[7], list(range(300))], ids=["one end", "many ends"])
@pytest.mark.parametrize("early_stopping", [False, True, "never"])
@pytest.mark.parametrize("length_penalty", [1.0, 0.0, 2.0])
def test_same_tokens_as_transformers(
    pair: tuple[Any, GPT], ends: list[int], early_stopping: bool | str, length_penalty: float
) -> None:
    theirs, ours = pair
    for beams in (2, 5):
        prompt = torch.randint(300, 3000, (1, 11), generator=torch.Generator().manual_seed(beams))
        expected = theirs.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=LONG,
            num_beams=beams,
            no_repeat_ngram_size=2,
            do_sample=False,
            eos_token_id=ends,
            pad_token_id=0,
            early_stopping=early_stopping,
            length_penalty=length_penalty,
        )[0, 11:].tolist()
        options = BeamOptions(beams, early_stopping=early_stopping, length_penalty=length_penalty)
        found = search(ours, prompt, options, ends)
        assert found == expected[: len(found)] and set(expected[len(found) :]) <= {0}


def test_diverse_groups_differ(pair: tuple[Any, GPT]) -> None:
    prompt = torch.randint(300, 3000, (1, 11), generator=torch.Generator().manual_seed(0))
    plain = search(pair[1], prompt, BeamOptions(4), [7])
    decoder = GPTDecoder(pair[1], 64)
    first = decoder.forward(prompt)[0, -1]
    decoder.reorder_cache(torch.zeros(4, dtype=torch.long))

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.reorder_cache(parents)
        return decoder.forward(tokens[:, None])[:, -1]

    options = BeamOptions(4, keep=4, groups=2, diversity=50.0)
    tokens, ends = prompt[0].tolist(), frozenset([7])
    found = run_search(beam_search(step, first, tokens, options, ends, 10, no_repeat))
    starts = {done.tokens[0] for done in found}
    assert len(starts) >= 2 and len(plain) >= len(found[0].tokens)


@pytest.mark.parametrize("width", [100, 5000, 50_257])
def test_best_is_topk(width: int) -> None:
    scores = torch.randn(5, width)
    values, places = top_scores(scores, 10)
    expected = scores.flatten().topk(10)
    assert torch.equal(values, expected.values) and torch.equal(places, expected.indices)


def test_what_is_certain_is_told_before_the_end() -> None:
    def scores(last: int) -> Tensor:  # after n comes n + 1, or less likely n + 2
        return torch.zeros(50).index_put(
            (torch.tensor([last + 1, last + 2]),), torch.tensor([9.0, 5])
        )

    texts = [[0]] * 3

    def step(parents: Tensor, tokens: Tensor) -> Tensor:
        kept = zip(parents.tolist(), tokens.tolist(), strict=True)
        texts[:] = [[*texts[parent], token] for parent, token in kept]
        return torch.stack([scores(text[-1]) for text in texts])

    search = beam_search(step, scores(0), [0], BeamOptions(3), frozenset(), 9, lambda _, s: s)
    told = list(search)  # one list a step, but for the last step
    assert len(told) == 8 and any(told[:6])
    assert [token for tokens in told for token in tokens] == list(range(1, 1 + sum(map(len, told))))


SEARCHES: list[dict[str, Any]] = [
    {"num_beams": 2},
    {"num_beams": 5, "no_repeat_ngram_size": 2, "num_return_sequences": 3},
    {"num_beams": 4, "num_return_sequences": 4, "length_penalty": 2.0, "early_stopping": True},
    {"num_beams": 3, "num_return_sequences": 2, "length_penalty": -1.0, "repetition_penalty": 1.3},
    {"num_beams": 3, "length_penalty": 0.0, "no_repeat_ngram_size": 3, "early_stopping": True},
]
NAMES = {
    "num_beams": "beams",
    "num_return_sequences": "best",
    "no_repeat_ngram_size": "no_repeat_ngram",
    "repetition_penalty": "repeat_penalty",
}


def theirs_finds(
    network: Any, prompts: Sequence[Sequence[int]], ends: Sequence[int], new: int, **options: Any
) -> list[list[list[int]]]:
    """transformers' texts of every prompt, best first, without what follows an end token."""
    tokens = torch.tensor(prompts)
    found = network.generate(
        tokens,
        attention_mask=torch.ones_like(tokens),
        max_new_tokens=new,
        do_sample=False,
        eos_token_id=list(ends) or None,
        pad_token_id=0,
        **options,
    )[:, tokens.shape[1] :].tolist()
    cut = [next((n for n, t in enumerate(text) if t in ends), new) for text in found]
    texts = [text[:length] for text, length in zip(found, cut, strict=True)]
    best = options.get("num_return_sequences", 1)
    return [texts[row : row + best] for row in range(0, len(texts), best)]


def ours_finds(
    engine: AutoregressiveEngine, prompt: Sequence[int], new: int, **options: Any
) -> list[list[int]]:
    """The texts of one request with the same options, named as transformers names them."""
    renamed = {NAMES.get(name, name): value for name, value in options.items()}
    pieces, output = run(engine, ask_numbers(prompt, max_tokens=new, **renamed))
    assert "".join(pieces) == output.text
    return [numbers(text) for text in (output.text, *output.alternatives)]


@pytest.fixture(scope="module")
def exported(
    own_folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Checkpoints of ours as transformers reads them."""
    root = tmp_path_factory.mktemp("exported")
    for kind, family in (("learned", "gpt2"), ("rotary", "llama")):
        network: Any = checkpoint.load(own_folders[kind])
        convert.to_folder(network, family, root / kind)
    return {kind: root / kind for kind in ("learned", "rotary")}


@pytest.mark.parametrize(
    "options", SEARCHES, ids=lambda options: "-".join(map(str, options.values()))
)
@pytest.mark.parametrize("kind", [*OURS, "learned", "rotary"])
def test_beams_find_what_transformers_finds(
    kind: str,
    options: dict[str, Any],
    text_folders: dict[str, Path],
    own_folders: dict[str, Path],
    exported: dict[str, Path],
) -> None:
    from transformers import AutoModelForCausalLM

    place = text_folders[kind] if kind in OURS else exported[kind]
    theirs = AutoModelForCausalLM.from_pretrained(place).eval()
    engine = numbers_engine(place if kind in OURS else own_folders[kind], ENDS)
    expected = theirs_finds(theirs, PROMPTS, ENDS, NEW, **options)
    assert [ours_finds(engine, prompt, NEW, **options) for prompt in PROMPTS] == expected


@pytest.fixture(scope="module", params=["gpt2", "smollm2"])
def sized(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, Path]]:
    """Random weights as wide as GPT-2 and SmolLM2-135M, and their folder, removed afterwards.

    Four layers of each: layers are alike, and benchmarks/parity.py takes all of them.
    """
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    smollm2 = LlamaConfig(
        vocab_size=49_152,
        hidden_size=576,
        intermediate_size=1536,
        num_hidden_layers=4,
        num_attention_heads=9,
        num_key_value_heads=3,
        tie_word_embeddings=True,
        rope_theta=100_000.0,
        rms_norm_eps=1e-5,
    )
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "gpt2":
        network = seeded(lambda: GPT2LMHeadModel(GPT2Config(n_layer=4)))
    else:
        network = seeded(lambda: LlamaForCausalLM(smollm2))
    network.save_pretrained(folder)
    yield network, folder
    shutil.rmtree(folder)


def test_prompts_at_real_widths(sized: tuple[Any, Path]) -> None:
    """Eight prompts; benchmarks/parity.py takes fifty, and every layer."""
    theirs, folder = sized
    words = theirs.config.vocab_size
    drawn = torch.randint(0, words, (8, 11), generator=torch.Generator().manual_seed(1))
    prompts: list[list[int]] = drawn.tolist()
    options = {"num_beams": 5, "no_repeat_ngram_size": 2}
    expected = theirs_finds(theirs, prompts, [words - 1], 12, **options)
    engine = numbers_engine(folder, [words - 1])
    found = [ours_finds(engine, prompt, 12, **options) for prompt in prompts]
    assert [row for row in range(8) if found[row] != expected[row]] == []


def written_out(network: Any, prompt: Sequence[int], beams: int, ends: Sequence[int]) -> list[int]:
    """Beam search as a textbook has it, no pair of tokens twice: everything is read again."""
    alive: list[tuple[float, list[int]]] = [(0.0, [])]
    done: list[tuple[float, list[int]]] = []
    for length in range(1, NEW + 1):
        options = []
        for score, text in alive:
            logits = network(torch.tensor([[*prompt, *text]]))[0, -1].float()
            logs = F.log_softmax(logits, dim=0).tolist()
            for token in set(range(len(logs))) - set(banned_tokens([*prompt, *text], 2)):
                options.append((score + logs[token], [*text, token]))
        options.sort(key=lambda option: -option[0])
        for score, text in options[:beams]:
            if text[-1] in ends or length == NEW:
                done.append((score / length, text))
        done = sorted(done, key=lambda option: -option[0])[:beams]
        alive = [option for option in options if option[1][-1] not in ends][:beams]
        if len(done) == beams and alive[0][0] / length <= done[-1][0]:
            break
    return [token for token in done[0][1] if token not in ends]


def test_beams_find_what_a_written_out_search_finds(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder, ENDS)
    network = checkpoint.load(own.folder)
    with torch.inference_mode():
        for beams in (2, 4):
            options = {"num_beams": beams, "no_repeat_ngram_size": 2}
            for prompt in PROMPTS[:2]:
                expected = written_out(network, prompt, beams, ENDS)
                assert ours_finds(engine, prompt, NEW, **options) == [expected]


def test_groups_that_need_not_differ_are_smaller_searches(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder, ENDS)
    small = ours_finds(engine, PROMPTS[0], NEW, beams=2, best=2)
    both = ours_finds(engine, PROMPTS[0], NEW, beams=4, best=4, beam_groups=2, diversity=0)
    assert sorted(both) == sorted(small * 2)


def test_groups_avoid_the_words_of_the_others(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder)
    found = ours_finds(engine, PROMPTS[0], 4, beams=4, best=4, beam_groups=4, diversity=100)
    for place in range(4):
        assert len({text[place] for text in found}) == 4


def test_more_beams_than_words_are_no_error(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder)
    found = ours_finds(engine, PROMPTS[0], 2, beams=400, best=400)
    assert len({tuple(text) for text in found}) == 400


def test_the_best_texts_come_in_their_order(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder)
    found = ours_finds(engine, PROMPTS[0], 6, beams=6, best=6)
    network = checkpoint.load(own.folder)
    with torch.inference_mode():
        scores = [float(log_chance(network, PROMPTS[0], text)) for text in found]
    assert scores == sorted(scores, reverse=True)
    assert len({tuple(text) for text in found}) == 6


def log_chance(network: Any, prompt: Sequence[int], text: Sequence[int]) -> Tensor:
    """log p of a text after a prompt."""
    logs = F.log_softmax(network(torch.tensor([[*prompt, *text]]))[0], dim=-1)
    places = torch.arange(len(prompt) - 1, len(prompt) + len(text) - 1)
    return logs[places, torch.tensor(list(text))].sum()
