"""Engine of an autoencoder for latent diffusion: encodes images, morphs latents, decodes them."""

import threading
from collections.abc import Iterator
from pathlib import Path

from miaobi.core.errors import OptionError
from miaobi.core.events import Event
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.engines.morph import GridMorph, run_morph
from miaobi.engines.networks import load_network
from miaobi.models.zoo import Model


class AutoencoderEngine:
    """Loaded VAE with a grid of latents: it morphs between images, and generates none."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.network = load_network(Path(model.place))
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Yield Progress, then the Output with the frames of a morph.

        Raises OptionError for a prompt, MediaError for an unreadable image.
        """
        if isinstance(request, ImageRequest):
            raise OptionError(
                "{model} is an autoencoder for latent diffusion: it generates no images by itself.",
                "Name one that draws: drawings, collage, animals-vae.",
                model=self.name,
            )
        with self.lock:
            yield from run_morph(GridMorph(self.network, request), request)

    def close(self) -> None:
        """Free the network."""
        del self.network
