"""Pictures: how VAE and text-to-image networks are made ready to learn."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError
from miaobi.core.paths import atomic_write
from miaobi.data.image import PictureConfig, PictureSource, open_pictures
from miaobi.data.latents import Latents, encode_held_out, encode_pictures
from miaobi.data.tokenizer import load_tokenizer, train_tokenizer
from miaobi.models import checkpoint, dit
from miaobi.models.gan import Discriminator, GANConfig, Generator
from miaobi.models.gan import preset as gan_preset
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.vae import VAE, VAEConfig, total_factors
from miaobi.models.zoo import architecture_of, find_model
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
    return {"autoencoder": "drawings-vae", "vocab": 2048, "context": 64, "text_layers": 2}


def check(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built. Raises OptionError."""
    recipe, data = plan.recipe, plan.recipe.data
    assert isinstance(data, PictureConfig)
    if plan.start_from:
        _, network = checkpoint.read_config(plan.start_from)
        names = {"vae": VAE, "t2i": TextToImage, "gan": Generator}
        families = {kind: name for name, kind in names.items()}
        check_choice("family", recipe.family, (families.get(network, network.__name__),))
    if recipe.family == "gan":
        gan_preset(data.size)
    if recipe.family == "vae":
        f = total_factors(_vae_config(recipe, ()))[0]
        check_range("data.size", data.size, f, 1024)
        if data.size % f:
            raise OptionError(
                "data.size is {size}; this network needs a multiple of {factor}.",
                "Try {near}.", size=data.size, factor=f, near=max(f, round(data.size / f) * f),
            )  # fmt: skip


def prepare(plan: Plan) -> Iterator[Any]:
    """Yields the report on the data, Progress, and last the objective. Raises DataError."""
    source, report = open_pictures(plan.recipe.places, plan.recipe.data, plan.folder)
    yield report
    names = json.dumps(source.classes, ensure_ascii=False)
    if plan.recipe.family == "gan" or plan.recipe.model.get("labels"):
        atomic_write(plan.folder / "classes.json", names.encode())
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
    networks = make, Discriminator(make.config)
    told = Adversarial(networks, source, recipe.data, recipe.loss, recipe.keep)
    return _described(told, source, plan)


def _autoencoding(plan: Plan, source: PictureSource) -> Autoencoding:
    recipe = plan.recipe
    if plan.start_from:
        network: nn.Module = checkpoint.load(plan.start_from).float().train()
    else:
        torch.manual_seed(recipe.train.seed)
        classes = tuple(len(names) for names in source.classes)
        network = VAE(_vae_config(recipe, classes))
    told: Any = recipe
    objective = Autoencoding(network, source, told.data, told.loss, recipe.keep)
    return _described(objective, source, plan)


def _vae_config(recipe: Recipe, classes: tuple[int, ...]) -> VAEConfig:
    widths, blocks = VAE_SIZES[recipe.size]
    told = dict(recipe.model)
    labels = told.pop("labels", False)
    data: Any = recipe.data
    return dataclasses.replace(
        VAEConfig(
            widths=widths, decoder_blocks=blocks, size=(data.size, data.size),
            conditions=classes if labels else (),
        ),
        **told,
    )  # fmt: skip


def _flow_matching(plan: Plan, source: PictureSource) -> Iterator[Any]:
    recipe: Any = plan.recipe
    autoencoder = _autoencoder(plan)
    name = f"{recipe.places} {asdict(recipe.data)}"
    count = source.count if source.count < FOREVER else POOL
    for event in encode_pictures(source, autoencoder, name, count):
        if isinstance(event, Latents):
            latents = event
        else:
            yield event
    others = encode_held_out(source, autoencoder, HELD_OUT)
    tokenizer = _tokenizer(plan, latents.captions)
    network = _text_to_image(plan, latents, tokenizer.get_vocab_size())
    objective = FlowMatching(
        network, autoencoder, tokenizer, (latents, others), recipe.data, recipe.loss, recipe.keep
    )
    yield _described(objective, source, plan)


def _autoencoder(plan: Plan) -> nn.Module:
    """The VAE of the run, copied into its folder: what it makes is nothing without it."""
    kept = plan.folder / AUTOENCODER
    if not (kept / "model.safetensors").is_file():
        place = plan.start_from / AUTOENCODER if plan.start_from else _named_autoencoder(plan)
        kept.mkdir(parents=True, exist_ok=True)
        for name in ("model.safetensors", "config.json"):
            shutil.copyfile(place / name, kept / name)
    return checkpoint.load(kept).float()


def _named_autoencoder(plan: Plan) -> Path:
    """A folder, or the name of a model. Raises OptionError for what is no autoencoder."""
    name = str((model_options(plan.recipe) | plan.recipe.model)["autoencoder"])
    place = Path(name).expanduser()
    if not place.is_dir():
        place = Path(find_model(name, "autoencoder").place)
    if architecture_of(place) != "vae":
        raise OptionError(
            "{name} is no autoencoder.", "Train one first: miaobi train vae", name=name
        )
    return place


def _tokenizer(plan: Plan, captions: list[str]) -> Any:
    kept = plan.folder / "tokenizer.json"
    known = plan.folder if kept.is_file() else plan.start_from
    options = model_options(plan.recipe) | plan.recipe.model
    tokenizer = (
        load_tokenizer(known)
        if known
        else train_tokenizer(captions[:CAPTIONS], "bpe", int(options["vocab"]))
    )
    if not kept.is_file():
        atomic_write(kept, tokenizer.to_str().encode())
    return tokenizer


def _text_to_image(plan: Plan, latents: Latents, vocab: int) -> nn.Module:
    recipe: Any = plan.recipe
    if plan.start_from:  # at another size, if that is what the pictures have now
        grown: Any = checkpoint.load(plan.start_from).float().train()
        grown.config = dataclasses.replace(grown.config, size=(recipe.data.size,) * 2)
        return cast(nn.Module, grown)
    torch.manual_seed(recipe.train.seed)
    options = model_options(recipe) | recipe.model
    _, width = dit.SIZES[recipe.size]
    text = TextEncoderConfig(vocab, options["context"], min(width, 512), options["text_layers"])
    shift, scale = latents.statistics()
    config = TextToImageConfig(
        text, dit.preset(recipe.size, latents.values.shape[1], text.width),
        (recipe.data.size, recipe.data.size), shift, scale,
    )  # fmt: skip
    return TextToImage(config)


def _described(objective: Any, source: PictureSource, plan: Plan) -> Any:
    """The objective with what run.json holds of its data."""
    told: Any = plan.recipe.data
    count = source.count if source.count < FOREVER else 0
    objective.about = {"pictures": {"training": count, "size": told.size}}
    digest = hashlib.sha256(f"{plan.recipe.places} {asdict(told)}".encode())
    for number in range(2):
        digest.update(source.held_out(4, number).pictures.numpy().tobytes())
    objective.fingerprint = digest.hexdigest()
    return objective
