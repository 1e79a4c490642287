"""Pictures as training data: scenes rendered by index, or the user's own files at one size."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import DataError, MediaError
from miaobi.data.batches import Batch, Classes, PictureSource, Rows, to_batch
from miaobi.data.folders import ArraySource, caption_of, class_of, find_files, read_metadata

SCENES, KINDS = "scenes:", ("labelled", "composed")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
MIN_PICTURES = 16


@dataclass(frozen=True)
class PictureConfig:
    """Options of training pictures and their batches. Raises OptionError."""

    size: int = 128  # pixels of a side
    rows: int = 16  # B, pictures in a batch
    subjects: int = 4  # of scenes: maximum in one picture
    singles: float = 0.5  # of scenes: fraction with one subject
    chinese: float = 0.3  # of scenes: fraction of Chinese captions
    group: str = ""  # of scenes: animal, food, object, plant, sky or vehicle; "": all
    pool: int = 0  # of scenes: number of different ones; 0: unlimited
    held_out: float = 0.05  # of files: fraction that is held out
    split: int = 0  # seed of the held-out split
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
class PictureReport:
    """Summary of training pictures or clips, shown before training."""

    pictures: int  # 0: unlimited
    duplicates: int  # dropped: the same pixels as an earlier one
    unreadable: int
    captions: int
    classes: int
    license: str
    origins: list[str] = field(default_factory=list)  # the first few


class SceneSource:
    """Scenes: "labelled" ones of one large subject, or "composed" ones with captions."""

    def __init__(self, kind: str, config: PictureConfig) -> None:
        from miaobi.scenes.pictures import Scenes, ScenesConfig
        from miaobi.scenes.sprites import STYLES, subjects

        self.kind, self.digest = kind, ""
        self.count = config.pool or 2**62
        scenes = ScenesConfig(
            seed=config.split,
            size=config.size,
            subjects=config.subjects,
            singles=config.singles,
            chinese=config.chinese,
            group=config.group,
        )
        self.training = Scenes(scenes)
        self.held_out_scenes = Scenes(replace(scenes, split="held-out"))
        self.subjects = self.training.subject_indices
        self.classes: Classes = (tuple(subjects()[n].name for n in self.subjects), STYLES)

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        return to_batch(*self.render(indices))

    def held_out(self, rows: int, number: int) -> Batch:
        indices = list(range(number * rows, (number + 1) * rows))
        return to_batch(*self._rows(indices, is_held_out=True))

    def render(self, indices: list[int]) -> Rows:
        """Render training pictures by index."""
        return self._rows(indices, is_held_out=False)

    def _rows(self, indices: list[int], is_held_out: bool) -> Rows:
        scenes = self.held_out_scenes if is_held_out else self.training
        pictures: list[Pixels] = []
        labels: list[tuple[int, ...]] = []
        captions: list[str] = []
        for index in indices:
            if self.kind == "labelled":
                picture, subject, style = scenes.labeled(index)
                label, caption = (self.subjects.index(subject), style), ""
            else:
                scene = scenes.scene(index)
                picture, caption = scene.picture, scene.caption
                names, styles = self.classes
                label = names.index(scene.placed[0].subject.name), styles.index(scene.style)
            pictures.append(picture)
            labels.append(label)
            captions.append(caption)
        return pictures, labels, captions


def open_pictures(
    locations: tuple[str, ...], config: PictureConfig, exclude: Path | None = None
) -> tuple[PictureSource, PictureReport]:
    """Open the pictures of scenes:KIND, or of files and folders, with a report on them.

    Files inside the folder `exclude` are skipped. Raises DataError for too few pictures,
    OptionError for an unknown kind of scenes.
    """
    kinds = [name.removeprefix(SCENES) for name in locations if name.startswith(SCENES)]
    if kinds:
        check_choice("scenes", kinds[0], KINDS)
        if len(locations) > 1:
            raise DataError(
                "Scenes and other data cannot be mixed.", "Name one of them: --data FOLDER"
            )
        source = SceneSource(kinds[0], config)
        return source, PictureReport(
            pictures=config.pool,
            duplicates=0,
            unreadable=0,
            captions=config.pool,
            classes=len(source.classes[0]),
            license=config.license,
            origins=list(locations),
        )
    return _open_files(locations, config, exclude)


def _open_files(
    locations: tuple[str, ...], config: PictureConfig, exclude: Path | None
) -> tuple[PictureSource, PictureReport]:
    from miaobi.media.image import decode, fit, flatten_alpha

    by_digest: dict[bytes, tuple[Path, Pixels]] = {}
    candidates, unreadable = find_files(locations, SUFFIXES, exclude), 0
    for file in candidates:
        try:
            pixels = fit(flatten_alpha(decode(file)), (config.size, config.size))
        except MediaError:
            unreadable += 1
            continue
        by_digest.setdefault(hashlib.sha256(pixels.tobytes()).digest(), (file, pixels))
    if len(by_digest) < MIN_PICTURES:
        raise DataError(
            "The data has only {count} different pictures that can be read; {least} are the least "
            "a model can learn from.",
            "Add more PNG, JPEG or WebP files.",
            count=len(by_digest),
            least=MIN_PICTURES,
        )
    files = [file for file, _ in by_digest.values()]
    source = picture_array(files, np.stack([pixels for _, pixels in by_digest.values()]), config)
    report = PictureReport(
        pictures=len(files),
        duplicates=len(candidates) - unreadable - len(files),
        unreadable=unreadable,
        captions=sum(1 for caption in source.captions if caption),
        classes=len(source.classes[0]),
        license=config.license or "not stated",
        origins=[str(file) for file in files[:20]],
    )
    return source, report


def picture_array(files: list[Path], pictures: Pixels, config: PictureConfig) -> ArraySource:
    """Return the source of pictures (N, size, size, 3); the folder of a file is its class."""
    names = sorted({class_of(file) for file in files})
    metadata = read_metadata(files)
    labels: list[tuple[int, ...]] = [(names.index(class_of(file)),) for file in files]
    captions = [caption_of(file, metadata) for file in files]
    text = json.dumps([names, labels, captions]).encode()
    digest = hashlib.sha256(text + pictures.tobytes()).hexdigest()
    return ArraySource(pictures, labels, captions, (tuple(names),), digest, config)
