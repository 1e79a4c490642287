"""Settings from environment variables, read on each call."""

import os


def offline() -> bool:
    """Return True with MIAOBI_OFFLINE=1 or HF_HUB_OFFLINE=1: no network access allowed."""
    return _on("MIAOBI_OFFLINE") or _on("HF_HUB_OFFLINE")


def threads() -> int:
    """Return MIAOBI_THREADS, else all cores but one, since ggml's spinning threads need it."""
    value = os.environ.get("MIAOBI_THREADS", "")
    if value.isdigit() and int(value) > 0:
        return int(value)
    return max(1, (os.cpu_count() or 2) - 1)


def slots() -> int:
    """Return MIAOBI_SLOTS, the number of parallel sequences of a GGUF model; default 1.

    Above 1, results of a seed depend in their last bits on the other sequences of the batch.
    """
    value = os.environ.get("MIAOBI_SLOTS", "")
    return max(1, int(value)) if value.isdigit() else 1


def producer() -> str:
    """Return MIAOBI_PRODUCER, the ContentProducer of GB 45438-2025 labels; default "miaobi"."""
    return os.environ.get("MIAOBI_PRODUCER") or "miaobi"


def extra_assets() -> str:
    """Return MIAOBI_ASSETS, a local folder searched before all other sources of assets, or ""."""
    return os.environ.get("MIAOBI_ASSETS", "")


def _on(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}
