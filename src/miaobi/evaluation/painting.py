"""Many prompts painted: at once by a network trained here, one by one by any other model."""

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from miaobi.core.checks import check_range, check_whole
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
from miaobi.nn.prepacked import fast_at_bfloat16


@dataclass(frozen=True)
class EvaluationConfig:
    """What is painted and how. Raises OptionError for values out of range."""

    count: int = 64  # prompts of each of GROUPS
    seed: int = 0
    steps: int = STEPS
    guidance: float = GUIDANCE
    rows: int = 32  # pictures painted at once
    neighbors: int = 2000  # training scenes among which the nearest is looked for

    def __post_init__(self) -> None:
        check_whole("count", self.count, 2, 100_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_whole("steps", self.steps, 1, 1000)
        check_range("guidance", self.guidance, 1, 30)
        check_whole("rows", self.rows, 1, 1024)
        check_whole("neighbors", self.neighbors, 1, 1_000_000)


class Paints(Protocol):
    """What an evaluation needs of a model."""

    config: EvaluationConfig
    size: tuple[int, ...]  # (height, width) of its pictures
    device: torch.device

    def paint(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Any]]:
        """Progress, and at the end a uint8 picture (H, W, 3) for each prompt and seed."""
        ...

    def decoded(self, pictures: list[Any]) -> list[Any] | None:
        """Pictures through its autoencoder and back; None where it has none of ours."""
        ...


def painter_of(model: Model, config: EvaluationConfig) -> Paints:
    """What paints with a model. Raises OptionError for one that reads no prompts."""
    architecture = architecture_of(Path(model.place)) if model.place else ""
    if architecture == "text-to-image":
        return Painter(model, config)
    if architecture:  # a GAN, an autoencoder
        raise OptionError(
            "{name} reads no prompts.",
            "Name a text-to-image model; miaobi train t2i --preset scenes makes one.",
            name=model.name,
        )
    return OneByOne(model, config)


class OneByOne:
    """Any model that reads prompts, asked as a user asks it."""

    size: tuple[int, ...] = (256, 256)
    device = torch.device("cpu")  # of who looks at the pictures

    def __init__(self, model: Model, config: EvaluationConfig) -> None:
        self.name, self.engine, self.config = model.name, engine_for(model), config

    def paint(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Any]]:
        """As Paints has it; a prompt that the model refuses is a gray picture."""
        pictures: list[Any] = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            yield Progress(stage, len(pictures), len(prompts))
            height, width = self.size
            request = ImageRequest(model=self.name, prompt=prompt, seed=seed, size=(width, height))
            try:
                *_, output = self.engine.generate(request)
                assert isinstance(output, Output)
                pictures.append(image.opaque(output.pictures[0]))
            except NotFoundError:  # it draws nothing of what the words name
                pictures.append(np.full((height, width, 3), 128, np.uint8))
        return pictures

    def decoded(self, pictures: list[Any]) -> list[Any] | None:
        """None: whatever its latents are, they are its own affair."""
        return None


class Painter:
    """A text-to-image model of ours that paints many prompts at once."""

    def __init__(self, model: Model, config: EvaluationConfig) -> None:
        engine = engine_for(model)
        assert isinstance(engine, DiffusionEngine)
        self.engine, self.config, self.device = engine, config, engine.device
        self.size: tuple[int, ...] = engine.network.config.size

    def paint(
        self, stage: str, prompts: list[str], seeds: list[int]
    ) -> Generator[Progress, None, list[Any]]:
        """Progress, and at the end a uint8 picture (H, W, 3) for each prompt and seed."""
        pictures: list[Any] = []
        while len(pictures) < len(prompts):
            rows = slice(len(pictures), len(pictures) + self.config.rows)
            for i, x in self._sampled(prompts[rows], seeds[rows]):
                share = len(x) * (i + 1) / self.config.steps
                yield Progress(stage, len(pictures) + share, len(prompts))
            pictures += self._decoded(self.engine.network.restored(x))
        return pictures

    def _sampled(self, prompts: list[str], seeds: list[int]) -> Iterator[tuple[int, Tensor]]:
        """(step, latents (B, C, h, w)): from the noise that the engine takes for these seeds."""
        engine, network = self.engine, self.engine.network
        ids, mask = caption_ids(engine.tokenizer, prompts, network.config.text.context)
        f = [side // (engine.unit // network.config.dit.patch[0]) for side in self.size]
        shape = (network.config.dit.channels, *f)
        noise = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
        x = torch.stack(noise).to(engine.device)
        with _quick(engine.device):
            denoise = network.denoiser(ids.to(engine.device), mask.to(engine.device))
        times = flow_times(self.config.steps, network.config.shift)
        steps = euler(guided(denoise, self.config.guidance), x, times)
        while True:
            with _quick(engine.device):  # not around a yield: the caller is no part of it
                step = next(steps, None)
            if step is None:
                return
            yield step.i, step.x.float()

    def decoded(self, pictures: list[Any]) -> list[Any] | None:
        """Pictures through the autoencoder and back."""
        found: list[Any] = []
        for first in range(0, len(pictures), self.config.rows):
            some = pictures[first : first + self.config.rows]
            x = images_to_tensor(some).to(self.engine.device)
            with _quick(self.engine.device):
                latent = self.engine.autoencoder.encode(x).mode().float()
            found += self._decoded(latent)
        return found

    def _decoded(self, latent: Tensor) -> list[Any]:
        with _quick(self.engine.device):
            return tensor_to_images(self.engine.autoencoder.decode(latent))


@contextlib.contextmanager
def _quick(device: torch.device) -> Iterator[None]:
    """Inference in bfloat16 where that is fast: the figures do not tell the difference."""
    with (
        torch.inference_mode(),
        torch.autocast(device.type, torch.bfloat16, enabled=fast_at_bfloat16()),
    ):
        yield
