"""Evaluation of a text-to-video model: clips of held-out prompts, tracked and scored.

    prompts --model--> made; clips of the prompts: real
    made, real --tracking, judge--> metrics

Motion is measured by evaluation/motion.py, the subject is predicted by the judge from three frames
of each clip, and flicker is relative to that of real clips.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.core.events import Progress
from miaobi.evaluation.clip_sampler import ClipEvaluationConfig, make_clip_sampler
from miaobi.evaluation.judge_metrics import JudgeScorer
from miaobi.evaluation.motion import flicker, matches_action
from miaobi.models.judge import presence
from miaobi.models.zoo import Model
from miaobi.scenes.clips import Clip, Clips, ClipsConfig

JUDGED_FRAMES = (0.15, 0.5, 0.85)  # fractions of the length of a clip


@dataclass(frozen=True)
class ClipEvaluation:
    """Metrics of generated clips and of real ones."""

    about: dict[str, Any]  # model, judge, options
    made: dict[str, float]
    real: dict[str, float]
    seconds: float

    @property
    def flicker_ratio(self) -> float:
        """Flicker of generated clips relative to that of real ones."""
        return self.made["flicker"] / max(self.real["flicker"], 1e-9)

    def as_dict(self) -> dict[str, Any]:
        """Return the metrics for JSON."""
        return asdict(self) | {"flicker_ratio": self.flicker_ratio}


def evaluate_t2v(
    model: Model, judge: Path | None = None, config: ClipEvaluationConfig | None = None
) -> Iterator[Progress | ClipEvaluation]:
    """Evaluate a text-to-video model; yields Progress, then the metrics.

    Without a judge there is no metric `subject`. Raises NotFoundError for a missing judge,
    OptionError for a model that makes no clips, and MissingAsset if the drawings are not installed.
    """
    config, started = config or ClipEvaluationConfig(), time.perf_counter()
    sampler = make_clip_sampler(model, config)
    scorer = JudgeScorer(judge, sampler.device) if judge else None
    clips = held_out_clips(config, sampler.size)
    generated: list[Pixels] = []
    while len(generated) < len(clips):
        yield Progress("clips", len(generated), len(clips))
        batch = clips[len(generated) : len(generated) + config.rows]
        seeds = [config.seed + len(generated) + n for n in range(len(batch))]
        generated += sampler.sample([clip.caption for clip in batch], seeds)
    real = [clip.frames for clip in clips]
    about = {"model": model.name, "judge": str(judge or ""), "options": asdict(config)}
    yield ClipEvaluation(
        about,
        clip_metrics(clips, generated, scorer),
        clip_metrics(clips, real, scorer),
        time.perf_counter() - started,
    )


def held_out_clips(config: ClipEvaluationConfig, size: tuple[int, ...]) -> list[Clip]:
    """Return held-out clips in which either the subject, the camera or the light moves."""
    frames, height, _ = size
    drawn = Clips(
        ClipsConfig(
            seed=config.seed, size=height, frames=frames, mixed=0, recolored=0, split="held-out"
        )
    )
    return [drawn.clip(number) for number in range(config.count)]


def clip_metrics(
    clips: list[Clip], generated: list[Pixels], scorer: JudgeScorer | None
) -> dict[str, float]:
    """Compute the metrics of clips (F, H, W, 3) generated for the captions of `clips`.

    motion: fraction with the stated motion. flicker: mean (evaluation/motion.py). subject: fraction
    of single-subject clips whose subject is the likeliest one in most of the judged frames.
    """
    pairs = list(zip(clips, generated, strict=True))
    motions = [matches_action(frames, clip.plan.action) for clip, frames in pairs]
    metrics = {
        "motion": float(np.mean(motions)),
        "flicker": float(np.mean([flicker(frames) for frames in generated])),
    }
    singles = [(clip, frames) for clip, frames in pairs if len(clip.plan.scene.items) == 1]
    if scorer is not None and singles:
        correct = [_has_subject(clip, frames, scorer) for clip, frames in singles]
        metrics["subject"] = float(np.mean(correct))
    return metrics


def _has_subject(clip: Clip, frames: Pixels, scorer: JudgeScorer) -> bool:
    pictures = [frames[round(t * (len(frames) - 1))] for t in JUDGED_FRAMES]
    likeliest = presence(scorer.predict(pictures).evidence).argmax(1)
    target = clip.plan.scene.items[0].subject
    return bool((likeliest == target).sum() * 2 > len(pictures))
