"""Exit codes, errors, messages and input of the command line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from miaobi.core.errors import DataError, MiaobiError, NotFoundError, PromptError
from miaobi.core.i18n import tr
from miaobi.core.paths import DISK_FULL_ERRNOS, write_error
from miaobi.core.text_encoding import decode_text

INTERRUPTED = 130  # exit code of a program ended by Ctrl-C, by convention of shells


def guarded(program: Callable[[], object]) -> int:
    """Run a program, print an error as one sentence, and return the exit code."""
    try:
        code = program()
    except MiaobiError as error:
        print_error(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print_error(tr("Stopped. Nothing half-made was left behind."))
        return INTERRUPTED
    except BrokenPipeError:  # the reader of standard output has exited, as `head` does
        _discard_output()
        return 0
    except OSError as error:
        reported = _as_miaobi_error(error)
        print_error(str(reported))
        return reported.exit_code
    return code if isinstance(code, int) else 0


def _as_miaobi_error(error: OSError) -> MiaobiError:
    """Convert the error of an unreadable file or a full disk; re-raise any other."""
    if error.errno in DISK_FULL_ERRNOS:
        _discard_output()
        return write_error(Path(error.filename or "/dev/stdout"), error)
    if error.filename is None:
        raise error
    return NotFoundError(
        "{path} cannot be read: {reason}.",
        "Check the name.",
        path=error.filename,
        reason=error.strerror,
    )


def _discard_output() -> None:
    """Redirect standard output to the null device, so that the flush at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_error(sentence: str) -> None:
    """Print an error, already translated, on standard error."""
    click.echo(f"miaobi: {sentence}", err=True)


def print_message(sentence: str, **values: object) -> None:
    """Print a translated line on standard error; standard output is for results."""
    click.echo(tr(sentence, **values), err=True)


def read_prompt(argument: str | None, file: Path | None = None) -> str:
    """Read a prompt from a file, the argument, or standard input. Raises PromptError.

    Text of another encoding is read where that is certain. Binary bytes become lone surrogates,
    which the checks of the request reject.
    """
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
        return _decode(data, str(file))
    if argument is not None and argument != "-":
        return argument
    if argument is None and sys.stdin.isatty():
        raise PromptError("The {name} is empty.", "Give it some text.", name="prompt")
    return _decode(sys.stdin.buffer.read(), tr("The standard input"))


def _decode(data: bytes, name: str) -> str:
    """Decode a prompt; binary bytes become lone surrogates. Raises DataError."""
    try:
        return decode_text(data, name)
    except DataError as error:
        if "encoding" in error.values:
            raise
        return data.decode("utf-8", "surrogateescape")
