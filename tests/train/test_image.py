"""Picture models from a plan to a folder: every family, every preset, stopped and continued."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from miaobi.core.errors import DataError, MiaobiError, ModelFileError, OptionError, TrainingError
from miaobi.data.image import PictureReport
from miaobi.models import checkpoint
from miaobi.models.gan import Generator, image_size
from miaobi.models.text_to_image import TextToImage
from miaobi.models.vae import VAE
from miaobi.train.loop import Step
from miaobi.train.plan import plan
from miaobi.train.recipes import RECIPES
from miaobi.train.resume import STATE
from miaobi.train.run import run, train
from tests.scenes.drawn import picture, write
from tests.train.painting import CLASSES, KINDS, Painted, captioned_folder, going_on, tiny

PICTURES = {family for family, _ in KINDS.values()}
PLANNED = [(p, f) for p, rows in RECIPES.items() for f in rows if f in PICTURES]
PAPERS = {
    "README.md",
    "config.json",
    "model.safetensors",
    "report.html",
    "run.json",
    "samples",
    "tensorboard",
}
BESIDE = {
    "grid": set(),
    "vector": {"classes.json"},
    "gan": {"classes.json"},
    "t2i": {"tokenizer.json", "vae"},
}
NETWORKS = {"grid": VAE, "vector": VAE, "gan": Generator, "t2i": TextToImage}


def told(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return document


def classes(folder: Path) -> list[list[str]]:
    names: list[list[str]] = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    return names


def weights(folder: Path) -> str:
    """A short name of them: where they differ, millions of bytes side by side say no more."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def more(painted: Painted, kind: str, start: Path | str, output: Path, **changes: Any) -> Path:
    """A short run from the weights of another."""
    options = going_on(kind, **{"train.steps": 2, **changes})
    family = KINDS[kind][0]
    return train(family, str(painted.pictures), output=output, start_from=start, options=options)


@pytest.mark.parametrize("kind", KINDS)
def test_from_a_folder_of_pictures(kind: str, painted: Painted) -> None:
    folder = painted(kind)
    assert {path.name for path in folder.iterdir()} == PAPERS | BESIDE[kind]
    network: Any = checkpoint.load(folder)
    assert type(network) is NETWORKS[kind]
    document = told(folder)
    assert document["finished"] and [row["step"] for row in document["history"]] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert document["data"]["pictures"] == 24 and document["data"]["classes"] == 2
    assert [path.name for path in sorted((folder / "samples").iterdir())] == [
        "0000003.png",
        "0000006.png",
    ]
    if "classes.json" in BESIDE[kind]:
        assert classes(folder) == [list(CLASSES)] and network.config.conditions == (2,)


def test_a_text_to_image_folder_brings_its_autoencoder(painted: Painted) -> None:
    folder = painted("t2i")
    assert {path.name for path in (folder / "vae").iterdir()} == {
        "README.md",
        "config.json",
        "model.safetensors",
    }
    assert weights(folder / "vae") == weights(painted("grid"))
    config: Any = checkpoint.load(folder).config
    assert config.size == (32, 32) and config.dit.channels == 4
    assert len(config.latent_shift) == len(config.latent_scale) == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("drawings")
def test_from_scenes(kind: str, painted: Painted, tmp_path: Path) -> None:
    """With drawings that are made as they are needed, and a pool where they are encoded."""
    place = "scenes:labelled" if kind in ("vector", "gan") else "scenes:composed"
    pool = {"data.pool": 20} if kind == "t2i" else {}
    folder = painted.train(kind, tmp_path / "it", place, **{"train.steps": 2, **pool})
    document = told(folder)
    assert document["finished"] and document["data"]["pictures"] == pool.get("data.pool", 0)
    network: Any = checkpoint.load(folder)
    assert type(network) is NETWORKS[kind]
    if kind in ("vector", "gan"):
        subjects, styles = classes(folder)
        assert network.config.conditions == (len(subjects), len(styles))
        assert {"fox", "cat"} <= set(subjects) and "3d" in styles


@pytest.mark.parametrize(("preset", "family"), PLANNED, ids=str)
def test_every_preset_can_be_planned(preset: str, family: str, tmp_path: Path) -> None:
    data = [] if preset else ["my pictures"]
    planned = plan(family, data, preset=preset, output=tmp_path / "it")
    assert planned.recipe.places and planned.recipe.loss is not None
    assert planned.recipe.family == family and not (tmp_path / "it").exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stops", [(1, 3, 5)], ids=str)
