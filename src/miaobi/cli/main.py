"""The table of commands; a command's module is imported when it runs, not to show help."""

import sys
from dataclasses import dataclass
from importlib import import_module

import click

from miaobi import extensions
from miaobi.core.i18n import tr
from miaobi.core.version import VERSION


@dataclass(frozen=True)
class Command:
    """One command: where its click command is, and its line in the help."""

    name: str
    load: str  # "module:function"
    help: str


COMMANDS = (
    Command(
        "demo", "miaobi.cli.demo:demo", "One sentence in: a story, its narration, and their labels."
    ),
    Command("film", "miaobi.cli.film:film", "One sentence in: a narrated film with all its parts."),
    Command("text", "miaobi.cli.text:text", "Answer a prompt."),
    Command("chat", "miaobi.cli.chat:chat", "Talk with a model in the terminal."),
    Command("image", "miaobi.cli.image:image", "Paint a prompt into a picture."),
    Command("morph", "miaobi.cli.morph:morph", "Turn one picture into another, frame by frame."),
    Command("video", "miaobi.cli.video:video", "Make a clip from words, or from pictures."),
    Command("speech", "miaobi.cli.speech:speech", "Speak words into a sound file."),
    Command("audiobook", "miaobi.cli.speech:audiobook", "Read a text or Markdown file aloud."),
    Command("sound", "miaobi.cli.audio:sound", "Make a sound effect: rain, a door, a laser."),
    Command("music", "miaobi.cli.music:music", "Compose music from words, or to a melody."),
    Command("transcribe", "miaobi.cli.audio:transcribe", "Transcribe a recording."),
    Command("train", "miaobi.cli.train:train", "Train a model on your own data."),
    Command(
        "tune", "miaobi.cli.train:tune", "Teach a trained model your text, with few new weights."
    ),
    Command("export", "miaobi.cli.train:export", "Write a trained GPT as transformers has them."),
    Command("evaluate", "miaobi.cli.evaluate:evaluate", "Say in figures how good a model is."),
    Command("models", "miaobi.cli.models:models", "What there is, what is here, what it needs."),
    Command("catalog", "miaobi.cli.catalog:catalog", "What pictures can show, by name."),
    Command("pull", "miaobi.cli.models:pull", "Download models, checked and resumable."),
    Command(
        "verify", "miaobi.cli.verify:verify", "Say what made a file and whether it was changed."
    ),
    Command("serve", "miaobi.cli.serve:serve", "Serve the models here: an OpenAI-compatible API."),
    Command("keys", "miaobi.cli.keys:keys", "Make and take back the API keys of the server."),
    Command(
        "doctor",
        "miaobi.cli.doctor:doctor",
        "What this machine can run, and what to do about the rest.",
    ),
)


def register_commands() -> tuple[Command, ...]:
    """Return the built-in commands (the hook of extensions.py)."""
    return COMMANDS


def _table() -> dict[str, Command]:
    return {row.name: row for row in extensions.rows("register_commands")}


class CommandTable(click.Group):
    """A group whose commands are rows of the table, built in or of plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_table())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        row = _table().get(name)
        if row is None:
            return None
        module, _, function = row.load.partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands")):
            formatter.write_dl([(row.name, tr(row.help)) for row in _table().values()])


@click.group(
    cls=CommandTable,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Miaobi (妙笔) makes text, pictures and speech, and labels every file it hands out."),
    epilog=tr("Settings: MIAOBI_HOME, MIAOBI_OFFLINE=1, MIAOBI_LANG=en|zh, MIAOBI_THREADS."),
)
@click.version_option(VERSION, "-V", "--version", message="miaobi %(version)s")
def commands() -> None:
    pass


def main() -> None:
    """Run the `miaobi` program and exit: 0 done, 1 failed, 2 usage, 3 refused, 130 interrupted."""
    from miaobi.cli.console import guarded

    sys.exit(guarded(lambda: commands.main(prog_name="miaobi", standalone_mode=False)))


if __name__ == "__main__":
    main()
