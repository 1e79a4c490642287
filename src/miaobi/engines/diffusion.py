"""Our own text-to-image models: words -> latents, step by step -> a picture.

prompt --tokenizer, encoder--> words
noise (or a partly noised picture) --sampler, guided--> latent --autoencoder--> uint8 (H, W, 3)
"""

import math
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.core.checks import OTHER, check_able, check_choice
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Engine, Event, Output, Preview, Progress
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.core.sentences import language_of
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import SAMPLERS, euler, inpainting, last, started_from
from miaobi.diffusion.schedules import Denoise, flow_times, shift_of_size
from miaobi.engines.morph import along, walk
from miaobi.media import image
from miaobi.models import checkpoint
from miaobi.models.checkpoint import read_config
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.text_encoder import Words, blended
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.vae import total_factors
from miaobi.models.zoo import Model, architecture_of
from miaobi.scenes.captions import STYLE_WORDS

STEPS, GUIDANCE = 20, 4.0  # what is used when nothing is asked for
SMALLEST, LARGEST = 0.5, 2.0  # sides, as shares of the size a model learned at


def open_folder(model: Model) -> Engine:
    """The engine of a picture model: ours by its config, otherwise a pipeline of diffusers."""
    architecture = architecture_of(Path(model.place))
    if architecture == "text-to-image":
        return DiffusionEngine(model)
    if architecture == "vae" and read_config(Path(model.place))[0].bottleneck == "grid":
        from miaobi.engines.autoencoder import AutoencoderEngine

        return AutoencoderEngine(model)
    if architecture in ("vae", "gan"):
        from miaobi.engines.feedforward import FeedforwardEngine

        return FeedforwardEngine(model)
    from miaobi.hub.image import HubImageEngine

    return HubImageEngine(model)


