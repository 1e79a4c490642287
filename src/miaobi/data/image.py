"""Pictures to batches: scenes drawn by number, or a folder of the user's own, cut to one size.

    place --source--> Batch(pictures (B, 3, H, W) in [-1, 1], labels (B, L), captions)

A batch is a function of (seed, step), as in data/text.py: nothing of a loader has to be saved.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from miaobi.core.checks import check_range

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class PictureConfig:
    """How pictures become batches."""

    size: int = 128  # pixels of a side
    rows: int = 16  # B, pictures in a batch
    subjects: int = 4  # of scenes: most in one picture
    singles: float = 0.5  # of scenes: share of those with one subject
    chinese: float = 0.3  # of scenes: share of Chinese captions
    pool: int = 0  # of scenes: so many different ones; 0: no end of them
    held_out: float = 0.05  # of a folder: share that is never learned
    split: int = 0  # seed of what is held out
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_range("size", self.size, 16, 1024)
        check_range("rows", self.rows, 1, 100_000)
        check_range("subjects", self.subjects, 1, 4)
        check_range("singles", self.singles, 0, 1)
        check_range("chinese", self.chinese, 0, 1)
        check_range("pool", self.pool, 0, 100_000_000)
        check_range("held_out", self.held_out, 0.001, 0.5)


@dataclass(frozen=True)
class Batch:
    """Pictures with what is known of them."""

    pictures: "Tensor"  # float32 (B, 3, H, W) in [-1, 1]
    labels: "Tensor"  # int64 (B, L): a class number in each column
    captions: list[str]  # B of them; "" where there is none


class PictureSource(Protocol):
    """Where pictures come from, each by its number."""

    count: int  # of pictures to learn from
    classes: tuple[tuple[str, ...], ...]  # names of the classes, column by column of the labels

    def pictures(self, numbers: list[int]) -> Batch:
        """Pictures to learn from, by numbers 0 … count - 1."""
        ...

    def held_out(self, rows: int, number: int) -> Batch:
        """Batch `number` of those that are never learned."""
        ...


def draw_batch(source: PictureSource, rows: int, draw: tuple[int, ...]) -> Batch:
    """Pictures to learn from, which `draw` (seed, step, …) alone decides."""
    return source.pictures(np.random.default_rng(draw).integers(0, source.count, rows).tolist())


class SceneSource:
    """Scenes: "labelled" ones with one large subject, or "composed" ones with captions."""

    def __init__(self, kind: str, config: PictureConfig) -> None:
        from miaobi.data.art import STYLES, subjects
        from miaobi.data.scenes import Scenes, ScenesConfig

        self.kind = kind
        self.count = config.pool or 2**62
        self.classes = (tuple(subject.name for subject in subjects()), STYLES)
        known: dict[str, Any] = {
            "seed": config.split, "size": config.size, "subjects": config.subjects,
            "singles": config.singles, "chinese": config.chinese,
        }  # fmt: skip
        self.training = Scenes(ScenesConfig(**known))
        self.others = Scenes(ScenesConfig(**known, split="held-out"))

    def pictures(self, numbers: list[int]) -> Batch:
        return self._batch(self.training, numbers)

    def held_out(self, rows: int, number: int) -> Batch:
        return self._batch(self.others, list(range(number * rows, (number + 1) * rows)))

    def _batch(self, scenes: Any, numbers: list[int]) -> Batch:
        pictures, labels, captions = [], [], []
        for number in numbers:
            if self.kind == "labelled":
                picture, subject, style = scenes.labelled(number)
                caption = ""
            else:
                scene = scenes.scene(number)
                picture, caption = scene.picture, scene.caption
                subject = self.classes[0].index(scene.placed[0].subject.name)
                style = self.classes[1].index(scene.style)
            pictures.append(picture)
            labels.append((subject, style))
            captions.append(caption)
        return to_batch(pictures, labels, captions)


def to_batch(pictures: list[Any], labels: list[tuple[int, ...]], captions: list[str]) -> Batch:
    """uint8 (H, W, 3) pictures of one size as the tensors that networks take."""
    import torch

    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # (B, 3, H, W), H W C inside
    return Batch(
        stacked.float().div_(127.5).sub_(1), torch.tensor(labels, dtype=torch.int64), captions
    )


def to_pictures(x: "Tensor") -> list[Any]:
    """(B, 3, H, W) in [-1, 1] -> uint8 (H, W, 3) each."""
    whole = x.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return list(whole.permute(0, 2, 3, 1).cpu().numpy())
