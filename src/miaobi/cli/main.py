"""The command table. A command's module is imported when the command is run, not to show help."""

import sys
from importlib import import_module

import click

from miaobi.core.i18n import tr
from miaobi.core.version import VERSION

# name -> ("module:function", one line of help)
COMMANDS = {
    "demo": ("miaobi.cli.demo:demo", "One sentence in: a story, its narration, and their labels."),
    "film": ("miaobi.cli.film:film", "One sentence in: a narrated film with all its parts."),
    "text": ("miaobi.cli.text:text", "Answer a prompt."),
    "chat": ("miaobi.cli.chat:chat", "Talk with a model in the terminal."),
    "image": ("miaobi.cli.image:image", "Paint a prompt into a picture."),
    "morph": ("miaobi.cli.morph:morph", "Turn one picture into another, frame by frame."),
    "video": ("miaobi.cli.video:video", "Make a clip from words, or from pictures."),
    "speech": ("miaobi.cli.speech:speech", "Speak words into a sound file."),
    "audiobook": ("miaobi.cli.speech:audiobook", "Read a text or Markdown file aloud."),
    "sound": ("miaobi.cli.audio:sound", "Make a sound effect: rain, a door, a laser."),
    "music": ("miaobi.cli.music:music", "Compose music from words, or to a melody."),
    "transcribe": ("miaobi.cli.audio:transcribe", "Transcribe a recording."),
    "train": ("miaobi.cli.train:train", "Train a model on your own data."),
    "tune": ("miaobi.cli.train:tune", "Teach a trained model your text, with few new weights."),
    "export": ("miaobi.cli.train:export", "Write a trained GPT as transformers has them."),
    "evaluate": ("miaobi.cli.evaluate:evaluate", "Say in figures how good a model is."),
    "models": ("miaobi.cli.models:models", "What there is, what is here, what it needs."),
    "pull": ("miaobi.cli.models:pull", "Download models, checked and resumable."),
    "verify": ("miaobi.cli.verify:verify", "Say what made a file and whether it was changed."),
    "serve": ("miaobi.cli.serve:serve", "Serve the models here: an OpenAI-compatible API."),
    "keys": ("miaobi.cli.keys:keys", "Make and take back the API keys of the server."),
    "doctor": (
        "miaobi.cli.doctor:doctor",
        "What this machine can run, and what to do about the rest.",
    ),
}


class CommandTable(click.Group):
    """A group whose commands are rows of COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, tr(line)) for name, (_, line) in COMMANDS.items()])


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
    """The `miaobi` program; its exit code is 0, 1 failed, 2 usage, 3 refused, 130 stopped."""
    from miaobi.cli.console import guarded

    sys.exit(guarded(lambda: commands.main(prog_name="miaobi", standalone_mode=False)))


if __name__ == "__main__":
    main()
