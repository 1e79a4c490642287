"""Video engine of the Hub: diffusers pipelines for text to video and image to video.

    prompt, (first frame), (last frame) --pipeline--> latents, step by step --decoder--> frames

LTX-Video, Wan, CogVideoX, HunyuanVideo, AnimateDiff, and pipelines with the same interface. The
pipeline runs in a thread, which stops at the next step when the generator is closed.
"""

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported
from miaobi.core.errors import EngineError, ModelFileError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.streaming import Stopped, stream
from miaobi.core.video import VideoRequest
from miaobi.hub.inference import raise_engine_errors
from miaobi.hub.pipeline_options import (
    StepCallback,
    call_parameters,
    check_size,
    has_tiling,
    nearest_size,
    set_vae_memory,
    video_size_unit,
)
from miaobi.hub.pipelines import INDEX, open_pipeline, pipeline_folder, prepare_diffusers
from miaobi.media import image
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from diffusers import DiffusionPipeline
    from torch import Tensor

Emit = Callable[[Event], bool]
# text-to-video pipeline -> image-to-video pipeline of the same networks
IMAGE_TO_VIDEO = {
    "LTXPipeline": "LTXImageToVideoPipeline",
    "WanPipeline": "WanImageToVideoPipeline",
}
# prefix of a pipeline's name -> frame rate of its training clips
FRAME_RATES = {"LTX": 24, "Wan": 16, "CogVideoX": 8, "Hunyuan": 24, "AnimateDiff": 8}
DEFAULT_FRAME_RATE = 16
# names of the temporal downsampling factor
TEMPORAL_FACTORS = ("vae_temporal_compression_ratio", "vae_scale_factor_temporal")


class HubVideoEngine:
    """Loaded video pipeline of diffusers, of any family."""

    pipe: "DiffusionPipeline"

    def __init__(self, model: Model) -> None:
        import torch

        prepare_diffusers()
        self.name = model.name
        self.folder = pipeline_folder(model.place)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.lock = threading.Lock()
        self.precision = ""
        self._load("")

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Yield Progress and Preview events, then the Output; its rate is in frames per second.

        Raises OptionError for unsupported options, MediaError for an unreadable image, and
        EngineError.
        """

        def work(emit: Emit) -> None:
            with self.lock, raise_engine_errors():
                emit(self._generate(request, emit))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        self.pipe = None

    def _load(self, precision: str) -> None:
        """Load the pipeline of the folder with networks in one precision."""
        import diffusers
        import torch

        from miaobi.nn.prepacked import has_fast_bfloat16

        is_fast = self.device == "cuda" or has_fast_bfloat16()
        precision = precision or ("bfloat16" if is_fast else "float32")
        if precision == self.precision:
            return
        self.close()  # never two pipelines in memory
        class_name = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))["_class_name"]
        factory = getattr(diffusers, class_name, None)
        if factory is None or "num_frames" not in signature(factory.__call__).parameters:
            raise ModelFileError(
                "{folder} does not generate video: it is a {kind}.",
                "Choose a text-to-video model.",
                folder=self.folder,
                kind=class_name,
            )
        build = partial(factory.from_pretrained, str(self.folder), local_files_only=True)
        self.pipe = open_pipeline(build, self.folder, getattr(torch, precision))
        self.precision, self.scheduler = precision, self.pipe.scheduler

    def _generate(self, request: VideoRequest, emit: Emit) -> Output:
        import torch

        self._load(request.precision)
        pipe = self._task_pipeline(request)
        # a new scheduler for each request: schedulers keep state
        pipe.scheduler = type(self.scheduler).from_config(self.scheduler.config)
        pipe.set_progress_bar_config(disable=True)
        self._set_memory(pipe, request.memory)
        options, rate = self._options(pipe, request)
        generator = torch.Generator().manual_seed(request.seed)
        with torch.inference_mode():
            frames = pipe(
                generator=generator,
                output_type="np",
                callback_on_step_end=_step_callback(request, emit),
                **options,
            ).frames[0]
        return Output(pictures=_to_pixels(frames), rate=rate)

    def _task_pipeline(self, request: VideoRequest) -> "DiffusionPipeline":
        """Return the pipeline of the task, on the loaded networks. Raises OptionError."""
        import diffusers

        pipe, class_name = self.pipe, type(self.pipe).__name__
        takes_image = "image" in call_parameters(pipe)
        if request.init is None and takes_image:
            raise OptionError(
                "{model} needs an initial image.",
                "Give one to begin with.",
                model=self.name,
            )
        if request.init is not None and not takes_image:
            other = IMAGE_TO_VIDEO.get(class_name, "")
            if class_name == "WanPipeline" and not pipe.config.get("expand_timesteps"):
                other = ""  # the network has no channels for an image
            check_supported(self.name, {"init": not other}, TRY_ANOTHER_MODEL)
            pipe = getattr(diffusers, other).from_pipe(pipe)
        accepted = call_parameters(pipe)
        unsupported = {
            "negative": bool(request.negative) and "negative_prompt" not in accepted,
            "to": request.to is not None and "last_image" not in accepted,
            "loop": request.loop,
            "memory=offload": request.memory == "offload" and self.device == "cpu",
            "memory=tiling": request.memory == "tiling" and not has_tiling(pipe),
        }
        check_supported(self.name, unsupported, TRY_ANOTHER_MODEL)
        return pipe

    def _set_memory(self, pipe: "DiffusionPipeline", memory: str) -> None:
        """Enable one of the memory savings, and disable the others."""
        set_vae_memory(pipe.vae, memory)
        if memory == "offload":
            pipe.enable_model_cpu_offload()
        else:
            pipe.to(self.device)

    def _options(
        self, pipe: "DiffusionPipeline", request: VideoRequest
    ) -> tuple[dict[str, Any], int]:
        """Return the options of the pipeline's call, and the frame rate of its output."""
        from PIL import Image

        parameters = call_parameters(pipe)
        rate = request.fps or _trained_frame_rate(pipe)
        default = parameters["num_frames"].default
        if default is None:  # the number of frames that the network was trained on
            default = int(pipe.transformer.config.sample_frames)
        count = request.frames(default / rate, rate) if request.seconds else default
        options: dict[str, Any] = {
            "prompt": request.prompt,
            "negative_prompt": request.negative or None,
            "num_frames": _nearest_count(pipe, count),
            "frame_rate": rate,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance,
        }
        unit, size = video_size_unit(pipe), request.size
        if request.init is not None:
            first_frame = image.flatten_alpha(image.decode(request.init))
            size = size or nearest_size(first_frame.shape[1::-1], unit)
            options["image"] = Image.fromarray(image.fit(first_frame, size))
            if request.to is not None:
                last_frame = image.flatten_alpha(image.decode(request.to))
                options["last_image"] = Image.fromarray(image.fit(last_frame, size))
        if size is not None:
            check_size(size, unit)
            options["width"], options["height"] = size
        accepted = {
            name: value
            for name, value in options.items()
            if value is not None and name in parameters
        }
        return accepted, rate


