"""Many prompts filmed: at once by a network trained here, one by one by any other model."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from miaobi.core.checks import check_range, check_whole
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Output
from miaobi.core.video import VideoRequest
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.engines.diffusion import GUIDANCE, STEPS
from miaobi.engines.registry import engine_for
from miaobi.engines.video import VideoEngine
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.tokenizer import caption_ids
from miaobi.models.vae import total_factors
from miaobi.models.zoo import Model


@dataclass(frozen=True)
class ClipEvaluationConfig:
    """What is made and how. Raises OptionError for values out of range."""

    count: int = 200  # held-out prompts
    seed: int = 0
    steps: int = STEPS
    guidance: float = GUIDANCE
    rows: int = 8  # clips made at once

    def __post_init__(self) -> None:
        check_whole("count", self.count, 1, 100_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_whole("steps", self.steps, 1, 1000)
        check_range("guidance", self.guidance, 1, 30)
        check_whole("rows", self.rows, 1, 1024)


class Films(Protocol):
    """What an evaluation needs of a model."""

    size: tuple[int, ...]  # (frames, height, width) of its clips
    device: torch.device

    def film(self, prompts: list[str], seeds: list[int]) -> list[Any]:
        """A uint8 clip (F, H, W, 3) for each prompt and seed."""
        ...


def filmer_of(model: Model, config: ClipEvaluationConfig) -> Films:
    """What films with a model. Raises OptionError for one that makes no clips."""
    engine = engine_for(model)
    return Filmer(engine, config) if isinstance(engine, VideoEngine) else OneByOne(model, engine)


class OneByOne:
    """Any model of clips, asked as a user asks it."""

    size: tuple[int, ...] = (16, 128, 128)
    rate = 8  # frames a second
    device = torch.device("cpu")  # of who looks at the clips

    def __init__(self, model: Model, engine: Any) -> None:
        self.name, self.engine = model.name, engine

    def film(self, prompts: list[str], seeds: list[int]) -> list[Any]:
        """As Films has it; a prompt that the model refuses is a gray clip."""
        return [self._one(prompt, seed) for prompt, seed in zip(prompts, seeds, strict=True)]

    def _one(self, prompt: str, seed: int) -> Any:
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
        except NotFoundError:  # it draws nothing of what the words name
            return np.full((*self.size, 3), 128, np.uint8)
        assert isinstance(output, Output)
        return np.stack(output.pictures)


class Filmer:
    """A text-to-video model of ours that films many prompts at once."""

    def __init__(self, engine: VideoEngine, config: ClipEvaluationConfig) -> None:
        self.painter, self.config = engine.painter, config
        self.size: tuple[int, ...] = engine.config.size
        self.device = engine.painter.device

    def film(self, prompts: list[str], seeds: list[int]) -> list[Any]:
        """As Films has it, each clip from the noise of its seed."""
        painter, network = self.painter, self.painter.network
        told = network.config
        f = total_factors(painter.autoencoder.config)[0]
        shape = (told.dit.channels, self.size[0], self.size[1] // f, self.size[2] // f)
        noise = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
        x = torch.stack(noise).to(painter.device)
        ids, mask = caption_ids(painter.tokenizer, prompts, told.text.context)
        with torch.inference_mode():
            denoise = network.denoiser(ids.to(painter.device), mask.to(painter.device))
            times = flow_times(self.config.steps, told.shift)
            for step in euler(guided(denoise, self.config.guidance), x, times):
                x = step.x
            clips = tensor_to_clips(decode_frames(painter.autoencoder, network.restored(x)))
        return list(clips)