def test_stopped_at_any_step_it_comes_to_the_same_weights(
    kind: str, stops: tuple[int, ...], painted: Painted, tmp_path: Path
) -> None:
    at = 0
    for stop in stops:
        painted.begin(kind, tmp_path / "parts", stop - at)
        at = stop // 2 * 2  # where it goes on: the last saved step
        assert (tmp_path / "parts" / STATE).exists() == (at > 0)
    parts = painted.train(kind, tmp_path / "parts")
    whole = painted.train(kind, tmp_path / "whole")  # not the shared one: it may have been made
    # before some library of another test changed how this process rounds
    assert weights(parts) == weights(whole)
    first, second = told(parts), told(whole)
    assert first["history"] == second["history"] and not (parts / STATE).exists()
    last = "samples/0000006.png"
    assert (parts / last).read_bytes() == (whole / last).read_bytes()


@pytest.mark.parametrize("kind", ["vector", "t2i"])
def test_muon_goes_on_exactly_too(kind: str, painted: Painted, tmp_path: Path) -> None:
    muon = {"train.optimizer": "muon", "train.steps": 4}
    whole = painted.train(kind, tmp_path / "whole", **muon)
    options = tiny(kind, **muon)
    if kind == "t2i":
        options["model.autoencoder"] = str(painted("grid"))
    planned = plan(KINDS[kind][0], [str(painted.pictures)], output=tmp_path / "p", options=options)
    events = run(planned)
    for event in events:
        if isinstance(event, Step) and event.number == 3:
            break
    events.close()  # type: ignore[attr-defined]
    assert weights(painted.train(kind, tmp_path / "p", **muon)) == weights(whole)


def test_a_seed_decides_the_weights(painted: Painted, tmp_path: Path) -> None:
    other = painted.train("vector", tmp_path / "other", **{"train.seed": 1})
    assert weights(other) != weights(painted("vector"))


@pytest.mark.parametrize("kind", ["grid", "t2i"])
def test_other_pictures_do_not_continue_a_run(kind: str, painted: Painted, tmp_path: Path) -> None:
    place = captioned_folder(tmp_path / "own")
    changes = {"model.autoencoder": str(painted("grid"))} if kind == "t2i" else {}
    planned = plan(
        KINDS[kind][0], [str(place)], output=tmp_path / "it", options=tiny(kind, **changes)
    )
    for event in (events := run(planned)):
        if isinstance(event, Step) and event.number == 2:
            break
    events.close()  # type: ignore[attr-defined]
    before = weights(tmp_path / "it")
    write(place / "cat" / "picture-0.png", picture(999))
    with pytest.raises(TrainingError, match=r"The data of the run in .* has changed\."):
        list(run(planned))
    assert weights(tmp_path / "it") == before


def test_a_run_starts_with_the_weights_of_another(painted: Painted, tmp_path: Path) -> None:
    for kind in KINDS:
        origin = painted(kind)
        folder = more(
            painted,
            kind,
            origin,
            tmp_path / kind,
            **{"train.steps": 1, "train.learning_rate": 1e-8},
        )
        first, second = (load_file(f / "model.safetensors") for f in (origin, folder))
        assert first.keys() == second.keys()
        assert all((first[key] - second[key]).abs().max() < 1e-6 for key in first), kind
        assert told(folder)["from"] == str(origin)
        for name in ("classes.json", "tokenizer.json", "vae/model.safetensors"):
            if (origin / name).is_file():
                assert (folder / name).read_bytes() == (origin / name).read_bytes()


def test_a_stopped_run_from_other_weights_comes_to_the_same(
    painted: Painted, tmp_path: Path
) -> None:
    """The discriminator of a GAN is not kept: it begins anew, the same every time."""
    for kind in ("gan", "t2i"):
        whole = more(painted, kind, painted(kind), tmp_path / f"{kind}-whole", **{"train.steps": 4})
        planned = plan(
            KINDS[kind][0],
            [str(painted.pictures)],
            output=tmp_path / kind,
            start_from=painted(kind),
            options=going_on(kind, **{"train.steps": 4}),
        )
        for event in (events := run(planned)):
            if isinstance(event, Step) and event.number == 3:
                break
        events.close()  # type: ignore[attr-defined]
        for _ in run(planned):
            pass
        assert weights(tmp_path / kind) == weights(whole), kind


@pytest.mark.parametrize("kind", ["grid", "vector"])
def test_decoder_only_leaves_the_latents_what_they_were(
    kind: str, painted: Painted, tmp_path: Path
) -> None:
    origin = painted(kind)
    folder = more(painted, kind, origin, tmp_path / "it", **{"loss.decoder_only": "true"})
    first, second = (load_file(f / "model.safetensors") for f in (origin, folder))
    changed = {key for key in first if not torch.equal(first[key], second[key])}
    assert changed and all(key.startswith(("decoder.", "style.")) for key in changed)
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    labels = torch.tensor([[0], [1]]) if kind == "vector" else None
    latents = [checkpoint.load(f).encode(x, labels).mode() for f in (origin, folder)]  # type: ignore
    assert torch.equal(*latents)


