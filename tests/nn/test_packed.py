"""Packed layers give the numbers of nn.Linear: the same, or as close as their bits allow."""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from miaobi.models.gpt import GPT, preset
from miaobi.nn.native import kernels
from miaobi.nn.packed import PRECISIONS, Int8Linear, NativeLinear, PackedLinear, pack

pytestmark = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="layers are packed only for oneDNN"
)
HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported()
SHAPES = [(rows,) for rows in range(1, 10)] + [(1, 1), (2, 3), (3, 7), (5, 1), (1, 2, 3)]


@pytest.fixture(params=[True, False], ids=["bias", "no bias"])
def linear(request: pytest.FixtureRequest) -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(96, 160, bias=request.param).requires_grad_(False)


def inputs(*shape: int) -> Tensor:
    return torch.randn(*shape, 96, generator=torch.Generator().manual_seed(1))


def off(found: Tensor, expected: Tensor) -> float:
    """How far off, as a share of what is expected."""
    assert found.shape == expected.shape
    return float((found.float() - expected).norm() / expected.norm())


@pytest.mark.parametrize("shape", SHAPES)
def test_float32_is_what_linear_gives(linear: nn.Linear, shape: tuple[int, ...]) -> None:
    found = PackedLinear(linear)(inputs(*shape))
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, linear(inputs(*shape)), atol=1e-5, rtol=0)


@pytest.mark.skipif(not HALF, reason="this processor does not multiply bfloat16")
@pytest.mark.parametrize("shape", SHAPES)
def test_bfloat16_is_what_linear_gives_in_bfloat16(
    linear: nn.Linear, shape: tuple[int, ...]
) -> None:
    exact, half = linear(inputs(*shape)), copy.deepcopy(linear).bfloat16()
    x = inputs(*shape).bfloat16()
    found = PackedLinear(half)(x)
    assert found.dtype == torch.bfloat16
    # both round their last step, so they may differ by one: 8 bits of a number's own size
    torch.testing.assert_close(found, half(x), atol=1e-3, rtol=2**-7)
    assert off(found, exact) < 0.01


@pytest.mark.parametrize("shape", SHAPES)
def test_int8_is_near_linear(linear: nn.Linear, shape: tuple[int, ...]) -> None:
    assert off(Int8Linear(linear)(inputs(*shape)), linear(inputs(*shape))) < 0.02


@pytest.mark.parametrize("kind", [PackedLinear, Int8Linear])
def test_a_view_is_read_where_it_stands(linear: nn.Linear, kind: type[nn.Module]) -> None:
    packed, x = kind(linear), inputs(4, 6)
    for view in (x[:, -1], x[:, ::2], x.transpose(0, 1)):
        torch.testing.assert_close(packed(view), packed(view.contiguous()))


def test_the_weight_is_a_copy(linear: nn.Linear) -> None:
    packed, before = PackedLinear(linear), linear(inputs(3)).clone()
    linear.weight.zero_()
    torch.testing.assert_close(packed(inputs(3)), before, atol=1e-5, rtol=0)


def test_int8_keeps_a_channel_of_zeros_and_one_much_larger(linear: nn.Linear) -> None:
    linear.weight[3] = 0
    linear.weight[5] *= 1000
    found, expected = Int8Linear(linear)(inputs(200)), linear(inputs(200))
    torch.testing.assert_close(found[:, 3], expected[:, 3])
    rest = [channel for channel in range(160) if channel not in (3, 5)]
    assert off(found[:, rest], expected[:, rest]) < 0.02  # each channel has a scale of its own
    assert off(found[:, 5], expected[:, 5]) < 0.02


@pytest.fixture(params=["our kernels", "PyTorch's"])
def ours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """With our own kernels where they can be built, and as on a machine without a compiler."""
    if request.param == "our kernels":
        if kernels() is None:
            pytest.skip("no GCC on this machine")
        return True
    monkeypatch.setenv("MIAOBI_KERNELS", "0")
    kernels.cache_clear()
    request.addfinalizer(kernels.cache_clear)
    return False


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_whole_network_is_packed(precision: str, ours: bool) -> None:
    torch.manual_seed(0)
    network = GPT(preset(300, "tiny", 64)).eval().requires_grad_(False)
    tokens = torch.randint(0, 300, (2, 20))
    expected = network(tokens)
    packed = pack(network, precision)
    kind: type[nn.Module] = Int8Linear if precision == "int8" else PackedLinear
    if ours:
        kind = NativeLinear
    elif precision == "bfloat16" and not HALF:
        kind = nn.Linear
    assert all(isinstance(m, kind) for m in packed.modules() if "Linear" in type(m).__name__)
    assert sum(isinstance(module, kind) for module in packed.modules()) == 4 * 4 + 1
    half = precision == "bfloat16" and not ours  # our kernels keep all but the matrices exact
    embed: Any = packed.embed
    assert embed.weight.dtype == (torch.bfloat16 if half else torch.float32)
    near = {"float32": 1e-5, "bfloat16": 0.02, "int8": 0.04}[precision]
    assert off(packed(tokens), expected) < near
