"""Image and video files of the user: found, captioned, and held in one array."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from miaobi.core.errors import DataError
from miaobi.core.text_encoding import decode_text
from miaobi.data.batches import Batch, Classes, to_batch

if TYPE_CHECKING:
    import numpy.typing as npt


class SplitConfig(Protocol):
    """Options that split data into training and held-out parts."""

    @property
    def held_out(self) -> float:
        """Fraction that is held out."""
        ...

    @property
    def split(self) -> int:
        """Seed of the split."""
        ...


class ArraySource:
    """Pictures (N, H, W, 3) or clips (N, F, H, W, 3) in memory, uint8, at one size."""

    def __init__(
        self,
        values: "npt.NDArray[np.uint8]",
        labels: list[tuple[int, ...]],
        captions: list[str],
        classes: Classes,
        digest: str,
        config: SplitConfig,
    ) -> None:
        self.values, self.labels, self.captions = values, labels, captions
        self.classes, self.digest = classes, digest
        order = np.random.default_rng(config.split).permutation(len(values)).tolist()
        count = max(1, round(len(values) * config.held_out))
        self.held_out_indices, self.training_indices = order[:count], order[count:]
        self.count = len(self.training_indices)

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        return self._batch([self.training_indices[index] for index in indices])

    def held_out(self, rows: int, number: int) -> Batch:
        first, held_out = number * rows, self.held_out_indices
        return self._batch([held_out[n % len(held_out)] for n in range(first, first + rows)])

    def _batch(self, indices: list[int]) -> Batch:
        return to_batch(
            [self.values[n] for n in indices],
            [self.labels[n] for n in indices],
            [self.captions[n] for n in indices],
        )


def find_files(
    locations: tuple[str, ...], suffixes: tuple[str, ...], exclude: Path | None
) -> list[Path]:
    """Find files with one of the suffixes in files and folders, searched recursively.

    Files inside the folder `exclude` are skipped. Raises DataError for a missing location.
    """
    files: list[Path] = []
    for location in locations:
        path = Path(location).expanduser()
        if not path.exists():
            raise DataError("{path} does not exist.", "Check its name.", path=path)
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [file for file in inside if file.suffix.lower() in suffixes and file.is_file()]
    hidden = exclude.resolve() if exclude else None
    return [file for file in files if not hidden or hidden not in file.resolve().parents]


def read_metadata(files: list[Path]) -> dict[Path, str]:
    """Read captions from each metadata.jsonl beside the files or one folder above.

    Lines are {"file_name": …, "text": …}, as in the imagefolder format of Hugging Face datasets.
    Raises DataError.
    """
    captions: dict[Path, str] = {}
    for folder in sorted({folder for file in files for folder in list(file.parents)[:2]}):
        metadata = folder / "metadata.jsonl"
        if not metadata.is_file():
            continue
        for number, line in enumerate(decode_text(metadata.read_bytes(), metadata).split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                captions[folder / row["file_name"]] = str(row["text"])
            except (ValueError, LookupError, TypeError) as error:
                raise DataError(
                    "Line {number} of {path} cannot be read.",
                    'Write {{"file_name": "a.png", "text": "a cat"}} in each line.',
                    number=number,
                    path=metadata,
                ) from error
    return captions


def caption_of(file: Path, metadata: dict[Path, str]) -> str:
    """Return the caption of a file: its text file, its line in the metadata, or its name."""
    text_file = file.with_suffix(".txt")
    if text_file.is_file():
        return decode_text(text_file.read_bytes(), text_file).strip()
    if file in metadata:
        return metadata[file]
    words = re.sub(r"[\W_\d]+", " ", file.stem).strip()
    return words if len(words) > 2 else class_of(file)


def class_of(file: Path) -> str:
    """Return the name of the folder of a file, also of one in the working directory."""
    return file.parent.name or file.absolute().parent.name
