"""Pictures: how VAE and text-to-image networks are made ready to learn."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import DataError, OptionError
from miaobi.core.paths import atomic_write
from miaobi.data.image import PictureConfig, PictureSource, SceneSource, open_pictures
from miaobi.data.latents import Latents, encode_held_out, encode_pictures
from miaobi.data.prefetch import DrawnAhead, workers
from miaobi.models import checkpoint, dit
from miaobi.models.gan import Discriminator, GANConfig, Generator, side_of
from miaobi.models.gan import preset as gan_preset
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.tokenizer import load_tokenizer, train_tokenizer
from miaobi.models.vae import VAE, VAEConfig, total_factors
from miaobi.models.zoo import architecture_of, find_model
from miaobi.scenes.labels import CLASSES, read_classes
from miaobi.scenes.layers import NAMES
from miaobi.train.adversarial import Adversarial
from miaobi.train.pictures import Autoencoding, FlowMatching
from miaobi.train.plan import Plan
from miaobi.train.recipes import VAE_SIZES, Recipe

HELD_OUT = 128  # pictures a text-to-image network is tested on
CAPTIONS = 20_000  # that the tokenizer learns from, at most
FOREVER = 2**40  # more pictures than this: they are drawn as they are needed
POOL = 20_000  # of those, so many are encoded
AUTOENCODER = "vae"  # the folder inside a text-to-image folder


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """The sizes there are."""
    return {"vae": tuple(VAE_SIZES), "t2i": tuple(dit.SIZES)}.get(recipe.family, ())


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Every model.KEY that may be given, with its default."""
    if recipe.family == "gan":
        return {"latent": GANConfig().latent}
    if recipe.family == "vae":
        told = asdict(VAEConfig())
        return {key: told[key] for key in ("bottleneck", "latent", "patch")} | {"labels": False}
    options = {"autoencoder": "drawings-vae", "vocab": 2048, "context": 64, "text_layers": 2}
    return options | {"patch": 1}  # places of a side that make a token: 2 costs a fourth


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    recipe, data = plan.recipe, plan.recipe.data
    assert isinstance(data, PictureConfig)
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        names = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        names[TextToImage] = "t2v" if getattr(config, "moves", False) else "t2i"
        check_choice("family", recipe.family, (names[network],))
        if recipe.family == "gan":
            check_choice("data.size", data.size, (side_of(config),))
    elif recipe.family == "gan":
        gan_preset(data.size)
    elif recipe.family == "vae":
        config = _vae_config(recipe, ())
    if recipe.family == "t2i":
        config, _ = checkpoint.read_config(autoencoder_place(plan))
    if recipe.family != "gan":
        check_side(data.size, total_factors(config)[0] * _patch(plan))
    if recipe.family == "vae" and config.bottleneck == "vector":
        check_choice("data.size", data.size, (config.size[0],))


def _patch(plan: Plan) -> int:
    """Latents of a side that one token of a text-to-image network has; 1 for others."""
    if plan.recipe.family != "t2i":
        return 1
    if plan.start_from:
        config, _ = checkpoint.read_config(plan.start_from)
        return int(config.dit.patch[0])
    return int((model_options(plan.recipe) | plan.recipe.model)["patch"])


