"""Docstrings say in the field's words what a thing is or does, and tensors have shapes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.layout.sources import FILES, functions, name_of, tree_of

VERBS = set((Path(__file__).parent / "verbs.txt").read_text(encoding="utf-8").split())
OPENINGS = re.compile(
    r"(What|Who|Where|How|When|Whether|Which|The same|As|Than|But|That|This|It|They|Their|Its|There)\b"
)
RIDDLES = re.compile(
    r"\b(told|tells?|telling|heard|hears?|wish(es)?|whose turn|the road|walks?|asked|says?|said"
    r"|by heart|looks?|the one|what is|what was|what are|what it|what they)\b",
    re.I,
)
DIMENSION = r"(?:\d+|\*?[A-Za-z]\w*)(?:\s*[*+/-]\s*\w+)*"
SHAPE = re.compile(rf"\({DIMENSION}(?:, ?(?:{DIMENSION}|…|\.\.\.))*,?\)|\bscalars?\b|\bshapes?\b")
SKIPPED_LINES = 12  # tables that keep their own line breaks
ANY_IN_SIGNATURES = 200


def docstrings() -> Iterator[tuple[str, ast.AST, str]]:
    """Yield (place, node, first line) of every docstring."""
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text:
                    line = getattr(node, "lineno", 1)
                    yield f"{name_of(path)}:{line}", node, text.splitlines()[0]


def is_named_like_a_thing(node: ast.AST) -> bool:
    """Return True for what is no action: a module, a class, a property; commands have help texts."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    decorators = " ".join(map(ast.unparse, node.decorator_list))
    return bool(re.search(r"property|command|group", decorators))


def test_functions_start_with_a_verb() -> None:
    wrong = []
    for place, node, line in docstrings():
        word = re.match(r"[A-Z][a-z-]*", line)
        if not is_named_like_a_thing(node) and (not word or word[0].lower() not in VERBS):
            wrong.append(f"{place}: {line}")
    assert wrong == []


def test_no_first_line_is_a_riddle() -> None:
    wrong = [
        f"{place}: {line}"
        for place, _, line in docstrings()
        if OPENINGS.match(line) or RIDDLES.search(line)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "line",
    [
        "What is told before the first bar",
        "Straight on, one look a step",
        "The same, event by event",
        "Walk the road; the last event is Done",
    ],
)
def test_the_checks_can_fail(line: str) -> None:
    """First lines of the past, which these tests were made for."""
    verb = re.match(r"[A-Z][a-z-]*", line)
    is_riddle = bool(OPENINGS.match(line) or RIDDLES.search(line))
    assert is_riddle or not verb or verb[0].lower() not in VERBS


def test_public_tensor_functions_give_shapes() -> None:
    wrong = []
    for path in FILES:
        for node in functions(path):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            types = [a.annotation for a in arguments if a.annotation] + [node.returns]
            named = " ".join(ast.unparse(kind) for kind in types if kind)
            is_public_tensor = node.name[0] != "_" and re.search(r"\bTensor\b", named)
            if is_public_tensor and not SHAPE.search(ast.get_docstring(node) or ""):
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert wrong == []


def test_the_formatter_wins() -> None:
    skipped = sum(path.read_text(encoding="utf-8").count("# fmt: skip") for path in FILES)
    assert skipped <= SKIPPED_LINES


def test_signatures_name_their_types() -> None:
    count = 0
    for path in FILES:
        for node in functions(path):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            arguments += [a for a in (node.args.vararg, node.args.kwarg) if a]
            types = [a.annotation for a in arguments] + [node.returns]
            count += sum(ast.unparse(kind) == "Any" for kind in types if kind)
    assert count < ANY_IN_SIGNATURES
