"""Engine of one-step image models: GANs, and VAEs whose latent is a vector.

prompt --class names--> labels,  seed --> z --network--> uint8 (H, W, 3)
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import torch

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.engines.morph import TRUNCATION, GeneratorMorph, run_morph
from miaobi.engines.networks import best_device, load_network
from miaobi.models import gan
from miaobi.models.pixels import tensor_to_images
from miaobi.models.vae import VAE
from miaobi.models.zoo import Model
from miaobi.scenes.labels import Classes


class FeedforwardEngine:
    """Loaded generator; the prompt selects its classes."""

    def __init__(self, model: Model) -> None:
        folder = Path(model.place)
        self.name = model.name
        self.device = best_device()
        self.network = load_network(folder)
        is_conditional = bool(self.network.config.conditions)
        self.classes = Classes(self.name, folder) if is_conditional else None
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Yield Progress, then the Output with n images, or with the frames of a morph.

        Raises OptionError, NotFoundError, or MediaError for an unreadable image.
        """
        if isinstance(request, MorphRequest):
            with self.lock:
                yield from run_morph(GeneratorMorph(self.network, self.classes, request), request)
            return
        names = ("negative", "steps", "sampler", "init", "loras", "memory", "precision", "guidance")
        used = {name: bool(getattr(request, name)) for name in names}
        used["style"] = bool(request.style) and not (self.classes and self.classes.styles)
        check_supported(self.name, used | {"reuse": request.reuse > 1}, TRY_ANOTHER_MODEL)
        self._check_size(request)
        images = []
        with self.lock:
            for index in range(request.n):
                images.append(self._generate_one(request, request.seed + index))
                yield Progress("picture", index + 1, request.n)
        yield Output(pictures=tuple(images))

    def close(self) -> None:
        """Free the network."""
        del self.network

    @torch.inference_mode()
    def _generate_one(self, request: ImageRequest, seed: int) -> Pixels:
        """Generate one image, uint8 (H, W, 3), from a seed."""
        generator = torch.Generator().manual_seed(seed)
        labels = None
        if self.classes:
            labels = self.classes.labels(request.prompt, request.style, seed).to(self.device)
        limit = TRUNCATION if request.truncation is None else request.truncation
        z = gan.sample_latents(1, self.network.config, limit, generator).to(self.device)
        forward = self.network.decode if isinstance(self.network, VAE) else self.network
        return tensor_to_images(forward(z, labels))[0]

    def _check_size(self, request: ImageRequest) -> None:
        """Raise OptionError for any size but the network's own."""
        config = self.network.config
        height, width = config.size if isinstance(self.network, VAE) else self.network.size
        if not request.fit and request.size not in (None, (width, height)):
            raise OptionError(
                "{model} draws {width}x{height} and no other size.",
                "Leave size out; upscale and the format svg make the picture larger.",
                model=self.name,
                width=width,
                height=height,
            )
