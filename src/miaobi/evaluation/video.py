"""Is a text-to-video model good? Held-out prompts, made into clips, followed and judged.

    prompts --model--> made, --their clips--> real
    made, real --tracking, judge--> figures, side by side

Motion is measured (evaluation/motion.py), subjects are told by the judge of pictures from three
frames of each clip, and flicker is told as a ratio to that of real clips.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from miaobi.core.events import Progress
from miaobi.evaluation.filming import ClipEvaluationConfig, filmer_of
from miaobi.evaluation.looking import Examiner
from miaobi.evaluation.motion import flicker, shows
from miaobi.models.judge import presence
from miaobi.models.zoo import Model
from miaobi.scenes.clips import Clip, Clips, ClipsConfig

LOOKED_AT = (0.15, 0.5, 0.85)  # shares of a clip at which the judge sees a frame


@dataclass(frozen=True)
class ClipFigures:
    """What came out: figure -> value, of made clips and of real ones."""

    about: dict[str, Any]  # model, judge, options
    made: dict[str, float]
    real: dict[str, float]
    seconds: float

    @property
    def flicker_ratio(self) -> float:
        """Flicker of made clips as a multiple of that of real ones."""
        return self.made["flicker"] / max(self.real["flicker"], 1e-9)

    def document(self) -> dict[str, Any]:
        """The figures, as JSON has them."""
        return asdict(self) | {"flicker_ratio": self.flicker_ratio}


def evaluate_t2v(
    model: Model, judge: Path | None = None, config: ClipEvaluationConfig | None = None
) -> Iterator[Progress | ClipFigures]:
    """Yields Progress, and last the figures; without a judge nothing is said of subjects.

    Raises NotFoundError where there is no judge, OptionError for a model that makes no clips, and
    MissingAsset while the drawings are not pulled.
    """
    config, began = config or ClipEvaluationConfig(), time.perf_counter()
    filmer = filmer_of(model, config)
    examiner = Examiner(judge, filmer.device) if judge else None
    clips = held_out_clips(config, filmer.size)
    made: list[Any] = []
    while len(made) < len(clips):
        yield Progress("clips", len(made), len(clips))
        some = clips[len(made) : len(made) + config.rows]
        seeds = [config.seed + len(made) + n for n in range(len(some))]
        made += filmer.film([clip.caption for clip in some], seeds)
    real = [clip.frames for clip in clips]
    about = {"model": model.name, "judge": str(judge or ""), "options": asdict(config)}
    yield ClipFigures(
        about,
        figures_of(clips, made, examiner),
        figures_of(clips, real, examiner),
        time.perf_counter() - began,
    )


def held_out_clips(config: ClipEvaluationConfig, size: tuple[int, ...]) -> list[Clip]:
    """Clips never learned from, in which one thing moves: subject, camera or light."""
    frames, height, _ = size
    drawn = Clips(
        ClipsConfig(
            seed=config.seed, size=height, frames=frames, mixed=0, recolored=0, split="held-out"
        )
    )
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
    return bool((likely == wanted).sum() * 2 > len(pictures))
