"""Engine of our text-to-image models: latent flow matching with a text encoder.

prompt --tokenizer, encoder--> context
noise (or a noised image) --sampler with guidance--> latent --autoencoder--> uint8 (H, W, 3)
"""

import math
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_choice, check_supported
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.morph import MorphRequest
from miaobi.core.requests import ImageRequest
from miaobi.core.sentences import language_of
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import SAMPLERS, euler, img2img_start, inpainting, run_sampler
from miaobi.diffusion.schedules import Denoise, flow_times, resolution_shift
from miaobi.engines.morph import run_morph, slerp
from miaobi.engines.networks import best_device, load_network
from miaobi.media import image
from miaobi.models.checkpoint import read_config
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.text_encoder import TextContext, blend_contexts
from miaobi.models.tokenizer import caption_ids, load_tokenizer
from miaobi.models.vae import downsampling_factors
from miaobi.models.zoo import Model
from miaobi.scenes.captions import STYLE_WORDS

STEPS, GUIDANCE = 20, 4.0  # defaults
SMALLEST, LARGEST = 0.5, 2.0  # range of sides, as fractions of the training size


class DiffusionEngine:
    """Loaded text-to-image network with its autoencoder and tokenizer."""

    def __init__(self, model: Model, is_video: bool = False) -> None:
        """Load a model of images, or of clips. Raises OptionError for the other kind."""
        folder = Path(model.place)
        self.name = model.name
        _check_kind(model, read_config(folder)[0].is_video, is_video)
        self.device = best_device()
        self.network = load_network(folder)
        self.autoencoder = load_network(folder / "vae")
        self.tokenizer = load_tokenizer(folder)
        self.factors = downsampling_factors(self.autoencoder.config)
        self.unit = self.factors[0] * self.network.config.dit.patch[0]  # sides are multiples of it
        self.lock = threading.Lock()

    def generate(self, request: ImageRequest | MorphRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with n images, or a morph's frames.

        Raises OptionError for unsupported options, and MediaError for an unreadable image.
        """
        if isinstance(request, MorphRequest):
            with self.lock:
                yield from run_morph(PromptMorph(self, request), request)
            return
        used = {name: bool(getattr(request, name)) for name in ("loras", "memory", "precision")}
        check_supported(self.name, used | {"reuse": request.reuse > 1}, TRY_ANOTHER_MODEL)
        check_choice("sampler", request.sampler or "euler", tuple(SAMPLERS))
        check_choice("style", request.style, ("", *STYLE_WORDS))
        init, mask = self._read_inputs(request)
        size = init.shape[1::-1] if init is not None else self._size(request)
        images = []
        with self.lock:
            context = self.encode_prompt(request.prompt, request.style, request.negative)
            known = None if init is None else self.encode_image(init)
            keep = None if mask is None else self._latent_mask(mask)
            for index in range(request.n):
                noise = self.noise(request.seed + index, size)
                latent = yield from self._sample(request, index, context, noise, (known, keep))
                pixels = self.decode(latent)
                if mask is not None and init is not None:
                    pixels = image.composite(mask, pixels, init)
                images.append(pixels)
        yield Output(pictures=tuple(images))

    def close(self) -> None:
        """Free the networks."""
        del self.network, self.autoencoder

    def _size(self, request: ImageRequest) -> tuple[int, int]:
        """Return the (width, height) of the output. Raises OptionError for an unsupported size."""
        trained = self.network.config.size
        width, height = request.size or trained[::-1]
        low, high = self._side_range()
        if any(side % self.unit or not low <= side <= high for side in (width, height)):
            if request.fit:
                return self._nearest_size((width, height))
            raise OptionError(
                "size is {width}x{height}; this model draws sides from {low} to {high} that are "
                "multiples of {unit}.",
                "Its own size is {own}; upscale and the format svg make any picture larger.",
                width=width,
                height=height,
                unit=self.unit,
                low=low,
                high=high,
                own="x".join(map(str, trained[::-1])),
            )
        return width, height

    def _side_range(self) -> tuple[int, int]:
        longest = max(self.network.config.size)
        return round(SMALLEST * longest), round(LARGEST * longest)

    def _read_inputs(self, request: ImageRequest) -> tuple[Pixels | None, Pixels | None]:
        """Read the initial image (H, W, 3) and its mask (H, W) of 0 and 255, or None."""
        if request.init is None:
            return None, None
        init = image.flatten_alpha(image.decode(request.init))
        mask = image.read_mask(request.mask, init.shape[1::-1]) if request.mask else None
        size = self._size(request) if request.size else self._nearest_size(init.shape[1::-1])
        return image.fit(init, size), None if mask is None else image.fit(mask, size)

    def _nearest_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size with this aspect ratio and the area of the training size."""
        trained = self.network.config.size
        scale = math.sqrt(math.prod(trained) / math.prod(size))
        low, high = self._side_range()
        width, height = (
            min(high, max(low, round(side * scale / self.unit) * self.unit)) for side in size
        )
        return width, height

    @torch.inference_mode()
    def _sample(
        self,
        request: ImageRequest,
        index: int,
        context: TextContext,
        noise: Tensor,
        init: tuple[Tensor | None, Tensor | None],
    ) -> Generator[Event, None, Tensor]:
        """Sample one latent (1, C, h, w), which is the return value of the generator.

        `init` is the latent of an initial image, and the mask (1, 1, h, w) of what it keeps.
        """
        known, keep = init
        denoise = self.denoiser(context, request.guidance, request.guided)
        steps = request.steps or STEPS
        if known is not None:
            steps = max(steps, math.ceil(1 / request.strength))
        x, times = noise, self.times(steps, noise)
        if known is not None:
            strength = 1.0 if keep is not None else request.strength
            x, times = img2img_start(known, noise, times, strength)
            if keep is not None:
                denoise = inpainting(denoise, known, keep, noise)
        sampler = SAMPLERS[request.sampler or "euler"].sample
        total = len(times) - 1
        for step in sampler(denoise, x, times):
            x = step.x
            yield Progress("picture", index * total + step.i + 1, request.n * total)
            if request.previews and (step.i + 1) % request.previews == 0 and step.i + 1 < total:
                yield Preview(self.decode(step.denoised))
        return x

    def noise(self, seed: int, size: tuple[int, int]) -> Tensor:
        """Draw the initial noise (1, C, h, w) of an image of (width, height)."""
        width, height = size
        shape = (height // self.factors[0], width // self.factors[1])
        generator = torch.Generator().manual_seed(seed)
        channels = self.network.config.dit.channels
        return torch.randn((1, channels, *shape), generator=generator).to(self.device)

    def times(self, steps: int, noise: Tensor) -> Tensor:
        """Return the times (S + 1,) of a sampler for latents shaped like noise (1, C, ...)."""
        trained = math.prod(self.network.config.size) // math.prod(self.factors)
        shift = resolution_shift(math.prod(noise.shape[2:]), trained)
        return flow_times(steps, self.network.config.shift * shift)

    def encode_prompt(self, prompt: str, style: str = "", negative: str = "") -> TextContext:
        """Encode a prompt with its style, and a negative prompt as the unconditional context."""
        if style:
            english, chinese = STYLE_WORDS[style]
            is_chinese = language_of(prompt) == "zh"
            prompt += f"，{chinese[0]}风格" if is_chinese else f", {english[0]} style"
        captions = [prompt, negative] if negative else [prompt]
        ids, mask = caption_ids(self.tokenizer, captions, self.network.config.text.context)
        ids, mask = ids.to(self.device), mask.to(self.device)
        uncond = (ids[1:], mask[1:]) if negative else None
        return self.network.encode(ids[:1], mask[:1], uncond)

    def denoiser(
        self,
        context: TextContext,
        guidance: float | None,
        interval: tuple[float, float] = (0.0, 1.0),
    ) -> Denoise:
        """Return the guided velocity; `interval` is the part of the steps with guidance."""
        denoise = self.network.denoiser_for(context)
        start, end = interval  # of the steps, which go from time 1 to time 0
        return guided(denoise, GUIDANCE if guidance is None else guidance, (1 - end, 1 - start))

    @torch.inference_mode()
    def encode_image(self, pixels: Pixels) -> Tensor:
        """Encode an image (H, W, 3) to a latent (1, C, h, w)."""
        x = images_to_tensor([pixels]).to(self.device)
        latent: Tensor = self.network.normalize_latent(self.autoencoder.encode(x).mode())
        return latent

    def _latent_mask(self, mask: Pixels) -> Tensor:
        """Return (1, 1, h, w), 1 where an image is kept: outside a mask (H, W) of 0 and 255."""
        painted = torch.from_numpy(mask.astype("float32") / 255)[None, None]
        small = torch.nn.functional.max_pool2d(painted, self.factors)
        return (small < 0.5).float().to(self.device)

    @torch.inference_mode()
    def decode(self, latent: Tensor) -> Pixels:
        """Decode a latent (1, C, h, w) to uint8 (H, W, 3). Raises EngineError for NaN."""
        decoded = self.autoencoder.decode(self.network.denormalize_latent(latent))
        if not torch.isfinite(decoded).all():
            raise EngineError(
                "The model's output is not a valid image (NaN or infinity).", "Try another seed."
            )
        return tensor_to_images(decoded)[0]


def _check_kind(model: Model, is_video: bool, wants_video: bool) -> None:
    """Raise OptionError for a video model in an image request, or the reverse."""
    if is_video and not wants_video:
        raise OptionError(
            "{model} generates video, not images.", "Use: miaobi video", model=model.name
        )
    if wants_video and not is_video:
        raise no_video_model(model.name)


def no_video_model(model: str) -> OptionError:
    """Return the error for an image model in a video request."""
    return OptionError(
        "{model} does not generate video.",
        "Name a model of `miaobi train t2v`, or of the Hub.",
        model=model,
    )


class PromptMorph:
    """Morph between two prompts: interpolated contexts and noise."""

    def __init__(self, engine: DiffusionEngine, request: MorphRequest) -> None:
        names = ("space", "truncation")
        check_supported(
            request.model, {name: bool(getattr(request, name)) for name in names}, TRY_ANOTHER_MODEL
        )
        self.engine, self.request = engine, request

    @torch.inference_mode()
    def locate(self, source: str | Path, seed: int) -> tuple[TextContext, Tensor]:
        """Encode a prompt and draw its noise (1, C, h, w). Raises OptionError for an image."""
        if isinstance(source, Path):
            raise OptionError(
                "{model} draws from words and cannot read a picture for a morph.",
                "Give words for both ends, or use a VAE.",
                model=self.request.model,
            )
        size = self.engine.network.config.size[::-1]
        return self.engine.encode_prompt(source), self.engine.noise(seed, size)

    def add_attribute(self, start: object, word: str, scale: float) -> tuple[TextContext, Tensor]:
        """Raise OptionError: contexts and noise (1, C, h, w) have no attribute directions."""
        check_supported(self.request.model, {"more": True}, TRY_ANOTHER_MODEL)
        raise AssertionError

    @torch.inference_mode()
    def render(
        self, start: tuple[TextContext, Tensor], end: tuple[TextContext, Tensor], t: float
    ) -> Pixels:
        """Generate the image at t in [0, 1]: uint8 (H, W, 3); noise is interpolated on a sphere."""
        noise = slerp(start[1], end[1], t)
        context = blend_contexts(start[0], end[0], t)
        denoise = self.engine.denoiser(context, self.request.guidance)
        times = self.engine.times(self.request.steps or STEPS, noise)
        return self.engine.decode(run_sampler(euler(denoise, noise, times)))
