"""`miaobi chat`: a conversation in the terminal."""

import contextlib
import io
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from miaobi.cli.console import print_error, print_message
from miaobi.cli.options import option
from miaobi.cli.pulling import with_missing_pulled
from miaobi.cli.text import print_tokens, sampling_options
from miaobi.core.artifact import Artifact
from miaobi.core.errors import ContextFull, MiaobiError, PolicyRefusal
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target
from miaobi.core.requests import Message

if TYPE_CHECKING:
    from miaobi.tasks.options import TextOptions

HELP = """/system TEXT    instructions to follow from now on
/save FILE      save the conversation as a labeled text file
/undo           remove the last question and its answer
/new            start a new conversation
/help           show this list
/quit           exit (or Ctrl-D; Ctrl-C stops an answer)"""


class Conversation:
    """The turns of a conversation, and the /commands that act on it."""

    def __init__(self, system: str | None, model: str | None, options: "TextOptions") -> None:
        self.system, self.model = system, model
        self.turns: list[Message] = []
        self.answers: list[str] = []  # artifact ids, for the label of a saved conversation
        self.options = options.copy()
        self.options["reuse_cache"] = (
            options.get("seed") is None
        )  # a cached prefix is not bit-exact

    def messages(self) -> list[Message]:
        system = [Message("system", self.system)] if self.system else []
        return [*system, *self.turns]

    def send(self, text: str) -> None:
        """Send a user message, stream the answer, and append both to the turns."""
        self.turns.append(Message("user", text))
        try:
            artifact = self._answer()
        except BaseException:
            self.turns.pop()
            raise
        self.turns.append(Message("assistant", artifact.text))
        self.answers.append(artifact.id)

    def _answer(self) -> Artifact:
        """Stream the answer; drop the oldest turns while the context is full."""
        from miaobi.tasks.text import stream_chat

        while True:
            stream = partial(stream_chat, self.messages(), model=self.model, **self.options)
            try:
                return print_tokens(stream, is_quiet=False)
            except ContextFull:
                if len(self.turns) < 3:
                    raise
                del self.turns[:2], self.answers[:1]
                print_message("(The context of the model is full: the oldest turn was dropped.)")

    def run_command(self, line: str) -> bool:
        """Run a /command, and return True if it ends the conversation."""
        name, _, argument = line.partition(" ")
        argument = argument.strip()
        if name in ("/quit", "/exit"):
            return True
        if name == "/system":
            self.system = argument or None
            print_message("System prompt: {text}", text=argument or "—")
        elif name == "/save":
            self.save(argument)
        elif name == "/undo":
            del self.turns[-2:], self.answers[-1:]
        elif name == "/new":
            self.turns.clear()
            self.answers.clear()
        else:
            click.echo(tr(HELP), err=True)
        return False

    def save(self, name: str) -> None:
        from miaobi.tasks.text import label_conversation

        if not self.turns or not name:
            print_message("Send a message first, then: /save FILE")
            return
        check_target(Path(name).expanduser())
        artifact = label_conversation(self.messages(), tuple(self.answers), self.model)
        print_message("Saved: {path}", path=artifact.save(Path(name)))


@click.command(help=tr("Chat with a model in the terminal; /help lists the commands there."))
@sampling_options
@option("--system", help=tr("System prompt: instructions to follow throughout."))
def chat(system: str | None, model: str | None, **options: Unpack["TextOptions"]) -> None:
    with contextlib.suppress(ImportError):
        import_module("readline")  # arrow keys and history in input()
    if isinstance(sys.stdin, io.TextIOWrapper):  # bytes that are not UTF-8 are rejected later
        sys.stdin.reconfigure(errors="surrogateescape")
    conversation = Conversation(system, model, options)
    print_message("Type a message. /help lists the commands, Ctrl-D exits.")
    while True:
        try:
            line = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo(err=True)
            return
        if not line:
            continue
        try:
            if line.startswith("/"):
                if conversation.run_command(line):
                    return
            else:
                with_missing_pulled(partial(conversation.send, line))
        except KeyboardInterrupt:
            click.echo(tr("\n(stopped)"), err=True)
        except MiaobiError as error:
            if not (conversation.turns or isinstance(error, PolicyRefusal)):
                raise
            print_error(str(error))
