"""Rows of JSON text: JSON lines, or one array of rows; no field is lost."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from miaobi.core.errors import DataError
from miaobi.core.training_turns import is_conversation

SUFFIXES = (".jsonl", ".ndjson", ".json")
PROSE = (".txt", ".md", ".markdown")  # may begin with a bracket
AROUND = "\ufeff\x1a \t\r\n"  # around a row: marks, and the end of files of DOS


class _FieldTwice(ValueError):
    """An object has a field twice; JSON readers would keep the last one alone."""


def parse_json(text: str, name: object) -> Iterator[tuple[int, object]]:
    """Yield the rows of JSON lines, or of one array of JSON, with their numbers from 1.

    Raises DataError.
    """
    if text.lstrip(AROUND).startswith("[") and (rows := _parse_array(text)) is not None:
        yield from enumerate(rows, 1)
        return
    # not splitlines: a JSON string may hold other line separators of Unicode
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_first = True
    for number, line in enumerate(lines, 1):
        line = line.strip(AROUND)
        if not line.strip():
            continue
        try:
            row = _loads(line)
        except _FieldTwice as error:
            raise DataError(
                "{path}, line {number} has the field {field} twice.",
                "Keep one of them.",
                path=name,
                number=number,
                field=error,
            ) from error
        except (ValueError, RecursionError) as error:
            whole = _parse_object(text) if is_first else None
            if whole is not None:  # one object on several lines
                yield 1, whole
                return
            raise DataError(
                "{path}, line {number} is not JSON.", path=name, number=number
            ) from error
        is_first = False
        yield number, row


def is_rows(text: str, file_name: str) -> bool:
    """Return if a text is rows of JSON, by the name of its file and its first line."""
    suffix, first = Path(file_name).suffix.lower(), text.lstrip(AROUND)
    if suffix in SUFFIXES or not first.startswith(("{", "[{")):
        return suffix in SUFFIXES
    if suffix not in PROSE:
        return True
    try:
        return isinstance(_loads(first.partition("\n")[0]), Mapping | list)
    except (ValueError, RecursionError):
        return False


def _loads(text: str) -> object:
    return json.loads(text, object_pairs_hook=_to_object)


def _to_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object. Raises _FieldTwice."""
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _FieldTwice(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return row


def _parse_array(text: str) -> list[object] | None:
    """Parse an array of rows; None for JSON lines, of which the first may be an array."""
    try:
        rows = _loads(text.strip(AROUND))
    except (ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) and not is_conversation(rows) else None


def _parse_object(text: str) -> Mapping[str, object] | None:
    """Parse one object on several lines; None for anything else."""
    try:
        row = _loads(text.strip(AROUND))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, Mapping) else None
