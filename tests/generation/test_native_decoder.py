"""Steps in our own compiled code give the numbers of PyTorch, for every family and precision."""

import copy
import os
import subprocess
import sys
from typing import Any

import pytest
import torch

from miaobi.generation.decoder import GPTDecoder
from miaobi.generation.native_decoder import CompiledDecoder
from miaobi.models.gpt import GPT, GPTConfig
from miaobi.nn.native import kernels
from miaobi.nn.packed import NativeLinear, WeightArena, pack

LLAMA: dict[str, Any] = {
    "positions": "rotary",
    "norm": "rms",
    "gated": True,
    "qkv_bias": False,
    "out_bias": False,
}
FAMILIES: dict[str, dict[str, Any]] = {
    "gpt2": {"kv_heads": 4, "hidden": 256},
    "llama": {"kv_heads": 2, "hidden": 96, "tied": False, **LLAMA},
    "qwen2": {"kv_heads": 2, "hidden": 96, **LLAMA, "qkv_bias": True},
    "qwen3": {"kv_heads": 1, "hidden": 96, **LLAMA, "qk_norm": True, "head_width": 32},
}
NEAR = {"float32": 1e-4, "bfloat16": 0.02, "int8": 0.08}  # of the largest logit
PROMPTS = [[[1, 2, 3]], [[1, 2, 3], [4], [5, 6]], [[row] for row in range(8)]]

needs_compiler = pytest.mark.skipif(kernels() is None, reason="no GCC on this machine")


@pytest.fixture(params=FAMILIES)
def network(request: pytest.FixtureRequest) -> GPT:
    """Random weights whose norms, biases and logits are far from their start values."""
    torch.manual_seed(0)
    plain = {"vocab": 301, "context": 64, "width": 64, "layers": 3, "heads": 4, "head_width": 16}
    model = GPT(GPTConfig(**{**plain, **FAMILIES[request.param]})).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.data *= 4 if parameter.dim() > 1 else 1
        parameter.data += 0.3 * torch.randn_like(parameter) if parameter.dim() == 1 else 0
    return model


@needs_compiler
@pytest.mark.parametrize("precision", NEAR)
@pytest.mark.parametrize("prompts", PROMPTS, ids=["one", "padded", "eight"])
def test_the_logits_are_those_of_pytorch(
    network: GPT, precision: str, prompts: list[list[int]]
) -> None:
    plain = GPTDecoder(network, 40)
    fast = GPTDecoder(pack(copy.deepcopy(network), precision), 40)  # type: ignore[arg-type]
    assert plain.compiled is None and fast.compiled is not None
    expected, found = plain.prefill(prompts), fast.prefill(prompts)
    for step in range(6):
        assert (found - expected).abs().max() <= NEAR[precision] * expected.abs().max()
        if step == 3:
            parents = torch.arange(len(prompts)).flip(0)
            plain.reorder_cache(parents)
            fast.reorder_cache(parents)
        tokens = torch.randint(0, 301, (len(prompts), 1))
        expected, found = plain.forward(tokens), fast.forward(tokens)


@needs_compiler
def test_large_inputs_of_gelu_and_silu_are_no_trouble(network: GPT) -> None:
    for parameter in network.parameters():  # exp of some of them would be infinite
        parameter.data *= 10 if parameter.dim() > 1 else 1
    test_the_logits_are_those_of_pytorch(network, "float32", PROMPTS[1])


@needs_compiler
def test_more_rows_than_the_kernel_takes_go_through_pytorch(network: GPT) -> None:
    fast = GPTDecoder(pack(copy.deepcopy(network), "float32"), 20)  # type: ignore[arg-type]
    plain = GPTDecoder(network, 20)
    prompts = [[row, row + 1] for row in range(11)]
    tokens = torch.randint(0, 301, (11, 1))
    torch.testing.assert_close(fast.prefill(prompts), plain.prefill(prompts), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(fast.forward(tokens), plain.forward(tokens), atol=1e-4, rtol=1e-4)


@needs_compiler
@pytest.mark.parametrize("precision", NEAR)
@pytest.mark.parametrize("rows", [*range(1, 10), 31, 33, 70])
@pytest.mark.parametrize("width", [16, 80, 192])
def test_a_linear_layer_of_any_number_of_rows(precision: str, rows: int, width: int) -> None:
    torch.manual_seed(1)
    linear = torch.nn.Linear(width, 37).requires_grad_(False)
    library = kernels()
    packed = NativeLinear(linear, precision, library, WeightArena(4 * linear.weight.numel()))
    x = torch.randn(1, rows, width)
    near = {"float32": 1e-6, "bfloat16": 5e-3, "int8": 2e-2}[precision]
    assert (packed(x) - linear(x)).norm() <= near * linear(x).norm()


def test_without_kernels_pytorch_does_the_work() -> None:
    program = (
        "from miaobi.nn.native import kernels; from miaobi.nn.packed import pack, PackedLinear\n"
        "import torch; print(kernels())\n"
        "print(type(pack(torch.nn.Sequential(torch.nn.Linear(16, 16)), 'float32')[0]).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "MIAOBI_KERNELS": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["None", "PackedLinear"]


def test_a_model_that_is_not_packed_has_no_compiled_steps(network: GPT) -> None:
    assert CompiledDecoder.for_model(network) is None
