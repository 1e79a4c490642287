"""AudioLDM 2, Stable Audio, ACE-Step and similar pipelines of diffusers.

prompt --text encoders--> states --denoiser, step by step--> latents --decoder--> samples
"""

import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.arrays import Samples
from miaobi.core.errors import ModelFileError
from miaobi.core.sentences import language_of
from miaobi.hub.pipelines import INDEX, open_pipeline, prepare_diffusers
from miaobi.hub.schedulers import cosine_scheduler, make_scheduler
from miaobi.hub.sound_request import ProgressCallback, SoundParams

if TYPE_CHECKING:
    from diffusers import DiffusionPipeline
    from torch import Tensor

    from miaobi.hub.pipelines import Classes

# a pipeline's option for the length -> (default, maximum) in seconds
LENGTH_OPTIONS = {
    "audio_length_in_s": (10.0, 300.0),  # AudioLDM 2
    "audio_end_in_s": (30.0, 0.0),  # Stable Audio: the sample size of its network
    "audio_duration": (60.0, 600.0),  # ACE-Step
}
# on a GPU, the dtypes of their authors; ACE-Step overflows in float16
GPU_DTYPE, GPU_DTYPES = "float16", {"AceStepPipeline": "bfloat16"}
INSTRUMENTAL = "[Instrumental]"  # ACE-Step's lyrics of music without a singer


class SoundPipeline:
    """Loaded audio pipeline of diffusers."""

    def __init__(self, folder: Path) -> None:
        import diffusers
        import torch

        prepare_diffusers()
        class_name = json.loads((folder / INDEX).read_text(encoding="utf-8"))["_class_name"]
        factory = getattr(diffusers, class_name, None)
        self.accepted = inspect.signature(factory.__call__).parameters if factory else {}
        length = next((name for name in LENGTH_OPTIONS if name in self.accepted), None)
        if factory is None or length is None:
            raise no_audio_model(folder, class_name)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = GPU_DTYPES.get(class_name, GPU_DTYPE) if device == "cuda" else "float32"
        pipe = open_pipeline(factory, folder, getattr(torch, dtype), _replacements())
        self.pipe = pipe.to(device)
        self.scheduler = self.pipe.scheduler
        self.rate = _sampling_rate(self.pipe)
        self.length_option = length
        self.default_seconds, max_seconds = LENGTH_OPTIONS[length]
        self.max_seconds = max_seconds or _network_seconds(self.pipe, self.rate)

    @property
    def supported(self) -> tuple[str, ...]:
        """Options of requests that the pipeline supports."""
        names = {
            "lyrics": "lyrics",
            "negative": "negative_prompt",
            "steps": "num_inference_steps",
            "guidance": "guidance_scale",
        }
        supported = [option for option, name in names.items() if name in self.accepted]
        if getattr(self.pipe, "is_turbo", False):  # guidance-distilled
            supported.remove("guidance")
        return tuple(supported)

    def generate(self, params: SoundParams, progress: ProgressCallback) -> "Samples | Tensor":
        """Generate samples (T,) or (C, T) of the requested length."""
        import torch

        # a new scheduler for each request: schedulers keep state
        self.pipe.scheduler, default_steps = make_scheduler(self.scheduler, "")
        signature_steps = int(self.accepted["num_inference_steps"].default)
        steps = params.steps or default_steps or signature_steps
        options = self._options(params, steps) | self._callback(steps, progress)
        generator = torch.Generator().manual_seed(params.seed)
        with torch.inference_mode():
            return self.pipe(generator=generator, **options).audios[0]

    def _options(self, params: SoundParams, steps: int) -> dict[str, Any]:
        """Return the options of the pipeline's call: set ones that it accepts."""
        has_music_options = "bpm" in self.accepted
        options: dict[str, Any] = {
            "prompt": params.prompt if has_music_options else params.full_prompt,
            "negative_prompt": params.negative or None,
            self.length_option: params.seconds,
            "num_inference_steps": steps,
            "guidance_scale": params.guidance,
            "bpm": round(params.tempo) if params.tempo else None,
            "keyscale": params.key or None,
            "timesignature": params.meter.partition("/")[0] or None,
            "lyrics": params.lyrics or INSTRUMENTAL,
            "vocal_language": language_of(params.lyrics) if params.lyrics else None,
        }
        return {
            name: value
            for name, value in options.items()
            if value is not None and name in self.accepted
        }

    def _callback(self, total: int, progress: ProgressCallback) -> dict[str, Any]:
        """Return the option with which the pipeline reports each step."""

        def on_step_end(
            pipe: "DiffusionPipeline", step: int, timestep: object, tensors: "dict[str, Tensor]"
        ) -> "dict[str, Tensor]":
            """Report a step; the tensors of the pipeline, of any shape, stay unchanged."""
            progress(step + 1, total)
            return tensors

        if "callback_on_step_end" in self.accepted:
            return {"callback_on_step_end": on_step_end}
        return {"callback": lambda step, *_: progress(step + 1, total), "callback_steps": 1}


def no_audio_model(folder: Path, model_type: str) -> ModelFileError:
    """Return the error for a model that does not generate audio."""
    return ModelFileError(
        "{folder} does not generate audio: it is a {kind}.",
        "Give a MusicGen, or an AudioLDM 2, Stable Audio or ACE-Step 1.5 in diffusers format.",
        folder=folder,
        kind=model_type,
    )


def _replacements() -> "Classes":
    """Return classes that replace those of an index."""
    from transformers import GPT2LMHeadModel

    # AudioLDM 2 was saved when GPT2Model could still generate (before transformers 5); diffusers'
    # own CosineDPMSolverMultistepScheduler needs the torchsde library
    return {
        "GPT2Model": GPT2LMHeadModel,
        "CosineDPMSolverMultistepScheduler": cosine_scheduler(),
    }


def _sampling_rate(pipe: "DiffusionPipeline") -> int:
    """Return the sampling rate of a pipeline, in Hz."""
    if hasattr(pipe, "vocoder"):
        return int(pipe.vocoder.config.sampling_rate)
    return int(pipe.vae.config.sampling_rate)


def _network_seconds(pipe: "DiffusionPipeline", rate: int) -> float:
    """Return the length that a network was trained on, in seconds."""
    return float(pipe.transformer.config.sample_size * pipe.vae.hop_length / rate)
