"""Picture models of the Hub through diffusers: from words, over a picture, inside a mask.

    words, (picture), (mask) --pipeline--> latents, step by step --decoder--> uint8 (H, W, 3)

A pipeline runs in a thread; it stops at the next step when the reader closes the generator.
"""

import inspect
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.core.settings import threads
from miaobi.core.streaming import stream
from miaobi.hub.files import quiet
from miaobi.hub.latent_preview import Previews
from miaobi.hub.loading import failures_told, first_line
from miaobi.hub.lora import add_loras
from miaobi.hub.pipelines import load_parts, pipeline_folder
from miaobi.hub.schedulers import scheduler_for
from miaobi.media import image
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import Model

Emit = Callable[[Event], bool]


class Stopped(Exception):
    """The reader has gone: leave the pipeline at once."""


class HubImageEngine:
    """A loaded pipeline of any family that diffusers can draw with."""

    def __init__(self, model: Model) -> None:
        quiet()
        import torch
        from diffusers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(min(torch.get_num_threads(), threads() + 1))
        self.name = model.name
        self.folder = pipeline_folder(model.place)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.lock = threading.Lock()
        self.precision = ""
        self.pipe: Any = None
        self.fast: Any = None  # a FastUNet, where the pipeline has a U-Net
        self._load("")

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with n pictures.

        Raises OptionError for what this model cannot do, MediaError for a picture that cannot be
        painted over, NotFoundError or ModelFileError for a LoRA, and EngineError.
        """

        def work(emit: Emit) -> None:
            with self.lock, failures_told():
                self._check(request)
                emit(Output(pictures=self._paint(request, emit)))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        self.pipe = self.fast = None

    def _load(self, precision: str) -> None:
        """The pipeline of words to pictures, its networks in one precision."""
        import torch
        from diffusers import AutoPipelineForText2Image

        from miaobi.hub.fast_unet import FastUNet
        from miaobi.nn.prepacked import fast_at_bfloat16

        kind = precision or ("bfloat16" if fast_at_bfloat16() else "float32")
        if kind == self.precision:
            return
        self.close()  # the old one makes room first
        parts = load_parts(self.folder, getattr(torch, kind))
        try:
            self.pipe = AutoPipelineForText2Image.from_pretrained(
                str(self.folder), local_files_only=True, **parts
            )
        except Exception as error:
            raise EngineError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=self.folder,
                reason=first_line(error),
            ) from error
        self.pipe.set_progress_bar_config(disable=True)
        self.precision, self.own_scheduler = kind, self.pipe.scheduler
        unet = getattr(self.pipe, "unet", None)
        usual = type(unet).__name__ == "UNet2DConditionModel"
        self.fast = FastUNet(unet) if usual else None
        self.memory = ""
        self.previews = Previews(getattr(self.pipe, "vae", None))

    def _check(self, request: ImageRequest) -> None:
        """Refuse what this model cannot do. Raises OptionError."""
        from miaobi.hub.fast_unet import can_reuse

        takes_mask = _channels_in(self.pipe) in (0, _latent_channels(self.pipe))
        if not takes_mask and request.mask is None:
            raise OptionError(
                "{model} only paints inside a mask.",
                "Give a picture (init) and a mask.",
                model=self.name,
            )
        accepted = inspect.signature(self.pipe.__call__).parameters
        lacking = {
            "style": bool(request.style),
            "negative": bool(request.negative) and "negative_prompt" not in accepted,
            "guided": request.guided != (0.0, 1.0) and self.fast is None,
            "reuse": request.reuse > 1 and (self.fast is None or not can_reuse(self.fast.unet)),
            "memory=offload": request.memory == "offload" and self.device == "cpu",
            "memory=tiling": request.memory == "tiling" and not _can_tile(self.pipe),
        }
        check_able(self.name, lacking, OTHER)

    def _paint(self, request: ImageRequest, emit: Emit) -> tuple[Any, ...]:
        """n pictures, one after the other, so that each can be made again alone."""
        self._load(request.precision or "")
        scheduler, preferred = scheduler_for(self.own_scheduler, request.sampler)
        self.pipe.scheduler = scheduler
        given, finish = self._given(request)
        add_loras(self.pipe, request.loras, self.name)
        try:
            pipe = self._pipeline(request)
            given |= _options(pipe, request, preferred)
            painted = []
            for number in range(request.n):
                pixels = self._one(pipe, request, number, given, emit)
                painted.append(finish(pixels))
        finally:
            if request.loras:
                self.pipe.unload_lora_weights()
        return tuple(painted)

    def _given(self, request: ImageRequest) -> tuple[dict[str, Any], Callable[[Any], Any]]:
        """The pictures a pipeline is given, and what is done with each it makes."""
        from PIL import Image

        unit = size_unit(self.pipe)
        if request.size is not None:
            check_size(request.size, unit)
        if request.init is None:
            width, height = request.size or (None, None)
            return {"width": width, "height": height}, lambda pixels: pixels
        init = image.opaque(image.decode(request.init))
        mask = None
        if request.mask is not None:
            mask = image.read_mask(request.mask, init.shape[1::-1])
        size = request.size or _nearest(init.shape[1::-1], unit)
        init = image.fit(init, size)
        given = {
            "image": Image.fromarray(init),
            "strength": request.strength,
            "width": size[0],
            "height": size[1],
        }
        if mask is None:
            return given, lambda pixels: pixels
        mask = image.fit(mask, size)
        given["mask_image"] = Image.fromarray(mask)
        return given, lambda pixels: image.inside(mask, pixels, init)

    def _pipeline(self, request: ImageRequest) -> Any:
        """The pipeline of this task, on the networks that are loaded."""
        import diffusers

        pipe = self.pipe
        if request.init is not None:
            name = "AutoPipelineForInpainting" if request.mask else "AutoPipelineForImage2Image"
            try:
                pipe = getattr(diffusers, name).from_pipe(self.pipe)
            except ValueError as error:
                raise OptionError(
                    "{model} cannot be used with {option}.",
                    "Leave it out, or use another model.",
                    model=self.name,
                    option="mask" if request.mask else "init",
                ) from error
            pipe.set_progress_bar_config(disable=True)
        self._save_memory(pipe, request.memory)
        return pipe if request.memory == "offload" else pipe.to(self.device)

    def _save_memory(self, pipe: Any, memory: str) -> None:
        """Switch one of the ways to need less memory on, and the others off."""
        from miaobi.hub.fast_unet import make_fast_decoder

        if memory == "offload":
            pipe.enable_model_cpu_offload()
        vae = getattr(pipe, "vae", None)
        for mode in ("slicing", "tiling"):
            if hasattr(vae, f"enable_{mode}"):
                getattr(vae, f"enable_{mode}" if memory == mode else f"disable_{mode}")()
        if memory == "slicing":
            pipe.enable_attention_slicing()
        elif self.memory == "slicing":
            pipe.disable_attention_slicing()
        if self.fast is not None:
            if memory != "slicing":
                self.fast.use_lean_attention()
            self.fast.pack(not memory)
            make_fast_decoder(vae, not memory)
        self.memory = memory

    def _one(
        self, pipe: Any, request: ImageRequest, number: int, given: dict[str, Any], emit: Emit
    ) -> Any:
        """One picture, uint8 (H, W, 3), from the seed plus its number."""
        import torch

        generator = torch.Generator().manual_seed(request.seed + number)
        accepted = inspect.signature(pipe.__call__).parameters
        if self.fast is not None:
            self.fast.begin(_calls(pipe, given), request.guided, request.reuse)

        def watch(pipe: Any, step: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            total = int(pipe.num_timesteps)
            gone = emit(Progress("picture", number * total + step + 1, request.n * total))
            if not gone and request.previews and (step + 1) % request.previews == 0:
                preview = self.previews.of(tensors.get("latents"))
                gone = preview is not None and emit(Preview(preview))
            if gone:
                raise Stopped
            return tensors

        options = {name: value for name, value in given.items() if name in accepted}
        if "callback_on_step_end" in accepted:
            options["callback_on_step_end"] = watch
        with torch.inference_mode():
            made = pipe(generator=generator, output_type="pt", **options).images[0]
        if not torch.isfinite(made).all():
            raise EngineError("The model made numbers that are no picture.", "Try another seed.")
        return tensor_to_images(made[None] * 2 - 1)[0]


def size_unit(pipe: Any) -> int:
    """What both sides have to be multiples of, in pixels: the decoder's factor, and patches."""
    factor = int(getattr(pipe, "vae_scale_factor", 8))
    network = getattr(pipe, "transformer", None)
    if network is None:
        return math.lcm(8, factor)
    patch = network.config.get("patch_size", 1)
    patch = 2 if hasattr(pipe, "_pack_latents") else patch if isinstance(patch, int) else 1
    return math.lcm(32 if type(pipe).__name__.startswith("Sana") else 8, factor * patch)


