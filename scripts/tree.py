"""Writes the tree of ARCHITECTURE.md: one line for each file, the first sentence of its docstring.

python -m scripts.tree
"""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "src" / "miaobi"
PAGE = PROJECT / "ARCHITECTURE.md"
TREE = re.compile(r"(```text\nsrc/miaobi/\n)(.*?)(```)", re.S)
PACKAGES = (  # in the order of the floors, from the bottom up
    "core",
    "http",
    "assets",
    "media",
    "nn",
    "models",
    "diffusion",
    "provenance",
    "drawing",
    "generation",
    "notation",
    "actors",
    "places",
    "catalog",
    "looks",
    "music",
    "scenes",
    "speech",
    "synthesis",
    "illustration",
    "hub",
    "data",
    "engines",
    "safety",
    "tasks",
    "film",
    "train",
    "evaluation",
    "studio",
    "server",
    "cli",
)
SUFFIXES = {".py", ".json", ".toml", ".cpp", ".h"}
COMMENTS = re.compile(r"\A\s*(?:#|//|/\*|<!--)\s*(.*?)\s*(?:\*/|-->)?$", re.M)
WITHOUT_COMMENTS = {
    "actors/heads.json": "Heads of animal drawings: positions of the features, and colors",
    "core/zh.json": "the Chinese catalog, keyed by the English sentence",
}
COLUMN = 22  # characters of the column of names, at least


def filled(text: str) -> str:
    """Return the page with the tree as it is on disk."""
    return TREE.sub(lambda match: match[1] + "\n".join(lines()) + "\n" + match[3], text)


def lines() -> list[str]:
    """Return the lines of the tree, package by package."""
    drawn = [_line(path, COLUMN) for path in sorted(SOURCE.glob("*.py"))]
    unknown = {path.parent.name for path in SOURCE.glob("*/*.py")} - set(PACKAGES)
    if unknown:
        raise SystemExit(f"scripts/tree.py: add {', '.join(sorted(unknown))} to PACKAGES.")
    for package in PACKAGES:
        files = [path for path in sorted((SOURCE / package).iterdir()) if is_drawn(path)]
        column = max([COLUMN, *(len(path.name) + 2 for path in files)])
        drawn += [f"{package}/", *(_line(path, column) for path in files)]
        inner = sorted((SOURCE / package).glob("*/__init__.py"))  # a folder inside is one line
        drawn += [f"  {path.parent.name + '/':<{column}}{summary(path)}" for path in inner]
    return drawn


def is_drawn(path: Path) -> bool:
    """Return True for a file that the tree shows; an empty __init__.py is none."""
    return path.suffix in SUFFIXES and bool(path.read_text(encoding="utf-8").strip())


def _line(path: Path, column: int) -> str:
    return f"  {path.name:<{column}}{summary(path)}"


def summary(path: Path) -> str:
    """Return the first line of a file's docstring or opening comment, without its period."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        first = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    elif (name := path.relative_to(SOURCE).as_posix()) in WITHOUT_COMMENTS:
        first = WITHOUT_COMMENTS[name]
    else:
        match = COMMENTS.match(text)
        first = match[1] if match else ""
    return first.removesuffix(".").removesuffix(":")


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
