"""Evaluation of a text-to-image model: pictures of held-out prompts, scored by the judge.

    prompts --model--> made; scenes of the prompts: real; real --autoencoder--> decoded
    made, decoded, real --judge--> metrics

The metrics of real held-out scenes are the upper bound of this judge, and those of "decoded", real
scenes encoded and decoded by the model's autoencoder, the upper bound of its latents.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.events import Progress
from miaobi.data.image import SCENES, PictureConfig, SceneSource
from miaobi.evaluation.contact_sheet import contact_sheet
from miaobi.evaluation.distances import diversity, frechet, nearest
from miaobi.evaluation.image_sampler import EvaluationConfig, ImageSampler, make_image_sampler
from miaobi.evaluation.judge_metrics import JudgeScorer, image_metrics
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import WEIGHTS, Model
from miaobi.scenes.pictures import Scene, Scenes, ScenesConfig

# group -> settings of its scenes; those of two things have a relation
GROUPS: dict[str, dict[str, Any]] = {
    "one thing, English": {"singles": 1, "chinese": 0},
    "one thing, Chinese": {"singles": 1, "chinese": 1},
    "two things, English": {"singles": 0, "subjects": 2, "chinese": 0},
    "two things, Chinese": {"singles": 0, "subjects": 2, "chinese": 1},
}
JUDGE = WEIGHTS / "scenes-judge"  # the built-in judge
REPEATED_PROMPTS, REPEATS = 8, 8  # prompts for diversity, pictures of each
REPEATED_STAGE = "repeated prompts"  # progress stage of those
SHEET_PROMPTS, SHEET_COLUMNS = 16, 8
CLOSE_QUANTILE = 0.05  # "close" is nearer to training than this fraction of held-out scenes
BATCH = 64  # training scenes per batch of the judge


@dataclass
class Evaluation:
    """Metrics and contact sheets of a text-to-image model."""

    about: dict[str, Any]  # model, judge, options, seconds
    groups: dict[str, dict[str, dict[str, float]]]  # of GROUPS -> made, decoded, real -> metric
    counted: dict[str, dict[str, int]]  # of GROUPS -> metric -> sample count
    sets: dict[str, dict[str, float]]  # frechet, diversity, nearest -> made, real …
    sheets: dict[str, bytes] = field(default_factory=dict)  # name -> PNG
    prompts: dict[str, list[str]] = field(default_factory=dict)  # name -> captions of the sheet

    def as_dict(self) -> dict[str, Any]:
        """Return the metrics for figures.json."""
        return {**self.about, "groups": self.groups, "counted": self.counted, "sets": self.sets}


def evaluate_t2i(
    model: Model, judge: Path, config: EvaluationConfig | None = None
) -> Iterator[Progress | Evaluation]:
    """Evaluate a text-to-image model; yields Progress, then the Evaluation.

    Raises NotFoundError for a missing judge, OptionError for a model without prompts, and
    MissingAsset if the drawings are not installed.
    """
    config, started = config or EvaluationConfig(), time.perf_counter()
    sampler = make_image_sampler(model, config)
    scorer = JudgeScorer(judge, sampler.device)
    about: dict[str, Any] = {"model": model.name, "judge": str(judge), "options": asdict(config)}
    evaluation = Evaluation(about, {}, {}, {})
    features: dict[str, list[Tensor]] = {}
    for name in GROUPS:
        scenes = _scenes(name, sampler.size[0], config)
        prompts = [scene.caption for scene in scenes]
        generated = yield from sampler.sample(name, prompts, _seeds(config, len(prompts)))
        real = [scene.picture for scene in scenes]
        decoded = sampler.reconstruct(real)
        pictures = {"made": generated} | ({"decoded": decoded} if decoded else {}) | {"real": real}
        captions = scorer.encode_captions(prompts)
        evaluation.groups[name] = {}
        for kind, images in pictures.items():
            predictions = scorer.predict(images)
            features.setdefault(kind, []).append(predictions.features)
            metrics, counts = image_metrics(scenes, predictions, captions)
            evaluation.groups[name][kind], evaluation.counted[name] = metrics, counts
        _add_sheet(evaluation, name, prompts, generated, real)
    sets = {kind: torch.cat(parts) for kind, parts in features.items()}
    yield from _compare_sets(evaluation, sets, scorer, sampler, model)
    about["seconds"] = time.perf_counter() - started
    yield evaluation


def _seeds(config: EvaluationConfig, count: int) -> list[int]:
    return list(range(config.seed, config.seed + count))


def _scenes(name: str, size: int, config: EvaluationConfig, variant: int = 0) -> list[Scene]:
    """Return the first `count` held-out scenes of a group; each `variant` has another seed."""
    seed = config.seed * 100 + list(GROUPS).index(name) * 10 + variant  # groups share no scene
    drawn = Scenes(
        ScenesConfig(seed=seed, size=size, recolored=0, split="held-out", **GROUPS[name])
    )
    scenes: list[Scene] = []
    number = 0
    while len(scenes) < config.count:
        plan = drawn.plan(number)
        if plan.relation or drawn.config.singles:
            scenes.append(drawn.scene(number))
        number += 1
    return scenes


def _compare_sets(
    evaluation: Evaluation,
    sets: dict[str, Tensor],
    scorer: JudgeScorer,
    sampler: ImageSampler,
    model: Model,
) -> Iterator[Progress]:
    """Compute Fréchet distance, diversity and copying, from features (N, D) of whole sets."""
    config, size = sampler.config, sampler.size[0]
    others = []
    for done, name in enumerate(GROUPS):
        yield Progress("comparing with other scenes", done, len(GROUPS))
        others += [scene.picture for scene in _scenes(name, size, config, variant=1)]
    reference = scorer.predict(others).features
    evaluation.sets["frechet"] = {kind: frechet(x, reference) for kind, x in sets.items()}

    name = next(iter(GROUPS))
    scenes = _scenes(name, size, replace(config, count=REPEATED_PROMPTS), variant=2)
    prompts = [scene.caption for scene in scenes for _ in range(REPEATS)]
    generated = yield from sampler.sample(REPEATED_STAGE, prompts, _seeds(config, len(prompts)))
    drawn = Scenes(ScenesConfig(seed=config.seed, size=size))
    real = [drawn.variant(scene.plan, number) for scene in scenes for number in range(REPEATS)]
    per_prompt = {}
    for kind, pictures in (("made", generated), ("real", real)):
        x = scorer.predict(pictures).features.view(REPEATED_PROMPTS, REPEATS, -1)
        per_prompt[kind] = float(np.mean([diversity(features) for features in x]))
    evaluation.sets["diversity"] = per_prompt | {"different prompts": diversity(sets["real"])}
    evaluation.sheets["again"] = contact_sheet(generated, ["" for _ in generated], REPEATS)
    evaluation.prompts["again"] = [scene.caption for scene in scenes]
    yield from _measure_copying(evaluation, sets, scorer, Path(model.place), config, size)


def _measure_copying(
    evaluation: Evaluation,
    sets: dict[str, Tensor],
    scorer: JudgeScorer,
    folder: Path,
    config: EvaluationConfig,
    size: int,
) -> Iterator[Progress]:
    """Compute distances of generated and held-out pictures to their nearest training scenes."""
    training: list[Tensor] = []
    drawn = training_scenes(folder, size, config)
    for done in range(0, config.neighbors, BATCH):
        yield Progress("searching for copies", done, config.neighbors)
        batch = [next(drawn) for _ in range(min(BATCH, config.neighbors - done))]
        training.append(scorer.predict(batch).features)
    distances = {kind: nearest(x, torch.cat(training))[0] for kind, x in sets.items()}
    threshold = distances["real"].quantile(CLOSE_QUANTILE)
    evaluation.sets["nearest"] = {kind: x.median().item() for kind, x in distances.items()}
    evaluation.sets["close to training"] = {
        kind: (x < threshold).double().mean().item() for kind, x in distances.items()
    }


def training_scenes(folder: Path, size: int, config: EvaluationConfig) -> Iterator[Pixels]:
    """Yield training pictures (H, W, 3) of the recipe in run.json, else of any drawn scenes."""
    try:
        recipe = json.loads((folder / "run.json").read_text(encoding="utf-8"))["recipe"]
        scenes = next(p for p in recipe["places"] if p.startswith(SCENES))
        source = SceneSource(scenes.removeprefix(SCENES), PictureConfig(**recipe["data"]))
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        source = SceneSource("composed", PictureConfig(size=size))
    rng = np.random.default_rng(config.seed)
    while True:
        yield tensor_to_images(source.pictures([int(rng.integers(source.count))]).pictures)[0]


def _add_sheet(
    evaluation: Evaluation,
    name: str,
    prompts: list[str],
    generated: list[Pixels],
    real: list[Pixels],
) -> None:
    """Add a contact sheet with a row of real scenes below each row of generated pictures."""
    pictures: list[Pixels] = []
    captions: list[str] = []
    count = min(SHEET_PROMPTS, len(prompts))
    for first in range(0, count, SHEET_COLUMNS):
        row = slice(first, min(first + SHEET_COLUMNS, count))
        width = row.stop - row.start
        blank = [np.full_like(real[0], 255)] * (SHEET_COLUMNS - width)
        pictures += [*generated[row], *blank, *real[row], *blank]
        captions += [*prompts[row], *[""] * len(blank), *["real"] * width, *[""] * len(blank)]
    evaluation.sheets[name] = contact_sheet(pictures, captions, SHEET_COLUMNS)
    evaluation.prompts[name] = prompts[:SHEET_PROMPTS]
