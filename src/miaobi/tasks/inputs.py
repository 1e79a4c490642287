"""Input files of a request, and their labels."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from miaobi.core.errors import NotFoundError
from miaobi.core.requests import Request
from miaobi.provenance.verify import verify

R = TypeVar("R", bound=Request)


def existing_file(path: str | Path) -> Path:
    """Return the expanded path of an input file. Raises NotFoundError."""
    path = Path(path).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path


def with_parents(request: R, files: Iterable[Path]) -> R:
    """Add the artifact ids of labeled input files to the parents of a request."""
    ids = [str(id) for path in files if (id := verify(path).record.get("id"))]
    return replace(request, parents=(*request.parents, *ids)) if ids else request
