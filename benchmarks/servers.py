"""Servers to measure, each in its own process on loopback: ours, llama.cpp's, transformers'."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

THREADS = 1  # of every server; the other core is for sockets and clients
SLOTS = 16
SMALL = "smollm2-135m"
ASSETS = Path(os.environ.get("MIAOBI_HOME") or Path.home() / ".miaobi") / "assets"

LLAMA = """
import sys, time, xllamacpp
path, slots, context, threads, key, port = sys.argv[1:]
p = xllamacpp.CommonParams()
p.model.path, p.n_parallel, p.n_ctx = path, int(slots), int(context) * int(slots)
p.kv_unified, p.verbosity, p.ui, p.cache_ram_mib = False, -1, False, 0
p.cpuparams.n_threads = p.cpuparams_batch.n_threads = int(threads)
p.api_keys, p.port = [key], int(port)
server = xllamacpp.Server(p)
print(server.listening_address, flush=True)
time.sleep(1e6)
"""


@dataclass
class Running:
    """A running server: URL, process, model name, and headers that clients must send."""

    url: str
    process: subprocess.Popen[str]
    model: str = SMALL
    headers: dict[str, str] = field(default_factory=dict)

    def kill(self) -> None:
        """Kill the process, as in a crash."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def megabytes(self) -> float:
        """Resident memory in MB."""
        import psutil

        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)


@contextlib.contextmanager
def home(prefix: str = "miaobi-bench-") -> Iterator[Path]:
    """Create a temporary MIAOBI_HOME with the installed models."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        (Path(folder) / "assets").symlink_to(ASSETS)
        yield Path(folder)


@contextlib.contextmanager
def ours(home: Path, *options: str) -> Iterator[Running]:
    """Run `miaobi serve` with a MIAOBI_HOME."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "miaobi.cli.main",
        "serve",
        "--port",
        str(port),
        "--max-concurrent",
        str(SLOTS),
        *options,
    ]
    variables = {"MIAOBI_HOME": str(home), "MIAOBI_THREADS": str(THREADS), "MIAOBI_OFFLINE": "1"}
    with _running(command, variables) as process:
        yield _ready(Running(f"http://127.0.0.1:{port}", process), "/healthz")


@contextlib.contextmanager
def llama_cpp(path: Path, context: int) -> Iterator[Running]:
    """Run the HTTP server of llama.cpp on a GGUF file, configured like our engine."""
    key, port = secrets.token_hex(16), free_port()
    command = [
        sys.executable,
        "-c",
        LLAMA,
        str(path),
        str(SLOTS),
        str(context),
        str(THREADS),
        key,
        str(port),
    ]
    with _running(command, {}) as process:
        headers = {"authorization": f"Bearer {key}"}
        yield _ready(Running(f"http://127.0.0.1:{port}", process, headers=headers), "/health")


@contextlib.contextmanager
def transformers(folder: Path) -> Iterator[Running]:
    """Run `transformers serve` on a folder with the same weights."""
    port = free_port()
    program = Path(sys.executable).parent / "transformers"
    command = [
        str(program),
        "serve",
        str(folder),
        "--port",
        str(port),
        "--device",
        "cpu",
        "--host",
        "127.0.0.1",
    ]
    variables = {"OMP_NUM_THREADS": str(THREADS), "HF_HUB_OFFLINE": "1"}
    with _running(command, variables) as process:
        yield _ready(Running(f"http://127.0.0.1:{port}", process, str(folder)), "/health", 240)


def convert_gguf(gguf: Path, folder: Path) -> Path:
    """Convert a GGUF file to a transformers folder in float32, with its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32
    )
    model.hf_quantizer = None  # the weights are float32 now
    vars(model.config).pop("quantization_config", None)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
    return folder


def free_port() -> int:
    """Return a free port on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _ready(server: Running, path: str, seconds: float = 60) -> Running:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(server.url + path, headers=server.headers).status_code == 200:
                return server
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{server.process.args} did not start")
