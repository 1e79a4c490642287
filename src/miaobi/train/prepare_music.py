"""Preparation of a Transformer over the events of scores: pieces and network."""

import dataclasses
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from miaobi.core.checks import check_choice, check_range
from miaobi.data.score_corpus import SCORES, read_pieces
from miaobi.data.scores import ScoreData, report_pieces
from miaobi.models import checkpoint, gpt
from miaobi.music.tokens import VOCAB_SIZE
from miaobi.train.objective_language import MusicObjective
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.families import Preparation

LOCATION = "corpus:scores"
MIN_CONTEXT = 2048  # tokens


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return the sizes of the model."""
    return tuple(gpt.SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    options = asdict(gpt.GPTConfig())
    del options["vocab"]  # that of music/tokens.py
    return options


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
    recipe = plan.recipe
    for location in recipe.places:
        check_choice("data", location, (LOCATION,))
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        check_choice("family", "music", ("music" if network is gpt.GPT else network.__name__,))
        check_choice("vocab", str(config.vocab), (str(VOCAB_SIZE),))
    else:
        config = _config(recipe)
    check_range("data.length", recipe.data.length, 64, config.context)


def prepare(plan: TrainingPlan) -> "Preparation":
    """Read pieces and build the objective; see families.Family. Raises DataError, MissingAsset."""
    recipe, pieces = plan.recipe, (yield from read_pieces())
    report = report_pieces(pieces, recipe.data.license, SCORES)
    yield report
    plan.create_folder()
    if plan.start_from:
        network: nn.Module = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        network = gpt.GPT(_config(recipe))
    data = ScoreData.from_pieces(pieces, recipe.data)
    return report, MusicObjective(network, data, recipe.data, recipe.keep)


def _config(recipe: Recipe) -> gpt.GPTConfig:
    config = gpt.preset(VOCAB_SIZE, recipe.size, max(MIN_CONTEXT, recipe.data.length))
    return dataclasses.replace(config, **recipe.model)
