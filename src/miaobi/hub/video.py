"""Video models of the Hub through diffusers: from words, from a first frame, between two.

    words, (first frame), (last frame) --pipeline--> latents, step by step --decoder--> frames

LTX-Video, Wan, CogVideoX, HunyuanVideo, AnimateDiff, and what else diffusers has that is called
alike. A pipeline runs in a thread; it stops at the next step when the reader closes the generator.
"""

import inspect
import json
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

from miaobi.core.checks import OTHER, check_able
from miaobi.core.errors import EngineError, ModelFileError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.settings import threads
from miaobi.core.streaming import stream
from miaobi.core.video import VideoRequest
from miaobi.hub.files import quiet
from miaobi.hub.image import Stopped, check_size
from miaobi.hub.loading import failures_told, first_line
from miaobi.hub.pipelines import INDEX, load_parts, pipeline_folder
from miaobi.media import image
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import Model

Emit = Callable[[Event], bool]
# pipeline of words -> that of a first frame on the same networks
FROM_PICTURE = {"LTXPipeline": "LTXImageToVideoPipeline", "WanPipeline": "WanImageToVideoPipeline"}
# beginning of a pipeline's name -> frames a second it learned
RATES = {"LTX": 24, "Wan": 16, "CogVideoX": 8, "Hunyuan": 24, "AnimateDiff": 8}
USUAL_RATE = 16
SPATIAL = ("vae_spatial_compression_ratio", "vae_scale_factor_spatial", "vae_scale_factor")
TEMPORAL = ("vae_temporal_compression_ratio", "vae_scale_factor_temporal")


class HubVideoEngine:
    """A loaded pipeline of any family that diffusers can make clips with."""

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
        self._load("")

    def generate(self, request: VideoRequest) -> Iterator[Event]:
        """Progress and Preview events, then the Output with the frames; rate is frames a second.

        Raises OptionError for what this model cannot do, MediaError for a picture that cannot be
        read, and EngineError.
        """

        def work(emit: Emit) -> None:
            with self.lock, failures_told():
                emit(self._made(request, emit))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        self.pipe = None

    def _load(self, precision: str) -> None:
        """The pipeline that its folder names, its networks in one precision."""
        import diffusers
        import torch

        from miaobi.nn.prepacked import fast_at_bfloat16

        fast = self.device == "cuda" or fast_at_bfloat16()
        kind = precision or ("bfloat16" if fast else "float32")
        if kind == self.precision:
            return
        self.close()  # the old one makes room first
        told = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))["_class_name"]
        factory = getattr(diffusers, told, None)
        if factory is None or "num_frames" not in inspect.signature(factory.__call__).parameters:
            raise ModelFileError(
                "{folder} makes no clips: it is a {kind}.",
                "Choose a text-to-video model.",
                folder=self.folder,
                kind=told,
            )
        parts = load_parts(self.folder, getattr(torch, kind))
        try:
            self.pipe = factory.from_pretrained(str(self.folder), local_files_only=True, **parts)
        except Exception as error:
            raise EngineError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=self.folder,
                reason=first_line(error),
            ) from error
        self.precision = kind
        self.scheduler = self.pipe.scheduler

    def _made(self, request: VideoRequest, emit: Emit) -> Output:
        import torch

        self._load(request.precision)
        pipe = self._pipeline(request)
        # what a scheduler has seen of one clip does not reach the next
        pipe.scheduler = type(self.scheduler).from_config(self.scheduler.config)
        pipe.set_progress_bar_config(disable=True)
        self._save_memory(pipe, request.memory)
        options, rate = self._options(pipe, request)
        generator = torch.Generator().manual_seed(request.seed)
        with torch.inference_mode():
            made = pipe(
                generator=generator,
                output_type="np",
                callback_on_step_end=_watching(request, emit),
                **options,
            ).frames[0]
        return Output(pictures=_pixels(made), rate=rate)

    def _pipeline(self, request: VideoRequest) -> Any:
        """The pipeline of this task, on the networks that are loaded. Raises OptionError."""
        import diffusers

        pipe, kind = self.pipe, type(self.pipe).__name__
        takes_picture = "image" in inspect.signature(pipe.__call__).parameters
        if request.init is None and takes_picture:
            raise OptionError(
                "{model} needs a picture to begin with.",
                "Give one: --init PICTURE",
                model=self.name,
            )
        if request.init is not None and not takes_picture:
            other = FROM_PICTURE.get(kind, "")
            if kind == "WanPipeline" and not pipe.config.get("expand_timesteps"):
                other = ""  # its network has no channels for a picture
            check_able(self.name, {"init": not other}, OTHER)
            pipe = getattr(diffusers, other).from_pipe(pipe)
        accepted = inspect.signature(pipe.__call__).parameters
        lacking = {
            "negative": bool(request.negative) and "negative_prompt" not in accepted,
            "to": request.to is not None and "last_image" not in accepted,
            "loop": request.loop,
            "memory=offload": request.memory == "offload" and self.device == "cpu",
            "memory=tiling": request.memory == "tiling" and not hasattr(pipe.vae, "enable_tiling"),
        }
        check_able(self.name, lacking, OTHER)
        return pipe

    def _save_memory(self, pipe: Any, memory: str) -> None:
        """Switch one of the ways to need less memory on, and the others off."""
        for mode in ("slicing", "tiling"):
            if hasattr(pipe.vae, f"enable_{mode}"):
                getattr(pipe.vae, f"enable_{mode}" if memory == mode else f"disable_{mode}")()
        if memory == "offload":
            pipe.enable_model_cpu_offload()
        else:
            pipe.to(self.device)

    def _options(self, pipe: Any, request: VideoRequest) -> tuple[dict[str, Any], int]:
        """The options of a pipeline's call, and the frames a second of what comes out."""
        from PIL import Image

        defaults = inspect.signature(pipe.__call__).parameters
        usual = next((n for key, n in RATES.items() if type(pipe).__name__.startswith(key)), 0)
        rate = request.fps or usual or USUAL_RATE
        own = defaults["num_frames"].default
        if own is None:  # as many as its network learned
            own = int(pipe.transformer.config.sample_frames)
        count = request.frames(own / rate, rate) if request.seconds else own
        told: dict[str, Any] = {
            "prompt": request.prompt,
            "negative_prompt": request.negative or None,
            "num_frames": _nearest_count(pipe, count),
            "frame_rate": rate,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance,
        }
        size = request.size
        if request.init is not None:
            first = image.opaque(image.decode(request.init))
            size = size or _nearest_size(first.shape[1::-1], _unit(pipe))
            told["image"] = Image.fromarray(image.fit(first, size))
            if request.to is not None:
                last = image.opaque(image.decode(request.to))
                told["last_image"] = Image.fromarray(image.fit(last, size))
        if size is not None:
            check_size(size, _unit(pipe))
            told["width"], told["height"] = size
        kept = {key: value for key, value in told.items() if value is not None and key in defaults}
        return kept, rate


