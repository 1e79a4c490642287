"""Image engine of the Hub: diffusers pipelines for text to image, image to image, inpainting.

    prompt, (image), (mask) --pipeline--> latents, step by step --decoder--> uint8 (H, W, 3)

The pipeline runs in a thread, which stops at the next step when the generator is closed.
"""

import math
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from miaobi.core.arrays import Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import EngineError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.core.streaming import Stopped, stream
from miaobi.hub.inference import raise_engine_errors
from miaobi.hub.latent_preview import LatentPreview
from miaobi.hub.lora import load_loras
from miaobi.hub.pipeline_options import (
    StepCallback,
    call_parameters,
    check_size,
    has_tiling,
    image_size_unit,
    nearest_size,
    set_vae_memory,
)
from miaobi.hub.pipelines import open_pipeline, pipeline_folder, prepare_diffusers
from miaobi.hub.schedulers import make_scheduler
from miaobi.media import image
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from diffusers import DiffusionPipeline
    from torch import Tensor

    from miaobi.hub.deep_cache import DeepCacheUNet

Emit = Callable[[Event], bool]
Options = dict[str, Any]  # keyword arguments of a pipeline's call


class HubImageEngine:
    """Loaded image pipeline of diffusers, of any family."""

    pipe: "DiffusionPipeline"

    def __init__(self, model: Model) -> None:
        import torch

        prepare_diffusers()
        self.name = model.name
        self.folder = pipeline_folder(model.place)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.lock = threading.Lock()
        self.precision = ""
        self.deep_cache: DeepCacheUNet | None = None  # of a pipeline with a UNet
        self._load("")

    def generate(self, request: ImageRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output with n images.

        Raises OptionError for unsupported options, MediaError for an unreadable image,
        NotFoundError or ModelFileError for a LoRA, and EngineError.
        """

        def work(emit: Emit) -> None:
            with self.lock, raise_engine_errors():
                self._check(request)
                emit(Output(pictures=self._generate(request, emit)))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        self.pipe = self.deep_cache = None

    def _load(self, precision: str) -> None:
        """Load the text-to-image pipeline with networks in one precision."""
        import torch
        from diffusers import AutoPipelineForText2Image

        from miaobi.hub.deep_cache import DeepCacheUNet
        from miaobi.nn.prepacked import has_fast_bfloat16

        precision = precision or ("bfloat16" if has_fast_bfloat16() else "float32")
        if precision == self.precision:
            return
        self.close()  # never two pipelines in memory
        build = partial(
            AutoPipelineForText2Image.from_pretrained, str(self.folder), local_files_only=True
        )
        self.pipe = open_pipeline(build, self.folder, getattr(torch, precision))
        self.precision, self.scheduler = precision, self.pipe.scheduler
        unet = getattr(self.pipe, "unet", None)
        is_standard = type(unet).__name__ == "UNet2DConditionModel"
        self.deep_cache = DeepCacheUNet(unet) if is_standard else None
        self.memory = ""
        self.preview = LatentPreview(getattr(self.pipe, "vae", None))

    def _check(self, request: ImageRequest) -> None:
        """Raise OptionError for options that this pipeline does not support."""
        from miaobi.hub.deep_cache import supports_deep_cache

        is_inpainting = _unet_channels(self.pipe) not in (0, _latent_channels(self.pipe))
        if is_inpainting and request.mask is None:
            raise OptionError(
                "{model} is an inpainting model.",
                "Give an image (init) and a mask.",
                model=self.name,
            )
        has_cache = self.deep_cache is not None and supports_deep_cache(self.deep_cache.unet)
        accepted = call_parameters(self.pipe)
        unsupported = {
            "style": bool(request.style),
            "negative": bool(request.negative) and "negative_prompt" not in accepted,
            "guided": request.guided != (0.0, 1.0) and self.deep_cache is None,
            "reuse": request.reuse > 1 and not has_cache,
            "memory=offload": request.memory == "offload" and self.device == "cpu",
            "memory=tiling": request.memory == "tiling" and not has_tiling(self.pipe),
        }
        check_supported(self.name, unsupported, TRY_ANOTHER_MODEL)

    def _generate(self, request: ImageRequest, emit: Emit) -> tuple[Pixels, ...]:
        """Generate n images one by one, so that each can be reproduced from its own seed."""
        self._load(request.precision or "")
        self.pipe.scheduler, default_steps = make_scheduler(self.scheduler, request.sampler)
        inputs, finish = self._inputs(request)
        load_loras(self.pipe, request.loras, self.name)
        try:
            pipe = self._task_pipeline(request)
            options = inputs | _options(pipe, request, default_steps)
            return tuple(
                finish(self._generate_one(pipe, request, index, options, emit))
                for index in range(request.n)
            )
        finally:
            if request.loras:
                self.pipe.unload_lora_weights()

    def _inputs(self, request: ImageRequest) -> tuple[Options, Callable[[Pixels], Pixels]]:
        """Return size, image and mask for the pipeline, and a function for each of its outputs."""
        from PIL import Image

        unit = image_size_unit(self.pipe)
        if request.size is not None:
            check_size(request.size, unit)
        if request.init is None:
            width, height = request.size or (None, None)
            return {"width": width, "height": height}, lambda pixels: pixels
        init = image.flatten_alpha(image.decode(request.init))
        mask = None
        if request.mask is not None:
            mask = image.read_mask(request.mask, init.shape[1::-1])
        size = request.size or nearest_size(init.shape[1::-1], unit)
        init = image.fit(init, size)
        inputs = {
            "image": Image.fromarray(init),
            "strength": request.strength,
            "width": size[0],
            "height": size[1],
        }
        if mask is None:
            return inputs, lambda pixels: pixels
        mask = image.fit(mask, size)
        inputs["mask_image"] = Image.fromarray(mask)
        return inputs, lambda pixels: image.composite(mask, pixels, init)

    def _task_pipeline(self, request: ImageRequest) -> "DiffusionPipeline":
        """Return the pipeline of the task, on the loaded networks. Raises OptionError."""
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
        self._set_memory(pipe, request.memory)
        return pipe if request.memory == "offload" else pipe.to(self.device)

    def _set_memory(self, pipe: "DiffusionPipeline", memory: str) -> None:
        """Enable one of the memory savings, and disable the others."""
        from miaobi.hub.deep_cache import optimize_decoder

        if memory == "offload":
            pipe.enable_model_cpu_offload()
        vae = getattr(pipe, "vae", None)
        set_vae_memory(vae, memory)
        if memory == "slicing":
            pipe.enable_attention_slicing()
        elif self.memory == "slicing":
            pipe.disable_attention_slicing()
        if self.deep_cache is not None:
            if memory != "slicing":
                self.deep_cache.set_attention()
            self.deep_cache.pack(not memory)
            optimize_decoder(vae, not memory)
        self.memory = memory

    def _generate_one(
        self,
        pipe: "DiffusionPipeline",
        request: ImageRequest,
        index: int,
        options: Options,
        emit: Emit,
    ) -> Pixels:
        """Generate one image, uint8 (H, W, 3), from the seed plus its index."""
        import torch

        generator = torch.Generator().manual_seed(request.seed + index)
        accepted = call_parameters(pipe)
        if self.deep_cache is not None:
            self.deep_cache.start(_unet_calls(pipe, options), request.guided, request.reuse)
        options = {name: value for name, value in options.items() if name in accepted}
        if "callback_on_step_end" in accepted:
            options["callback_on_step_end"] = self._step_callback(request, index, emit)
        with torch.inference_mode():
            output = pipe(generator=generator, output_type="pt", **options).images[0]
        if not torch.isfinite(output).all():
            raise EngineError(
                "The model's output is not a valid image (NaN or infinity).", "Try another seed."
            )
        return tensor_to_images(output[None] * 2 - 1)[0]

    def _step_callback(self, request: ImageRequest, index: int, emit: Emit) -> StepCallback:
        """Build the callback that emits Progress and Preview events, and raises Stopped."""

        def on_step_end(
            pipe: "DiffusionPipeline", step: int, timestep: object, tensors: "dict[str, Tensor]"
        ) -> "dict[str, Tensor]":
            """Report a step; the tensors of the pipeline, of any shape, stay unchanged."""
            total = int(pipe.num_timesteps)
            stopped = emit(Progress("picture", index * total + step + 1, request.n * total))
            if not stopped and request.previews and (step + 1) % request.previews == 0:
                preview = self.preview.decode(tensors.get("latents"))
                stopped = preview is not None and emit(Preview(preview))
            if stopped:
                raise Stopped
            return tensors

        return on_step_end


def _options(
    pipe: "DiffusionPipeline", request: ImageRequest, default_steps: int | None
) -> Options:
    """Return the options of a pipeline's call; unset ones keep the pipeline's defaults."""
    parameter = call_parameters(pipe).get("num_inference_steps")
    steps = request.steps or default_steps or int(getattr(parameter, "default", 50))
    if request.init is not None:  # image to image skips steps; at least one has to be left
        steps = max(steps, math.ceil(1 / request.strength))
    options = {
        "prompt": request.prompt,
        "negative_prompt": request.negative or None,
        "num_inference_steps": steps,
        "guidance_scale": request.guidance,
    }
    return {name: value for name, value in options.items() if value is not None}


def _unet_calls(pipe: "DiffusionPipeline", options: Options) -> int:
    """Return the number of calls of a UNet for one image."""
    steps = int(options["num_inference_steps"])
    if "image" in options:
        steps = max(1, min(int(steps * options["strength"]), steps))
    return steps * int(getattr(pipe.scheduler, "order", 1))


def _unet_channels(pipe: "DiffusionPipeline") -> int:
    """Return the input channels of a UNet; 0 for other networks."""
    return int(pipe.unet.config.in_channels) if getattr(pipe, "unet", None) is not None else 0


def _latent_channels(pipe: "DiffusionPipeline") -> int:
    vae = getattr(pipe, "vae", None)
    return int(vae.config.latent_channels) if vae is not None else _unet_channels(pipe)
