"""Locations on disk, and atomic file writes."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from miaobi.core.errors import DiskFull, OutputPathError

# EFBIG: the file-size limit of a process, handled like a full disk
DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# file extensions of each format; the first one is the name of the format
EXTENSIONS = (
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
TEXT_FORMAT = "txt"  # plain text, which may also have an extension of TEXT_BASED
TEXT_BASED = ("svg", "musicxml")


def home() -> Path:
    """Return the data folder of Miaobi: MIAOBI_HOME, else ~/.miaobi."""
    return _home(os.environ.get("MIAOBI_HOME", ""), os.environ.get("HOME", ""))


@lru_cache(maxsize=8)  # called several times per artifact
def _home(custom: str, _: str) -> Path:
    return Path(custom or Path.home() / ".miaobi").expanduser()


def assets_dir() -> Path:
    """Return the folder of pulled assets, one subfolder each."""
    return home() / "assets"


def cache_dir() -> Path:
    """Return the folder of files that can be rebuilt from assets at any time."""
    return home() / "cache"


def library_dir() -> Path:
    """Return the folder of finished artifacts, named by their ids."""
    return home() / "library"


def keys_dir() -> Path:
    """Return the folder of the signing keys, readable by the owner only."""
    return home() / "keys"


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file next to `path` and move it into place at the end, or delete it.

    Raises OutputPathError (a folder, or a missing or read-only folder) or DiskFull.
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
    """Write `data` to `path` atomically. Raises OutputPathError or DiskFull."""
    with atomic_file(path) as file:
        file.write(data)


def check_target(path: Path, format: str = "") -> None:
    """Reject an output path before any work: a folder, or a missing or read-only folder.

    With a format, also reject an extension of another one. Raises OutputPathError or DiskFull.
    """
    if format:
        _check_extension(path, format)
    try:
        _check_kind(path)
        # permissions are not enough: root cannot write to a read-only file system either
        handle, name = tempfile.mkstemp(prefix=".miaobi-", dir=path.parent)
    except OSError as error:  # including failed stat(): unreadable folder, name too long
        raise write_error(path, error) from error
    os.close(handle)
    Path(name).unlink()


def _check_extension(path: Path, format: str) -> None:
    extension = path.suffix.lstrip(".").lower()
    row = next((row for row in EXTENSIONS if extension in row), ())
    if not row or format in row or (format == TEXT_FORMAT and row[0] in TEXT_BASED):
        return
    raise OutputPathError(
        "{path} has the extension of {extension}, but the content is {format}.",
        "Name it {example}, or request another format.",
        path=path,
        extension=extension.upper(),
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
            "Choose another path.",
            path=path,
            reason="not a regular file",
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise _read_only(path)


def write_error(path: Path, error: OSError) -> DiskFull | OutputPathError:
    """Return the error to raise for a failed write to `path`."""
    if error.errno in DISK_FULL_ERRNOS:
        return DiskFull(
            "No room left on the disk that holds {path}.",
            "Free some space, or point MIAOBI_HOME (or -o) at another disk.",
            path=path,
        )
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return _read_only(path)
    return OutputPathError(
        "{path} could not be written: {reason}.",
        "Choose another path.",
        path=path,
        reason=error.strerror or str(error),
    )


def _read_only(path: Path) -> OutputPathError:
    return OutputPathError(
        "{path} cannot be written: it is read-only for this user.",
        "Choose another path, or change its permissions.",
        path=path,
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
