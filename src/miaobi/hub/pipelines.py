"""Pipelines of the Hub, found and loaded: a folder with a subfolder for each network.

    model_index.json --> {"unet": ("diffusers", "UNet2DConditionModel"), ...} --> checked, loaded

Each network is held to the same rules as any checkpoint: whole safetensors or nothing. A safety
checker is neither fetched nor loaded: this machine's policy decides, and says what it did.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from miaobi.core.errors import ModelFileError
from miaobi.hub.files import (
    WEIGHTS,
    cached,
    check,
    fetch,
    listing,
    no_safetensors,
)
from miaobi.hub.loading import load
from miaobi.models.zoo import PICKLES

INDEX = "model_index.json"
LEFT_OUT = ("safety_checker", "watermark")
# parts that diffusers keeps beside one pipeline: an index names that pipeline's folder
OWN = ("audioldm2", "stable_audio", "ace_step")
DIFFUSERS_WEIGHTS = "diffusion_pytorch_model.safetensors"
VARIANTS = ("*.fp16*", "*.bf16*", "*.non_ema*")  # the same weights once more
FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")  # of one part
Parts = dict[str, tuple[str, str]]  # name -> (library, class)


def pipeline_folder(place: str) -> Path:
    """The folder of ORG/NAME or of a local path, checked; what is missing is downloaded.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(place)
    if not folder.is_dir():
        folder = _downloaded(place)
    check_pipeline(folder)
    return folder


def check_pipeline(folder: Path) -> None:
    """Refuse what is no whole safetensors pipeline, before a loader sees it.

    Raises ModelFileError.
    """
    for name, (library, _) in read_parts(folder).items():
        part = folder / name
        if not part.is_dir():
            raise ModelFileError(
                "{folder} is not complete: {name} is missing.",
                "Download it again.",
                folder=folder,
                name=name,
            )
        if (part / "config.json").is_file():  # a network; tokenizers and schedulers have none
            check(part, WEIGHTS if library == "transformers" else DIFFUSERS_WEIGHTS)


def read_parts(folder: Path) -> Parts:
    """The parts that model_index.json names, without those left out. Raises ModelFileError."""
    path = folder / INDEX
    if not path.is_file():
        raise ModelFileError(
            "{folder} has no {name}: it is no picture model of diffusers.",
            "Give a folder as the Hub has it.",
            folder=folder,
            name=INDEX,
        )
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        kind = document["_class_name"]
        rows = {name: row for name, row in document.items() if isinstance(row, list)}
        parts = {name: (row[0], row[1]) for name, row in rows.items() if row[0] is not None}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelFileError(
            "{path} is truncated or damaged.", "Download it again.", path=path
        ) from error
    parts = {name: row for name, row in parts.items() if name not in LEFT_OUT}
    strangers = [
        name
        for name, (library, _) in parts.items()
        if library not in ("diffusers", "transformers", *OWN) or Path(name).name != name
    ]
    if strangers or not isinstance(kind, str):
        raise ModelFileError(
            "{folder} needs code of its own for its {name}, which is not run here.",
            "Choose another model.",
            folder=folder,
            name=(strangers or [INDEX])[0],
        )
    return {
        name: (f"diffusers.pipelines.{library}" if library in OWN else library, kind)
        for name, (library, kind) in parts.items()
    }


def load_parts(
    folder: Path, dtype: Any, instead: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Every part of a pipeline, networks with their weights of `dtype`; None for those left out.

    `instead` has classes to take in place of those the index names. Raises ModelFileError, also
    where weights do not fit: the loaders would draw them at random.
    """
    document = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    parts = read_parts(folder)
    rows = [name for name, row in document.items() if isinstance(row, list)]
    loaded: dict[str, Any] = {name: None for name in rows if name not in parts}
    for name, (library, kind) in parts.items():
        factory = instead.get(kind) or getattr(import_module(library), kind, None)
        if factory is None:
            raise ModelFileError(
                "{folder} needs {kind} of {library}, which this version does not have.",
                "Choose another model.",
                folder=folder,
                kind=kind,
                library=library,
            )
        part = folder / name
        if not (part / "config.json").is_file():
            loaded[name] = load(factory, part)
            continue
        network, report = load(
            factory, part, use_safetensors=True, torch_dtype=dtype, output_loading_info=True
        )
        if missing := sorted(report["missing_keys"]):
            raise ModelFileError(
                "The weights in {folder} do not fit its config.json: {count} of them are missing "
                "or of another size, the first is {name}.",
                "Download it again, or choose another model.",
                folder=part,
                count=len(missing),
                name=missing[0],
            )
        loaded[name] = network.eval().requires_grad_(False)
    return loaded


def _downloaded(place: str) -> Path:
    """Our copy of a repository, which is refused before a weight is fetched if it is pickled."""
    index = cached(place, [INDEX])
    if index is not None and (index / INDEX).is_file():
        wanted = _wanted(read_parts(index))
        folder = cached(place, wanted, VARIANTS)
        if folder is not None and _complete(folder):
            return folder
    names = listing(place)
    if INDEX not in names:
        raise ModelFileError(
            "{folder} has no {name}: it is no picture model of diffusers.",
            "Give a folder as the Hub has it.",
            folder=place,
            name=INDEX,
        )
    parts = read_parts(fetch(place, [INDEX]))
    for part in parts:
        files = [name for name in names if name.startswith(f"{part}/")]
        if f"{part}/config.json" in files and not any(n.endswith(".safetensors") for n in files):
            raise no_safetensors(place, [name for name in files if name.endswith(PICKLES)])
    return fetch(place, _wanted(parts), VARIANTS)


def _wanted(parts: Parts) -> list[str]:
    return [INDEX, *(f"{part}/{pattern}" for part in parts for pattern in FILES)]


def _complete(folder: Path) -> bool:
    try:
        check_pipeline(folder)
    except ModelFileError:
        return False
    return True
