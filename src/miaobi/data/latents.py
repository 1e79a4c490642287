"""Latents of pictures and clips, encoded once by an autoencoder and cached for training.

A latent is a hundredth the size of its picture, and rendering and encoding cost as much as a
training step. The file is in the cache, named by a hash of its inputs, and can be deleted at any
time.
"""

import hashlib
import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write, cache_dir
from miaobi.data.batches import Batch, PictureSource
from miaobi.models.pixels import encode_frames

if TYPE_CHECKING:
    from miaobi.models.vae import VAE

CHUNK = 32  # pictures encoded at once
EDITION = 3  # of the file format and of the scenes; a new edition invalidates the cache


@dataclass(frozen=True)
class Latents:
    """Encoded pictures or clips with their captions."""

    values: npt.NDArray[np.float16]  # (N, C, *S), not normalized
    captions: list[str]

    def statistics(
        self, min_deviation: float = 1e-6
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Compute per channel the mean and the inverse of the standard deviation.

        Smaller deviations count as `min_deviation`.
        """
        sample = self.values[:4096].astype(np.float32)
        axes = (0, *range(2, sample.ndim))
        mean, deviation = sample.mean(axes), sample.std(axes)
        return tuple(mean.tolist()), tuple((1 / np.maximum(deviation, min_deviation)).tolist())


def encode_pictures(
    source: PictureSource, autoencoder: "VAE", name: str, count: int
) -> Generator[Progress, None, Latents]:
    """Encode the first `count` training pictures, or read them from the cache.

    `name` identifies the pictures (locations and options); with the autoencoder's weights it
    determines the name of the file.
    """
    path = cache_dir() / "latents" / f"{_cache_key(autoencoder, name, count)}.safetensors"
    if not path.is_file():
        yield from _write_latents(path, _training_batches(source, count), autoencoder, count)
    return read_latents(path)


def encode_held_out(source: PictureSource, autoencoder: "VAE", rows: int) -> Latents:
    """Encode the first `rows` held-out pictures, without a cache."""
    batch = source.held_out(rows, 0)
    return Latents(_encode(batch, autoencoder), batch.captions)


def read_latents(path: Path) -> Latents:
    """Read a file of latents."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return Latents(file.get_tensor("latents"), json.loads(file.metadata()["captions"]))


def _training_batches(source: PictureSource, count: int) -> Iterator[Batch]:
    for first in range(0, count, CHUNK):
        end = min(first + CHUNK, count)
        yield source.pictures(list(range(first, end)), range(end, min(end + CHUNK, count)))


def _write_latents(
    path: Path, batches: Iterator[Batch], autoencoder: "VAE", count: int
) -> Iterator[Progress]:
    from safetensors.numpy import save

    parts: list[npt.NDArray[np.float16]] = []
    captions: list[str] = []
    for batch in batches:
        parts.append(_encode(batch, autoencoder))
        captions += batch.captions
        yield Progress("encoding pictures", len(captions), count)
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"captions": json.dumps(captions, ensure_ascii=False)}
    atomic_write(path, save({"latents": np.concatenate(parts)}, metadata))


def _encode(batch: Batch, autoencoder: "VAE") -> npt.NDArray[np.float16]:
    """Encode pictures (B, 3, H, W) or clips (B, 3, F, H, W) as float16 (B, C, *S)."""
    import torch

    device = next(autoencoder.parameters()).device
    with torch.inference_mode():
        if batch.pictures.dim() == 5:
            latents = encode_frames(autoencoder, batch.pictures.to(device))
        else:
            latents = autoencoder.encode(batch.pictures.to(device)).mode()
    # networks of images return channels-last memory, files are written in C order
    return np.ascontiguousarray(latents.half().cpu().numpy())


def _cache_key(autoencoder: "VAE", name: str, count: int) -> str:
    digest = hashlib.sha256(f"{EDITION} {name} {count}".encode())
    for weights in autoencoder.state_dict().values():
        digest.update(weights.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()[:24]
