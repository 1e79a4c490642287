"""The blocks of a page of the documentation, run in this process as a newcomer would.

One process, because loading PyTorch and the models again for each of thirty lines takes minutes.
"""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from tests.conftest import PROJECT


def page(name: str) -> str:
    """Return the text of docs/NAME."""
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def blocks(text: str, *kinds: str) -> list[tuple[str, str]]:
    """Return (kind, code) of every block of these kinds ("sh", "python"); all where none is given."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.S | re.M)
    return [(kind, code) for kind, code in found if not kinds or kind in kinds]


def run_python(code: str, name: str, variables: dict[str, Any] | None = None) -> list[str]:
    """Execute a Python block and return the lines it printed."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, f"docs/{name}", "exec"), {} if variables is None else variables)
    return printed.getvalue().splitlines()


def run_shell(code: str, change: Callable[[str], str] = str) -> Iterator[str]:
    """Run a shell block line by line, each after `change`; yield what a line printed.

    `miaobi` runs in this process, everything else in a shell. Raises AssertionError where a line
    fails.
    """
    for line in code.splitlines():
        line = change(line)
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] != "miaobi":
            done = subprocess.run(["bash", "-ec", line], capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            yield done.stdout
            continue
        printed = StringIO()
        main = partial(commands.main, words[1:], prog_name="miaobi", standalone_mode=False)
        with redirect_stdout(printed):
            assert guarded(main) == 0, line
        yield printed.getvalue()
