"""What a step minimizes where pictures are learned: autoencoders and flow matching."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.core.events import Progress
from miaobi.core.paths import cache_dir
from miaobi.data.folders import ArraySource
from miaobi.data.image import PictureConfig, open_pictures
from miaobi.data.latents import Latents
from miaobi.models import dit
from miaobi.models.pixels import tensor_to_images
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.tokenizer import train_tokenizer
from miaobi.models.vae import VAE, VAEConfig
from miaobi.train.families import family_of
from miaobi.train.loop import Step, train
from miaobi.train.objective_autoencoder import (
    AutoencoderLossConfig,
    AutoencoderObjective,
    edge_loss,
    picture_grid,
)
from miaobi.train.objective_flow import FlowLossConfig, FlowMatchingObjective
from miaobi.train.optim import TrainConfig
from miaobi.train.plan import plan
from miaobi.train.recipes import TrainingPlan
from tests.data.draining import drain
from tests.scenes.drawn import draw_folder
from tests.train.painting import Painted, tiny

CPU = torch.device("cpu")
SIDE = 32
CAPTIONS = ["a red fox", "a white cat", "一只狐狸", "the moon"]


@pytest.fixture
def source(tmp_path: Path) -> ArraySource:
    """Eight pictures to learn from, and eight others."""
    place = str(draw_folder(tmp_path / "pictures", 16))
    opened, _ = open_pictures((place,), PictureConfig(size=SIDE, held_out=0.5))
    assert isinstance(opened, ArraySource) and opened.count == 8
    return opened


def autoencoding(source: Any, labels: bool = False, **loss: Any) -> AutoencoderObjective:
    torch.manual_seed(0)
    config = VAEConfig(
        widths=(16, 24, 32),
        latent=16,
        decoder_blocks=1,
        size=(SIDE, SIDE),
        bottleneck="vector" if labels else "grid",
        conditions=(2,) if labels else (),
    )
    data = PictureConfig(size=SIDE, rows=8)
    return AutoencoderObjective(VAE(config), source, data, AutoencoderLossConfig(**loss))


def flow(values: Any = None, **config: Any) -> FlowMatchingObjective:
    """Flow matching on four latents; they are what is held out too."""
    if values is None:
        values = np.random.default_rng(0).normal(3, 2, (4, 4, 2, 2)).astype(np.float16)
    latents = Latents(values, CAPTIONS)
    torch.manual_seed(0)
    tokenizer = train_tokenizer(CAPTIONS, "bpe", 300)
    text = TextEncoderConfig(tokenizer.get_vocab_size(), 12, 64, 1)
    shift, scale = latents.statistics()
    known = TextToImageConfig(
        text, dit.preset("tiny", 4, 64), (SIDE, SIDE), latent_shift=shift, latent_scale=scale
    )
    network = TextToImage(known)
    decoder = VAE(VAEConfig(widths=(16, 24, 32), latent=4, decoder_blocks=1))
    data = PictureConfig(size=SIDE, rows=4)
    return FlowMatchingObjective(
        network, decoder, tokenizer, (latents, latents), data, FlowLossConfig(**config)
    )


def steps(objective: Any, folder: Path, count: int, **options: Any) -> list[Step]:
    plain = {"warmup": 0, "precision": "float32", "weight_decay": 0.0, "validate_every": count}
    config: dict[str, Any] = {**plain, "steps": count, "save_every": count, **options}
    return list(train(objective, TrainConfig(**config), folder))


def terms(objective: Any, seed: int = 0) -> dict[str, float]:
    torch.manual_seed(seed)
    with torch.no_grad():
        ((name, told),) = objective.losses((0, seed, 0, 0), CPU)
    assert name == "model"
    return {key: value.item() for key, value in told.items()}


def test_edges_are_differences_of_neighbors() -> None:
    flat, step = torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1  # one edge in each row of three differences, none in the columns
    assert edge_loss(flat, flat).item() == 0
    assert edge_loss(flat + 0.5, flat).item() == 0  # brightness has no edges
    assert edge_loss(flat, step).item() == pytest.approx(1 / 3)
    assert edge_loss(step.mT, flat).item() == pytest.approx(1 / 3)


def test_rows_are_laid_out_as_they_are_told() -> None:
    first, second = torch.full((2, 3, 4, 5), -1.0), torch.full((2, 3, 4, 5), 1.0)
    first[1] = 0
    sheet = picture_grid([first, second])
    assert sheet.shape == (8, 10, 3) and sheet.dtype == np.uint8
    assert (sheet[:4, :5] == 0).all() and (sheet[:4, 5:] == 128).all() and (sheet[4:] == 255).all()


def test_an_autoencoder_learns_eight_pictures(source: ArraySource, tmp_path: Path) -> None:
    objective = autoencoding(source)
    told = steps(objective, tmp_path, 60, learning_rate=5e-3)
    first, last = told[0].terms, told[-1].terms
    assert first["loss"] > 0.5 and last["loss"] < 0.65 * first["loss"]
    x = source.pictures(list(range(8))).pictures
    network: Any = objective.networks["model"].eval()
    with torch.no_grad():
        y = network.decode(network.encode(x).mode())
    apart = (y[:, None] - x[None]).abs().mean((2, 3, 4))  # what came out, what went in
    assert (apart.argmin(1) == torch.arange(8)).sum() >= 5  # most are told from the other seven


@pytest.mark.parametrize("labels", [False, True], ids=["grid", "vector"])
def test_the_loss_is_the_sum_of_its_terms(source: ArraySource, labels: bool) -> None:
    told = terms(autoencoding(source, labels, kl=0.25, edges=3))
    wanted = told["difference"] + 3 * told["edges"] + 0.25 * told["kl"]
    assert told["loss"] == pytest.approx(wanted, rel=1e-5)
    assert min(told.values()) > 0


def test_distance_is_told_for_each_number_of_the_latent(source: ArraySource) -> None:
    objective = autoencoding(source)
    batch = source.pictures(list(range(8)))
    network: Any = objective.networks["model"]
    with torch.no_grad():
        posterior = network.encode(batch.pictures)
        told = objective._terms(batch.pictures, batch.labels)
    a, b = posterior.mean, posterior.logvar
    wanted = 0.5 * (a.square() + b.exp() - 1 - b).mean()
    assert told["kl"].item() == pytest.approx(wanted.item(), rel=1e-4)


def test_labels_are_heard(source: ArraySource) -> None:
    """A batch with every label exchanged has another loss, once the network has learned a little."""
    objective = autoencoding(source, labels=True)
    with torch.no_grad():
        for name, weight in objective.networks["model"].named_parameters():
            draw = torch.Generator().manual_seed(len(name))
            weight.add_(0.05 * torch.randn(weight.shape, generator=draw))
    batch = source.pictures(list(range(8)))
    losses = []
    for labels in (batch.labels, 1 - batch.labels):
        torch.manual_seed(0)
        losses.append(objective._terms(batch.pictures, labels)["loss"].item())
    assert losses[0] != losses[1]


def test_signal_to_noise_is_that_of_what_is_shown(source: ArraySource) -> None:
    objective = autoencoding(source)
    objective.networks["model"].eval()
    with torch.no_grad():
        told = objective.validate(CPU)
        sheet = objective.sample().astype(np.float64) / 127.5 - 1
    apart = (sheet[:SIDE] - sheet[SIDE:]).reshape(SIDE, 8, SIDE, 3).transpose(1, 0, 2, 3)
    psnr = 10 * np.log10(4 / (apart**2).mean((1, 2, 3)))
    assert told["psnr"] == pytest.approx(psnr.mean(), abs=0.1)
    assert set(told) == {"psnr", "loss", "difference", "edges", "kl"}


def test_decoder_only_freezes_the_encoder(source: ArraySource) -> None:
    objective = autoencoding(source, decoder_only=True)
    network = objective.networks["model"]
    free = {name for name, weight in network.named_parameters() if weight.requires_grad}
    assert free and all(name.startswith("decoder.") for name in free)


def test_flow_matching_learns_four_latents(tmp_path: Path) -> None:
    told = steps(flow(unread=0.0), tmp_path, 80, learning_rate=3e-3, validate_every=40)
    begun = flow().validate(CPU)["loss"]
    assert begun == pytest.approx(2, abs=0.6)  # of zeros: noise and latent, unit Gaussians both
    assert told[-1].validation["loss"] < 0.6 * begun


def test_validation_is_the_same_every_time_and_disturbs_nothing() -> None:
    objective = flow()
    torch.manual_seed(5)
    with torch.no_grad():
        first = objective.validate(CPU)
        after = torch.rand(1)
        second = objective.validate(CPU)
    torch.manual_seed(5)
    assert first == second and torch.equal(torch.rand(1), after)


def disturbed(**config: Any) -> FlowMatchingObjective:
    """With weights that are not the zeros it begins with."""
    objective = flow(**config)
    with torch.no_grad():
        for name, weight in objective.networks["model"].named_parameters():
            draw = torch.Generator().manual_seed(len(name))
            weight.add_(0.05 * torch.randn(weight.shape, generator=draw))
    return objective


def test_captions_that_are_left_out_do_not_count() -> None:
    read, unread = disturbed(unread=0.0), disturbed(unread=1.0)
    before = terms(read)["loss"], terms(unread)["loss"]
    for objective in (read, unread):
        objective.latents = Latents(objective.latents.values, CAPTIONS[::-1])
    assert terms(read)["loss"] != before[0] and terms(unread)["loss"] == before[1]


def test_what_is_learned_has_unit_variance() -> None:
    """Latents far from zero cost no more than others: they are brought to unit Gaussians."""
    values = np.random.default_rng(0).normal(0, 1, (4, 4, 2, 2)).astype(np.float16)
    first, second = flow(values), flow((values * 4 + 8).astype(np.float16))
    assert terms(first)["loss"] == pytest.approx(terms(second)["loss"], rel=0.02)


def test_samples_stand_below_what_was_asked_for() -> None:
    objective = flow()
    with torch.no_grad():
        sheet = objective.sample()
        known = objective.decoder.decode(  # type: ignore[operator]
            torch.from_numpy(objective.held_out.values).float()
        )
    assert sheet.shape == (2 * SIDE, 4 * SIDE, 3)
    assert (sheet[:SIDE] == np.concatenate(tensor_to_images(known), axis=1)).all()


def prepared(
    painted: Painted, folder: Path
) -> tuple[FlowMatchingObjective, ArraySource, list[Any], TrainingPlan]:
    """The objective of a text-to-image run, before its first step."""
    options = tiny("t2i", **{"model.autoencoder": str(painted("grid"))})
    planned = plan("t2i", [str(painted.pictures)], output=folder, options=options)
    folder.mkdir(exist_ok=True)
    (shown, *events), (report, objective) = drain(family_of(planned.recipe).prepare(planned))
    assert shown == report
    data = planned.recipe.data
    source, _ = open_pictures((str(painted.pictures),), data)
    assert (
        isinstance(objective, FlowMatchingObjective) and isinstance(source, ArraySource) and report
    )
    return objective, source, events, planned


def test_latents_that_are_read_back_are_those_of_the_pictures(
    painted: Painted, tmp_path: Path
) -> None:
    """A file of latents holds them as they are, whatever order they have in memory.

    Networks for pictures keep channels innermost; written as they lay, latents came back with
    channels and places mixed up, and nothing but the pictures told of it.
    """
    objective, source, events, _ = prepared(painted, tmp_path / "first")
    assert all(isinstance(event, Progress) for event in events) and events
    assert len(list((cache_dir() / "latents").iterdir())) == 1
    again, _, events, _ = prepared(painted, tmp_path / "second")
    assert events == []  # nothing was encoded: they come from the file
    batch = source.pictures(list(range(source.count)))
    network: Any = objective.decoder
    with torch.no_grad():
        wanted = network.encode(batch.pictures).mode()
        shown = tensor_to_images(network.decode(wanted.half().float()))
        for it in (objective, again):
            values = torch.from_numpy(it.latents.values).float()
            torch.testing.assert_close(values, wanted, atol=2e-3, rtol=2e-3)
            assert it.latents.captions == batch.captions
            assert (np.stack(tensor_to_images(network.decode(values))) == np.stack(shown)).all()
        mixed = wanted.permute(0, 2, 3, 1).reshape(wanted.shape)
        assert (mixed - wanted).abs().max() > 0.1  # or this could not fail


def test_pool_and_held_out_latents_are_alike(painted: Painted, tmp_path: Path) -> None:
    """Each channel has about the same mean in both: neither is mixed up."""
    objective, *_ = prepared(painted, tmp_path / "it")
    learned, others = (
        part.values.astype(np.float32) for part in (objective.latents, objective.held_out)
    )
    spread = learned.std()
    means = [part.mean((0, 2, 3)) for part in (learned, others)]
    assert len(others) == 128 and np.abs(means[0] - means[1]).max() < spread
    config: Any = objective.networks["model"].config
    assert config.latent_shift == pytest.approx(means[0].tolist(), abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (AutoencoderLossConfig, {"kl": -1}),
        (AutoencoderLossConfig, {"edges": 2000}),
        (FlowLossConfig, {"unread": -0.1}),
        (FlowLossConfig, {"shift": 0}),
        (FlowLossConfig, {"guidance": 0}),
    ],
    ids=str,
)
def test_numbers_that_make_no_sense(kind: Any, values: dict[str, float]) -> None:
    with pytest.raises(OptionError, match=f"{next(iter(values))} is "):
        kind(**values)
