"""Search of the catalog: which drawing a word leads to, and by which names a drawing is found."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from miaobi.catalog.lexicon import Lexicon, chinese, english, normalize
from miaobi.catalog.pictograms import CREDIT, PREFIX
from miaobi.catalog.tables import rows

FLUENT = "Fluent Emoji, Microsoft, MIT"
OWN = "Miaobi, Apache-2.0"
Kind: TypeAlias = Literal["thing", "place", "action", "missing"]
Match: TypeAlias = Literal["name", "alias", "near"]  # near: the drawing is only similar


@dataclass(frozen=True)
class Found:
    """One row of the catalog that matches a search."""

    kind: Kind
    drawing: str
    match: Match
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    source: str  # author and license


def search(words: str, most: int = 20) -> list[Found]:
    """Return rows named so, then other rows of these drawings, then rows that contain the words."""
    key = normalize(words) or words.strip()
    table = _rows()
    exact = {
        entry.value for lexicon in (english(), chinese()) for entry in lexicon.entries.get(key, ())
    }
    first = [row for row in table if row.drawing in exact]
    first.sort(key=lambda row: key not in (*row.english, *row.chinese))
    rest = [row for row in table if row not in first and _contains(row, key)]
    return [*first, *rest][:most]


def suggestions(word: str, lexicon: Lexicon, most: int = 5) -> list[str]:
    """Return names of the catalog that are spelled like a word."""
    import difflib

    return difflib.get_close_matches(word, lexicon.entries, most, 0.7)


def _contains(row: Found, key: str) -> bool:
    return any(key in name for name in (row.drawing, *row.english, *row.chinese))


def _rows() -> list[Found]:
    found = []
    for row in rows("aliases.tsv"):
        kind: Kind = "missing" if row["target"] == "missing" else "thing"
        match: Match = "near" if row["fit"] == "near" else "alias"
        found.append(_found(kind, row["target"], match, row))
    for row in rows("places.tsv"):
        found.append(_found("place", row["id"], "name", row))
    for row in rows("verbs.tsv"):
        found.append(_found("action", row["id"], "name", row))
    return found


def _found(kind: Kind, drawing: str, match: Match, row: dict[str, str]) -> Found:
    source = CREDIT.removeprefix("Pictograms by ") if drawing.startswith(PREFIX) else FLUENT
    if kind != "thing" or drawing.startswith("role:"):
        source = OWN
    return Found(kind, drawing, match, _names(row["en"]), _names(row["zh"]), source)


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name.strip().split("/")[0] for name in cell.split(";") if name.strip())
