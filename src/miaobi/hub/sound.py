"""Sound and music with models of the Hub: MusicGen, and audio pipelines of diffusers.

    prompt --MusicGen--> codes, autoregressive --EnCodec--> samples
    prompt --AudioLDM 2, Stable Audio, ACE-Step--> latents, step by step --decoder--> samples

MusicGen (Copet et al., 2023), AudioLDM 2 (Liu et al., 2023), Stable Audio Open (Evans et al.,
2024), ACE-Step 1.5 (2026). Models run in a thread, which ends when the generator is closed.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.arrays import Samples
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_range, check_supported, used_hub_options
from miaobi.core.errors import EngineError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.music import SCORE_FORMATS, MusicRequest
from miaobi.core.requests import SoundRequest
from miaobi.core.streaming import Stopped, stream
from miaobi.hub.files import cached_folder, checkpoint_folder, list_files, silence_libraries
from miaobi.hub.inference import raise_engine_errors
from miaobi.hub.musicgen import CLASSES, MusicGen
from miaobi.hub.pipelines import INDEX, pipeline_folder
from miaobi.hub.sound_pipelines import SoundPipeline, no_audio_model
from miaobi.hub.sound_request import ProgressCallback, SoundParams
from miaobi.media import mixing
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from torch import Tensor

AudioRequest = SoundRequest | MusicRequest
DEFAULT_SECONDS = {"sound": 10.0, "music": 30.0}
CROSSFADE = 0.5  # seconds by which the ends of a loop overlap, at most a quarter of its length


class HubSoundEngine:
    """Loaded audio model of the Hub, of any supported family."""

    def __init__(self, model: Model) -> None:
        silence_libraries()
        self.name = model.name
        self.family: MusicGen | SoundPipeline = _open_family(model.place)
        self.lock = threading.Lock()

    def generate(self, request: AudioRequest) -> Iterator[Event]:
        """Yield Progress, then the Output with samples (T,) or (T, 2).

        Raises OptionError for unsupported options, and EngineError.
        """
        self._check(request)

        def work(emit: Callable[[Event], bool]) -> None:
            def progress(done: float, total: float) -> None:
                if emit(Progress(_stage(request), done, total)):
                    raise Stopped

            with self.lock, raise_engine_errors():
                emit(self._generate(request, progress))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        del self.family

    def _check(self, request: AudioRequest) -> None:
        """Raise OptionError for options that this model does not support."""
        supported = self.family.supported
        unsupported = {
            name: is_used and name not in supported
            for name, is_used in used_hub_options(request).items()
        }
        if isinstance(request, MusicRequest):
            for name in ("chords", "melody", "loop"):
                unsupported[name] = bool(getattr(request, name))
            unsupported[f"format={request.format}"] = request.format in SCORE_FORMATS
        check_supported(self.name, unsupported, TRY_ANOTHER_MODEL)

    def _generate(self, request: AudioRequest, progress: ProgressCallback) -> Output:
        max_seconds, rate = self.family.max_seconds, self.family.rate
        default = min(DEFAULT_SECONDS[_stage(request)], self.family.default_seconds, max_seconds)
        seconds = request.seconds or default
        overlap = min(CROSSFADE, seconds / 4) if request.loop else 0.0
        if max_seconds < seconds + overlap:
            check_range("seconds", seconds, 0.1, round(max_seconds - overlap, 2))
        output = self.family.generate(_params(request, seconds + overlap), progress)
        samples = _to_samples(output)[: round((seconds + overlap) * rate)]
        if overlap:
            samples = mixing.make_loop(samples, rate, overlap)
        return Output(samples=samples, rate=rate)


def _stage(request: AudioRequest) -> str:
    return "music" if isinstance(request, MusicRequest) else "sound"


def _open_family(source: str) -> MusicGen | SoundPipeline:
    """Load ORG/NAME or a local folder. Raises the errors of `checkpoint_folder`."""
    if _is_pipeline(source):
        return SoundPipeline(pipeline_folder(source))
    folder = checkpoint_folder(source)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model_type = config.get("model_type") if isinstance(config, dict) else None
    if model_type not in CLASSES:
        raise no_audio_model(folder, model_type or "?")
    return MusicGen(folder, model_type)


def _is_pipeline(source: str) -> bool:
    """Return True for a diffusers pipeline, False for a single network."""
    if Path(source).is_dir():
        return (Path(source) / INDEX).is_file()
    cached = cached_folder(source, [INDEX, "config.json"])
    for name in (INDEX, "config.json"):
        if cached is not None and (cached / name).is_file():
            return name == INDEX
    return INDEX in list_files(source)


def _params(request: AudioRequest, seconds: float) -> SoundParams:
    """Convert a request to parameters; mood and instruments of music join the prompt."""
    params = SoundParams(
        request.prompt, seconds, request.seed, request.negative, request.steps, request.guidance
    )
    if not isinstance(request, MusicRequest):
        return params
    names = request.instruments
    instruments = names if isinstance(names, str) else ", ".join(names)
    parts = (request.prompt, request.mood, instruments)
    return replace(
        params,
        prompt=", ".join(part for part in parts if part),
        key=request.key,
        meter=request.meter,
        tempo=request.tempo,
        lyrics=request.lyrics,
    )


def _to_samples(output: "Samples | Tensor") -> Samples:
    """Convert (T,), (1, T) or (2, T) to samples (T,) or (T, 2) in [-1, 1]. Raises EngineError."""
    import numpy as np
    import torch

    samples = torch.as_tensor(output).float().cpu().numpy()
    samples = samples[0] if samples.shape[0] == 1 and samples.ndim == 2 else samples.T
    if not np.isfinite(samples).all():
        raise EngineError(
            "The model's output is not valid audio (NaN or infinity).", "Try another seed."
        )
    peak = max(1.0, float(np.abs(samples).max(initial=0.0)))
    return np.ascontiguousarray(samples / np.float32(peak), np.float32)
