"""Exit codes, input and progress."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from miaobi.cli.console import guarded, read_prompt
from miaobi.cli.output import unused_path
from miaobi.cli.progress import ProgressBar
from miaobi.core.errors import (
    DataError,
    LabelError,
    MissingAsset,
    OptionError,
    PolicyRefusal,
    PromptError,
)


def raises(error: BaseException) -> Callable[[], Any]:
    def program() -> None:
        raise error

    return program


@pytest.mark.parametrize(
    ("program", "code", "says"),
    [
        (lambda: None, 0, ""),
        (lambda: 1, 1, ""),
        (raises(LabelError("One thing.", "The way out.")), 1, "miaobi: One thing. The way out.\n"),
        (raises(MissingAsset("{name} is gone.", name="it")), 1, "miaobi: it is gone.\n"),
        (raises(OptionError("A wrong value.")), 2, "miaobi: A wrong value.\n"),
        (raises(PromptError("No words.")), 2, "miaobi: No words.\n"),
        (raises(PolicyRefusal("No.")), 3, "miaobi: No.\n"),
        (raises(KeyboardInterrupt()), 130, "miaobi: Stopped. Nothing half-made was left behind.\n"),
        (raises(click.Abort()), 130, "miaobi: Stopped. Nothing half-made was left behind.\n"),
        (raises(click.UsageError("So not.")), 2, "Error: So not.\n"),
    ],
)
def test_exit_codes(
    program: Callable[[], Any], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(program) == code
    assert capsys.readouterr().err == says


def test_our_own_mistakes_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 / 0)


def test_words_from_an_argument_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("妙笔\n", encoding="utf-8")
    assert read_prompt("given") == "given"
    assert read_prompt(None, path) == "妙笔\n"
    assert read_prompt("given", path) == "妙笔\n"
    path.write_bytes(b"\x89PNG\0")
    assert read_prompt(None, path) == "\udc89PNG\0"  # carried as they are, refused later
    for wrong, reason in ((tmp_path / "none.txt", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(
            PromptError, match=rf"{wrong.name}.* cannot be read: {reason}.* Check the name"
        ):
            read_prompt(None, wrong)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("A fox 狐狸\n", "utf-16"),
        ("A fox 狐狸\n", "utf-8-sig"),
        ("一只小船停在岸边。", "gbk"),
        ("Chapter 1\n\nThe café was dark.\n", "latin-1"),
    ],
)
def test_words_of_other_encodings(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(text.encode(encoding))
    assert read_prompt(None, tmp_path / "words.txt") == text


def test_an_uncertain_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("Все люди рождаются свободными.".encode("cp1251"))
    with pytest.raises(DataError, match=r"words.txt is not UTF-8; .* probably Windows-1251"):
        read_prompt(None, tmp_path / "words.txt")


@pytest.mark.parametrize("given", [None, "-"])
def test_words_from_standard_input(given: str | None) -> None:
    program = f"from miaobi.cli.console import read_prompt; print(ascii(read_prompt({given!r})))"
    done = subprocess.run(
        [sys.executable, "-c", program], input="妙笔".encode(), capture_output=True, timeout=60
    )
    assert done.stdout.strip() == rb"'\u5999\u7b14'"


def test_progress_in_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar() as bar:
        bar.update("load", 0, 0)
        for part in range(101):
            bar.update("speech", part, 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["load", "speech 0%", "speech 25%", "speech 50%", "speech 75%", "speech 100%"]
    with ProgressBar("bytes") as bar:
        bar.update("model", 5e6, 10e6)
    assert capsys.readouterr().err == "model 50% 5/10 MB\n"


def test_unused_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for expected in ("speech.wav", "speech-2.wav", "speech-3.wav"):
        assert unused_path("speech", "wav") == Path(expected)
        Path(expected).touch()
    assert unused_path("speech", "mp3") == Path("speech.mp3")
