"""Networks of our own checkpoints, ready for inference."""

from pathlib import Path
from typing import Any

import torch

from miaobi.models import checkpoint


def best_device() -> torch.device:
    """Return the GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_network(folder: Path) -> Any:
    """Load a network of models/checkpoint.py in float32 on the best device, in evaluation mode.

    Its class depends on the architecture in config.json. Raises ModelFileError.
    """
    return checkpoint.load(folder).float().to(best_device())
