"""Our own kernels, built once on the machine that runs them, where it has a compiler.

nn/step.cpp becomes a library in the home folder the first time it is wanted (two seconds). Without
GCC, or with MIAOBI_KERNELS=0, PyTorch's own layers do the work, and everything else is the same.
"""

import ctypes
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from miaobi.core.paths import home

SOURCE = Path(__file__).with_name("step.cpp")
HEADERS = ("matrix.h", "team.h", "vectors.h")  # what it is made of
MOST_ROWS = 8  # what the kernels are written for
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-fPIC", "-std=c++17")


KINDS = {"float32": 0, "bfloat16": 1, "int8": 2}  # Matrix.kind


class Matrix(ctypes.Structure):
    """A weight (O, I), its scales and bias, as step.cpp has them."""

    _fields_ = [
        ("weight", ctypes.c_void_p),
        ("scale", ctypes.c_void_p),
        ("sums", ctypes.c_void_p),
        ("bias", ctypes.c_void_p),
        ("O", ctypes.c_long),
        ("I", ctypes.c_long),
        ("kind", ctypes.c_int),
    ]


class Layer(ctypes.Structure):
    """One block of the network, as step.cpp has it."""

    _fields_ = [
        *(
            (name, ctypes.c_void_p)
            for name in ("norm1", "norm1_bias", "norm2", "norm2_bias", "q_norm", "k_norm")
        ),
        *((name, Matrix) for name in ("qkv", "out", "up", "down")),
    ]


class Network(ctypes.Structure):
    """The whole network, as step.cpp has it."""

    _fields_ = [
        ("layers", ctypes.POINTER(Layer)),
        *((name, ctypes.c_long) for name in ("L", "D", "H", "K", "W", "F")),
        ("rms", ctypes.c_int),
        ("gated", ctypes.c_int),
        ("eps", ctypes.c_float),
        *((name, ctypes.c_void_p) for name in ("cos", "sin", "norm", "norm_bias")),
        ("head", Matrix),
    ]


@functools.cache
def kernels() -> ctypes.CDLL | None:
    """The library with `step`, `scratch` and `rows`; None where it cannot be had."""
    import torch  # noqa: F401  # its OpenMP is the one whose threads the kernels use

    compiler = shutil.which("g++")
    if os.environ.get("MIAOBI_KERNELS") == "0" or not compiler or platform.system() != "Linux":
        return None
    try:
        library = ctypes.CDLL(str(_built(compiler)))
    except (OSError, subprocess.SubprocessError):
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_long
    library.scratch.argtypes = [pointer, number, number, ctypes.c_int]
    library.scratch.restype = number
    library.step.argtypes = [*[pointer] * 6, *[number] * 3, ctypes.c_int]
    library.rows.argtypes = [*[pointer] * 4, number, ctypes.c_int]
    library.step.restype = library.rows.restype = None
    return library


def _built(compiler: str) -> Path:
    """The library for this source, these flags and this processor; built when it is not there."""
    source = b"".join(SOURCE.with_name(name).read_bytes() for name in (SOURCE.name, *HEADERS))
    key = hashlib.sha256(source + " ".join(FLAGS).encode() + _processor()).hexdigest()[:16]
    path = home() / "kernels" / f"step-{key}.so"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        compiled, linked = Path(place) / "step.o", Path(place) / "step.so"
        subprocess.run(
            [compiler, *FLAGS, "-c", str(SOURCE), "-o", str(compiled)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        # without OpenMP here: its names are found in the copy that PyTorch has loaded, since two
        # pools of threads would wait for each other's cores
        subprocess.run(
            [compiler, "-shared", str(compiled), "-o", str(linked)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        linked.replace(path)
    return path


def _processor() -> bytes:
    """What -march=native depends on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor().encode()
    told = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    return "\n".join(sorted(told)).encode()
