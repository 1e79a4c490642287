"""The tree in ARCHITECTURE.md is the tree on disk, and the house rules hold."""

import ast
import re
from pathlib import Path

import pytest

from scripts.tree import filled, is_drawn, summary

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "src" / "miaobi"
FILES = sorted(SOURCE.rglob("*.py"))
COLLECTING_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def test_the_tree_is_the_one_on_disk() -> None:
    """One line for each file, the first of its docstring: `python -m scripts.tree` writes it."""
    page = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert page == filled(page), "run: python -m scripts.tree"


def test_every_drawn_file_says_what_it_is() -> None:
    files = [path for path in SOURCE.rglob("*") if path.is_file() and path.parent != SOURCE]
    drawn = [path for path in files if path.parent.parent == SOURCE and is_drawn(path)]
    assert len(drawn) > 300
    assert [path.name for path in drawn if len(summary(path)) < 10] == []


def test_two_levels_only() -> None:
    """Painters of places, and the motion of clips, are many alike and sorted into folders once more."""
    inner = ("places", "illustration")
    deep = [path.relative_to(SOURCE) for path in FILES if len(path.relative_to(SOURCE).parts) > 2]
    assert [path for path in deep if path.parts[0] not in inner or len(path.parts) > 3] == []


def test_no_names_that_collect_what_has_no_home() -> None:
    parts = {part for path in FILES for part in path.relative_to(SOURCE).with_suffix("").parts}
    assert parts & COLLECTING_NAMES == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 320
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 52, f"{node.name} has {length} lines"


def test_only_the_road_asks_engines() -> None:
    """No other file may get an output that did not pass the policy and the label.

    Evaluations look at hundreds of outputs and hand out figures: the library is not for those.
    """
    callers = []
    for path in FILES:
        role = path.relative_to(SOURCE).parts[0]
        if role != "engines" and "engine.generate(" in path.read_text(encoding="utf-8"):
            callers.append(path.relative_to(SOURCE).as_posix())
    assert callers == ["evaluation/clip_sampler.py", "evaluation/image_sampler.py", "tasks/run.py"]


def test_public_functions_have_a_docstring() -> None:
    silent = []
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            is_command = public and any(
                ".group(" in ast.unparse(d) or "command" in ast.unparse(d)
                for d in node.decorator_list
            )
            is_error = path.name == "errors.py"
            if public and not is_command and not is_error and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(SOURCE)}:{node.name}")
    assert silent == []


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    reasons = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = [re.split(r"[\[=<>~]", line)[0] for line in wanted]
    assert [name for name in names if f"`{name}`" not in reasons] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "docs/figures.md"])
def test_figures_in_the_docs_are_the_measured_ones(name: str) -> None:
    from benchmarks.readme import filled

    assert (PROJECT / name).read_text(encoding="utf-8") == filled(name)
