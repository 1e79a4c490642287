"""Preparation of models of pictures: VAE, GAN, and text to image on the latents of a VAE."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Generator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import torch

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import DataError, OptionError
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write
from miaobi.data.batches import PictureSource
from miaobi.data.image import PictureConfig, SceneSource, open_pictures
from miaobi.data.latents import Latents, encode_held_out, encode_pictures
from miaobi.data.prefetch import PrefetchingSource, worker_count
from miaobi.models import checkpoint, dit, vae
from miaobi.models.gan import Discriminator, GANConfig, image_size
from miaobi.models.gan import Generator as GANGenerator
from miaobi.models.gan import preset as gan_preset
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.tokenizer import load_tokenizer, train_tokenizer
from miaobi.models.vae import VAE, VAEConfig, downsampling_factors
from miaobi.models.zoo import architecture_of, find_model
from miaobi.scenes.labels import CLASSES, read_classes
from miaobi.scenes.layers import NAMES
from miaobi.train.objective_autoencoder import AutoencoderObjective
from miaobi.train.objective_flow import FlowMatchingObjective
from miaobi.train.objective_gan import GANObjective
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from miaobi.train.families import Preparation

    Flow = TypeVar("Flow", bound=FlowMatchingObjective)
    # (plan, latents, vocab) -> network
    BuildNetwork = Callable[[TrainingPlan, Latents, int], TextToImage]

HELD_OUT = 128  # pictures in the validation of a text-to-image network
CAPTIONS = 20_000  # at most, to train the tokenizer
UNLIMITED = 2**40  # sources with more pictures render them on demand
POOL = 20_000  # pictures of an unlimited source that are encoded
AUTOENCODER = "vae"  # subfolder of a text-to-image checkpoint


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return the sizes of the model; () for a GAN, whose size is that of its pictures."""
    return {"vae": tuple(vae.SIZES), "t2i": tuple(dit.SIZES)}.get(recipe.family, ())


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    if recipe.family == "gan":
        return {"latent": GANConfig().latent}
    if recipe.family == "vae":
        defaults = asdict(VAEConfig())
        return {key: defaults[key] for key in ("bottleneck", "latent", "patch")} | {"labels": False}
    options = {"autoencoder": "drawings-vae", "vocab": 2048, "context": 64, "text_layers": 2}
    return options | {"patch": 1}  # latents of a side per token: 2 costs a quarter


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
    recipe, data = plan.recipe, plan.recipe.data
    assert isinstance(data, PictureConfig)
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        names = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        names[TextToImage] = "t2v" if getattr(config, "is_video", False) else "t2i"
        check_choice("family", recipe.family, (names[network],))
        if recipe.family == "gan":
            check_choice("data.size", data.size, (image_size(config),))
    elif recipe.family == "gan":
        gan_preset(data.size)
    elif recipe.family == "vae":
        config = _vae_config(recipe, ())
    if recipe.family == "t2i":
        config, _ = checkpoint.read_config(autoencoder_folder(plan))
    if recipe.family != "gan":
        check_size(data.size, downsampling_factors(config)[0] * _patch(plan))
    if recipe.family == "vae" and config.bottleneck == "vector":
        check_choice("data.size", data.size, (config.size[0],))


def _patch(plan: TrainingPlan) -> int:
    """Return the latents of a side per token of a text-to-image network; 1 for other families."""
    if plan.recipe.family != "t2i":
        return 1
    if plan.start_from:
        config, _ = checkpoint.read_config(plan.start_from)
        return int(config.dit.patch[0])
    return int((model_options(plan.recipe) | plan.recipe.model)["patch"])


def check_size(size: int, factor: int) -> None:
    """Reject a size of pictures that is no multiple of a network's factor. Raises OptionError."""
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


def prepare(plan: TrainingPlan) -> "Preparation":
    """Open pictures and build the objective; see families.Family. Raises DataError.

    Files are written after everything slow: a folder with files but no run.json is not a run.
    """
    source, report = open_pictures(plan.recipe.places, plan.recipe.data, plan.folder)
    yield report
    plan.create_folder()
    if isinstance(source, SceneSource) and (processes := worker_count()):
        source = PrefetchingSource(source, processes)
    objective: AutoencoderObjective | GANObjective | FlowMatchingObjective
    if plan.recipe.family == "vae":
        objective = _autoencoder(plan, source)
    elif plan.recipe.family == "gan":
        objective = _gan(plan, source)
    else:
        objective = yield from flow_objective(
            FlowMatchingObjective, plan, source, _text_to_image, HELD_OUT, POOL
        )
    data = plan.recipe.data
    count = source.count if source.count < UNLIMITED else 0
    objective.about = {"pictures": {"training": count, "size": data.size}}
    digest = hashlib.sha256(f"{plan.recipe.places} {asdict(data)}".encode())
    for number in range(2):
        digest.update(source.held_out(4, number).pictures.numpy().tobytes())
    digest.update(source.digest.encode())
    objective.fingerprint = digest.hexdigest()
    return report, objective


def _gan(plan: TrainingPlan, source: PictureSource) -> GANObjective:
    recipe = plan.recipe
    torch.manual_seed(recipe.train.seed)
    classes = tuple(len(names) for names in source.classes)
    config = dataclasses.replace(gan_preset(recipe.data.size, classes), **recipe.model)
    generator = GANGenerator(config)
    if plan.start_from:
        generator = cast(GANGenerator, checkpoint.load(plan.start_from).float().train())
    _write_classes(generator.config.conditions, source, plan)
    networks = generator, Discriminator(generator.config)
    return GANObjective(networks, source, recipe.data, recipe.loss, recipe.keep)


