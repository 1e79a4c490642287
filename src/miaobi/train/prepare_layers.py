"""Preparation of the layers of clips: generators of sprites and backgrounds."""

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import torch

from miaobi.core.checks import check_choice
from miaobi.core.paths import atomic_write
from miaobi.data.image import PictureReport
from miaobi.models import checkpoint
from miaobi.models.gan import image_size
from miaobi.models.layers import Layers, preset
from miaobi.scenes import layers as data
from miaobi.train.objective_layers import LayersObjective
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.families import Preparation

LOCATIONS = ("layers:clips",)


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return (): the model has one size."""
    return ()


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    return {"latent": 128}


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
    for location in plan.recipe.places:
        check_choice("data", location, LOCATIONS)
    if plan.start_from:
        _, network = checkpoint.read_config(plan.start_from)
        check_choice("family", plan.recipe.family, ("layers" if network is Layers else "",))


def prepare(plan: TrainingPlan) -> "Preparation":
    """Build the objective; see families.Family. Raises MissingAsset."""
    recipe = plan.recipe
    backgrounds = data.background_variants()
    subjects, styles = data.sprite_classes()
    report = PictureReport(
        pictures=data.sprite_count() + len(backgrounds),
        duplicates=0,
        unreadable=0,
        captions=0,
        classes=len(subjects),
        license=recipe.data.license,
        origins=list(recipe.places),
    )
    yield report
    plan.create_folder()
    names = {
        "subjects": subjects,
        "styles": styles,
        "grounds": [(row.background, row.rendering, row.variant) for row in backgrounds],
    }
    text = json.dumps(names, ensure_ascii=False)
    if plan.start_from:
        network = cast(Layers, checkpoint.load(plan.start_from).float().train())
    else:
        torch.manual_seed(recipe.train.seed)
        sprite_classes = tuple(map(len, data.sprite_classes()))
        background_classes = tuple(map(len, data.background_classes()))
        counts = data.sprite_count(), sprite_classes, len(backgrounds), background_classes
        network = Layers(preset(*counts, **recipe.model))
    objective = LayersObjective(network, recipe.data, recipe.loss, recipe.keep)
    sides = image_size(network.config.drawings), image_size(network.config.grounds)
    objective.about = {
        "layers": {"drawings": data.sprite_count(), "grounds": len(backgrounds), "sides": sides}
    }
    digest = hashlib.sha256(f"{recipe.places} {asdict(recipe.data)} {text}".encode())
    for number in range(8):
        digest.update(data.sprite_canvas(number * 7, sides[0]).tobytes())
    objective.fingerprint = digest.hexdigest()
    # written last: a folder with files but no run.json is not a run
    atomic_write(plan.folder / data.NAMES, text.encode())
    return report, objective
