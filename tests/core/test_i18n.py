"""Everything a user can read, found in the source, stands in zh.json; the variables choose."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest

import miaobi
from miaobi.cli import (
    audio,
    catalog,
    chat,
    demo,
    doctor,
    evaluate,
    film,
    image,
    main,
    models,
    morph,
    music,
    text,
    verify,
    video,
)
from miaobi.core import checks, errors
from miaobi.core.i18n import language, tr
from miaobi.core.training_turns import HINT, REASONS
from miaobi.data import report
from miaobi.data.judge_targets import FIGURES
from miaobi.evaluation.image import GROUPS, REPEATED_STAGE
from miaobi.evaluation.report import SETS
from miaobi.models.zoo import MODELS
from miaobi.notation.left_out import LEFT_OUT
from miaobi.provenance.verify import PROBLEMS

pytestmark = pytest.mark.tree
SOURCE = Path(miaobi.__file__).parent
CATALOG_FILE = SOURCE / "core" / "zh.json"
CATALOG: dict[str, str] = json.loads(CATALOG_FILE.read_text(encoding="utf-8"))
TREES = {
    path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(SOURCE.rglob("*.py"))
}
ERRORS = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.MiaobiError)
}
MODULES = ("language", "console", "errors")  # where what is searched for is defined
VARIABLES = ("MIAOBI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
HAN = "\u4e00-\u9fff"
SAME_IN_CHINESE = {"GB 45438-2025"}  # a name; everything else has Chinese words


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """(file, call) of every call of one of `names` in the source; methods are something else."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                called = function.id if isinstance(function, ast.Name) else ""
                if isinstance(function, ast.Attribute) and ast.unparse(function.value) in MODULES:
                    called = function.attr
                if called in names:
                    yield path, node


def templates_of(call: ast.Call, names: tuple[str, ...]) -> list[ast.expr]:
    """The arguments called `names`: the first positions, or keywords."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in names]
    return [*call.args[: len(names)], *named]


def template_calls() -> Iterator[tuple[str, ast.Call, list[ast.expr]]]:
    for path, call in calls({"tr", "print_message"}):
        yield path, call, templates_of(call, ("sentence",))
    for path, call in calls(ERRORS):
        yield path, call, templates_of(call, ("message", "hint"))


def literals(node: ast.expr) -> list[str] | None:
    """The strings an expression can be, or None when the source does not show them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if node.value else []
    if isinstance(node, ast.IfExp):
        either = literals(node.body), literals(node.orelse)
        return None if None in either else [*(either[0] or []), *(either[1] or [])]
    return None


