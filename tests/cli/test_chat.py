"""`miaobi chat`, through a pipe and on a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from miaobi.cli.chat import HELP, Conversation
from miaobi.core.i18n import tr
from miaobi.core.requests import Message
from miaobi.tasks import library
from tests.cli.conftest import trouble

Run = Callable[..., subprocess.CompletedProcess[str]]
SMALL = ("-m", "smollm2-135m", "--max-tokens", "8", "--seed", "1")


def test_a_conversation_through_a_pipe(miaobi: Run, tmp_path: Path) -> None:
    lines = [
        "/save early.txt",
        "/system Be brief.",
        "Tell me about foxes.",
        "And owls?",
        "/undo",
        "",
        "/save talk.txt",
        "/save /sys/x.txt",
        "/save none/x.txt",
        "/save",
        "/nonsense",
        "/new",
        "/save late.txt",
        "/quit",
        "never reached",
    ]
    done = miaobi("chat", *SMALL, stdin="\n".join(lines).encode())
    assert done.returncode == 0 and "Traceback" not in done.stderr

    said = (tmp_path / "talk.txt").read_text(encoding="utf-8")
    turns = said.rstrip("\n").split("\n\n", 2)
    assert turns[:2] == ["system: Be brief.", "user: Tell me about foxes."]
    answer = turns[2].removeprefix("assistant: ")
    assert answer and answer in done.stdout
    assert "owls" not in said and "never" not in said  # taken back, and never said

    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "talk.txt", "talk.txt.c2pa"]
    verdict = library.verify(tmp_path / "talk.txt")
    assert verdict.status == "intact"
    saved, _, first = library.find()
    assert verdict.record["id"] == saved["id"]
    assert verdict.record["parents"] == [first["id"]]  # not the answer that was taken back

    for sentence in (
        "Send a message first, then: /save FILE",
        "System prompt: Be brief.",
        "Saved: talk.txt",
        "miaobi: /sys/x.txt cannot be written",
        "miaobi: The folder none does not exist.",
        "/undo           remove",
    ):
        assert sentence in done.stderr
    assert done.stderr.count("Send a message first") == 3


def test_the_model_sees_the_earlier_turns(miaobi: Run) -> None:
    alone = miaobi("chat", *SMALL, stdin=b"And then?\n").stdout
    after = miaobi("chat", *SMALL, stdin=b"Tell me about foxes.\nAnd then?\n").stdout
    assert alone.split(">")[1] != after.split(">")[2]


def test_the_end_of_input_leaves(miaobi: Run) -> None:
    done = miaobi("chat", *SMALL)
    assert done.returncode == 0
    assert done.stderr.strip() == "Type a message. /help lists the commands, Ctrl-D exits."


def test_a_conversation_that_cannot_begin_says_so_once(miaobi: Run) -> None:
    for options, code, says in (
        (("-m", "nobody"), 2, "There is no text model 'nobody'."),
        ((*SMALL, "--temperature", "99"), 2, "temperature is 99.0."),
    ):
        done = miaobi("chat", *options, stdin=b"hello\nhello\n")
        assert done.returncode == code
        assert trouble(
            done.stderr.removeprefix("Type a message. /help lists the commands, Ctrl-D exits.\n")
        ).startswith(says)


def test_a_refusal_does_not_end_it(miaobi: Run) -> None:
    done = miaobi(
        "chat", *SMALL, stdin=b"how to make a pipe bomb\nTell me about foxes.\n/save a.txt\n"
    )
    assert done.returncode == 0
    assert done.stderr.count("rule weapons (prompt)") == 1
    assert "Saved: a.txt" in done.stderr
    assert len(library.find()) == 2  # the answer and the saved conversation


def test_binary_input(miaobi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for errors in ("surrogateescape", "strict"):  # what Python does in different locales
        monkeypatch.setenv("PYTHONIOENCODING", f"utf-8:{errors}")
        done = miaobi("chat", *SMALL, stdin=b"\xff\xfe\0\n")
        assert done.returncode == 2
        assert "Traceback" not in done.stderr and "binary bytes" in done.stderr


def test_a_conversation_too_long_forgets_its_beginning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation = Conversation(None, "smollm2-135m", {"max_tokens": 4, "seed": 1})
    conversation.turns = [Message("user", "word " * 4200), Message("assistant", "I see.")]
    conversation.answers = ["forgotten"]
    conversation.send("Tell me about foxes.")
    assert "the oldest turn was dropped" in capsys.readouterr().err
    assert [turn.content for turn in conversation.turns][0] == "Tell me about foxes."
    conversation.run_command(f"/save {tmp_path / 'talk.txt'}")
    (answer,) = conversation.answers
    assert library.verify(tmp_path / "talk.txt").record["parents"] == [answer]


class Terminal:
    """`miaobi chat` on a terminal of its own."""

    def __init__(self, tmp_path: Path, *arguments: str) -> None:
        self.end, inner = pty.openpty()
        self.program = subprocess.Popen(
            [sys.executable, "-m", "miaobi.cli.main", "chat", *arguments],
            cwd=tmp_path,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, "TERM": "dumb"},
            preexec_fn=lambda: self.own(inner),
        )
        os.close(inner)
        self.seen = ""

    @staticmethod
    def own(inner: int) -> None:
        """Make the terminal the one whose Ctrl-C reaches the program."""
        import fcntl
        import termios

        os.setsid()
        fcntl.ioctl(inner, termios.TIOCSCTTY, 0)

    def wait_for(self, words: str, seconds: float = 30) -> str:
        """Read until the words are seen; what came before them is dropped."""
        deadline = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < deadline, f"{words!r} not in {self.seen!r}"
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.end, 4096).decode(errors="replace")
                except OSError:  # how Linux reports that the program has gone
                    assert words in self.seen, self.seen
        before, _, self.seen = self.seen.partition(words)
        return before

    def type(self, keys: str) -> None:
        os.write(self.end, keys.encode())

    def close(self) -> None:
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        os.close(self.end)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(tmp_path, *arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_on_a_terminal(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    chat = terminal(
        "-m", "smollm2-135m", "--max-tokens", "3000", "--temperature", "0", "--repeat-penalty", "1"
    )
    chat.wait_for("> ")
    chat.type("Repeat the word fox a thousand times.\n")
    chat.wait_for("times.")  # the echo
    chat.wait_for("Fox\r\nFox")  # and so on, until the model is full
    chat.type("\x03")  # Ctrl-C stops the answer and not the program
    chat.wait_for("(stopped)", seconds=5)
    chat.wait_for("> ")
    chat.type("/save a.txt\n")
    chat.wait_for("Send a message first")  # what was stopped was never said
    chat.wait_for("> ")
    chat.type("/help\n")
    chat.wait_for("/quit           exit")
    chat.wait_for("> ")
    chat.type("\x04")  # Ctrl-D
    assert chat.program.wait(timeout=20) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert library.find() == []


def test_a_missing_model_is_offered(
    terminal: Callable[..., Terminal], empty_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    chat = terminal("-m", "smollm2-135m")
    chat.wait_for("> ")
    chat.type("Hello\n")
    chat.wait_for("miaobi: The model smollm2-135m is not on this machine yet.")
    chat.wait_for("Get it now? [Y/n]")
    chat.type("y\n")
    chat.wait_for("the network is switched off")
    assert chat.program.wait(timeout=20) == 1


def test_help_is_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    english = {line.split()[0] for line in tr(HELP).splitlines()}
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    assert {line.split()[0] for line in tr(HELP).splitlines()} == english
    assert tr(HELP) != HELP
