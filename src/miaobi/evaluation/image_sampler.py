"""Pictures of many prompts: in batches by our own network, one by one by any other model."""

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_integer, check_range
from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.engines.diffusion import GUIDANCE, STEPS, DiffusionEngine
from miaobi.engines.registry import engine_for
from miaobi.media import image
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.tokenizer import caption_ids
from miaobi.models.zoo import Model, architecture_of
from miaobi.nn.prepacked import has_fast_bfloat16

GRAY = 128


@dataclass(frozen=True)
class EvaluationConfig:
    """Number of prompts and sampling options. Raises OptionError for values out of range."""

    count: int = 64  # prompts of each of GROUPS
    seed: int = 0
    steps: int = STEPS
    guidance: float = GUIDANCE
    rows: int = 32  # batch size
    neighbors: int = 2000  # training scenes to search for the nearest one

    def __post_init__(self) -> None:
        check_integer("count", self.count, 2, 100_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_integer("steps", self.steps, 1, 1000)
        check_range("guidance", self.guidance, 1, 30)
        check_integer("rows", self.rows, 1, 1024)
        check_integer("neighbors", self.neighbors, 1, 1_000_000)


class ImageSampler(Protocol):
    """Text-to-image model as an evaluation uses it."""

    config: EvaluationConfig
    size: tuple[int, ...]  # (height, width) of its pictures
    device: torch.device  # of the judge

    def sample(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Pixels]]:
        """Yield Progress and return a uint8 picture (H, W, 3) for each prompt and seed."""
        ...

    def reconstruct(self, pictures: list[Pixels]) -> list[Pixels] | None:
        """Encode and decode pictures; None without an autoencoder of ours."""
        ...


def make_image_sampler(model: Model, config: EvaluationConfig) -> ImageSampler:
    """Create the sampler of a model. Raises OptionError for a model without prompts."""
    architecture = architecture_of(Path(model.place)) if model.place else ""
    if architecture == "text-to-image":
        return BatchImageSampler(model, config)
    if architecture:  # a GAN or an autoencoder
        raise OptionError(
            "{name} reads no prompts.",
            "Name a text-to-image model; miaobi train t2i --preset scenes makes one.",
            name=model.name,
        )
    return SingleImageSampler(model, config)


class SingleImageSampler:
    """Sampler of any model with prompts, one request per prompt."""

    size: tuple[int, ...] = (256, 256)
    device = torch.device("cpu")

    def __init__(self, model: Model, config: EvaluationConfig) -> None:
        self.name, self.engine, self.config = model.name, engine_for(model), config

    def sample(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Pixels]]:
        """Generate the pictures; a prompt that the model rejects becomes a gray picture."""
        pictures: list[Pixels] = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            yield Progress(stage, len(pictures), len(prompts))
            height, width = self.size
            request = ImageRequest(model=self.name, prompt=prompt, seed=seed, size=(width, height))
            try:
                *_, output = self.engine.generate(request)
                assert isinstance(output, Output)
                pictures.append(image.flatten_alpha(output.pictures[0]))
            except NotFoundError:  # no known subject in the prompt
                pictures.append(np.full((height, width, 3), GRAY, np.uint8))
        return pictures

    def reconstruct(self, pictures: list[Pixels]) -> None:
        """Return None: the autoencoder, if any, is not accessible."""
        return None


class BatchImageSampler:
    """Sampler of our own text-to-image network, many prompts per batch."""

    def __init__(self, model: Model, config: EvaluationConfig) -> None:
        engine = engine_for(model)
        assert isinstance(engine, DiffusionEngine)
        self.engine, self.config, self.device = engine, config, engine.device
        self.size: tuple[int, ...] = engine.network.config.size

    def sample(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Pixels]]:
        """Generate the pictures from the noise of their seeds."""
        pictures: list[Pixels] = []
        while len(pictures) < len(prompts):
            rows = slice(len(pictures), len(pictures) + self.config.rows)
            for i, x in self._latents(prompts[rows], seeds[rows]):
                fraction = (i + 1) / self.config.steps
                yield Progress(stage, len(pictures) + len(x) * fraction, len(prompts))
            pictures += self._decode(self.engine.network.denormalize_latent(x))
        return pictures

    def _latents(self, prompts: list[str], seeds: list[int]) -> Iterator[tuple[int, Tensor]]:
        """Yield (step, latents (B, C, h, w)), from the same noise per seed as the engine."""
        engine, network = self.engine, self.engine.network
        ids, mask = caption_ids(engine.tokenizer, prompts, network.config.text.context)
        f = [side // (engine.unit // network.config.dit.patch[0]) for side in self.size]
        shape = (network.config.dit.channels, *f)
        noise = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
        x = torch.stack(noise).to(engine.device)
        with _fast_inference(engine.device):
            denoise = network.denoiser(ids.to(engine.device), mask.to(engine.device))
        times = flow_times(self.config.steps, network.config.shift)
        steps = euler(guided(denoise, self.config.guidance), x, times)
        while True:
            with _fast_inference(
                engine.device
            ):  # not around a yield, to leave the caller in its own mode
                step = next(steps, None)
            if step is None:
                return
            yield step.i, step.x.float()

    def reconstruct(self, pictures: list[Pixels]) -> list[Pixels]:
        """Encode and decode pictures."""
        outputs: list[Pixels] = []
        for first in range(0, len(pictures), self.config.rows):
            batch = pictures[first : first + self.config.rows]
            x = images_to_tensor(batch).to(self.engine.device)
            with _fast_inference(self.engine.device):
                latent = self.engine.autoencoder.encode(x).mode().float()
            outputs += self._decode(latent)
        return outputs

    def _decode(self, latent: Tensor) -> list[Pixels]:
        with _fast_inference(self.engine.device):
            return tensor_to_images(self.engine.autoencoder.decode(latent))


@contextlib.contextmanager
def _fast_inference(device: torch.device) -> Iterator[None]:
    """Run inference in bfloat16 where that is fast; the metrics are unaffected."""
    with (
        torch.inference_mode(),
        torch.autocast(device.type, torch.bfloat16, enabled=has_fast_bfloat16()),
    ):
        yield