def tuples_in(path: str, function: str) -> Iterator[list[str | None]]:
    """The tuples written in a function; None for an element that is no literal string."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Tuple):
                    yield [(literals(element) or [None])[0] for element in inner.elts]


def stages() -> set[str]:
    """The stages of work that engines and tasks report: Progress("load")."""
    found = (literals(call.args[0]) for _, call in calls({"Progress"}) if call.args)
    return {stage for strings in found for stage in strings or ()}


# where a table or a variable is translated -> the strings that can stand there
INDIRECT: dict[str, Iterable[str]] = {
    "cli/catalog.py: KINDS[kind]": catalog.KINDS.values(),
    "cli/catalog.py: KINDS[row.kind]": [],  # the same
    "cli/chat.py: HELP": [chat.HELP],
    "cli/console.py: sentence": [],  # of print_message(), found at its calls
    "cli/demo.py: STAGES[event.stage]": demo.STAGES.values(),
    "cli/doctor.py: LIBRARIES[name]": doctor.LIBRARIES.values(),
    "cli/evaluate.py: metric": [*evaluate.IMAGE_METRICS, *evaluate.CLIP_METRICS],
    "cli/evaluate.py: name": [*GROUPS, *SETS],
    "cli/image.py: group": [*image.GROUPS, "Output"],
    "cli/main.py: row.help": [row.help for row in main.COMMANDS],
    "cli/models.py: KINDS[model.kind]": models.KINDS.values(),
    "cli/models.py: all_models()[number - 1].summary": [model.summary for model in MODELS],
    "cli/models.py: head": [
        head for row in tuples_in("cli/models.py", "models") for head in row if head
    ],
    "cli/music.py: warning": LEFT_OUT.values(),
    "cli/options.py: row.help": [
        row.help
        for rows in (
            *image.GROUPS.values(),
            audio.HUB_OPTIONS,
            morph.OPTIONS,
            music.OPTIONS,
            video.OPTIONS,
            text.SAMPLING,
            text.SEARCH,
        )
        for row in rows
    ],
    "cli/progress.py: stage": [*stages(), *film.STAGES.values(), *GROUPS, REPEATED_STAGE],
    "cli/train.py: event.stage": stages(),
    # validation metrics of text, pictures and music
    "cli/train.py: name": [
        "loss",
        "bits per character",
        "difference",
        "edges",
        "kl",
        "psnr",
        "advantage",
        *FIGURES,
        "chorales",
        "tunes",
    ],
    "cli/train.py: kind": report.PERSONAL,
    "cli/verify.py: SENTENCES[verdict.status]": verify.SENTENCES.values(),
    "cli/verify.py: ORIGINS[origin]": verify.ORIGINS.values(),
    "cli/verify.py: OTHER_ORIGIN if origin else NO_ORIGIN": [
        verify.OTHER_ORIGIN,
        verify.NO_ORIGIN,
    ],
    "cli/verify.py: KINDS.get(part.get('kind', ''), 'files')": [*verify.KINDS.values(), "files"],
    "cli/verify.py: MAKERS.get(part.get('source_type', ''), 'by other means')": [
        *verify.MAKERS.values(),
        "by other means",
    ],
    "cli/verify.py: SIGNERS[verdict.signer]": verify.SIGNERS.values(),
    "cli/verify.py: name": [row[0] for row in tuples_in("cli/verify.py", "_print") if row[0]],
    "cli/verify.py: problem": PROBLEMS,
    "core/checks.py: hint": [checks.USE_LOCAL_MODEL, checks.TRY_ANOTHER_MODEL],
    "core/training_rows.py: reason": REASONS,
    "core/training_turns.py: HINT": [HINT],
    "core/errors.py: part": [],  # an error's message and hint, found where it is raised
}


def readable() -> set[str]:
    """Every English template that a user can read."""
    found = {sentence for table in INDIRECT.values() for sentence in table}
    for _, _, nodes in template_calls():
        for node in nodes:
            found.update(literals(node) or ())
    return found


def placeholders(template: str) -> set[tuple[str, str | None, str | None]]:
    """(name, format specification, conversion) of every {placeholder}."""
    return {
        (name, spec, conversion)
        for _, name, spec, conversion in Formatter().parse(template)
        if name is not None
    }


def names_in(template: str) -> set[str]:
    return {name for name, _, _ in placeholders(template)}


def test_no_template_is_hidden_from_this_test() -> None:
    indirect = {
        f"{path}: {ast.unparse(node)}"
        for path, _, nodes in template_calls()
        for node in nodes
        if literals(node) is None
    }
    assert indirect == set(INDIRECT), "write literals, or name the table in INDIRECT"


def test_every_template_is_translated() -> None:
    missing = sorted(readable() - set(CATALOG))
    assert not missing, json.dumps(missing, ensure_ascii=False, indent=1)


def test_no_entry_is_stale() -> None:
    stale = sorted(set(CATALOG) - readable())
    assert not stale, json.dumps(stale, ensure_ascii=False, indent=1)


def test_placeholders_are_the_same_in_both_languages() -> None:
    different = [key for key, value in CATALOG.items() if placeholders(key) != placeholders(value)]
    assert not different


def test_every_call_gives_the_values_its_template_asks_for() -> None:
    wrong = []
    for path, call, nodes in template_calls():
        given = {keyword.arg for keyword in call.keywords}
        formatted_later = getattr(call.func, "id", "") == "tr" and not given
        asked = {name for node in nodes for text in literals(node) or () for name in names_in(text)}
        if not (formatted_later or None in given or asked <= given):
            wrong.append(f"{path}:{call.lineno}: {sorted(asked - given)}")
    assert not wrong


def test_every_translation_is_chinese() -> None:
    english = {key for key, value in CATALOG.items() if not re.search(f"[{HAN}]", value)}
    assert english == SAME_IN_CHINESE


def test_chinese_has_chinese_punctuation() -> None:
    half_width = re.compile(rf"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]|[{HAN}]\.(?!\w)")
    wrong = [value for value in CATALOG.values() if half_width.search(value)]
    assert not wrong


def test_commands_and_options_are_left_as_they_are() -> None:
    code = re.compile(r"--[a-z][a-z-]+|\bMIAOBI_\w+|\bmiaobi [a-z]+|(?<!\w)/[a-z]+\b")
    wrong = [
        key
        for key, value in CATALOG.items()
        if sorted(code.findall(key)) != sorted(code.findall(value))
    ]
    assert not wrong


def test_the_catalog_is_sorted_and_has_no_key_twice() -> None:
    tidy = json.dumps(CATALOG, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert CATALOG_FILE.read_text(encoding="utf-8") == tidy


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ZH"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"MIAOBI_LANG": "zh", "LC_ALL": "en_US.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"MIAOBI_LANG": "en", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"MIAOBI_LANG": "", "LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_first_variable_that_is_set_chooses(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
    assert tr("Get it now?") == {"en": "Get it now?", "zh": CATALOG["Get it now?"]}[expected]


@pytest.mark.parametrize("chosen", ["en", "zh"])
def test_values_are_filled_in(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_LANG", chosen)
    told = tr("{name} is already installed.", name="whisper-base")
    assert "whisper-base" in told and "{" not in told
    assert (told == "whisper-base is already installed.") == (chosen == "en")


def test_a_sentence_without_translation_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    assert tr("No such sentence: {word}.", word="x") == "No such sentence: x."
