"""Preparation of the judge of scenes: tokenizer and network."""

import dataclasses
import hashlib
from collections.abc import Generator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import torch

from miaobi.core.checks import check_choice
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write
from miaobi.data.image import SceneSource, open_pictures
from miaobi.models import checkpoint
from miaobi.models.judge import SIZES, Judge, JudgeConfig
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.tokenizer import load_tokenizer, train_tokenizer
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.pictures import Scenes
from miaobi.scenes.sprites import STYLES, subjects
from miaobi.train.objective_judge import JudgeObjective
from miaobi.train.prepare_image import check_size
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from miaobi.train.families import Preparation

LOCATIONS = ("scenes:composed",)  # the only data with positions of its subjects
CAPTIONS = 6000  # to train the tokenizer
SMALL = 16  # pixels of a side where only captions are needed


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return the sizes of the model."""
    return tuple(SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    return {"vocab": 2048, "context": 64, "text_layers": 2}


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
    for location in plan.recipe.places:
        check_choice("data", location, LOCATIONS)
    check_size(plan.recipe.data.size, 4 * JudgeConfig().patch)
    if plan.start_from:
        _, network = checkpoint.read_config(plan.start_from)
        check_choice("family", plan.recipe.family, ("judge" if network is Judge else "",))


def prepare(plan: TrainingPlan) -> "Preparation":
    """Open scenes and build the objective; see families.Family."""
    recipe = plan.recipe
    source, report = open_pictures(recipe.places, recipe.data, plan.folder)
    assert isinstance(source, SceneSource)
    yield report
    plan.create_folder()
    tokenizer = yield from _tokenizer(plan, source)
    if plan.start_from:
        network = cast(Judge, checkpoint.load(plan.start_from).float().train())
    else:
        torch.manual_seed(recipe.train.seed)
        network = Judge(_config(recipe, tokenizer.get_vocab_size()))
    objective = JudgeObjective(network, source, tokenizer, recipe.data, recipe.loss, recipe.keep)
    objective.about = {"pictures": {"training": recipe.data.pool, "size": recipe.data.size}}
    digest = hashlib.sha256(f"{recipe.places} {asdict(recipe.data)}".encode())
    for index in range(8):
        digest.update(source.held_out_scenes.scene(index).picture.tobytes())
    objective.fingerprint = digest.hexdigest()
    return report, objective


def _config(recipe: Recipe, vocab: int) -> JudgeConfig:
    widths, blocks, width = SIZES[recipe.size]
    options = model_options(recipe) | recipe.model
    text = TextEncoderConfig(
        vocab, options["context"], width, options["text_layers"], min(64, width)
    )
    return JudgeConfig(
        len(subjects()),
        len(STYLES),
        len(BACKGROUNDS),
        widths=widths,
        blocks=blocks,
        size=(recipe.data.size, recipe.data.size),
        text=text,
    )


def _tokenizer(plan: TrainingPlan, source: SceneSource) -> Generator[Progress, None, "Tokenizer"]:
    path = plan.folder / "tokenizer.json"
    folder = plan.folder if path.is_file() else plan.start_from
    if folder:
        tokenizer = load_tokenizer(folder)
    else:
        small = Scenes(dataclasses.replace(source.training.config, size=SMALL))
        captions = []
        for index in range(CAPTIONS):
            captions.append(small.scene(index).caption)
            if index % 500 == 0:
                yield Progress("reading captions", index, CAPTIONS)
        options = model_options(plan.recipe) | plan.recipe.model
        tokenizer = train_tokenizer(captions, "bpe", int(options["vocab"]))
    if not path.is_file():
        atomic_write(path, tokenizer.to_str().encode())
    return tokenizer
