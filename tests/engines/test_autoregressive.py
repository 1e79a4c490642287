"""Our own engine: token for token what transformers finds on the same weights, only faster."""

import gc
import shutil
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from miaobi.core.errors import ContextFull, ModelFileError, OptionError
from miaobi.core.events import Progress, Token
from miaobi.engines.autoregressive import AutoregressiveEngine
from miaobi.generation.decoder import GPTDecoder, decoder_of
from miaobi.hub.text import HubTextEngine
from miaobi.nn.native import kernels
from tests.tiny.asking import TextEngine, ask, ask_numbers, numbers_engine, open_engine, run
from tests.tiny.checkpoints import OURS, OWN, rewrite, save_own

PROMPTS = torch.randint(60, 300, (3, 11), generator=torch.Generator().manual_seed(5)).tolist()


@pytest.mark.parametrize("family", OURS)
def test_four_families_are_ours(family: str, text_engines: dict[str, TextEngine]) -> None:
    engine = text_engines[family]
    assert isinstance(engine, AutoregressiveEngine)
    run(engine, ask(max_tokens=1))
    assert (engine.context, engine.precision) == (128, "float32")


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"temperature": 0.8}, {"temperature": 1.2, "typical": 0.9, "repeat_penalty": 1.2}],
    ids=["greedy", "drawn", "typical"],
)
@pytest.mark.parametrize("family", OURS)
def test_the_same_text_as_through_transformers(
    family: str,
    options: dict[str, Any],
    raw: bool,
    text_engines: dict[str, TextEngine],
    through_transformers: dict[str, HubTextEngine],
) -> None:
    for words in ("the cat sat", "你好"):
        request = ask(words, raw=raw, **options)
        pieces, output = run(text_engines[family], request)
        expected = run(through_transformers[family], request)
        assert (pieces, output.text) == (expected[0], expected[1].text)
        assert output.finish_reason == expected[1].finish_reason


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("gpt2", {"activation_function": "relu"}),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}),
        ("llama", {"hidden_act": "gelu"}),
        ("llama", {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e4}}),
        ("llama", {"rope_scaling": {"type": "linear", "factor": 4.0}}),
        ("qwen2", {"use_sliding_window": True, "sliding_window": 4, "max_window_layers": 0}),
    ],
    ids=str,
)
def test_a_config_that_computes_otherwise_goes_through_transformers(
    family: str, values: dict[str, Any], text_folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(text_folders[family], tmp_path / family)
    rewrite(folder / "config.json", **values)
    assert isinstance(open_engine(folder), HubTextEngine)


def test_a_search_is_cut_at_a_stop_string(own: AutoregressiveEngine) -> None:
    engine = numbers_engine(own.folder)
    whole = run(engine, ask_numbers(PROMPTS[0], beams=3))[1]
    stop = " ".join((whole.text or "").split()[2:4])
    pieces, output = run(engine, ask_numbers(PROMPTS[0], beams=3, stop=(stop,)))
    assert output.text == "".join(pieces) == (whole.text or "").partition(stop)[0]
    assert (whole.finish_reason, output.finish_reason) == ("length", "stop")
    assert whole.usage["completion_tokens"] == 24


def test_lookup_gives_the_same_text_in_fewer_steps(own: AutoregressiveEngine) -> None:
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    request = {"max_tokens": 60, "no_repeat_ngram": 0}
    words = "the cat sat on the mat and the cat sat on the mat and"
    plain = run(own, ask(words, **request))
    hook = own.network.register_forward_hook(count)
    try:
        guessed = run(own, ask(words, lookup=True, **request))
    finally:
        hook.remove()
    assert guessed[0] == plain[0] and guessed[1].text == plain[1].text
    if isinstance(decoder_of(own.network, 1), GPTDecoder):  # others read token by token anyway
        assert 0 < steps < 60
    drawn = [
        run(own, ask(words, temperature=1, lookup=on, **request))[1].text for on in (True, False)
    ]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    "options",
    [{}, {"temperature": 1.0}, {"repeat_penalty": 1.3, "no_repeat_ngram": 2, "stop": ("at",)}],
    ids=["greedy", "drawn", "stopped"],
)
def test_a_batch_is_what_each_is_alone(own: AutoregressiveEngine, options: dict[str, Any]) -> None:
    words = ["the cat sat on the mat", "好", "Once upon a time a dragon wrote letters", "{"]
    requests = [ask(text, seed=seed, **options) for seed, text in enumerate(words)]
    for request, output in zip(requests, own.generate_batch(requests), strict=True):
        alone = run(own, request)[1]
        assert (output.text, output.finish_reason) == (alone.text, alone.finish_reason)
        for name in ("prompt_tokens", "completion_tokens"):
            assert output.usage[name] == alone.usage[name]


@pytest.mark.parametrize("family", OURS)
def test_a_batch_of_a_hub_model(family: str, text_engines: dict[str, Any]) -> None:
    engine = text_engines[family]
    requests = [ask(text) for text in ("the cat sat on the mat", "a", "Once upon a time")]
    texts = [output.text for output in engine.generate_batch(requests)]
    assert texts == [run(engine, request)[1].text for request in requests]