class DiffusionEngine:
    """A loaded text-to-image network with its autoencoder and tokenizer."""

    def __init__(self, model: Model, moves: bool = False) -> None:
        """`moves`: it is wanted for clips. Raises OptionError where it is of the other kind."""
        folder = Path(model.place)
        self.name = model.name
        _check_kind(model, read_config(folder)[0].moves, moves)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network: Any = checkpoint.load(folder)
        self.network: Any = network.float().to(self.device)
        autoencoder: Any = checkpoint.load(folder / "vae")
        self.autoencoder: Any = autoencoder.float().to(self.device)
        self.tokenizer = load_tokenizer(folder)
        self.unit = total_factors(self.autoencoder.config)[0] * network.config.dit.patch[0]
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with n pictures, or the frames of a morph.

        Raises OptionError for what this model cannot do, and MediaError for a picture that cannot
        be painted over.
        """
        if isinstance(request, MorphRequest):
            with self.lock:
                yield from walk(WordsMorph(self, request), request)
            return
        used = {name: bool(getattr(request, name)) for name in ("loras", "memory", "precision")}
        check_able(self.name, used | {"reuse": request.reuse > 1}, OTHER)
        check_choice("sampler", request.sampler or "euler", tuple(SAMPLERS))
        check_choice("style", request.style, ("", *STYLE_WORDS))
        init, mask = self._given(request)
        size = init.shape[1::-1] if init is not None else self._size(request)
        painted = []
        with self.lock:
            words = self.read(request.prompt, request.style, request.negative)
            known = None if init is None else self.encoded(init)
            kept = None if mask is None else self._kept(mask)
            for number in range(request.n):
                noise = self.noise(request.seed + number, size)
                latent = yield from self._sampled(request, number, words, noise, (known, kept))
                pixels = self.decoded(latent)
                painted.append(pixels if mask is None else image.inside(mask, pixels, init))
        yield Output(pictures=tuple(painted))

    def close(self) -> None:
        """Free the networks."""
        del self.network, self.autoencoder

    def _size(self, request: ImageRequest) -> tuple[int, int]:
        """(width, height) of what is made. Raises OptionError for what cannot be."""
        learned = self.network.config.size
        width, height = request.size or learned[::-1]
        low, high = (round(share * max(learned)) for share in (SMALLEST, LARGEST))
        if any(side % self.unit or not low <= side <= high for side in (width, height)):
            raise OptionError(
                "size is {width}x{height}; this model draws sides from {low} to {high} that are "
                "multiples of {unit}.",
                "Its own size is {own}; --upscale and --format svg make any picture larger.",
                width=width,
                height=height,
                unit=self.unit,
                low=low,
                high=high,
                own="x".join(map(str, learned[::-1])),
            )
        return width, height

    def _given(self, request: ImageRequest) -> tuple[Any, Any]:
        """The picture to begin with, (H, W, 3), and its mask, (H, W) of 0 and 255; or None."""
        if request.init is None:
            return None, None
        init = image.opaque(image.decode(request.init))
        mask = image.read_mask(request.mask, init.shape[1::-1]) if request.mask else None
        size = self._size(request) if request.size else self._nearest(init.shape[1::-1])
        return image.fit(init, size), None if mask is None else image.fit(mask, size)

    def _nearest(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size of this shape whose area is what the model learned at."""
        learned = self.network.config.size
        scale = math.sqrt(math.prod(learned) / math.prod(size))
        low, high = (round(share * max(learned)) for share in (SMALLEST, LARGEST))
        width, height = (
            min(high, max(low, round(side * scale / self.unit) * self.unit)) for side in size
        )
        return width, height

    @torch.inference_mode()
    def _sampled(
        self,
        request: ImageRequest,
        number: int,
        words: Words,
        noise: Tensor,
        given: tuple[Tensor | None, Tensor | None],
    ) -> Generator[Event, None, Tensor]:
        """One latent (1, C, h, w): what is returned at the end.

        `given` is the latent of a picture to begin with, and where it is kept (1, 1, h, w).
        """
        known, kept = given
        denoise = self.denoiser(words, request.guidance, request.guided)
        steps = request.steps or STEPS
        if known is not None:
            steps = max(steps, math.ceil(1 / request.strength))
        x, times = noise, self.times(steps, noise)
        if known is not None:
            strength = 1.0 if kept is not None else request.strength
            x, times = started_from(known, noise, times, strength)
            if kept is not None:
                denoise = inpainting(denoise, known, kept, noise)
        sampler, _ = SAMPLERS[request.sampler or "euler"]
        total = len(times) - 1
        for step in sampler(denoise, x, times):
            x = step.x
            yield Progress("picture", number * total + step.i + 1, request.n * total)
            if request.previews and (step.i + 1) % request.previews == 0 and step.i + 1 < total:
                yield Preview(self.decoded(step.clean))
        return x

    def noise(self, seed: int, size: tuple[int, int]) -> Tensor:
        """What a picture of (width, height) begins with: (1, C, h, w)."""
        f = total_factors(self.autoencoder.config)
        shape = (1, self.network.config.dit.channels, size[1] // f[0], size[0] // f[1])
        draw = torch.Generator().manual_seed(seed)
        return torch.randn(shape, generator=draw).to(self.device)

    def times(self, steps: int, noise: Tensor) -> Tensor:
        """The noise levels that are visited on the way."""
        f = total_factors(self.autoencoder.config)
        learned = math.prod(self.network.config.size) // math.prod(f)
        shift = self.network.config.shift * shift_of_size(math.prod(noise.shape[2:]), learned)
        return flow_times(steps, shift)

    def read(self, prompt: str, style: str = "", negative: str = "") -> Words:
        """What is asked for, and what is not: two rows."""
        context = self.network.config.text.context
        if style:
            english, chinese = STYLE_WORDS[style]
            told = f"，{chinese[0]}风格" if language_of(prompt) == "zh" else f", {english[0]} style"
            prompt += told
        captions = [prompt, negative] if negative else [prompt]
        ids, mask = caption_ids(self.tokenizer, captions, context)
        ids, mask = ids.to(self.device), mask.to(self.device)
        against = (ids[1:], mask[1:]) if negative else None
        return self.network.read(ids[:1], mask[:1], against)

    def denoiser(
        self, words: Words, guidance: float | None, share: tuple[float, float] = (0.0, 1.0)
    ) -> Denoise:
        """The network told what to show and what not, said as loud as was asked."""
        denoise = self.network.denoiser_of(words)
        start, end = share  # of the way on which to guide, which begins at time 1
        return guided(denoise, GUIDANCE if guidance is None else guidance, (1 - end, 1 - start))

    @torch.inference_mode()
    def encoded(self, pixels: Any) -> Tensor:
        """The latent (1, C, h, w) of a picture (H, W, 3)."""
        x = images_to_tensor([pixels]).to(self.device)
        latent: Tensor = self.network.normalized(self.autoencoder.encode(x).mode())
        return latent

    def _kept(self, mask: Any) -> Tensor:
        """(1, 1, h, w): 1 where a picture stays as it is outside a mask (H, W) of 0 and 255."""
        painted = torch.from_numpy(mask.astype("float32") / 255)[None, None]
        small = torch.nn.functional.max_pool2d(painted, total_factors(self.autoencoder.config))
        return (small < 0.5).float().to(self.device)

    @torch.inference_mode()
    def decoded(self, latent: Tensor) -> Any:
        """The picture of a latent, uint8 (H, W, 3). Raises EngineError for what is none."""
        decoded = self.autoencoder.decode(self.network.restored(latent))
        if not torch.isfinite(decoded).all():
            raise EngineError("The model made numbers that are no picture.", "Try another seed.")
        return tensor_to_images(decoded)[0]


def _check_kind(model: Model, moves: bool, wanted: bool) -> None:
    """Refuse a model of clips for pictures, and one of pictures for clips. Raises OptionError."""
    if moves and not wanted:
        raise OptionError(
            "{model} makes clips, no pictures.", "Use: miaobi video", model=model.name
        )
    if wanted and not moves:
        from miaobi.engines.video import no_clips

        raise no_clips(model.name)


class WordsMorph:
    """The ends of a morph as a text-to-image model has them: words that were read, and noise."""

    def __init__(self, engine: DiffusionEngine, request: MorphRequest) -> None:
        names = ("space", "truncation")
        check_able(request.model, {name: bool(getattr(request, name)) for name in names}, OTHER)
        self.engine, self.request = engine, request

    @torch.inference_mode()
    def end(self, given: str | Path, seed: int) -> tuple[Words, Tensor]:
        """Raises OptionError for a picture."""
        if isinstance(given, Path):
            raise OptionError(
                "{model} draws from words and cannot read a picture for a morph.",
                "Give words for both ends, or use a VAE.",
                model=self.request.model,
            )
        return self.engine.read(given), self.engine.noise(
            seed, self.engine.network.config.size[::-1]
        )

    def more(self, start: Any, word: str, by: float) -> Any:
        """Raises OptionError: the words of an end say it."""
        check_able(self.request.model, {"more": True}, OTHER)

    @torch.inference_mode()
    def paint(self, start: tuple[Words, Tensor], end: tuple[Words, Tensor], share: float) -> Any:
        """uint8 (H, W, 3): the words blended, the noise moved on a circle."""
        noise = along(start[1], end[1], share)
        words = blended(start[0], end[0], share)
        denoise = self.engine.denoiser(words, self.request.guidance)
        times = self.engine.times(self.request.steps or STEPS, noise)
        return self.engine.decoded(last(euler(denoise, noise, times)))
