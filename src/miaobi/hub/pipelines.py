"""Pipelines of diffusers, from the Hub or a folder: find, download, check, load.

    model_index.json --> {"unet": ("diffusers", "UNet2DConditionModel"), ...} --> checked, loaded

Every network follows the rules of checkpoints: complete safetensors only. Safety checkers are
neither downloaded nor loaded: Miaobi's own policy decides, and its decisions are in the label.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from miaobi.core.errors import EngineError, ModelFileError
from miaobi.hub.files import (
    cached_folder,
    check_checkpoint,
    download,
    list_files,
    no_safetensors,
    silence_libraries,
)
from miaobi.hub.inference import first_line, limit_threads
from miaobi.hub.loading import load_pretrained
from miaobi.models.weight_files import WEIGHTS, damaged_file, missing_file
from miaobi.models.zoo import PICKLES

if TYPE_CHECKING:
    import torch
    from diffusers import DiffusionPipeline

    from miaobi.hub.loading import PretrainedClass

    Classes: TypeAlias = Mapping[str, PretrainedClass]  # class name -> class

INDEX = "model_index.json"
EXCLUDED = ("safety_checker", "watermark")  # components that are not loaded
# pipelines with component classes of their own: an index then names the pipeline's folder
PIPELINE_LIBRARIES = ("audioldm2", "stable_audio", "ace_step")
DIFFUSERS_WEIGHTS = "diffusion_pytorch_model.safetensors"
VARIANTS = ("*.fp16*", "*.bf16*", "*.non_ema*")  # duplicates of the weights
PATTERNS = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")  # files of a component
Components = dict[str, tuple[str, str]]  # name -> (library, class)


def pipeline_folder(source: str) -> Path:
    """Return the checked folder of ORG/NAME or of a local path; download missing files.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(source)
    if not folder.is_dir():
        folder = _download_pipeline(source)
    check_pipeline(folder)
    return folder


def check_pipeline(folder: Path) -> None:
    """Check that a folder is a complete safetensors pipeline, before a loader opens it.

    Raises ModelFileError.
    """
    for name, (library, _) in read_components(folder).items():
        component = folder / name
        if not component.is_dir():
            raise missing_file(folder, name)
        if (component / "config.json").is_file():  # a network, not a tokenizer or scheduler
            weights = WEIGHTS if library == "transformers" else DIFFUSERS_WEIGHTS
            check_checkpoint(component, weights)


def read_components(folder: Path) -> Components:
    """Read the components of model_index.json, without EXCLUDED ones. Raises ModelFileError."""
    path = folder / INDEX
    if not path.is_file():
        raise _no_pipeline(folder)
    try:
        index: Any = json.loads(path.read_text(encoding="utf-8"))
        pipeline_class = index["_class_name"]
        rows = {name: row for name, row in index.items() if isinstance(row, list)}
        components = {name: (row[0], row[1]) for name, row in rows.items() if row[0] is not None}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise damaged_file(path) from error
    components = {name: row for name, row in components.items() if name not in EXCLUDED}
    custom = [
        name
        for name, (library, _) in components.items()
        if library not in ("diffusers", "transformers", *PIPELINE_LIBRARIES)
        or Path(name).name != name
    ]
    if custom or not isinstance(pipeline_class, str):
        raise ModelFileError(
            "{folder} needs custom code for its {name}, which Miaobi does not run.",
            "Choose another model.",
            folder=folder,
            name=(custom or [INDEX])[0],
        )
    return {
        name: (
            f"diffusers.pipelines.{library}" if library in PIPELINE_LIBRARIES else library,
            class_name,
        )
        for name, (library, class_name) in components.items()
    }


def prepare_diffusers() -> None:
    """Silence diffusers and limit PyTorch to the threads of the settings."""
    from diffusers.utils.logging import disable_progress_bar

    silence_libraries()
    disable_progress_bar()
    limit_threads()


