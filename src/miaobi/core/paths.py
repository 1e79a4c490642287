"""Where things live on disk, and how a file is written so that no half file is ever seen."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from miaobi.core.errors import DiskFull, OutputPathError

# EFBIG is how a file-size limit reports the same thing as a full disk
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# endings of one format each; the first one is its name
ENDINGS = (
    ("wav", "wave"),
    ("flac",),
    ("mp3",),
    ("ogg", "oga", "opus"),
    ("m4b", "m4a"),
    ("mid", "midi"),
    ("png",),
    ("jpeg", "jpg", "jpe"),
    ("webp",),
    ("gif",),
    ("mp4", "m4v"),
    ("webm",),
    ("svg",),
    ("musicxml",),
)
WORDS = "txt"  # a format that may lie under any name of another text, such as these
WRITTEN = ("svg", "musicxml")


def home() -> Path:
    """The one folder Miaobi owns: MIAOBI_HOME, else ~/.miaobi."""
    return _home(os.environ.get("MIAOBI_HOME", ""), os.environ.get("HOME", ""))


@lru_cache(maxsize=8)  # it is asked for several times for each thing that is made
def _home(told: str, _: str) -> Path:
    return Path(told or Path.home() / ".miaobi").expanduser()


def assets_dir() -> Path:
    """Pulled model files, a folder each."""
    return home() / "assets"


def cache_dir() -> Path:
    """What can be made again from assets at any time."""
    return home() / "cache"


def library_dir() -> Path:
    """Finished media files, named by their ids."""
    return home() / "library"


def keys_dir() -> Path:
    """The signer of this installation, readable by its owner alone."""
    return home() / "keys"


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Write beside `path` and move into place at the end; on any error nothing is left.

    Raises OutputPathError (a folder, missing or read-only place) or DiskFull.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def atomic_write(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with atomic_file(path) as file:
        file.write(data)


def check_target(path: Path, format: str = "") -> None:
    """Refuse an output path before any work is done: a folder, a missing or read-only place.

    With a format also a name whose ending promises another one. Raises OutputPathError or DiskFull.
    """
    if format:
        _check_ending(path, format)
    try:
        _check_kind(path)
        # only trying tells: root may write anywhere but on a read-only file system
        handle, name = tempfile.mkstemp(prefix=".miaobi-", dir=path.parent)
    except OSError as error:  # also of looking at it: a closed folder, a name too long
        raise write_error(path, error) from error
    os.close(handle)
    Path(name).unlink()


def _check_ending(path: Path, format: str) -> None:
    ending = path.suffix.lstrip(".").lower()
    promised = next((row for row in ENDINGS if ending in row), ())
    if not promised or format in promised or (format == WORDS and promised[0] in WRITTEN):
        return
    raise OutputPathError(
        "{path} would not be {ending}: what it is to hold is {format}.",
        "Name it {example}, or ask for another format when it is made.",
        path=path,
        ending=ending.upper(),
        format=format.upper(),
        example=path.with_suffix(f".{format}").name,
    )


def _check_kind(path: Path) -> None:
    if path.is_dir():
        raise OutputPathError(
            "{path} is a folder.",
            "Give a file name, such as {example}.",
            path=path,
            example=path / "out.wav",
        )
    if not path.parent.is_dir():
        raise OutputPathError(
            "The folder {folder} does not exist.",
            "Make it first: mkdir -p {folder}",
            folder=path.parent,
        )
    if path.exists() and not path.is_file():  # moving a file there would replace /dev/null
        raise OutputPathError(
            "{path} could not be written: {reason}.",
            "Choose another place.",
            path=path,
            reason="not a regular file",
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise _read_only(path)


def write_error(path: Path, error: OSError) -> DiskFull | OutputPathError:
    """The one sentence for a failed write."""
    if error.errno in NO_ROOM:
        return DiskFull(
            "No room left on the disk that holds {path}.",
            "Free some space, or point MIAOBI_HOME (or -o) at another disk.",
            path=path,
        )
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return _read_only(path)
    return OutputPathError(
        "{path} could not be written: {reason}.",
        "Choose another place.",
        path=path,
        reason=error.strerror or str(error),
    )


def _read_only(path: Path) -> OutputPathError:
    return OutputPathError(
        "{path} cannot be written: it is read-only for this user.",
        "Choose another place, or change its permissions.",
        path=path,
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
