"""The tables of the catalog, read once: concepts, aliases, roles, places, verbs and modifiers."""

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Concept:
    """One drawing of the asset of drawings, with its labels and tags."""

    name: str
    group: str
    english: str
    chinese: str
    english_tags: tuple[str, ...]
    chinese_tags: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of tab-separated values of this package."""
    text = (files("miaobi.catalog") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def concepts() -> dict[str, Concept]:
    """Return the concepts by the name of their drawing."""
    return {
        row["id"]: Concept(
            row["id"],
            row["group"],
            row["en"],
            row["zh"],
            tuple(filter(None, row["en_tags"].split(","))),
            tuple(filter(None, row["zh_tags"].split(","))),
        )
        for row in rows("concepts.tsv")
    }
