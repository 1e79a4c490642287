"""Preparation of text-to-video networks.

They are trained on the latents of an image autoencoder, frame by frame, and are text-to-image
networks with a time axis: the best start is one of those (--from). With a checkpoint of layers in
place of the autoencoder, they are trained on poses instead of pixels.
"""

import dataclasses
import hashlib
from collections.abc import Generator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from miaobi.core.checks import check_choice
from miaobi.core.errors import OptionError
from miaobi.core.events import Progress
from miaobi.data.latents import Latents
from miaobi.data.video import ClipConfig, RenderedClips, open_clips
from miaobi.models import checkpoint, dit
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig, inflate_to_video
from miaobi.models.vae import downsampling_factors
from miaobi.models.zoo import all_models, architecture_of
from miaobi.scenes.layers import LAYERS
from miaobi.scenes.poses import CHANNELS, PosedClips
from miaobi.train.objective_flow import ClipFlowObjective, PoseFlowObjective
from miaobi.train.prepare_image import (
    UNLIMITED,
    autoencoder_folder,
    check_size,
    flow_objective,
    tokenizer_of,
    write_companions,
)
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.families import Preparation

HELD_OUT = 32  # clips in a validation
POOL = 5_000  # clips of an unlimited source that are encoded
FRAME_PATCH = 2  # frames per token
MIN_POSE_DEVIATION = 0.05  # of a channel: normalized poses that vary in few clips stay moderate


def sizes(recipe: Recipe) -> tuple[str, ...]:
    """Return the sizes of the model."""
    return tuple(dit.SIZES)


def model_options(recipe: Recipe) -> dict[str, Any]:
    """Return every option model.KEY with its default."""
    return {
        "autoencoder": "drawings-vae",
        "vocab": 2048,
        "context": 64,
        "text_layers": 2,
        "frame_patch": FRAME_PATCH,
    }


def check(plan: TrainingPlan) -> None:
    """Reject options that would fail only when the network is built. Raises OptionError."""
    recipe, data = plan.recipe, plan.recipe.data
    assert isinstance(data, ClipConfig)
    frame_patch, patch = _options(recipe)["frame_patch"], 1
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        names = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        names[TextToImage] = "t2v"
        check_choice("family", recipe.family, (names[network],))  # a t2i is a start too
        frame_patch = config.dit.patch[0] if config.is_video else frame_patch
        patch = config.dit.patch[-1]
    if data.frames % frame_patch:
        raise OptionError(
            "data.frames is {frames}; this network needs a multiple of {patch}.",
            "Try {near}.",
            frames=data.frames,
            patch=frame_patch,
            near=max(1, data.frames // frame_patch) * frame_patch,
        )
    if layers_folder(plan):
        # files hold no poses
        check_choice("data", recipe.places[0], ("clips:composed",))
        return
    config, _ = checkpoint.read_config(autoencoder_folder(plan))
    check_size(data.size, downsampling_factors(config)[0] * patch)


def layers_folder(plan: TrainingPlan) -> Path | None:
    """Find the folder of layers of the run; None if it has an autoencoder.

    The option may name a folder of layers, or a model of clips that has one.
    """
    name = str(_options(plan.recipe)["autoencoder"])
    shipped = [Path(row.place) for row in all_models() if (row.name, row.kind) == (name, "video")]
    roots = [plan.folder, *([plan.start_from] if plan.start_from else []), *shipped]
    folders = [*(root / LAYERS for root in roots), Path(name).expanduser()]
    return next((folder for folder in folders if architecture_of(folder) == "layers"), None)


def prepare(plan: TrainingPlan) -> "Preparation":
    """Open clips and build the objective; see families.Family. Raises DataError."""
    recipe, data = plan.recipe, plan.recipe.data
    source, report = open_clips(recipe.places, data, plan.folder)
    yield report
    plan.create_folder()
    objective: ClipFlowObjective
    if layers := layers_folder(plan):
        assert isinstance(source, RenderedClips)
        objective = yield from _pose_objective(plan, source, layers)
    else:
        objective = yield from flow_objective(
            ClipFlowObjective, plan, source, _network, HELD_OUT, POOL
        )
    count = source.count if source.count < UNLIMITED else 0
    objective.about = {"clips": {"training": count, "size": data.size, "frames": data.frames}}
    digest = hashlib.sha256(f"{recipe.places} {asdict(data)}{source.digest}".encode())
    digest.update(source.held_out(4, 0).pictures.numpy().tobytes())
    objective.fingerprint = digest.hexdigest()
    return report, objective


def _pose_objective(
    plan: TrainingPlan, source: RenderedClips, layers: Path
) -> Generator[Progress, None, PoseFlowObjective]:
    recipe = plan.recipe
    count = source.count if source.count < UNLIMITED else POOL
    latents = yield from pose_latents(PosedClips(source.training), count)
    held_out = yield from pose_latents(PosedClips(source.held_out_clips), HELD_OUT)
    tokenizer = tokenizer_of(plan, latents.captions)
    build_network = partial(_network, min_deviation=MIN_POSE_DEVIATION)
    network = build_network(plan, latents, tokenizer.get_vocab_size())
    decoder, both = checkpoint.load(layers), (latents, held_out)
    objective = PoseFlowObjective(
        network, decoder, tokenizer, both, recipe.data, recipe.loss, recipe.keep
    )
    write_companions(tokenizer, layers, plan.folder, LAYERS)
    return objective


def pose_latents(clips: PosedClips, count: int) -> Generator[Progress, None, Latents]:
    """Return the poses of the first `count` clips as latents of shape (N, CHANNELS, F, 1, 1)."""
    values = np.empty((count, CHANNELS, clips.clips.config.frames, 1, 1), np.float16)
    captions = []
    for number in range(count):
        poses, caption = clips.clip(number)
        values[number, :, :, 0, 0] = poses
        captions.append(caption)
        if number % 256 == 0:
            yield Progress("posing clips", number, count)
    return Latents(values, captions)


def _options(recipe: Recipe) -> dict[str, Any]:
    return model_options(recipe) | recipe.model


def _network(
    plan: TrainingPlan, latents: Latents, vocab: int, min_deviation: float = 1e-6
) -> TextToImage:
    recipe, data, options = plan.recipe, plan.recipe.data, _options(plan.recipe)
    size, shift = (data.frames, data.size, data.size), recipe.loss.shift
    torch.manual_seed(recipe.train.seed)
    if plan.start_from:
        network = cast(TextToImage, checkpoint.load(plan.start_from).float())
        if not network.config.is_video:
            network = inflate_to_video(network, options["frame_patch"])
        network.config = dataclasses.replace(network.config, size=size, fps=data.fps, shift=shift)
        return network.train()
    _, width = dit.SIZES[recipe.size]
    text = TextEncoderConfig(vocab, options["context"], min(width, 512), options["text_layers"])
    latent_shift, latent_scale = latents.statistics(min_deviation)
    channels, patch = latents.values.shape[1], (options["frame_patch"], 1, 1)
    config = dit.preset(recipe.size, channels, text.width, patch)
    return TextToImage(
        TextToImageConfig(text, config, size, latent_shift, latent_scale, shift, data.fps)
    )
