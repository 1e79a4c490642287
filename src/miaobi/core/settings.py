"""The owner's switches, all of them environment variables, read when they are needed."""

import os


def offline() -> bool:
    """MIAOBI_OFFLINE=1 (or HF_HUB_OFFLINE=1): nothing may touch the network."""
    return _on("MIAOBI_OFFLINE") or _on("HF_HUB_OFFLINE")


def threads() -> int:
    """MIAOBI_THREADS, else all cores but one: ggml's spinning threads collapse on a busy core."""
    value = os.environ.get("MIAOBI_THREADS", "")
    if value.isdigit() and int(value) > 0:
        return int(value)
    return max(1, (os.cpu_count() or 2) - 1)


def slots() -> int:
    """MIAOBI_SLOTS: how many conversations a GGUF model continues at a time, else 1.

    With more than one, what a seed gives depends in its last bits on who else is served.
    """
    value = os.environ.get("MIAOBI_SLOTS", "")
    return max(1, int(value)) if value.isdigit() else 1


def producer() -> str:
    """MIAOBI_PRODUCER: the name or code written as ContentProducer in GB 45438-2025 labels."""
    return os.environ.get("MIAOBI_PRODUCER") or "miaobi"


def extra_assets() -> str:
    """MIAOBI_ASSETS: a local folder looked into before any other source of model files."""
    return os.environ.get("MIAOBI_ASSETS", "")


def _on(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}
