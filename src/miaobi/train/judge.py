"""How the judge of pictures is made ready to learn."""

import dataclasses
import hashlib
from collections.abc import Generator, Iterator
from dataclasses import asdict
from typing import Any

import torch

from miaobi.core.checks import check_choice
from miaobi.core.errors import OptionError
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
from miaobi.train.judging import Judging
from miaobi.train.plan import Plan
from miaobi.train.recipes import Recipe

PLACES = ("scenes:composed",)  # the only data that says what stands where
CAPTIONS = 6000  # that the tokenizer learns from
SMALL = 16  # pixels of a side where only captions are wanted


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return tuple(SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    return {"vocab": 2048, "context": 64, "text_layers": 2}


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    for place in plan.recipe.places:
        check_choice("data", place, PLACES)
    size, unit = plan.recipe.data.size, 4 * JudgeConfig().patch
    if size % unit:
        raise OptionError(
            "data.size is {size}; this network needs a multiple of {factor}.",
            "Try {near}.",
            size=size,
            factor=unit,
            near=max(unit, round(size / unit) * unit),
        )
    if plan.start_from:
        _, network = checkpoint.read_config(plan.start_from)
        check_choice("family", plan.recipe.family, ("judge" if network is Judge else "",))


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective."""
    recipe: Any = plan.recipe
    source, report = open_pictures(recipe.places, recipe.data, plan.folder)
    assert isinstance(source, SceneSource)
    yield report
    tokenizer = yield from _tokenizer(plan, source)
    if plan.start_from:
        network: Any = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        network = Judge(_config(recipe, tokenizer.get_vocab_size()))
    objective = Judging(network, source, tokenizer, recipe.data, recipe.loss, recipe.keep)
    objective.about = {"pictures": {"training": recipe.data.pool, "size": recipe.data.size}}
    digest = hashlib.sha256(f"{recipe.places} {asdict(recipe.data)}".encode())
    for number in range(8):
        digest.update(source.others.scene(number).picture.tobytes())
    objective.fingerprint = digest.hexdigest()
    yield objective


def _config(recipe: Recipe, vocab: int) -> JudgeConfig:
    widths, blocks, width = SIZES[recipe.size]
    options = model_options(recipe) | recipe.model
    text = TextEncoderConfig(
        vocab, options["context"], width, options["text_layers"], min(64, width)
    )
    data: Any = recipe.data
    return JudgeConfig(
        len(subjects()),
        len(STYLES),
        len(BACKGROUNDS),
        widths=widths,
        blocks=blocks,
        size=(data.size, data.size),
        text=text,
    )


def _tokenizer(plan: Plan, source: SceneSource) -> Generator[Progress, None, Any]:
    kept = plan.folder / "tokenizer.json"
    known = plan.folder if kept.is_file() else plan.start_from
    if known:
        tokenizer = load_tokenizer(known)
    else:
        small = Scenes(dataclasses.replace(source.training.config, size=SMALL))
        captions = []
        for number in range(CAPTIONS):
            captions.append(small.scene(number).caption)
            if number % 500 == 0:
                yield Progress("reading captions", number, CAPTIONS)
        options = model_options(plan.recipe) | plan.recipe.model
        tokenizer = train_tokenizer(captions, "bpe", int(options["vocab"]))
    if not kept.is_file():
        atomic_write(kept, tokenizer.to_str().encode())
    return tokenizer
