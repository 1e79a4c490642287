"""Pictures to batches: scenes drawn by number, or a folder of the user's own, cut to one size.

    place --source--> Batch(pictures (B, 3, H, W) in [-1, 1], labels (B, L), captions)

A batch is a function of (seed, step), as in data/text.py: nothing of a loader has to be saved.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import DataError, MediaError
from miaobi.models.pixels import images_to_tensor

if TYPE_CHECKING:
    from torch import Tensor


SCENES, KINDS = "scenes:", ("labelled", "composed")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
LEAST = 16  # pictures; fewer teach nothing

Classes = tuple[tuple[str, ...], ...]
Drawn = tuple[list[Any], list[tuple[int, ...]], list[str]]  # pictures, labels, captions


@dataclass(frozen=True)
class PictureConfig:
    """How pictures become batches."""

    size: int = 128  # pixels of a side
    rows: int = 16  # B, pictures in a batch
    subjects: int = 4  # of scenes: most in one picture
    singles: float = 0.5  # of scenes: share of those with one subject
    chinese: float = 0.3  # of scenes: share of Chinese captions
    group: str = ""  # of scenes: the subjects of animal, food, object, plant, sky or vehicle; all
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
    classes: Classes  # names of the classes, column by column of the labels
    digest: str  # of pictures, labels and captions; "" where place and options say it all

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        """Pictures to learn from, by numbers 0 … count - 1; `then` are those asked for next."""
        ...

    def held_out(self, rows: int, number: int) -> Batch:
        """Batch `number` of those that are never learned."""
        ...


def draw_batch(source: PictureSource, rows: int, draw: tuple[int, ...]) -> Batch:
    """Pictures to learn from, which `draw` (seed, step, …) alone decides."""
    now, then = (
        np.random.default_rng(numbers).integers(0, source.count, rows).tolist()
        for numbers in (draw, (draw[0], draw[1] + 1, *draw[2:]))
    )
    return source.pictures(now, then)


class SceneSource:
    """Scenes: "labelled" ones with one large subject, or "composed" ones with captions."""

    def __init__(self, kind: str, config: PictureConfig) -> None:
        from miaobi.scenes.pictures import Scenes, ScenesConfig
        from miaobi.scenes.sprites import STYLES, subjects

        self.kind, self.digest = kind, ""
        self.count = config.pool or 2**62
        known: dict[str, Any] = {
            "seed": config.split,
            "size": config.size,
            "subjects": config.subjects,
            "singles": config.singles,
            "chinese": config.chinese,
            "group": config.group,
        }
        self.training = Scenes(ScenesConfig(**known))
        self.others = Scenes(ScenesConfig(**known, split="held-out"))
        self.known = self.training.known
        self.classes: Classes = (tuple(subjects()[n].name for n in self.known), STYLES)

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        return to_batch(*self.drawn(numbers))

    def held_out(self, rows: int, number: int) -> Batch:
        first = number * rows
        return to_batch(*self._drawn(self.others, list(range(first, first + rows))))

    def drawn(self, numbers: list[int]) -> Drawn:
        """Pictures to learn from as they are drawn, before they are tensors."""
        return self._drawn(self.training, numbers)

    def _drawn(self, scenes: Any, numbers: list[int]) -> Drawn:
        pictures: list[Any] = []
        labels: list[tuple[int, ...]] = []
        captions: list[str] = []
        for number in numbers:
            if self.kind == "labelled":
                picture, place, style = scenes.labelled(number)
                subject, caption = self.known.index(place), ""
            else:
                scene = scenes.scene(number)
                picture, caption = scene.picture, scene.caption
                subject = self.classes[0].index(scene.placed[0].subject.name)
                style = self.classes[1].index(scene.style)
            pictures.append(picture)
            labels.append((subject, style))
            captions.append(caption)
        return pictures, labels, captions


class FolderSource:
    """Pictures of the user's own, kept as one array: the middle square of each, at one size.

    The folder a picture lies in is its class. Its caption is the text file of its name, or the
    line of a metadata.jsonl ({"file_name": …, "text": …}) beside it or one folder above, or its
    name in words.
    """

    def __init__(self, files: list[Path], pictures: Any, config: PictureConfig) -> None:
        names = sorted({_class_of(file) for file in files})
        self.classes: Classes = (tuple(names),)
        known = _metadata(files)
        self.values = pictures  # uint8 (N, size, size, 3)
        self.labels = [(names.index(_class_of(file)),) for file in files]
        self.captions = [caption_of(file, known) for file in files]
        told = json.dumps([names, self.labels, self.captions]).encode()
        self.digest = hashlib.sha256(told + pictures.tobytes()).hexdigest()
        order = np.random.default_rng(config.split).permutation(len(files)).tolist()
        apart = max(1, round(len(files) * config.held_out))
        self.others, self.training = order[:apart], order[apart:]
        self.count = len(self.training)

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        return self._batch([self.training[number] for number in numbers])

    def held_out(self, rows: int, number: int) -> Batch:
        first = number * rows
        return self._batch([self.others[n % len(self.others)] for n in range(first, first + rows)])

    def _batch(self, places: list[int]) -> Batch:
        return to_batch(
            [self.values[n] for n in places],
            [self.labels[n] for n in places],
            [self.captions[n] for n in places],
        )


def open_pictures(
    places: tuple[str, ...], config: PictureConfig, exclude: Path | None = None
) -> tuple[PictureSource, "PictureReport"]:
    """The pictures of scenes:KIND, or of files and folders, and the report on them.

    `exclude` is a folder that is skipped. Raises DataError for what holds too few pictures,
    OptionError for a kind of scenes there is not.
    """
    scenes = [place.removeprefix(SCENES) for place in places if place.startswith(SCENES)]
    if scenes:
        check_choice("scenes", scenes[0], KINDS)
        if len(places) > 1:
            raise DataError(
                "Scenes and other data cannot be mixed.", "Name one of them: --data FOLDER"
            )
        source = SceneSource(scenes[0], config)
        return source, PictureReport(
            pictures=config.pool,
            duplicates=0,
            unreadable=0,
            captions=config.pool,
            classes=len(source.classes[0]),
            license=config.license,
            origins=list(places),
        )
    return _open_files(places, config, exclude)


def _open_files(
    places: tuple[str, ...], config: PictureConfig, exclude: Path | None
) -> tuple[PictureSource, "PictureReport"]:
    from miaobi.media.image import decode, fit, opaque

    kept: dict[bytes, tuple[Path, Any]] = {}
    found, unreadable = _picture_files(places, exclude), 0
    for file in found:
        try:
            pixels = fit(opaque(decode(file)), (config.size, config.size))
        except MediaError:
            unreadable += 1
            continue
        kept.setdefault(hashlib.sha256(pixels.tobytes()).digest(), (file, pixels))
    if len(kept) < LEAST:
        raise DataError(
            "The data has only {count} different pictures that can be read; {least} are the least "
            "a model can learn from.",
            "Add more PNG, JPEG or WebP files.",
            count=len(kept),
            least=LEAST,
        )
    files = [file for file, _ in kept.values()]
    source = FolderSource(files, np.stack([pixels for _, pixels in kept.values()]), config)
    report = PictureReport(
        pictures=len(kept),
        duplicates=len(found) - unreadable - len(kept),
        unreadable=unreadable,
        captions=sum(1 for caption in source.captions if caption),
        classes=len(source.classes[0]),
        license=config.license or "not stated",
        origins=[str(file) for file in files[:20]],
    )
    return source, report


def _picture_files(places: tuple[str, ...], exclude: Path | None) -> list[Path]:
    files: list[Path] = []
    for name in places:
        place = Path(name).expanduser()
        if not place.exists():
            raise DataError("{path} does not exist.", "Check its name.", path=place)
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        files += [file for file in inside if file.suffix.lower() in SUFFIXES and file.is_file()]
    hidden = exclude.resolve() if exclude else None
    return [file for file in files if not hidden or hidden not in file.resolve().parents]


def _metadata(files: list[Path]) -> dict[Path, str]:
    """What each metadata.jsonl says of the pictures beside it, and in the folders there."""
    told: dict[Path, str] = {}
    for folder in sorted({folder for file in files for folder in list(file.parents)[:2]}):
        lines = folder / "metadata.jsonl"
        if not lines.is_file():
            continue
        for number, line in enumerate(lines.read_bytes().splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                told[folder / row["file_name"]] = str(row["text"])
            except (ValueError, LookupError, TypeError) as error:
                raise DataError(
                    "Line {number} of {path} cannot be read.",
                    'Write {{"file_name": "a.png", "text": "a cat"}} in each line.',
                    number=number,
                    path=lines,
                ) from error
    return told


def caption_of(file: Path, known: dict[Path, str]) -> str:
    """What is said of a file: in the text file of its name, in `known`, or by its name."""
    beside = file.with_suffix(".txt")
    if beside.is_file():
        return beside.read_text(encoding="utf-8", errors="replace").strip()
    if file in known:
        return known[file]
    words = re.sub(r"[\W_\d]+", " ", file.stem).strip()
    return words if len(words) > 2 else _class_of(file)


def _class_of(file: Path) -> str:
    """The name of its folder, also where that is the one we stand in."""
    return file.parent.name or file.absolute().parent.name


@dataclass(frozen=True)
class PictureReport:
    """What is in the data, said before anything is learned from it."""

    pictures: int  # 0: drawn without end
    duplicates: int  # dropped: the same pixels as an earlier one
    unreadable: int
    captions: int
    classes: int
    license: str
    origins: list[str] = field(default_factory=list)  # the first few


def to_batch(pictures: list[Any], labels: Sequence[tuple[int, ...]], captions: list[str]) -> Batch:
    """uint8 (H, W, 3) pictures of one size as the tensors that networks take."""
    import torch

    return Batch(images_to_tensor(pictures), torch.tensor(labels, dtype=torch.int64), captions)
