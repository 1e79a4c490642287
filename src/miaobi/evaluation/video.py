"""Is a text-to-video model good? Held-out prompts, made into clips, followed and judged.

    prompts --model--> made, --their clips--> real
    made, real --tracking, judge--> figures, side by side

Motion is measured (evaluation/motion.py), subjects are told by the judge of pictures from three
frames of each clip, and flicker is told as a ratio to that of real clips.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from miaobi.core.checks import check_range, check_whole
from miaobi.core.events import Progress
from miaobi.data.art import subjects
from miaobi.data.clips import Clip, Clips, ClipsConfig
from miaobi.data.latents import decode_frames
from miaobi.data.tokenizer import caption_ids
from miaobi.data.video import signed_to_frames
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.samplers import euler
from miaobi.diffusion.schedules import flow_times
from miaobi.engines.diffusion import GUIDANCE, STEPS
from miaobi.engines.table import engine_for
from miaobi.engines.video import VideoEngine, no_clips
from miaobi.evaluation.looking import Examiner
from miaobi.evaluation.motion import flicker, shows
from miaobi.models.judge import presence
from miaobi.models.vae import total_factors
from miaobi.models.zoo import Model

LOOKED_AT = (0.15, 0.5, 0.85)  # shares of a clip at which the judge sees a frame


@dataclass(frozen=True)
class ClipEvaluationConfig:
    """What is made and how. Raises OptionError for values out of range."""

    count: int = 200  # held-out prompts
    seed: int = 0
    steps: int = STEPS
    guidance: float = GUIDANCE
    rows: int = 8  # clips made at once

    def __post_init__(self) -> None:
        check_whole("count", self.count, 1, 100_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_whole("steps", self.steps, 1, 1000)
        check_range("guidance", self.guidance, 1, 30)
        check_whole("rows", self.rows, 1, 1024)


@dataclass(frozen=True)
class ClipFigures:
    """What came out: figure -> value, of made clips and of real ones."""

    made: dict[str, float]
    real: dict[str, float]
    seconds: float

    @property
    def flicker_ratio(self) -> float:
        """Flicker of made clips as a multiple of that of real ones."""
        return self.made["flicker"] / max(self.real["flicker"], 1e-9)


def evaluate_t2v(
    model: Model, judge: Path | None = None, config: ClipEvaluationConfig | None = None
) -> Iterator[Progress | ClipFigures]:
    """Yields Progress, and last the figures; without a judge nothing is said of subjects.

    Raises NotFoundError where there is no judge, OptionError for a model that makes no clips, and
    MissingAsset while the drawings are not pulled.
    """
    config, began = config or ClipEvaluationConfig(), time.perf_counter()
    engine = engine_for(model)
    if not isinstance(engine, VideoEngine):
        raise no_clips(model.name)
    examiner = Examiner(judge, engine.painter.device) if judge else None
    clips = held_out_clips(config, engine.config.size)
    made: list[Any] = []
    while len(made) < len(clips):
        some = clips[len(made) : len(made) + config.rows]
        seeds = [config.seed + len(made) + n for n in range(len(some))]
        made += _made(engine, [clip.caption for clip in some], seeds, config)
        yield Progress("clips", len(made), len(clips))
    real = [clip.frames for clip in clips]
    yield ClipFigures(
        figures_of(clips, made, examiner), figures_of(clips, real, examiner),
        time.perf_counter() - began,
    )  # fmt: skip


def held_out_clips(config: ClipEvaluationConfig, size: tuple[int, ...]) -> list[Clip]:
    """Clips never learned from, in which one thing moves: subject, camera or light."""
    frames, height, _ = size
    drawn = Clips(
        ClipsConfig(seed=config.seed, size=height, frames=frames, mixed=0, recolored=0,
                    split="held-out")
    )  # fmt: skip
    return [drawn.clip(number) for number in range(config.count)]


def figures_of(clips: list[Clip], made: list[Any], examiner: Examiner | None) -> dict[str, float]:
    """Figures of clips (F, H, W, 3) that were made for the captions of `clips`.

    motion: what the caption states is seen. flicker: see evaluation/motion.py. subject: the one
    thing asked for is the likeliest of all in most of the frames that are looked at.
    """
    pairs = list(zip(clips, made, strict=True))
    told = {
        "motion": float(np.mean([shows(frames, clip.plan.action) for clip, frames in pairs])),
        "flicker": float(np.mean([flicker(frames) for frames in made])),
    }
    alone = [(clip, frames) for clip, frames in pairs if len(clip.plan.scene.items) == 1]
    if examiner is not None and alone:
        right = [_subject_seen(clip, frames, examiner) for clip, frames in alone]
        told["subject"] = float(np.mean(right))
    return told


def _subject_seen(clip: Clip, frames: Any, examiner: Examiner) -> bool:
    pictures = [frames[round(share * (len(frames) - 1))] for share in LOOKED_AT]
    likely = presence(examiner.see(pictures).evidence).argmax(1)
    wanted = clip.plan.scene.items[0].subject
    assert 0 <= wanted < len(subjects())
    return bool((likely == wanted).sum() * 2 > len(pictures))


def _made(
    engine: VideoEngine, prompts: list[str], seeds: list[int], config: ClipEvaluationConfig
) -> list[Any]:
    """A clip (F, H, W, 3) for each prompt and seed, of the model's own size."""
    painter, network = engine.painter, engine.painter.network
    told = network.config
    f = total_factors(painter.autoencoder.config)[0]
    shape = (told.dit.channels, told.size[0], told.size[1] // f, told.size[2] // f)
    noise = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
    x = torch.stack(noise).to(painter.device)
    ids, mask = caption_ids(painter.tokenizer, prompts, told.text.context)
    with torch.inference_mode():
        denoise = network.denoiser(ids.to(painter.device), mask.to(painter.device))
        times = flow_times(config.steps, told.shift)
        for step in euler(guided(denoise, config.guidance), x, times):
            x = step.x
        return signed_to_frames(decode_frames(painter.autoencoder, network.restored(x)))
