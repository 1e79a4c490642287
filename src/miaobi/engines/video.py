"""Our own text-to-video models: words -> latents of all frames, step by step -> a clip.

What is longer than the model learned is made piece by piece: each begins with the last frame of
the one before. Frames that are given are seen clean at every step, as they were in training.
"""

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Engine, Event, Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.diffusion.samplers import euler, holding
from miaobi.engines.diffusion import LARGEST, SMALLEST, STEPS, DiffusionEngine
from miaobi.media import image
from miaobi.models.pixels import decode_frames, tensor_to_clips
from miaobi.models.text_encoder import Words
from miaobi.models.vae import total_factors
from miaobi.models.zoo import Model, architecture_of
from miaobi.scenes.layers import LAYERS


def open_folder(model: Model) -> Engine:
    """The engine of a video model: ours by its config, otherwise a pipeline of diffusers.

    Raises OptionError for a model of ours that makes no clips.
    """
    architecture = architecture_of(Path(model.place))
    if not architecture:
        from miaobi.hub.video import HubVideoEngine

        return HubVideoEngine(model)
    if architecture == "text-to-image":
        if (Path(model.place) / LAYERS).is_dir():
            from miaobi.engines.puppets import PuppetEngine

            return PuppetEngine(model)
        return VideoEngine(model)
    raise no_clips(model.name)


def no_clips(model: str) -> OptionError:
    """The error for a model of pictures."""
    return OptionError(
        "{model} makes no clips.", "Name a model of `miaobi train t2v`, or of the Hub.", model=model
    )


@dataclass(frozen=True)
class Piece:
    """What is made at once: so many frames, of which the first or the last may be given."""

    frames: int
    first: Tensor | None  # latents (1, C, h, w)
    last: Tensor | None


class VideoEngine:
    """A loaded text-to-video network with its autoencoder and tokenizer."""

    def __init__(self, model: Model) -> None:
        self.painter = DiffusionEngine(model, moves=True)
        self.name, self.config = model.name, self.painter.network.config
        self.patch = self.config.dit.patch

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with the frames; rate is frames a second.

        Raises OptionError for what this model cannot do, and MediaError for a picture that cannot
        be read.
        """
        used = {name: bool(getattr(request, name)) for name in ("memory", "precision")}
        check_able(self.name, used, OTHER)
        own = self.config.fps
        count = request.frames(self.config.size[0] / own, own)
        wanted = max(2, round(count * own / (request.fps or own)))  # at the rate it learned
        size = self._size(request)
        with self.painter.lock:
            known = [
                self._encoded(path, size) if path else None for path in (request.init, request.to)
            ]
            words = self.painter.read(request.prompt, "", request.negative)
            making = wanted // 2 + 1 if request.loop else wanted
            latent = yield from self._all(request, words, size, making, (known[0], known[1]))
            frames = yield from self._decoded(latent)
        if request.loop:  # there, and back again
            frames = [*frames, *frames[-2:0:-1]]
        places = np.linspace(0, len(frames) - 1, count).round().astype(int)
        if request.loop:
            places = np.arange(count) * len(frames) // count
        yield Output(pictures=tuple(frames[place] for place in places), rate=request.fps or own)

    def close(self) -> None:
        """Free the networks."""
        self.painter.close()

    def _size(self, request: VideoRequest) -> tuple[int, int]:
        """(width, height) of what is made. Raises OptionError for what cannot be."""
        _, height, width = self.config.size
        unit = total_factors(self.painter.autoencoder.config)[0] * self.patch[1]
        low, high = (round(share * max(width, height)) for share in (SMALLEST, LARGEST))
        wide, high_ = request.size or (width, height)
        if any(side % unit or not low <= side <= high for side in (wide, high_)):
            raise OptionError(
                "size is {width}x{height}; this model draws sides from {low} to {high} that are "
                "multiples of {unit}.",
                "Its own size is {own}.",
                width=wide,
                height=high_,
                unit=unit,
                low=low,
                high=high,
                own=f"{width}x{height}",
            )
        return wide, high_

    def _encoded(self, path: Path, size: tuple[int, int]) -> Tensor:
        return self.painter.encoded(image.fit(image.opaque(image.decode(path)), size))

    def _all(
        self,
        request: VideoRequest,
        words: Words,
        size: tuple[int, int],
        count: int,
        known: tuple[Tensor | None, Tensor | None],
    ) -> Generator[Event, None, Tensor]:
        """Latents (1, C, F, h, w) of `count` frames, piece by piece."""
        longest = self.config.size[0]
        pieces = 1 + max(0, math.ceil((count - longest) / (longest - 1)))
        steps = request.steps or STEPS
        made: list[Tensor] = []
        done = 0
        for number in range(pieces):
            first = known[0] if number == 0 else made[-1][:, :, -1]
            wanted = min(longest, count - done + (number > 0))
            frames = math.ceil(wanted / self.patch[0]) * self.patch[0]
            end = known[1] if number == pieces - 1 else None
            piece = Piece(frames, first, end)
            latent = yield from self._piece(request, words, size, piece, (number, pieces, steps))
            if end is None:
                latent = latent[:, :, :wanted]
            made.append(latent if number == 0 else latent[:, :, 1:])
            done += made[-1].shape[2]
        return torch.cat(made, dim=2)

    @torch.inference_mode()
    def _piece(
        self,
        request: VideoRequest,
        words: Words,
        size: tuple[int, int],
        piece: Piece,
        place: tuple[int, int, int],
    ) -> Generator[Event, None, Tensor]:
        """Latents (1, C, F, h, w) of one piece."""
        number, pieces, steps = place
        f = total_factors(self.painter.autoencoder.config)[0]
        shape = (1, self.config.dit.channels, piece.frames, size[1] // f, size[0] // f)
        draw = torch.Generator().manual_seed(request.seed + number)
        x = torch.randn(shape, generator=draw).to(self.painter.device)
        denoise = self.painter.denoiser(words, request.guidance)
        if piece.first is not None or piece.last is not None:
            known, mask = torch.zeros_like(x), torch.zeros_like(x[:, :1])
            for at, latent in ((0, piece.first), (-1, piece.last)):
                if latent is not None:
                    known[:, :, at], mask[:, :, at] = latent, 1
            denoise = holding(denoise, known, mask)
        for step in euler(denoise, x, self.painter.times(steps, x)):
            x = step.x
            yield Progress("video", number * steps + step.i + 1, pieces * steps)
            if request.previews and (step.i + 1) % request.previews == 0:
                yield Preview(self.painter.decoded(step.clean[:, :, piece.frames // 2]))
        return x

    def _decoded(self, latent: Tensor) -> Generator[Event, None, list[Any]]:
        """Frames, uint8 (H, W, 3) each. Raises EngineError for what is none."""
        frames: list[Any] = []
        restored = self.painter.network.restored(latent)
        for some in restored.split(8, dim=2):
            with torch.inference_mode():
                pixels = decode_frames(self.painter.autoencoder, some)
            if not torch.isfinite(pixels).all():
                raise EngineError(
                    "The model made numbers that are no picture.", "Try another seed."
                )
            frames += list(tensor_to_clips(pixels)[0])
            yield Progress("frames", len(frames), latent.shape[2])
        return frames
