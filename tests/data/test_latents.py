"""Pictures encoded once: the file is found again, is never half there, and knows its scale."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.events import Progress
from miaobi.core.paths import cache_dir
from miaobi.data.batches import Batch
from miaobi.data.folders import ArraySource
from miaobi.data.image import PictureConfig, open_pictures
from miaobi.data.latents import CHUNK, Latents, encode_held_out, encode_pictures, read_latents
from miaobi.models.vae import VAE, VAEConfig
from tests.data.draining import drain
from tests.scenes.drawn import draw_folder

COUNT = 2 * CHUNK + 6


class Counted:
    """A source that counts the pictures it is asked for."""

    def __init__(self, source: ArraySource) -> None:
        self.source, self.given = source, 0
        self.count, self.classes, self.digest = source.count, source.classes, source.digest

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        self.given += len(indices)
        return self.source.pictures(indices)

    def held_out(self, rows: int, number: int) -> Batch:
        return self.source.held_out(rows, number)


@pytest.fixture
def source(tmp_path: Path) -> Counted:
    place = str(draw_folder(tmp_path / "pictures", COUNT + 4))
    opened, _ = open_pictures((place,), PictureConfig(size=32))
    assert isinstance(opened, ArraySource)
    return Counted(opened)


def autoencoder(seed: int = 0) -> VAE:
    torch.manual_seed(seed)
    return VAE(VAEConfig(widths=(8, 16), latent=4, patch=4)).eval()


def encoded(source: Counted, network: VAE, name: str = "it", count: int = COUNT) -> Latents:
    progress, latents = drain(encode_pictures(source, network, name, count))
    assert all(isinstance(event, Progress) for event in progress)
    assert isinstance(latents, Latents)
    return latents


def files() -> list[Path]:
    return sorted((cache_dir() / "latents").glob("*"))


def test_each_picture_is_encoded_in_its_place(source: Counted) -> None:
    network = autoencoder()
    latents = encoded(source, network)
    batch = source.pictures(list(range(COUNT)))
    with torch.inference_mode():
        wanted = network.encode(batch.pictures).mode().numpy()
    assert latents.values.shape == (COUNT, 4, 4, 4) and latents.values.dtype == np.float16
    np.testing.assert_allclose(latents.values, wanted, rtol=2e-3, atol=1e-3)
    assert latents.captions == batch.captions


def test_progress_is_told(source: Counted) -> None:
    progress, _ = drain(encode_pictures(source, autoencoder(), "it", COUNT))
    told = [(event.done, event.total) for event in progress if isinstance(event, Progress)]
    assert told == [(CHUNK, COUNT), (2 * CHUNK, COUNT), (COUNT, COUNT)]


def test_the_second_time_the_file_is_read(source: Counted) -> None:
    first = encoded(source, autoencoder())
    assert source.given == COUNT and len(files()) == 1
    second = encoded(source, autoencoder())
    assert source.given == COUNT and (first.values == second.values).all()
    assert first.captions == second.captions == read_latents(files()[0]).captions


@pytest.mark.parametrize("change", ["autoencoder", "name", "count"])
def test_what_is_not_the_same_has_a_file_of_its_own(change: str, source: Counted) -> None:
    first = encoded(source, autoencoder())
    changed: dict[str, Any] = {
        "autoencoder": {"network": autoencoder(1)},
        "name": {"name": "other"},
        "count": {"count": COUNT - 1},
    }[change]
    second = encoded(source, **{"network": autoencoder(), **changed})
    assert len(files()) == 2 and source.given > COUNT
    assert (first.values.shape != second.values.shape) == (change == "count")
    assert (change == "autoencoder") == (not (first.values[0] == second.values[0]).all())


def test_one_changed_weight_is_another_autoencoder(source: Counted) -> None:
    encoded(source, network := autoencoder())
    with torch.no_grad():
        network.encoder.head.bias[0] += 1e-3  # type: ignore[index]
    encoded(source, network)
    assert len(files()) == 2


def test_what_is_stopped_leaves_no_file(source: Counted) -> None:
    events = encode_pictures(source, autoencoder(), "it", COUNT)
    next(events), next(events)
    events.close()
    assert files() == []
    assert len(encoded(source, autoencoder()).captions) == COUNT


def test_what_fails_leaves_no_file(source: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    network = autoencoder()
    source.source.values[source.source.training_indices[-1]] = 0
    source.source.captions[source.source.training_indices[-1]] = "\ud800"  # no text can hold it
    with pytest.raises(UnicodeEncodeError):
        encoded(source, network)
    assert files() == []


def test_the_scale_makes_unit_gaussians(source: Counted) -> None:
    latents = encoded(source, autoencoder())
    shift, scale = latents.statistics()
    wide = latents.values.astype(np.float32)
    assert len(shift) == len(scale) == 4
    for channel in range(4):
        values = (wide[:, channel] - shift[channel]) * scale[channel]
        assert values.mean() == pytest.approx(0, abs=1e-3)
        assert values.std() == pytest.approx(1, abs=1e-3)


def test_a_channel_that_says_nothing_stays_finite() -> None:
    values = np.zeros((5, 2, 3, 3), np.float16)
    values[:, 1] = np.arange(5).reshape(5, 1, 1)
    shift, scale = Latents(values, [""] * 5).statistics()
    assert shift == (0, 2) and scale[0] == pytest.approx(1e6, rel=1e-4)
    assert scale[1] == pytest.approx(1 / 2**0.5)


def test_sound_and_clips_have_statistics_too() -> None:
    for shape in ((6, 3, 10), (6, 3, 2, 4, 4)):
        draw = np.random.default_rng(0).normal(5, 2, shape).astype(np.float16)
        shift, scale = Latents(draw, [""] * 6).statistics()
        assert shift == pytest.approx((5, 5, 5), abs=1)
        assert scale == pytest.approx((0.5, 0.5, 0.5), abs=0.2)


def test_held_out_pictures_are_kept_nowhere(source: Counted) -> None:
    latents = encode_held_out(source, autoencoder(), 6)
    assert latents.values.shape == (6, 4, 4, 4) and source.given == 0 and files() == []
    assert latents.captions == source.held_out(6, 0).captions
