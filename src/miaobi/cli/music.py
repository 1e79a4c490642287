"""`miaobi music`: audio, notation or a piano roll from a prompt or a melody."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.audio import HUB_OPTIONS
from miaobi.cli.console import print_message, read_prompt
from miaobi.cli.options import PATH, OptionRow, add_options, json_option, option
from miaobi.cli.output import generate, save_and_print, unused_path
from miaobi.core.checks import check_choice
from miaobi.core.i18n import tr
from miaobi.core.music import MUSIC_FORMATS
from miaobi.core.paths import check_target
from miaobi.notation.left_out import LEFT_OUT

EXTENSIONS = {"midi": "mid", "xml": "musicxml"}  # alternative extension -> format
# fields and defaults are those of MusicRequest
OPTIONS = (
    OptionRow("-s --seconds", float, "Length, 2 to 600 seconds [from the prompt, else 30]."),
    OptionRow("--key", str, 'Such as "D minor" [from the prompt].'),
    OptionRow("--meter", str, "Such as 3/4 [from the prompt]."),
    OptionRow("--tempo", float, "Beats per minute, 20 to 300 [from the prompt]."),
    OptionRow("--mood", str, "calm, happy, sad, dark or lively [from the prompt]."),
    OptionRow("--instruments", str, 'Such as "flute, piano", the melody first [from the prompt].'),
    OptionRow("--chords", str, 'Such as "Dm Gm A7 Dm", one per bar; | between bars for more.'),
    OptionRow("--melody", str, "Melody to use: MIDI, MusicXML, ABC, or a monophonic recording."),
    OptionRow(
        "--mode use", str, "Use of the melody: harmonize, continue, vary or rhythm [harmonize]."
    ),
    OptionRow("--lyrics", str, "Lyrics to sing, for some models of the Hub."),
    OptionRow("--seed", int, "The same seed gives the same music."),
    OptionRow(
        "--format", str, "wav, flac, mp3, ogg, mid, musicxml or png [by the file extension]."
    ),
)


@click.command(
    help=tr("Compose music from PROMPT or a melody; without either, read standard input.")
)
@click.argument("prompt", metavar="[PROMPT]", required=False)
@add_options((*OPTIONS, *HUB_OPTIONS))
@option("--loop", is_flag=True, default=None, help=tr("Make a seamless loop."))
@option("-o", "--output", type=PATH, help=tr("Output file [music.wav]."))
@json_option
def music(prompt: str | None, output: Path | None, as_json: bool, **options: Any) -> None:
    from miaobi.tasks.music import stream_music

    format = _format(output, options.pop("format"))
    if output is not None:
        check_target(output, format)
    text = prompt or ("" if options["melody"] else read_prompt(prompt))
    artifact = generate(partial(stream_music, text, format=format, **options))
    for warning in sorted(artifact.usage.keys() & set(LEFT_OUT.values())):
        print_message(warning)
    save_and_print(artifact, output or unused_path("music", format), as_json)


def _format(output: Path | None, option: str | None) -> str:
    """Return the format of the option, else of the file extension. Raises OptionError."""
    extension = output.suffix.lstrip(".") if output else ""
    name = (option or extension or "wav").lower()
    format = EXTENSIONS.get(name, name)
    check_choice("format", format, MUSIC_FORMATS)
    return format
