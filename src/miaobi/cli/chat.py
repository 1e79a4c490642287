"""`miaobi chat`: a conversation in the terminal."""

import contextlib
import io
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import complain, say, with_missing_pulled
from miaobi.cli.text import sampling_options, show
from miaobi.core.artifact import Artifact
from miaobi.core.errors import ContextFull, MiaobiError, PolicyRefusal
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target
from miaobi.core.requests import Message

HELP = """/system WORDS   instructions the model should follow from now on
/save FILE      the conversation so far, as a labeled text file
/undo           take back the last question and its answer
/new            forget the conversation
/help           this list
/quit           leave (Ctrl-D does too; Ctrl-C stops an answer)"""


class Conversation:
    """What was said so far, and the commands that act on it."""

    def __init__(self, system: str | None, options: dict[str, Any]) -> None:
        self.system = system
        self.turns: list[Message] = []
        self.answers: list[str] = []  # ids of the artifacts, for the label of a saved conversation
        self.options = options

    def messages(self) -> list[Message]:
        system = [Message("system", self.system)] if self.system else []
        return [*system, *self.turns]

    def ask(self, words: str) -> None:
        """Send the words, stream the answer, remember both."""
        self.turns.append(Message("user", words))
        try:
            artifact = self._answer()
        except BaseException:
            self.turns.pop()
            raise
        self.turns.append(Message("assistant", artifact.text))
        self.answers.append(artifact.id)

    def _answer(self) -> Artifact:
        """Stream the answer; forget the oldest turns while the conversation is too long."""
        from miaobi.tasks.text import stream_chat

        reuse = self.options.get("seed") is None
        while True:
            events = partial(stream_chat, self.messages(), reuse_cache=reuse, **self.options)
            try:
                return show(events, quiet=False)
            except ContextFull:
                if len(self.turns) < 3:
                    raise
                del self.turns[:2], self.answers[:1]
                say("(The conversation has outgrown the model: the oldest turn is forgotten.)")

    def command(self, line: str) -> bool:
        """Do what a /command says; True ends the conversation."""
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        if name in ("/quit", "/exit"):
            return True
        if name == "/system":
            self.system = rest or None
            say("The model will follow: {words}", words=rest or "—")
        elif name == "/save":
            self.save(rest)
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
            say("Say something first, then: /save FILE")
            return
        model = self.options.get("model")
        check_target(Path(name).expanduser())
        artifact = label_conversation(self.messages(), tuple(self.answers), model)
        say("Saved: {path}", path=artifact.save(Path(name)))


@click.command(help=tr("Talk with a model in the terminal; /help lists what can be done there."))
@sampling_options
@click.option("--system", help=tr("Instructions the model should follow throughout."))
def chat(system: str | None, **options: Any) -> None:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  arrow keys and history in input()
    if isinstance(sys.stdin, io.TextIOWrapper):  # what is no text is refused as such, later
        sys.stdin.reconfigure(errors="surrogateescape")
    conversation = Conversation(system, options)
    say("Talk away. /help lists commands, Ctrl-D leaves.")
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
                if conversation.command(line):
                    return
            else:
                with_missing_pulled(partial(conversation.ask, line))
        except KeyboardInterrupt:
            click.echo(tr("\n(stopped)"), err=True)
        except MiaobiError as error:
            if not (conversation.turns or isinstance(error, PolicyRefusal)):
                raise
            complain(str(error))
