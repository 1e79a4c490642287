"""The weight files of a folder in the layout of transformers: one of safetensors, or its shards."""

import json
from pathlib import Path

from miaobi.core.errors import ModelFileError

WEIGHTS = "model.safetensors"
SUFFIX = ".safetensors"


def weight_files(folder: Path, weights: str = WEIGHTS) -> list[str]:
    """Return the names of the weight files, or an empty list; they may be missing.

    As in transformers, a whole file comes before an index of shards, which may be a leftover.
    Raises ModelFileError for an index that names anything but safetensors files beside it.
    """
    if (folder / weights).is_file():
        return [weights]
    index = folder / f"{weights}.index.json"
    if not index.is_file():
        return []
    try:
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise damaged_file(index) from error
    for name in names:  # untrusted
        is_plain = isinstance(name, str) and name.isprintable() and Path(name).name == name
        if not is_plain or "\\" in name or not name.endswith(SUFFIX):
            raise damaged_file(index)
    return sorted(names)


def lists_no_shards(folder: Path, weights: str = WEIGHTS) -> bool:
    """Return True for a folder with shards whose index is missing."""
    shards = folder.glob(f"{weights.removesuffix(SUFFIX)}-*-of-*{SUFFIX}")
    return any(shards) and not (folder / f"{weights}.index.json").is_file()


def damaged_file(path: Path) -> ModelFileError:
    """Return the error for an incomplete or corrupt file."""
    return ModelFileError("{path} is truncated or damaged.", "Download it again.", path=path)


def missing_file(folder: Path, name: str) -> ModelFileError:
    """Return the error for a folder that lacks one of its files."""
    return ModelFileError(
        "{folder} is not complete: {name} is missing.",
        "Download it again.",
        folder=folder,
        name=name,
    )
