"""Inference with libraries of the Hub: threads, random state, and their errors as ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from miaobi.core.errors import EngineError
from miaobi.core.settings import threads

_rng_lock = threading.Lock()


def limit_threads() -> None:
    """Limit PyTorch to one thread more than the settings: those leave a core for ggml."""
    import torch

    torch.set_num_threads(min(torch.get_num_threads(), threads() + 1))


@contextmanager
def isolated_rng(seed: int) -> Iterator[None]:
    """Seed the global random state of PyTorch, and restore it afterwards.

    For models that cannot take a generator; inference mode is on, and threads take turns.
    """
    import torch

    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with _rng_lock, torch.random.fork_rng(devices), torch.inference_mode():
        torch.manual_seed(seed)
        yield


@contextmanager
def raise_engine_errors() -> Iterator[None]:
    """Turn a RuntimeError of PyTorch, such as too little memory, into an EngineError."""
    try:
        yield
    except RuntimeError as error:
        raise EngineError(
            "The model stopped: {reason}.",
            "Try a shorter text, or another seed.",
            reason=first_line(error),
        ) from error


def first_line(error: Exception) -> str:
    """Return the first line of a library's error message, without its period."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(" .:!")
