"""Native kernels for decoding, compiled on first use with GCC.

nn/step.cpp is compiled into a library in the home folder (two seconds). Without GCC, or with
MIAOBI_KERNELS=0, the layers of PyTorch are used instead.
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
HEADERS = ("matrix.h", "team.h", "vectors.h")  # included by step.cpp
MOST_ROWS = 8  # largest batch of the kernels
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-fPIC", "-std=c++17")


KINDS = {"float32": 0, "bfloat16": 1, "int8": 2}  # Matrix.kind


class Matrix(ctypes.Structure):
    """Struct Matrix of matrix.h: a weight (O, I) with its scales and bias."""

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
    """Struct Layer of step.cpp: one transformer block."""

    _fields_ = [
        *(
            (name, ctypes.c_void_p)
            for name in ("norm1", "norm1_bias", "norm2", "norm2_bias", "q_norm", "k_norm")
        ),
        *((name, Matrix) for name in ("qkv", "out", "up", "down")),
    ]


class Network(ctypes.Structure):
    """Struct Network of step.cpp: the whole language model."""

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
    """Load the library with `step`, `scratch` and `rows`; return None if it cannot be built."""
    import torch  # noqa: F401  # loads the OpenMP runtime that the kernels use

    compiler = shutil.which("g++")
    if os.environ.get("MIAOBI_KERNELS") == "0" or not compiler or platform.system() != "Linux":
        return None
    try:
        library = ctypes.CDLL(str(_build(compiler)))
    except (OSError, subprocess.SubprocessError):
        return None
    pointer, integer = ctypes.c_void_p, ctypes.c_long
    library.scratch.argtypes = [pointer, integer, integer, ctypes.c_int]
    library.scratch.restype = integer
    library.step.argtypes = [*[pointer] * 6, *[integer] * 3, ctypes.c_int]
    library.rows.argtypes = [*[pointer] * 4, integer, ctypes.c_int]
    library.step.restype = library.rows.restype = None
    return library


def _build(compiler: str) -> Path:
    """Return the library for this source, FLAGS and processor, compiling it if missing."""
    source = b"".join(SOURCE.with_name(name).read_bytes() for name in (SOURCE.name, *HEADERS))
    key = hashlib.sha256(source + " ".join(FLAGS).encode() + _processor()).hexdigest()[:16]
    path = home() / "kernels" / f"step-{key}.so"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        compiled, linked = Path(folder) / "step.o", Path(folder) / "step.so"
        subprocess.run(
            [compiler, *FLAGS, "-c", str(SOURCE), "-o", str(compiled)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        # linked without OpenMP: its symbols resolve to the runtime that PyTorch has loaded, since
        # two thread pools would compete for the cores
        subprocess.run(
            [compiler, "-shared", str(compiled), "-o", str(linked)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        linked.replace(path)
    return path


def _processor() -> bytes:
    """Return a description of the processor, on which -march=native depends."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor().encode()
    features = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    return "\n".join(sorted(features)).encode()