def _step_callback(request: VideoRequest, emit: Emit) -> StepCallback:
    """Build the callback that emits Progress and Preview events, and raises Stopped."""

    def on_step_end(
        pipe: "DiffusionPipeline", step: int, timestep: object, tensors: "dict[str, Tensor]"
    ) -> "dict[str, Tensor]":
        """Report a step; the tensors of the pipeline, of any shape, stay unchanged."""
        stopped = emit(Progress("video", step + 1, int(pipe.num_timesteps)))
        if not stopped and request.previews and (step + 1) % request.previews == 0:
            preview = _preview(tensors.get("latents"))
            stopped = preview is not None and emit(Preview(preview))
        if stopped:
            raise Stopped
        return tensors

    return on_step_end


def _preview(latents: "Tensor | None") -> Pixels | None:
    """Show three channels of the middle frame of latents (B, C, F, h, w); None for other shapes."""
    if latents is None or latents.dim() != 5:
        return None
    middle = latents[0, :3, latents.shape[2] // 2].float().cpu()  # (3, h, w)
    return tensor_to_images(middle[None] / middle.abs().max().clamp(min=1e-6))[0]


def _to_pixels(frames: FloatArray) -> tuple[Pixels, ...]:
    """Convert frames (F, H, W, 3) in [0, 1] to uint8 (H, W, 3) each. Raises EngineError."""
    import numpy as np

    values = np.asarray(frames, np.float32)
    if not np.isfinite(values).all():
        raise EngineError(
            "The model's output is not a valid image (NaN or infinity).", "Try another seed."
        )
    return tuple((values.clip(0, 1) * 255).round().astype(np.uint8))


def _trained_frame_rate(pipe: "DiffusionPipeline") -> int:
    """Return the frame rate of a family's training clips."""
    name = type(pipe).__name__
    rates = (rate for prefix, rate in FRAME_RATES.items() if name.startswith(prefix))
    return next(rates, DEFAULT_FRAME_RATE)


def _nearest_count(pipe: "DiffusionPipeline", count: int) -> int:
    """Round a number of frames to one more than a multiple of the temporal factor."""
    factors = (getattr(pipe, name) for name in TEMPORAL_FACTORS if hasattr(pipe, name))
    factor = int(next(factors, 1))
    return max(1, round((count - 1) / factor)) * factor + 1 if factor > 1 else count
