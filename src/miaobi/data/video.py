"""Clips to batches: drawn by number, or video files of the user's own, cut to one size and rate.

    place --source--> Batch(pictures (B, 3, F, H, W) in [-1, 1], captions)

As in data/image.py, a batch is a function of (seed, step): nothing of a loader has to be saved.
"""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from miaobi.core.checks import check_choice, check_range, check_whole
from miaobi.core.errors import DataError, MediaError
from miaobi.data.image import Batch, Classes, PictureReport, PictureSource, caption_of
from miaobi.models.pixels import clips_to_tensor

if TYPE_CHECKING:
    pass

CLIPS, KINDS = "clips:", ("composed",)
EDITION = 1  # of how clips are drawn; a change makes all latents again
SUFFIXES = (".mp4", ".webm", ".mov", ".mkv", ".gif", ".avi", ".m4v")
LEAST = 8  # clips; fewer teach nothing
MOST = 16  # clips that are cut from one file


@dataclass(frozen=True)
class ClipConfig:
    """How clips become batches."""

    size: int = 128  # pixels of a side
    frames: int = 16  # F
    fps: int = 8  # frames a second
    rows: int = 16  # B, clips in a batch
    chinese: float = 0.3  # of drawn clips: share of Chinese captions
    pool: int = 0  # of drawn clips: so many different ones; 0: no end of them
    held_out: float = 0.05  # of a folder: share that is never learned
    split: int = 0  # seed of what is held out
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_whole("size", self.size, 16, 1024)
        check_whole("frames", self.frames, 2, 256)
        check_whole("fps", self.fps, 1, 60)
        check_range("rows", self.rows, 1, 100_000)
        check_range("chinese", self.chinese, 0, 1)
        check_range("pool", self.pool, 0, 100_000_000)
        check_range("held_out", self.held_out, 0.001, 0.5)


class DrawnClips:
    """Clips of scenes/clips.py."""

    classes: Classes = ()

    def __init__(self, config: ClipConfig) -> None:
        from miaobi.scenes.clips import Clips, ClipsConfig

        self.count = config.pool or 2**62
        self.digest = f"edition {EDITION}"
        known: dict[str, Any] = {
            "seed": config.split,
            "size": config.size,
            "frames": config.frames,
            "chinese": config.chinese,
        }
        self.training = Clips(ClipsConfig(**known))
        self.others = Clips(ClipsConfig(**known, split="held-out"))

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        return self._batch(self.training, numbers)

    def held_out(self, rows: int, number: int) -> Batch:
        return self._batch(self.others, list(range(number * rows, (number + 1) * rows)))

    def _batch(self, clips: Any, numbers: list[int]) -> Batch:
        drawn = [clips.clip(number) for number in numbers]
        return _to_batch([clip.frames for clip in drawn], [clip.caption for clip in drawn])


class FileClips:
    """Clips of the user's own, kept as one array: the middle square of each, at one size.

    A caption is the text file of the video's name, or its name in words.
    """

    classes: Classes = ()

    def __init__(self, clips: Any, captions: list[str], config: ClipConfig) -> None:
        self.values = clips  # uint8 (N, F, size, size, 3)
        self.captions = captions
        told = hashlib.sha256("\n".join(captions).encode() + clips.tobytes())
        self.digest = told.hexdigest()
        order = np.random.default_rng(config.split).permutation(len(clips)).tolist()
        apart = max(1, round(len(clips) * config.held_out))
        self.others, self.training = order[:apart], order[apart:]
        self.count = len(self.training)

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        return self._batch([self.training[number] for number in numbers])

    def held_out(self, rows: int, number: int) -> Batch:
        first = number * rows
        return self._batch([self.others[n % len(self.others)] for n in range(first, first + rows)])

    def _batch(self, places: list[int]) -> Batch:
        return _to_batch([self.values[n] for n in places], [self.captions[n] for n in places])


def open_clips(
    places: tuple[str, ...], config: ClipConfig, exclude: Path | None = None
) -> tuple[PictureSource, PictureReport]:
    """The clips of clips:composed, or of video files and folders, and the report on them.

    `exclude` is a folder that is skipped. Raises DataError for what holds too few clips,
    OptionError for a kind of clips there is not.
    """
    drawn = [place.removeprefix(CLIPS) for place in places if place.startswith(CLIPS)]
    if drawn:
        check_choice("clips", drawn[0], KINDS)
        if len(places) > 1:
            raise DataError(
                "Drawn clips and other data cannot be mixed.", "Name one of them: --data FOLDER"
            )
        return DrawnClips(config), _report(config.pool, 0, config.pool, config.license, places)
    return _open_files(places, config, exclude)


def _open_files(
    places: tuple[str, ...], config: ClipConfig, exclude: Path | None
) -> tuple[PictureSource, PictureReport]:
    clips: list[Any] = []
    captions: list[str] = []
    files, unreadable = _video_files(places, exclude), 0
    for file in files:
        before = len(clips)
        try:
            clips += _cut(file, config)
        except MediaError:
            unreadable += 1
        captions += [caption_of(file, {})] * (len(clips) - before)
    if len(clips) < LEAST:
        raise DataError(
            "The data has only {count} clips of {frames} frames that can be read; {least} are the "
            "least a model can learn from.",
            "Add more MP4, WebM or GIF files, or shorten them with --data.frames.",
            count=len(clips),
            frames=config.frames,
            least=LEAST,
        )
    told = config.license or "not stated"
    report = _report(len(clips), unreadable, len(clips), told, tuple(map(str, files[:20])))
    return FileClips(np.stack(clips), captions, config), report


def _cut(file: Path, config: ClipConfig) -> Iterator[Any]:
    """Pieces of a video without gaps, uint8 (F, size, size, 3). Raises MediaError."""
    from miaobi.media import image, video

    frames = video.read(file, fps=config.fps)
    for _ in range(MOST):
        piece = [
            image.fit(frame, (config.size, config.size))
            for frame in itertools.islice(frames, config.frames)
        ]
        if len(piece) < config.frames:
            return
        yield np.stack(piece)


def _video_files(places: tuple[str, ...], exclude: Path | None) -> list[Path]:
    files: list[Path] = []
    for name in places:
        place = Path(name).expanduser()
        if not place.exists():
            raise DataError("{path} does not exist.", "Check its name.", path=place)
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        files += [file for file in inside if file.suffix.lower() in SUFFIXES and file.is_file()]
    hidden = exclude.resolve() if exclude else None
    return [file for file in files if not hidden or hidden not in file.resolve().parents]


def _report(
    count: int, unreadable: int, captions: int, license: str, origins: tuple[str, ...]
) -> PictureReport:
    return PictureReport(count, 0, unreadable, captions, 0, license, list(origins))


def _to_batch(clips: list[Any], captions: list[str]) -> Batch:
    import torch

    return Batch(clips_to_tensor(clips), torch.zeros(len(clips), 0, dtype=torch.int64), captions)