def test_a_text_to_image_network_grows_to_another_size(painted: Painted, tmp_path: Path) -> None:
    folder = more(painted, "t2i", painted("t2i"), tmp_path / "it", **{"data.size": 64})
    before: Any = checkpoint.load(painted("t2i"))
    after: Any = checkpoint.load(folder)
    assert before.config.size == (32, 32) and after.config.size == (64, 64)
    assert after.config.latent_scale == before.config.latent_scale  # what it learned on stays
    assert told(folder)["recipe"]["data"]["size"] == 64
    assert weights(folder / "vae") == weights(painted("t2i") / "vae")


def test_wrong_families_are_refused(painted: Painted, tmp_path: Path) -> None:
    for kind, origin, name in (
        ("gan", "grid", "vae"),
        ("t2i", "grid", "vae"),
        ("grid", "gan", "gan"),
        ("grid", "t2i", "t2i"),
    ):
        with pytest.raises(OptionError) as caught:
            more(painted, kind, painted(origin), tmp_path / "it")
        family = KINDS[kind][0]
        assert str(caught.value) == f"family is '{family}'. Choose one of: {name}."
    assert not (tmp_path / "it").exists()


def test_what_is_no_autoencoder_is_refused(painted: Painted, tmp_path: Path) -> None:
    for kind in ("gan", "vector", "t2i"):
        with pytest.raises(OptionError) as caught:
            painted.train("t2i", tmp_path / "it", **{"model.autoencoder": str(painted(kind))})
        place = painted(kind)
        assert str(caught.value) == (
            f"{place} is no autoencoder. Train one first: miaobi train vae"
        )
    with pytest.raises(MiaobiError, match="There is no autoencoder model 'fox'"):
        painted.train("t2i", tmp_path / "it", **{"model.autoencoder": "fox"})
    assert not (tmp_path / "it").exists()


def test_other_classes_are_refused(painted: Painted, tmp_path: Path) -> None:
    place = captioned_folder(tmp_path / "own")
    (place / "fox").rename(place / "dog")
    with pytest.raises(DataError, match="The data has other classes than"):
        train(
            "gan",
            str(place),
            output=tmp_path / "it",
            start_from=painted("gan"),
            options=going_on("gan"),
        )


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("grid", {"data.size": 40}, "data.size is 40; this network needs a multiple of 16."),
        ("vector", {"data.size": 40}, "data.size is 40; this network needs a multiple of 16."),
        ("gan", {"data.size": 32}, "A side of 32 pixels is not known: choose from 64, 128, 256."),
        ("grid", {"size": "huge"}, "size is 'huge'. Choose one of: tiny, small, medium, large."),
        ("t2i", {"size": "xxl"}, "size is 'xxl'. Choose one of: tiny, small, medium, large"),
        ("gan", {"size": "tiny"}, "There is no option 'size'."),
        ("gan", {"loss.kind": "least squares"}, "kind is 'least squares'. Choose one of: hinge"),
        ("grid", {"model.bottleneck": "wide"}, "model.bottleneck is 'wide'."),
        ("grid", {"loss.kl": -1}, "kl is -1.0."),
        ("t2i", {"loss.unread": 2}, "unread is 2.0. It has to lie between 0 and 1."),
    ],
    ids=str,
)
def test_bad_options_are_refused_before_anything_is_read(
    kind: str, changes: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    options = tiny(kind, **changes)
    with pytest.raises(OptionError) as caught:
        plan(KINDS[kind][0], ["nowhere"], output=tmp_path / "it", options=options)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("kind", ["vector", "gan"])
def test_what_was_learned_at_one_size_stays_at_it(
    kind: str, painted: Painted, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match=r"data\.size is '?128'?\. Choose one of: "):
        more(painted, kind, painted(kind), tmp_path / "it", **{"data.size": 128})
    config: Any = checkpoint.load(painted(kind)).config
    assert (image_size(config) if kind == "gan" else config.size[0]) < 128


def test_a_failed_beginning_can_be_repeated(painted: Painted, tmp_path: Path) -> None:
    """Damaged weights to begin with say the same a second time: nothing stands in the way."""
    for kind in KINDS:
        origin = shutil.copytree(painted(kind), tmp_path / f"{kind}-origin")
        damaged = origin / "model.safetensors"
        damaged.write_bytes(damaged.read_bytes()[:1000])
        for _ in range(2):
            with pytest.raises(ModelFileError, match="cannot be loaded"):
                more(painted, kind, origin, tmp_path / kind)


def test_the_report_comes_before_anything_is_made(painted: Painted, tmp_path: Path) -> None:
    for kind in KINDS:
        changes = {"model.autoencoder": str(painted("grid"))} if kind == "t2i" else {}
        options = tiny(kind, **changes)
        events = run(
            plan(KINDS[kind][0], [str(painted.pictures)], output=tmp_path / kind, options=options)
        )
        report = next(events)
        assert isinstance(report, PictureReport) and report.pictures == 24
        assert not (tmp_path / kind).exists()
