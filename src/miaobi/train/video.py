"""Clips: how text-to-video networks are made ready to learn.

They learn on the latents of a picture autoencoder, frame by frame, and are text-to-image networks
with an axis of time: one of those is the best beginning (--from), and loses nothing by it. Where a
network of layers takes the place of the autoencoder, they learn where everything is, and no pixels.
"""

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from miaobi.core.checks import check_choice
from miaobi.core.errors import OptionError
from miaobi.data.image import PictureSource
from miaobi.data.latents import Latents, encode_held_out, encode_pictures
from miaobi.data.video import ClipConfig, open_clips
from miaobi.models import checkpoint, dit
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig, grown_to_clips
from miaobi.models.vae import total_factors
from miaobi.models.zoo import MODELS, architecture_of
from miaobi.scenes.layers import LAYERS
from miaobi.scenes.poses import PosedClips
from miaobi.train.clips import ClipMatching
from miaobi.train.image import FOREVER, autoencoder_place, check_side, keep_words, tokenizer_of
from miaobi.train.plan import Plan
from miaobi.train.posing import PoseMatching, posed
from miaobi.train.recipes import Recipe

HELD_OUT = 32  # clips a text-to-video network is tested on
POOL = 5_000  # of clips without end, so many are encoded
FRAME_PATCH = 2  # frames that make a token
RARELY = 0.05  # deviation of poses that differ in few clips: those would be very far out


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return tuple(dit.SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    return {
        "autoencoder": "drawings-vae",
        "vocab": 2048,
        "context": 64,
        "text_layers": 2,
        "frame_patch": FRAME_PATCH,
    }


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    recipe, data = plan.recipe, plan.recipe.data
    assert isinstance(data, ClipConfig)
    patch, across = _options(recipe)["frame_patch"], 1
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        names = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        names[TextToImage] = "t2v"
        check_choice("family", recipe.family, (names[network],))  # a t2i is a beginning too
        patch = config.dit.patch[0] if config.moves else patch
        across = config.dit.patch[-1]
    if data.frames % patch:
        raise OptionError(
            "data.frames is {frames}; this network needs a multiple of {patch}.",
            "Try {near}.",
            frames=data.frames,
            patch=patch,
            near=max(1, data.frames // patch) * patch,
        )
    if layers_place(plan):
        # files do not say what is where
        check_choice("data", recipe.places[0], ("clips:composed",))
        return
    config, _ = checkpoint.read_config(autoencoder_place(plan))
    check_side(data.size, total_factors(config)[0] * across)


def layers_place(plan: Plan) -> Path | None:
    """The folder of the layers of the run, where it has such instead of an autoencoder.

    A folder of layers may be named, or a model of clips that has them.
    """
    name = str(_options(plan.recipe)["autoencoder"])
    shipped = [Path(row.place) for row in MODELS if (row.name, row.kind) == (name, "video")]
    roots = [plan.folder, *([plan.start_from] if plan.start_from else []), *shipped]
    places = [*(root / LAYERS for root in roots), Path(name).expanduser()]
    return next((place for place in places if architecture_of(place) == "layers"), None)


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective. Raises DataError."""
    recipe: Any = plan.recipe
    source, report = open_clips(recipe.places, recipe.data, plan.folder)
    yield report
    if layers := layers_place(plan):
        yield from _posing(plan, source, layers)
        return
    place = autoencoder_place(plan)
    autoencoder: Any = checkpoint.load(place).float()
    name = f"{recipe.places} {asdict(recipe.data)}{source.digest}"
    count = source.count if source.count < FOREVER else POOL
    for event in encode_pictures(source, autoencoder, name, count):
        if isinstance(event, Latents):
            latents = event
        else:
            yield event
    others = encode_held_out(source, autoencoder, HELD_OUT)
    tokenizer = tokenizer_of(plan, latents.captions)
    network = _network(plan, latents, tokenizer.get_vocab_size())
    objective = ClipMatching(
        network, autoencoder, tokenizer, (latents, others), recipe.data, recipe.loss, recipe.keep
    )
    keep_words(tokenizer, place, plan.folder)
    yield _described(objective, source, plan)


def _posing(plan: Plan, source: Any, layers: Path) -> Iterator[Any]:
    recipe: Any = plan.recipe
    count = source.count if source.count < FOREVER else POOL
    for event in posed(PosedClips(source.training), count):
        if isinstance(event, Latents):
            latents = event
        else:
            yield event
    *_, others = posed(PosedClips(source.others), HELD_OUT)
    assert isinstance(others, Latents)
    tokenizer = tokenizer_of(plan, latents.captions)
    network = _network(plan, latents, tokenizer.get_vocab_size(), RARELY)
    decoder = checkpoint.load(layers)
    objective = PoseMatching(
        network, decoder, tokenizer, (latents, others), recipe.data, recipe.loss, recipe.keep
    )
    keep_words(tokenizer, layers, plan.folder, LAYERS)
    yield _described(objective, source, plan)


def _options(recipe: Recipe) -> dict[str, Any]:
    return model_options(recipe) | recipe.model


def _network(plan: Plan, latents: Latents, vocab: int, least: float = 1e-6) -> nn.Module:
    recipe: Any = plan.recipe
    data, options = recipe.data, _options(recipe)
    told = {
        "size": (data.frames, data.size, data.size),
        "fps": data.fps,
        "shift": recipe.loss.shift,
    }
    torch.manual_seed(recipe.train.seed)
    if plan.start_from:
        grown: Any = checkpoint.load(plan.start_from).float()
        if not grown.config.moves:
            grown = grown_to_clips(grown, options["frame_patch"])
        grown.config = dataclasses.replace(grown.config, **told)
        return cast(nn.Module, grown.train())
    _, width = dit.SIZES[recipe.size]
    text = TextEncoderConfig(vocab, options["context"], min(width, 512), options["text_layers"])
    shift, scale = latents.statistics(least)
    channels, patch = latents.values.shape[1], (options["frame_patch"], 1, 1)
    return TextToImage(
        TextToImageConfig(
            text,
            dit.preset(recipe.size, channels, text.width, patch),
            latent_shift=shift,
            latent_scale=scale,
            **told,
        )
    )


def _described(objective: Any, source: PictureSource, plan: Plan) -> Any:
    """The objective with what run.json holds of its data."""
    told: Any = plan.recipe.data
    count = source.count if source.count < FOREVER else 0
    objective.about = {"clips": {"training": count, "size": told.size, "frames": told.frames}}
    digest = hashlib.sha256(f"{plan.recipe.places} {asdict(told)}{source.digest}".encode())
    digest.update(source.held_out(4, 0).pictures.numpy().tobytes())
    objective.fingerprint = digest.hexdigest()
    return objective
