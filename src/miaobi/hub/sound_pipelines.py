"""AudioLDM 2, Stable Audio and ACE-Step through diffusers, and what else it calls alike.

words --text encoders--> states --network, step by step--> latents --decoder--> samples
"""

import inspect
import json
from pathlib import Path
from typing import Any

from miaobi.core.errors import EngineError, ModelFileError
from miaobi.core.sentences import language_of
from miaobi.core.settings import threads
from miaobi.hub.loading import first_line
from miaobi.hub.pipelines import INDEX, load_parts
from miaobi.hub.schedulers import cosine_scheduler, scheduler_for
from miaobi.hub.sound_request import Tick, Wish

# how a pipeline's option for the length is called -> (seconds it makes best, the most it can)
LENGTHS = {
    "audio_length_in_s": (10.0, 300.0),  # AudioLDM 2
    "audio_end_in_s": (30.0, 0.0),  # Stable Audio: as its network says
    "audio_duration": (60.0, 600.0),  # ACE-Step
}
# on a GPU, as their authors run them; ACE-Step overflows in float16
PRECISION, WIDE = "float16", {"AceStepPipeline": "bfloat16"}
INSTRUMENTAL = "[Instrumental]"  # ACE-Step's word for lyrics that nobody sings


class SoundPipeline:
    """A loaded pipeline."""

    def __init__(self, folder: Path) -> None:
        import diffusers
        import torch
        from diffusers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(min(torch.get_num_threads(), threads() + 1))
        kind = json.loads((folder / INDEX).read_text(encoding="utf-8"))["_class_name"]
        factory = getattr(diffusers, kind, None)
        accepted = inspect.signature(factory.__call__).parameters if factory else {}
        length = next((name for name in LENGTHS if name in accepted), None)
        if factory is None or length is None:
            raise ModelFileError(
                "{folder} makes no sound: it is a {kind}.",
                "Give a MusicGen, AudioLDM 2, Stable Audio or ACE-Step 1.5 as diffusers has it.",
                folder=folder,
                kind=kind,
            )
        self.accepted, self.length = accepted, length
        device = "cuda" if torch.cuda.is_available() else "cpu"
        precision = WIDE.get(kind, PRECISION) if device == "cuda" else "float32"
        parts = load_parts(folder, getattr(torch, precision), _stand_ins())
        try:
            self.pipe = factory(**parts).to(device)
        except Exception as error:
            raise EngineError(
                "{folder} could not be loaded: {reason}.",
                "Choose another model, or another copy.",
                folder=folder,
                reason=first_line(error),
            ) from error
        self.pipe.set_progress_bar_config(disable=True)
        self.scheduler = self.pipe.scheduler
        self.rate = _rate(self.pipe)
        self.usual, most = LENGTHS[length]
        self.longest = most or _window(self.pipe, self.rate)

    @property
    def able(self) -> tuple[str, ...]:
        """Options of requests that it can follow."""
        names = {
            "lyrics": "lyrics",
            "negative": "negative_prompt",
            "steps": "num_inference_steps",
            "guidance": "guidance_scale",
        }
        able = [ours for ours, theirs in names.items() if theirs in self.accepted]
        if getattr(self.pipe, "is_turbo", False):  # its guidance lies in the weights
            able.remove("guidance")
        return tuple(able)

    def make(self, wish: Wish, tick: Tick) -> Any:
        """Words -> a wave (T,) or (C, T), as long as asked."""
        import torch

        # a fresh one: what a scheduler has seen of one sound does not reach the next
        self.pipe.scheduler, preferred = scheduler_for(self.scheduler, "")
        steps = wish.steps or preferred or int(self.accepted["num_inference_steps"].default)
        options = self._options(wish, steps) | self._watched(steps, tick)
        generator = torch.Generator().manual_seed(wish.seed)
        with torch.inference_mode():
            return self.pipe(generator=generator, **options).audios[0]

    def _options(self, wish: Wish, steps: int) -> dict[str, Any]:
        """The options of a pipeline's call: those that it knows and that were given."""
        reads_music = "bpm" in self.accepted  # tempo, key and meter by themselves
        told: dict[str, Any] = {
            "prompt": wish.prompt if reads_music else wish.words,
            "negative_prompt": wish.negative or None,
            self.length: wish.seconds,
            "num_inference_steps": steps,
            "guidance_scale": wish.guidance,
            "bpm": round(wish.tempo) if wish.tempo else None,
            "keyscale": wish.key or None,
            "timesignature": wish.meter.partition("/")[0] or None,
            "lyrics": wish.lyrics or INSTRUMENTAL,
            "vocal_language": language_of(wish.lyrics) if wish.lyrics else None,
        }
        return {
            key: value for key, value in told.items() if value is not None and key in self.accepted
        }

    def _watched(self, total: int, tick: Tick) -> dict[str, Any]:
        """The option by which a pipeline tells after each step how far it is."""

        def after_step(pipe: Any, step: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            tick(step + 1, total)
            return tensors

        if "callback_on_step_end" in self.accepted:
            return {"callback_on_step_end": after_step}
        return {"callback": lambda step, *_: tick(step + 1, total), "callback_steps": 1}


def _stand_ins() -> dict[str, Any]:
    """Classes that are taken in place of those an index names."""
    from transformers import GPT2LMHeadModel

    # AudioLDM 2 was saved with a class that generated text until transformers 5; Stable Audio's
    # scheduler in diffusers asks for a library of its own for what is plain noise
    return {
        "GPT2Model": GPT2LMHeadModel,
        "CosineDPMSolverMultistepScheduler": cosine_scheduler(),
    }


def _rate(pipe: Any) -> int:
    """Samples a second."""
    if hasattr(pipe, "vocoder"):
        return int(pipe.vocoder.config.sampling_rate)
    return int(pipe.vae.config.sampling_rate)


def _window(pipe: Any, rate: int) -> float:
    """The seconds that a network sees at once."""
    return float(pipe.transformer.config.sample_size * pipe.vae.hop_length / rate)