def check_side(size: int, factor: int) -> None:
    """Refuse a size of pictures that a network cannot shrink. Raises OptionError."""
    check_range("data.size", size, factor, 1024)
    if size % factor:
        near = max(factor, round(size / factor) * factor)
        raise OptionError(
            "data.size is {size}; this network needs a multiple of {factor}.",
            "Try {near}.",
            size=size,
            factor=factor,
            near=near,
        )


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective. Raises DataError.

    Nothing is written before all that takes long is done: a folder without run.json is not ours.
    """
    source, report = open_pictures(plan.recipe.places, plan.recipe.data, plan.folder)
    yield report
    if isinstance(source, SceneSource) and (processes := workers()):
        source = DrawnAhead(source, processes)
    if plan.recipe.family == "vae":
        yield _autoencoding(plan, source)
    elif plan.recipe.family == "gan":
        yield _adversarial(plan, source)
    else:
        yield from _flow_matching(plan, source)


def _adversarial(plan: Plan, source: PictureSource) -> Adversarial:
    recipe: Any = plan.recipe
    torch.manual_seed(recipe.train.seed)
    classes = tuple(len(names) for names in source.classes)
    config = dataclasses.replace(gan_preset(recipe.data.size, classes), **recipe.model)
    make: Any = Generator(config)
    if plan.start_from:
        make = checkpoint.load(plan.start_from).float().train()
    _keep_classes(make.config.conditions, source, plan)
    networks = make, Discriminator(make.config)
    told = Adversarial(networks, source, recipe.data, recipe.loss, recipe.keep)
    return _described(told, source, plan)


def _autoencoding(plan: Plan, source: PictureSource) -> Autoencoding:
    recipe = plan.recipe
    if plan.start_from:
        network: Any = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        classes = tuple(len(names) for names in source.classes)
        network = VAE(_vae_config(recipe, classes))
    _keep_classes(network.config.conditions, source, plan)
    told: Any = recipe
    objective = Autoencoding(network, source, told.data, told.loss, recipe.keep)
    return _described(objective, source, plan)


def _keep_classes(conditions: tuple[int, ...], source: PictureSource, plan: Plan) -> None:
    """Write the names of the classes, where the network is told them. Raises DataError."""
    if not conditions:
        return
    names = [list(column) for column in source.classes]
    if plan.start_from and read_classes(plan.start_from) != names:
        raise DataError(
            "The data has other classes than {folder} knows.",
            "Give it the same folders of pictures, or train from nothing.",
            folder=plan.start_from,
        )
    text = json.dumps(names, ensure_ascii=False)
    atomic_write(plan.folder / CLASSES, text.encode())


def _vae_config(recipe: Recipe, classes: tuple[int, ...]) -> VAEConfig:
    widths, blocks = VAE_SIZES[recipe.size]
    told = dict(recipe.model)
    labels = told.pop("labels", False)
    data: Any = recipe.data
    return dataclasses.replace(
        VAEConfig(
            widths=widths,
            decoder_blocks=blocks,
            size=(data.size, data.size),
            conditions=classes if labels else (),
        ),
        **told,
    )


def _flow_matching(plan: Plan, source: PictureSource) -> Iterator[Any]:
    recipe: Any = plan.recipe
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
    network = _text_to_image(plan, latents, tokenizer.get_vocab_size())
    objective = FlowMatching(
        network, autoencoder, tokenizer, (latents, others), recipe.data, recipe.loss, recipe.keep
    )
    keep_words(tokenizer, place, plan.folder)
    yield _described(objective, source, plan)


def autoencoder_place(plan: Plan) -> Path:
    """The folder of the VAE of the run. Raises OptionError for what is no autoencoder."""
    kept = plan.folder / AUTOENCODER
    if (kept / "model.safetensors").is_file():
        return kept
    place = plan.start_from / AUTOENCODER if plan.start_from else None
    if place is None:
        name = str((model_options(plan.recipe) | plan.recipe.model)["autoencoder"])
        place = Path(name).expanduser()
        if not place.is_dir():
            place = Path(find_model(name, "autoencoder").place)
    if architecture_of(place) == "vae":
        config, _ = checkpoint.read_config(place)
        if config.bottleneck == "grid" and config.dims == 2:
            return place
    raise OptionError("{name} is no autoencoder.", "Train one first: miaobi train vae", name=place)


def keep_words(tokenizer: Any, decoder: Path, folder: Path, name: str = AUTOENCODER) -> None:
    """Write the tokenizer, and what decodes, as `name`: what the network makes is nothing without.

    `decoder` is the folder of an autoencoder, or of layers.
    """
    if not (folder / "tokenizer.json").is_file():
        atomic_write(folder / "tokenizer.json", tokenizer.to_str().encode())
    kept = folder / name
    if decoder == kept:
        return
    kept.mkdir(exist_ok=True)
    for file in ("README.md", "config.json", NAMES, "model.safetensors"):  # the last: it is whole
        if (decoder / file).is_file():
            atomic_write(kept / file, (decoder / file).read_bytes())


def tokenizer_of(plan: Plan, captions: list[str]) -> Any:
    """The tokenizer of the run, of where it starts from, or a new one that learns the captions."""
    kept = plan.folder / "tokenizer.json"
    known = plan.folder if kept.is_file() else plan.start_from
    options = model_options(plan.recipe) | plan.recipe.model
    if known:
        return load_tokenizer(known)
    return train_tokenizer(captions[:CAPTIONS], "bpe", int(options["vocab"]))


def _text_to_image(plan: Plan, latents: Latents, vocab: int) -> nn.Module:
    recipe: Any = plan.recipe
    if plan.start_from:  # at another size, if that is what the pictures have now
        grown: Any = checkpoint.load(plan.start_from).float().train()
        size = recipe.data.size, recipe.data.size
        grown.config = dataclasses.replace(grown.config, size=size, shift=recipe.loss.shift)
        return cast(nn.Module, grown)
    torch.manual_seed(recipe.train.seed)
    options = model_options(recipe) | recipe.model
    _, width = dit.SIZES[recipe.size]
    text = TextEncoderConfig(vocab, options["context"], min(width, 512), options["text_layers"])
    shift, scale = latents.statistics()
    patch = (options["patch"],) * 2
    config = TextToImageConfig(
        text,
        dit.preset(recipe.size, latents.values.shape[1], text.width, patch),
        (recipe.data.size, recipe.data.size),
        shift,
        scale,
        recipe.loss.shift,
    )
    return TextToImage(config)


def _described(objective: Any, source: PictureSource, plan: Plan) -> Any:
    """The objective with what run.json holds of its data."""
    told: Any = plan.recipe.data
    count = source.count if source.count < FOREVER else 0
    objective.about = {"pictures": {"training": count, "size": told.size}}
    digest = hashlib.sha256(f"{plan.recipe.places} {asdict(told)}".encode())
    for number in range(2):
        digest.update(source.held_out(4, number).pictures.numpy().tobytes())
    digest.update(source.digest.encode())
    objective.fingerprint = digest.hexdigest()
    return objective
