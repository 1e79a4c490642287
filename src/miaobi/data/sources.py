"""Where text comes from: files and folders, JSON lines, Parquet, Hub data sets, known corpora.

Everything becomes documents: a text, and where it was found.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from miaobi.core.errors import DataError
from miaobi.core.settings import offline

TEXT_FIELDS = ("text", "content", "story", "poem", "article", "body", "sentence", "prompt")
HUB = "hub:"  # hub:ORG/NAME or hub:ORG/NAME:SPLIT


@dataclass(frozen=True)
class Document:
    """One text and its origin: a file, a line of it, or a row of a data set."""

    text: str
    origin: str  # documents of one origin are held out together


def read_documents(places: Iterable[str], leave_out: Path | None = None) -> Iterator[Document]:
    """The documents of files, folders (searched through) and hub:ORG/NAME; blank ones are skipped,
    and so is what a searched folder has under `leave_out`. Raises DataError."""
    for place in places:
        if place.startswith(HUB):
            found = _from_hub(place.removeprefix(HUB))
        else:
            files = _files(Path(place).expanduser(), leave_out)
            found = chain.from_iterable(READERS.get(f.suffix.lower(), _plain)(f) for f in files)
        yield from (document for document in found if document.text.strip())


def _files(path: Path, leave_out: Path | None) -> list[Path]:
    if not path.exists():
        raise DataError("There is no file or folder {path}.", "Check the name.", path=path)
    if path.is_file():
        return [path]
    found = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in READERS
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not (leave_out and leave_out.resolve() in file.resolve().parents)
    ]
    if not found:
        raise DataError(
            "{path} holds nothing that can be read as text.",
            "Give files of these kinds: {kinds}.",
            path=path,
            kinds=" ".join(READERS),
        )
    return found


def _plain(file: Path) -> Iterator[Document]:
    yield Document(_decoded(file).replace("\r\n", "\n"), str(file))


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.", path=file, reason=error.strerror
        ) from error
    place = data.find(b"\0")
    if place < 0:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = error.start
    raise _binary(file, place)


def _binary(path: Path | str, place: int) -> DataError:
    return DataError(
        "{path} is not text: it holds binary bytes at {place}.",
        "Save it as UTF-8, or leave it out.",
        path=path,
        place=place,
    )


def _json_lines(file: Path) -> Iterator[Document]:
    # not splitlines: a string of JSON may hold the other ends of lines that Unicode knows
    for number, line in enumerate(_decoded(file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(
                "{path}, line {number} is not JSON.", path=file, number=number
            ) from error
        yield _document(row, f"{file}:{number}")


def _parquet(file: Path) -> Iterator[Document]:
    import pyarrow
    from pyarrow import parquet

    try:
        batches = parquet.ParquetFile(file).iter_batches()
        rows = chain.from_iterable(batch.to_pylist() for batch in batches)
        for number, row in enumerate(rows, 1):
            yield _document(row, f"{file}:{number}")
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise DataError(
            "{path} cannot be read: {reason}.", path=file, reason=str(error).splitlines()[0]
        ) from error


def _from_hub(name: str) -> Iterator[Document]:
    if offline():
        raise DataError(
            "{name} would have to be downloaded, and the network is switched off.",
            "Unset MIAOBI_OFFLINE.",
            name=name,
        )
    from datasets import load_dataset
    from datasets.exceptions import DatasetNotFoundError

    repository, _, split = name.partition(":")
    try:
        rows = load_dataset(repository, split=split or "train", streaming=True)
        for number, row in enumerate(rows, 1):
            yield _document(row, f"{name}:{number}")
    except (OSError, ValueError, DatasetNotFoundError) as error:
        raise DataError(
            "The data set {name} could not be read: {reason}.",
            "Check its name and the network.",
            name=name,
            reason=str(error).splitlines()[0],
        ) from error


def _document(row: Any, origin: str) -> Document:
    text = _text_of(row, origin)
    try:
        text.encode()
    except UnicodeEncodeError as error:  # JSON can spell half a character
        raise _binary(origin, error.start) from error
    return Document(text, origin)


def _text_of(row: Any, origin: str) -> str:
    """The text of one row: a string, a known field, or the only field that holds words."""
    if isinstance(row, str):
        return row
    words = {k: v for k, v in row.items() if isinstance(v, str)} if isinstance(row, dict) else {}
    for field in TEXT_FIELDS:
        if field in words:
            return words[field]
    if len(words) == 1:
        return next(iter(words.values()))
    raise DataError(
        "{origin} has no field for its text.",
        "Name one of its fields: {fields}.",
        origin=origin,
        fields=", ".join(TEXT_FIELDS),
    )


# ending -> reader; a single file with any other ending is read as plain text
READERS: dict[str, Callable[[Path], Iterator[Document]]] = {
    ".txt": _plain,
    ".md": _plain,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
