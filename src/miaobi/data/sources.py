"""Readers of training text: files and folders, JSON, Parquet, data sets of the Hub.

text of any encoding --core/text_encoding.py--> documents
rows --core/training_rows.py--> documents, and a Tally of fields and skipped rows
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from miaobi.core.errors import DataError
from miaobi.core.json_rows import parse_json
from miaobi.core.requests import Message
from miaobi.core.settings import offline
from miaobi.core.text_encoding import decode_text
from miaobi.core.training_rows import Tally, read_row
from miaobi.core.training_turns import OTHER_JSON

HUB = "hub:"  # hub:ORG/NAME or hub:ORG/NAME:SPLIT


@dataclass(frozen=True)
class Document:
    """Text with its origin: a file, a line of it, or a row of a dataset."""

    text: str
    origin: str  # documents of one origin are held out together
    messages: tuple[Message, ...] = ()  # of a conversation, for models with a chat template


def read_documents(
    locations: Iterable[str], exclude: Path | None = None, tally: Tally | None = None
) -> Iterator[Document]:
    """Read the documents of files, folders (recursively) and hub:ORG/NAME, without blank ones.

    Files inside the folder `exclude` are skipped. Rows are counted in `tally`. Raises DataError.
    """
    tally = Tally() if tally is None else tally
    for location in locations:
        if location.startswith(HUB):
            documents = _from_hub(location.removeprefix(HUB), tally)
        else:
            documents = _from_files(Path(location).expanduser(), exclude, tally)
        count, skipped = 0, tally.skipped.total()
        for document in documents:
            if document.text.strip():
                count += 1
                yield document
        if not count and tally.skipped.total() > skipped:
            raise DataError(
                "{location} has nothing to learn: {reasons}.",
                "Fill these rows, or leave them out.",
                location=location,
                reasons=tally.describe_skipped(),
            )


def _from_files(path: Path, exclude: Path | None, tally: Tally) -> Iterator[Document]:
    for file in _find_files(path, exclude):
        suffix = file.suffix.lower()
        if suffix in ROW_READERS:
            if suffix == ".json" and file != path and not _is_array(file):
                tally.skipped[OTHER_JSON] += 1
                continue
            for number, row in ROW_READERS[suffix](file):
                yield from _documents(row, f"{file}:{number}", tally)
        else:
            text = _decode(file).rstrip("\x1a")  # the end of files of DOS
            yield Document(text.replace("\r\n", "\n").replace("\r", "\n"), str(file))


def _find_files(path: Path, exclude: Path | None) -> list[Path]:
    if not path.exists():
        raise DataError("There is no file or folder {path}.", "Check the name.", path=path)
    if path.is_file():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not (exclude and exclude.resolve() in file.resolve().parents)
    ]
    if not files:
        raise DataError(
            "{path} holds nothing that can be read as text.",
            "Give files of these kinds: {kinds}.",
            path=path,
            kinds=" ".join(SUFFIXES),
        )
    return files


def _is_array(file: Path) -> bool:
    """Return if a JSON file holds an array, as those of data sets do."""
    return _decode(file).lstrip().startswith("[")


def _decode(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}.", path=file, reason=error.strerror
        ) from error
    return decode_text(data, file)


def _json(file: Path) -> Iterator[tuple[int, object]]:
    yield from parse_json(_decode(file), file)


def _parquet(file: Path) -> Iterator[tuple[int, object]]:
    import pyarrow
    from pyarrow import parquet

    try:
        batches = parquet.ParquetFile(file).iter_batches()
        yield from enumerate(chain.from_iterable(batch.to_pylist() for batch in batches), 1)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise DataError(
            "{path} cannot be read: {reason}.", path=file, reason=str(error).splitlines()[0]
        ) from error


def _from_hub(name: str, tally: Tally) -> Iterator[Document]:
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
            yield from _documents(row, f"{name}:{number}", tally)
    except (OSError, ValueError, DatasetNotFoundError) as error:
        raise DataError(
            "The data set {name} could not be read: {reason}.",
            "Check its name and the network.",
            name=name,
            reason=str(error).splitlines()[0],
        ) from error


def _documents(row: object, origin: str, tally: Tally) -> Iterator[Document]:
    for sample in read_row(row, origin, tally):
        yield Document(sample.text, origin, sample.messages)


ROW_READERS: dict[str, Callable[[Path], Iterator[tuple[int, object]]]] = {
    ".jsonl": _json,
    ".ndjson": _json,
    ".json": _json,
    ".parquet": _parquet,
}
SUFFIXES = (".txt", ".md", *ROW_READERS)  # a single file with another one is read as plain text
