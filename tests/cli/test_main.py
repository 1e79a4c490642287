"""The command table: every page of help in both languages, and the exit codes."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from miaobi.cli.main import COMMANDS
from miaobi.core.version import VERSION

Run = Callable[..., subprocess.CompletedProcess[str]]
PAGES = [[], *([row.name] for row in COMMANDS), ["models", "rm"]]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_help(miaobi: Run, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("MIAOBI_LANG", language)
    for page in PAGES:
        done = miaobi(*page, "--help")
        assert (done.returncode, done.stderr) == (0, ""), page
        assert done.stdout.startswith(f"Usage: {' '.join(['miaobi', *page])}")
        chinese = re.findall(r"[\u4e00-\u9fff]", done.stdout.replace("妙笔", ""))
        assert bool(chinese) == (language == "zh"), page
        if not page:
            assert all(re.search(rf"^  {row.name} ", done.stdout, re.M) for row in COMMANDS)
    assert miaobi("-h").stdout == miaobi("--help").stdout


def test_version(miaobi: Run) -> None:
    for option in ("-V", "--version"):
        assert miaobi(option).stdout == f"miaobi {VERSION}\n"


def test_without_a_command_the_help_is_shown(miaobi: Run) -> None:
    done = miaobi()
    assert done.returncode == 2
    assert "Commands" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["--nonsense"], "--nonsense"),
        (["text", "--nonsense"], "--nonsense"),
        (["text", "hi", "--temperature", "hot"], "'hot' is not a valid float"),
        (["text", "hi", "--max-tokens", "1.5"], "'1.5' is not a valid integer"),
        (["text", "one", "two"], "two"),
        (["verify"], "FILE"),
        (["pull", "--from", "nowhere"], "nowhere"),
        (["models", "rm"], "NAMES"),
    ],
)
def test_what_the_command_line_cannot_be(miaobi: Run, arguments: list[str], says: str) -> None:
    done = miaobi(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr and "--help" in done.stderr  # the value and the way out
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "xllamacpp", "onnxruntime", "c2pa", "httpx", "rich", "cryptography")
    program = (
        "import sys\n"
        "from miaobi.cli.main import commands\n"
        "for name in ([], ['text'], ['speech'], ['verify'], ['chat'], ['models']):\n"
        "    commands.main([*name, '--help'], standalone_mode=False)\n"
        f"sys.exit(' '.join(name for name in {heavy} if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == "\n"


@pytest.mark.parametrize("command", [["--help"], ["models"], ["doctor", "--help"]])
def test_a_reader_that_has_gone_is_no_error(command: list[str]) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "miaobi.cli.main", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None and program.stderr is not None
    program.stdout.close()
    assert "Traceback" not in program.stderr.read().decode()
    program.stderr.close()
    assert program.wait(timeout=60) in (0, 1)
