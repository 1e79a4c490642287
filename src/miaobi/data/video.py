"""Clips as training data: rendered by index, or the user's own videos at one size and rate."""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_choice, check_integer, check_range
from miaobi.core.errors import DataError, MediaError
from miaobi.data.batches import Batch, Classes, PictureSource, to_batch
from miaobi.data.folders import ArraySource, caption_of, find_files
from miaobi.data.image import PictureReport

CLIPS, KINDS = "clips:", ("composed",)
EDITION = 1  # of rendered clips; a new edition invalidates cached latents
SUFFIXES = (".mp4", ".webm", ".mov", ".mkv", ".gif", ".avi", ".m4v")
MIN_CLIPS = 8
MAX_PER_FILE = 16  # clips cut from one file


@dataclass(frozen=True)
class ClipConfig:
    """Options of training clips and their batches. Raises OptionError."""

    size: int = 128  # pixels of a side
    frames: int = 16  # F
    fps: int = 8  # frames per second
    rows: int = 16  # B, clips in a batch
    chinese: float = 0.3  # of rendered clips: fraction of Chinese captions
    pool: int = 0  # of rendered clips: number of different ones; 0: unlimited
    held_out: float = 0.05  # of files: fraction that is held out
    split: int = 0  # seed of the held-out split
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_integer("size", self.size, 16, 1024)
        check_integer("frames", self.frames, 2, 256)
        check_integer("fps", self.fps, 1, 60)
        check_range("rows", self.rows, 1, 100_000)
        check_range("chinese", self.chinese, 0, 1)
        check_range("pool", self.pool, 0, 100_000_000)
        check_range("held_out", self.held_out, 0.001, 0.5)


class RenderedClips:
    """Clips of scenes/clips.py."""

    classes: Classes = ()

    def __init__(self, config: ClipConfig) -> None:
        from miaobi.scenes.clips import Clips, ClipsConfig

        self.count = config.pool or 2**62
        self.digest = f"edition {EDITION}"
        clips = ClipsConfig(
            seed=config.split, size=config.size, frames=config.frames, chinese=config.chinese
        )
        self.training = Clips(clips)
        self.held_out_clips = Clips(replace(clips, split="held-out"))

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        clips = [self.training.clip(index) for index in indices]
        return _to_batch([clip.frames for clip in clips], [clip.caption for clip in clips])

    def held_out(self, rows: int, number: int) -> Batch:
        clips = [self.held_out_clips.clip(n) for n in range(number * rows, (number + 1) * rows)]
        return _to_batch([clip.frames for clip in clips], [clip.caption for clip in clips])


def open_clips(
    locations: tuple[str, ...], config: ClipConfig, exclude: Path | None = None
) -> tuple[PictureSource, PictureReport]:
    """Open the clips of clips:composed, or of video files and folders, with a report on them.

    Files inside the folder `exclude` are skipped. Raises DataError for too few clips,
    OptionError for an unknown kind of clips.
    """
    kinds = [name.removeprefix(CLIPS) for name in locations if name.startswith(CLIPS)]
    if kinds:
        check_choice("clips", kinds[0], KINDS)
        if len(locations) > 1:
            raise DataError(
                "Drawn clips and other data cannot be mixed.", "Name one of them: --data FOLDER"
            )
        return RenderedClips(config), _report(config.pool, 0, config.license, locations)
    return _open_files(locations, config, exclude)


def _open_files(
    locations: tuple[str, ...], config: ClipConfig, exclude: Path | None
) -> tuple[PictureSource, PictureReport]:
    clips: list[Pixels] = []
    captions: list[str] = []
    files, unreadable = find_files(locations, SUFFIXES, exclude), 0
    for file in files:
        before = len(clips)
        try:
            clips += _cut(file, config)
        except MediaError:
            unreadable += 1
        captions += [caption_of(file, {})] * (len(clips) - before)
    if len(clips) < MIN_CLIPS:
        raise DataError(
            "The data has only {count} clips of {frames} frames that can be read; {least} are the "
            "least a model can learn from.",
            "Add more MP4, WebM or GIF files, or shorten them with --data.frames.",
            count=len(clips),
            frames=config.frames,
            least=MIN_CLIPS,
        )
    license = config.license or "not stated"
    report = _report(len(clips), unreadable, license, tuple(map(str, files[:20])))
    return clip_array(np.stack(clips), captions, config), report


def clip_array(clips: Pixels, captions: list[str], config: ClipConfig) -> ArraySource:
    """Return the source of clips (N, F, size, size, 3), without classes."""
    digest = hashlib.sha256("\n".join(captions).encode() + clips.tobytes()).hexdigest()
    labels: list[tuple[int, ...]] = [()] * len(clips)
    return ArraySource(clips, labels, captions, (), digest, config)


def _cut(file: Path, config: ClipConfig) -> Iterator[Pixels]:
    """Cut a video into consecutive clips, uint8 (F, size, size, 3). Raises MediaError."""
    from miaobi.media import image, video

    frames = video.read(file, fps=config.fps)
    for _ in range(MAX_PER_FILE):
        clip = [
            image.fit(frame, (config.size, config.size))
            for frame in itertools.islice(frames, config.frames)
        ]
        if len(clip) < config.frames:
            return
        yield np.stack(clip)


def _report(count: int, unreadable: int, license: str, origins: tuple[str, ...]) -> PictureReport:
    return PictureReport(count, 0, unreadable, count, 0, license, list(origins))


def _to_batch(clips: list[Pixels], captions: list[str]) -> Batch:
    return to_batch(clips, [()] * len(clips), captions)
