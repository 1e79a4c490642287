"""`miaobi speech` and `miaobi audiobook`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import read_prompt
from miaobi.cli.options import PATH, json_option, option
from miaobi.cli.output import generate, print_artifact, save_and_print, unused_path
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

REGIONS = {"a": "en-US", "b": "en-GB", "z": "zh-CN"}  # first letter of a Kokoro voice


@click.command(
    help=tr("Read TEXT aloud into a labeled sound file; without TEXT, read standard input.")
    + "\n\n"
    + tr("Text that begins with <speak> is SSML.")
)
@click.argument("text", required=False)
@option("-f", "--file", type=PATH, help=tr("Read the text from a file."))
@option("-o", "--output", type=PATH, help=tr("Output file [speech.wav]."))
@option("--format", "format", help=tr("wav, flac, mp3 or ogg [by the file extension]."))
@option("-m", "--model", help=tr("hibari, kokoro-82m, or ORG/NAME of the Hub."))
@option("-v", "--voice", default="", help=tr("A voice of the model; --voices lists them."))
@option("--dialogue", is_flag=True, help=tr("Dialogue: lines such as ANNA: Hello."))
@option("--cast", multiple=True, metavar="NAME=VOICE", help=tr("Voice of a speaker."))
@option("--subtitles", default="", help=tr("Also write srt, vtt or json with word times."))
@option("--speed", type=float, default=1.0, help=tr("Speed, 0.5 (slow) to 2 (fast) [1]."))
@option("--seed", type=int, help=tr("The same seed gives the same sound."))
@option("--voices", is_flag=True, help=tr("List the voices and exit."))
@json_option
def speech(
    text: str | None,
    file: Path | None,
    output: Path | None,
    format: str | None,
    cast: tuple[str, ...],
    voices: bool,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.audio import resolve_format
    from miaobi.tasks.speech import stream_speech

    if voices:
        return _list_voices()
    format, subtitles = resolve_format(output, format), options["subtitles"]
    if output is not None:
        check_target(output, format)
        if subtitles:
            check_target(output.with_suffix(f".{subtitles}"))
    script, voice_of = read_prompt(text, file), _parse_cast(cast)
    artifact = generate(partial(stream_speech, script, format=format, cast=voice_of, **options))
    path = artifact.save(output or unused_path("speech", format))
    parts = [part.save(path.with_suffix(f".{subtitles}")) for part in artifact.parts]
    fields = {"subtitles": str(parts[0])} if parts else {}
    print_artifact(artifact, [path, *parts], as_json, fields)


@click.command(
    help=tr("Read a text or Markdown file aloud as an audiobook, one chapter per heading.")
)
@click.argument("file", type=PATH)
@option("-o", "--output", type=PATH, help=tr("Output file [the name of the text, .m4b]."))
@option("--format", "format", help=tr("m4b or mp3 [by the file extension]."))
@option("-m", "--model", help=tr("hibari, kokoro-82m, or ORG/NAME of the Hub."))
@option("-v", "--voice", default="", help=tr("A voice of the model; --voices lists them."))
@option("--speed", type=float, default=1.0, help=tr("Speed, 0.5 (slow) to 2 (fast) [1]."))
@option("--seed", type=int, help=tr("The same seed gives the same sound."))
@option("--title", default="", help=tr("Title [first heading, else the file name]."))
@option("--author", default="", help=tr("Author."))
@json_option
def audiobook(
    file: Path, output: Path | None, format: str | None, as_json: bool, **options: Any
) -> None:
    from miaobi.tasks.speech import stream_audiobook

    format = format or (output.suffix.lstrip(".").lower() if output else "m4b")
    if output is not None:
        check_target(output, format)
    artifact = generate(partial(stream_audiobook, file, format=format, **options))
    save_and_print(artifact, output or unused_path(file.stem, format), as_json)


def _parse_cast(entries: tuple[str, ...]) -> dict[str, str]:
    """Parse NAME=VOICE pairs to speaker -> voice. Raises OptionError."""
    cast = {}
    for entry in entries:
        name, sign, voice = entry.partition("=")
        if not (name.strip() and sign and voice.strip()):
            raise OptionError(
                "{name} is {value!r}.",
                "Write a name and a voice, such as ANNA=af_bella.",
                name="cast",
                value=entry,
            )
        cast[name.strip()] = voice.strip()
    return cast


def _list_voices() -> None:
    from miaobi.assets.members import KOKORO_VOICES
    from miaobi.engines.hibari import VOICES

    for voice in VOICES:
        click.echo(f"{voice:14} hibari      en-US  {tr('female')}")
    for voice in KOKORO_VOICES:
        gender = tr("female") if voice[1] == "f" else tr("male")
        click.echo(f"{voice:14} kokoro-82m  {REGIONS[voice[0]]}  {gender}")
