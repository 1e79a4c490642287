"""Batches of pictures or clips, and the interface of their sources.

    index --source--> Batch(pictures (B, 3, H, W) or (B, 3, F, H, W) in [-1, 1], labels, captions)

A batch is a function of (seed, step), as in data/text.py: no state of a data loader is saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.models.pixels import clips_to_tensor, images_to_tensor

if TYPE_CHECKING:
    from torch import Tensor

Classes = tuple[tuple[str, ...], ...]
Rows = tuple[list[Pixels], list[tuple[int, ...]], list[str]]  # pictures, labels, captions


@dataclass(frozen=True)
class Batch:
    """Pictures or clips with their labels and captions."""

    pictures: "Tensor"  # float32 (B, 3, H, W), or (B, 3, F, H, W), in [-1, 1]
    labels: "Tensor"  # int64 (B, L): a class index in each column
    captions: list[str]  # B of them; "" where there is none


class PictureSource(Protocol):
    """Indexed pictures or clips, split into training and held-out ones."""

    count: int  # number of training pictures
    classes: Classes  # names of the classes in each column of the labels
    digest: str  # of pictures, labels and captions; "" where location and options determine them

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        """Return training pictures by indices 0 … count - 1; `upcoming` ones may be prefetched."""
        ...

    def held_out(self, rows: int, number: int) -> Batch:
        """Return held-out batch `number`."""
        ...


def draw_batch(source: PictureSource, rows: int, seed_path: tuple[int, ...]) -> Batch:
    """Draw training pictures at random, as determined by the seed path (seed, step, …)."""
    next_path = (seed_path[0], seed_path[1] + 1, *seed_path[2:])
    now, upcoming = (
        np.random.default_rng(path).integers(0, source.count, rows).tolist()
        for path in (seed_path, next_path)
    )
    return source.pictures(now, upcoming)


def to_batch(
    pictures: list[Pixels], labels: Sequence[tuple[int, ...]], captions: list[str]
) -> Batch:
    """Collate uint8 pictures (H, W, 3), or clips (F, H, W, 3), of one size."""
    import torch

    convert = clips_to_tensor if pictures[0].ndim == 4 else images_to_tensor
    return Batch(convert(pictures), torch.tensor(labels, dtype=torch.int64), captions)
