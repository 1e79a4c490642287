"""Clips of many prompts: in batches by our own network, one by one by any other model."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_integer, check_range
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Engine, Output
from miaobi.core.video import VideoRequest
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.engines.diffusion import GUIDANCE, STEPS
from miaobi.engines.registry import engine_for
from miaobi.engines.video import VideoEngine
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.tokenizer import caption_ids
from miaobi.models.vae import downsampling_factors
from miaobi.models.zoo import Model

GRAY = 128


@dataclass(frozen=True)
class ClipEvaluationConfig:
    """Number of prompts and sampling options. Raises OptionError for values out of range."""

    count: int = 200  # held-out prompts
    seed: int = 0
    steps: int = STEPS
    guidance: float = GUIDANCE
    rows: int = 8  # batch size

    def __post_init__(self) -> None:
        check_integer("count", self.count, 1, 100_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_integer("steps", self.steps, 1, 1000)
        check_range("guidance", self.guidance, 1, 30)
        check_integer("rows", self.rows, 1, 1024)


class ClipSampler(Protocol):
    """Text-to-video model as an evaluation uses it."""

    size: tuple[int, ...]  # (frames, height, width) of its clips
    device: torch.device  # of the judge

    def sample(self, prompts: list[str], seeds: list[int]) -> list[Pixels]:
        """Generate a uint8 clip (F, H, W, 3) for each prompt and seed."""
        ...


def make_clip_sampler(model: Model, config: ClipEvaluationConfig) -> ClipSampler:
    """Create the sampler of a model. Raises OptionError for a model that makes no clips."""
    engine = engine_for(model)
    if isinstance(engine, VideoEngine):
        return BatchClipSampler(engine, config)
    return SingleClipSampler(model, engine)


class SingleClipSampler:
    """Sampler of any video model, one request per prompt."""

    size: tuple[int, ...] = (16, 128, 128)
    rate = 8  # frames per second
    device = torch.device("cpu")

    def __init__(self, model: Model, engine: Engine) -> None:
        self.name, self.engine = model.name, engine

    def sample(self, prompts: list[str], seeds: list[int]) -> list[Pixels]:
        """Generate the clips; a prompt that the model rejects becomes a gray clip."""
        return [self._clip(prompt, seed) for prompt, seed in zip(prompts, seeds, strict=True)]

    def _clip(self, prompt: str, seed: int) -> Pixels:
        frames, height, width = self.size
        request = VideoRequest(
            model=self.name,
            prompt=prompt,
            seed=seed,
            size=(width, height),
            seconds=frames / self.rate,
            fps=self.rate,
        )
        try:
            *_, output = self.engine.generate(request)
        except NotFoundError:  # no known subject in the prompt
            return np.full((*self.size, 3), GRAY, np.uint8)
        assert isinstance(output, Output)
        return np.stack(output.pictures)


class BatchClipSampler:
    """Sampler of our own text-to-video network, many prompts per batch."""

    def __init__(self, engine: VideoEngine, config: ClipEvaluationConfig) -> None:
        self.engine, self.config = engine.diffusion, config
        self.size: tuple[int, ...] = engine.config.size
        self.device = engine.diffusion.device

    def sample(self, prompts: list[str], seeds: list[int]) -> list[Pixels]:
        """Generate the clips from the noise of their seeds."""
        engine, network = self.engine, self.engine.network
        config = network.config
        f = downsampling_factors(engine.autoencoder.config)[0]
        shape = (config.dit.channels, self.size[0], self.size[1] // f, self.size[2] // f)
        noise = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
        x = torch.stack(noise).to(engine.device)
        ids, mask = caption_ids(engine.tokenizer, prompts, config.text.context)
        with torch.inference_mode():
            denoise = network.denoiser(ids.to(engine.device), mask.to(engine.device))
            times = flow_times(self.config.steps, config.shift)
            for step in euler(guided(denoise, self.config.guidance), x, times):
                x = step.x
            clips = tensor_to_clips(
                decode_frames(engine.autoencoder, network.denormalize_latent(x))
            )
        return list(clips)
