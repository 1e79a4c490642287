"""`miaobi speech` and `miaobi audiobook`."""

import json
from pathlib import Path
from typing import Any

import click

from miaobi.cli.audio import path_type, watch
from miaobi.cli.console import read_words, unused_name, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target


@click.command(
    help=tr("Speak words into a labeled file. Without WORDS they come from standard input.")
    + "\n\n"
    + tr("Words that begin with <speak> are SSML.")
)
@click.argument("words", required=False)
@click.option("-f", "--file", type=path_type, help=tr("Read the words from a file."))
@click.option("-o", "--output", type=path_type, help=tr("File to write [speech.wav]."))
@click.option("--format", "format", help=tr("wav, flac, mp3 or ogg [by the file's ending]."))
@click.option("-m", "--model", help=tr("hibari, kokoro-82m, or ORG/NAME of the Hub."))
@click.option("-v", "--voice", default="", help=tr("A voice of the model; --voices lists them."))
@click.option("--dialogue", is_flag=True, help=tr("A script: lines such as ANNA: Hello."))
@click.option("--cast", multiple=True, metavar="NAME=VOICE", help=tr("A speaker's voice."))
@click.option("--subtitles", default="", help=tr("Also write srt, vtt or json with word times."))
@click.option("--speed", type=float, default=1.0, help=tr("0.5 slow to 2 fast [1]."))
@click.option("--seed", type=int, help=tr("The same seed gives the same sound."))
@click.option("--voices", is_flag=True, help=tr("List the voices and stop."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def speech(
    words: str | None,
    file: Path | None,
    output: Path | None,
    format: str | None,
    cast: tuple[str, ...],
    voices: bool,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.audio import format_of
    from miaobi.tasks.speech import stream_speech

    if voices:
        return _list_voices()
    format = format_of(output, format)
    if output is not None:
        check_target(output, format)
        if options["subtitles"]:
            check_target(output.with_suffix("." + options["subtitles"]))
    spoken, voice_of = read_words(words, file), _cast(cast)

    def work() -> Artifact:
        return watch(stream_speech(spoken, format=format, cast=voice_of, **options))

    artifact = with_missing_pulled(work)
    path = artifact.save(output or unused_name("speech", format))
    beside = [part.save(path.with_suffix("." + options["subtitles"])) for part in artifact.parts]
    _tell(artifact, [path, *beside], as_json)


@click.command(help=tr("Read a text or Markdown file aloud, a chapter for each heading."))
@click.argument("file", type=path_type)
@click.option("-o", "--output", type=path_type, help=tr("File to write [the text's name.m4b]."))
@click.option("--format", "format", help=tr("m4b or mp3 [by the file's ending]."))
@click.option("-m", "--model", help=tr("hibari, kokoro-82m, or ORG/NAME of the Hub."))
@click.option("-v", "--voice", default="", help=tr("A voice of the model; --voices lists them."))
@click.option("--speed", type=float, default=1.0, help=tr("0.5 slow to 2 fast [1]."))
@click.option("--seed", type=int, help=tr("The same seed gives the same sound."))
@click.option("--title", default="", help=tr("The title [of the text, or its file's name]."))
@click.option("--author", default="", help=tr("Who wrote it."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def audiobook(
    file: Path, output: Path | None, format: str | None, as_json: bool, **options: Any
) -> None:
    from miaobi.tasks.speech import stream_audiobook

    format = format or (output.suffix.lstrip(".").lower() if output else "m4b")
    if output is not None:
        check_target(output, format)

    def work() -> Artifact:
        return watch(stream_audiobook(file, format=format, **options))

    artifact = with_missing_pulled(work)
    path = artifact.save(output or unused_name(file.stem, format))
    _tell(artifact, [path], as_json)


def _cast(given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VOICE, as often as there are speakers. Raises OptionError."""
    cast = {}
    for entry in given:
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


def _tell(artifact: Artifact, paths: list[Path], as_json: bool) -> None:
    if as_json:
        record = {**artifact.manifest, "path": str(paths[0]), "timings": artifact.timings}
        if paths[1:]:
            record["subtitles"] = str(paths[1])
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    for path in paths:
        click.echo(path)


def _list_voices() -> None:
    from miaobi.assets.members import KOKORO_VOICES
    from miaobi.engines.hibari import VOICES

    for voice in VOICES:
        click.echo(f"{voice:14} hibari      en-US  {tr('female')}")
    region = {"a": "en-US", "b": "en-GB", "z": "zh-CN"}
    for voice in KOKORO_VOICES:
        sex = tr("female") if voice[1] == "f" else tr("male")
        click.echo(f"{voice:14} kokoro-82m  {region[voice[0]]}  {sex}")
