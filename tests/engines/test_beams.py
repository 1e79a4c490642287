"""Beam search finds the tokens that transformers' generate finds, on the same weights."""

from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.engines.beams import BeamOptions, beam_search, best
from miaobi.engines.decoders import GPTDecoder, RNNDecoder
from miaobi.models import convert
from miaobi.models.gpt import GPT
from miaobi.models.rnn import RNN, RNNConfig

NEW = 30


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
        else {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
              "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256}
    )  # fmt: skip
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
    first = decoder.feed(prompt)[0, -1]
    decoder.continue_from(torch.zeros(options.beams, dtype=torch.long))

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.continue_from(parents)
        return decoder.feed(tokens[:, None])[:, -1]

    found = beam_search(step, first, prompt[0].tolist(), options, frozenset(ends), NEW, no_repeat)
    return found[0].tokens


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
            prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=NEW, num_beams=beams,
            no_repeat_ngram_size=2, do_sample=False, eos_token_id=ends, pad_token_id=0,
            early_stopping=early_stopping, length_penalty=length_penalty,
        )[0, 11:].tolist()  # fmt: skip
        options = BeamOptions(beams, early_stopping=early_stopping, length_penalty=length_penalty)
        found = search(ours, prompt, options, ends)
        assert found == expected[: len(found)] and set(expected[len(found) :]) <= {0}


def test_diverse_groups_differ(pair: tuple[Any, GPT]) -> None:
    prompt = torch.randint(300, 3000, (1, 11), generator=torch.Generator().manual_seed(0))
    plain = search(pair[1], prompt, BeamOptions(4), [7])
    decoder = GPTDecoder(pair[1], 64)
    first = decoder.feed(prompt)[0, -1]
    decoder.continue_from(torch.zeros(4, dtype=torch.long))

    def step(parents: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        decoder.continue_from(parents)
        return decoder.feed(tokens[:, None])[:, -1]

    options = BeamOptions(4, keep=4, groups=2, diversity=50.0)
    found = beam_search(step, first, prompt[0].tolist(), options, frozenset([7]), 10, no_repeat)
    starts = {done.tokens[0] for done in found}
    assert len(starts) >= 2 and len(plain) >= len(found[0].tokens)


@pytest.mark.parametrize("width", [100, 5000, 50_257])
def test_best_is_topk(width: int) -> None:
    scores = torch.randn(5, width)
    values, places = best(scores, 10)
    expected = scores.flatten().topk(10)
    assert torch.equal(values, expected.values) and torch.equal(places, expected.indices)


@pytest.mark.parametrize("kind", ["gpt", "rnn"])
def test_what_is_forgotten_was_never_fed(kind: str, pair: tuple[Any, GPT]) -> None:
    torch.manual_seed(0)
    rnn = RNN(RNNConfig(vocab=3000, width=16)).eval()

    def fresh() -> Any:
        return GPTDecoder(pair[1], 64) if kind == "gpt" else RNNDecoder(rnn)

    tokens = torch.randint(0, 3000, (2, 12))
    straight, detour = fresh(), fresh()
    straight.feed(tokens[:, :6])
    detour.feed(tokens[:, :6])
    detour.feed(tokens[:, 8:11])
    detour.forget(3)
    assert detour.length == straight.length == 6
    torch.testing.assert_close(detour.feed(tokens[:, 6:8]), straight.feed(tokens[:, 6:8]))
    detour.continue_from(torch.tensor([1, 1, 0]))
    again = detour.feed(tokens[[1, 1, 0], 8:9])
    torch.testing.assert_close(again[0], again[1])
    assert not torch.allclose(again[0], again[2], atol=1e-3)