@pytest.mark.parametrize("kind", [*OWN, *OURS])
def test_fewer_bits_give_nearly_the_same_scores(
    kind: str, own_folders: dict[str, Path], text_folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree({**own_folders, **text_folders}[kind], tmp_path / kind)
    path = folder / "model.safetensors"
    if kind in OURS:  # sharp opinions turn on every bit: weights as training begins with
        softer = {
            name: weight * 0.3 ** (weight.dim() > 1) for name, weight in load_file(path).items()
        }
        save_file(softer, path, {"format": "pt"})
    engine, logits = numbers_engine(folder), {}
    for precision in ("float32", "bfloat16", "int8"):
        run(engine, ask_numbers([1], max_tokens=1, precision=precision))
        assert engine.precision == precision
        logits[precision] = decoder_of(engine.network, 11).prefill(PROMPTS).float()
    exact = logits["float32"]
    for precision, most in (("bfloat16", 0.02), ("int8", 0.1)):
        assert 0 < (logits[precision] - exact).norm() / exact.norm() < most


def test_a_precision_holds_for_one_request(own_folders: dict[str, Path]) -> None:
    engine = open_engine(own_folders["rotary"])
    first = run(engine, ask())[1].text
    kinds = []
    for precision in ("bfloat16", "int8", "float32", "int8"):
        run(engine, ask(precision=precision))
        kinds.append(engine.precision)
    assert kinds == ["bfloat16", "int8", "float32", "int8"]
    assert run(engine, ask())[1].text == first
    assert engine.precision == "float32"


def test_what_was_trained_here_goes_on_beyond_its_context(own: AutoregressiveEngine) -> None:
    _, output = run(own, ask("the cat sat on the mat " * 20, max_tokens=150))
    assert output.usage["completion_tokens"] == 150
    assert output.usage["prompt_tokens"] + 150 > 128
    begun = run(own, ask(max_tokens=20))[1].text or ""
    assert (run(own, ask(max_tokens=200))[1].text or "").startswith(begun.rstrip("\ufffd"))


def test_each_of_a_batch_ends_at_its_own_length(own: AutoregressiveEngine) -> None:
    requests = [ask("the cat sat on", max_tokens=9), ask("a", max_tokens=1), ask(max_tokens=30)]
    for request, output in zip(requests, own.generate_batch(requests), strict=True):
        alone = run(own, request)[1]
        assert (output.text, output.finish_reason) == (alone.text, alone.finish_reason)
        assert output.usage["completion_tokens"] == alone.usage["completion_tokens"]


def test_what_a_batch_cannot_have_is_told(own: AutoregressiveEngine) -> None:
    with pytest.raises(OptionError, match="A batch cannot use beams"):
        own.generate_batch([ask(), ask(beams=2)])
    with pytest.raises(OptionError, match="different values of precision: 'float32', 'int8'"):
        own.generate_batch([ask(precision="int8"), ask(precision="float32")])


def test_a_search_tells_how_far_it_is_and_ends_when_it_is_closed(own: AutoregressiveEngine) -> None:
    request, steps = ask(beams=3, max_tokens=30), 0
    *events, output = own.generate(request)
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.done for event in progress] == list(range(1, len(progress) + 1))
    assert {(event.stage, event.total) for event in progress} == {("search", 30)}
    assert "".join(event.text for event in events if isinstance(event, Token)) == output.text

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    hook = own.network.embed.register_forward_hook(count)
    try:
        walk = own.generate(request)
        for _ in range(3):
            next(walk)
        before = steps
        walk.close()
    finally:
        hook.remove()
    assert before == steps <= 4  # the prompt, and at most a step for each event


def test_weights_are_read_once_in_the_precision_that_is_asked(
    own_folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = AutoregressiveEngine._read_network

    def told(engine: AutoregressiveEngine, precision: str) -> Any:
        loaded.append(precision)
        return load(engine, precision)

    monkeypatch.setattr(AutoregressiveEngine, "_read_network", told)
    engine = open_engine(own_folders["rotary"])
    assert loaded == []
    for _ in range(2):
        run(engine, ask(precision="int8", max_tokens=2))
    assert loaded == ["int8"]
    view = decoder_of(engine.network, 8).compiled
    assert view is decoder_of(engine.network, 9).compiled and (view is None) == (kernels() is None)


def test_a_search_and_a_batch_stay_inside_the_context(own_engines: dict[str, Any]) -> None:
    engine, long = own_engines["rotary"], "the cat sat on the mat " * 40
    with pytest.raises(ContextFull, match=r"has \d+ tokens and the model holds 128"):
        run(engine, ask(long, beams=2))
    with pytest.raises(ContextFull, match=r"has \d+ tokens and the model holds 128"):
        engine.generate_batch([ask(), ask(long)])
    prompt = len(engine.vocabulary.prompt(ask()))
    batch = engine.generate_batch([ask(max_tokens=500), ask(max_tokens=500)])
    for output in (run(engine, ask(max_tokens=500, beams=2))[1], *batch):
        assert output.usage["completion_tokens"] == 128 - prompt


def test_a_closed_engine_frees_its_weights(own_folders: dict[str, Path]) -> None:
    engine = open_engine(own_folders["rotary"])
    run(engine, ask())
    events = engine.generate(ask())
    next(events)
    network = weakref.ref(engine.network)
    events.close()
    engine.close()
    gc.collect()
    assert network() is None


@pytest.mark.parametrize("kind", ["learned", "gru"])
def test_damaged_weights_of_ours_are_told(kind: str, tmp_path: Path) -> None:
    folder = save_own(tmp_path / kind, kind)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match=r"model\.safetensors cannot be loaded"):
        run(open_engine(folder), ask())
    save_own(folder, kind)
    rewrite(folder / "config.json", config={"wide": 1})
    with pytest.raises(ModelFileError, match="has unknown settings: wide"):
        open_engine(folder)
