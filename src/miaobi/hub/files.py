"""Checkpoints of the Hugging Face Hub, and folders like them: found, downloaded and checked.

    ORG/NAME --download, once--> folder --check--> config.json and whole safetensors

Only safetensors are accepted: a pickled file can run any program it holds. Code that comes with a
model is not even downloaded. A model that is here is not looked up again.
"""

import errno
import json
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
from miaobi.models.zoo import PICKLES

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"  # of weights that are split into several files
# what one checkpoint needs, all of it at the top of its repository; never a .py file
WANTED = ("*.json", "*.txt", "*.model", "*.jinja", "model*.safetensors")
UNWANTED = ("*/*", "*.fp16*", "*.bf16*")
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM)


def checkpoint(place: str) -> Path:
    """The folder of ORG/NAME or of a local path, checked; what is missing is downloaded.

    Raises NotFoundError, OfflineError, DownloadError, DiskFull or ModelFileError.
    """
    folder = Path(place)
    if not folder.is_dir():
        here = cached(place, WANTED, UNWANTED)
        folder = here if here and _complete(here) else _downloaded(place)
    check(folder)
    return folder


def files_of(place: str, names: Sequence[str]) -> Path:
    """The folder that holds the named files of ORG/NAME or of a local path.

    Raises what `checkpoint` raises.
    """
    folder: Path | None = Path(place)
    if not Path(place).is_dir():
        folder = cached(place, names)
        if folder is None or not all((folder / name).is_file() for name in names):
            folder = fetch(place, names)
    assert folder is not None
    for name in names:
        if not (folder / name).is_file():
            raise ModelFileError(
                "{place} has no file {name}.", "Download it again.", place=place, name=name
            )
    return folder


def check(folder: Path, weights: str = WEIGHTS) -> None:
    """Refuse what is no whole safetensors checkpoint, before a loader sees it.

    `weights` is how its file is called. Raises ModelFileError.
    """
    if not (folder / "config.json").is_file():
        raise ModelFileError(
            "{folder} has no config.json: it is not a model folder.",
            "Give a folder as the Hub has it, or a .gguf file.",
            folder=folder,
        )
    names = _weights(folder, weights)
    if not names:
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        raise no_safetensors(folder, pickled)
    for name in names:
        _check_whole(folder / name)


def _weights(folder: Path, weights: str = WEIGHTS) -> list[str]:
    """The names of the weight files, empty when there are none. Raises ModelFileError."""
    if (folder / weights).is_file():
        return [weights]
    index = folder / f"{weights}.index.json"
    if not index.is_file():
        return []
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise damaged(index) from error
    for name in names:  # no path, and nothing but safetensors: the list was written by a stranger
        if Path(str(name)).name != name or not name.endswith(".safetensors"):
            raise damaged(index)
    return names


def _check_whole(path: Path) -> None:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise ModelFileError(
            "{folder} is not complete: {name} is missing.",
            "Download it again.",
            folder=path.parent,
            name=path.name,
        )
    try:
        with safe_open(path, framework="pt"):
            pass  # opening compares the length of the file with what its header announces
    except (SafetensorError, OSError) as error:
        raise damaged(path) from error


def damaged(path: Path) -> ModelFileError:
    """The error for a file that is not whole."""
    return ModelFileError("{path} is truncated or damaged.", "Download it again.", path=path)


def no_safetensors(place: object, pickled: Sequence[str]) -> ModelFileError:
    """The error for a model without safetensors; `pickled` are the files it has instead."""
    if pickled:
        return ModelFileError(
            "{place} has its weights only as {name}, a pickled file, and opening one can run any "
            "program it holds.",
            "Choose a model that has safetensors, or convert it first "
            "(the Hub's space safetensors/convert does that).",
            place=place,
            name=pickled[0],
        )
    return ModelFileError(
        "{place} has no {name}.",
        "Give a model with safetensors weights, or a .gguf file.",
        place=place,
        name=WEIGHTS,
    )


def _complete(folder: Path) -> bool:
    names = _weights(folder)
    here = all((folder / name).is_file() for name in names)
    return bool(names) and here and (folder / "config.json").is_file()


def cached(place: str, wanted: Sequence[str], unwanted: Sequence[str] = ()) -> Path | None:
    """The Hub's local copy, where there is one."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                place,
                local_files_only=True,
                allow_patterns=list(wanted),
                ignore_patterns=list(unwanted),
            )
        )
    except LocalEntryNotFoundError:
        return None
    except HFValidationError as error:
        raise _unknown(place) from error


def _downloaded(place: str) -> Path:
    """Fetch a repository that has safetensors; others are refused before anything is fetched."""
    names = listing(place)
    if WEIGHTS not in names and INDEX not in names:
        raise no_safetensors(place, [name for name in names if name.endswith(PICKLES)])
    return fetch(place, WANTED, UNWANTED)


def listing(place: str) -> list[str]:
    """The files of a repository. Raises what `checkpoint` raises."""
    refuse_offline(place)
    from huggingface_hub import HfApi

    try:
        # not list_repo_files: without a network that one tries for 23 seconds
        return [file.rfilename for file in HfApi().model_info(place, timeout=30).siblings or ()]
    except Exception as error:
        raise failure(place, error) from error


def fetch(place: str, wanted: Sequence[str], unwanted: Sequence[str] = ()) -> Path:
    """Download the files that match; the folder. Raises what `checkpoint` raises."""
    refuse_offline(place)
    quiet()
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(place, allow_patterns=list(wanted), ignore_patterns=list(unwanted))
        )
    except Exception as error:  # its transports let errors of four libraries through
        raise failure(place, error) from error


def failure(place: str, error: Exception) -> MiaobiError:
    """The error a user can act on."""
    from huggingface_hub import constants, errors

    if isinstance(error, errors.GatedRepoError):
        return DownloadError(
            "{place} is given only to those who accepted its terms.",
            "Accept them on its page, then run: hf auth login",
            place=place,
        )
    if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
        return _unknown(place)
    if isinstance(error, errors.HfHubHTTPError) and error.response is not None:
        return DownloadError(
            "{name} answered {status}.", name="The Hub", status=error.response.status_code
        )
    if isinstance(error, OSError) and error.errno in DISK:
        return write_error(Path(constants.HF_HUB_CACHE), error)
    return DownloadError(
        "{place} could not be fetched: the Hub could not be reached ({reason}).",
        "Check the network connection, or HF_ENDPOINT, or give a local folder.",
        place=place,
        reason=type(error.__cause__ or error).__name__,
    )


def _unknown(place: str) -> NotFoundError:
    return NotFoundError(
        "There is no repository {place} on the Hub, or it is private.",
        "Check the spelling; for a private one, run: hf auth login",
        place=place,
    )


def refuse_offline(place: str) -> None:
    """Refuse to download when the owner has switched the network off. Raises OfflineError."""
    if offline():
        raise OfflineError(
            "{place} would have to be downloaded, and the network is switched off.",
            "Unset MIAOBI_OFFLINE and HF_HUB_OFFLINE, or give a local folder.",
            place=place,
        )


def quiet() -> None:
    """Keep progress bars and advice to programmers off a user's screen, from now on."""
    import logging

    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bars()
    disable_progress_bar()
    for library in ("huggingface_hub", "transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)
    logging.getLogger("diffusers").setLevel(logging.CRITICAL)  # it logs what it raises as well