def open_pipeline(
    build: "Callable[..., DiffusionPipeline]",
    folder: Path,
    dtype: "torch.dtype",
    replacements: "Classes" = MappingProxyType({}),
) -> "DiffusionPipeline":
    """Load the components of a folder and build their pipeline, without progress bars.

    `build` takes the components as keyword arguments; `replacements` are classes that replace
    those of the index. Raises ModelFileError or EngineError.
    """
    components = load_components(folder, dtype, replacements)
    try:
        pipe = build(**components)
    except Exception as error:
        raise EngineError(
            "{folder} could not be loaded: {reason}.",
            "Choose another model, or another copy.",
            folder=folder,
            reason=first_line(error),
        ) from error
    pipe.set_progress_bar_config(disable=True)
    return pipe


def load_components(
    folder: Path, dtype: "torch.dtype", replacements: "Classes" = MappingProxyType({})
) -> dict[str, Any]:
    """Load every component of a pipeline, networks in `dtype`; None for EXCLUDED ones.

    Raises ModelFileError, also for missing weights, which the loaders would initialize at random.
    """
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    components = read_components(folder)
    rows = [name for name, row in index.items() if isinstance(row, list)]
    loaded: dict[str, Any] = {name: None for name in rows if name not in components}
    for name, (library, class_name) in components.items():
        factory = replacements.get(class_name) or getattr(import_module(library), class_name, None)
        if factory is None:
            raise ModelFileError(
                "{folder} needs {kind} of {library}, which this version does not have.",
                "Choose another model.",
                folder=folder,
                kind=class_name,
                library=library,
            )
        component = folder / name
        if not (component / "config.json").is_file():
            loaded[name] = load_pretrained(factory, component)
            continue
        with _without_leftover_index(component) as readable:
            network, report = load_pretrained(
                factory, readable, use_safetensors=True, torch_dtype=dtype, output_loading_info=True
            )
        if missing := sorted(report["missing_keys"]):
            raise ModelFileError(
                "The weights in {folder} do not fit its config.json: {count} of them are missing "
                "or of another size, the first is {name}.",
                "Download it again, or choose another model.",
                folder=component,
                count=len(missing),
                name=missing[0],
            )
        loaded[name] = network.eval().requires_grad_(False)
    return loaded


@contextmanager
def _without_leftover_index(component: Path) -> Iterator[Path]:
    """Return a folder whose whole weights are read: diffusers prefers an index, even a leftover."""
    index = f"{DIFFUSERS_WEIGHTS}.index.json"
    if not (component / DIFFUSERS_WEIGHTS).is_file() or not (component / index).exists():
        yield component
        return
    with TemporaryDirectory(prefix="miaobi-") as folder:
        for path in component.iterdir():
            if path.name != index:
                (Path(folder) / path.name).symlink_to(path.resolve())
        yield Path(folder)


def _download_pipeline(source: str) -> Path:
    """Return the local copy of a repository; reject pickles before any weights are downloaded."""
    index = cached_folder(source, [INDEX])
    if index is not None and (index / INDEX).is_file():
        folder = cached_folder(source, _patterns(read_components(index)), VARIANTS)
        if folder is not None and _is_complete(folder):
            return folder
    names = list_files(source)
    if INDEX not in names:
        raise _no_pipeline(source)
    components = read_components(download(source, [INDEX]))
    for component in components:
        files = [name for name in names if name.startswith(f"{component}/")]
        has_weights = any(name.endswith(".safetensors") for name in files)
        if f"{component}/config.json" in files and not has_weights:
            raise no_safetensors(source, [name for name in files if name.endswith(PICKLES)])
    return download(source, _patterns(components), VARIANTS)


def _patterns(components: Components) -> list[str]:
    return [INDEX, *(f"{name}/{pattern}" for name in components for pattern in PATTERNS)]


def _is_complete(folder: Path) -> bool:
    try:
        check_pipeline(folder)
    except ModelFileError:
        return False
    return True


def _no_pipeline(folder: object) -> ModelFileError:
    return ModelFileError(
        "{folder} has no {name}: it is not a diffusers pipeline.",
        "Give a pipeline folder, as on the Hub.",
        folder=folder,
        name=INDEX,
    )
