"""`miaobi sound` and `miaobi transcribe`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import read_prompt
from miaobi.cli.options import MODEL_ROW, PATH, OptionRow, add_options, json_option, option
from miaobi.cli.output import generate, print_artifact, unused_path
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

# options of sound and music that only models of the Hub follow
HUB_OPTIONS = (
    MODEL_ROW,
    OptionRow("--steps", int, "Sampling steps, for models of the Hub [the model's default]."),
    OptionRow("--guidance", float, "Guidance scale, for models of the Hub [the model's default]."),
    OptionRow("--negative", str, "Negative prompt, for some models of the Hub."),
)


@click.command(help=tr("Generate a sound effect from PROMPT; without PROMPT, read standard input."))
@click.argument("prompt", metavar="[PROMPT]", required=False)
@option("-o", "--output", type=PATH, help=tr("Output file [sound.wav]."))
@option("--format", "format", help=tr("wav, flac, mp3 or ogg [by the file extension]."))
@option(
    "-s", "--seconds", type=float, help=tr("Length, 0.1 to 300 seconds [typical of the sound].")
)
@option("--seed", type=int, help=tr("The same seed gives the same sound."))
@add_options(HUB_OPTIONS)
@option("--loop", is_flag=True, help=tr("Make a seamless loop."))
@option("--list", "as_list", is_flag=True, help=tr("List all sounds and exit."))
@json_option
def sound(
    prompt: str | None,
    output: Path | None,
    format: str | None,
    as_list: bool,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.audio import resolve_format
    from miaobi.tasks.audio import stream_sound

    if as_list:
        return _list_sounds()
    format = resolve_format(output, format)
    if output is not None:
        check_target(output, format)
    artifact = generate(partial(stream_sound, read_prompt(prompt), format=format, **options))
    path = artifact.save(output or unused_path("sound", format))
    print_artifact(artifact, [path], as_json, {"sounds": list(artifact.usage)})


@click.command(help=tr("Transcribe a recording: plain text, SRT, WebVTT, or JSON with word times."))
@click.argument("recording", type=PATH)
@option("-o", "--output", type=PATH, help=tr("Output file [standard output]."))
@option("--format", "format", help=tr("txt, srt, vtt or json [by the file extension]."))
@option("-m", "--model", help=tr("base, small, large-v3 …, ORG/NAME of the Hub, or a folder."))
@option("-l", "--language", default="", help=tr("en, zh … [detected]."))
def transcribe(
    recording: Path, output: Path | None, format: str | None, model: str | None, language: str
) -> None:
    from miaobi.tasks.audio import stream_transcript

    if output is not None:
        check_target(output)
    extension = output.suffix.lstrip(".").lower() if output else ""
    format = format or extension or "txt"
    stream = partial(stream_transcript, recording, model=model, language=language, format=format)
    artifact = generate(stream)
    if output is None:
        click.echo(artifact.text.rstrip("\n"))
    else:
        click.echo(artifact.save(output))


def _list_sounds() -> None:
    from miaobi.synthesis.prompt import sounds

    for row in sounds().values():
        names = ", ".join(row.en[:3]) + " · " + "、".join(row.zh[:3])
        click.echo(f"{row.name:16} {row.seconds:4.1f} s  {names}")
