"""How a command meets its user: input, progress, errors and exit codes."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from miaobi.core.errors import MiaobiError, MissingAsset, NotFoundError, PromptError
from miaobi.core.i18n import tr
from miaobi.core.paths import NO_ROOM, write_error

F = TypeVar("F", bound=Callable[..., Any])
STOPPED = 130  # what shells expect of a program ended by Ctrl-C


def guarded(program: Callable[[], Any]) -> int:
    """Run a program; print an error as one sentence; return the exit code."""
    try:
        code = program()
    except MiaobiError as error:
        complain(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain(tr("Stopped. Nothing half-made was left behind."))
        return STOPPED
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        _drop_output()
        return 0
    except OSError as error:
        trouble = _trouble(error)
        complain(str(trouble))
        return trouble.exit_code
    return code if isinstance(code, int) else 0


def _trouble(error: OSError) -> MiaobiError:
    """The sentence for a file that cannot be looked at, or for standard output on a full disk."""
    if error.errno in NO_ROOM:
        _drop_output()
        return write_error(Path(error.filename or "/dev/stdout"), error)
    if error.filename is None:
        raise error
    return NotFoundError(
        "{path} cannot be read: {reason}.",
        "Check the name.",
        path=error.filename,
        reason=error.strerror,
    )


def _drop_output() -> None:
    """What is still to be printed cannot be: let it go quietly when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(sentence: str) -> None:
    """One sentence of trouble, on standard error."""
    click.echo(f"miaobi: {sentence}", err=True)


def say(sentence: str, **values: Any) -> None:
    """One line to the user, on standard error: standard output is for what was made."""
    click.echo(tr(sentence, **values), err=True)


def read_words(given: str | None, file: Path | None = None) -> str:
    """The words of a command: its argument, a file, or standard input. Raises PromptError."""
    if file is not None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise PromptError(
                "{path} cannot be read: {reason}.",
                "Check the name.",
                path=file,
                reason=error.strerror,
            ) from error
        return data.decode("utf-8", "surrogateescape")
    if given is not None and given != "-":
        return given
    if given is None and sys.stdin.isatty():
        raise PromptError("The {name} is empty.", "Give it some words.", name="prompt")
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")


def with_missing_pulled(work: Callable[[], Any]) -> Any:
    """Run `work`; when a model is missing, offer to get it (on a terminal), then run it again."""
    from miaobi.cli.models import pull_one

    try:
        return work()
    except MissingAsset as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        complain(str(error))
        if not click.confirm(tr("Get it now?"), default=True, err=True):
            raise
        pull_one(error.values["name"], None)
        return work()


class Bar:
    """Progress on standard error: a bar on a terminal, now and then a plain line elsewhere."""

    def __init__(self, unit: str = "", every: float = 0.25) -> None:
        self.unit, self.every = unit, every  # without a terminal: a line at this share of the way
        self.bar: Any = None
        self.stage = ""
        self.told = 0.0

    def __enter__(self) -> "Bar":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = [
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TextColumn("{task.fields[detail]}"),
                TimeRemainingColumn(),
            ]
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
        return self

    def update(self, stage: str, done: float, total: float, detail: str = "") -> None:
        """Show `done` of `total` (0: not known) of a stage."""
        if self.unit == "bytes":
            detail = f"{done / 1e6:.0f}/{total / 1e6:.0f} MB"
        if self.bar is not None:
            if stage != self.stage:
                for task in self.bar.tasks:
                    self.bar.remove_task(task.id)
                self.task = self.bar.add_task(stage, total=total or None, detail="")
            self.bar.update(self.task, completed=done, total=total or None, detail=detail)
        else:
            self._line(stage, done, total, detail)
        self.stage = stage

    def say(self, line: str) -> None:
        """A line above the bar."""
        if self.bar is not None:
            self.bar.console.print(line, markup=False, highlight=False)
        else:
            click.echo(line, err=True)

    def _line(self, stage: str, done: float, total: float, detail: str) -> None:
        share = done / total if total else 0
        if stage != self.stage:
            self.told = 0.0
        if stage != self.stage or share >= self.told + self.every:
            self.told = share
            percent = f" {share:.0%}" if total else ""
            click.echo(f"{stage}{percent} {detail}".rstrip(), err=True)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def unused_name(stem: str, ending: str) -> Path:
    """A file name in the working folder that no file has yet: stem.wav, stem-2.wav …"""
    names: Iterator[Path] = (
        Path(f"{stem}{'' if number == 1 else f'-{number}'}.{ending}") for number in range(1, 10_000)
    )
    return next(name for name in names if not name.exists())