def _autoencoder(plan: TrainingPlan, source: PictureSource) -> AutoencoderObjective:
    recipe = plan.recipe
    if plan.start_from:
        network = cast(VAE, checkpoint.load(plan.start_from).float().train())
    else:
        torch.manual_seed(recipe.train.seed)
        classes = tuple(len(names) for names in source.classes)
        network = VAE(_vae_config(recipe, classes))
    _write_classes(network.config.conditions, source, plan)
    return AutoencoderObjective(network, source, recipe.data, recipe.loss, recipe.keep)


def _write_classes(conditions: tuple[int, ...], source: PictureSource, plan: TrainingPlan) -> None:
    """Write the names of the classes of a conditional network. Raises DataError for other ones."""
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
    widths, blocks = vae.SIZES[recipe.size]
    options = dict(recipe.model)
    is_conditional = options.pop("labels", False)
    config = VAEConfig(
        widths=widths,
        decoder_blocks=blocks,
        size=(recipe.data.size, recipe.data.size),
        conditions=classes if is_conditional else (),
    )
    return dataclasses.replace(config, **options)


def flow_objective(
    objective_class: "type[Flow]",
    plan: TrainingPlan,
    source: PictureSource,
    build_network: "BuildNetwork",
    held_out: int,
    pool: int,
) -> "Generator[Progress, None, Flow]":
    """Encode pictures or clips with the autoencoder of the run, and build the objective.

    `held_out` pictures are validated; of an unlimited source, `pool` pictures are encoded.
    """
    recipe, folder = plan.recipe, autoencoder_folder(plan)
    autoencoder = cast(VAE, checkpoint.load(folder).float())
    name = f"{recipe.places} {asdict(recipe.data)}{source.digest}"
    count = source.count if source.count < UNLIMITED else pool
    latents = yield from encode_pictures(source, autoencoder, name, count)
    validation = encode_held_out(source, autoencoder, held_out)
    tokenizer = tokenizer_of(plan, latents.captions)
    network = build_network(plan, latents, tokenizer.get_vocab_size())
    both = latents, validation
    objective = objective_class(
        network, autoencoder, tokenizer, both, recipe.data, recipe.loss, recipe.keep
    )
    write_companions(tokenizer, folder, plan.folder)
    return objective


def autoencoder_folder(plan: TrainingPlan) -> Path:
    """Find the folder of the VAE of the run. Raises OptionError for other models."""
    own = plan.folder / AUTOENCODER
    if (own / "model.safetensors").is_file():
        return own
    folder = plan.start_from / AUTOENCODER if plan.start_from else None
    if folder is None:
        name = str((model_options(plan.recipe) | plan.recipe.model)["autoencoder"])
        folder = Path(name).expanduser()
        if not folder.is_dir():
            folder = Path(find_model(name, "autoencoder").place)
    if architecture_of(folder) == "vae":
        config, _ = checkpoint.read_config(folder)
        if config.bottleneck == "grid" and config.dims == 2:
            return folder
    raise OptionError("{name} is no autoencoder.", "Train one first: miaobi train vae", name=folder)


def write_companions(
    tokenizer: "Tokenizer", decoder: Path, folder: Path, name: str = AUTOENCODER
) -> None:
    """Write the tokenizer, and a copy of the decoder's folder as `name`, which the model needs."""
    if not (folder / "tokenizer.json").is_file():
        atomic_write(folder / "tokenizer.json", tokenizer.to_str().encode())
    copy = folder / name
    if decoder == copy:
        return
    copy.mkdir(exist_ok=True)
    for file in ("README.md", "config.json", NAMES, "model.safetensors"):  # the last completes it
        if (decoder / file).is_file():
            atomic_write(copy / file, (decoder / file).read_bytes())


def tokenizer_of(plan: TrainingPlan, captions: list[str]) -> "Tokenizer":
    """Load the tokenizer of the run or of its starting point, or train a new one on captions."""
    folder = plan.folder if (plan.folder / "tokenizer.json").is_file() else plan.start_from
    if folder:
        return load_tokenizer(folder)
    options = model_options(plan.recipe) | plan.recipe.model
    return train_tokenizer(captions[:CAPTIONS], "bpe", int(options["vocab"]))


def _text_to_image(plan: TrainingPlan, latents: Latents, vocab: int) -> TextToImage:
    recipe, size = plan.recipe, plan.recipe.data.size
    if plan.start_from:  # possibly at another size
        network = cast(TextToImage, checkpoint.load(plan.start_from).float().train())
        network.config = dataclasses.replace(
            network.config, size=(size, size), shift=recipe.loss.shift
        )
        return network
    torch.manual_seed(recipe.train.seed)
    options = model_options(recipe) | recipe.model
    _, width = dit.SIZES[recipe.size]
    text = TextEncoderConfig(vocab, options["context"], min(width, 512), options["text_layers"])
    shift, scale = latents.statistics()
    patch = (options["patch"],) * 2
    channels = latents.values.shape[1]
    config = dit.preset(recipe.size, channels, text.width, patch)
    return TextToImage(
        TextToImageConfig(text, config, (size, size), shift, scale, recipe.loss.shift)
    )
