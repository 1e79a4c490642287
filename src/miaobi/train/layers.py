"""The layers of clips: how a network that knows drawings and grounds by heart is made ready."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import torch

from miaobi.core.checks import check_choice
from miaobi.core.paths import atomic_write
from miaobi.data.image import PictureReport
from miaobi.models import checkpoint
from miaobi.models.gan import side_of
from miaobi.models.layers import Layers, preset
from miaobi.scenes import layers as data
from miaobi.train.layering import Layering
from miaobi.train.plan import Plan
from miaobi.train.recipes import Recipe

PLACES = ("layers:clips",)


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return ()


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    return {"latent": 128}


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    for place in plan.recipe.places:
        check_choice("data", place, PLACES)
    if plan.start_from:
        _, network = checkpoint.read_config(plan.start_from)
        check_choice("family", plan.recipe.family, ("layers" if network is Layers else "",))


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, and last the objective. Raises MissingAsset."""
    recipe: Any = plan.recipe
    drawn, painted = data.drawings(), len(data.grounds())
    yield PictureReport(
        pictures=drawn + painted,
        duplicates=0,
        unreadable=0,
        captions=0,
        classes=len(data.drawing_classes()[0]),
        license=recipe.data.license,
        origins=list(recipe.places),
    )
    names = {
        "subjects": data.drawing_classes()[0],
        "styles": data.drawing_classes()[1],
        "grounds": [(ground.place, ground.manner, ground.look) for ground in data.grounds()],
    }
    text = json.dumps(names, ensure_ascii=False)
    if plan.start_from:
        network: Any = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        counts = [
            tuple(map(len, classes())) for classes in (data.drawing_classes, data.ground_classes)
        ]
        network = Layers(preset(drawn, counts[0], painted, counts[1], **recipe.model))
    objective: Any = Layering(network, recipe.data, recipe.loss, recipe.keep)
    sides = side_of(network.config.drawings), side_of(network.config.grounds)
    objective.about = {"layers": {"drawings": drawn, "grounds": painted, "sides": sides}}
    digest = hashlib.sha256(f"{recipe.places} {asdict(recipe.data)} {text}".encode())
    for number in range(8):
        digest.update(data.canvas(number * 7, sides[0]).tobytes())
    objective.fingerprint = digest.hexdigest()
    # last: a folder that holds anything but no run is not ours
    atomic_write(plan.folder / data.NAMES, text.encode())
    yield objective
