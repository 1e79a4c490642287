"""Models that make a picture in one go: GAN, and the VAE whose latent is one vector.

prompt --names of its classes--> labels,  seed --> z --network--> uint8 (H, W, 3)
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.engines.morph import TRUNCATION, GeneratorMorph, walk
from miaobi.models import checkpoint, gan
from miaobi.models.pixels import tensor_to_images
from miaobi.models.vae import VAE
from miaobi.models.zoo import Model
from miaobi.scenes.labels import Classes


class FeedforwardEngine:
    """A loaded generator; the words of a prompt say which of its classes is meant."""

    def __init__(self, model: Model) -> None:
        folder = Path(model.place)
        self.name = model.name
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network: Any = checkpoint.load(folder)
        self.network: Any = network.float().to(self.device)
        labeled = bool(network.config.conditions)
        self.classes = Classes(self.name, folder) if labeled else None
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Progress, then the Output with n pictures, or with the frames of a morph.

        Raises OptionError, NotFoundError, or MediaError for a picture that cannot be read.
        """
        if isinstance(request, MorphRequest):
            with self.lock:
                yield from walk(GeneratorMorph(self.network, self.classes, request), request)
            return
        names = ("negative", "steps", "sampler", "init", "loras", "memory", "precision", "guidance")
        used = {name: bool(getattr(request, name)) for name in names}
        used["style"] = bool(request.style) and not (self.classes and self.classes.styles)
        check_able(self.name, used | {"reuse": request.reuse > 1}, OTHER)
        self._check_size(request)
        painted = []
        with self.lock:
            for number in range(request.n):
                painted.append(self._one(request, request.seed + number))
                yield Progress("picture", number + 1, request.n)
        yield Output(pictures=tuple(painted))

    def close(self) -> None:
        """Free the network."""
        del self.network

    @torch.inference_mode()
    def _one(self, request: ImageRequest, seed: int) -> Any:
        """uint8 (H, W, 3), from a seed."""
        draw = torch.Generator().manual_seed(seed)
        labels = None
        if self.classes:
            labels = self.classes.labels(request.prompt, request.style, seed).to(self.device)
        limit = TRUNCATION if request.truncation is None else request.truncation
        z = gan.draw(1, self.network.config, limit, draw).to(self.device)
        make = self.network.decode if isinstance(self.network, VAE) else self.network
        return tensor_to_images(make(z, labels))[0]

    def _check_size(self, request: ImageRequest) -> None:
        config = self.network.config
        height, width = config.size if isinstance(self.network, VAE) else self.network.size
        if request.size not in (None, (width, height)):
            raise OptionError(
                "{model} draws {width}x{height} and no other size.",
                "Leave size out; --upscale and --format svg make the picture larger.",
                model=self.name,
                width=width,
                height=height,
            )
