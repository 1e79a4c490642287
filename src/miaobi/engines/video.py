"""Our own text-to-video models: prompt -> latents of all frames, step by step -> a clip.

Clips longer than the model was trained for are sampled in chunks, each starting with the last frame
of the one before. Given frames stay noise-free at every step, as in training.
"""

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.diffusion.samplers import clamp_known, euler
from miaobi.engines.diffusion import LARGEST, SMALLEST, STEPS, DiffusionEngine
from miaobi.media import image
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.text_encoder import TextContext
from miaobi.models.vae import downsampling_factors
from miaobi.models.zoo import Model

DECODED_FRAMES = 8  # decoded at once


@dataclass(frozen=True)
class Chunk:
    """Frames that are sampled together; the first or the last may be given."""

    number: int
    frames: int
    first: Tensor | None  # latents (1, C, h, w)
    last: Tensor | None


class VideoEngine:
    """A loaded text-to-video network with its autoencoder and tokenizer."""

    def __init__(self, model: Model) -> None:
        self.diffusion = DiffusionEngine(model, is_video=True)
        self.name, self.config = model.name, self.diffusion.network.config
        self.patch = self.config.dit.patch

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with frames (H, W, 3) and their rate.

        Raises OptionError for unsupported options, and MediaError for a picture that cannot be
        read.
        """
        used = {name: bool(getattr(request, name)) for name in ("memory", "precision")}
        check_supported(self.name, used, TRY_ANOTHER_MODEL)
        own_fps = self.config.fps
        count = request.frames(self.config.size[0] / own_fps, own_fps)
        sampled = max(2, round(count * own_fps / (request.fps or own_fps)))
        if request.loop:  # the second half plays backwards
            sampled = sampled // 2 + 1
        size = self._size(request)
        with self.diffusion.lock:
            first, last = (
                self._encode(path, size) if path else None for path in (request.init, request.to)
            )
            context = self.diffusion.encode_prompt(request.prompt, "", request.negative)
            latent = yield from self._sample(request, context, size, sampled, (first, last))
            frames = yield from self._decode(latent)
        if request.loop:
            frames = [*frames, *frames[-2:0:-1]]
            indices = np.arange(count) * len(frames) // count
        else:
            indices = np.linspace(0, len(frames) - 1, count).round().astype(int)
        yield Output(pictures=tuple(frames[i] for i in indices), rate=request.fps or own_fps)

    def close(self) -> None:
        """Free the networks."""
        self.diffusion.close()

    def _size(self, request: VideoRequest) -> tuple[int, int]:
        """Return (width, height) of the frames. Raises OptionError for an unsupported size."""
        _, own_height, own_width = self.config.size
        unit = downsampling_factors(self.diffusion.autoencoder.config)[0] * self.patch[1]
        low, high = (round(scale * max(own_width, own_height)) for scale in (SMALLEST, LARGEST))
        width, height = request.size or (own_width, own_height)
        if any(side % unit or not low <= side <= high for side in (width, height)):
            raise OptionError(
                "size is {width}x{height}; this model draws sides from {low} to {high} that are "
                "multiples of {unit}.",
                "Its own size is {own}.",
                width=width,
                height=height,
                unit=unit,
                low=low,
                high=high,
                own=f"{own_width}x{own_height}",
            )
        return width, height

    def _encode(self, path: Path, size: tuple[int, int]) -> Tensor:
        return self.diffusion.encode_image(image.fit(image.flatten_alpha(image.decode(path)), size))

    def _sample(
        self,
        request: VideoRequest,
        context: TextContext,
        size: tuple[int, int],
        count: int,
        ends: tuple[Tensor | None, Tensor | None],
    ) -> Generator[Event, None, Tensor]:
        """Sample latents (1, C, F, h, w) of `count` frames in chunks; `ends` are (1, C, h, w)."""
        longest = self.config.size[0]
        chunks = 1 + max(0, math.ceil((count - longest) / (longest - 1)))
        parts: list[Tensor] = []
        done = 0
        for number in range(chunks):
            first = ends[0] if number == 0 else parts[-1][:, :, -1]
            needed = min(longest, count - done + (number > 0))
            frames = math.ceil(needed / self.patch[0]) * self.patch[0]
            last = ends[1] if number == chunks - 1 else None
            chunk = Chunk(number, frames, first, last)
            latent = yield from self._sample_chunk(request, context, size, chunk, chunks)
            if last is None:
                latent = latent[:, :, :needed]
            parts.append(latent if number == 0 else latent[:, :, 1:])
            done += parts[-1].shape[2]
        return torch.cat(parts, dim=2)

    @torch.inference_mode()
    def _sample_chunk(
        self,
        request: VideoRequest,
        context: TextContext,
        size: tuple[int, int],
        chunk: Chunk,
        chunks: int,
    ) -> Generator[Event, None, Tensor]:
        """Sample latents (1, C, F, h, w) of one chunk."""
        steps = request.steps or STEPS
        f = downsampling_factors(self.diffusion.autoencoder.config)[0]
        shape = (1, self.config.dit.channels, chunk.frames, size[1] // f, size[0] // f)
        generator = torch.Generator().manual_seed(request.seed + chunk.number)
        x = torch.randn(shape, generator=generator).to(self.diffusion.device)
        denoise = self.diffusion.denoiser(context, request.guidance)
        if chunk.first is not None or chunk.last is not None:
            clean, mask = torch.zeros_like(x), torch.zeros_like(x[:, :1])
            for index, latent in ((0, chunk.first), (-1, chunk.last)):
                if latent is not None:
                    clean[:, :, index], mask[:, :, index] = latent, 1
            denoise = clamp_known(denoise, clean, mask)
        for step in euler(denoise, x, self.diffusion.times(steps, x)):
            x = step.x
            yield Progress("video", chunk.number * steps + step.i + 1, chunks * steps)
            if request.previews and (step.i + 1) % request.previews == 0:
                yield Preview(self.diffusion.decode(step.denoised[:, :, chunk.frames // 2]))
        return x

    def _decode(self, latent: Tensor) -> Generator[Event, None, list[Pixels]]:
        """Decode latents (1, C, F, h, w) to F frames, uint8 (H, W, 3) each.

        Raises EngineError for NaN or infinity.
        """
        frames: list[Pixels] = []
        for part in self.diffusion.network.denormalize_latent(latent).split(DECODED_FRAMES, dim=2):
            with torch.inference_mode():
                pixels = decode_frames(self.diffusion.autoencoder, part)
            if not torch.isfinite(pixels).all():
                raise EngineError(
                    "The model's output is not a valid image (NaN or infinity).",
                    "Try another seed.",
                )
            frames += list(tensor_to_clips(pixels)[0])
            yield Progress("frames", len(frames), latent.shape[2])
        return frames