def _watching(request: VideoRequest, emit: Emit) -> Callable[..., dict[str, Any]]:
    """What a pipeline calls after each step: it tells how far it is, and whether to go on."""

    def watch(pipe: Any, step: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        gone = emit(Progress("video", step + 1, int(pipe.num_timesteps)))
        if not gone and request.previews and (step + 1) % request.previews == 0:
            preview = _glimpse(tensors.get("latents"))
            gone = preview is not None and emit(Preview(preview))
        if gone:
            raise Stopped
        return tensors

    return watch


def _glimpse(latents: Any) -> Any:
    """Three channels of the middle frame of latents (B, C, F, h, w) as a rough picture; or None."""
    if latents is None or latents.dim() != 5:
        return None
    middle = latents[0, :3, latents.shape[2] // 2].float().cpu()  # (3, h, w)
    return tensor_to_images(middle[None] / middle.abs().max().clamp(min=1e-6))[0]


def _pixels(frames: Any) -> tuple[Any, ...]:
    """(F, H, W, 3) of 0 to 1 -> uint8 (H, W, 3) each. Raises EngineError for what is none."""
    import numpy as np

    values = np.asarray(frames, np.float32)
    if not np.isfinite(values).all():
        raise EngineError("The model made numbers that are no picture.", "Try another seed.")
    return tuple((values.clip(0, 1) * 255).round().astype(np.uint8))


def _nearest_count(pipe: Any, count: int) -> int:
    """The nearest number of frames that the decoder can make: one more than a multiple."""
    step = _temporal(pipe)
    return max(1, round((count - 1) / step)) * step + 1 if step > 1 else count


def _temporal(pipe: Any) -> int:
    """How many frames become one place of the latent."""
    return int(next((getattr(pipe, name) for name in TEMPORAL if hasattr(pipe, name)), 1))


def _unit(pipe: Any) -> int:
    """What both sides have to be multiples of, in pixels."""
    factor = int(next((getattr(pipe, name) for name in SPATIAL if hasattr(pipe, name)), 8))
    network = getattr(pipe, "transformer", None)
    patch = network.config.get("patch_size", 1) if network is not None else 1
    patch = int(patch[-1] if isinstance(patch, list | tuple) else patch)
    return math.lcm(32 if type(pipe).__name__.startswith("LTX") else 8, factor * patch)


def _nearest_size(size: tuple[int, int], unit: int) -> tuple[int, int]:
    width, height = (max(unit, round(side / unit) * unit) for side in size)
    return width, height