def check_size(size: tuple[int, int], unit: int) -> None:
    """Refuse a size this model cannot draw, naming the nearest it can. Raises OptionError."""
    if any(side % unit for side in size):
        near = _nearest(size, unit)
        raise OptionError(
            "size is {width}x{height}; this model needs multiples of {unit}.",
            "The nearest is {near_width}x{near_height}.",
            width=size[0],
            height=size[1],
            unit=unit,
            near_width=near[0],
            near_height=near[1],
        )


def _nearest(size: tuple[int, int], unit: int) -> tuple[int, int]:
    width, height = (max(unit, round(side / unit) * unit) for side in size)
    return width, height


def _options(pipe: Any, request: ImageRequest, preferred: int | None) -> dict[str, Any]:
    """The options of a pipeline's call; what is None stays as its authors had it."""
    defaults = inspect.signature(pipe.__call__).parameters
    usual = getattr(defaults.get("num_inference_steps"), "default", 50)
    steps = request.steps or preferred or usual
    if request.init is not None:  # at least one of them has to be left
        steps = max(steps, math.ceil(1 / request.strength))
    options = {
        "prompt": request.prompt,
        "negative_prompt": request.negative or None,
        "num_inference_steps": steps,
        "guidance_scale": request.guidance,
    }
    return {name: value for name, value in options.items() if value is not None}


def _calls(pipe: Any, given: dict[str, Any]) -> int:
    """How often a U-Net will be called for one picture."""
    steps = int(given["num_inference_steps"])
    if "image" in given:
        steps = max(1, min(int(steps * given["strength"]), steps))
    return steps * int(getattr(pipe.scheduler, "order", 1))


def _can_tile(pipe: Any) -> bool:
    return hasattr(getattr(pipe, "vae", None), "enable_tiling")


def _channels_in(pipe: Any) -> int:
    """What a U-Net takes; 0 for other networks."""
    return int(pipe.unet.config.in_channels) if getattr(pipe, "unet", None) is not None else 0


def _latent_channels(pipe: Any) -> int:
    vae = getattr(pipe, "vae", None)
    return int(vae.config.latent_channels) if vae is not None else _channels_in(pipe)
