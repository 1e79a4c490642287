"""Pictures and clips encoded once by an autoencoder, and learned from again and again.

A latent is a hundredth of its picture, and drawing and encoding it costs as much as learning it.
The file lies in the cache, named by what it was made from, and can be made again at any time.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write, cache_dir
from miaobi.data.image import Batch, PictureSource
from miaobi.models.pixels import encode_frames

if TYPE_CHECKING:
    pass

TOGETHER = 32  # pictures encoded at once
EDITION = 3  # of the file and of how scenes are drawn; a change makes all of them again


@dataclass(frozen=True)
class Latents:
    """Encoded pictures with their captions."""

    values: npt.NDArray[np.float16]  # (N, C, *S), not normalized
    captions: list[str]

    def statistics(self, least: float = 1e-6) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """For each channel what to subtract, and then multiply by, for mean 0 and deviation 1.

        A deviation below `least` counts as that.
        """
        some = self.values[:4096].astype(np.float32)
        axes = (0, *range(2, some.ndim))
        mean, deviation = some.mean(axes), some.std(axes)
        return tuple(mean.tolist()), tuple((1 / np.maximum(deviation, least)).tolist())


def encode_pictures(
    source: PictureSource, autoencoder: Any, name: str, count: int
) -> Iterator[Progress | Latents]:
    """The first `count` pictures of a source: yields Progress, and last the Latents.

    `name` says what the pictures are (a place and its options); with the weights of the
    autoencoder it names the file.
    """
    path = cache_dir() / "latents" / f"{_key(autoencoder, name, count)}.safetensors"
    if not path.is_file():
        yield from _fill(path, _training_batches(source, count), autoencoder, count)
    yield read_latents(path)


def encode_held_out(source: PictureSource, autoencoder: Any, rows: int) -> Latents:
    """The first `rows` held-out pictures, kept nowhere."""
    batch = source.held_out(rows, 0)
    return Latents(_encoded(batch, autoencoder), batch.captions)


def read_latents(path: Path) -> Latents:
    """What was written before."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return Latents(file.get_tensor("latents"), json.loads(file.metadata()["captions"]))


def _training_batches(source: PictureSource, count: int) -> Iterator[Batch]:
    for first in range(0, count, TOGETHER):
        end = min(first + TOGETHER, count)
        yield source.pictures(list(range(first, end)), then=range(end, min(end + TOGETHER, count)))


def _fill(path: Path, batches: Iterator[Batch], autoencoder: Any, count: int) -> Iterator[Progress]:
    from safetensors.numpy import save

    parts: list[npt.NDArray[np.float16]] = []
    captions: list[str] = []
    for batch in batches:
        parts.append(_encoded(batch, autoencoder))
        captions += batch.captions
        yield Progress("encoding pictures", len(captions), count)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"captions": json.dumps(captions, ensure_ascii=False)}
    atomic_write(path, save({"latents": np.concatenate(parts)}, told))


def _encoded(batch: Batch, autoencoder: Any) -> npt.NDArray[np.float16]:
    import torch

    device = next(autoencoder.parameters()).device
    with torch.inference_mode():
        if batch.pictures.dim() == 5:
            latents = encode_frames(autoencoder, batch.pictures.to(device))
        else:
            latents = autoencoder.encode(batch.pictures.to(device)).mode()
    # a file holds rows one after the other, and a network for pictures leaves channels innermost
    return np.ascontiguousarray(latents.half().cpu().numpy())


def _key(autoencoder: Any, name: str, count: int) -> str:
    digest = hashlib.sha256(f"{EDITION} {name} {count}".encode())
    for weights in autoencoder.state_dict().values():
        digest.update(weights.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()[:24]
