"""Readers of training text: files and folders, JSON lines, Parquet, datasets of the Hub.

All of them yield documents: a text and its origin.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from miaobi.core.errors import DataError
from miaobi.core.settings import offline

TEXT_FIELDS = ("text", "content", "story", "poem", "article", "body", "sentence", "prompt")
HUB = "hub:"  # hub:ORG/NAME or hub:ORG/NAME:SPLIT


@dataclass(frozen=True)
class Document:
    """Text with its origin: a file, a line of it, or a row of a dataset."""

    text: str
    origin: str  # documents of one origin are held out together


def read_documents(locations: Iterable[str], exclude: Path | None = None) -> Iterator[Document]:
    """Read the documents of files, folders (recursively) and hub:ORG/NAME, without blank ones.

    Files inside the folder `exclude` are skipped. Raises DataError.
    """
    for location in locations:
        if location.startswith(HUB):
            documents = _from_hub(location.removeprefix(HUB))
        else:
            files = _find_files(Path(location).expanduser(), exclude)
            documents = chain.from_iterable(
                READERS.get(file.suffix.lower(), _plain)(file) for file in files
            )
        yield from (document for document in documents if document.text.strip())


def _find_files(path: Path, exclude: Path | None) -> list[Path]:
    if not path.exists():
        raise DataError("There is no file or folder {path}.", "Check the name.", path=path)
    if path.is_file():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in READERS
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not (exclude and exclude.resolve() in file.resolve().parents)
    ]
    if not files:
        raise DataError(
            "{path} holds nothing that can be read as text.",
            "Give files of these kinds: {kinds}.",
            path=path,
            kinds=" ".join(READERS),
        )
    return files


def _plain(file: Path) -> Iterator[Document]:
    yield Document(_decode(file).replace("\r\n", "\n"), str(file))


def _decode(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.", path=file, reason=error.strerror
        ) from error
    offset = data.find(b"\0")
    if offset < 0:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            offset = error.start
    raise _binary(file, offset)


def _binary(path: Path | str, offset: int) -> DataError:
    return DataError(
        "{path} is not text: it holds binary bytes at {place}.",
        "Save it as UTF-8, or leave it out.",
        path=path,
        place=offset,
    )


def _json_lines(file: Path) -> Iterator[Document]:
    # not splitlines: a JSON string may hold other line separators of Unicode
    for number, line in enumerate(_decode(file).split("\n"), 1):
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


def _document(row: object, origin: str) -> Document:
    text = _text_of(row, origin)
    try:
        text.encode()
    except UnicodeEncodeError as error:  # JSON can hold a lone surrogate
        raise _binary(origin, error.start) from error
    return Document(text, origin)


def _text_of(row: object, origin: str) -> str:
    """Return the text of a row: a string, one of TEXT_FIELDS, or its only string."""
    if isinstance(row, str):
        return row
    strings = {k: v for k, v in row.items() if isinstance(v, str)} if isinstance(row, dict) else {}
    for field in TEXT_FIELDS:
        if field in strings:
            return strings[field]
    if len(strings) == 1:
        return next(iter(strings.values()))
    raise DataError(
        "{origin} has no field for its text.",
        "Name one of its fields: {fields}.",
        origin=origin,
        fields=", ".join(TEXT_FIELDS),
    )


# suffix -> reader; a single file with any other suffix is read as plain text
READERS: dict[str, Callable[[Path], Iterator[Document]]] = {
    ".txt": _plain,
    ".md": _plain,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
