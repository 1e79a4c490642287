"""The autoencoder of latent diffusion by itself: pictures to latents, mixed, and back."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from miaobi.core.errors import OptionError
from miaobi.core.events import Event
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.engines.morph import GridMorph, walk
from miaobi.models import checkpoint
from miaobi.models.zoo import Model


class AutoencoderEngine:
    """A loaded VAE whose latent is a grid: it reads pictures, and draws none of its own."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network: Any = checkpoint.load(Path(model.place)).float().to(device)
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Progress, then the Output with the frames of a morph.

        Raises OptionError for words, MediaError for a picture that cannot be read.
        """
        if isinstance(request, ImageRequest):
            raise OptionError(
                "{model} is an autoencoder for latent diffusion: it makes no pictures of its own.",
                "Name one that draws: drawings, collage, animals-vae.",
                model=self.name,
            )
        with self.lock:
            yield from walk(GridMorph(self.network, request), request)

    def close(self) -> None:
        """Free the network."""
        del self.network
