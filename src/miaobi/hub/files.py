"""Checkpoints of the Hugging Face Hub and local folders like them: find, download, check.

    ORG/NAME --download once--> folder --check--> config.json and complete safetensors

Only safetensors are accepted, since a pickle can run arbitrary code; Python files of a model are
not even downloaded. A model in the local cache is not looked up again.
"""

import errno
from collections.abc import Sequence
from pathlib import Path

from miaobi.core.errors import (
    DownloadError,
    MiaobiError,
    ModelFileError,
    NotFoundError,
    OfflineError,
)
from miaobi.core.paths import write_error
from miaobi.core.settings import offline
from miaobi.models.weight_files import (
    WEIGHTS,
    damaged_file,
    lists_no_shards,
    missing_file,
    weight_files,
)
from miaobi.models.zoo import PICKLES

INDEX = "model.safetensors.index.json"  # of sharded weights
# files of a checkpoint, all at the top level of its repository; never a .py file
PATTERNS = ("*.json", "*.txt", "*.model", "*.jinja", "model*.safetensors")
IGNORED = ("*/*", "*.fp16*", "*.bf16*")
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM)


def checkpoint_folder(source: str) -> Path:
    """Return the checked folder of ORG/NAME or of a local path; download missing files.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(source)
    if not folder.is_dir():
        cached = cached_folder(source, PATTERNS, IGNORED)
        folder = cached if cached and _is_complete(cached) else _download_checkpoint(source)
    check_checkpoint(folder)
    return folder


def fetch_files(source: str, names: Sequence[str]) -> Path:
    """Return a folder with the named files of ORG/NAME or of a local path.

    Raises the errors of `checkpoint_folder`.
    """
    folder: Path | None = Path(source)
    if not Path(source).is_dir():
        folder = cached_folder(source, names)
        if folder is None or not all((folder / name).is_file() for name in names):
            folder = download(source, names)
    assert folder is not None
    for name in names:
        if not (folder / name).is_file():
            raise ModelFileError(
                "{source} has no file {name}.", "Download it again.", source=source, name=name
            )
    return folder


def check_checkpoint(folder: Path, weights: str = WEIGHTS) -> None:
    """Check that a folder is a complete safetensors checkpoint, before a loader opens it.

    `weights` is the name of its weight file. Raises ModelFileError.
    """
    if not (folder / "config.json").is_file():
        raise ModelFileError(
            "{folder} has no config.json: it is not a model folder.",
            "Give a model folder, as on the Hub, or a .gguf file.",
            folder=folder,
        )
    names = weight_files(folder, weights)
    if not names and lists_no_shards(folder, weights):
        raise missing_file(folder, f"{weights}.index.json")
    if not names:
        pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        raise no_safetensors(folder, pickles)
    for name in names:
        _check_safetensors(folder / name)


def _check_safetensors(path: Path) -> None:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise missing_file(path.parent, path.name)
    try:
        with safe_open(path, framework="pt"):
            pass  # opening compares the length of the file with its header
    except (SafetensorError, OSError) as error:
        raise damaged_file(path) from error


def no_safetensors(source: object, pickles: Sequence[str]) -> ModelFileError:
    """Return the error for a model without safetensors, or with `pickles` in their place."""
    if pickles:
        return ModelFileError(
            "{source} has its weights only as {name}, a pickled file, and opening one can run any "
            "program it holds.",
            "Choose a model that has safetensors, or convert it first "
            "(the Hub's space safetensors/convert does that).",
            source=source,
            name=pickles[0],
        )
    return ModelFileError(
        "{source} has no {name}.",
        "Give a model with safetensors weights, or a .gguf file.",
        source=source,
        name=WEIGHTS,
    )


def _is_complete(folder: Path) -> bool:
    names = [*weight_files(folder), "config.json"]
    return len(names) > 1 and all((folder / name).is_file() for name in names)


def cached_folder(source: str, patterns: Sequence[str], ignored: Sequence[str] = ()) -> Path | None:
    """Return the folder of a repository in the local cache of the Hub, or None."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                source,
                local_files_only=True,
                allow_patterns=list(patterns),
                ignore_patterns=list(ignored),
            )
        )
    except LocalEntryNotFoundError:
        return None
    except HFValidationError as error:
        raise _unknown_repository(source) from error


def _download_checkpoint(source: str) -> Path:
    """Download a repository with safetensors; reject any other before the download."""
    names = list_files(source)
    if WEIGHTS not in names and INDEX not in names:
        raise no_safetensors(source, [name for name in names if name.endswith(PICKLES)])
    return download(source, PATTERNS, IGNORED)


def list_files(source: str) -> list[str]:
    """List the files of a repository. Raises the errors of `checkpoint_folder`."""
    require_network(source)
    from huggingface_hub import HfApi

    try:
        # not list_repo_files, which retries for 23 seconds without a network
        return [file.rfilename for file in HfApi().model_info(source, timeout=30).siblings or ()]
    except Exception as error:
        raise hub_error(source, error) from error


def download(source: str, patterns: Sequence[str], ignored: Sequence[str] = ()) -> Path:
    """Download matching files; return their folder. Raises the errors of `checkpoint_folder`."""
    require_network(source)
    silence_libraries()
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(source, allow_patterns=list(patterns), ignore_patterns=list(ignored))
        )
    except Exception as error:  # its transports raise errors of four libraries
        raise hub_error(source, error) from error


def hub_error(source: str, error: Exception) -> MiaobiError:
    """Convert an error of huggingface_hub to one with a hint for the user."""
    from huggingface_hub import constants, errors

    if isinstance(error, errors.GatedRepoError):
        return DownloadError(
            "{source} is gated: it can be downloaded after its terms are accepted.",
            "Accept them on its page, then run: hf auth login",
            source=source,
        )
    if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
        return _unknown_repository(source)
    if isinstance(error, errors.HfHubHTTPError) and error.response is not None:
        return DownloadError(
            "{name} answered {status}.", name="The Hub", status=error.response.status_code
        )
    if isinstance(error, OSError) and error.errno in DISK_ERRORS:
        return write_error(Path(constants.HF_HUB_CACHE), error)
    return DownloadError(
        "{source} could not be fetched: the Hub could not be reached ({reason}).",
        "Check the network connection, or HF_ENDPOINT, or give a local folder.",
        source=source,
        reason=type(error.__cause__ or error).__name__,
    )


def _unknown_repository(source: str) -> NotFoundError:
    return NotFoundError(
        "There is no repository {source} on the Hub, or it is private.",
        "Check the spelling; for a private one, run: hf auth login",
        source=source,
    )


def require_network(source: str) -> None:
    """Raise OfflineError if the settings forbid downloads."""
    if offline():
        raise OfflineError(
            "{source} would have to be downloaded, and the network is switched off.",
            "Unset MIAOBI_OFFLINE and HF_HUB_OFFLINE, or give a local folder.",
            source=source,
        )


def silence_libraries() -> None:
    """Silence the progress bars and warnings of huggingface_hub, transformers and diffusers."""
    import logging

    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bars()
    disable_progress_bar()
    for library in ("huggingface_hub", "transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)
    logging.getLogger("diffusers").setLevel(logging.CRITICAL)  # it logs every error that it raises
