"""Is a text-to-image model good? Held-out prompts, painted, and looked at by a judge.

    prompts --model--> made, --their scenes--> real, --autoencoder--> decoded
    made, real, decoded --judge--> figures, side by side

Every figure is told of real held-out scenes too: that is the most this judge grants. "decoded" are
real scenes after the model's autoencoder: the most that its latents can show; a model without one
of ours has none.
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

from miaobi.core.events import Progress
from miaobi.data.image import SCENES, PictureConfig, SceneSource
from miaobi.evaluation.contact_sheet import contact_sheet
from miaobi.evaluation.distances import diversity, frechet, nearest
from miaobi.evaluation.looking import Examiner, figures_of
from miaobi.evaluation.painting import EvaluationConfig, Paints, painter_of
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import WEIGHTS, Model
from miaobi.scenes.pictures import Scene, Scenes, ScenesConfig

# name -> how its scenes are drawn; of two things only those with a relation are taken
GROUPS: dict[str, dict[str, Any]] = {
    "one thing, English": {"singles": 1, "chinese": 0},
    "one thing, Chinese": {"singles": 1, "chinese": 1},
    "two things, English": {"singles": 0, "subjects": 2, "chinese": 0},
    "two things, Chinese": {"singles": 0, "subjects": 2, "chinese": 1},
}
JUDGE = WEIGHTS / "scenes-judge"  # the judge that comes with the package
PLANS, AGAIN = 8, 8  # prompts that are painted more than once, and how often
ANEW = "the same prompts again"  # the stage of that
SHOWN, COLUMNS = 16, 8  # prompts of a sheet, pictures of a row
CLOSE = 0.05  # a picture nearer to training than this share of held-out ones are is called close


@dataclass
class Evaluation:
    """What came out."""

    about: dict[str, Any]  # model, judge, options, seconds
    groups: dict[str, dict[str, dict[str, float]]]  # of GROUPS -> made, decoded, real -> figure
    counted: dict[str, dict[str, int]]  # of GROUPS -> figure -> how many it could be told of
    sets: dict[str, dict[str, float]]  # frechet, diversity, nearest -> made, real …
    sheets: dict[str, bytes] = field(default_factory=dict)  # name -> PNG
    prompts: dict[str, list[str]] = field(default_factory=dict)  # name -> captions of the sheet

    def document(self) -> dict[str, Any]:
        """The figures, as JSON has them."""
        return {**self.about, "groups": self.groups, "counted": self.counted, "sets": self.sets}


def evaluate_t2i(
    model: Model, judge: Path, config: EvaluationConfig | None = None
) -> Iterator[Progress | Evaluation]:
    """Yields Progress, and last the Evaluation.

    Raises NotFoundError where there is no judge, OptionError for a model of another kind, and
    MissingAsset while the drawings are not pulled.
    """
    config, began = config or EvaluationConfig(), time.perf_counter()
    painter = painter_of(model, config)
    examiner = Examiner(judge, painter.device)
    about: dict[str, Any] = {"model": model.name, "judge": str(judge), "options": asdict(config)}
    told = Evaluation(about, {}, {}, {})
    features: dict[str, list[Tensor]] = {}
    for name in GROUPS:
        scenes = _scenes(name, painter.size[0], config)
        prompts = [scene.caption for scene in scenes]
        made = yield from painter.paint(name, prompts, _seeds(config, len(prompts)))
        real = [scene.picture for scene in scenes]
        decoded = painter.decoded(real)
        pictures = {"made": made} | ({"decoded": decoded} if decoded else {}) | {"real": real}
        captions = examiner.read(prompts)
        told.groups[name] = {}
        for kind, some in pictures.items():
            seen = examiner.see(some)
            features.setdefault(kind, []).append(seen.features)
            figures, counts = figures_of(scenes, seen, captions)
            told.groups[name][kind], told.counted[name] = figures, counts
        _show(told, name, prompts, made, real)
    sets = {kind: torch.cat(parts) for kind, parts in features.items()}
    yield from _compared(told, sets, examiner, painter, model)
    about["seconds"] = time.perf_counter() - began
    yield told


def _seeds(config: EvaluationConfig, count: int) -> list[int]:
    return list(range(config.seed, config.seed + count))


def _scenes(name: str, size: int, config: EvaluationConfig, other: int = 0) -> list[Scene]:
    """The first `count` held-out scenes of a group; with `other` of another seed."""
    seed = config.seed * 100 + list(GROUPS).index(name) * 10 + other  # no scene in two groups
    drawn = Scenes(
        ScenesConfig(seed=seed, size=size, recolored=0, split="held-out", **GROUPS[name])
    )
    found: list[Scene] = []
    number = 0
    while len(found) < config.count:
        plan = drawn.plan(number)
        if plan.relation or drawn.config.singles:
            found.append(drawn.scene(number))
        number += 1
    return found


def _compared(
    told: Evaluation, sets: dict[str, Tensor], examiner: Examiner, painter: Paints, model: Model
) -> Iterator[Progress]:
    """The figures that sets of pictures have, not single ones."""
    config, size = painter.config, painter.size[0]
    others = []
    for done, name in enumerate(GROUPS):
        yield Progress("comparing with other scenes", done, len(GROUPS))
        others += [scene.picture for scene in _scenes(name, size, config, other=1)]
    apart = examiner.see(others).features
    told.sets["frechet"] = {kind: frechet(x, apart) for kind, x in sets.items()}

    name = next(iter(GROUPS))
    scenes = _scenes(name, size, replace(config, count=PLANS), other=2)
    prompts = [scene.caption for scene in scenes for _ in range(AGAIN)]
    made = yield from painter.paint(ANEW, prompts, _seeds(config, len(prompts)))
    drawn = Scenes(ScenesConfig(seed=config.seed, size=size))
    real = [drawn.again(scene.plan, number) for scene in scenes for number in range(AGAIN)]
    varied = {}
    for kind, pictures in (("made", made), ("real", real)):
        x = examiner.see(pictures).features.view(PLANS, AGAIN, -1)
        varied[kind] = float(np.mean([diversity(some) for some in x]))
    told.sets["diversity"] = varied | {"different prompts": diversity(sets["real"])}
    told.sheets["again"] = contact_sheet(made, ["" for _ in made], AGAIN)
    told.prompts["again"] = [scene.caption for scene in scenes]
    yield from _copying(told, sets, examiner, Path(model.place), config, size)


def _copying(
    told: Evaluation,
    sets: dict[str, Tensor],
    examiner: Examiner,
    folder: Path,
    config: EvaluationConfig,
    size: int,
) -> Iterator[Progress]:
    """How near the nearest training scenes are: to what was made, and to held-out scenes."""
    known: list[Tensor] = []
    drawn = training_scenes(folder, size, config)
    for done in range(0, config.neighbors, 64):
        yield Progress("looking for copies", done, config.neighbors)
        some = [next(drawn) for _ in range(min(64, config.neighbors - done))]
        known.append(examiner.see(some).features)
    near = {kind: nearest(x, torch.cat(known))[0] for kind, x in sets.items()}
    close = near["real"].quantile(CLOSE)
    told.sets["nearest"] = {kind: x.median().item() for kind, x in near.items()}
    told.sets["close to training"] = {
        kind: (x < close).double().mean().item() for kind, x in near.items()
    }


def training_scenes(folder: Path, size: int, config: EvaluationConfig) -> Iterator[Any]:
    """Pictures the model of a folder learned from, drawn again as its run.json tells; else any."""
    try:
        recipe = json.loads((folder / "run.json").read_text(encoding="utf-8"))["recipe"]
        scenes = next(p for p in recipe["places"] if p.startswith(SCENES))
        source = SceneSource(scenes.removeprefix(SCENES), PictureConfig(**recipe["data"]))
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        source = SceneSource("composed", PictureConfig(size=size))
    draw = np.random.default_rng(config.seed)
    while True:
        yield tensor_to_images(source.pictures([int(draw.integers(source.count))]).pictures)[0]


def _show(
    told: Evaluation, name: str, prompts: list[str], made: list[Any], real: list[Any]
) -> None:
    """A sheet of what was made, a row of the real scenes below each row."""
    pictures: list[Any] = []
    captions: list[str] = []
    for first in range(0, min(SHOWN, len(prompts)), COLUMNS):
        rows = slice(first, min(first + COLUMNS, SHOWN, len(prompts)))
        wide = rows.stop - rows.start
        blank = [np.full_like(real[0], 255)] * (COLUMNS - wide)
        pictures += [*made[rows], *blank, *real[rows], *blank]
        captions += [*prompts[rows], *[""] * len(blank), *["real"] * wide, *[""] * len(blank)]
    told.sheets[name] = contact_sheet(pictures, captions, COLUMNS)
    told.prompts[name] = prompts[:SHOWN]
