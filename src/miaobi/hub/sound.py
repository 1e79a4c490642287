"""Sound and music by models of the Hub: MusicGen, and the pipelines of diffusers that make sound.

    words --MusicGen--> codes, one after the other --EnCodec--> samples
    words --AudioLDM 2, Stable Audio, ACE-Step--> latents, step by step --decoder--> samples

MusicGen (Copet et al., 2023), AudioLDM 2 (Liu et al., 2023), Stable Audio Open (Evans et al.,
2024), ACE-Step 1.5 (2026). Each runs in a thread, which ends when the reader closes the generator.
"""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from miaobi.core.checks import OTHER, check_able, check_range, steered
from miaobi.core.errors import EngineError, ModelFileError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.music import SHEETS, MusicRequest
from miaobi.core.requests import SoundRequest
from miaobi.core.streaming import stream
from miaobi.hub.files import cached, checkpoint, listing, quiet
from miaobi.hub.loading import failures_told
from miaobi.hub.musicgen import KINDS, MusicGen
from miaobi.hub.pipelines import INDEX, pipeline_folder
from miaobi.hub.sound_pipelines import SoundPipeline
from miaobi.hub.sound_request import Tick, Wish
from miaobi.media import mixing
from miaobi.models.zoo import Model

Asked = SoundRequest | MusicRequest
SECONDS = {"sound": 10.0, "music": 30.0}  # where nothing is said
SEAM = 0.5  # seconds of a loop that are heard twice, at most a quarter of it


class Stopped(Exception):
    """The reader has gone: leave the model at once."""


class HubSoundEngine:
    """A loaded model of any family that makes sound from words."""

    def __init__(self, model: Model) -> None:
        quiet()
        self.name = model.name
        self.family: MusicGen | SoundPipeline = _open(model.place)
        self.lock = threading.Lock()

    def generate(self, request: Asked) -> Iterator[Event]:
        """Progress, then the Output with samples (T,) or (T, 2).

        Raises OptionError for what this model cannot do, and EngineError.
        """
        self._check(request)

        def work(emit: Callable[[Event], bool]) -> None:
            stage = "music" if isinstance(request, MusicRequest) else "sound"

            def tick(done: float, total: float) -> None:
                if emit(Progress(stage, done, total)):
                    raise Stopped

            with self.lock, failures_told():
                emit(self._made(request, tick))

        return stream(work)

    def close(self) -> None:
        """Free the networks."""
        del self.family

    def _check(self, request: Asked) -> None:
        """Refuse what this model cannot do. Raises OptionError."""
        able = self.family.able
        lacking = {name: used and name not in able for name, used in steered(request).items()}
        if isinstance(request, MusicRequest):
            lacking |= {name: bool(getattr(request, name)) for name in ("chords", "melody", "loop")}
            lacking[f"format={request.format}"] = request.format in SHEETS
        check_able(self.name, lacking, OTHER)

    def _made(self, request: Asked, tick: Tick) -> Output:
        kind = "music" if isinstance(request, MusicRequest) else "sound"
        longest = self.family.longest
        seconds = request.seconds or min(SECONDS[kind], self.family.usual, longest)
        seam = min(SEAM, seconds / 4) if request.loop else 0.0
        if longest < seconds + seam:
            check_range("seconds", seconds, 0.1, round(longest - seam, 2))
        rate = self.family.rate
        samples = self.family.make(_wish(request, seconds + seam), tick)
        samples = _sound(samples)[: round((seconds + seam) * rate)]
        if seam:
            samples = mixing.looped(samples, rate, seam)
        return Output(samples=samples, rate=rate)


def _open(place: str) -> MusicGen | SoundPipeline:
    """The model of ORG/NAME or of a local folder. Raises what `checkpoint` raises."""
    if _is_pipeline(place):
        return SoundPipeline(pipeline_folder(place))
    folder = checkpoint(place)
    document = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = document.get("model_type") if isinstance(document, dict) else None
    if kind not in KINDS:
        raise ModelFileError(
            "{folder} makes no sound: it is a {kind}.",
            "Give a MusicGen, AudioLDM 2, Stable Audio or ACE-Step 1.5 as diffusers has it.",
            folder=folder,
            kind=kind or "?",
        )
    return MusicGen(folder, kind)


def _is_pipeline(place: str) -> bool:
    """Whether a repository or folder has an index of parts; else it is one network."""
    if Path(place).is_dir():
        return (Path(place) / INDEX).is_file()
    here = cached(place, [INDEX, "config.json"])
    for name in (INDEX, "config.json"):
        if here is not None and (here / name).is_file():
            return name == INDEX
    return INDEX in listing(place)


def _wish(request: Asked, seconds: float) -> Wish:
    """What a model is told."""
    if not isinstance(request, MusicRequest):
        return Wish(
            request.prompt, seconds, request.seed, request.negative, request.steps, request.guidance
        )
    names = request.instruments
    told = names if isinstance(names, str) else ", ".join(names)
    words = ", ".join(part for part in (request.prompt, request.mood, told) if part)
    return Wish(
        words,
        seconds,
        request.seed,
        request.negative,
        request.steps,
        request.guidance,
        request.key,
        request.meter,
        request.tempo,
        request.lyrics,
    )


def _sound(wave: Any) -> Any:
    """A wave (T,), (1, T) or (2, T) as samples (T,) or (T, 2) in [-1, 1]. Raises EngineError."""
    import numpy as np
    import torch

    samples = torch.as_tensor(wave).float().cpu().numpy()
    samples = samples[0] if samples.shape[0] == 1 and samples.ndim == 2 else samples.T
    if not np.isfinite(samples).all():
        raise EngineError("The model made numbers that are no sound.", "Try another seed.")
    peak = max(1.0, float(np.abs(samples).max(initial=0.0)))
    return np.ascontiguousarray(samples / np.float32(peak), np.float32)
